import type { Argv } from "yargs";
import { DEFAULT_OUTPUT } from "../assess/assess-file.ts";
import { loadOrReport } from "../command-line/load-or-report.ts";
import {
  type ConfigArguments,
  configFile,
  configOptions,
  type TextOrJson,
  textOrJson,
} from "../command-line/options.ts";
import { print, printDocument } from "../command-line/output.ts";
import { stackList } from "../command-line/synthesis.ts";
import { harmlessJson } from "../model/harmless.ts";
import { build } from "../stacks/build.ts";

type StacksArguments = ConfigArguments & TextOrJson;

export function builder(args: Argv): Argv<StacksArguments> {
  return textOrJson(configOptions(args));
}

export async function handler(args: StacksArguments): Promise<number> {
  const loaded = await loadOrReport(configFile(args), args.environment);
  if (!loaded) return 2;
  const stacks = stackList(build(loaded.config, { stateDirectory: "." }), DEFAULT_OUTPUT).map((stack) => ({
    ...stack,
    // With slashes everywhere: the list goes into other machines' pipelines.
    directory: stack.directory.replaceAll("\\", "/"),
  }));
  if (args.format === "json") printDocument(`${harmlessJson(stacks)}\n`);
  else
    for (const { name, directory, dependsOn } of stacks)
      print(`${name}  ${directory}${dependsOn.length > 0 ? `  after ${dependsOn.join(", ")}` : ""}\n`);
  return 0;
}
