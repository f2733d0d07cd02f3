import { readString } from "../../model/expression.ts";
import { isPrivateKey, isSecretName, isSecretText } from "../../model/redaction.ts";
import { PartialList, Redacted, Unknown, type Value } from "../../model/value.ts";

// biome-ignore lint/suspicious/noExplicitAny: the configuration in plan JSON is anything
type Json = any;

/** References lead from module to module; those that are followed this often go in circles. */
const MAX_HOPS = 50;

/** Nobody reads more of what a value comes from. */
const MAX_REFERENCES = 50;

/** No provider nests its attributes deeper; what is below is not known. */
export const MAX_DEPTH = 100;

interface Module {
  /** The call in the parent; undefined for the root module. */
  readonly call: Json;
  readonly parent: Module | undefined;
  readonly outputs: Json;
  readonly resources: ReadonlyMap<string, Json>;
  readonly calls: Json;
}

/** The `configuration` of a plan: what is written, and what refers to what, through modules and their instances. */
export class PlanConfiguration {
  private readonly modules = new Map<string, Module | undefined>();

  private readonly resolved = new Map<string, readonly string[]>();

  constructor(
    private readonly configuration: Json,
    /** Which instances a block has, as one text: two with the same are gone through alike. */
    private readonly instances: (block: string) => string,
  ) {}

  /** The block of a resource: undefined where the plan has none. */
  blockOf(address: string, module: string): Json {
    return this.module(module)?.resources.get(withoutIndex(address.slice(module === "" ? 0 : module.length + 1)));
  }

  /** The provider configuration of a block, and its expressions. */
  providerOf(block: Json): { readonly key?: string; readonly expressions: Json; readonly module: string } {
    const key = textOf(block?.provider_config_key);
    const provider = key === undefined ? undefined : own(own(this.configuration, "provider_config"), key);
    return { key, expressions: objectOf(provider?.expressions), module: textOf(provider?.module_address) ?? "" };
  }

  /** Whether a text that a block gives may be a secret. Most give none, and need not be read. */
  mayHoldSecret(block: Json): boolean {
    return mayHoldSecret(block?.expressions, "", undefined, 0);
  }

  /** An output of the root module whose value is not known. */
  output(name: string): Unknown {
    const value = this.value(own(this.module("")?.outputs, name)?.expression, { module: "", index: "" });
    return value instanceof Unknown ? value : new Unknown([]);
  }

  /**
   * What a resource refers to in an expression, as addresses of the whole plan: variables of modules lead to what their
   * callers give, outputs to what is in their modules, `each.value` to what is gone through.
   */
  references(expression: Json, scope: Scope, hops = 0): string[] {
    const references = listOf(expression?.references).filter((reference) => typeof reference === "string");
    // Terraform lists `a.b.id` and then `a.b`: the longest of them is the reference, the others are its parts.
    const whole = references.filter((reference) => !references.some((other) => other !== reference && isPart(reference, other)));
    const others = whole.filter((reference) => reference !== "each.key" && reference !== "count.index");
    const hasIndex = others.length < whole.length;
    const found = new Set<string>();
    for (const reference of others) {
      // Terraform does not tell `x[each.key]` from `x[f(each.key)]`: where both have the same instances it is taken for the first.
      const isAlike =
        hasIndex && isResource(reference) && (scope.block === undefined || this.instances(scope.block) === this.instances(inModule(reference, scope)));
      for (const each of this.resolve(isAlike ? reference + scope.index : reference, scope, hops)) found.add(each);
      if (found.size > MAX_REFERENCES) break;
    }
    return [...found];
  }

  /** The value of an expression as far as the configuration tells. */
  value(expression: Json, scope: Scope, name = "", parent?: string, depth = 0): Value {
    if (depth > MAX_DEPTH) return new Unknown([]);
    if (Array.isArray(expression)) return expression.map((item) => this.value(item, scope, name, parent, depth + 1));
    if (typeof expression !== "object" || expression === null) return undefined;
    const hasReferences = Array.isArray(expression.references);
    // In JSON syntax the text of an expression is there too, which says more than its references.
    if (Object.hasOwn(expression, "constant_value")) return this.constant(expression.constant_value, hasReferences ? scope : undefined, name, parent, depth);
    if (hasReferences) return unknownOf(this.references(expression, scope));
    return Object.fromEntries(Object.entries(expression).map(([key, value]) => [key, this.value(value, scope, key, name || parent, depth + 1)]));
  }

