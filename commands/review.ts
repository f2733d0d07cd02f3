import type { Argv } from "yargs";
import { ACKNOWLEDGE, acknowledgementsOf } from "../command-line/acknowledgements.ts";
import { type BaselineArguments, baselineOptions, withBaseline } from "../command-line/baseline.ts";
import { MAX_SIZE } from "../command-line/inputs.ts";
import { loadOrReport } from "../command-line/load-or-report.ts";
import { emit, last, quietOption, type ReportArguments, reportOptions } from "../command-line/options.ts";
import { allRules, type RulesArguments, rulesOption } from "../command-line/own-rules.ts";
import { PLANS, readPlans, STACK } from "../command-line/plans.ts";
import { UserError } from "../errors/user-error.ts";
import { exitStatus } from "../report/report.ts";
import { type ReviewOptions, reviewOf } from "../review/review.ts";
import type { Rule } from "../rules/rule.ts";
import { today } from "../sources/today.ts";

interface ReviewArguments extends ReportArguments, BaselineArguments, RulesArguments {
  readonly plan: readonly string[];
  readonly stack?: readonly string[];
  readonly maxSize?: number;
  readonly config?: string;
  readonly acknowledge?: readonly string[];
  readonly maxLength?: number;
  readonly expectNoChanges?: boolean;
}

export function builder(args: Argv): Argv<ReviewArguments> {
  return rulesOption(quietOption(baselineOptions(reportOptions(args))))
    .positional("plan", PLANS)
    .option("stack", STACK)
    .option("max-size", { ...MAX_SIZE, coerce: last })
    .option("config", {
      type: "string",
      nargs: 1,
      requiresArg: true,
      coerce: last,
      describe:
        "the configuration that the stacks were made from: findings get its lines and its acknowledgements [default: none]",
    })
    .option("acknowledge", ACKNOWLEDGE)
    .option("expect-no-changes", {
      type: "boolean",
      describe: "fail where a plan does more than import, and say what it would do",
    })
    .option("max-length", {
      type: "number",
      nargs: 1,
      requiresArg: true,
      coerce: last,
      describe: "the maximum length of Markdown, in characters [default: 65536]",
    }) as unknown as Argv<ReviewArguments>;
}

export async function handler(args: ReviewArguments): Promise<number> {
  const { plan: files, config, acknowledge = [], maxLength } = args;
  if (maxLength !== undefined && !(Number.isInteger(maxLength) && maxLength >= 2000))
    throw new UserError("--max-length: give a whole number, 2000 or more");
  const rules = await allRules(args);
  const acknowledgements = acknowledgementsOf(acknowledge, rules);
  const plans = readPlans(files, args.stack, args.maxSize);
  const locate = config === undefined ? undefined : await locator(config, rules);
  if (config !== undefined && !locate) return 2;
  const report = withBaseline(
    reviewOf(plans, { today: today(), acknowledgements, rules, locate, expectsNoChanges: args.expectNoChanges }),
    args,
  );
  await emit(report, args, { maxLength });
  return exitStatus(report, args.failOn ?? "error");
}

/** Finds lines and acknowledgements in a configuration. Undefined where that has mistakes, which are then reported. */
async function locator(file: string, rules: readonly Rule[]): Promise<ReviewOptions["locate"]> {
  const loaded = await loadOrReport(file, undefined, rules);
  if (!loaded) return undefined;
  // Loads cdktf, which no review of a plan alone does.
  const { locatePlanFindings } = await import("../assess/assess.ts");
  return (findings) => locatePlanFindings(loaded, findings, today());
}
