import type { Place } from "../../model/finding.ts";
import { isMap, Redacted, Unknown, unknownOf, type Value } from "../../model/value.ts";
import {
  type Budget,
  into,
  itemsOf,
  type KnownStep,
  type Scope,
  withNames,
  workedOut,
  writtenValueOf,
} from "./evaluate.ts";
import { EvaluationError } from "./functions.ts";
import { type Attribute, type Block, type Body, type Expression, referenceOf, type Span } from "./syntax.ts";
import { converted } from "./types.ts";

/** A configuration of a provider, as the resources of a module use it. */
export interface ProviderConfiguration {
  /** `azurerm`, or `azurerm.<alias>`, as the root module names it. */
  readonly key: string;
  /** Value of an argument. */
  readonly value: (path: readonly string[]) => Value;
}

/** What a module is made from. */
export interface ModuleParts {
  /** `module.aks["a"].`, or nothing for the root. */
  readonly prefix: string;
  /** As `terraform init` names it: `aks.network`; empty for the root. */
  readonly key: string;
  readonly folder: string;
  readonly body: Body;
  /** Values that the caller gives to variables. */
  readonly inputs: ReadonlyMap<string, Input>;
  /** Configurations of providers, by the name that this module uses. */
  readonly providers: ReadonlyMap<string, ProviderConfiguration>;
}

/** What somebody gives to a variable. */
export interface Input {
  readonly value: () => Value;
  /** The literal that it is written as; undefined where it is none. */
  readonly literal: () => Expression | undefined;
}

/** Which of its files a module call leads to; undefined where they are not there. */
export type FindModule = (
  caller: ModuleParts,
  call: Block,
) => { readonly key: string; readonly folder: string; readonly body: Body } | undefined;

/** One resource, data source or ephemeral resource of a module, or one instance of it. */
export interface Instance {
  readonly address: string;
  readonly mode: "managed" | "data" | "ephemeral";
  readonly type: string;
  readonly block: Block;
  readonly scope: Scope;
  readonly provider: ProviderConfiguration | undefined;
  /** What a reference in it stands for, where that is one literal. */
  readonly literalBehind: (expression: Expression) => Expression | undefined;
  /** Whether there may be several of it, or none. */
  readonly isUncertain: boolean;
}

/** Something whose instances are not known, so that none of it can be judged. */
export interface NotExpanded {
  readonly address: string;
  readonly place: Place;
  readonly references: readonly string[];
}

const MODES: Readonly<Record<string, Instance["mode"]>> = { resource: "managed", data: "data", ephemeral: "ephemeral" };

/** The instances of a block: one, several by key, or not known. */
type Expansion =
  | { readonly kind: "one"; readonly scope: Scope }
  | { readonly kind: "many"; readonly byCount: boolean; readonly scopes: ReadonlyMap<string | number, Scope> }
  | { readonly kind: "unknown"; readonly references: readonly string[] };

/** More instances of one block than any real configuration has. */
const MAX_INSTANCES = 10_000;
const MAX_MODULE_DEPTH = 30;

/** A module, or one instance of a module call: its names, and what is in it. */
export class Module {
  private readonly scope: Scope;
  private readonly variables = new Map<string, Block>();
  private readonly locals = new Map<string, Expression>();
  private readonly outputs = new Map<string, Block>();
  private readonly resources = new Map<string, { readonly mode: Instance["mode"]; readonly block: Block }>();
  private readonly calls = new Map<string, Block>();
  private readonly values = new Map<string, Value>();
  /** What is being worked out: something that depends on itself is not known. */
  private readonly open = new Set<string>();
  private readonly expansions = new Map<Block, Expansion>();
  private readonly children = new Map<Block, ReadonlyMap<string | number | undefined, Module> | undefined>();

  constructor(
    readonly parts: ModuleParts,
    private readonly find: FindModule,
    budget: Budget,
    private readonly depth = 0,
  ) {
    this.scope = { names: new Map(), global: (root, steps) => this.global(root, steps), budget };
    for (const block of parts.body.blocks) {
      const [first = "", second = ""] = block.labels;
      const mode = Object.hasOwn(MODES, block.type) ? MODES[block.type] : undefined;
      if (mode) this.resources.set(`${mode} ${first}.${second}`, { mode, block });
      else if (block.type === "variable") this.variables.set(first, block);
      else if (block.type === "output") this.outputs.set(first, block);
      else if (block.type === "module") this.calls.set(first, block);
      else if (block.type === "locals")
        for (const [name, attribute] of block.body.attributes) this.locals.set(name, attribute.value);
    }
  }

