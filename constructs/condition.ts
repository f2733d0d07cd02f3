import type { IConstruct } from "constructs";
import type { Rule } from "../rules/rule.ts";
import { TerraformStack } from "./cdktf.ts";

/** A condition of Terraform: an expression that must hold, and what is said where it does not. */
export interface TerraformCondition {
  /** Terraform expression in `${...}` that is true where it holds. */
  readonly condition: string;
  /** What is wrong, and what to do. */
  readonly errorMessage: string;
}

/** What Terraform says when a condition does not hold: the rule's id, what is wrong, why it matters, and the source. */
export function conditionText({ id, why, source }: Rule, wrong: string): string {
  return `${id}: ${wrong} ${why} ${source}`;
}

/** Terraform's check block: it warns in the plan and lets the apply go on. cdktf has no construct for it. */
export function checkBlock(scope: IConstruct, name: string, ...assertions: readonly TerraformCondition[]): void {
  TerraformStack.of(scope).addOverride(`check.${scope.node.id}_${name}`, {
    assert: assertions.map(({ condition, errorMessage }) => ({ condition, error_message: errorMessage })),
  });
}
