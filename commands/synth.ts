import { join } from "node:path";
import type { Argv } from "yargs";
import { configOptions, emit, type ReportArguments, reportOptions } from "../command-line/options.ts";
import { say } from "../command-line/output.ts";
import { OUTPUT, outputOf, type SynthesisArguments, synthesize } from "../command-line/synthesis.ts";

type SynthArguments = SynthesisArguments & ReportArguments;

export function builder(args: Argv): Argv<SynthArguments> {
  return reportOptions(configOptions(args)).option("output", OUTPUT) as unknown as Argv<SynthArguments>;
}

export async function handler(args: SynthArguments): Promise<number> {
  const synthesized = await synthesize(args, (report) => emit(report, args));
  if ("status" in synthesized) return synthesized.status;
  const { stacks } = synthesized.app;
  say(`${stacks.length} stack${stacks.length === 1 ? "" : "s"} written, in the order in which they apply:\n`);
  for (const { node } of stacks) say(`  ${join(outputOf(args), "stacks", node.id, "cdk.tf.json")}\n`);
  return 0;
}