  /**
   * What is in this module and in the modules that it calls. What is not known to be there once, more often or not at
   * all is there once, uncertain; a module whose files are not there is one uncertain thing of the type `module`.
   */
  *instances(notExpanded: NotExpanded[]): Generator<Instance> {
    const literalBehind = (expression: Expression): Expression | undefined => this.literalBehind(expression);
    for (const { mode, block } of this.resources.values()) {
      const [type = "", name = ""] = block.labels;
      const address = `${this.parts.prefix}${mode === "managed" ? "" : `${mode}.`}${type}.${name}`;
      const found = { mode, type, block, provider: this.providerOf(block, type), literalBehind };
      const expansion = this.expansionOf(block);
      if (expansion.kind === "unknown") {
        notExpanded.push({ address, place: block.place, references: expansion.references });
        yield { ...found, address, scope: uncertain(this.scope), isUncertain: true };
      } else
        for (const [key, scope] of scopesOf(expansion))
          yield { ...found, address: `${address}${indexText(key)}`, scope, isUncertain: false };
    }
    for (const [name, block] of this.calls) {
      const address = `${this.parts.prefix}module.${name}`;
      const expansion = this.expansionOf(block);
      const isUncertain = expansion.kind === "unknown";
      if (isUncertain) notExpanded.push({ address, place: block.place, references: expansion.references });
      if (isNone(expansion)) continue;
      const children = isUncertain
        ? this.childrenIn(block, this.scope.budget.takes(1) ? [[undefined, uncertain(this.scope)]] : [])
        : this.childrenOf(block);
      if (!children) {
        if (!isUncertain) notExpanded.push({ address, place: block.place, references: [] });
        const found = { address, mode: "managed", type: "module", block, provider: undefined, literalBehind } as const;
        yield { ...found, scope: uncertain(this.scope), isUncertain: true };
      }
      // What is not expanded in there is not expanded with it.
      for (const child of children?.values() ?? [])
        for (const instance of child.instances(isUncertain ? [] : notExpanded))
          yield isUncertain ? { ...instance, isUncertain } : instance;
    }
  }

  /** Names and values of the outputs. */
  outputValues(): Record<string, Value> {
    return Object.fromEntries([...this.outputs.keys()].map((name) => [name, this.output(name)]));
  }

  /** The literal that an expression is, or that the variable or local value has which it names. */
  literalBehind(expression: Expression, depth = 0): Expression | undefined {
    if (["literal", "list", "object"].includes(expression.kind)) return expression;
    if (expression.kind === "template") {
      const [only] = expression.parts;
      return expression.parts.length === 1 && typeof only === "object" && only.kind === "value"
        ? this.literalBehind(only.of, depth)
        : undefined;
    }
    const reference = referenceOf(expression);
    const [name, ...rest] = reference?.steps ?? [];
    if (typeof name !== "string" || rest.length > 0 || depth > MAX_MODULE_DEPTH) return undefined;
    const given = reference?.root === "var" ? this.parts.inputs.get(name) : undefined;
    if (given) return given.literal();
    const behind =
      reference?.root === "var"
        ? this.variables.get(name)?.body.attributes.get("default")?.value
        : reference?.root === "local"
          ? this.locals.get(name)
          : undefined;
    return behind && this.literalBehind(behind, depth + 1);
  }

  /** The value of an expression that stands in this module. */
  valueIn(expression: Expression): Value {
    return workedOut(expression, this.scope);
  }

  private providerOf(block: Block, type: string): ProviderConfiguration | undefined {
    const given = block.body.attributes.get("provider")?.value;
    const name = (given && referenceText(given)) ?? type.split("_", 1)[0] ?? "";
    return this.parts.providers.get(name);
  }