  /** A constant; with a scope, one whose texts may be expressions. */
  private constant(value: Json, scope: Scope | undefined, name: string, parent: string | undefined, depth: number): Value {
    if (depth > MAX_DEPTH) return new Unknown([]);
    if (Array.isArray(value)) return value.map((item) => this.constant(item, scope, name, parent, depth + 1));
    if (typeof value === "object" && value !== null) {
      // Below a name that hides, every text is hidden.
      const isHidden = isSecretName(name, parent);
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, this.constant(item, scope, isHidden ? name : key, isHidden ? parent : name || parent, depth + 1)]),
      );
    }
    const read: Value = scope && typeof value === "string" ? readString(value) : (value ?? undefined);
    if (typeof read === "string") return isSecretName(name, parent) || isSecretText(read) ? new Redacted(isPrivateKey(read)) : read;
    return scope ? this.absolute(read, scope) : read;
  }

  /** The same value, with references that hold in the whole plan. */
  private absolute(value: Value, scope: Scope): Value {
    if (value instanceof PartialList)
      return new PartialList(
        value.items.map((item) => this.absolute(item, scope)),
        this.absolute(value.rest, scope) as Unknown,
      );
    if (Array.isArray(value)) return value.map((item) => this.absolute(item, scope));
    if (!(value instanceof Unknown)) return value;
    const resolve = (reference: string): readonly string[] => this.resolve(reference, scope, 0);
    const [exact, ...more] = value.exact === undefined ? [] : resolve(value.exact);
    return new Unknown(value.references.flatMap(resolve), more.length === 0 ? exact : undefined);
  }

  private resolve(reference: string, scope: Scope, hops: number): readonly string[] {
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

  private follow(reference: string, scope: Scope, hops: number): readonly string[] {
    const prefix = scope.module === "" ? "" : `${scope.module}.`;
    const variable = /^var\.([\w-]+)/.exec(reference)?.[1];
    if (variable !== undefined) {
      const call = this.module(scope.module)?.call;
      const given = own(call?.expressions, variable);
      if (!given) return [prefix + reference];
      const { module, index } = callerOf(scope.module);
      return this.references(given, { module, index, forEach: call.for_each_expression }, hops + 1);
    }
    const [whole, name, index = "", output = ""] = /^module\.([\w-]+)(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.([\w-]+)/.exec(reference) ?? [];
    if (whole) {
      const module = `${prefix}module.${name}${index}`;
      const found = this.references(own(this.module(module)?.outputs, output)?.expression, { module, index: "" }, hops + 1);
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
    if (path === "") return moduleOf(own(this.configuration, "root_module"), undefined, undefined);
    const parent = this.module(callerOf(path).module);
    const call = own(parent?.calls, callerOf(path).name);
    return call ? moduleOf(call.module, call, parent) : undefined;
  }
}

/** Where an expression stands: the instance of a module, and of the resource in it. */
export interface Scope {
  /** `module.cluster["good"]`; empty for the root module. */
  readonly module: string;
  /** `["good"]` or `[0]`; empty where there is one. */
  readonly index: string;
  /** The block of the resource, as an address of the whole plan. Default: it is a module's. */
  readonly block?: string;
  /** What the resource goes through. */
  readonly forEach?: Json;
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

/** The module that a module instance is called in, its name there, and which instance it is. */
function callerOf(path: string): { readonly module: string; readonly name: string; readonly index: string } {
  const index = indexOf(path);
  const bare = withoutIndex(path);
  const start = bare.lastIndexOf("module.");
  return { module: bare.slice(0, Math.max(0, start - 1)), name: bare.slice(start + "module.".length), index };
}

function moduleOf(module: Json, call: Json, parent: Module | undefined): Module {
  const resources = listOf(module?.resources).filter((resource) => typeof resource?.address === "string");
  return {
    call,
    parent,
    outputs: objectOf(module?.outputs),
    calls: objectOf(module?.module_calls),
    resources: new Map(resources.map((resource) => [resource.address, resource])),
  };
}

function mayHoldSecret(value: Json, name: string, parent: string | undefined, depth: number): boolean {
  if (typeof value === "string") return isSecretName(name, parent) || isSecretText(value);
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.some((item) => mayHoldSecret(item, name, parent, depth + 1));
  // Below a name that hides, every text is hidden.
  const isHidden = name !== "" && isSecretName(name, parent);
  for (const key in value) {
    if (key === "references" || !Object.hasOwn(value, key)) continue;
    const isName = key !== "constant_value" && !isHidden;
    if (mayHoldSecret(value[key], isName ? key : name, isName ? name || parent : parent, depth + 1)) return true;
  }
  return false;
}

function inModule(reference: string, { module }: Scope): string {
  return module === "" ? reference : `${module}.${reference}`;
}

function isResource(reference: string): boolean {
  return /^(data\.)?[\w-]+\.[\w-]+$/.test(reference) && !/^(var|local|each|count|path|self|terraform|module)\./.test(reference);
}

function isPart(reference: string, of: string): boolean {
  return of.startsWith(reference) && /^[.[]/.test(of.slice(reference.length));
}

function own(object: Json, key: string): Json {
  return typeof object === "object" && object !== null && Object.hasOwn(object, key) ? object[key] : undefined;
}

function objectOf(value: Json): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: Json): string | undefined {
  return typeof value === "string" ? value : undefined;
}
