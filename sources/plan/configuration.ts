import { readString } from "../../model/expression.ts";
import { isPrivateKey, shownText } from "../../model/redaction.ts";
import { PartialList, Redacted, Unknown, type Value } from "../../model/value.ts";
import { isObject, type JsonObject, listOf, objectOf, step } from "../json-value.ts";
import { Cover, DOCUMENTED_KEYS, MAX_DEPTH, shownKeys } from "./values.ts";

/** References lead from module to module; those that are followed this often go in circles. */
const MAX_HOPS = 50;

/** Nobody reads more of what a value comes from. */
const MAX_REFERENCES = 50;

interface Module {
  /** The call in the parent; undefined for the root module. */
  readonly call: JsonObject | undefined;
  readonly outputs: JsonObject;
  readonly resources: ReadonlyMap<string, JsonObject>;
  readonly calls: JsonObject;
}

/** The `configuration` of a plan: what is written, and what refers to what, through modules and their instances. */
export class PlanConfiguration {
  private readonly modules = new Map<string, Module | undefined>();

  private readonly resolved = new Map<string, readonly string[]>();

  constructor(
    private readonly configuration: JsonObject,
    /** Which instances a block has, as one text: two with the same are gone through alike. */
    private readonly instances: (block: string) => string,
  ) {}

  /** The block of a resource: undefined where the plan has none. */
  blockOf(address: string, module: string): JsonObject | undefined {
    return this.module(module)?.resources.get(withoutIndex(address.slice(module === "" ? 0 : module.length + 1)));
  }

  /** The provider configuration of a block, and its expressions. */
  providerOf(block: JsonObject | undefined): {
    readonly key?: string;
    readonly expressions: JsonObject;
    readonly module: string;
  } {
    const key = textOf(block?.provider_config_key);
    const provider = key === undefined ? undefined : step(this.configuration.provider_config, key);
    return {
      key: key === undefined ? undefined : shownText(key),
      expressions: objectOf(step(provider, "expressions")),
      module: textOf(step(provider, "module_address")) ?? "",
    };
  }

  /** Whether a text that a block gives may be a secret. Most give none, and need not be read. */
  mayHoldSecret(block: JsonObject | undefined): boolean {
    return mayHoldSecret(block?.expressions, Cover.none, 0);
  }

  /** An output of the root module whose value is not known. */
  output(name: string): Unknown {
    const value = this.value(
      step(step(this.module("")?.outputs, name), "expression"),
      { module: "", index: "" },
      Cover.none,
    );
    return value instanceof Unknown ? value : new Unknown([]);
  }

  /**
   * What a resource refers to in an expression, as addresses of the whole plan: variables of modules lead to what their
   * callers give, outputs to what is in their modules, `each.value` to what is gone through.
   */
  references(expression: unknown, scope: ModuleInstance, hops = 0): string[] {
    const { whole } = new Listed(referencesOf(expression));
    const others = whole.filter((reference) => reference !== "each.key" && reference !== "count.index");
    const hasIndex = others.length < whole.length;
    const found = new Set<string>();
    for (const reference of others) {
      // Terraform does not tell `x[each.key]` from `x[f(each.key)]`: where both have the same instances it is taken for
      // the first.
      const isAlike =
        hasIndex &&
        isResource(reference) &&
        (scope.block === undefined || this.instances(scope.block) === this.instances(inModule(reference, scope)));
      for (const each of this.resolve(isAlike ? reference + scope.index : reference, scope, hops)) found.add(each);
      if (found.size > MAX_REFERENCES) break;
    }
    return [...found];
  }

  /** The value of an expression as far as the configuration tells, and as it may be seen. */
  value(expression: unknown, scope: ModuleInstance, cover: Cover, depth = 0): Value {
    if (depth > MAX_DEPTH) return new Unknown([]);
    if (Array.isArray(expression))
      return expression.map((item) => this.value(item, scope, cover.inConfiguration(undefined), depth + 1));
    if (!isObject(expression)) return undefined;
    const hasConstant = Object.hasOwn(expression, "constant_value");
    const hasReferences = Array.isArray(expression.references);
    if (cover.isWhole && (hasConstant || hasReferences)) return this.covered(expression, scope, cover);
    // In JSON syntax the text of an expression is there too, which says more than its references.
    if (hasConstant) {
      const listed = hasReferences ? new Listed(referencesOf(expression)) : undefined;
      return this.constant(expression.constant_value, listed && { scope, listed }, cover, depth);
    }
    if (hasReferences) return unknownOf(this.references(expression, scope));
    return this.entries(expression, cover, (value, part) => this.value(value, scope, part, depth + 1));
  }

