/**
 * Values that know their keys. A mapping is written once: it reads the configuration, or the props of a construct, by
 * key, and says what each becomes. What comes of it holds the values for what is built, and the keys for findings on
 * it.
 */

/** The key that a value is read from, step by step. */
export type Key = readonly PropertyKey[];

declare const VALUE: unique symbol;

/** A value that comes from a key. */
export interface Traced<T> {
  /** For the compiler alone: read it with `valueAt`. */
  readonly [VALUE]: T;
}

/** A value as it stands at its key, with what is below it. */
export type Keyed<T> = Traced<T> & { readonly [K in KeysOf<NonNullable<T>>]: Keyed<At<T, K>> };

type Scalar = string | number | boolean | bigint | symbol | null | undefined;
/** What has no keys of its own. */
export type Single = Scalar | readonly unknown[] | ((...args: never) => unknown);
type KeysOf<T> = T extends Single ? never : keyof T;
/** Of a union, what any of its forms has there. */
type At<T, K> = T extends unknown ? (K extends keyof T ? T[K] : undefined) : never;

/** The values of a tree in which traced values stand. */
export type Values<T> =
  T extends Traced<infer V> ? V : T extends Single ? T : T extends object ? { [K in keyof T]: Values<T[K]> } : T;

/** What is kept of a traced value. */
interface Node {
  readonly value: unknown;
  readonly key: Key | undefined;
  /** Whether what is below the value is below the key too. Otherwise `parts` tells what it is made of. */
  readonly isSame: boolean;
  readonly parts?: unknown;
}

/** Where a node stands in its handle: what stands for a traced value in a tree. */
const NODE = Symbol("node");

interface Handle {
  readonly [NODE]: Node;
}

function trace<T>(node: Node): T {
  return { [NODE]: node } as T;
}

/**
 * A value at its key; what is below it is read as from the value itself, and is there to be read where the value is
 * not.
 */
export function keyed<T>(value: T, key: Key = []): Keyed<T> {
  return new Proxy({ [NODE]: { value, key, isSame: true } }, BELOW) as unknown as Keyed<T>;
}

const BELOW: ProxyHandler<Handle> = {
  get(handle, name) {
    const node = handle[NODE];
    if (typeof name !== "string") return name === NODE ? node : undefined;
    const { value, key = [] } = node;
    const step = Array.isArray(value) ? Number(name) : name;
    return keyed((value as Record<string, unknown> | null | undefined)?.[name], [...key, step]);
  },
};

/**
 * What is made from a value, or a tree of values with keys of their own. Where these have none, the key of the value
 * counts.
 */
export function derive<T, U>(source: Traced<T>, make: (value: T) => U): Traced<Values<U>> {
  const { value, key } = nodeOf(source);
  const parts = make(value as T);
  return trace({ value: valuesOf(parts), key, isSame: false, parts });
}

/** The value, or what it is where it is not set. */
export function orElse<T>(source: Traced<T>, value: NonNullable<T>): Traced<NonNullable<T>> {
  return derive(source, (given) => given ?? value) as Traced<NonNullable<T>>;
}

/** A value, or another where it is not set. */
export function firstSet<T>(source: Traced<T | undefined>, otherwise: Traced<T>): Traced<T> {
  return isSet(source) ? source : otherwise;
}

/** A tree of what stands below a value, where the value is set. */
export function inside<T, U>(
  source: Keyed<T>,
  make: (source: Keyed<NonNullable<T>>) => U,
): Traced<Values<U> | undefined> {
  return derive(source, () => (isSet(source) ? make(source) : undefined)) as Traced<Values<U> | undefined>;
}

/** What stands at a path below a value. */
export function at(source: Keyed<unknown>, path: readonly string[]): Keyed<unknown> {
  return path.reduce((value, name) => Reflect.get(value, name) as Keyed<unknown>, source);
}

/** The entries of a map, by their names. */
export function entriesOf<T>(source: Keyed<Readonly<Record<string, T>> | undefined>): Record<string, Keyed<T>> {
  const names = Object.keys(valueAt(source) ?? {});
  const entry = (name: string): Keyed<T> => (source as Readonly<Record<string, Keyed<T>>>)[name] as Keyed<T>;
  return Object.fromEntries(names.map((name) => [name, entry(name)]));
}

/** The items of a list. */
export function itemsOf<T>(source: Keyed<readonly T[] | undefined>): Keyed<T>[] {
  return (valueAt(source) ?? []).map((item, index) => keyed(item, [...keyOf(source), index]));
}

