import type { Change, ResourceParts } from "../../model/resource.ts";
import { Encoded, isMap, isSet, PartialList, steps, Unknown, type Value } from "../../model/value.ts";
import { once } from "../once.ts";
import { parseJson } from "../parse-json.ts";
import {
  entriesFor,
  keyOf,
  matchOf,
  pathFrom,
  pathOf,
  placed,
  type Step,
  stepsOf,
  type Table,
  valueAt,
} from "./table.ts";
import { type Facts, Translated } from "./translated.ts";

/** Gives what a value refers to, where that is known. */
export type Follow = (value: Value) => Value;

/** How a resource carries what ARM calls by its own names. */
export interface Carrier {
  /** The spellings for a value of its attributes: which pool is the cluster's own depends on it. */
  readonly spell: (attributes: Value) => Table;
  /** What is not at one place. Default: nothing. */
  readonly derive?: (attributes: Value) => readonly (readonly [canonical: string, value: Value])[];
  readonly follow: Follow;
}

/** Attributes of azapi itself: they change how it asks, and nothing in Azure. */
const OWN =
  /^(type|output|response_export_values|retry|locks|timeouts|schema_validation_enabled|list_unique_id_property|ignore_\w+|replace_triggers_\w+|\w+_headers|\w+_query_parameters)$/;

/** A resource that carries the body of ARM. */
export class FromArm extends Translated {
  private readonly writtenPaths = new Map<string, string>();

  constructor(
    authored: ResourceParts,
    facts: Facts,
    protected readonly carrier: Carrier,
  ) {
    super(authored, facts);
  }

  override asWritten(attributes: Value): Value {
    return withBody(attributes, "body");
  }

  /** A data source tells what it was asked for, also where Azure has nothing there. */
  tells(path: string): boolean {
    if (this.mode !== "data") return false;
    const exported = valueAt(this.authored.attributes, ["response_export_values"]);
    const asked = this.writtenAs(path).replace(/^output\./, "");
    return (
      Array.isArray(exported) &&
      exported.some((each) => each === "*" || (typeof each === "string" && isWithin(asked, each)))
    );
  }

  writtenAs(path: string): string {
    let written = this.writtenPaths.get(path);
    if (written === undefined) {
      written = this.findWritten(path);
      this.writtenPaths.set(path, written);
    }
    return written;
  }

  private findWritten(path: string): string {
    const asked = steps(path);
    let first: readonly Step[] | undefined;
    const inBlock: (readonly Step[])[] = [];
    for (const [authored, canonical] of entriesFor(this.spellings, asked)) {
      const match = matchOf(stepsOf(canonical), asked);
      // What is asked may be a block: it is written where its attributes are.
      if (!match && matchOf(asked, stepsOf(canonical))) inBlock.push(stepsOf(authored));
      if (!match) continue;
      const actual = this.actual(pathFrom(stepsOf(authored), match));
      if (actual.isThere) return pathOf(actual.path);
      first ??= actual.path;
    }
    return first ? pathOf(first) : inBlock.length > 0 ? pathOf(this.actual(common(inBlock)).path) : path;
  }

  private actual(path: readonly Step[]): ReturnType<typeof actualPath> {
    return actualPath(this.authored.attributes, path, this.carrier.follow);
  }

  nameOf(attribute: string): string | undefined {
    const found = this.spellings.find(([, canonical]) => stepsOf(canonical).at(-1) === attribute);
    const name = found && stepsOf(found[0]).at(-1);
    return typeof name === "string" ? name : undefined;
  }

  protected get spellings(): Table {
    return once(this, "spellings", () => this.carrier.spell(this.authored.attributes));
  }

  protected read(attributes: Value): Value {
    if (attributes === undefined) return undefined;
    const { spell, derive, follow } = this.carrier;
    let result: Value = {};
    for (const [canonical, value] of derive?.(attributes) ?? [])
      if (value !== undefined) result = placed(result, stepsOf(canonical), value);
    for (const [authored, canonical, convert] of spell(attributes)) {
      const found = readAt(attributes, stepsOf(authored), follow);
      const value = found instanceof Unknown || !convert ? found : convert(found);
      if (value === undefined || isSet(valueAt(result, stepsOf(canonical)))) continue;
      result = placed(result, stepsOf(canonical), value);
    }
    return result;
  }

  protected canonicalPaths(path: string): readonly string[] {
    const asked = steps(path);
    if (typeof asked[0] === "string" && OWN.test(asked[0])) return [];
    const below = this.spellings.flatMap(([authored, canonical]) => {
      const match = isOfList(authored) ? undefined : matchOf(stepsOf(authored), asked);
      return match ? [pathOf(pathFrom(stepsOf(canonical), match))] : [];
    });
    return below.length > 0 ? below : this.pathsIn(asked, path);
  }

