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
  const name = closest(given, names);
  return {
    name,
    isLikely: distance(given.toLowerCase(), name.toLowerCase()) <= Math.max(2, Math.floor(name.length / 3)),
  };
}