  private global(root: string, steps: readonly KnownStep[]): Value {
    const [first, ...rest] = steps;
    const named = typeof first === "string" ? first : undefined;
    switch (root) {
      case "var":
        return named === undefined ? new Unknown([]) : rest.reduce<Value>(into, this.variable(named));
      case "local":
        return named === undefined ? new Unknown([]) : rest.reduce<Value>(into, this.local(named));
      case "path":
        return named === "module" ? this.parts.folder || "." : named === "root" ? "." : new Unknown([]);
      case "module":
        return named === undefined ? new Unknown([]) : this.moduleValue(named, rest);
      case "data":
      case "ephemeral": {
        const [name, ...further] = rest;
        return named === undefined || typeof name !== "string"
          ? new Unknown([])
          : this.resourceValue(root, named, name, further);
      }
      case "terraform":
      case "self":
      case "each":
      case "count":
        return steps.reduce<Value>(into, new Unknown([root], root));
      default:
        return named === undefined ? new Unknown([]) : this.resourceValue("managed", root, named, rest);
    }
  }

  /** Works something out once; what depends on itself is not known. */
  private once(name: string, work: () => Value): Value {
    if (this.values.has(name)) return this.values.get(name);
    if (this.open.has(name)) return new Unknown([]);
    this.open.add(name);
    try {
      const value = work();
      this.values.set(name, value);
      return value;
    } finally {
      this.open.delete(name);
    }
  }

  private variable(name: string): Value {
    return this.once(`var.${name}`, () => {
      const block = this.variables.get(name);
      const reference = `${this.parts.prefix}var.${name}`;
      if (!block) return new Unknown([reference]);
      const attributes = block.body.attributes;
      if (attributes.get("sensitive")?.value.kind === "literal" && literal(attributes.get("sensitive")) === true)
        return new Redacted();
      const given = this.parts.inputs.get(name);
      const otherwise = attributes.get("default")?.value;
      if (!given && !otherwise) return new Unknown([reference]);
      const value =
        given?.value() ??
        (otherwise && (!given || literal(attributes.get("nullable")) === false) ? this.valueIn(otherwise) : undefined);
      return converted(value, typeOf(attributes.get("type")), (expression) => this.valueIn(expression));
    });
  }

  private local(name: string): Value {
    const expression = this.locals.get(name);
    return expression ? this.once(`local.${name}`, () => this.valueIn(expression)) : new Unknown([]);
  }

  private output(name: string): Value {
    const block = this.outputs.get(name);
    const value = block?.body.attributes.get("value")?.value;
    if (!block || !value) return new Unknown([]);
    if (literal(block.body.attributes.get("sensitive")) === true) return new Redacted();
    return this.once(`output.${name}`, () => this.valueIn(value));
  }

  private expansionOf(block: Block): Expansion {
    const known = this.expansions.get(block);
    if (known) return known;
    // Found again while it is worked out: its instances depend on themselves.
    this.expansions.set(block, { kind: "unknown", references: [] });
    const expanded = this.expand(block.body.attributes.get("count"), block.body.attributes.get("for_each"));
    const count = expanded.kind === "many" ? expanded.scopes.size : 1;
    const expansion: Expansion = this.scope.budget.takes(count) ? expanded : { kind: "unknown", references: [] };
    this.expansions.set(block, expansion);
    return expansion;
  }

  private expand(count: Attribute | undefined, forEach: Attribute | undefined): Expansion {
    if (count) {
      const value = this.valueIn(count.value);
      const number = typeof value === "string" ? Number(value) : value;
      if (typeof number !== "number" || !(number >= 0 && number <= MAX_INSTANCES))
        return { kind: "unknown", references: unknownOf([value]).references };
      const indices = Array.from({ length: Math.floor(number) }, (_, index) => index);
      return {
        kind: "many",
        byCount: true,
        scopes: new Map(indices.map((index) => [index, withNames(this.scope, { count: { index } })])),
      };
    }
    if (!forEach) return { kind: "one", scope: this.scope };
    const value = this.valueIn(forEach.value);
    const items = itemsOf(value);
    if (!items || items.length > MAX_INSTANCES) return { kind: "unknown", references: unknownOf([value]).references };
    const entries: [string, Scope][] = [];
    for (const [key, item] of items) {
      // A set: its items are its keys.
      const name = isMap(value) ? key : item;
      if (typeof name !== "string" && typeof name !== "number")
        return { kind: "unknown", references: unknownOf([item]).references };
      entries.push([String(name), withNames(this.scope, { each: { key: String(name), value: item } })]);
    }
    return { kind: "many", byCount: false, scopes: new Map(entries) };
  }

