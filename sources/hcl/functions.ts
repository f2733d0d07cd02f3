import { isIP } from "node:net";
import {
  isKnown,
  isList,
  isMap,
  joinedLists,
  PartialList,
  Redacted,
  Unknown,
  unknownOf,
  type Value,
} from "../../model/value.ts";
import { parseJson } from "../parse-json.ts";
import { same } from "./values.ts";

/** What Terraform refuses: `try` and `can` go on, everywhere else the value is not known. */
export class EvaluationError extends Error {}

/** What would take longer than anybody waits: what needs it is not known, `try` and `can` included. */
export class TooMuch extends EvaluationError {}

type Known = Exclude<Value, Unknown>;
type Function = (...args: Value[]) => Value;

/**
 * The functions that configurations use, on values that are known. One that is not here, or that reads a file, a clock
 * or chance, gives what is not known. https://developer.hashicorp.com/terraform/language/functions
 */
export function call(name: string, args: readonly Value[]): Value {
  const partial = Object.hasOwn(PARTIAL, name) ? PARTIAL[name] : undefined;
  if (partial) return partial(...args);
  const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
  if (!known || !args.every(isKnown)) return unknownOf(args);
  return known(...(args as never[]));
}

/** Functions that compare or combine every item of one list with every item of others. */
const CROSSING = ["contains", "matchkeys", "setintersection", "setproduct", "setsubtract"];

/** About how many items a call has to look at. */
export function costOf(name: string, args: readonly Value[]): number {
  const sizes = args.map((arg) => (isList(arg) ? arg.length : 1));
  return CROSSING.includes(name)
    ? sizes.reduce((product, size) => product * size, 1)
    : sizes.reduce((sum, size) => sum + size, 0);
}

/** Functions that give an answer, or a part of one, also where something in their arguments is not known. */
const PARTIAL: Readonly<Record<string, Function>> = {
  concat: (...lists) => joinedLists(lists),
  flatten: (list) => (isList(list) ? joinedLists(flattened(list)) : unknownOf([list])),
  merge: (...maps) => {
    if (maps.some((each) => each instanceof Unknown)) return unknownOf(maps);
    return Object.assign({}, ...maps.filter((each) => each !== undefined));
  },
  lookup: (map, key, otherwise) => {
    if (map instanceof Unknown || typeof key !== "string") return unknownOf([map, key]);
    if (isMap(map) && Object.hasOwn(map, key)) return map[key];
    return otherwise;
  },
  length: (value) => {
    if (typeof value === "string") return [...value].length;
    if (isList(value)) return value.length;
    return isMap(value) ? Object.keys(value).length : unknownOf([value]);
  },
  keys: (map) => (isMap(map) ? Object.keys(map).sort(byCodeUnits) : unknownOf([map])),
  values: (map) =>
    isMap(map)
      ? Object.keys(map)
          .sort(byCodeUnits)
          .map((key) => map[key])
      : unknownOf([map]),
  coalesce: (...values) => {
    for (const value of values) {
      if (value instanceof Unknown) return unknownOf(values);
      if (value !== undefined && value !== "") return value;
    }
    throw new EvaluationError("coalesce: no value");
  },
  coalescelist: (...lists) => {
    for (const list of lists) {
      if (!isList(list)) return unknownOf(lists);
      if (list.length > 0) return list;
    }
    throw new EvaluationError("coalescelist: no list");
  },
  compact: (list) => {
    if (!isList(list)) return unknownOf([list]);
    const unknown = list.filter((item) => item instanceof Unknown);
    const items = list.filter((item) => item !== undefined && item !== "");
    return unknown.length > 0
      ? joinedLists([items.filter((item) => !(item instanceof Unknown)), unknownOf(unknown)])
      : items;
  },
  element: (list, index) => {
    if (!isList(list) || typeof index !== "number") return unknownOf([list, index]);
    if (list.length === 0) throw new EvaluationError("element: the list is empty");
    return list[((index % list.length) + list.length) % list.length];
  },
  one: (list) => {
    if (!isList(list)) return unknownOf([list]);
    if (list.length > 1) throw new EvaluationError("one: several items");
    return list[0];
  },
  tolist: (list) => (isList(list) || list instanceof PartialList ? list : unknownOf([list])),
  toset: (list) => distinctOf(list),
  distinct: (list) => distinctOf(list),
  tomap: (map) => map,
  sensitive: (value) => (value === undefined ? undefined : new Redacted()),
  nonsensitive: (value) => value,
  ephemeralasnull: () => undefined,
};

