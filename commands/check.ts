import type { Argv } from "yargs";
import { exitStatus } from "../report/report.ts";
import { assessFile, DEFAULT_OUTPUT } from "./assess.ts";
import { type ConfigArguments, configFile, configOptions, emit, type ReportArguments, reportOptions } from "./options.ts";

type CheckArguments = ConfigArguments & ReportArguments;

export function builder(args: Argv): Argv<CheckArguments> {
  return reportOptions(configOptions(args));
}

export async function handler(args: CheckArguments): Promise<number> {
  const { report } = assessFile(configFile(args), { environments: args.environment, outputDirectory: DEFAULT_OUTPUT });
  await emit(report, args);
  return exitStatus(report, args.failOn ?? "error");
}