  /**
   * What may be seen of an expression whose value Terraform marks: what it refers to, as Terraform lists it. Its text
   * is not read, for a part of the value may stand in it.
   */
  private covered(expression: JsonObject, scope: ModuleInstance, cover: Cover): Value {
    const { constant_value: constant } = expression;
    const references = this.references(expression, scope);
    const hide = (value: unknown, part: Cover): Value => {
      const isText = typeof value === "string" && (references.length === 0 || typeof readString(value) === "string");
      if (isText) return new Redacted({ literal: literalOf(value, part) });
      if (references.length > 0) return new Redacted({ references, isGiven: false });
      return value === null || value === undefined ? undefined : new Redacted();
    };
    const keys = isObject(constant) ? DOCUMENTED_KEYS.filter((key) => Object.hasOwn(constant, key)) : [];
    return keys.length === 0
      ? hide(constant, cover)
      : Object.fromEntries(keys.map((key) => [key, hide(step(constant, key), cover.at(key))]));
  }

  /** A constant; with references, one whose texts may be expressions. */
  private constant(value: unknown, expression: TextExpression | undefined, cover: Cover, depth: number): Value {
    if (depth > MAX_DEPTH) return new Unknown([]);
    if (cover.isWhole)
      return this.covered(
        { constant_value: value, references: expression?.listed.references },
        expression?.scope ?? ROOT,
        cover,
      );
    if (Array.isArray(value))
      return value.map((item) => this.constant(item, expression, cover.inConfiguration(undefined), depth + 1));
    if (isObject(value))
      return this.entries(value, cover, (item, part) => this.constant(item, expression, part, depth + 1));
    if (typeof value === "number" || typeof value === "boolean") return value;
    if (typeof value !== "string") return undefined;
    return expression === undefined ? seen(value, cover) : this.seenParts(readString(value), expression, cover);
  }

  /** What an expression gives: its texts as they may be seen, and its references in the whole plan. */
  private seenParts(value: Value, expression: TextExpression, cover: Cover): Value {
    if (cover.isWhole && value !== undefined) return new Redacted();
    if (typeof value === "string") return seen(value, cover);
    if (value instanceof PartialList)
      return new PartialList(
        value.items.map((item) => this.seenParts(item, expression, cover.inConfiguration(undefined))),
        this.absolute(value.rest, expression),
      );
    if (Array.isArray(value))
      return value.map((item) => this.seenParts(item, expression, cover.inConfiguration(undefined)));
    return value instanceof Unknown ? this.absolute(value, expression) : value;
  }

  private entries(object: JsonObject, cover: Cover, read: (value: unknown, cover: Cover) => Value): Value {
    const keys = shownKeys(Object.keys(object));
    return Object.fromEntries([...keys].map(([key, shown]) => [shown, read(object[key], cover.inConfiguration(key))]));
  }

