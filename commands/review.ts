import { closest } from "fastest-levenshtein";
import type { Argv } from "yargs";
import { byPlace, type Finding } from "../finding.ts";
import { graphOf } from "../picture/graph.ts";
import { exitStatus, type Report } from "../report/report.ts";
import { BUILT_IN } from "../rules/built-in.ts";
import { RULES, rulesOf } from "../rules/catalogue.ts";
import { changesOf } from "../rules/changes.ts";
import { judge } from "../rules/judge.ts";
import { planFindings } from "../rules/plan-findings.ts";
import { beforeOf } from "../terraform/before.ts";
import { fromPlan } from "../terraform/from-plan.ts";
import { today } from "../today.ts";
import { UsageError } from "./failure.ts";
import { loadOrReport } from "./load-or-report.ts";
import { emit, last, type ReportArguments, reportOptions } from "./options.ts";
import { PLANS, type PlanOfFile, readPlans, STACK } from "./plans.ts";

interface ReviewArguments extends ReportArguments {
  readonly plan: readonly string[];
  readonly stack?: readonly string[];
  readonly config?: string;
  readonly acknowledge?: readonly string[];
  readonly maxLength?: number;
}

export function builder(args: Argv): Argv<ReviewArguments> {
  const several = { type: "string", array: true, nargs: 1, requiresArg: true } as const;
  return reportOptions(args)
    .positional("plan", PLANS)
    .option("stack", STACK)
    .option("config", {
      type: "string",
      nargs: 1,
      requiresArg: true,
      coerce: last,
      describe: "the configuration that the stacks were made from: findings get its lines and its acknowledgements [default: none]",
    })
    .option("acknowledge", { ...several, describe: "waive a rule, as in --acknowledge cluster/destroy='moved to westus'; may be repeated" })
    .option("max-length", {
      type: "number",
      nargs: 1,
      requiresArg: true,
      coerce: last,
      describe: "the longest that Markdown may get, in characters [default: 65536]",
    }) as unknown as Argv<ReviewArguments>;
}

export async function handler(args: ReviewArguments): Promise<number> {
  const { plan: files, config, acknowledge = [], maxLength } = args;
  if (maxLength !== undefined && !(Number.isInteger(maxLength) && maxLength >= 2000)) throw new UsageError("--max-length: give a whole number, 2000 or more");
  const waived = acknowledge.map(acknowledgement);
  const plans = readPlans(files, args.stack);
  const locate = config === undefined ? (findings: readonly Finding[]) => findings : await locator(config);
  if (!locate) return 2;
  const report = reviewOf(plans, { waivers: waived, locate });
  await emit(report, args, { inputs: [...files, ...(config === undefined ? [] : [config])], maxLength });
  return exitStatus(report, args.failOn ?? "error");
}

export interface ReviewOptions {
  /** What is waived in all plans. Default: nothing. */
  readonly waivers?: readonly Waiver[];
  /** Adds lines of a configuration, and what is acknowledged there. Default: nothing is added. */
  readonly locate?: (findings: readonly Finding[]) => readonly Finding[];
}

/** Judges plans together and says what they mean. */
export function reviewOf(plans: readonly PlanOfFile[], { waivers = [], locate = (findings) => findings }: ReviewOptions = {}): Report {
  const date = today();
  const picture = fromPlan(plans);
  const { findings, checked } = judge(picture, rulesOf("P"), { today: date });
  const fileOf = new Map(plans.length > 1 ? plans.map(({ name, file }) => [name, file]) : []);
  const withPlan = <T extends { readonly stack?: string }>(where: T): T => {
    const plan = fileOf.get(where.stack ?? "");
    return plan === undefined ? where : { ...where, plan };
  };
  const waived = waive(locate([...findings, ...planFindings(plans, picture)]), waivers);
  return {
    findings: waived.map((finding) => ({ ...finding, where: withPlan(finding.where) })).sort(byPlace),
    changes: changesOf(picture).map(withPlan),
    draw: () => ({ before: graphOf(beforeOf(picture)), after: graphOf(picture) }),
    checked,
    rules: rulesOf("P"),
    date,
  };
}

/** Finds lines and acknowledgements in a configuration. Undefined where that has mistakes, which are then reported. */
async function locator(file: string): Promise<ReviewOptions["locate"]> {
  const loaded = await loadOrReport(file);
  if (!loaded) return undefined;
  // Loads cdktf, which no review of a plan alone does.
  const { locatePlanFindings } = await import("../stacks/assess.ts");
  return (findings) => locatePlanFindings(loaded, findings);
}

interface Waiver {
  readonly rule: string;
  readonly reason: string;
}

function acknowledgement(text: string): Waiver {
  const [, id = "", reason = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (id === "" || reason.trim() === "")
    throw new UsageError(`--acknowledge ${text}: give a rule and a reason, as in --acknowledge cluster/destroy='moved to westus'`);
  if (Object.hasOwn(BUILT_IN, id)) throw new UsageError(`--acknowledge ${id}: this is no rule, and cannot be waived`);
  const rule = RULES.find((each) => each.id === id);
  if (!rule) {
    const nearest = closest(
      id,
      RULES.map((each) => each.id),
    );
    throw new UsageError(`--acknowledge ${id}: there is no such rule; did you mean ${nearest}?`);
  }
  if (rule.waivable === false) throw new UsageError(`--acknowledge ${id}: this rule cannot be waived`);
  return { rule: id, reason };
}

/** The findings with what is waived, and one for each waiver that waives nothing. */
function waive(findings: readonly Finding[], waivers: readonly Waiver[]): Finding[] {
  const used = new Set<string>();
  const waived = findings.map((finding) => {
    const waiver = finding.waivable === false || finding.acknowledged ? undefined : waivers.find(({ rule }) => rule === finding.rule);
    if (!waiver) return finding;
    used.add(waiver.rule);
    return { ...finding, acknowledged: { reason: waiver.reason } };
  });
  const unused = waivers.filter(({ rule }) => !used.has(rule));
  return [
    ...waived,
    ...unused.map(
      ({ rule }): Finding => ({
        rule: "acknowledgement/unused",
        verdict: "fail",
        level: "warning",
        message: `nothing is found that --acknowledge ${rule} would waive`,
        advice: "remove it, so that it hides nothing later",
        where: {},
      }),
    ),
  ];
}
