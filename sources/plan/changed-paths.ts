import { type CoveredJson, inside, isBlocks, MAX_DEPTH, shownKeys } from "./values.ts";

type Path = readonly (string | number)[];

/**
 * Paths of what differs, outermost first, except what the provider decides by itself, and nothing in its many forms.
 * Where the change happened outside of Terraform, only what the configuration gives matters.
 */
export function changedPaths(
  before: CoveredJson,
  after: CoveredJson,
  expressions: unknown,
  onlyGiven: boolean,
): string[] {
  if (onlyGiven && expressions === undefined) return [];
  return outermost([...differences({ before, after, expressions }, onlyGiven, [])]);
}

/** Those that are in no other, as they are written: `default_node_pool[0].vm_size`, `annotations["a.b/c"]`. */
export function outermost(paths: readonly Path[]): string[] {
  const all = new Set(paths.map(pathOf));
  return [...all].filter((path) => ![...path.matchAll(/[.[]/g)].some(({ index }) => all.has(path.slice(0, index))));
}

interface Difference {
  readonly before: CoveredJson;
  readonly after: CoveredJson;
  readonly expressions: unknown;
}

function partOf({ before, after, expressions }: Difference, key: string | number): Difference {
  return { before: before.at(key), after: after.at(key), expressions: inside(expressions, key) };
}

function* differences(difference: Difference, onlyGiven: boolean, path: Path): Generator<Path> {
  const { before, after, expressions } = difference;
  if (path.length > MAX_DEPTH) return;
  if (after.isUnknown) {
    if (expressions !== undefined && path.length > 0) yield path;
  } else if (before.isEmpty && after.isEmpty) {
    return;
  } else if (after.isCovered) {
    if (!before.isSameAs(after)) yield path;
  } else if (before.isMap && after.isMap) {
    const isBlock = isBlocks(expressions);
    for (const [key, shown] of shownKeys([...before.keys(), ...after.keys()])) {
      const isGiven = !isBlock || Object.hasOwn(expressions, key);
      if (onlyGiven && !isGiven) continue;
      const part = partOf(difference, key);
      // What is unknown in a block that `dynamic` makes may be given.
      const mayBeGiven = !isGiven && part.after.holdsBlocks;
      yield* differences(mayBeGiven ? { ...part, expressions: DYNAMIC } : part, onlyGiven, [...path, shown]);
    }
  } else if (after.blockCount !== undefined && after.blockCount === before.blockCount) {
    for (let index = 0; index < after.blockCount; index++)
      yield* differences(partOf(difference, index), onlyGiven, [...path, index]);
  } else if (!before.isSameAs(after)) yield path;
}

/** Stands for the expressions of a block that the configuration of the plan does not hold. */
const DYNAMIC = { references: [] };

function pathOf(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return /^[\w-]+$/.test(part) ? (text === "" ? part : `${text}.${part}`) : `${text}[${JSON.stringify(part)}]`;
  }, "");
}
