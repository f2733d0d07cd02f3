import { join } from "node:path";
import type { Argv } from "yargs";
import { loadConfig } from "../config/load.ts";
import { renderText } from "../report/text.ts";
import { synthesize } from "../stacks/synthesize.ts";
import { type ConfigArguments, configFile, configOptions, last, useColour } from "./options.ts";

interface SynthArguments extends ConfigArguments {
  readonly output: string;
}

export function builder(args: Argv): Argv<SynthArguments> {
  return configOptions(args).option("output", {
    type: "string",
    nargs: 1,
    requiresArg: true,
    describe: "the folder that is written [default: cdktf.out]",
    coerce: (value: string | string[] | undefined) => last(value),
  }) as unknown as Argv<SynthArguments>;
}

export function handler(args: SynthArguments): number {
  const environments = args.environment ?? [];
  const result = loadConfig(configFile(args), { environments });
  if (!result.ok) {
    process.stdout.write(renderText({ findings: result.findings }, { colour: useColour(process.stdout) }));
    return 2;
  }
  const output = args.output ?? "cdktf.out";
  const { stacks } = synthesize(result.loaded, { outputDirectory: output, removeStale: environments.length === 0 });
  process.stdout.write(`${stacks.length} stacks written, in the order in which they apply:\n`);
  for (const stack of stacks) process.stdout.write(`  ${join(output, "stacks", stack.node.id, "cdk.tf.json")}\n`);
  return 0;
}
