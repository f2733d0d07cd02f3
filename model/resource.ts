import { parseResourceId } from "../azure/resource-id.ts";
import type { Where } from "./finding.ts";
import type { Change as FixChange } from "./fix.ts";
import type { Model } from "./model.ts";
import { isPrivateKey, isSecretName, isSecretText, shownText } from "./redaction.ts";
import type { TextEdit } from "./text-edit.ts";
import { isSet, NotKnown, NotTold, PartialList, Redacted, stepInto, steps, Unknown, type Value } from "./value.ts";

export interface ResourceParts {
  readonly stack: string;
  /** Terraform address in the stack, for example `data.azurerm_kubernetes_cluster.cluster`. */
  readonly address: string;
  /** `action` is one that a plan invokes. */
  readonly mode: "managed" | "data" | "ephemeral" | "action";
  readonly type: string;
  /** Attributes as they are given or planned. */
  readonly attributes: Value;
  /** What the configuration writes: literals as they are, expressions unknown. Default: the attributes. */
  readonly written?: Value;
  /** False where it is sure that what is written holds no secret. Default: not known. */
  readonly hasSecretLiterals?: boolean;
  /** Same shape as what is written, true where Terraform marks a value as sensitive. */
  readonly sensitive?: unknown;
  /** Provider configuration in the stack: `azurerm`, or `azurerm.<alias>`. */
  readonly provider: string;
  /** Subscription of the resource's provider, where it is known. */
  readonly subscriptionId?: string;
  /** What the `host` of the resource's provider refers to: the cluster that a kubernetes provider talks to. */
  readonly providerHost?: readonly string[];
  /** Whether it exists already and is taken over. */
  readonly isImported?: boolean;
  /** Where the author wrote an attribute, or what is around it; undefined where no source file stands behind it. */
  readonly place?: (path: string) => Pick<Where, "file" | "line" | "column">;
  /**
   * The edits of the source that change an attribute, by the path that its author wrote; undefined where it is no
   * literal, or no source file stands behind it.
   */
  readonly edits?: (path: string, change: FixChange) => readonly TextEdit[] | undefined;
  /** What a plan does with it. Undefined for synthesized JSON, which does nothing yet. */
  readonly change?: Change;
  /** The type in Azure, of a resource of azapi: `Microsoft.ContainerService/managedClusters@2025-10-01`. */
  readonly azureType?: string;
  /** The resource in its author's vocabulary, where that is another than the model's. */
  readonly authored?: ResourceParts;
  /** The path that the author of the resource wrote for one in the vocabulary of the model. Default: the same. */
  writtenAs?(path: string): string;
  /** What the author calls an attribute that has another name in the model, by the last part of its path. */
  nameOf?(attribute: string): string | undefined;
  /** Attributes of `authored` as `written` has them: `writtenAs` leads there. Default: as they are. */
  asWritten?(attributes: Value): Value;
  /**
   * What would tell an attribute that is not there, where the source tells only a part. Default: what is not there is
   * not set.
   */
  readonly notTold?: string;
  /** Whether the source tells an attribute all the same: not there, it is then not set. Default: it does not. */
  tells?(path: string): boolean;
  /** Whether an attribute is one that what is there cannot have, as what only Terraform has of it. Default: it is not. */
  isForeign?(path: string): boolean;
  /** Whether Azure or Kubernetes tells it, and no Terraform: what is beside it may be told elsewhere. Default: false. */
  readonly isFound?: boolean;
  /**
   * Whether it stands in another resource, at the same address: a node pool in the list of its cluster. Default: false.
   */
  readonly isInline?: boolean;
}

/** What a plan does with a resource. */
export interface Change {
  /** Terraform's actions, for example `["delete", "create"]`. */
  readonly actions: readonly string[];
  /** Attributes as they were. Undefined where there was nothing. */
  readonly before: Value;
  /** Paths of the attributes that change, outermost first, without what the provider decides by itself. */
  readonly changed: readonly string[];
  /** Paths of those that force a replacement. */
  readonly replacing: readonly string[];
  /** Terraform's word for why, for example `replace_because_tainted`. */
  readonly reason?: string;
  /** Where it stood before it was moved. */
  readonly previousAddress?: string;
  /** Whether it is what a replacement left behind. */
  readonly isDeposed: boolean;
  /** Why Terraform leaves it to a later plan. */
  readonly deferred?: string;
}

/**
 * A resource or data source of synthesized Terraform JSON or of a plan. Reads give the value, or undefined where the
 * attribute is absent, and throw NotKnown where it is not known: so a check that ends was told all that it asked for.
 */