  private resourceValue(mode: Instance["mode"], type: string, name: string, steps: readonly KnownStep[]): Value {
    const address = `${this.parts.prefix}${mode === "managed" ? "" : `${mode}.`}${type}.${name}`;
    const found = this.resources.get(`${mode} ${type}.${name}`);
    if (!found) return steps.reduce<Value>(into, new Unknown([address], address));
    const { block } = found;
    return this.ofExpansion(this.expansionOf(block), address, steps, (scope, at, rest) =>
      this.attributeValue(block, scope, at, rest),
    );
  }

  /** The value of one instance, or all of them as the list or map that they are. */
  private ofExpansion(
    expansion: Expansion,
    address: string,
    steps: readonly KnownStep[],
    one: (scope: Scope, at: string, rest: readonly KnownStep[]) => Value,
  ): Value {
    if (expansion.kind === "one") return one(expansion.scope, address, steps);
    if (expansion.kind === "unknown") return steps.reduce<Value>(into, new Unknown([address], address));
    const [key, ...rest] = steps;
    const { scopes, byCount } = expansion;
    if (key === undefined) {
      const all = [...scopes].map(([each, scope]) => [each, one(scope, `${address}${indexText(each)}`, [])] as const);
      return byCount ? all.map(([, value]) => value) : Object.fromEntries(all);
    }
    if (key instanceof Unknown) return unknownOf([key]);
    const scope = scopes.get(byCount ? Number(key) : String(key));
    if (!scope) throw new EvaluationError("there is no such instance");
    return one(scope, `${address}${indexText(byCount ? Number(key) : String(key))}`, rest);
  }

  private attributeValue(block: Block, scope: Scope, address: string, steps: readonly KnownStep[]): Value {
    const [name, ...rest] = steps;
    const reference = steps.reduce<Value>(into, new Unknown([address], address));
    if (typeof name !== "string") return reference;
    const attribute = block.body.attributes.get(name);
    const blocks = block.body.blocks.some(
      ({ type, labels }) => type === name || (type === "dynamic" && labels[0] === name),
    );
    if (!attribute && !blocks) return reference;
    const value = this.once(`${address}.${name}`, () =>
      attribute
        ? workedOut(attribute.value, scope)
        : bodyValue({ attributes: new Map(), blocks: block.body.blocks }, scope)[name],
    );
    try {
      const found = rest.reduce<Value>(into, value);
      // What is null may be decided by the provider.
      return found instanceof Unknown || found === undefined ? reference : found;
    } catch (error) {
      // A block has attributes that only Azure tells.
      if (error instanceof EvaluationError && !attribute) return reference;
      throw error;
    }
  }

  private moduleValue(name: string, steps: readonly KnownStep[]): Value {
    const address = `${this.parts.prefix}module.${name}`;
    const block = this.calls.get(name);
    const children = block && this.childrenOf(block);
    if (!block || !children) return steps.reduce<Value>(into, new Unknown([address], address));
    const byScope = new Map([...children].map(([key, child]) => [key, child]));
    return this.ofExpansion(this.expansionOf(block), address, steps, (_, at, [output, ...rest]) => {
      const key =
        at === address ? undefined : [...byScope.keys()].find((each) => at === `${address}${indexText(each)}`);
      const child = byScope.get(key);
      if (!child) return new Unknown([at], at);
      if (typeof output !== "string") return child.outputValues();
      return rest.reduce<Value>(into, child.output(output));
    });
  }

  /** The instances of a module call; undefined where its files are not there. */
  private childrenOf(block: Block): ReadonlyMap<string | number | undefined, Module> | undefined {
    if (this.children.has(block)) return this.children.get(block);
    const expansion = this.expansionOf(block);
    const children = expansion.kind === "unknown" ? undefined : this.childrenIn(block, scopesOf(expansion));
    this.children.set(block, children);
    return children;
  }

