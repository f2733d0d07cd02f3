import { Document, isMap, isNode, isPair, LineCounter, parseDocument, visit } from "yaml";
import { regionName } from "../azure/regions.ts";
import { parseResourceId } from "../azure/resource-id.ts";
import { comment } from "../config/comment.ts";
import { parseConfig } from "../config/load.ts";
import { isName } from "../config/names.ts";
import { UserError } from "../errors/user-error.ts";
import { oneLine } from "../model/harmless.ts";
import type { Model } from "../model/model.ts";
import { fromInventories, type NamedInventory } from "../sources/inventory/inventory.ts";
import { below, type Draft, type Remark } from "./draft.ts";
import { clusterDraft, entryName, type Member, NO_CLUSTER, nameOf, type Place } from "./entry.ts";
import { Found } from "./found.ts";
import { isArc, type Subject, subjectsOf, workspaceOf } from "./inventory.ts";

/** A configuration of what runs. */
export interface Adopted {
  /** Commented YAML. */
  readonly text: string;
  /** What the files do not tell, as sentences. */
  readonly notes: readonly string[];
}

const HEAD = ` What runs, as Azure answered it; what is not written is as the default. Read the remarks below first.
 Then \`azureml-aks plan\`: the first plans import, and change nothing in Azure. \`azureml-aks review --expect-no-changes\`
 says of each whether that is so, and docs/recipes/adopt.md in the package what to do where it is not.`;

/** Stands for what nothing tells. */
const NO_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";
const NO_LOCATION = "westeurope";

/** The configuration of what inventories tell, all together. Throws UserError where they tell nothing of it. */
export function adoptedConfiguration(inventories: readonly NamedInventory[]): Adopted {
  const model = fromInventories(inventories);
  const subjects = subjectsOf(model);
  const environments = environmentsOf(
    model,
    subjects.filter((subject) => !isArc(subject)),
  );
  const arc = subjects
    .filter(isArc)
    .map(({ id }) => `${nameOf(id)} is an Arc-enabled cluster: it is left out, the configuration is for AKS`);
  if (environments.length === 0)
    throw new UserError(
      arc.join("\n") ||
        "nothing here is a workspace, an AKS cluster, a compute that attaches one, or the Azure ML extension: give what `az aks show -o json` and `az rest` of the workspace's computes write",
    );
  const names = new Names();
  const drafts = environments.map((environment) => ({
    name: names.free(nameOf(environment.workspaceId) ?? "main"),
    draft: environmentDraft(environment),
  }));
  const document = new Document({
    environments: Object.fromEntries(drafts.map(({ name, draft }) => [name, draft.value])),
  });
  document.commentBefore = HEAD;
  for (const { name, draft } of drafts)
    for (const { path, text } of draft.remarks)
      comment(document, existing(document, ["environments", name, ...path]), oneLine(text));
  const gaps = inventories.flatMap(({ file, inventory }) =>
    inventory.gaps.map(({ message, advice }) => `${file}: ${message}: ${advice}`),
  );
  return { text: withoutMistakes(document.toString({ lineWidth: 0 })), notes: [...gaps, ...arc] };
}

/** How deep the keys of a cluster's parts are: what is above them is needed. */
const PART_DEPTH = 5;

/**
 * A configuration without what it takes nowhere, such as a text with control characters, or a name that Azure took once:
 * one odd value hides nothing else. What it cannot be without stays wrong.
 */
function withoutMistakes(text: string): string {
  const result = parseConfig(text, "", { rules: [] });
  const [mistake] = result.ok ? [] : result.findings;
  if (mistake === undefined) return text;
  const { line = 1, column = 1, configPath = "" } = mistake.where;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const offset = (lines.lineStarts[line - 1] ?? 0) + column - 1;
  const path = pathAt(document, offset, configPath);
  if (path === undefined || path.length <= PART_DEPTH) return text;
  document.deleteIn(path);
  const parent = path.slice(0, -1);
  while (isEmpty(document.getIn(parent))) {
    document.deleteIn(parent);
    parent.pop();
  }
  comment(document, parent, oneLine(`${path.slice(parent.length).join(".")} is left out: ${mistake.message}`));
  return withoutMistakes(document.toString({ lineWidth: 0 }));
}

function isEmpty(node: unknown): boolean {
  return isMap(node) && node.items.length === 0;
}

/** The path of the key or value that starts at an offset: of several, the one that the name leads to. */
function pathAt(document: Document, offset: number, name: string): readonly string[] | undefined {
  const found: string[][] = [];
  visit(document, {
    Pair(_, pair, parents) {
      const starts = [pair.key, pair.value].map((node) => isNode(node) && node.range?.[0]);
      if (!starts.includes(offset)) return;
      const pairs = [...parents.filter((parent) => isPair(parent)), pair];
      found.push(pairs.map(({ key }) => String(key)));
    },
  });
  return found.find((path) => name.endsWith(path.at(-1) ?? "")) ?? found.at(-1);
}

