import type { IConstruct } from "constructs";
import { steps } from "../model/value.ts";
import type { TerraformElement } from "./cdktf.ts";

/** Terraform attribute (blocks with dots, no indices) to the prop of the construct that it is made from. */
export type AttributeProps = Readonly<Record<string, string>>;

const madeFrom = new WeakMap<IConstruct, AttributeProps>();
const configuredAt = new WeakMap<IConstruct, PropPaths>();

/** Prop of a construct to the key of the configuration that it is set from, and the key of the construct as a whole. */
export interface PropPaths {
  readonly self: readonly PropertyKey[];
  readonly props: Readonly<Record<string, readonly PropertyKey[]>>;
}

/** A construct says which of its props each attribute of an element comes from. */
export function comesFrom(element: TerraformElement, attributes: AttributeProps): void {
  madeFrom.set(element, attributes);
}

/** A stack says which keys of the configuration a construct's props are set from. */
export function configuredBy(construct: IConstruct, paths: PropPaths): void {
  configuredAt.set(construct, paths);
}

/**
 * The configuration key that an attribute of an element comes from: of the attribute itself, of the block it is in,
 * or of the construct. Undefined where no configuration stands behind the element.
 */
export function configKeyOf(element: IConstruct, attribute?: string): readonly PropertyKey[] | undefined {
  const paths = element.node.scopes.map((scope) => configuredAt.get(scope)).findLast((found) => found !== undefined);
  if (!paths) return undefined;
  const all = steps(attribute ?? "");
  const keys = all.filter((step) => typeof step === "string");
  // An item of a list is an item of the list that the key holds.
  const item = all.slice(-1).filter((step) => typeof step === "number");
  const attributes = madeFrom.get(element) ?? {};
  for (let length = keys.length; length > 0; length--) {
    const prop = attributes[keys.slice(0, length).join(".")];
    if (prop !== undefined) return [...(paths.props[prop] ?? paths.self), ...(length === keys.length ? item : [])];
  }
  return paths.self;
}
