/** What the reader of a configuration must know of a value in it. */
export interface Remark {
  /** Keys below the part that the remark came with. */
  readonly path: readonly string[];
  readonly text: string;
}

/** A part of a configuration, and what is said of it. */
export interface Draft {
  readonly value: Readonly<Record<string, unknown>>;
  readonly remarks: readonly Remark[];
}

/** Two states that have one thing undo each other's work. */
export function stateRemarks(address: string | undefined, path: readonly string[]): Remark[] {
  return address === undefined
    ? []
    : [
        {
          path,
          text: `a state has it as ${address}: before the first apply here, \`terraform state rm '${address}'\` there`,
        },
      ];
}

/** The same remarks below a key. */
export function below(remarks: readonly Remark[], ...path: readonly string[]): Remark[] {
  return remarks.map((remark) => ({ ...remark, path: [...path, ...remark.path] }));
}

/** Without what is undefined, and without maps that are then empty; an empty map that was one stays. */
export function tidy(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
      if (item === undefined) return [];
      if (!isMap(item)) return [[key, item]];
      const rest = tidy(item);
      return Object.keys(rest).length === 0 && Object.keys(item).length > 0 ? [] : [[key, rest]];
    }),
  );
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value, unless it is what a key is without it. */
export function unless<T>(value: T | undefined, byDefault: T | undefined): T | undefined {
  return value === byDefault ? undefined : value;
}

/** A map, unless it is empty. */
export function some<T extends object>(map: T): T | undefined {
  return Object.keys(map).length > 0 ? map : undefined;
}
