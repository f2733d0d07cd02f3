import type { IConstruct } from "constructs";
import type { Acknowledgement } from "../model/acknowledgement.ts";

export type { Acknowledgement };

const given = new WeakMap<IConstruct, Acknowledgement[]>();

/** Acknowledges a rule for what is in a construct: the findings stay in the report, and no longer count. */
export function acknowledge(scope: IConstruct, acknowledgement: Acknowledgement): void {
  given.set(scope, [...(given.get(scope) ?? []), acknowledgement]);
}

/** The acknowledgements for a construct, those of the nearest scope first. */
export function acknowledgementsOf(construct: IConstruct): Acknowledgement[] {
  return construct.node.scopes.toReversed().flatMap((scope) => given.get(scope) ?? []);
}
