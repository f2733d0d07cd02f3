/**
 * A value of an attribute: text, number or truth value where it is known, `undefined` where it is absent,
 * Unknown where Terraform knows it only later. A list may be partly known.
 */
export type Value =
  | undefined
  | string
  | number
  | boolean
  | Unknown
  | PartialList
  | readonly Value[]
  | { readonly [key: string]: Value };

/** A value that Terraform knows only later. */
export class Unknown {
  constructor(
    /** What it depends on, for example `data.azurerm_network_service_tags.region.ipv4_cidrs`. */
    readonly references: readonly string[],
    /** The reference, where the value is one and nothing else. */
    readonly exact?: string,
    /** The one thing it depends on, where a plan says no more than that. Default: the exact reference. */
    readonly only: string | undefined = exact,
  ) {}
}

/** A value that nobody may see: to rules it is not known, though it is given. */
export class Redacted extends Unknown {
  constructor({
    references = [],
    literal,
    isGiven = true,
  }: Partial<Pick<Redacted, "references" | "literal" | "isGiven">> = {}) {
    // Never exact: what is followed would be seen.
    super(references, undefined, references.length === 1 ? references[0] : undefined);
    this.literal = literal;
    this.isGiven = isGiven;
  }

  /** What a text that is written down looks like, where it should not be written down. */
  readonly literal: "secret" | "private key" | undefined;

  /** Whether it is sure that there is something. */
  readonly isGiven: boolean;
}

/** What a source does not tell, because it tells only a part of a resource. */
export class NotTold extends Unknown {
  constructor(
    /** What would make it known. */
    readonly reason: string,
    /** Whether there is no such thing: nothing would make it known. */
    readonly isForeign = false,
  ) {
    super([]);
  }
}

/** JSON text whose value is known in part, as in `jsonencode({ properties = { resourceId = data... } })`. */
export class Encoded extends Unknown {
  constructor(
    readonly value: Value,
    references: readonly string[],
  ) {
    super(references);
  }
}

/** A list of which some items are known, as in `concat(["203.0.113.0/24"], data...)`. */
export class PartialList {
  constructor(
    readonly items: readonly Value[],
    readonly rest: Unknown,
  ) {}
}

/** Whether a value is there. An empty list of blocks is none. */
export function isSet(value: Value): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether a value is a map or a block. */
export function isMap(value: Value): value is { readonly [key: string]: Value } {
  return (
    typeof value === "object" && !Array.isArray(value) && !(value instanceof Unknown) && !(value instanceof PartialList)
  );
}

/** Whether all of a value is known. */
export function isKnown(value: Value): boolean {
  if (value instanceof Unknown || value instanceof PartialList) return false;
  if (isList(value)) return value.every(isKnown);
  return isMap(value) ? Object.values(value).every(isKnown) : true;
}

/** What is not known in a value depends on these. */
export function referencesOf(value: Value): readonly string[] {
  if (value instanceof Unknown) return value.references;
  if (value instanceof PartialList) return [...value.items.flatMap(referencesOf), ...value.rest.references];
  if (isList(value)) return value.flatMap(referencesOf);
  return isMap(value) ? Object.values(value).flatMap(referencesOf) : [];
}

/** What cannot be known, because something of these is not. */
export function unknownOf(values: readonly Value[]): Unknown {
  return new Unknown([...new Set(values.flatMap(referencesOf))]);
}

/** The items of several lists; what is not a list is not known. */
export function joinedLists(lists: readonly Value[]): Value {
  const items: Value[] = [];
  const unknown: Value[] = [];
  for (const list of lists) {
    if (isList(list)) for (const item of list) items.push(item);
    else if (list instanceof PartialList) {
      for (const item of list.items) items.push(item);
      unknown.push(list.rest);
    } else if (list !== undefined) unknown.push(list);
  }
  return unknown.length > 0 ? new PartialList(items, unknownOf(unknown)) : items;
}

/** Thrown by a read of what is not known. The runner catches it, and the verdict is `unknown`. */
export class NotKnown {
  constructor(
    readonly address: string,
    readonly attribute: string,
    readonly references: readonly string[],
    /** Why it is not known, where that is not because Terraform learns it later. */
    readonly reason?: string,
    /** Whether there is no such thing where it was asked for, so that the question means nothing. */
    readonly isForeign = false,
  ) {}
}

/** What is read, or undefined where it is not known. */
export function known<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotKnown) return undefined;
    throw error;
  }
}

const parsedPaths = new Map<string, readonly (string | number)[]>();

/** `a.b[0].c` to its steps. Rules ask for the same few paths of thousands of resources. */
export function steps(path: string): readonly (string | number)[] {
  let parsed = parsedPaths.get(path);
  if (!parsed) {
    parsed = parsePath(path);
    parsedPaths.set(path, parsed);
  }
  return parsed;
}

function parsePath(path: string): (string | number)[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, key]) =>
    index !== undefined ? Number(index) : (quoted ?? (key as string)),
  );
}

/**
 * One step into a value. A block of which there is one at most is an object in synthesized JSON and a list of one in a
 * plan.
 */
export function stepInto(value: Value, step: string | number): Value {
  if (value instanceof Unknown) return value;
  if (value instanceof PartialList)
    return typeof step === "number" && step < value.items.length ? value.items[step] : value.rest;
  if (Array.isArray(value)) return typeof step === "number" ? value[step] : stepInto(value[0], step);
  if (typeof value !== "object") return undefined;
  if (typeof step === "number") return step === 0 ? value : undefined;
  return Object.hasOwn(value, step) ? (value as { readonly [key: string]: Value })[step] : undefined;
}