  protected carried(): readonly string[] {
    const inBody = this.spellings.filter(([authored]) => BODIES.includes(String(stepsOf(authored)[0])));
    return inBody.flatMap(([authored, canonical]) =>
      isSet(readAt(this.authored.attributes, stepsOf(authored), this.carrier.follow)) ? [canonical] : [],
    );
  }

  /** What differs in a part of the body that changes as a whole: lists have no order that means something. */
  private pathsIn(asked: readonly Step[], path: string): readonly string[] {
    const list = asked.findIndex((step) => typeof step === "number");
    const part = list === -1 ? asked : asked.slice(0, list);
    const inIt = this.spellings.filter(([authored]) => matchOf(part, stepsOf(authored)));
    if (inIt.length === 0) return [path];
    const changed: string[] = [];
    for (const [, canonical] of inIt) {
      const [before, after] = [this.change?.before, this.attributes].map((value) => valueAt(value, stepsOf(canonical)));
      if (after instanceof Unknown) return [path];
      if (!isSame(before, after)) changed.push(pathOf(pathFrom(stepsOf(canonical), { indices: [], rest: [] })));
    }
    return changed;
  }
}

/** A pool in the list of a cluster: to the model it is a resource of its own, at the same address. */
export class InlinePool extends FromArm {
  protected override get spellings(): Table {
    return once(this, "spellings", () => {
      const now = this.carrier.spell(this.authored.attributes);
      return now.length > 0 ? now : this.carrier.spell(this.authored.change?.before);
    });
  }

  override get attributes(): Value {
    return once(
      this,
      "attributes",
      () => this.read(this.authored.attributes) ?? this.read(this.authored.change?.before),
    );
  }

  protected override read(attributes: Value): Value {
    return attributes === undefined || this.carrier.spell(attributes).length === 0 ? undefined : super.read(attributes);
  }

  protected override actionsOf(change: Change): readonly string[] {
    if (!change.actions.some((action) => action === "update" || action === "no-op")) return change.actions;
    const [before, after] = [this.read(change.before), this.read(this.authored.attributes)];
    if (before === undefined) return ["create"];
    if (after === undefined) return ["delete"];
    return [isSame(before, after) ? "no-op" : "update"];
  }

  /** Whatever of the cluster changes, of the pool that changes which differs. */
  protected override canonicalPaths(): readonly string[] {
    const { before } = this.change ?? {};
    if (before === undefined) return [];
    return this.spellings.flatMap(([, canonical]) => {
      const [was, is] = [before, this.attributes].map((value) => valueAt(value, stepsOf(canonical)));
      return isSame(was, is) ? [] : [canonical];
    });
  }
}

/** A resource that stays the body of ARM, in ARM's own casing. */
export class Recased extends Translated {
  constructor(
    authored: ResourceParts,
    facts: Facts,
    private readonly table: Table,
    private readonly follow: Follow,
  ) {
    super(authored, facts);
  }

  override asWritten(attributes: Value): Value {
    return withBody(attributes, "body");
  }

  writtenAs(path: string): string {
    return pathOf(actualPath(this.authored.attributes, steps(path), this.follow).path);
  }

  protected read(attributes: Value): Value {
    if (!isMap(attributes)) return attributes;
    const bodies = BODIES.filter((body) => Object.hasOwn(attributes, body));
    return {
      ...attributes,
      ...Object.fromEntries(bodies.map((body) => [body, recased(readAt(attributes, [body], this.follow), this.table)])),
    };
  }

  protected canonicalPaths(path: string): readonly string[] {
    const [first = "", ...rest] = steps(path);
    if (typeof first === "string" && OWN.test(first)) return [];
    if (!BODIES.includes(String(first))) return [path];
    const found = this.table.flatMap(([authored]) => {
      const match = matchOf(stepsOf(authored), rest);
      return match ? [pathOf([first, ...pathFrom(stepsOf(authored), match)])] : [];
    });
    return found.length > 0 ? found : [path];
  }

  protected carried(): readonly string[] {
    const paths = BODIES.flatMap((body) => this.table.map(([authored]) => [body, ...stepsOf(authored)]));
    return paths.flatMap((path) => (isSet(readAt(this.authored.attributes, path, this.follow)) ? [pathOf(path)] : []));
  }
}

/** Where azapi takes a body. */
export const BODIES: readonly string[] = ["body", "sensitive_body"];

