import type { Phase, Rule } from "./rule.ts";

/** Where a rule is enforced, in words. */
const PHASES: Readonly<Record<Phase, string>> = {
  S: "on what is synthesized, by `check`, `synth`, `cdktf synth` and `cdktf deploy`",
  P: "on a Terraform plan",
  A: "by Terraform itself, in the plan or the apply, where only Azure knows",
};

/** What enforces a rule, in words. */
export function enforcersOf({ phases, onlyBy }: Pick<Rule, "phases" | "onlyBy">): readonly string[] {
  return onlyBy === undefined ? phases.map((phase) => PHASES[phase]) : [onlyBy];
}

/** A phase in a word. */
export const PHASES_SHORT: Readonly<Record<Phase, string>> = { S: "synthesis", P: "plan review", A: "plan and apply" };

/** How to waive a rule, or that it cannot be. */
export function waiverOf({ id, phases, waivable = true }: Pick<Rule, "id" | "phases" | "waivable">): string {
  if (!waivable) return "It cannot be waived.";
  const condition = phases.includes("A") ? " What Terraform checks in the plan is not waived by it." : "";
  return `To waive it: acknowledge: [{ rule: ${id}, reason: ... }] at the cluster, the environment or the top level.${condition}`;
}