const text = (value: unknown): string => {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw new EvaluationError("a text is needed");
};
const numeric = (value: unknown): number => {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new EvaluationError("a number is needed");
};
const list = (value: Known): readonly Value[] => {
  if (isList(value)) return value;
  throw new EvaluationError("a list is needed");
};
const flag = (value: unknown): boolean => {
  if (value === true || value === "true") return true;
  if (value === false || value === "false") return false;
  throw new EvaluationError("true or false is needed");
};

const KNOWN: Readonly<Record<string, (...args: Known[]) => Value>> = {
  abs: (value) => Math.abs(numeric(value)),
  alltrue: (items) => list(items).every(flag),
  anytrue: (items) => list(items).some(flag),
  base64decode: (value) => Buffer.from(text(value), "base64").toString("utf8"),
  base64encode: (value) => Buffer.from(text(value), "utf8").toString("base64"),
  basename: (value) => text(value).split("/").at(-1),
  ceil: (value) => Math.ceil(numeric(value)),
  chomp: (value) => text(value).replace(/[\r\n]+$/, ""),
  chunklist: (items, size) => {
    const [all, step] = [list(items), numeric(size)];
    if (step < 1) throw new EvaluationError("chunklist: the size is 1 or more");
    return Array.from({ length: Math.ceil(all.length / step) }, (_, index) =>
      all.slice(index * step, (index + 1) * step),
    );
  },
  cidrhost: (prefix, host) => {
    const { base, length } = network(prefix);
    const room = 2 ** (32 - length);
    const at = numeric(host);
    if (at >= room || at < -room) throw new EvaluationError("cidrhost: no such host");
    return address(base + (at < 0 ? room + at : at));
  },
  cidrnetmask: (prefix) => address(2 ** 32 - 2 ** (32 - network(prefix).length)),
  cidrsubnet: (prefix, bits, number) => subnet(network(prefix), numeric(bits), numeric(number)),
  cidrsubnets: (prefix, ...bits) => {
    const { base, length } = network(prefix);
    let at = base;
    return bits.map((each) => {
      const longer = length + numeric(each);
      const size = 2 ** (32 - longer);
      if (longer > 32) throw new EvaluationError("cidrsubnets: too small");
      const start = Math.ceil(at / size) * size;
      at = start + size;
      return `${address(start)}/${longer}`;
    });
  },
  contains: (items, item) => list(items).some((each) => same(each, item)),
  dirname: (value) => text(value).split("/").slice(0, -1).join("/") || ".",
  endswith: (value, end) => text(value).endsWith(text(end)),
  floor: (value) => Math.floor(numeric(value)),
  format: (pattern, ...args) => formatted(text(pattern), args),
  formatlist: (pattern, ...args) => {
    const count = Math.max(...args.map((arg) => (isList(arg) ? arg.length : 1)));
    return Array.from({ length: count }, (_, index) =>
      formatted(
        text(pattern),
        args.map((arg) => (isList(arg) ? arg[index] : arg)),
      ),
    );
  },
  index: (items, item) => {
    const at = list(items).findIndex((each) => same(each, item));
    if (at < 0) throw new EvaluationError("index: no such item");
    return at;
  },
  indent: (spaces, value) => text(value).replaceAll("\n", `\n${" ".repeat(numeric(spaces))}`),
  join: (separator, ...items) =>
    items
      .flatMap((each) => (isList(each) ? each : [each]))
      .map(text)
      .join(text(separator)),
  jsondecode: (value) => fromJson(parsedJson(text(value))),
  jsonencode: (value) => JSON.stringify(toJson(value)),
  lower: (value) => text(value).toLowerCase(),
  matchkeys: (values, keys, wanted) =>
    list(values).filter((_, index) => list(wanted).some((each) => same(each, list(keys)[index]))),
  max: (...values) => Math.max(...values.map(numeric)),
  min: (...values) => Math.min(...values.map(numeric)),
  parseint: (value, base) => {
    const number = Number.parseInt(text(value), numeric(base));
    if (Number.isNaN(number)) throw new EvaluationError("parseint: no number");
    return number;
  },
  pow: (base, exponent) => numeric(base) ** numeric(exponent),
  range: (...limits) => {
    const [first = 0, second, third] = limits.map(numeric);
    const [start, end] = second === undefined ? [0, first] : [first, second];
    const step = third ?? (end < start ? -1 : 1);
    const length = Math.max(0, Math.ceil((end - start) / step));
    if (step === 0 || length > 1024) throw new EvaluationError("range: too many values");
    return Array.from({ length }, (_, index) => start + index * step);
  },
  regex: (pattern, value) => {
    const found = expressionOf(pattern, text(value)).exec(text(value));
    if (!found) throw new EvaluationError("regex: no match");
    return groups(found);
  },
  regexall: (pattern, value) => [...text(value).matchAll(expressionOf(pattern, text(value)))].map(groups),
  replace: (value, part, other) => {
    const pattern = /^\/(.*)\/$/s.exec(text(part))?.[1];
    if (pattern === undefined) return text(value).replaceAll(text(part), () => text(other));
    return text(value).replaceAll(expressionOf(pattern, text(value)), text(other).replaceAll(/\$\{?(\w+)\}?/g, "$$$1"));
  },
  reverse: (items) => [...list(items)].reverse(),
  setintersection: (first, ...others) =>
    distinct(list(first).filter((item) => others.every((other) => list(other).some((each) => same(each, item))))),
  setproduct: (...sets) =>
    sets.reduce<Value[][]>(
      (products, set) => products.flatMap((product) => list(set).map((item) => [...product, item])),
      [[]],
    ),
  setsubtract: (first, other) => distinct(list(first).filter((item) => !list(other).some((each) => same(each, item)))),
  setunion: (...sets) => distinct(sets.flatMap((set) => [...list(set)])),
  signum: (value) => Math.sign(numeric(value)),
  slice: (items, start, end) => list(items).slice(numeric(start), numeric(end)),
  sort: (items) => list(items).map(text).sort(byCodeUnits),
  split: (separator, value) => text(value).split(text(separator)),
  startswith: (value, start) => text(value).startsWith(text(start)),
  strcontains: (value, part) => text(value).includes(text(part)),
  strrev: (value) => [...text(value)].reverse().join(""),
  substr: (value, offset, length) => {
    const signs = [...text(value)];
    const start = numeric(offset) < 0 ? signs.length + numeric(offset) : numeric(offset);
    return signs.slice(start, numeric(length) < 0 ? undefined : start + numeric(length)).join("");
  },
  sum: (items) =>
    list(items)
      .map(numeric)
      .reduce((total, item) => total + item, 0),
  title: (value) => text(value).replaceAll(/(^|\s)(\p{L})/gu, (all) => all.toUpperCase()),
  tobool: flag,
  tonumber: (value) => (value === undefined ? undefined : numeric(value)),
  tostring: (value) => (value === undefined ? undefined : text(value)),
  transpose: (map) => {
    const result: Record<string, Value[]> = Object.create(null);
    for (const [key, items] of Object.entries(isMap(map) ? map : {}))
      for (const item of isList(items) ? items : []) result[text(item)] = [...(result[text(item)] ?? []), key];
    return { ...result };
  },
  trim: (value, signs) => trimmed(trimmed(text(value), text(signs), true), text(signs), false),
  trimprefix: (value, prefix) =>
    text(value).startsWith(text(prefix)) ? text(value).slice(text(prefix).length) : value,
  trimspace: (value) => text(value).trim(),
  trimsuffix: (value, suffix) =>
    text(suffix) !== "" && text(value).endsWith(text(suffix)) ? text(value).slice(0, -text(suffix).length) : value,
  upper: (value) => text(value).toUpperCase(),
  urlencode: (value) => encodeURIComponent(text(value)).replaceAll("%20", "+"),
  zipmap: (keys, values) => Object.fromEntries(list(keys).map((key, index) => [text(key), list(values)[index]])),
};

