import { closest, distance } from "fastest-levenshtein";

/** A name that is known. */
export interface Nearest {
  readonly name: string;
  /** Whether it is near enough to be what was meant. */
  readonly isLikely: boolean;
}

/** The known name that is nearest to one that is not known; undefined where none is known. */
export function nearestTo(given: string, names: readonly string[]): Nearest | undefined {
  if (names.length === 0) return undefined;
  // To compare takes as long as both are, and no name is near to a text that is longer than this.
  const start = given.slice(0, 200);
  const name = closest(start, names);
  return {
    name,
    isLikely: distance(start.toLowerCase(), name.toLowerCase()) <= Math.max(2, Math.floor(name.length / 3)),
  };
}
