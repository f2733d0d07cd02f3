import { Model, type StackParts } from "../../model/model.ts";
import { isPrivateKey, isSecretName, isSecretText, isWriteOnlyName, shownText } from "../../model/redaction.ts";
import type { Change, ResourceParts } from "../../model/resource.ts";
import { Redacted, Unknown, type Value } from "../../model/value.ts";
import { once } from "../once.ts";
import { inOneVocabulary } from "../vocabulary/vocabulary.ts";
import { indexOf, MAX_DEPTH, PlanConfiguration, type Scope, withoutIndex } from "./configuration.ts";
import type { DataJson, PlanJson, PlannedJson } from "./json.ts";

// biome-ignore lint/suspicious/noExplicitAny: plan JSON is anything
type Json = any;

/** A plan and the stack that it is of. */
export interface NamedPlan {
  /** Name of the stack. */
  readonly name: string;
  /** What `readPlan` gives. */
  readonly plan: PlanJson;
}

/**
 * The model of what plans lead to, all together. Attributes that are not known yet keep what they refer to, and secrets
 * are left out here: no rule and no report sees one.
 */
export function fromPlan(plans: readonly NamedPlan[]): Model {
  return new Model(plans.map((plan) => inOneVocabulary(stackOf(plan))));
}

function stackOf({ name, plan }: NamedPlan): StackParts {
  const reader = new Reader(plan);
  const planned = plan.changes.map((entry) => new PlannedResource(name, entry, reader));
  const stays = planned.filter(({ isRemoved }) => !isRemoved);
  const addresses = new Set(stays.map(({ address }) => address));
  const data = plan.data.map((entry) => new ReadDataSource(name, entry, reader)).filter(({ address }) => !addresses.has(address));
  reader.resources = [...planned, ...data];
  return {
    name,
    resources: [...stays, ...data],
    removed: planned.filter(({ isRemoved }) => isRemoved),
    drifted: plan.drift.map((entry) => new PlannedResource(name, entry, reader, true)),
    outputs: Object.fromEntries(
      Object.entries(plan.outputs).map(([id, { value, isSensitive }]) => [
        id,
        isSensitive ? new Redacted() : value === undefined ? reader.configuration.output(id) : planValue(value),
      ]),
    ),
  };
}

function planValue(value: Json): Value {
  return read({ after: value, unknown: false, masks: [] }, rootOf(undefined, "yes"), undefined);
}

/**
 * What both kinds of resources of a plan share. All of it is read when somebody asks: most plans are mostly about other
 * things.
 */
abstract class FromPlan {
  readonly address: string;
  readonly type: string;
  private readonly module: string;

  constructor(
    readonly stack: string,
    { address, type, module }: PlannedJson | DataJson,
    protected readonly plan: Reader,
  ) {
    this.address = address;
    this.type = type;
    this.module = module;
  }

  /** The Azure ID of the resource, as far as it is known. */
  abstract get id(): Json;

  get provider(): string {
    return this.settings.key ?? (this.type.split("_", 1)[0] as string);
  }

  get providerHost(): readonly string[] | undefined {
    const { expressions, module } = this.settings;
    const host = this.plan.configuration.references(expressions.host, { module, index: "" });
    return host.length > 0 ? host : undefined;
  }

  get subscriptionId(): string | undefined {
    const given = this.settings.expressions.subscription_id?.constant_value;
    return typeof given === "string" && !given.includes("${") ? given.toLowerCase() : (subscriptionOf(this.id) ?? this.plan.subscriptions.get(this.provider));
  }

  get written(): Value {
    return once(this, "written", () => this.plan.configuration.value(this.block?.expressions ?? {}, this.scope));
  }

  get hasSecretLiterals(): boolean {
    return this.plan.configuration.mayHoldSecret(this.block);
  }

  protected get block(): Json {
    return once(this, "block", () => this.plan.configuration.blockOf(this.address, this.module));
  }

  protected get scope(): Scope {
    return {
      module: this.module,
      index: indexOf(this.address),
      block: withoutIndex(this.address),
      forEach: this.block?.for_each_expression,
    };
  }

  private get settings(): ReturnType<PlanConfiguration["providerOf"]> {
    return once(this, "settings", () => this.plan.configuration.providerOf(this.block));
  }
}

/** What the resources of one plan read from it. */
class Reader {
  readonly configuration: PlanConfiguration;
  resources: readonly FromPlan[] = [];

  constructor(private readonly plan: PlanJson) {
    this.configuration = new PlanConfiguration(plan.configuration, (block) => this.instances.get(block) ?? "");
  }

  /** Which instances each block has, as one text. */
  private get instances(): ReadonlyMap<string, string> {
    return once(this, "instances", () => {
      const indices = new Map<string, string[]>();
      for (const { address } of this.plan.changes) {
        const block = withoutIndex(address);
        const same = indices.get(block);
        if (same) same.push(indexOf(address));
        else indices.set(block, [indexOf(address)]);
      }
      return new Map([...indices].map(([block, all]) => [block, all.sort().join()]));
    });
  }

