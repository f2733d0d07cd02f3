import { valuesOf } from "./keyed.ts";
import type { Overrides } from "./origin.ts";

/**
 * Of the Terraform paths given, those that neither attributes in cdktf's names nor overrides set: what is taken over is
 * left as it is there, where Terraform would take away what the configuration does not say, or put a default of the
 * provider in its place.
 */
export function leftAsTheyAre(paths: readonly string[], attributes: object, overrides: Overrides = {}): string[] {
  const made: unknown = valuesOf(attributes);
  const isGiven = (names: readonly string[]): boolean =>
    isThere(made, names.map(camelCase)) || isThere(overrides, names);
  return paths.filter((path) => {
    const names = path.replaceAll("[0]", "").split(".");
    // A block that is not there is left as a whole.
    return !isGiven(names) && (names.length === 1 || isGiven(names.slice(0, -1)));
  });
}

function isThere(value: unknown, names: readonly string[]): boolean {
  const [name, ...rest] = names;
  if (name === undefined) return value !== undefined;
  const inside: unknown = Array.isArray(value) ? value[0] : value;
  return (
    typeof inside === "object" &&
    inside !== null &&
    Object.hasOwn(inside, name) &&
    isThere((inside as Record<string, unknown>)[name], rest)
  );
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