export class Resource {
  constructor(
    /** What it is made of. */
    readonly parts: ResourceParts,
    /** The model that it is in. */
    readonly model: Model,
  ) {}

  /** Name of its stack. */
  get stack(): string {
    return this.parts.stack;
  }

  /** Terraform address in the stack. */
  get address(): string {
    return this.parts.address;
  }

  /** Terraform type, for example `azurerm_kubernetes_cluster`. */
  get type(): string {
    return this.parts.type;
  }

  /** What a plan does with it: `create`, `delete`, or both in their order; nothing for synthesized JSON. */
  get actions(): readonly string[] {
    return this.parts.change?.actions ?? [];
  }

  /** Whether a plan removes it and puts another in its place. */
  get isReplaced(): boolean {
    return this.actions.includes("create") && this.actions.includes("delete");
  }

  /**
   * Whether it is made: a plan creates it, or a configuration gives it. What is read, kept, changed or imported is
   * there already.
   */
  get isMade(): boolean {
    const { mode, change, isImported } = this.parts;
    return mode === "managed" && (change === undefined ? isImported !== true : change.actions.includes("create"));
  }

  /** Whether another is the same; a rule may see one that listens to what is asked of it. */
  is(other: Resource): boolean {
    return this.parts === other.parts;
  }

  /** Whether a configuration imports it: it is there, and nothing of it is made. What a plan does with it is in `actions`. */
  get isTakenOver(): boolean {
    const { change, isImported } = this.parts;
    return isImported === true && change === undefined;
  }

  /** What forces it to be replaced, as its author wrote it. */
  get replacing(): readonly string[] {
    return (this.parts.change?.replacing ?? []).map((path) => this.writtenAs(path));
  }

  /** The resource as it was before the plan; undefined where there was none. */
  get before(): Resource | undefined {
    const { change } = this.parts;
    if (change?.before === undefined) return undefined;
    return new Resource(Object.create(this.parts, { attributes: { value: change.before } }), this.model);
  }

  /** Whether its source tells only a part of it. */
  get isPart(): boolean {
    return this.parts.notTold !== undefined;
  }

  /** The resource in its author's vocabulary: what other resources refer to. */
  get asWritten(): Resource {
    return this.parts.authored ? new Resource(this.parts.authored, this.model) : this;
  }

  /** The path that the author of the resource wrote. */
  writtenAs(path: string): string {
    return this.parts.writtenAs?.(path) ?? path;
  }

  /** Whether azapi carries it, in the names of ARM. */
  get isOfAzapi(): boolean {
    return this.parts.authored?.azureType !== undefined;
  }

  /** A text about it, with attributes by the names that its author uses. */
  inOwnNames(text: string): string {
    return text.replaceAll(/\b[a-z]+(_[a-z]+)+\b/g, (name) => this.parts.nameOf?.(name) ?? name);
  }

  /** Where an attribute is written: here, or in what updates the resource. */
  placeOf(path: string): { readonly address: string; readonly attribute: string } {
    const update = this.model.updatesOf(this).find((each) => isTold(each.value(path)));
    const { address } = update ?? this;
    return { address, attribute: (update ?? this).writtenAs(path) };
  }

  /** The texts that are written down and are secrets, by their names or their looks. */
  *secretLiterals(): Generator<SecretLiteral> {
    if (this.parts.hasSecretLiterals !== false)
      yield* secretLiteralsIn(this.parts.written ?? this.parts.attributes, "", "", undefined);
  }

  /** The value, unknown parts included; references to attributes that are known are followed. */
  value(path: string): Value {
    for (const update of this.model.updatesOf(this)) {
      const value = update.value(path);
      if (isTold(value)) return value;
    }
    const { notTold } = this.parts;
    let value: Value = this.parts.attributes;
    for (const step of steps(path)) {
      const inside = this.follow(value);
      if (notTold !== undefined && isLeftOut(inside, step) && !this.parts.tells?.(path))
        return new NotTold(notTold, this.parts.isForeign?.(path));
      value = this.follow(stepInto(inside, step));
    }
    return this.follow(value);
  }

  /**
   * The value of what azurerm's data sources have no attribute for, where it is what it mostly is. What Azure was asked
   * and did not answer is NotKnown.
   */
  answered(path: string): Value {
    const value = this.value(path);
    return value instanceof NotTold && this.parts.isFound ? this.notKnown(path, value) : value;
  }

  /** The attribute as text. */
  text(path: string): string | undefined {
    const value = this.known(path);
    return value === undefined ? undefined : String(value);
  }

