import type { Phase, Rule } from "./rule.ts";

/** Where a rule is enforced, in words. */
const PHASES: Readonly<Record<Phase, string>> = {
  synthesis: "on what is synthesized, by `check`, `synth`, `cdktf synth` and `cdktf deploy`",
  plan: "on a Terraform plan",
  apply: "by Terraform itself, in the plan or the apply, where only Azure knows",
};

/** What enforces a rule, in words. */
export function enforcersOf({ phases, onlyBy }: Pick<Rule, "phases" | "onlyBy">): readonly string[] {
  return onlyBy === undefined ? phases.map((phase) => PHASES[phase]) : [onlyBy];
}

/** A phase in a word. */
export const PHASES_SHORT: Readonly<Record<Phase, string>> = {
  synthesis: "synthesis",
  plan: "plan review",
  apply: "plan and apply",
};

/** How to acknowledge a finding of a rule, or that it cannot be. */
export function howToAcknowledge({
  id,
  phases,
  canBeAcknowledged = true,
}: Pick<Rule, "id" | "phases" | "canBeAcknowledged">): string {
  if (!canBeAcknowledged) return "It cannot be acknowledged.";
  const condition = phases.includes("apply") ? " What Terraform checks in the plan is not acknowledged by it." : "";
  return `To acknowledge it: acknowledge: [{ rule: ${id}, reason: ... }] at the cluster, the environment or the top level.${condition}`;
}
