import { graphOf } from "../diagram/graph.ts";
import { type Acknowledgement, acknowledgeAll } from "../model/acknowledgement.ts";
import { beforeOf } from "../model/before.ts";
import { byPlace, type Finding, type PlanChange } from "../model/finding.ts";
import type { Report } from "../report/report.ts";
import { rulesOf } from "../rules/catalogue.ts";
import { judge } from "../rules/judge.ts";
import type { Rule } from "../rules/rule.ts";
import { fromPlan, type NamedPlan } from "../sources/plan/plan.ts";
import { changesOf } from "./changes.ts";
import { moreThanImport } from "./expect-no-changes.ts";
import { planFindings } from "./plan-findings.ts";

/** A plan, the stack that it is of, and the file that it was read from. */
export interface PlanOfFile extends NamedPlan {
  /** As a reader knows it: it stands in the findings and changes where several plans are reviewed. */
  readonly file: string;
}

/** What is found in plans, and what they change. */
export interface Review extends Report {
  /** Every change that matters to the attachment, the most serious first. */
  readonly changes: readonly PlanChange[];
}

/** What a review is asked beside the plans. */
export interface ReviewOptions {
  /** ISO date. */
  readonly today: string;
  /** What is acknowledged in all plans. Default: nothing. */
  readonly acknowledgements?: readonly Acknowledgement[];
  /** What judges them. Default: the rules of the package. */
  readonly rules?: readonly Rule[];
  /** Adds lines of a configuration, and what is acknowledged there. Default: nothing is added. */
  readonly locate?: (findings: readonly Finding[]) => readonly Finding[];
  /** Whether whatever the plans do beside importing is an error. Default: false. */
  readonly expectsNoChanges?: boolean;
}

/** Judges plans together by every rule for plans, and says what their changes mean. */
export function reviewOf(
  plans: readonly PlanOfFile[],
  { today, acknowledgements = [], locate, expectsNoChanges = false, rules: given }: ReviewOptions,
): Review {
  const model = fromPlan(plans);
  const rules = rulesOf("plan", given);
  const { findings, checked, asked } = judge(model, rules, { today, isConfiguration: locate !== undefined });
  const fileOf = new Map(plans.length > 1 ? plans.map(({ name, file }) => [name, file]) : []);
  const withPlan = <T extends { readonly stack?: string }>(where: T): T => {
    const plan = fileOf.get(where.stack ?? "");
    return plan === undefined ? where : { ...where, plan };
  };
  const changes = changesOf(model);
  const found = [
    ...findings,
    ...planFindings(plans, model),
    ...(expectsNoChanges ? moreThanImport(model, changes) : []),
  ];
  const all = acknowledgeAll(locate?.(found) ?? found, acknowledgements, today);
  return {
    findings: all.map((finding) => ({ ...finding, where: withPlan(finding.where) })).sort(byPlace),
    changes: changes.map(withPlan),
    draw: () => ({ before: graphOf(beforeOf(model)), after: graphOf(model) }),
    checked,
    rules: asked,
    date: today,
    stacks: model.stacks,
  };
}
