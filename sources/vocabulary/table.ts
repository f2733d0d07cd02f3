import { isMap, PartialList, steps, Unknown, type Value } from "../../model/value.ts";

/** What becomes of a value that is known. */
export type Conversion = (value: Value) => Value;

/**
 * One attribute in two spellings: as its author writes it, and as the model has it. `[]` stands for every item of a
 * list, and for the one block there is.
 */
export type Spelling = readonly [authored: string, canonical: string, convert?: Conversion];

export type Table = readonly Spelling[];

export type Step = string | number;

const ITEM = "[]";

const parsed = new Map<string, readonly Step[]>();

/** The steps of a path of a table, with `[]` as a step. Tables are few, and asked for thousands of resources. */
export function stepsOf(path: string): readonly Step[] {
  let found = parsed.get(path);
  if (!found) {
    found = path.split(ITEM).flatMap((part, index) => [...(index === 0 ? [] : [ITEM]), ...steps(part)]);
    parsed.set(path, found);
  }
  return found;
}

const byFirstStep = new WeakMap<Table, ReadonlyMap<string, Table>>();

/** The entries of a table whose spelling in the model begins as a path does: only they can match it. */
export function entriesFor(table: Table, [first]: readonly Step[]): Table {
  let groups = byFirstStep.get(table);
  if (!groups) {
    const made = new Map<string, Spelling[]>();
    for (const entry of table) {
      const key = String(stepsOf(entry[1])[0]).toLowerCase();
      const same = made.get(key);
      if (same) same.push(entry);
      else made.set(key, [entry]);
    }
    groups = made;
    byFirstStep.set(table, groups);
  }
  return first === undefined ? table : (groups.get(String(first).toLowerCase()) ?? []);
}

/** Steps as a path: `pool[0].taints`, `settings["a.b"]`. */
export function pathOf(path: readonly Step[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return /^[\w-]+$/.test(step) ? (text === "" ? step : `${text}.${step}`) : `${text}[${JSON.stringify(step)}]`;
  }, "");
}

/** The key of a map as its author wrote it: Azure compares them without case. */
export function keyOf(map: { readonly [key: string]: Value }, key: string): string | undefined {
  if (Object.hasOwn(map, key)) return key;
  const lower = key.toLowerCase();
  return Object.keys(map).find((each) => each.toLowerCase() === lower);
}

/** How a path of one spelling goes on from an entry of a table, and which items it is in. */
interface Match {
  readonly indices: readonly number[];
  readonly rest: readonly Step[];
}

/** Whether a path is at an entry or below it, compared without case. */
export function matchOf(entry: readonly Step[], path: readonly Step[]): Match | undefined {
  const indices: number[] = [];
  let at = 0;
  for (const step of entry) {
    const here = path[at];
    if (step === ITEM) {
      indices.push(typeof here === "number" ? here : 0);
      if (typeof here === "number") at++;
    } else if (typeof step === "number") {
      if (typeof here === "number" && here !== step) return undefined;
      if (typeof here === "number") at++;
    } else if (typeof here === "string" && here.toLowerCase() === step.toLowerCase()) at++;
    else return undefined;
  }
  return { indices, rest: path.slice(at) };
}

/** The path in the other spelling. */
export function pathFrom(entry: readonly Step[], { indices, rest }: Match): readonly Step[] {
  let next = 0;
  return [...entry.map((step) => (step === ITEM ? (indices[next++] ?? 0) : step)), ...rest];
}

/** A copy with a value put at a path; a block that is not there is made. */
export function placed(value: Value, path: readonly Step[], given: Value): Value {
  const [step, ...rest] = path;
  if (step === undefined) return given;
  if (step === ITEM || typeof step === "number") {
    const index = step === ITEM ? 0 : step;
    const items: readonly Value[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
    if (index === 0 && (items.length === 0 || !Array.isArray(value))) return placed(items[0], rest, given);
    return Object.assign([...items], { [index]: placed(items[index], rest, given) });
  }
  if (Array.isArray(value)) return placed(value, [0, step, ...rest], given);
  const map = isMap(value) ? value : {};
  return { ...map, [step]: placed(Object.hasOwn(map, step) ? map[step] : undefined, rest, given) };
}

/** What is at a path, blocks and lists of one alike. */
export function valueAt(value: Value, path: readonly Step[]): Value {
  let at = value;
  for (const step of path) {
    if (at instanceof Unknown) return at;
    if (step === ITEM || typeof step === "number") {
      const index = step === ITEM ? 0 : step;
      if (Array.isArray(at)) at = at[index];
      else if (index > 0) return undefined;
      continue;
    }
    if (Array.isArray(at)) at = at[0];
    at = isMap(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}

/** An enumeration in the casing of azurerm. */
export function oneOf(...names: readonly string[]): Conversion {
  return (value) =>
    typeof value === "string" ? (names.find((name) => name.toLowerCase() === value.toLowerCase()) ?? value) : value;
}

/** The same, of which one means what azurerm leaves out. */
export function oneOfOr(nothing: string, ...names: readonly string[]): Conversion {
  const read = oneOf(...names);
  return (value) => (typeof value === "string" && value.toLowerCase() === nothing ? undefined : read(value));
}

/** `Enabled` or `Disabled`. */
export const isEnabled: Conversion = (value) => (typeof value === "string" ? value.toLowerCase() === "enabled" : value);

/** A flag that means the opposite. */
export const negated: Conversion = (value) =>
  value === true || value === "true" ? false : value === false || value === "false" ? true : value;

/** One of what the model has several of. */
export const asList: Conversion = (value) =>
  value === undefined || Array.isArray(value) ? value : value === "" ? undefined : [value];

/** The first of what the model has one of. */
export const firstOf: Conversion = (value) => (Array.isArray(value) ? value[0] : value);

/** A text that is not empty. */
export const given: Conversion = (value) => (value === "" ? undefined : value);

/** IDs of a list of things that have one. */
export const idsOf: Conversion = (value) =>
  Array.isArray(value) ? value.map((item) => (isMap(item) ? item[keyOf(item, "id") ?? "id"] : item)) : value;

/** The tier of a cluster: `Paid` is the name that Standard had. */
export const tier: Conversion = (value) => {
  const name = oneOf("Free", "Standard", "Premium", "Paid")(value);
  return name === "Paid" ? "Standard" : name;
};

/** Whether taints keep everything but critical add-ons away, for which a cluster's own pool has a flag. */
export const isCritical: Conversion = (taints) => {
  const items: readonly Value[] =
    taints instanceof PartialList ? [...taints.items, taints.rest] : Array.isArray(taints) ? taints : [];
  if (items.some((taint) => typeof taint === "string" && /^CriticalAddonsOnly\b/.test(taint))) return true;
  return items.find((taint) => taint instanceof Unknown);
};