  /**
   * The same, with references that hold in the whole plan: those that Terraform lists too, for a text may only look
   * like one.
   */
  private absolute(value: Unknown, { scope, listed }: TextExpression): Unknown {
    const resolve = (reference: string): readonly string[] => this.resolve(shownText(reference), scope, 0);
    const isListed = (reference: string): boolean => listed.has(reference.replace(/(\[(?!\d+\]|")|\.\*).*$/s, ""));
    const [exact, ...more] = value.exact === undefined || !isListed(value.exact) ? [] : resolve(value.exact);
    return new Unknown(value.references.filter(isListed).flatMap(resolve), more.length === 0 ? exact : undefined);
  }

  private resolve(reference: string, scope: ModuleInstance, hops: number): readonly string[] {
    if (hops > MAX_HOPS) return [inModule(reference, scope)];
    const key = `${scope.block ?? scope.module} ${scope.index} ${scope.forEach === undefined} ${reference}`;
    const known = this.resolved.get(key);
    if (known) return known;
    // What leads back to itself leads nowhere.
    this.resolved.set(key, []);
    const found = this.follow(reference, scope, hops);
    this.resolved.set(key, found);
    return found;
  }

  private follow(reference: string, scope: ModuleInstance, hops: number): readonly string[] {
    const prefix = scope.module === "" ? "" : `${scope.module}.`;
    const variable = /^var\.([\w-]+)/.exec(reference)?.[1];
    if (variable !== undefined) {
      const call = this.module(scope.module)?.call;
      const given = step(call?.expressions, variable);
      if (!given) return [prefix + reference];
      const { module, index } = callerOf(scope.module);
      return this.references(given, { module, index, forEach: call?.for_each_expression }, hops + 1);
    }
    const [whole, name, index = "", output = ""] =
      /^module\.([\w-]+)(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.([\w-]+)/.exec(reference) ?? [];
    if (whole) {
      const module = `${prefix}module.${name}${index}`;
      const found = this.references(
        step(step(this.module(module)?.outputs, output), "expression"),
        { module, index: "" },
        hops + 1,
      );
      return found.length > 0 ? found : [prefix + reference];
    }
    const item = /^each\.value(.*)$/.exec(reference)?.[1];
    if (item !== undefined && scope.forEach) {
      const sources = this.references(scope.forEach, { ...scope, forEach: undefined }, hops + 1);
      if (sources.length > 0) return sources.map((source) => source + scope.index + item);
    }
    return [prefix + reference];
  }

  private module(path: string): Module | undefined {
    if (!this.modules.has(path)) this.modules.set(path, this.findModule(path));
    return this.modules.get(path);
  }

  private findModule(path: string): Module | undefined {
    let module = moduleOf(this.configuration.root_module, undefined);
    for (const name of moduleNames(path)) {
      const call = step(module.calls, name);
      if (!isObject(call)) return undefined;
      module = moduleOf(call.module, call);
    }
    return module;
  }
}

/** Where an expression stands: the instance of a module, and of the resource in it. */
export interface ModuleInstance {
  /** `module.cluster["good"]`; empty for the root module. */
  readonly module: string;
  /** `["good"]` or `[0]`; empty where there is one. */
  readonly index: string;
  /** The block of the resource, as an address of the whole plan. Default: it is a module's. */
  readonly block?: string;
  /** What the resource goes through. */
  readonly forEach?: unknown;
}

const ROOT: ModuleInstance = { module: "", index: "" };

/** An expression whose text is there: where it stands, and what Terraform says that it refers to. */
interface TextExpression {
  readonly scope: ModuleInstance;
  readonly listed: Listed;
}

/** The index at the end of an address: `["good"]`, or nothing. */
export function indexOf(address: string): string {
  return /\[(?:\d+|"(?:[^"\\]|\\.)*")\]$/.exec(address)?.[0] ?? "";
}

/** A value of which only what it depends on is known. */
function unknownOf(references: readonly string[]): Unknown {
  return new Unknown(references, undefined, references.length === 1 ? references[0] : undefined);
}

/** The address of the block: without that index. */
export function withoutIndex(address: string): string {
  return address.slice(0, address.length - indexOf(address).length);
}

/** The module that a module instance is called in, and which instance it is. */
function callerOf(path: string): { readonly module: string; readonly index: string } {
  const bare = withoutIndex(path);
  return { module: bare.slice(0, Math.max(0, bare.lastIndexOf("module.") - 1)), index: indexOf(path) };
}

/** The names of the calls that lead to a module instance, from the root module. */
function moduleNames(path: string): string[] {
  return [...path.matchAll(/(?:^|\.)module\.([\w-]+)(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?/gy)].map(
    ([, name = ""]) => name,
  );
}

function moduleOf(module: unknown, call: JsonObject | undefined): Module {
  const resources = listOf(step(module, "resources")).filter((resource) => isObject(resource));
  return {
    call,
    outputs: objectOf(step(module, "outputs")),
    calls: objectOf(step(module, "module_calls")),
    resources: new Map(
      resources.flatMap((resource) => (typeof resource.address === "string" ? [[resource.address, resource]] : [])),
    ),
  };
}

/** A text that is written down, as it may be seen. */
function seen(text: string, cover: Cover): Value {
  const literal = literalOf(text, cover);
  return literal === undefined ? text : new Redacted({ literal });
}

/** What a text looks like that should not be written down. */
function literalOf(text: string, cover: Cover): Redacted["literal"] {
  if (!cover.isSecretLiteral(text)) return undefined;
  return isPrivateKey(text) ? "private key" : "secret";
}

function mayHoldSecret(value: unknown, cover: Cover, depth: number): boolean {
  if (typeof value === "string") return cover.isSecretLiteral(value);
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.some((item) => mayHoldSecret(item, cover, depth + 1));
  for (const key in value) {
    if (key === "references" || !Object.hasOwn(value, key)) continue;
    if (mayHoldSecret(step(value, key), key === "constant_value" ? cover : cover.at(key), depth + 1)) return true;
  }
  return false;
}

/** What Terraform lists. Keys of a map stand in it as they are written. */
function referencesOf(expression: unknown): string[] {
  return listOf(step(expression, "references")).flatMap((reference) =>
    typeof reference === "string" ? [shownText(reference)] : [],
  );
}

function inModule(reference: string, { module }: ModuleInstance): string {
  return module === "" ? reference : `${module}.${reference}`;
}

function isResource(reference: string): boolean {
  return (
    /^(data\.)?[\w-]+\.[\w-]+$/.test(reference) &&
    !/^(var|local|each|count|path|self|terraform|module)\./.test(reference)
  );
}

/** The references that Terraform lists of an expression. */
class Listed {
  private readonly known: ReadonlySet<string>;
  private readonly parts: ReadonlySet<string>;

  constructor(readonly references: readonly string[]) {
    this.known = new Set(references);
    this.parts = new Set(references.flatMap(partsOf));
  }

  /** Those that are no part of another: Terraform lists `a.b.id` and then `a.b`. */
  get whole(): readonly string[] {
    return this.references.filter((reference) => !this.parts.has(reference));
  }

  /** Whether it is listed, or a part of it, or what it is a part of. */
  has(reference: string): boolean {
    return (
      this.known.has(reference) || this.parts.has(reference) || partsOf(reference).some((part) => this.known.has(part))
    );
  }
}

/** Terraform lists a reference with as many of its parts. */
const MAX_PARTS = 12;

/** `a`, `a.b` and `a.b["c"]` of `a.b["c"].d`. */
function partsOf(reference: string): string[] {
  const parts: string[] = [];
  for (const { index } of reference.matchAll(/[.[]/g)) {
    if (parts.length === MAX_PARTS) break;
    parts.push(reference.slice(0, index));
  }
  return parts;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