  /** A module call in each of the scopes given; undefined where its files are not there. */
  private childrenIn(
    block: Block,
    scopes: Iterable<readonly [string | number | undefined, Scope]>,
  ): ReadonlyMap<string | number | undefined, Module> | undefined {
    const found = this.depth < MAX_MODULE_DEPTH ? this.find(this.parts, block) : undefined;
    if (!found) return undefined;
    const childIn = (key: string | number | undefined, scope: Scope): Module =>
      new Module(
        {
          ...found,
          prefix: `${this.parts.prefix}module.${block.labels[0]}${indexText(key)}.`,
          inputs: inputsOf(block, scope, (expression) => this.literalBehind(expression)),
          providers: this.providersOf(block),
        },
        this.find,
        this.scope.budget,
        this.depth + 1,
      );
    return new Map([...scopes].map(([key, scope]) => [key, childIn(key, scope)]));
  }

  /** A module has the default configurations of its caller, and those that the call names. */
  private providersOf(call: Block): ReadonlyMap<string, ProviderConfiguration> {
    const given = call.body.attributes.get("providers")?.value;
    const inherited = new Map([...this.parts.providers].filter(([name]) => !name.includes(".")));
    if (given?.kind !== "object") return inherited;
    for (const { key, value } of given.entries) {
      const [name, source] = [referenceText(key), referenceText(value)];
      const provider = source === undefined ? undefined : this.parts.providers.get(source);
      if (name !== undefined && provider) inherited.set(name, provider);
    }
    return inherited;
  }
}

/** The instances of a block by their keys. */
function* scopesOf(
  expansion: Exclude<Expansion, { readonly kind: "unknown" }>,
): Generator<readonly [string | number | undefined, Scope]> {
  if (expansion.kind === "one") yield [undefined, expansion.scope];
  else yield* expansion.scopes;
}

function isNone(expansion: Expansion): boolean {
  return expansion.kind === "many" && expansion.scopes.size === 0;
}

/** The scope of a block whose instances are not known. */
function uncertain(scope: Scope): Scope {
  return withNames(scope, { each: new Unknown(["each"]), count: new Unknown(["count"]) });
}

const META_OF_CALL = new Set(["source", "version", "count", "for_each", "providers", "depends_on"]);

function inputsOf(
  call: Block,
  scope: Scope,
  literalBehind: (expression: Expression) => Expression | undefined,
): ReadonlyMap<string, Input> {
  const given = [...call.body.attributes].filter(([name]) => !META_OF_CALL.has(name));
  return new Map(
    given.map(([name, { value }]) => [
      name,
      { value: () => workedOut(value, scope), literal: () => literalBehind(value) },
    ]),
  );
}

/** The values of a body: attributes, and each kind of nested block as a list. */
export function bodyValue(body: Body, scope: Scope): Record<string, Value> {
  const result: Record<string, Value> = {};
  for (const [name, { value }] of body.attributes)
    result[name] = LISTS_OF_REFERENCES.has(name) ? referenceTexts(value) : workedOut(value, scope);
  for (const type of blockTypes(body)) {
    const blocks = blocksOf(body, type, scope);
    result[type] = blocks instanceof Unknown ? blocks : blocks.map((block) => bodyValue(block.body, block.scope));
  }
  return result;
}

/** The same as it is written down: what must be worked out is not known. */
export function writtenBody(body: Body, module: string): Record<string, Value> {
  const result: Record<string, Value> = {};
  for (const [name, { value }] of body.attributes)
    result[name] = LISTS_OF_REFERENCES.has(name) ? referenceTexts(value) : withReferences(value, module);
  for (const type of blockTypes(body)) {
    const all = body.blocks.flatMap((block) => contentOf(block, type) ?? []);
    result[type] = all.map((each) => writtenBody(each, module));
  }
  return result;
}

/** A value as it is written: what must be worked out keeps what it refers to. */
function withReferences(expression: Expression, module: string): Value {
  const value = writtenValueOf(expression);
  return value instanceof Unknown ? new Unknown([...referencesIn(expression, module)]) : value;
}

function* referencesIn(part: unknown, module: string): Generator<string> {
  if (typeof part !== "object" || part === null) return;
  if ("kind" in part && (part.kind === "step" || part.kind === "name")) {
    const text = referenceText(part as Expression);
    if (text?.includes(".")) yield `${module}${text}`;
    return;
  }
  for (const each of Object.values(part)) yield* referencesIn(each, module);
}

