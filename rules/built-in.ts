import type { Level } from "../model/finding.ts";

/** Findings that no rule makes. */
export const BUILT_IN = {
  "config/invalid": {
    level: "error",
    text: "The configuration has a mistake: nothing is synthesized, and the exit status is 2.",
  },
  "acknowledgement/unused": {
    level: "warning",
    text: "An acknowledgement acknowledges nothing: remove it, so that it hides nothing later.",
  },
  "acknowledgement/invalid": {
    level: "warning",
    text: "A comment of Terraform's source that should acknowledge a rule does not: its form is wrong, or the rule cannot be acknowledged.",
  },
  "attachment/not-judged": {
    level: "note",
    text: "A cluster is here and nothing that attaches it. What depends on the attachment is not judged: the size that its purpose needs, and whether it is attached once.",
  },
  "hcl/unreadable": {
    level: "warning",
    text: "A part of a Terraform file cannot be read. It is not judged.",
  },
  "hcl/not-judged": {
    level: "note",
    text: "How many of a resource or module there are is not known without a plan, or the files of a module are not there. It is not judged.",
  },
  "audit/incomplete": {
    level: "warning",
    text: "A file of an audit does not hold all that it seems to: a list that goes on in another answer, or a resource that the tool does not tell. What is missing is not judged.",
  },
  "baseline/gone": {
    level: "note",
    text: "A finding of the baseline is not found any more. Write the baseline again, so that the finding counts when it comes back.",
  },
  "rule/crashed": {
    level: "error",
    text: "A rule could not be checked, which is a bug here: please report it. The exit status is 3.",
  },
  "plan/incomplete": {
    level: "warning",
    text: "Terraform ended the plan with an error, or leaves changes to a later one: it does not show all that will happen.",
  },
  "plan/check": {
    level: "warning",
    text: "A check block or condition of Terraform does not hold. A condition stops the apply: there the level is error.",
  },
  "plan/more-than-import": {
    level: "error",
    text: "With `review --expect-no-changes`: a plan that should only import does more. What it would do is said in words.",
  },
  "plan/drift": {
    level: "note",
    text: "Somebody changed outside of Terraform what the configuration gives: see whether the plan undoes it, and whether it should.",
  },
} as const satisfies Readonly<Record<string, { readonly level: Level; readonly text: string }>>;

export type BuiltInId = keyof typeof BUILT_IN;
