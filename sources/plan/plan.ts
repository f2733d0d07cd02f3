import { Model, type StackParts } from "../../model/model.ts";
import { shownText } from "../../model/redaction.ts";
import type { Change, ResourceParts } from "../../model/resource.ts";
import { Redacted, type Value } from "../../model/value.ts";
import { type JsonObject, objectOf, step } from "../json-value.ts";
import { HOST_PATHS } from "../provider-host.ts";
import { inOneVocabulary } from "../vocabulary/vocabulary.ts";
import { changedPaths, outermost } from "./changed-paths.ts";
import { indexOf, type ModuleInstance, PlanConfiguration, withoutIndex } from "./configuration.ts";
import type { DataJson, PlanJson, PlannedJson } from "./json.ts";
import { type Cover, type CoveredJson, readValue } from "./values.ts";

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
  return new Model(stacksOfPlans(plans));
}

/** The stacks that plans lead to, for a model of several origins. */
export function stacksOfPlans(plans: readonly NamedPlan[]): StackParts[] {
  return plans.map((plan) => inOneVocabulary(stackOf(plan)));
}

function stackOf({ name, plan }: NamedPlan): StackParts {
  const reader = new PlanReader(plan);
  const planned = plan.changes.map((entry) => new PlannedResource(name, entry, reader));
  const stays = planned.filter(({ isRemoved }) => !isRemoved);
  const addresses = plan.data.length > 0 ? new Set(stays.map(({ address }) => address)) : undefined;
  const data = plan.data
    .map((entry) => new ReadDataSource(name, entry, reader))
    .filter(({ address }) => !addresses?.has(address));
  reader.resources = [...planned, ...data];
  return {
    name,
    resources: [...stays, ...data],
    removed: planned.filter(({ isRemoved }) => isRemoved),
    drifted: plan.drift.map((entry) => new PlannedResource(name, entry, reader, true)),
    outputs: Object.fromEntries(
      Object.entries(plan.outputs).map(([id, value]) => [
        id,
        value.isCovered
          ? new Redacted()
          : value.isUnknown
            ? reader.configuration.output(id)
            : readValue(value, undefined, "yes"),
      ]),
    ),
  };
}

/**
 * What both kinds of resources of a plan share. All of it is read when somebody asks: most plans are mostly about other
 * things.
 */
abstract class FromPlan {
  private cachedBlock: JsonObject | undefined;
  private cachedWritten: Value;
  private cachedSettings: ReturnType<PlanConfiguration["providerOf"]> | undefined;

  constructor(
    readonly stack: string,
    protected readonly entry: PlannedJson | DataJson,
    protected readonly plan: PlanReader,
  ) {}

  get address(): string {
    return this.entry.address;
  }

  get type(): string {
    return this.entry.type;
  }

  private get module(): string {
    return this.entry.module;
  }

  get sensitive(): unknown {
    return this.entry.sensitive;
  }

  /** What covers its attributes, and so what the configuration gives for them. */
  protected abstract get cover(): Cover;

  /** The Azure ID of the resource, as far as it is known and may be seen. */
  abstract get id(): string | undefined;

  get provider(): string {
    return this.settings.key ?? (this.type.split("_", 1)[0] as string);
  }

  get providerHost(): readonly string[] | undefined {
    const { expressions, module } = this.settings;
    for (const path of HOST_PATHS) {
      const host = this.plan.configuration.references(expressionAt(expressions, path), { module, index: "" });
      if (host.length > 0) return host;
    }
    return undefined;
  }

  get subscriptionId(): string | undefined {
    const given = step(this.settings.expressions.subscription_id, "constant_value");
    const isId = typeof given === "string" && ID.test(given);
    return isId ? given.toLowerCase() : (subscriptionOf(this.id) ?? this.plan.subscriptions.get(this.provider));
  }

  get written(): Value {
    this.cachedWritten ??= this.findWritten();
    return this.cachedWritten;
  }

  private findWritten(): Value {
    const written = this.plan.configuration.value(objectOf(this.block?.expressions), this.scope, this.cover);
    const before = this.block?.depends_on;
    if (!Array.isArray(before)) return written;
    const prefix = this.module === "" ? "" : `${this.module}.`;
    const depends_on = before.flatMap((each) => (typeof each === "string" ? `${prefix}${shownText(each)}` : []));
    return { ...(written as { readonly [key: string]: Value }), depends_on };
  }

  get hasSecretLiterals(): boolean {
    return this.plan.configuration.mayHoldSecret(this.block);
  }

  protected get block(): JsonObject | undefined {
    this.cachedBlock ??= this.plan.configuration.blockOf(this.address, this.module);
    return this.cachedBlock;
  }

  protected get scope(): ModuleInstance {
    return {
      module: this.module,
      index: indexOf(this.address),
      block: withoutIndex(this.address),
      forEach: this.block?.for_each_expression,
    };
  }

  private get settings(): ReturnType<PlanConfiguration["providerOf"]> {
    this.cachedSettings ??= this.plan.configuration.providerOf(this.block);
    return this.cachedSettings;
  }
}

/** A subscription ID. */
const ID = /^[0-9a-f-]{36}$/i;

/** What the resources of one plan read from it. */
class PlanReader {
  readonly configuration: PlanConfiguration;
  resources: readonly FromPlan[] = [];
  private cachedInstances: ReadonlyMap<string, string> | undefined;
  private cachedSubscriptions: ReadonlyMap<string, string> | undefined;

  constructor(private readonly plan: PlanJson) {
    this.configuration = new PlanConfiguration(plan.configuration, (block) => this.instances.get(block) ?? "");
  }

