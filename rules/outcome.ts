import type { Model } from "../model/model.ts";
import { judge } from "./judge.ts";
import type { Example, Rule } from "./rule.ts";

/** What a rule says of a model as a whole. */
export type Outcome = "pass" | "fail" | "unknown" | "crash";

/** What a rule says of the model of an example, on a day. */
export function outcomeOf(
  rule: Rule,
  model: Model,
  today: string,
  { circumstances = {} }: Partial<Example> = {},
): Outcome {
  const { findings } = judge(model, [rule], { today, ...circumstances });
  if (findings.some((finding) => finding.rule === "rule/crashed")) return "crash";
  // A note beside a pass says something about it.
  if (findings.some(({ verdict, level }) => verdict === "fail" && (level !== "note" || rule.level === "note")))
    return "fail";
  return findings.some(({ verdict }) => verdict === "unknown") ? "unknown" : "pass";
}
