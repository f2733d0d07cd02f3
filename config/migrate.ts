import { Document, isMap, isScalar, type Node, type Pair, parseDocument, type YAMLMap } from "yaml";
import { formatResourceId } from "../azure/resource-id.ts";
import { UserError } from "../errors/user-error.ts";
import { clusterIdOf } from "./cluster-id.ts";
import { comment } from "./comment.ts";
import { endOf, lineEnd } from "./entry-end.ts";
import { kubernetesForm, type Remark } from "./kubernetes-form.ts";
import { isName } from "./names.ts";
import type { AksAttachmentConfig, ClusterConfig, Config, EnvironmentConfig } from "./schema.ts";

/** An entry that was written beside the one of an AksCompute. */
export interface Migrated {
  readonly environment: string;
  /** The entry of the AksCompute. */
  readonly from: string;
  /** The new one. */
  readonly to: string;
  readonly remarks: readonly Remark[];
}

export interface Migration {
  readonly text: string;
  readonly migrated: readonly Migrated[];
}

/**
 * Writes the KubernetesCompute form of every AksCompute beside it. What is there stays as it is, to the letter. A
 * cluster that is attached as KubernetesCompute already is left alone.
 */
export function migrate(text: string, config: Config): Migration {
  const migrated: Migrated[] = [];
  const insertions: Insertion[] = [];
  const root = parseDocument(text).contents as Node;
  for (const [environment, value] of Object.entries(config.environments)) {
    for (const { name, cluster, attachment } of toMigrate(value)) {
      const taken = [
        ...Object.keys(value.clusters),
        ...migrated.filter((each) => each.environment === environment).map(({ to }) => to),
      ];
      const to = free(name, 38, (candidate) => isName(candidate) && !taken.includes(candidate));
      const computeNames = Object.values(value.clusters).flatMap(
        ({ attachment }) => attachment?.computeName.toLowerCase() ?? [],
      );
      const form = kubernetesForm(
        cluster,
        attachment,
        free(
          attachment.computeName.replaceAll(/[^A-Za-z0-9]+/g, "-"),
          24,
          (candidate) => !computeNames.includes(candidate.toLowerCase()),
        ),
      );
      insertions.push(insertion(text, clustersOf(root, environment), name, to, form));
      migrated.push({ environment, from: name, to, remarks: form.remarks });
    }
  }
  // From the end, so that what is before stays where it is.
  const inserted = insertions
    .toSorted((a, b) => b.offset - a.offset)
    .reduce((result, { offset, added }) => result.slice(0, offset) + added + result.slice(offset), text);
  return { text: inserted, migrated };
}

interface Candidate {
  readonly name: string;
  readonly cluster: ClusterConfig;
  readonly attachment: AksAttachmentConfig;
}

function toMigrate({ clusters, subscriptionId }: EnvironmentConfig): Candidate[] {
  const idOf = (cluster: ClusterConfig): string => formatResourceId(clusterIdOf(cluster, subscriptionId)).toLowerCase();
  const there = new Set(
    Object.values(clusters).flatMap((cluster) =>
      cluster.attachment?.kind === "KubernetesCompute" ? [idOf(cluster)] : [],
    ),
  );
  return Object.entries(clusters).flatMap(([name, cluster]) => {
    const { attachment } = cluster;
    return attachment?.kind === "AksCompute" && !there.has(idOf(cluster)) ? [{ name, cluster, attachment }] : [];
  });
}

/** The name with -v2 behind it, or -v3: shortened to what it may have. */
function free(name: string, longest: number, isFree: (candidate: string) => boolean): string {
  for (let version = 2; ; version++) {
    const suffix = `-v${version}`;
    const candidate = `${name.slice(0, longest - suffix.length).replace(/[-_]+$/, "")}${suffix}`;
    if (isFree(candidate)) return candidate;
  }
}

/** The map of an environment's clusters, as it is written. */
function clustersOf(root: Node, environment: string): YAMLMap {
  let at: unknown = root;
  for (const key of ["environments", environment, "clusters"]) at = isMap(at) ? at.get(key, true) : undefined;
  if (!isMap(at))
    throw new UserError(
      `the clusters of ${environment} are not written out below environments.${environment}.clusters: write them there first`,
    );
  return at;
}

interface Insertion {
  readonly offset: number;
  readonly added: string;
}

/** The new entry after another, in the style of the map that holds them. */
function insertion(
  text: string,
  clusters: YAMLMap,
  after: string,
  name: string,
  { cluster, remarks }: { cluster: object; remarks: readonly Remark[] },
): Insertion {
  const pair = clusters.items.find(({ key }) => isScalar(key) && String(key.value) === after) as
    | Pair<Node, Node>
    | undefined;
  if (!pair?.value?.range || !pair.key.range)
    throw new UserError(`the cluster ${after} is not written out here: write it below clusters first`);
  const document = new Document({ [name]: cluster });
  for (const { path, text: remark } of remarks) comment(document, [name, ...path], remark);
  if (clusters.flow) {
    const flow = new Document({ [name]: cluster });
    if (isMap(flow.contents)) flow.contents.flow = true;
    const rendered = flow
      .toString({ lineWidth: 0 })
      .trim()
      .replace(/^\{\s*|\s*\}$/g, "");
    return { offset: pair.value.range[1], added: `, ${rendered.replaceAll(/\s*\n\s*/g, " ")}` };
  }
  const indent = column(text, pair.key.range[0]);
  const lines = document
    .toString({ lineWidth: 0 })
    .trimEnd()
    .split("\n")
    .map((line) => (line === "" ? "" : " ".repeat(indent) + line));
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const offset = endOf(text, pair.value.range[1], indent);
  return { offset, added: ["", "", ...lines, ...(isFollowed(text, offset) ? [""] : [])].join(newline) };
}

/** Characters between the start of the line and an offset. */
function column(text: string, offset: number): number {
  return offset - (text.lastIndexOf("\n", offset - 1) + 1);
}

/** Whether the next line has something in it: an entry is set off by an empty line on both sides. */
function isFollowed(text: string, offset: number): boolean {
  const next = lineEnd(text, offset) + 1;
  return text.slice(next, lineEnd(text, next)).trim() !== "";
}