  /** Which instances each block has, as one text. */
  private get instances(): ReadonlyMap<string, string> {
    this.cachedInstances ??= this.findInstances();
    return this.cachedInstances;
  }

  /**
   * The subscription that each provider works in, also where that comes from a variable: from the IDs of its resources.
   */
  get subscriptions(): ReadonlyMap<string, string> {
    this.cachedSubscriptions ??= this.findSubscriptions();
    return this.cachedSubscriptions;
  }

  private findInstances(): ReadonlyMap<string, string> {
    const indices = new Map<string, string[]>();
    for (const { address } of this.plan.changes) {
      const block = withoutIndex(address);
      const same = indices.get(block);
      if (same) same.push(indexOf(address));
      else indices.set(block, [indexOf(address)]);
    }
    return new Map([...indices].map(([block, all]) => [block, all.sort().join()]));
  }

  private findSubscriptions(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const resource of this.resources) {
      const subscription = subscriptionOf(resource.id);
      if (subscription !== undefined && !found.has(resource.provider)) found.set(resource.provider, subscription);
    }
    return found;
  }
}

class PlannedResource extends FromPlan implements ResourceParts {
  private cachedAttributes: Value;
  private cachedChange: Change | undefined;

  constructor(
    stack: string,
    protected override readonly entry: PlannedJson,
    plan: PlanReader,
    /** Whether the change happened outside of Terraform. */
    private readonly isDrift = false,
  ) {
    super(stack, entry, plan);
  }

  get mode(): PlannedJson["mode"] {
    return this.entry.mode;
  }

  get isImported(): boolean {
    return this.entry.isImported;
  }

  protected get cover(): Cover {
    return this.entry.after.cover;
  }

  /** Whether the plan leaves nothing of it: it is destroyed, forgotten, or what a replacement left behind. */
  get isRemoved(): boolean {
    return this.entry.isDeposed || this.entry.actions.every((action) => action === "delete" || action === "forget");
  }

  get id(): string | undefined {
    const { before, after } = this.entry;
    return after.at("id").text ?? before.at("id").text;
  }

  get azureType(): string | undefined {
    // Read of few: most plans are mostly about other things.
    if (!this.type.startsWith("azapi_")) return undefined;
    const { before, after } = this.entry;
    return after.at("type").text ?? before.at("type").text;
  }

  get attributes(): Value {
    const { before, after } = this.entry;
    this.cachedAttributes ??=
      (this.isRemoved ? this.read(before, undefined) : this.read(after, this.block?.expressions)) ?? {};
    return this.cachedAttributes;
  }

  get change(): Change {
    this.cachedChange ??= new PlannedChange(this.entry, this);
    return this.cachedChange;
  }

  readBefore(): Value {
    const { before } = this.entry;
    return before.isAbsent ? undefined : this.read(before, undefined);
  }

  findChanged(): readonly string[] {
    return changedPaths(this.entry.before, this.entry.after, this.block?.expressions, this.isDrift);
  }

  private read(json: CoveredJson, expressions: unknown): Value {
    return readValue(json, expressions, expressions === undefined ? "maybe" : "yes", (expression, cover) =>
      this.plan.configuration.value(expression, this.scope, cover),
    );
  }
}

class PlannedChange implements Change {
  private cachedBefore: Value;
  private cachedChanged: readonly string[] | undefined;
  private cachedReplacing: readonly string[] | undefined;

  constructor(
    private readonly entry: PlannedJson,
    private readonly resource: Pick<PlannedResource, "readBefore" | "findChanged">,
  ) {}

  get actions(): readonly string[] {
    return this.entry.actions;
  }

  get reason(): string | undefined {
    return this.entry.reason;
  }

  get previousAddress(): string | undefined {
    return this.entry.previousAddress;
  }

  get isDeposed(): boolean {
    return this.entry.isDeposed;
  }

  get deferred(): string | undefined {
    return this.entry.deferred;
  }

  get before(): Value {
    this.cachedBefore ??= this.resource.readBefore();
    return this.cachedBefore;
  }

  get changed(): readonly string[] {
    const isUpdate = this.actions.includes("create") === this.actions.includes("delete");
    this.cachedChanged ??= isUpdate ? this.resource.findChanged() : [];
    return this.cachedChanged;
  }

  get replacing(): readonly string[] {
    this.cachedReplacing ??= outermost(this.entry.replacePaths.filter((path) => path.length > 0));
    return this.cachedReplacing;
  }
}

class ReadDataSource extends FromPlan implements ResourceParts {
  readonly mode = "data";
  private cachedAttributes: Value;

  constructor(
    stack: string,
    protected override readonly entry: DataJson,
    plan: PlanReader,
  ) {
    super(stack, entry, plan);
  }

  protected get cover(): Cover {
    return this.entry.values.cover;
  }

  get id(): string | undefined {
    return this.entry.values.at("id").text;
  }

  get azureType(): string | undefined {
    return this.type.startsWith("azapi_") ? this.entry.values.at("type").text : undefined;
  }

  get attributes(): Value {
    this.cachedAttributes ??= readValue(this.entry.values, undefined, "yes") ?? {};
    return this.cachedAttributes;
  }
}

function subscriptionOf(id: string | undefined): string | undefined {
  return id === undefined ? undefined : /^\/subscriptions\/([0-9a-f-]{36})\//i.exec(id)?.[1]?.toLowerCase();
}

/** The expression of an argument: of a block, or of the map that it is in, which is one expression. */
function expressionAt(expressions: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => {
    const block = Array.isArray(at) ? at[0] : at;
    return step(block, "references") === undefined ? step(block, key) : block;
  }, expressions);
}
