import { type Entry, joinPath, type Located, type LocatedKey, type LocatedMap } from "./located.ts";

/** A map that is a choice is replaced whole: half of one choice and half of another is neither. */
const CHOICES = [
  "backend",
  "workspace",
  "clusters.*.create",
  "clusters.*.existing",
  "clusters.*.attachment.tls",
  "clusters.*.attachment.tls.certificate",
];

/** Attributes in Terraform's own names: null in them takes away what other keys make. */
const OVERRIDES = [
  "workspace.create.overrides",
  "clusters.*.create.overrides",
  "clusters.*.create.nodePools.*.overrides",
  "clusters.*.attachment.overrides",
  "clusters.*.attachment.extension.overrides",
];

/** Keys of which one excludes the others: giving one in an environment removes the others that came from `defaults`. */
const ALTERNATIVES = [["clusters.*.create", "clusters.*.existing"]];

/**
 * What an environment says once and its parts say again, each only where the part exists.
 * An attachment's tags are not among them: every change of them would detach and attach again.
 */
const INHERITED: readonly (readonly [from: string, to: string])[] = [
  ["location", "workspace.create.location"],
  ["location", "workspace.location"],
  ["location", "clusters.*.create.location"],
  ["tags", "workspace.create.tags"],
  ["tags", "clusters.*.create.tags"],
];

/** A key without a value where there was no default to remove: it may be misspelt. */
export interface EmptyKey {
  /** Below the environment. */
  readonly path: readonly string[];
  readonly key: LocatedKey;
  /** Of a word without a colon: the key before it. */
  readonly follows?: string;
}

/**
 * Lays an environment over the defaults: maps merge deeply, lists are replaced, null removes. Tells which null removed
 * nothing.
 */
export function mergeDefaults(
  defaults: LocatedMap | undefined,
  environment: LocatedMap,
  emptyKeys: EmptyKey[],
): LocatedMap {
  return inherit(merge(defaults, environment, [], emptyKeys));
}

/** Whether a missing key at this path (below an environment) would have come from the environment itself. */
export function isInherited(path: readonly PropertyKey[]): boolean {
  return INHERITED.some(([, to]) => matches(to, path));
}

function merge(
  base: LocatedMap | undefined,
  over: LocatedMap,
  path: readonly string[],
  emptyKeys: EmptyKey[],
): LocatedMap {
  const entries = new Map<string, Entry>(withoutNulls(base, path, emptyKeys));
  // Giving one of several alternatives removes the others that came from below, and no other that is given beside it.
  for (const [key, entry] of over.entries) {
    if (isNull(entry.value)) continue;
    for (const group of ALTERNATIVES.filter((keys) => keys.some((pattern) => matches(pattern, [...path, key])))) {
      for (const pattern of group) if (!matches(pattern, [...path, key])) entries.delete(lastKey(pattern));
    }
  }
  for (const [key, entry] of over.entries) {
    const here = [...path, key];
    const below = entries.get(key)?.value;
    const replaces = CHOICES.some((pattern) => matches(pattern, here));
    if (isNull(entry.value) && !isOverride(here)) {
      if (!entries.delete(key)) emptyKeys.push(emptyKey(here, entry));
    } else if (entry.value.kind !== "map") entries.set(key, entry);
    else {
      const merged = merge(!replaces && below?.kind === "map" ? below : undefined, entry.value, here, emptyKeys);
      entries.set(key, { key: entry.key, value: merged });
    }
  }
  return { ...over, entries };
}

function withoutNulls(map: LocatedMap | undefined, path: readonly string[], emptyKeys: EmptyKey[]): [string, Entry][] {
  const kept: [string, Entry][] = [];
  for (const [key, entry] of map?.entries ?? []) {
    const here = [...path, key];
    if (isNull(entry.value) && !isOverride(here)) {
      emptyKeys.push(emptyKey(here, entry));
      continue;
    }
    const value: Located =
      entry.value.kind === "map"
        ? { ...entry.value, entries: new Map(withoutNulls(entry.value, here, emptyKeys)) }
        : entry.value;
    kept.push([key, { key: entry.key, value }]);
  }
  return kept;
}

function emptyKey(path: readonly string[], { key, value }: Entry): EmptyKey {
  return { path, key, follows: value.kind === "scalar" ? value.follows : undefined };
}

function inherit(environment: LocatedMap): LocatedMap {
  let result = environment;
  for (const [from, to] of INHERITED) {
    const source = environment.entries.get(from);
    if (source) result = put(result, to.split("."), source);
  }
  return result;
}

/** Puts an inherited entry where its parent exists; a key given there wins, maps merge. */
function put(map: LocatedMap, path: readonly string[], source: Entry): LocatedMap {
  const [head, ...rest] = path as [string, ...string[]];
  const entries = new Map(map.entries);
  if (rest.length === 0) {
    const own = entries.get(head);
    // A workspace that is created has its location inside `create`.
    if (head === "location" && entries.has("create")) return map;
    if (!own) entries.set(head, source);
    else if (own.value.kind === "map" && source.value.kind === "map") {
      entries.set(head, { key: own.key, value: merge(source.value, own.value, [], []) });
    }
  } else {
    for (const key of head === "*" ? [...entries.keys()] : [head]) {
      const entry = entries.get(key);
      if (entry?.value.kind === "map") entries.set(key, { key: entry.key, value: put(entry.value, rest, source) });
    }
  }
  return { ...map, entries };
}

function matches(pattern: string, path: readonly PropertyKey[]): boolean {
  const keys = pattern.split(".");
  return keys.length === path.length && keys.every((key, index) => key === "*" || key === path[index]);
}

function isOverride(path: readonly string[]): boolean {
  return OVERRIDES.some(
    (pattern) => matches(pattern, path.slice(0, pattern.split(".").length)) && !matches(pattern, path),
  );
}

function lastKey(pattern: string): string {
  return pattern.slice(pattern.lastIndexOf(".") + 1);
}

function isNull(value: Located): boolean {
  return value.kind === "scalar" && value.value === null;
}

/** The plain value, for validation. */
export function plain(located: Located): unknown {
  if (located.kind === "scalar") return located.value;
  if (located.kind === "list") return located.items.map(plain);
  return Object.fromEntries([...located.entries].map(([key, entry]) => [key, plain(entry.value)]));
}

interface FoundPlace {
  readonly configPath: string;
  readonly offset: number;
  /** The value itself, where the path leads to one. */
  readonly found?: Located;
}

/**
 * Where a path was written: the value for text, numbers and the like, the key for maps and lists;
 * for an absent key its nearest parent.
 */
export function place(root: Located, path: readonly PropertyKey[], options: { key?: boolean } = {}): FoundPlace {
  let at: FoundPlace = { configPath: root.path, offset: root.offset };
  let value = root;
  let remaining = path.length;
  for (const step of path) {
    if (value.kind === "map") {
      const entry = value.entries.get(String(step));
      if (!entry) return at;
      value = entry.value;
      const useKey = value.kind !== "scalar" || value.value === null || options.key;
      at = useKey
        ? { configPath: entry.key.path, offset: entry.key.offset }
        : { configPath: value.path, offset: value.offset };
    } else if (value.kind === "list" && value.items[Number(step)]) {
      value = value.items[Number(step)] as Located;
      at = { configPath: value.path, offset: value.offset };
    } else return at;
    remaining--;
  }
  return remaining === 0 ? { ...at, found: value } : at;
}

export { joinPath };