/** Where the attribute or block of a path is written, or what is around it. */
export function placeIn(block: Block, path: readonly (string | number)[], scope: Scope): Place {
  let place: Place = block.place;
  let at: { readonly body: Body; readonly scope: Scope } | undefined = { body: block.body, scope };
  let expression: Expression | undefined;
  for (const [position, step] of path.entries()) {
    if (at) {
      if (typeof step === "number") continue;
      const attribute: Attribute | undefined = at.body.attributes.get(step);
      if (attribute) {
        [place, expression, at] = [attribute.place, attribute.value, undefined];
        continue;
      }
      const next = path[position + 1];
      const blocks: readonly ScopedBlock[] | Unknown = blockTypes(at.body).has(step)
        ? blocksOf(at.body, step, at.scope)
        : [];
      const found: ScopedBlock | undefined =
        blocks instanceof Unknown ? undefined : blocks[typeof next === "number" ? next : 0];
      if (!found) return at.body.blocks.find((each) => contentOf(each, step))?.place ?? place;
      [place, at] = [found.place, found];
      continue;
    }
    if (expression?.kind === "object") {
      const entry = expression.entries.find(({ key }) => key.kind === "literal" && String(key.value) === String(step));
      if (!entry) return place;
      [place, expression] = [entry.key.place, entry.value];
    } else if (expression?.kind === "list" && typeof step === "number") {
      expression = expression.items[step];
      place = expression?.place ?? place;
    } else return place;
  }
  return place;
}

interface ScopedBlock {
  readonly body: Body;
  readonly scope: Scope;
  readonly place: Span;
}

/** The blocks of a kind, those that `dynamic` makes included; Unknown where their number is not known. */
function blocksOf(body: Body, type: string, scope: Scope): readonly ScopedBlock[] | Unknown {
  const result: ScopedBlock[] = [];
  for (const block of body.blocks) {
    if (block.type === type) result.push({ body: block.body, scope, place: block.place });
    if (block.type !== "dynamic" || block.labels[0] !== type) continue;
    const { attributes } = block.body;
    const content = contentOf(block, type);
    const forEach = attributes.get("for_each")?.value;
    if (!content || !forEach) continue;
    const list = workedOut(forEach, scope);
    const items = itemsOf(list);
    if (!items) return list instanceof Unknown ? new Unknown(list.references) : unknownOf([list]);
    const iterator = attributes.get("iterator")?.value;
    const name = (iterator && referenceText(iterator)) ?? type;
    for (const [key, value] of items)
      result.push({ body: content, scope: withNames(scope, { [name]: { key, value } }), place: block.place });
  }
  return result;
}

function blockTypes(body: Body): ReadonlySet<string> {
  return new Set(body.blocks.map(({ type, labels }) => (type === "dynamic" ? (labels[0] ?? "") : type)));
}

/** The body that a block gives of a kind. */
function contentOf(block: Block, type: string): Body | undefined {
  if (block.type === type) return block.body;
  if (block.type !== "dynamic" || block.labels[0] !== type) return undefined;
  return block.body.blocks.find((each) => each.type === "content")?.body;
}

/** Arguments that name things, and take no values. */
const LISTS_OF_REFERENCES = new Set(["depends_on", "ignore_changes", "replace_triggered_by"]);

function referenceTexts(expression: Expression): Value {
  if (expression.kind === "list") return expression.items.flatMap((item) => referenceText(item) ?? []);
  return referenceText(expression);
}

/** The text of a plain reference, or of a text that holds one. */
export function referenceText(expression: Expression): string | undefined {
  if (expression.kind === "literal") return typeof expression.value === "string" ? expression.value : undefined;
  const reference = referenceOf(expression);
  if (!reference) return undefined;
  return reference.steps.reduce<string>((text, step) => {
    if (typeof step === "string") return `${text}.${step}`;
    return step.kind === "literal" ? `${text}[${JSON.stringify(step.value)}]` : text;
  }, reference.root);
}

function indexText(key: string | number | undefined): string {
  return key === undefined ? "" : `[${JSON.stringify(key)}]`;
}

function literal(attribute: Attribute | undefined): Value {
  return attribute?.value.kind === "literal" ? (attribute.value.value ?? undefined) : undefined;
}

/** A type constraint; in JSON it is a text. */
function typeOf(attribute: Attribute | undefined): Expression | undefined {
  const type = attribute?.value;
  return type?.kind === "literal" && typeof type.value === "string"
    ? { kind: "name", name: type.value, place: type.place }
    : type;
}