/** By code units, as Terraform sorts: the order must not depend on the machine's language. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function flattened(items: readonly Value[]): Value[] {
  // An item that is not a list stays one.
  return items.map((item) =>
    isList(item) ? joinedLists(flattened(item)) : item instanceof Unknown ? item : isList(item) ? item : [item],
  );
}

/** What is known of the items that differ. */
function distinctOf(value: Value): Value {
  if (value instanceof PartialList) return new PartialList(distinct(value.items), value.rest);
  if (value !== undefined && !isList(value) && !(value instanceof Unknown))
    throw new EvaluationError("a list is needed");
  return isList(value) && value.every(isKnown) ? distinct(value) : unknownOf([value]);
}

function distinct(items: readonly Value[]): Value[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = JSON.stringify(toJson(item)) ?? "null";
    return !seen.has(key) && seen.add(key);
  });
}

function expressionOf(pattern: Value, value: string): RegExp {
  if (mayTakeLong(text(pattern), value.length)) throw new TooMuch("regex: this may take long");
  // Go's flags at the start of a pattern; what else differs from JavaScript's is refused by one of both.
  const [, flags = "", rest = ""] = /^(?:\(\?([imsU]+)\))?(.*)$/s.exec(text(pattern)) ?? [];
  try {
    return new RegExp(rest.replaceAll("(?P<", "(?<"), `g${flags.replace("U", "")}u`);
  } catch {
    throw new EvaluationError("regex: the pattern cannot be read");
  }
}

/**
 * Whether JavaScript, which tries one way after the other, may take long where Go's expressions do not: with a repeated
 * group that can match in several ways, or many repetitions on a long text.
 */