/** A body with the keys of a table in its casing, and what else it has as it is. */
function recased(body: Value, table: Table): Value {
  let result = body;
  for (const [authored, , convert] of table) {
    const path = stepsOf(authored);
    const actual = actualPath(body, path, (value) => value);
    if (!actual.isThere) continue;
    const found = valueAt(body, actual.path);
    const value = found instanceof Unknown || !convert ? found : convert(found);
    if (value === found && path.every((step, index) => step === actual.path[index])) continue;
    result = placed(removed(result, actual.path), path, value);
  }
  return result;
}

/** A copy without a key that is spelled otherwise. */
function removed(value: Value, path: readonly Step[]): Value {
  const [step, ...rest] = path;
  if (!isMap(value) || step === undefined || !Object.hasOwn(value, step)) return value;
  if (rest.length > 0) return { ...value, [step]: removed(value[step], rest) };
  const { [step]: _, ...others } = value;
  return others;
}

/** A path as its author wrote it, as far as it is written. */
function actualPath(
  value: Value,
  path: readonly Step[],
  follow: Follow,
): { readonly path: readonly Step[]; readonly isThere: boolean } {
  const actual: Step[] = [];
  let at: Value = value;
  let isThere = true;
  for (const step of path) {
    at = unfolded(follow(at));
    if (Array.isArray(at) && typeof step === "string") at = at[0];
    const key = isMap(at) && typeof step === "string" ? keyOf(at, step) : undefined;
    actual.push(key ?? step);
    if (at instanceof Unknown) continue;
    isThere &&= key !== undefined || (typeof step === "number" && Array.isArray(at) && step < at.length);
    at =
      key !== undefined
        ? (at as { readonly [key: string]: Value })[key]
        : Array.isArray(at) && typeof step === "number"
          ? at[step]
          : undefined;
  }
  return { path: actual, isThere: isThere && at !== undefined };
}

/** What is at a path, compared without case and with references followed. */
export function readAt(value: Value, path: readonly Step[], follow: Follow): Value {
  let at = follow(value);
  for (const [index, step] of path.entries()) {
    at = unfolded(at);
    if (at instanceof Unknown) return at;
    if (at instanceof PartialList) at = typeof step === "number" ? (at.items[step] ?? at.rest) : at.rest;
    else if (Array.isArray(at)) at = typeof step === "number" ? at[step] : undefined;
    else if (isMap(at)) at = typeof step === "string" ? at[keyOf(at, step) ?? step] : undefined;
    else return undefined;
    at = follow(index === 0 && BODIES.includes(String(step)) ? asWhole(at) : at);
  }
  return unfolded(at);
}

/**
 * A plan does not tell `terraform_data.x.output` from an expression with it; what is a body by itself is hardly ever
 * wrapped into another.
 */
function asWhole(value: Value): Value {
  const isData =
    value instanceof Unknown &&
    value.exact === undefined &&
    /(^|\.)terraform_data\.[^.]+\.(output|input)\b/.test(value.only ?? "");
  return isData ? new Unknown(value.references, value.only) : value;
}

/** What JSON text stands for. azapi before version 2 takes its body so. */
function unfolded(value: Value): Value {
  if (value instanceof Encoded) return value.value;
  if (typeof value !== "string" || !/^\s*\{/.test(value)) return value ?? undefined;
  try {
    return parseJson(value, (_, item) => item ?? undefined) as Value;
  } catch {
    return value;
  }
}

function withBody(value: Value, body: string): Value {
  if (!isMap(value) || !Object.hasOwn(value, body)) return value;
  const read = unfolded(value[body]);
  return read === value[body] ? value : { ...value, [body]: read };
}

/** What paths begin with, all of them. */
function common(paths: readonly (readonly Step[])[]): readonly Step[] {
  const [one = [], ...others] = paths;
  const end = one.findIndex((step, index) => others.some((other) => other[index] !== step));
  return end === -1 ? one : one.slice(0, end);
}

/** Whether an entry is of an item in a list: the same index before and after need not be the same item. */
function isOfList(authored: string): boolean {
  return /\[\d+\]/.test(authored);
}

/** Whether two values are equal, as far as both are known. What is off is the same as what is not there. */
function isSame(one: Value, other: Value): boolean {
  if (one === other || (isNothing(one) && isNothing(other))) return true;
  if (one instanceof Unknown || other instanceof Unknown) return false;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  if (!isMap(one) || !isMap(other)) return false;
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) => isSame(one[key], other[key]));
}

function isNothing(value: Value): boolean {
  return !isSet(value) || value === false || value === 0 || value === "";
}

/** Whether a path is another, or below it. */
function isWithin(path: string, outer: string): boolean {
  return path.startsWith(outer) && /^($|[.[])/.test(path.slice(outer.length));
}