  /** The subscription that each provider works in, also where that comes from a variable: from the IDs of its resources. */
  get subscriptions(): ReadonlyMap<string, string> {
    return once(this, "subscriptions", () => {
      const found = new Map<string, string>();
      for (const resource of this.resources) {
        const subscription = subscriptionOf(resource.id);
        if (subscription !== undefined && !found.has(resource.provider)) found.set(resource.provider, subscription);
      }
      return found;
    });
  }
}

class PlannedResource extends FromPlan implements ResourceParts {
  private readonly entry: PlannedJson;
  readonly mode: "managed" | "data";
  readonly isImported: boolean;
  readonly sensitive: unknown;

  constructor(
    stack: string,
    given: PlannedJson,
    plan: Reader,
    /** Whether the change happened outside of Terraform: then only what the configuration gives matters. */
    private readonly isDrift = false,
  ) {
    super(stack, given, plan);
    this.entry = given.type.startsWith("azapi_") ? { ...given, before: withBody(given.before), after: withBody(given.after) } : given;
    this.mode = given.mode;
    this.isImported = given.isImported;
    this.sensitive = given.afterSensitive;
  }

  /** Whether the plan leaves nothing of it: it is destroyed, forgotten, or what a replacement left behind. */
  get isRemoved(): boolean {
    return this.entry.isDeposed || this.entry.actions.every((action) => action === "delete" || action === "forget");
  }

  get id(): Json {
    return this.entry.after?.id ?? this.entry.before?.id;
  }

  get azureType(): string | undefined {
    return this.type.startsWith("azapi_") ? textOf(this.entry.after?.type ?? this.entry.before?.type) : undefined;
  }

  get attributes(): Value {
    const { after, afterUnknown, before } = this.entry;
    const { masks } = this;
    return once(this, "attributes", () =>
      this.isRemoved
        ? this.read({ after: before, unknown: false, masks }, undefined)
        : this.read({ after: after ?? {}, unknown: afterUnknown, masks }, this.block?.expressions),
    );
  }

  get change(): Change {
    const { entry, block, isDrift } = this;
    const readBefore = (): Value => (entry.before === undefined ? undefined : this.read({ after: entry.before, unknown: false, masks: this.masks }, undefined));
    return once(this, "change", () => ({
      actions: entry.actions,
      reason: entry.reason,
      previousAddress: entry.previousAddress,
      isDeposed: entry.isDeposed,
      deferred: entry.deferred,
      get replacing() {
        return once(this, "replacing", () =>
          outermost(
            entry.replacePaths
              .map((path) => visible(path, [entry.beforeSensitive, entry.afterSensitive]))
              .filter((path) => path.length > 0)
              .map(pathOf),
          ),
        );
      },
      get changed() {
        const isUpdate = entry.actions.includes("create") === entry.actions.includes("delete");
        return once(this, "changed", () => (isUpdate ? outermost([...changedPaths(entry, block?.expressions, isDrift)]) : []));
      },
      get before() {
        return once(this, "before", readBefore);
      },
    }));
  }

  /** What was or will be a secret is one. */
  private get masks(): readonly Json[] {
    return [this.entry.beforeSensitive, this.entry.afterSensitive];
  }

  private read(json: Reading, expressions: Json): Value {
    return read(json, rootOf(expressions, expressions === undefined ? "maybe" : "yes"), (expression, name, parent) =>
      this.plan.configuration.value(expression, this.scope, name, parent),
    );
  }
}

/** azapi before version 2 took its body as JSON text. */
function withBody(attributes: Json): Json {
  if (typeof attributes?.body !== "string") return attributes;
  try {
    return { ...attributes, body: JSON.parse(attributes.body) };
  } catch {
    return attributes;
  }
}

class ReadDataSource extends FromPlan implements ResourceParts {
  readonly mode = "data";

  constructor(
    stack: string,
    private readonly entry: DataJson,
    plan: Reader,
  ) {
    super(stack, entry, plan);
  }

  get id(): Json {
    return this.entry.values?.id;
  }

  get azureType(): string | undefined {
    return this.type.startsWith("azapi_") ? textOf(this.entry.values?.type) : undefined;
  }

  get sensitive(): unknown {
    return this.entry.sensitive;
  }

  get attributes(): Value {
    return once(this, "attributes", () =>
      read({ after: this.entry.values ?? {}, unknown: false, masks: [this.entry.sensitive] }, rootOf(undefined, "yes"), undefined),
    );
  }
}