function mayTakeLong(pattern: string, length: number): boolean {
  const bare = [...pattern.replaceAll(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]/gs, "x")];
  const repeats = (sign = " "): boolean => "*+{".includes(sign);
  /** For each open group, whether it can match in several ways. */
  const open: boolean[] = [];
  let [repetitions, isNested] = [0, false];
  for (const [at, sign] of bare.entries()) {
    if (sign === "(") open.push(false);
    const isVarious = sign === ")" ? open.pop() === true : sign === "|" || repeats(sign);
    if (repeats(sign)) repetitions++;
    if (isVarious && sign === ")") isNested ||= repeats(bare[at + 1]);
    if (isVarious && open.length > 0) open[open.length - 1] = true;
  }
  return isNested ? length > 24 : repetitions > 2 && length > 2_000;
}

function groups(found: RegExpExecArray): Value {
  if (found.groups) return { ...found.groups };
  return found.length > 1 ? found.slice(1) : found[0];
}

function trimmed(value: string, signs: string, isStart: boolean): string {
  const set = new Set(signs);
  const all = [...value];
  while (all.length > 0 && set.has((isStart ? all[0] : all.at(-1)) as string)) isStart ? all.shift() : all.pop();
  return all.join("");
}

function formatted(pattern: string, args: readonly Value[]): string {
  let at = 0;
  return pattern.replaceAll(
    /%(%|([-+0 #]*)(\d*)(?:\.(\d+))?([a-zA-Z]))/g,
    (all, whole: string, flags = "", width = "", precision?: string, verb = "") => {
      if (whole === "%") return "%";
      if (at >= args.length) throw new EvaluationError("format: a value is missing");
      const arg = args[at++];
      const shown = shownBy(verb, arg, precision);
      if (shown === undefined) throw new EvaluationError(`format: ${all} is not known here`);
      const filler = flags.includes("0") && !flags.includes("-") ? "0" : " ";
      return flags.includes("-") ? shown.padEnd(Number(width)) : shown.padStart(Number(width), filler);
    },
  );
}

function shownBy(verb: string, arg: Value, precision: string | undefined): string | undefined {
  switch (verb) {
    case "s":
      return text(arg);
    case "v":
      return typeof arg === "object" ? JSON.stringify(toJson(arg)) : text(arg ?? "null");
    case "d":
      return String(Math.trunc(numeric(arg)));
    case "f":
      return fixed(numeric(arg), Number(precision ?? 6));
    case "q":
      return JSON.stringify(text(arg));
    case "t":
      return String(flag(arg));
    case "x":
      return numeric(arg).toString(16);
    default:
      return undefined;
  }
}

/** Rounded to even where two are as near, as Go rounds. */
function fixed(number: number, digits: number): string {
  const scaled = Math.abs(number) * 10 ** digits;
  const isTie = scaled % 1 === 0.5;
  const rounded = isTie ? 2 * Math.round(scaled / 2) : undefined;
  return rounded === undefined
    ? number.toFixed(digits)
    : ((Math.sign(number) * rounded) / 10 ** digits).toFixed(digits);
}

interface Network {
  /** The first address, as a number. */
  readonly base: number;
  readonly length: number;
}

/** An IPv4 network; for IPv6 nothing is worked out. */
function network(value: Known): Network {
  const [, ip = "", length = ""] = /^([\d.]+)\/(\d+)$/.exec(text(value)) ?? [];
  if (isIP(ip) !== 4 || Number(length) > 32) throw new EvaluationError("an IPv4 network is needed");
  const number = ip.split(".").reduce((total, part) => total * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(length));
  return { base: Math.floor(number / size) * size, length: Number(length) };
}

function address(number: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join(".");
}

function subnet({ base, length }: Network, bits: number, number: number): string {
  const longer = length + bits;
  if (longer > 32 || number >= 2 ** bits || number < 0) throw new EvaluationError("cidrsubnet: no such network");
  return `${address(base + number * 2 ** (32 - longer))}/${longer}`;
}

function parsedJson(value: string): unknown {
  try {
    return parseJson(value);
  } catch {
    throw new EvaluationError("jsondecode: the text is not JSON");
  }
}

function fromJson(json: unknown): Value {
  if (json === null) return undefined;
  if (Array.isArray(json)) return json.map(fromJson);
  if (typeof json === "object")
    return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, fromJson(value)]));
  return json as string | number | boolean;
}

function toJson(value: Value): unknown {
  if (value === undefined) return null;
  if (isList(value)) return value.map(toJson);
  // Terraform writes the keys of an object in their order.
  if (isMap(value))
    return Object.fromEntries(
      Object.keys(value)
        .sort(byCodeUnits)
        .map((key) => [key, toJson(value[key])]),
    );
  return value;
}