/** A tree for each entry of a map, under the names of the entries. */
export function each<T, U>(
  source: Keyed<Readonly<Record<string, T>> | undefined>,
  make: (entry: Keyed<T>, name: string) => U,
): Traced<Readonly<Record<string, Values<U>>> | undefined> {
  return inside(source, () => {
    const made = Object.entries(entriesOf(source)).map(([name, entry]) => [name, make(entry, name)] as const);
    return Object.fromEntries(made) as Record<string, U>;
  });
}

/**
 * A value, and what else is made beside it and has keys of its own: it is found below the value, and is no part of it.
 */
export function beside<T>(source: Traced<T>, parts: object): Traced<T> {
  return trace({ ...nodeOf(source), isSame: false, parts });
}

/** A block that is there where anything in it is set. */
export function block<T extends object>(parts: T): Traced<Values<T> | undefined> {
  const values = valuesOf(parts);
  const value = Object.keys(values as object).length > 0 ? values : undefined;
  return trace({ value, key: undefined, isSame: false, parts });
}

/** Several keys of a value, as a map to spread. What excludes each other in the value does so here. */
export function pick<T, const K extends KeysOf<T>>(source: Keyed<T>, ...keys: readonly K[]): Picked<T, K> {
  return Object.fromEntries(keys.map((key) => [key, (source as Record<K, unknown>)[key]])) as Picked<T, K>;
}

type Picked<T, K extends PropertyKey> = T extends unknown ? { readonly [P in K]: Traced<At<T, P>> } : never;

export function valueAt<T>(source: Traced<T>): T {
  return nodeOf(source).value as T;
}

/** Whether the value is there. */
export function isSet<T>(source: Keyed<T>): source is Keyed<T> & Keyed<NonNullable<T>>;
export function isSet<T>(source: Traced<T | undefined>): source is Traced<T>;
export function isSet(source: Traced<unknown>): boolean {
  return valueAt(source) !== undefined;
}

export function keyOf(source: Traced<unknown>): Key {
  return nodeOf(source).key ?? [];
}

function nodeOf(source: Traced<unknown>): Node {
  return nodeIn(source) as Node;
}

function nodeIn(tree: object): Node | undefined {
  return (tree as Partial<Handle>)[NODE];
}

/** The values of a tree, what is not set left out. */
export function valuesOf<T>(tree: T): Values<T> {
  return plain(tree) as Values<T>;
}

function plain(tree: unknown): unknown {
  if (typeof tree !== "object" || tree === null) return tree;
  const node = nodeIn(tree);
  if (node) return node.value;
  if (Array.isArray(tree)) return tree.map(plain);
  if (!isPlainObject(tree)) return tree;
  return Object.fromEntries(
    Object.entries(tree).flatMap(([name, part]) => {
      const value = plain(part);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/**
 * The key that a part of a tree comes from. Terraform's names are cdktf's in snake case; an index of a block counts
 * nothing.
 */
export function keyIn(tree: unknown, path: Key): Key | undefined {
  if (typeof tree !== "object" || tree === null) return undefined;
  const node = nodeIn(tree);
  if (node?.isSame) return [...(node.key ?? []), ...keysWithin(node.value, path)];
  if (node?.key && path.length === 0) return node.key;
  if (node) return keyIn(node.parts, path) ?? node.key;
  if (Array.isArray(tree)) return typeof path[0] === "number" ? keyIn(tree[path[0]], path.slice(1)) : undefined;
  const start = path.findIndex(isName);
  if (start < 0) return undefined;
  const end = path.findIndex((step, index) => index > start && !isName(step));
  const names = path.slice(start, end < 0 ? undefined : end);
  // Names of settings and annotations have dots in them.
  for (let length = names.length; length > 0; length--) {
    const name = names.slice(0, length).join(".");
    const part = Object.keys(tree).find((each) => each === name || snakeCase(each) === name);
    if (part !== undefined) return keyIn((tree as Record<string, unknown>)[part], path.slice(start + length));
  }
  return undefined;
}

/** The keys of a path below a value: an item of a list is one of the list at the key, and the index of a block is none. */
function keysWithin(value: unknown, path: Key): Key {
  const [step, ...rest] = path;
  if (step === undefined) return [];
  if (typeof step === "number" && !Array.isArray(value)) return keysWithin(value, rest);
  return [step, ...keysWithin((value as Record<PropertyKey, unknown> | null | undefined)?.[step], rest)];
}

function isName(step: PropertyKey): boolean {
  return typeof step === "string";
}

const inSnakeCase = new Map<string, string>();

function snakeCase(name: string): string {
  const known = inSnakeCase.get(name);
  if (known !== undefined) return known;
  const made = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  inSnakeCase.set(name, made);
  return made;
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
