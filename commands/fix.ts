import type { Argv } from "yargs";
import { configOption, emit } from "../command-line/options.ts";
import { print, say } from "../command-line/output.ts";
import { type SourceArguments, sourceNamed, sourceOptions } from "../command-line/source.ts";
import { withByteOrderMark } from "../config/read.ts";
import { UserError } from "../errors/user-error.ts";
import { STDIN } from "../files/stdin.ts";
import { writeOutput } from "../files/write.ts";
import { unifiedDiff } from "../fix/diff.ts";
import { type Fixed, fixAll } from "../fix/prove.ts";
import type { Source } from "../fix/source.ts";
import { didYouMean } from "../model/acknowledgement.ts";
import { exitStatus, placeOf, verdictOf } from "../report/report.ts";
import { RULES } from "../rules/catalogue.ts";
import { today } from "../sources/today.ts";

interface FixArguments extends SourceArguments {
  readonly rule?: readonly string[];
  readonly dryRun?: boolean;
}

export function builder(args: Argv): Argv<FixArguments> {
  return sourceOptions(configOption(args))
    .option("rule", {
      type: "string",
      array: true,
      nargs: 1,
      requiresArg: true,
      describe: "only what this rule finds; may be repeated",
    })
    .option("dry-run", {
      type: "boolean",
      describe: "show what would change, and write nothing",
    }) as unknown as Argv<FixArguments>;
}

export async function handler(args: FixArguments): Promise<number> {
  const { rule: wanted, dryRun = false } = args;
  for (const id of wanted ?? [])
    if (!RULES.some((rule) => rule.id === id))
      throw new UserError(`--rule ${id}: there is no rule ${JSON.stringify(id)}: ${didYouMean(id, RULES)}`);
  const source = await sourceOf(args);
  const result = fixAll(source, ({ rule }) => wanted === undefined || wanted.includes(rule));
  const { judged, files } = result;
  if (judged.report.findings.some(({ rule }) => rule === "config/invalid")) {
    await emit(judged.report, {});
    return 2;
  }
  print(unifiedDiff(files.map(({ file, ...each }) => ({ ...each, file: judged.nameOf(file) }))));
  if (!dryRun)
    for (const { file, after } of files) writeOutput(file, withByteOrderMark(file, after), { mayReplaceInput: true });
  say(inWords(result, dryRun));
  return exitStatus(judged.report, "error");
}

async function sourceOf(args: FixArguments): Promise<Source> {
  const named = sourceNamed(args);
  // Each loads what the other does not need: the parser of Terraform's language, or cdktf.
  if ("paths" in named) return (await import("../fix/hcl-source.ts")).hclSource(named, today());
  if (named.file === STDIN)
    throw new UserError("a configuration on standard input cannot be changed: give it as a file");
  const { configFileSource } = await import("../fix/config-source.ts");
  return configFileSource(named.file, { today: today() });
}

function inWords({ fixed, judged, files }: Fixed, dryRun: boolean): string {
  const lines = fixed.map(({ finding, description }) => `${placeOf(finding.where)}  ${finding.rule}: ${description}\n`);
  const done = dryRun ? "would be fixed" : "fixed";
  const count = `${fixed.length} finding${fixed.length === 1 ? "" : "s"} ${done}, in ${files.length} file${files.length === 1 ? "" : "s"}`;
  return `${lines.join("")}${count}; left: ${verdictOf(judged.report)}\n`;
}
