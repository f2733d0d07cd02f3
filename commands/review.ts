import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { closest } from "fastest-levenshtein";
import type { Argv } from "yargs";
import { loadConfig } from "../config/load.ts";
import { byPlace, type Finding } from "../finding.ts";
import { exitStatus } from "../report/report.ts";
import { BUILT_IN } from "../rules/built-in.ts";
import { RULES, rulesOf } from "../rules/catalogue.ts";
import { changesOf } from "../rules/changes.ts";
import { judge } from "../rules/judge.ts";
import { planFindings } from "../rules/plan-findings.ts";
import { fromPlan, type NamedPlan } from "../terraform/from-plan.ts";
import { readPlanFile } from "../terraform/plan-file.ts";
import { InvalidPlanError, readPlan } from "../terraform/plan-json.ts";
import { today } from "../today.ts";
import { UsageError } from "./failure.ts";
import { emit, last, type ReportArguments, reportOptions } from "./options.ts";

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
    .positional("plan", {
      type: "string",
      array: true,
      demandOption: true,
      describe: "output of `terraform show -json`, in UTF-8 or UTF-16, gzipped or not; - for standard input; several are judged together",
    })
    .option("stack", {
      ...several,
      describe: "the stack that a plan is of, in the order of the plans [default: its output azureml_aks_stack, or the file's name]",
    })
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
  const plans = namedPlans(files, args.stack ?? []);
  const date = today();
  const picture = fromPlan(plans);
  const { findings, checked } = judge(picture, rulesOf("P"), { today: date });
  const all = [...findings, ...planFindings(plans, picture)];
  const located = config === undefined ? all : await inConfiguration(config, all);
  if (!located) return 2;
  const fileOf = new Map(plans.length > 1 ? plans.map(({ name, file }) => [name, file]) : []);
  const withPlan = <T extends { readonly stack?: string }>(where: T): T => {
    const plan = fileOf.get(where.stack ?? "");
    return plan === undefined ? where : { ...where, plan };
  };
  const { waivedFindings, unused } = waive(located, waived);
  const report = {
    findings: [...waivedFindings.map((finding) => ({ ...finding, where: withPlan(finding.where) })), ...unused].sort(byPlace),
    changes: changesOf(picture).map(withPlan),
    checked,
    rules: rulesOf("P"),
    date,
  };
  await emit(report, args, { inputs: [...files, ...(config === undefined ? [] : [config])], maxLength });
  return exitStatus(report, args.failOn ?? "error");
}

/** The findings with their lines in the configuration. Undefined where that has mistakes, which are then reported. */
async function inConfiguration(file: string, findings: readonly Finding[]): Promise<readonly Finding[] | undefined> {
  const result = loadConfig(file, { rules: RULES });
  if (!result.ok) {
    await emit({ findings: result.findings, checked: 0 }, {});
    return undefined;
  }
  // Loads cdktf, which no review of a plan alone does.
  const { locatePlanFindings } = await import("../stacks/assess.ts");
  return locatePlanFindings(result.loaded, findings);
}

interface PlanOfFile extends NamedPlan {
  readonly file: string;
}

function namedPlans(files: readonly string[], stacks: readonly string[]): PlanOfFile[] {
  if (stacks.length > 0 && stacks.length !== files.length)
    throw new UsageError(`--stack is given ${stacks.length} times for ${files.length} plan${files.length === 1 ? "" : "s"}: give one for each, in their order`);
  if (files.filter((file) => file === "-").length > 1) throw new UsageError("standard input (-) can be read once only");
  const plans = files.map((file, index) => {
    try {
      const plan = readPlan(readPlanFile(readFileSync(file === "-" ? 0 : file)));
      const { value } = plan.outputs.azureml_aks_stack ?? {};
      const own = typeof value === "string" && value !== "" ? value : undefined;
      return { file, plan, name: stacks[index] ?? own ?? nameOfFile(file) };
    } catch (error) {
      throw error instanceof InvalidPlanError ? new UsageError(`${file === "-" ? "standard input" : file} ${error.message}`) : error;
    }
  });
  const byName = new Map<string, string>();
  for (const { name, file } of plans) {
    const other = byName.get(name);
    if (other !== undefined) throw new UsageError(`${other} and ${file} are both plans of the stack ${name}: give the newer one, or name them with --stack`);
    byName.set(name, file);
  }
  return plans;
}

function nameOfFile(file: string): string {
  return file === "-" ? "stdin" : basename(file).replace(/(\.(tf)?plan)?(\.json)?(\.gz)?$/, "") || basename(file);
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

function waive(findings: readonly Finding[], waivers: readonly Waiver[]): { readonly waivedFindings: readonly Finding[]; readonly unused: readonly Finding[] } {
  const used = new Set<string>();
  const waivedFindings = findings.map((finding) => {
    const waiver = finding.waivable === false || finding.acknowledged ? undefined : waivers.find(({ rule }) => rule === finding.rule);
    if (!waiver) return finding;
    used.add(waiver.rule);
    return { ...finding, acknowledged: { reason: waiver.reason } };
  });
  const unused = waivers
    .filter(({ rule }) => !used.has(rule))
    .map(
      ({ rule }): Finding => ({
        rule: "acknowledgement/unused",
        verdict: "fail",
        level: "warning",
        message: `nothing is found that --acknowledge ${rule} would waive`,
        advice: "remove it, so that it hides nothing later",
        where: {},
      }),
    );
  return { waivedFindings, unused };
}
