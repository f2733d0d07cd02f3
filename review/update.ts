import type { Resource } from "../model/resource.ts";
import { known } from "../model/value.ts";
import { bySeriousness, nameOf, namesOf, type Outcome, type Reading } from "./reading.ts";

/** What the sentences about an update name. */
interface UpdateWords {
  /** What is updated, for example `the compute scoring`. */
  readonly name: string;
  /** The node pool that is updated. */
  readonly pool: string;
  /** The attributes, for example `default_node_pool[0].vm_size, tags`. */
  readonly attributes: string;
  /** The same with their values, for example `node_count from 3 to 5`, as far as these are known. */
  readonly steps: string;
}

/** What each kind of update in place means, in words. */
const UPDATES = {
  "rotate-nodes": {
    meaning: "rotate-nodes",
    says: ({ pool, attributes }) =>
      `Moves ${pool} to new nodes (${attributes}): a temporary pool takes over, and the old nodes are deleted without being drained. ` +
      "First check that every model has a second replica elsewhere, and that the quota has room for both pools.",
  },
  upgrade: {
    meaning: "upgrade",
    says: ({ steps }) =>
      `Upgrades Kubernetes (${steps}): the nodes of every pool that follows are replaced one after another, and there is no way back. ` +
      "First check that Azure ML supports the version, and that every model has a second replica.",
  },
  "lower-version": {
    meaning: "other",
    says: ({ steps }) =>
      `Asks for a lower version of Kubernetes (${steps}), which AKS refuses. Use the minor version only, or the version that the cluster has.`,
  },
  "same-version": {
    meaning: "other",
    says: ({ steps }) => `Names the same minor version of Kubernetes (${steps}): nothing is upgraded.`,
  },
  "change-load-balancer": {
    meaning: "change-load-balancer",
    says: ({ steps }) =>
      `Changes the load balancer of the scoring endpoints (${steps}): their address changes, a DNS name that Azure gave is lost, and ` +
      "endpoints can stay unhealthy. First tell all callers, and be ready to detach and attach again.",
  },
  "change-tls": {
    meaning: "change-tls",
    says: ({ attributes }) =>
      `Changes the TLS of the scoring endpoints in place (${attributes}). ` +
      "First check that the certificate covers their name, and that all callers trust it.",
  },
  scale: {
    meaning: "scale",
    says: ({ pool, steps }) =>
      `Changes the number of nodes of ${pool} (${steps}): with fewer, models for which there is no room stay pending. ` +
      "First check that the remaining nodes have room for all models.",
  },
  "update-kubernetes-compute": {
    meaning: "update-attachment",
    says: ({ name, attributes }) =>
      `Asks Azure to update ${name} (${attributes}), which it does not do: an existing Kubernetes compute stays as it was, and the update may report ` +
      "success. Detach and attach it to change it: `-replace`, or replace_triggered_by.",
  },
  "update-attachment": {
    meaning: "update-attachment",
    says: ({ name, attributes }) => `Updates ${name} in place (${attributes}): it is not detached.`,
  },
  other: {
    meaning: "other",
    says: ({ name, attributes }) => `Updates ${name} in place${attributes === "" ? "" : ` (${attributes})`}.`,
  },
} as const satisfies Readonly<Record<string, Outcome<UpdateWords>>>;

/** What an update in place can be. */
export type Update = keyof typeof UPDATES;

/** How the updates of a resource are read. */
interface UpdateKind {
  /** What is updated, for example `the compute scoring`. */
  readonly name: string;
  /** The node pool that is updated. Default: the name. */
  readonly pool?: string;
  readonly updateOf: (path: string) => Update;
}

/** Reads an update in place by what its attributes mean; undefined where nothing changes. */
export function updateReading(resource: Resource, { name, pool = name, updateOf }: UpdateKind): Reading | undefined {
  const { change, authored } = resource.parts;
  if (!change || !resource.actions.includes("update")) return unchangedReading(resource);
  const because = change.changed;
  // What changes is nothing of Azure's, or of a pool that stands in a cluster.
  if (because.length === 0 && authored) return undefined;
  const pathsOf = (update: Update): string[] => because.filter((path) => updateOf(path) === update);
  const found = (Object.keys(UPDATES) as Update[]).filter((update) => pathsOf(update).length > 0);
  const updates = found.length > 0 ? found : (["other"] as const);
  const sentences = updates.map((update) => {
    const paths = pathsOf(update);
    return UPDATES[update].says({
      name,
      pool,
      attributes: namesOf(resource, paths).join(", "),
      steps: stepsOf(resource, paths),
    });
  });
  const [meaning = "other"] = bySeriousness(updates.map((update) => UPDATES[update].meaning));
  return { meaning, because, consequence: sentences.join(" ") };
}

/** A resource that is imported or moved, and otherwise stays as it is. */
function unchangedReading(resource: Resource): Reading | undefined {
  const other = (consequence: string): Reading => ({ meaning: "other", because: [], consequence });
  if (resource.parts.isImported)
    return other(`Imports ${nameOf(resource)} (${resource.type}) as it is: nothing changes in Azure.`);
  const previous = resource.parts.change?.previousAddress;
  return previous === undefined
    ? undefined
    : other(`Terraform moves ${previous} to this address: nothing changes in Azure.`);
}

/** `node_count from 3 to 5, ...`, as far as it is known. */
export function stepsOf(resource: Resource, paths: readonly string[]): string {
  const shown = paths.map((path) => {
    const [from, to] = [resource.before, resource].map((each) => each && known(() => each.text(path)));
    return `${resource.writtenAs(path)}${from === undefined ? "" : ` from ${from}`}${to === undefined ? "" : ` to ${to}`}`;
  });
  return shown.join(", ");
}
