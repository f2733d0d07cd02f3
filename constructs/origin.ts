import type { Construct, IConstruct } from "constructs";
import { merge } from "../model/merge.ts";
import { steps } from "../model/value.ts";
import type { TerraformElement } from "./cdktf.ts";
import { type Key, keyIn, keyOf, type Single, type Traced, valueAt, valuesOf } from "./keyed.ts";

/** What a construct is made from: its props or attributes, with the keys of what each comes from. */
interface Source {
  readonly tree: unknown;
  /**
   * Key of the configuration for the construct as a whole: `tree` then leads to the configuration, and otherwise to
   * props.
   */
  readonly self?: Key;
}

const origins = new WeakMap<IConstruct, Source>();

/** Each prop of a construct: none can be forgotten, and `undefined` says that nothing sets it. */
export type PropsFrom<P> = P extends unknown ? { readonly [K in Exclude<keyof P, never>]: PartFrom<P[K]> } : never;

/** Attributes of an element. */
export type AttributesFrom<P> = { readonly [K in keyof P]: PartFrom<P[K]> };

/** A constant, a traced value, or a tree of both. */
type PartFrom<V> = Traced<Readable<V>> | Tree<V>;
type Tree<V> = V extends Single | IConstruct
  ? Readable<V>
  : V extends object
    ? { readonly [K in keyof V]: PartFrom<V[K]> }
    : V;
/** Nothing that we give is changed, so that lists may be read-only. */
type Readable<V> = V extends readonly (infer Item)[]
  ? readonly Readable<Item>[]
  : V extends IConstruct | Single
    ? V
    : V extends object
      ? { readonly [K in keyof V]: Readable<V[K]> }
      : V;

type ConstructClass<P, C> = new (scope: Construct, id: string, props: P) => C;

/** Makes a construct from the configuration. `self` is the key of the construct as a whole. */
export function constructFrom<P, C extends IConstruct>(
  type: ConstructClass<P, C>,
  scope: Construct,
  id: string,
  self: Traced<unknown>,
  props: PropsFrom<NoInfer<P>>,
): C {
  return madeFrom(new type(scope, id, valuesOf(props) as P), props, self);
}

/** Makes an element from the props of its construct; from the configuration, where `self` is given. */
export function elementFrom<P, C extends TerraformElement>(
  type: ConstructClass<P, C>,
  scope: Construct,
  id: string,
  attributes: AttributesFrom<NoInfer<P>>,
  self?: Traced<unknown>,
): C {
  return madeFrom(new type(scope, id, valuesOf(attributes) as P), attributes, self);
}

/** Attributes of an element in Terraform's own names. */
export type Overrides = Readonly<Record<string, unknown>>;

/** What a resource is rendered as: attributes by type and name. */
interface RenderedResource {
  readonly resource: Readonly<Record<string, Record<string, object>>>;
}

const overridesOf = new WeakMap<IConstruct, Traced<Overrides>>();

/** Lays attributes over an element: maps merge deeply, anything else is replaced, and null takes an attribute away. */
export function layOver(element: TerraformElement, overrides: Traced<Overrides | undefined>): void {
  const values = valueAt(overrides);
  if (values === undefined) return;
  // cdktf's own overrides add to a list, and keep what is null.
  const render = element.toTerraform.bind(element) as () => RenderedResource;
  element.toTerraform = () => {
    const rendered = render();
    for (const instances of Object.values(rendered.resource))
      for (const [name, attributes] of Object.entries(instances)) instances[name] = merge(attributes, values);
    return rendered;
  };
  overridesOf.set(element, overrides as Traced<Overrides>);
}

/** The key of an attribute that is laid over an element. */
function overriddenKey(overrides: Traced<Overrides>, path: Key): Key | undefined {
  const names: string[] = [];
  let value: unknown = valueAt(overrides);
  for (const name of path.filter((step) => typeof step === "string")) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) break;
    if (!Object.hasOwn(value, name)) return undefined;
    names.push(name);
    value = (value as Record<string, unknown>)[name];
  }
  return names.length > 0 ? [...keyOf(overrides), ...names] : undefined;
}

/** Says what a construct was made from, where its class takes more than a scope, an id and props. */
export function madeFrom<C extends IConstruct>(construct: C, tree: object, self?: Traced<unknown>): C {
  origins.set(construct, { tree, ...(self ? { self: keyOf(self) } : {}) });
  return construct;
}

/**
 * The configuration key that an attribute of an element comes from: of the attribute itself, of the block it is in,
 * or of the construct. Undefined where no configuration stands behind the element.
 */
export function configKeyOf(element: IConstruct, attribute?: string): Key | undefined {
  let path: Key = steps(attribute ?? "");
  for (const scope of element.node.scopes.toReversed()) {
    const overrides = overridesOf.get(scope);
    const overridden = overrides && overriddenKey(overrides, path);
    if (overridden) {
      path = overridden;
      continue;
    }
    const origin = origins.get(scope);
    if (!origin) continue;
    const key = keyIn(origin.tree, path);
    if (origin.self) return key ?? origin.self;
    path = key ?? [];
  }
  return undefined;
}