/** The path, as far as something stands there. */
function existing(document: Document, path: readonly string[]): readonly string[] {
  let end = path.length;
  while (end > 0 && !document.hasIn(path.slice(0, end))) end--;
  return path.slice(0, end);
}

/** A workspace, and what is attached to it. */
interface FoundEnvironment {
  readonly workspaceId: string | undefined;
  readonly workspace: Found | undefined;
  readonly members: readonly Member[];
}

function environmentsOf(model: Model, subjects: readonly Subject[]): FoundEnvironment[] {
  const workspaces = new Map(
    model.ofTypeOrRead("azurerm_machine_learning_workspace").flatMap((resource) => {
      const id = model.idOf(resource);
      return id === undefined ? [] : [[id.toLowerCase(), { id, found: new Found(resource) }] as const];
    }),
  );
  const ids = new Map([...workspaces].map(([key, { id }]) => [key, id]));
  const members = new Map<string | undefined, Member[]>([...workspaces.keys()].map((key) => [key, []]));
  for (const { attachments, trusted } of subjects)
    for (const id of [...attachments.map(workspaceOf), ...trusted]) if (id !== undefined) ids.set(id.toLowerCase(), id);
  const [only] = ids.size === 1 ? ids.keys() : [];
  for (const subject of subjects) {
    const attached = subject.attachments.map((attachment) => ({ attachment, id: workspaceOf(attachment) }));
    const all = attached.length > 0 ? attached : [{ attachment: undefined, id: subject.trusted[0] }];
    for (const [index, { attachment, id }] of all.entries()) {
      const key = id?.toLowerCase() ?? only;
      const list = members.get(key) ?? [];
      members.set(key, list);
      list.push({ subject, attachment, isFirst: index === 0 });
    }
  }
  return [...members].map(([key, list]) => ({
    workspaceId: key === undefined ? undefined : ids.get(key),
    workspace: key === undefined ? undefined : workspaces.get(key)?.found,
    members: list,
  }));
}

function environmentDraft({ workspaceId, workspace, members }: FoundEnvironment): Draft {
  const id = workspaceId === undefined ? undefined : parseResourceId(workspaceId);
  const clusterIds = members.flatMap(({ subject }) => (subject.id && parseResourceId(subject.id)) || []);
  const subscriptionId = id?.subscriptionId ?? clusterIds[0]?.subscriptionId;
  const regions = [
    workspace?.text("location"),
    ...members.map(({ attachment }) => attachment && new Found(attachment.resource).text("location")),
    ...members.map(({ subject }) => subject.resource && new Found(subject.resource).text("location")),
  ];
  const location = regions.find((region) => region !== undefined);
  const place: Place = {
    subscriptionId: subscriptionId ?? NO_SUBSCRIPTION,
    location: regionName(location ?? NO_LOCATION),
  };
  const names = new Names();
  const clusters = (members.length > 0 ? members : [undefined]).map((member) => {
    const name = names.free(member === undefined ? "aks" : entryName(member));
    return { name, draft: member === undefined ? NO_CLUSTER : clusterDraft(member, place) };
  });
  const remarks: Remark[] = [
    ...(subscriptionId === undefined ? [{ path: ["subscriptionId"], text: "not told: the subscription" }] : []),
    ...(location === undefined ? [{ path: ["location"], text: "not told: the region" }] : []),
    ...(id === undefined
      ? [{ path: ["workspace", "resourceGroup"], text: "not told: the workspace, and its resource group" }]
      : workspaceRemarks(workspace, members)),
    ...clusters.flatMap(({ name, draft }) => below(draft.remarks, "clusters", name)),
  ];
  return {
    remarks,
    value: {
      ...place,
      backend: { local: {} },
      workspace: { resourceGroup: id?.resourceGroup ?? "rg-ml", name: id?.names[0] ?? "mlw" },
      clusters: Object.fromEntries(clusters.map(({ name, draft }) => [name, draft.value])),
    },
  };
}

/** Roles that are there already would be given again. */
function workspaceRemarks(workspace: Found | undefined, members: readonly Member[]): Remark[] {
  const isUserAssigned = /UserAssigned/i.test(workspace?.text("identity[0].type") ?? "");
  const hasKubernetes = members.some(({ attachment }) => attachment?.kind === "KubernetesCompute");
  return isUserAssigned && hasKubernetes
    ? [
        {
          path: ["workspace", "name"],
          text: "it has a user-assigned identity, whose roles on the cluster are taken to be there: userAssignedIdentity would give them",
        },
      ]
    : [];
}

/** Names of entries, each once. */
class Names {
  private readonly taken = new Set<string>();

  /** The name as the configuration takes it, with a number where it is taken. */
  free(wanted: string): string {
    const letters = wanted
      .replaceAll(/[^A-Za-z0-9_-]+/g, "-")
      .replace(/^[^A-Za-z]+/, "")
      .slice(0, 38)
      .replace(/[-_]+$/, "");
    const base = isName(letters) ? letters : "aks";
    let name = base;
    for (let number = 2; this.taken.has(name); number++) name = `${base.slice(0, 34)}-${number}`;
    this.taken.add(name);
    return name;
  }
}
