import type { Phase } from "./rule.ts";

/** Where a rule is enforced, in words. */
export const PHASES: Readonly<Record<Phase, string>> = {
  S: "on what is synthesized, by `check`, `synth`, `cdktf synth` and `cdktf deploy`",
  P: "on a Terraform plan",
  A: "by Terraform itself, in the plan or the apply, where only Azure knows",
};

/** The same in a word. */
export const PHASES_SHORT: Readonly<Record<Phase, string>> = { S: "synthesis", P: "plan review", A: "plan and apply" };
