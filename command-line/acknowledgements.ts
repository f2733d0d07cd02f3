import { UserError } from "../errors/user-error.ts";
import { type AcknowledgeableRule, type Acknowledgement, whyNotAcknowledged } from "../model/acknowledgement.ts";
import { BUILT_IN } from "../rules/built-in.ts";
import { RULES } from "../rules/catalogue.ts";

/** The option of the commands that judge files in which nothing can be acknowledged. */
export const ACKNOWLEDGE = {
  type: "string",
  array: true,
  nargs: 1,
  requiresArg: true,
  describe: "acknowledge a rule, as in --acknowledge cluster/destroy='moved to westus'; may be repeated",
} as const;

export function acknowledgementsOf(
  given: readonly string[] = [],
  rules: readonly AcknowledgeableRule[] = RULES,
): readonly Acknowledgement[] {
  return given.map((text) => acknowledgement(text, rules));
}

function acknowledgement(text: string, rules: readonly AcknowledgeableRule[]): Acknowledgement {
  const [, rule = "", reason = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (rule === "" || reason.trim() === "")
    throw new UserError(
      `--acknowledge ${text}: give a rule and a reason, as in --acknowledge cluster/destroy='moved to westus'`,
    );
  const problem = Object.hasOwn(BUILT_IN, rule)
    ? { message: "this is not a rule, and cannot be acknowledged", advice: "fix what it says" }
    : whyNotAcknowledged(rule, rules);
  if (problem) throw new UserError(`--acknowledge ${rule}: ${problem.message}: ${problem.advice}`);
  return { rule, reason };
}
