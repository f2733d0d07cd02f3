import type { Argv } from "yargs";
import { ACKNOWLEDGE, acknowledgementsOf } from "../command-line/acknowledgements.ts";
import { type BaselineArguments, baselineOptions, withBaseline } from "../command-line/baseline.ts";
import { MAX_SIZE } from "../command-line/inputs.ts";
import { readInventories } from "../command-line/inventories.ts";
import { emit, last, quietOption, type ReportArguments, reportOptions } from "../command-line/options.ts";
import { allRules, type RulesArguments, rulesOption } from "../command-line/own-rules.ts";
import { exitStatus } from "../report/report.ts";
import { auditOf } from "../review/audit.ts";
import { today } from "../sources/today.ts";

interface AuditArguments extends ReportArguments, BaselineArguments, RulesArguments {
  readonly file: readonly string[];
  readonly maxSize?: number;
  readonly acknowledge?: readonly string[];
}

export function builder(args: Argv): Argv<AuditArguments> {
  return rulesOption(quietOption(baselineOptions(reportOptions(args))))
    .positional("file", {
      type: "string",
      array: true,
      describe:
        "states (`terraform show -json`, or a state file) and JSON from az, az rest, az graph query and kubectl, gzipped or not; - for standard input; several are taken together",
    })
    .option("max-size", { ...MAX_SIZE, coerce: last })
    .option("acknowledge", ACKNOWLEDGE) as unknown as Argv<AuditArguments>;
}

export async function handler(args: AuditArguments): Promise<number> {
  const rules = await allRules(args);
  const acknowledgements = acknowledgementsOf(args.acknowledge, rules);
  const inventories = readInventories(args.file, args.maxSize);
  const report = withBaseline(auditOf(inventories, { today: today(), acknowledgements, rules }), args);
  await emit(report, args);
  return exitStatus(report, args.failOn ?? "error");
}
