/** A value of the configuration file that knows where it was written. */
export type Located = LocatedScalar | LocatedMap | LocatedList;

/** Where something was written: `offset` counts characters, `path` is the key in the file. */
export interface LocatedKey {
  readonly path: string;
  readonly offset: number;
}

interface Common extends LocatedKey {
  /** Values in this one, itself included, with aliases expanded. */
  readonly size: number;
}

export interface LocatedScalar extends Common {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** The text in the file: `1.30` where `value` is 1.3. */
  readonly text: string;
  /** Of a word without a colon, as `b` in `{ a: 1, b }`: the key before it, or "" where there is none. */
  readonly follows?: string;
}

export interface LocatedMap extends Common {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  readonly key: LocatedKey;
  readonly value: Located;
}

export interface LocatedList extends Common {
  readonly kind: "list";
  readonly items: readonly Located[];
}

/** `a.b`, with keys that are not plain words in quotation marks: `tags["cost.center"]`. */
export function joinPath(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}