/** A value of plan JSON with the masks of the same shape beside it. */
interface Reading {
  readonly after: Json;
  readonly unknown: Json;
  /** Of the same shape, true where Terraform marks a value as sensitive. */
  readonly masks: readonly Json[];
}

/** Where a value stands. */
interface Position {
  /** What the configuration gives there; undefined where that is not known. */
  readonly expressions: Json;
  readonly name: string;
  /** The nearest name around it. */
  readonly parent: string | undefined;
  /** Whether the configuration gives it: blocks made by `dynamic` are not in the configuration of a plan, so what is in them may be given. */
  readonly given: "yes" | "no" | "maybe";
  readonly depth: number;
}

function rootOf(expressions: Json, given: Position["given"]): Position {
  return { expressions, name: "", parent: undefined, given, depth: 0 };
}

type ReadExpression = (expression: Json, name: string, parent: string | undefined) => Value;

/**
 * What is planned, with Unknown where Terraform says so and the references that the configuration gives there. What the
 * configuration does not give is left to the provider: absent, as in synthesized JSON.
 */
function read({ after, unknown, masks }: Reading, position: Position, readExpression: ReadExpression | undefined): Value {
  const { expressions, name, parent, given, depth } = position;
  if (depth > MAX_DEPTH) return new Unknown([]);
  if (unknown === true) return given === "no" ? undefined : asUnknown(readExpression?.(expressions, name, parent));
  if (after === null || after === undefined) {
    // A write-only attribute is null in every plan, whatever is written to it.
    if (isWriteOnlyName(name)) return readExpression?.(expressions, name, parent);
    if (typeof unknown !== "object" || unknown === null) return undefined;
    after = Array.isArray(unknown) ? [] : {};
  }
  if (Array.isArray(after)) {
    const length = Math.max(after.length, Array.isArray(unknown) ? unknown.length : 0);
    return Array.from({ length }, (_, index) =>
      read(
        { after: after[index], unknown: step(unknown, index), masks: masksOf(masks, index) },
        { ...position, expressions: inside(expressions, index), depth: depth + 1 },
        readExpression,
      ),
    );
  }
  if (typeof after !== "object") {
    if (isNothing(after, position)) return undefined;
    if (masks.includes(true) || (typeof after === "string" && (isSecretName(name, parent) || isSecretText(after))))
      return new Redacted(typeof after === "string" && isPrivateKey(after));
    return after;
  }
  if (masks.includes(true)) return redactedMap(after);
  const isBlock = isBlocks(expressions);
  const writeOnly = isBlock ? Object.keys(expressions).filter(isWriteOnlyName) : [];
  const keys = new Set([...Object.keys(after), ...writeOnly, ...(isObject(unknown) ? Object.keys(unknown) : [])]);
  const isHidden = isSecretName(name, parent);
  return Object.fromEntries(
    [...keys].map((key) => [
      shownText(key),
      read(
        { after: step(after, key), unknown: step(unknown, key), masks: isHidden ? HIDDEN : masksOf(masks, key) },
        {
          expressions: inside(expressions, key),
          name: key,
          parent: name || parent,
          given: !isBlock ? (given === "no" ? "maybe" : given) : Object.hasOwn(expressions, key) ? "yes" : isContainer(step(after, key)) ? "maybe" : "no",
          depth: depth + 1,
        },
        readExpression,
      ),
    ]),
  );
}

/** What Azure and the provider answer for what is not there, also where a variable gives null. */
function isNothing(value: Json, { expressions, given }: Position): boolean {
  // Nobody writes an empty text down where it means nothing.
  if (value === "") return !(isObject(expressions) && "constant_value" in expressions && !("references" in expressions));
  return given !== "yes" && (value === 0 || value === false);
}

/** Keys of a Kubernetes Secret that are no secret: what is under them is. */
const KNOWN_KEYS = ["cert.pem", "key.pem", "tls.crt", "tls.key"];

/** A map that is masked as a whole: its keys may be a secret too. */
function redactedMap(map: Json): Value {
  const keys = KNOWN_KEYS.filter((key) => Object.hasOwn(map, key));
  return keys.length === 0 ? new Redacted() : Object.fromEntries(keys.map((key) => [key, new Redacted()]));
}

const HIDDEN: readonly Json[] = [true];

/** The masks of a part: what is masked as a whole is masked in every part. */
function masksOf(masks: readonly Json[], key: string | number): readonly Json[] {
  return masks.includes(true) ? HIDDEN : masks.map((mask) => step(mask, key));
}

/** What the configuration gives for what is not known yet: a constant there would be one that it does not tell. */
function asUnknown(value: Value): Value {
  return value instanceof Unknown || Array.isArray(value) || (typeof value === "object" && value !== null) ? value : new Unknown([]);
}