  /** The attribute as a number. */
  number(path: string): number | undefined {
    const value = this.known(path);
    return value === undefined ? undefined : Number(value);
  }

  /** The attribute as a truth value. */
  flag(path: string): boolean | undefined {
    const value = this.known(path);
    return value === undefined ? undefined : value === true || value === "true";
  }

  /** The number, where it must be known to decide; an absent one is decided by Azure. */
  decidedNumber(path: string): number {
    const number = this.number(path);
    return number === undefined || Number.isNaN(number) ? this.notKnown(path) : number;
  }

  /** The items that are known, of a list that is only partly known too. */
  *knownItems(path: string): Generator<string> {
    try {
      yield* this.items(path);
    } catch (error) {
      if (!(error instanceof NotKnown && this.value(path) instanceof PartialList)) throw error;
    }
  }

  /** The known items first; then, where the list is only partly known, NotKnown. */
  *items(path: string): Generator<string> {
    const value = this.value(path);
    if (value instanceof Unknown) this.notKnown(path, value);
    const items =
      value instanceof PartialList ? value.items : Array.isArray(value) ? value : value === undefined ? [] : [value];
    let unknown = value instanceof PartialList ? value.rest : undefined;
    for (const item of items.map((item) => this.follow(item))) {
      if (item instanceof Unknown) unknown ??= item;
      else yield textOf(item);
    }
    if (unknown) this.notKnown(path, unknown);
  }

  /**
   * Whether the attribute or block is there, whatever its value. What refers to a resource in sight is; a variable may
   * be null.
   */
  exists(path: string): boolean {
    const value = this.value(path);
    if (value instanceof Unknown && !this.isInSight(value)) this.notKnown(path, value);
    return isSet(value);
  }

  /**
   * Whether the attribute is written down, even if it may turn out to be null. Of a block or a map that is not known, it
   * is not known what is in it.
   */
  isSet(path: string): boolean {
    const value = this.value(path);
    if (value instanceof NotTold || (value instanceof Unknown && this.isInUnknown(path))) this.notKnown(path, value);
    return isSet(value);
  }

  /** Whether the configuration itself gives it: in a plan, what the provider answers by itself is there too. */
  isSetByAuthor(path: string): boolean {
    return this.isSet(path) && this.isWritten(path);
  }

  /** Whether the configuration gives it, also where a plan never shows it: what is write-only is null there. */
  isWritten(path: string): boolean {
    return isSet(this.written(path));
  }

  /** The text that the configuration gives, where it is a literal. A plan that ignores changes of it has another. */
  writtenText(path: string): string | undefined {
    const written = this.written(path);
    return typeof written === "string" ? written : undefined;
  }

  /** What the configuration refers to at a path, also where the value is known by now. */
  writtenReferences(path: string): readonly string[] {
    const written = this.written(path);
    return written instanceof Unknown ? written.references : [];
  }

  /** Paths of the blocks of a kind: `pool[0]`, `pool[1]`. */
  blocks(path: string): string[] {
    const value = this.value(path);
    if (value instanceof Unknown) return this.notKnown(path, value);
    if (value === undefined) return [];
    return Array.isArray(value) ? value.map((_, index) => `${path}[${index}]`) : [`${path}[0]`];
  }

  /** Keys of a map. */
  keys(path: string): string[] {
    const value = this.value(path);
    if (value instanceof Unknown) return this.notKnown(path, value);
    return typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : [];
  }

  /** What an attribute depends on, known or not: addresses in the same stack, with attributes. */
  references(path: string): readonly string[] {
    const value = this.value(path);
    if (value instanceof Unknown) return value.references;
    return value instanceof PartialList ? value.rest.references : [];
  }

  /** Whether Terraform marks the value as sensitive. */
  isSensitive(path: string): boolean {
    let mask: Value = this.parts.sensitive as Value;
    for (const step of steps(this.writtenAs(path))) {
      if (mask === true) return true;
      mask = stepInto(mask, step);
    }
    return mask === true;
  }

  /** Ends a check that needs what is not known, and says what that depends on. */
  notKnown(path: string, because: Unknown | readonly string[] = []): never {
    const { address, attribute } = this.placeOf(path);
    const isSecret = because instanceof Redacted || this.value(path) instanceof Redacted;
    const reason = isSecret
      ? "not judged, because its value is sensitive"
      : because instanceof NotTold
        ? because.reason
        : because instanceof Unknown && because.references.length === 0
          ? "known after apply"
          : this.notInSight(path);
    throw new NotKnown(
      address,
      attribute,
      isSecret ? [] : because instanceof Unknown ? because.references : because,
      reason,
      because instanceof NotTold && because.isForeign,
    );
  }

