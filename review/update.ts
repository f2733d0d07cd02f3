import { MEANINGS } from "../model/finding.ts";
import type { Resource } from "../model/resource.ts";
import { known } from "../model/value.ts";
import { nameOf, type Reading } from "./reading.ts";

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
  "rotate-nodes": ({ pool, attributes }) =>
    `Moves ${pool} to new nodes (${attributes}): a temporary pool takes over, and the old nodes end without being drained. ` +
    "First see that every model has a second replica elsewhere, and that the quota holds both pools.",
  upgrade: ({ steps }) =>
    `Upgrades Kubernetes (${steps}): the nodes of every pool that follows are replaced one after another, and there is no way back. ` +
    "First see that Azure ML supports the version, and that every model has a second replica.",
  "change-load-balancer": ({ steps }) =>
    `Changes the load balancer of the scoring endpoints (${steps}): their address changes, a DNS name that Azure gave is lost, and ` +
    "endpoints can stay unhealthy. First tell everybody who calls them, and be ready to detach and attach again.",
  "change-tls": ({ attributes }) =>
    `Changes the TLS of the scoring endpoints in place (${attributes}). ` +
    "First see that the certificate covers their name, and that everybody who calls them trusts it.",
  scale: ({ pool, steps }) =>
    `Changes the number of nodes of ${pool} (${steps}): where there are fewer, models without room wait. ` +
    "First see that the remaining nodes have room for all models.",
  "update-attachment": ({ name, attributes }) => `Updates ${name} in place (${attributes}): the cluster stays attached.`,
  other: ({ name, attributes }) => `Updates ${name} in place${attributes === "" ? "" : ` (${attributes})`}: nothing is detached.`,
} as const satisfies Readonly<Record<string, (words: UpdateWords) => string>>;

/** What an update in place can mean. */
export type UpdateMeaning = keyof typeof UPDATES;

const UPDATE_MEANINGS = MEANINGS.filter((meaning): meaning is UpdateMeaning => Object.hasOwn(UPDATES, meaning));

/** How the updates of a resource are read. */
interface UpdateKind {
  /** What is updated, for example `the compute scoring`. */
  readonly name: string;
  /** The node pool that is updated. Default: the name. */
  readonly pool?: string;
  readonly meaningOf: (path: string) => UpdateMeaning;
}

/** Reads an update in place by what its attributes mean; undefined where nothing changes. */
export function updateReading(resource: Resource, { name, pool = name, meaningOf }: UpdateKind): Reading | undefined {
  const { change } = resource.parts;
  if (!change || !resource.actions.includes("update")) return unchangedReading(resource);
  const because = change.changed;
  const ofMeaning = (meaning: UpdateMeaning): string[] => because.filter((path) => meaningOf(path) === meaning);
  const found = UPDATE_MEANINGS.filter((meaning) => ofMeaning(meaning).length > 0);
  const meanings = found.length > 0 ? found : (["other"] as const);
  const sentences = meanings.map((meaning) => {
    const paths = ofMeaning(meaning);
    return UPDATES[meaning]({ name, pool, attributes: paths.join(", "), steps: stepsOf(resource, paths) });
  });
  return { meaning: meanings[0] ?? "other", because, consequence: sentences.join(" ") };
}

/** A resource that is imported or moved, and otherwise stays as it is. */
function unchangedReading(resource: Resource): Reading | undefined {
  const other = (consequence: string): Reading => ({ meaning: "other", because: [], consequence });
  if (resource.parts.isImported) return other(`Imports ${nameOf(resource)} (${resource.type}) as it is: nothing changes in Azure.`);
  const previous = resource.parts.change?.previousAddress;
  return previous === undefined ? undefined : other(`Terraform moves ${previous} to this address: nothing changes in Azure.`);
}

/** `node_count from 3 to 5, ...`, as far as it is known. */
export function stepsOf(resource: Resource, paths: readonly string[]): string {
  const shown = paths.map((path) => {
    const [from, to] = [resource.before, resource].map((each) => each && known(() => each.text(path)));
    return `${path}${from === undefined ? "" : ` from ${from}`}${to === undefined ? "" : ` to ${to}`}`;
  });
  return shown.join(", ");
}
