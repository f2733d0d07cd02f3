import type { IConstruct } from "constructs";

/** A rule that is waived below a construct, with a reason. */
export interface Acknowledgement {
  /** The rule's id, for example `tls/internal-load-balancer`. */
  readonly rule: string;
  /** Why it does not matter here. */
  readonly reason: string;
  /** Last day on which it counts, as an ISO date. @default - always */
  readonly until?: string;
}

const given = new WeakMap<IConstruct, Acknowledgement[]>();

/** Waives a rule for what is in a construct: the findings stay in the report, and no longer count. */
export function acknowledge(scope: IConstruct, acknowledgement: Acknowledgement): void {
  given.set(scope, [...(given.get(scope) ?? []), acknowledgement]);
}

/** The acknowledgements of a rule for a construct, those of the nearest scope first. */
export function acknowledgementsOf(construct: IConstruct, rule: string): Acknowledgement[] {
  return construct.node.scopes
    .toReversed()
    .flatMap((scope) => given.get(scope) ?? [])
    .filter((acknowledgement) => acknowledgement.rule === rule);
}
