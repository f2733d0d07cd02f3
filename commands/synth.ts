import { join } from "node:path";
import type { Argv } from "yargs";
import { assessFile, DEFAULT_OUTPUT } from "../assess/assess-file.ts";
import {
  type ConfigArguments,
  configFile,
  configOptions,
  emit,
  last,
  type ReportArguments,
  reportOptions,
} from "../command-line/options.ts";
import { say } from "../command-line/output.ts";
import { exitStatus } from "../report/report.ts";
import { today } from "../sources/today.ts";
import { write } from "../stacks/write.ts";

type SynthArguments = ConfigArguments & ReportArguments & { readonly output?: string };

export function builder(args: Argv): Argv<SynthArguments> {
  return reportOptions(configOptions(args)).option("output", {
    type: "string",
    nargs: 1,
    requiresArg: true,
    describe: `the folder that is written [default: ${DEFAULT_OUTPUT}]`,
    coerce: last,
  }) as unknown as Argv<SynthArguments>;
}

export async function handler(args: SynthArguments): Promise<number> {
  const outputDirectory = args.output ?? DEFAULT_OUTPUT;
  const { report, assessment } = assessFile(configFile(args), {
    environments: args.environment,
    outputDirectory,
    today: today(),
  });
  await emit(report, args);
  const status = exitStatus(report, args.failOn ?? "error");
  if (status !== 0 || !assessment) {
    if (assessment) say("Nothing was written. To write anyway, give --fail-on never.\n");
    return status;
  }
  const { app } = assessment;
  const removed = write(app, { outputDirectory, removeStale: (args.environment ?? []).length === 0 });
  say(`${app.stacks.length} stack${app.stacks.length === 1 ? "" : "s"} written, in the order in which they apply:\n`);
  for (const { node } of app.stacks) say(`  ${join(outputDirectory, "stacks", node.id, "cdk.tf.json")}\n`);
  if (removed.length > 0)
    say(`removed, because the configuration has no such stack:\n${removed.map((folder) => `  ${folder}\n`).join("")}`);
  return 0;
}
