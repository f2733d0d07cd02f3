import type { LocatedMap } from "./located.ts";
import { type EmptyKey, mergeDefaults, place } from "./merge.ts";
import type { Mistake } from "./mistake.ts";
import { shownKeys } from "./quoted.ts";

/** The environments of a file: what is merged into them, and which are asked for. */

/** Keys at the top level that start so hold what anchors are for: they are not read otherwise. */
export const EXTENSION = "x-";

/** `defaults` goes into every environment and is then gone: what remains is what is validated and built. */
export function mergeAll(root: LocatedMap, mistakes: Mistake[], emptyKeys: EmptyKey[]): LocatedMap {
  const entries = new Map(root.entries);
  const defaults = entries.get("defaults")?.value;
  entries.delete("defaults");
  // Whatever a file wants to give an anchor.
  for (const key of entries.keys()) if (key.startsWith(EXTENSION)) entries.delete(key);
  if (defaults && defaults.kind !== "map" && !(defaults.kind === "scalar" && defaults.value === null)) {
    mistakes.push({
      offset: defaults.offset,
      path: defaults.path,
      message: "`defaults` is not a map",
      advice: "give it the keys of an environment",
    });
  }
  const environments = entries.get("environments");
  if (environments?.value.kind === "map") {
    const merged = new Map(environments.value.entries);
    for (const [name, entry] of merged) {
      const own = entry.value;
      const map =
        own.kind === "scalar" && own.value === null ? { ...own, kind: "map" as const, entries: new Map() } : own;
      if (map.kind !== "map") continue;
      merged.set(name, {
        key: entry.key,
        value: mergeDefaults(defaults?.kind === "map" ? defaults : undefined, map, emptyKeys),
      });
    }
    entries.set("environments", { key: environments.key, value: { ...environments.value, entries: merged } });
  }
  return { ...root, entries };
}

/** Environments that are asked for and are not there. */
export function selectionMistakes(root: LocatedMap, environments: readonly string[]): Mistake[] {
  const known = [...mapAt(root, "environments").keys()];
  return environments
    .filter((name) => !known.includes(name))
    .map((name) => ({
      offset: place(root, ["environments"]).offset,
      message: `there is no environment ${JSON.stringify(name)}`,
      advice: `known: ${shownKeys(known.join(", "))}`,
    }));
}

/** The file with those environments that are asked for; with all of them where none is. */
export function select(root: LocatedMap, environments: readonly string[]): LocatedMap {
  const all = root.entries.get("environments");
  if (environments.length === 0 || all?.value.kind !== "map") return root;
  const chosen = new Map([...all.value.entries].filter(([name]) => environments.includes(name)));
  if (chosen.size === 0) return root;
  return {
    ...root,
    entries: new Map(root.entries).set("environments", { key: all.key, value: { ...all.value, entries: chosen } }),
  };
}

/** The entries of a map at a key; none where no map is there. */
export function mapAt(map: LocatedMap, key: string): LocatedMap["entries"] {
  const value = map.entries.get(key)?.value;
  return value?.kind === "map" ? value.entries : new Map();
}

/** The maps in a map at a key. */
export function maps(owner: LocatedMap, key: string): LocatedMap[] {
  return [...mapAt(owner, key).values()].flatMap(({ value }) => (value.kind === "map" ? [value] : []));
}
