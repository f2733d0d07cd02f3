import { MEANINGS, type Meaning } from "../model/finding.ts";
import type { Resource } from "../model/resource.ts";
import { known } from "../model/value.ts";

/** What a change of a resource means. */
export interface Reading {
  readonly meaning: Meaning;
  /** Paths of the attributes that cause it. */
  readonly because: readonly string[];
  readonly consequence: string;
}

/** A meaning, and the sentence that says what happens and what to do first. */
export interface Outcome<W = Words> {
  readonly meaning: Meaning;
  readonly says: (words: W) => string;
}

/** What the sentences about a resource name. */
export interface Words {
  /** The resource, for example `the AKS cluster aks-scoring`. */
  readonly name: string;
  /** Why Terraform replaces it, for example ` because of ssl`; empty where the plan does not say. */
  readonly reason: string;
}

/**
 * What it means that a whole resource is replaced, removed, created or forgotten. Default of each: nothing that
 * matters.
 */
export interface Lifecycle<W = Words> {
  readonly replaced?: Outcome<W>;
  readonly removed?: Outcome<W>;
  readonly created?: Outcome<W>;
  /** Added to `created` where Terraform creates a new one and forgets the one before. */
  readonly leftBehind?: string;
  /** It stays, and Terraform no longer manages it. */
  readonly forgotten?: Outcome<W>;
}

/** Reads what happens to a resource as a whole; undefined where it stays. */
export function lifecycleReading<W>(resource: Resource, lifecycle: Lifecycle<W>, words: W): Reading | undefined {
  const { actions, isReplaced } = resource;
  const isCreated = actions.includes("create");
  if (isReplaced) return lifecycle.replaced && reading(lifecycle.replaced, words, resource.parts.change?.replacing);
  if (actions.includes("delete")) return lifecycle.removed && reading(lifecycle.removed, words);
  const isForgotten = actions.includes("forget");
  if (!isCreated) return isForgotten && lifecycle.forgotten ? reading(lifecycle.forgotten, words) : undefined;
  const created = lifecycle.created && reading(lifecycle.created, words);
  if (!created || !isForgotten || !lifecycle.leftBehind) return created;
  return { ...created, consequence: `${created.consequence} ${lifecycle.leftBehind}` };
}

/** The reading that an outcome gives. */
export function reading<W>({ meaning, says }: Outcome<W>, words: W, because: readonly string[] = []): Reading {
  return { meaning, because, consequence: says(words) };
}

/** The words for a resource of a kind, for example `the AKS cluster`. */
export function wordsFor(kind: string, resource: Resource): Words {
  return { name: `${kind} ${nameOf(resource)}`, reason: reasonOf(resource) };
}

/** Its name in Azure or Kubernetes, or its address. */
export function nameOf(resource: Resource): string {
  return known(() => resource.text(namePathOf(resource.type))) ?? resource.address;
}

function namePathOf(type: string): string {
  if (type === "kubernetes_manifest") return "manifest.metadata.name";
  return type.startsWith("kubernetes_") ? "metadata[0].name" : "name";
}

const REASONS: ReadonlyMap<string | undefined, string> = new Map([
  ["replace_because_tainted", " because it is tainted"],
  ["replace_by_request", " because -replace asks for it"],
  ["replace_by_triggers", " because of replace_triggered_by"],
]);

function reasonOf(resource: Resource): string {
  const because = namesOf(resource, resource.parts.change?.replacing ?? []);
  return because.length > 0 ? ` because of ${because.join(", ")}` : (REASONS.get(resource.parts.change?.reason) ?? "");
}

/** Paths as the author of the resource wrote them. */
export function namesOf(resource: Resource, paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => resource.writtenAs(path)))];
}

/** Meanings, the most serious first. */
export function bySeriousness(meanings: readonly Meaning[]): Meaning[] {
  return [...meanings].sort((a, b) => MEANINGS.indexOf(a) - MEANINGS.indexOf(b));
}