/** Paths of what differs, except what the provider decides by itself, and nothing in its many forms. */
function* changedPaths(entry: PlannedJson, expressions: Json, onlyGiven: boolean): Generator<string> {
  const { before, after, afterUnknown: unknown, beforeSensitive, afterSensitive } = entry;
  if (onlyGiven && expressions === undefined) return;
  const difference = { before, after, unknown, masks: [beforeSensitive, afterSensitive], expressions };
  for (const path of differences(difference, onlyGiven, [])) yield pathOf(path);
}

/** A path as far as it may be seen: the keys of a map that is masked are a secret too. */
function visible(path: readonly (string | number)[], masks: readonly Json[]): readonly (string | number)[] {
  const hidden = path.findIndex((_, length) => path.slice(0, length).reduce<readonly Json[]>(masksOf, masks).includes(true));
  return hidden === -1 ? path : path.slice(0, hidden);
}

interface Difference {
  readonly before: Json;
  readonly after: Json;
  readonly unknown: Json;
  readonly masks: readonly Json[];
  readonly expressions: Json;
}

function partOf({ before, after, unknown, masks, expressions }: Difference, key: string | number): Difference {
  return {
    before: step(before, key),
    after: step(after, key),
    unknown: step(unknown, key),
    masks: masksOf(masks, key),
    expressions: inside(expressions, key),
  };
}

function* differences(difference: Difference, onlyGiven: boolean, path: readonly (string | number)[]): Generator<readonly (string | number)[]> {
  const { before, after, unknown, masks, expressions } = difference;
  if (path.length > MAX_DEPTH) return;
  if (unknown === true) {
    if (expressions !== undefined && path.length > 0) yield path;
  } else if (isEmpty(before) && isEmpty(after)) {
    return;
  } else if (masks.includes(true)) {
    if (!sameJson(before, after, 0)) yield path;
  } else if (isObject(before) && isObject(after)) {
    const isBlock = isBlocks(expressions);
    for (const key of new Set([...Object.keys(before), ...Object.keys(after), ...(isObject(unknown) ? Object.keys(unknown) : [])])) {
      if (onlyGiven && isBlock && !Object.hasOwn(expressions, key)) continue;
      const part = partOf(difference, key);
      // What is unknown in a block that `dynamic` makes may be given.
      const mayBeGiven = isBlock && !Object.hasOwn(expressions, key) && isContainer(part.after) && !onlyGiven;
      yield* differences(mayBeGiven ? { ...part, expressions: DYNAMIC } : part, onlyGiven, [...path, key]);
    }
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length && after.every(isObject)) {
    for (const index of after.keys()) yield* differences(partOf(difference, index), onlyGiven, [...path, index]);
  } else if (!sameJson(before, after, 0)) yield path;
}

/** Stands for the expressions of a block that the configuration of the plan does not hold. */
const DYNAMIC = { references: [] };

function sameJson(a: Json, b: Json, depth: number): boolean {
  if (a === b || depth > MAX_DEPTH || (isEmpty(a) && isEmpty(b))) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => sameJson(item, b[index], depth + 1));
  if (!isObject(a) || !isObject(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => sameJson(step(a, key), step(b, key), depth + 1));
}

/** Azure and Terraform have several words for nothing. */
function isEmpty(value: Json): boolean {
  return value === undefined || value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
}

/** Those that are in no other. */
function outermost(paths: readonly string[]): string[] {
  const all = new Set(paths);
  return [...all].filter((path) => ![...path.matchAll(/[.[]/g)].some(({ index }) => all.has(path.slice(0, index))));
}

/** Whether the configuration gives blocks there, with expressions in them. */
function isBlocks(expressions: Json): boolean {
  return isObject(expressions) && !("references" in expressions) && !("constant_value" in expressions);
}

/** What the configuration gives for a part: of blocks, of the text of an expression, or the expression itself, which is all that is known. */
function inside(expressions: Json, key: string | number): Json {
  if (Array.isArray(expressions) || isBlocks(expressions)) return step(expressions, key);
  if (!isObject(expressions) || !("constant_value" in expressions)) return expressions;
  const constant = step(expressions.constant_value, key);
  return constant === undefined ? undefined : { ...expressions, constant_value: constant };
}

/** `default_node_pool[0].vm_size`, `annotations["a.b/c"]`. */
function pathOf(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return /^[\w-]+$/.test(part) ? (text === "" ? part : `${text}.${part}`) : `${text}[${JSON.stringify(shownText(part))}]`;
  }, "");
}

function textOf(value: Json): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function subscriptionOf(id: Json): string | undefined {
  return typeof id === "string" ? /^\/subscriptions\/([0-9a-f-]{36})\//i.exec(id)?.[1]?.toLowerCase() : undefined;
}

function step(value: Json, key: string | number): Json {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Whether it is a block, or several. */
function isContainer(value: Json): boolean {
  return isObject(value) || (Array.isArray(value) && value.some(isObject));
}

function isObject(value: Json): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
