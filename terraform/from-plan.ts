import { Picture, type StackParts } from "./picture.ts";
import { indexOf, MAX_DEPTH, PlanConfiguration, type Scope } from "./plan-configuration.ts";
import type { DataJson, PlanJson, PlannedJson } from "./plan-json.ts";
import { isPrivateKey, isSecretName, isSecretText, isWriteOnlyName } from "./redaction.ts";
import type { Change, ResourceParts } from "./resource.ts";
import { Redacted, Unknown, type Value } from "./value.ts";

// biome-ignore lint/suspicious/noExplicitAny: plan JSON is anything
type Json = any;

/** A plan and the stack that it is of. */
export interface NamedPlan {
  readonly name: string;
  readonly plan: PlanJson;
}

/**
 * The picture of what plans lead to, all together. Attributes that are not known yet keep what they refer to, and secrets
 * are left out here: no rule and no report sees one.
 */
export function fromPlan(plans: readonly NamedPlan[]): Picture {
  return new Picture(plans.map(stackOf));
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
  return read({ after: value, unknown: false, masks: [] }, { expressions: undefined, name: "", parent: undefined, isGiven: true, depth: 0 }, undefined);
}

/**
 * What both kinds of resources of a plan share. All of it is read when somebody asks: most plans are mostly about other
 * things.
 */
abstract class FromPlan {
  readonly address: string;
  readonly type: string;

  constructor(
    readonly stack: string,
    private readonly entryOf: PlannedJson | DataJson,
    protected readonly plan: Reader,
  ) {
    this.address = entryOf.address;
    this.type = entryOf.type;
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
    return once(this, "block", () => this.plan.configuration.blockOf(this.entryOf.address, this.entryOf.module));
  }

  protected get scope(): Scope {
    return { module: this.entryOf.module, index: indexOf(this.entryOf.address), forEach: this.block?.for_each_expression };
  }

  private get settings(): ReturnType<PlanConfiguration["providerOf"]> {
    return once(this, "settings", () => this.plan.configuration.providerOf(this.block));
  }
}

/** What the resources of one plan read from it. */
class Reader {
  readonly configuration: PlanConfiguration;
  resources: readonly FromPlan[] = [];

  constructor(plan: PlanJson) {
    this.configuration = new PlanConfiguration(plan.configuration);
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
  readonly mode: "managed" | "data";
  readonly isImported: boolean;
  readonly sensitive: unknown;

  constructor(
    stack: string,
    private readonly entry: PlannedJson,
    plan: Reader,
    /** Whether the change happened outside of Terraform: then only what the configuration gives matters. */
    private readonly isDrift = false,
  ) {
    super(stack, entry, plan);
    this.mode = entry.mode;
    this.isImported = entry.isImported;
    this.sensitive = entry.afterSensitive;
  }

  /** Whether the plan leaves nothing of it: it is destroyed, forgotten, or what a replacement left behind. */
  get isRemoved(): boolean {
    return this.entry.isDeposed || this.entry.actions.every((action) => action === "delete" || action === "forget");
  }

  get id(): Json {
    return this.entry.after?.id ?? this.entry.before?.id;
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
        return once(this, "replacing", () => outermost(entry.replacePaths.filter((path) => path.length > 0).map(pathOf)));
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
    return read(json, { expressions, name: "", parent: undefined, isGiven: true, depth: 0 }, (expression, name, parent) =>
      this.plan.configuration.value(expression, this.scope, name, parent),
    );
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

  get sensitive(): unknown {
    return this.entry.sensitive;
  }

  get attributes(): Value {
    return once(this, "attributes", () =>
      read(
        { after: this.entry.values ?? {}, unknown: false, masks: [this.entry.sensitive] },
        { expressions: undefined, name: "", parent: undefined, isGiven: true, depth: 0 },
        undefined,
      ),
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
  readonly isGiven: boolean;
  readonly depth: number;
}

type ReadExpression = (expression: Json, name: string, parent: string | undefined) => Value;

/**
 * What is planned, with Unknown where Terraform says so and the references that the configuration gives there. What the
 * configuration does not give is left to the provider: absent, as in synthesized JSON.
 */
function read({ after, unknown, masks }: Reading, position: Position, readExpression: ReadExpression | undefined): Value {
  const { expressions, name, parent, isGiven, depth } = position;
  if (depth > MAX_DEPTH) return new Unknown([]);
  if (unknown === true) return !isGiven ? undefined : asUnknown(readExpression?.(expressions, name, parent));
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
        { ...position, expressions: inside(expressions, index), isGiven: true, depth: depth + 1 },
        readExpression,
      ),
    );
  }
  if (typeof after !== "object") {
    if (masks.includes(true) || (typeof after === "string" && (isSecretName(name, parent) || isSecretText(after))))
      return new Redacted(typeof after === "string" && isPrivateKey(after));
    // What Azure answers for what is not there.
    return !isGiven && (after === "" || after === 0) ? undefined : after;
  }
  const isBlock = isBlocks(expressions);
  const writeOnly = isBlock ? Object.keys(expressions).filter(isWriteOnlyName) : [];
  const keys = new Set([...Object.keys(after), ...writeOnly, ...(isObject(unknown) ? Object.keys(unknown) : [])]);
  const isHidden = isSecretName(name, parent);
  return Object.fromEntries(
    [...keys].map((key) => [
      key,
      read(
        { after: step(after, key), unknown: step(unknown, key), masks: isHidden ? HIDDEN : masksOf(masks, key) },
        { expressions: inside(expressions, key), name: key, parent: name || parent, isGiven: !isBlock || Object.hasOwn(expressions, key), depth: depth + 1 },
        readExpression,
      ),
    ]),
  );
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
function* changedPaths({ before, after, afterUnknown }: PlannedJson, expressions: Json, onlyGiven: boolean): Generator<string> {
  if (onlyGiven && expressions === undefined) return;
  for (const path of differences(before, after, afterUnknown, expressions, onlyGiven, [])) yield pathOf(path);
}

function* differences(
  before: Json,
  after: Json,
  unknown: Json,
  expressions: Json,
  onlyGiven: boolean,
  path: readonly (string | number)[],
): Generator<readonly (string | number)[]> {
  if (path.length > MAX_DEPTH) return;
  if (unknown === true) {
    if (expressions !== undefined && path.length > 0) yield path;
  } else if (isEmpty(before) && isEmpty(after)) {
    return;
  } else if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (onlyGiven && isBlocks(expressions) && !Object.hasOwn(expressions, key)) continue;
      yield* differences(step(before, key), step(after, key), step(unknown, key), inside(expressions, key), onlyGiven, [...path, key]);
    }
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length && after.every(isObject)) {
    for (const index of after.keys())
      yield* differences(before[index], after[index], step(unknown, index), inside(expressions, index), onlyGiven, [...path, index]);
  } else if (!sameJson(before, after, 0)) yield path;
}

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
    return /^[\w-]+$/.test(part) ? (text === "" ? part : `${text}.${part}`) : `${text}[${JSON.stringify(part)}]`;
  }, "");
}

function subscriptionOf(id: Json): string | undefined {
  return typeof id === "string" ? /^\/subscriptions\/([0-9a-f-]{36})\//i.exec(id)?.[1]?.toLowerCase() : undefined;
}

function step(value: Json, key: string | number): Json {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isObject(value: Json): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A getter that computes once. */
function once<T>(owner: object, name: string, compute: () => T): T {
  const value = compute();
  Object.defineProperty(owner, name, { value, enumerable: true });
  return value;
}