  /** Ends a check that needs what is in another plan, state or answer. */
  notKnownWithout(path: string, what: string): never {
    return this.notKnownBecause(path, `${what} is not here, add what holds it`);
  }

  /**
   * Ends a check that concludes something from what is not in the model, of what Azure tells, or a configuration takes
   * over: it may be in another answer, or left to somebody else.
   */
  assertWhole(path: string, what: string): void {
    if (this.parts.isFound || this.isTakenOver) this.notKnownWithout(path, what);
  }

  /** Ends a check for a reason that the report gives. */
  notKnownBecause(path: string, reason: string): never {
    const { address, attribute } = this.placeOf(path);
    throw new NotKnown(address, attribute, [], reason);
  }

  /** What its author wrote at a path. */
  private written(path: string): Value {
    let written: Value = this.parts.written ?? this.parts.attributes;
    for (const step of steps(this.writtenAs(path))) written = stepInto(written, step);
    return written;
  }

  /** Says of an ID that is known that what it is of is not. */
  private notInSight(path: string): string | undefined {
    const value = this.value(path);
    const id = typeof value === "string" ? parseResourceId(value) : undefined;
    if (id === undefined) return undefined;
    return `the ${NOUNS[id.type.toLowerCase()] ?? "resource"} ${id.names.at(-1)} is not here, add what holds it`;
  }

  private known(path: string): string | number | boolean | undefined {
    const value = this.value(path);
    if (value instanceof Unknown) this.notKnown(path, value);
    return typeof value === "object" ? undefined : value;
  }

  /** Whether what an attribute stands in is not known as a whole. */
  private isInUnknown(path: string): boolean {
    const all = steps(path);
    let value: Value = this.parts.attributes;
    return all.slice(0, -1).some((step) => {
      value = this.follow(stepInto(this.follow(value), step));
      return value instanceof Unknown;
    });
  }

  /** Whether a value that is not known is there all the same. */
  private isInSight(value: Unknown): boolean {
    return (
      (value instanceof Redacted && value.isGiven) ||
      (value.only !== undefined && this.model.referenced(this.stack, value.only) !== undefined)
    );
  }

  private follow(value: Value): Value {
    return this.model.followed(this.stack, value);
  }
}

const NOUNS: Readonly<Record<string, string>> = {
  "microsoft.containerservice/managedclusters": "cluster",
  "microsoft.machinelearningservices/workspaces": "workspace",
  "microsoft.network/virtualnetworks/subnets": "subnet",
};

/** Whether a value is said by what tells only a part. */
function isTold(value: Value): boolean {
  return value !== undefined && !(value instanceof NotTold);
}

/** Whether a map or block has no word of an attribute. */
function isLeftOut(value: Value, step: string | number): boolean {
  const inside = Array.isArray(value) && typeof step === "string" ? value[0] : value;
  if (typeof inside !== "object" || Array.isArray(inside) || inside instanceof Unknown || inside instanceof PartialList)
    return false;
  return typeof step === "string" && !Object.hasOwn(inside, step);
}

/** An item as text; one that is a list or an object is none that Azure takes, and has keys as somebody wrote them. */
function textOf(item: Value): string {
  return typeof item !== "object" ? String(item) : Array.isArray(item) ? "(a list)" : "(an object)";
}

export interface SecretLiteral {
  readonly path: string;
  /** Whether it looks like a private key. */
  readonly isPrivateKey: boolean;
}

function* secretLiteralsIn(
  value: Value,
  path: string,
  name: string,
  parent: string | undefined,
): Generator<SecretLiteral> {
  if (typeof value === "string") {
    if (isSecretName(name, parent) || isSecretText(value)) yield { path, isPrivateKey: isPrivateKey(value) };
  } else if (value instanceof Redacted) {
    if (value.literal !== undefined) yield { path, isPrivateKey: value.literal === "private key" };
  } else if (value instanceof PartialList) yield* secretLiteralsIn(value.items, path, name, parent);
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* secretLiteralsIn(item, `${path}[${index}]`, name, parent);
  } else if (typeof value === "object" && !(value instanceof Unknown)) {
    for (const [key, item] of Object.entries(value as Record<string, Value>)) {
      const inner = /^\w+$/.test(key)
        ? path === ""
          ? key
          : `${path}.${key}`
        : `${path}[${JSON.stringify(shownText(key))}]`;
      yield* secretLiteralsIn(item, inner, key, name || parent);
    }
  }
}
