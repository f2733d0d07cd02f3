import { join } from "node:path";
import { assessFile, DEFAULT_OUTPUT } from "../assess/assess-file.ts";
import type { DeployableStack } from "../deploy/order.ts";
import { UserError } from "../errors/user-error.ts";
import type { FailOn, Report } from "../report/report.ts";
import { exitStatus } from "../report/report.ts";
import { today } from "../sources/today.ts";
import type { App } from "../stacks/app.ts";
import { write } from "../stacks/write.ts";
import { type ConfigArguments, configFile, last } from "./options.ts";
import { say } from "./output.ts";

export interface SynthesisArguments extends Partial<ConfigArguments> {
  readonly output?: string;
  readonly failOn?: FailOn;
}

/** The option that names the folder of the stacks. */
export const OUTPUT = {
  type: "string",
  nargs: 1,
  requiresArg: true,
  describe: `the folder that is written [default: ${DEFAULT_OUTPUT}]`,
  coerce: last,
} as const;

/** The folder of the stacks. Where cdktf runs this, it says which. */
export function outputOf(args: SynthesisArguments): string {
  if (args.output === "") throw new UserError("--output is empty: name the folder that is written");
  return args.output ?? process.env.CDKTF_OUTDIR ?? DEFAULT_OUTPUT;
}

/** What `cdktf synth --hcl` would write is no valid Terraform. docs/adr/0007-cdktf-and-its-successor.md */
const NO_HCL =
  "--hcl is not supported: cdktf's HCL leaves ephemeral resources, checks, imports and the required version out. Terraform and OpenTofu read the JSON as it is: synthesize without --hcl";

/** Judges a configuration and writes its stacks. Gives the exit status where there is something against it. */
export async function synthesize(
  args: SynthesisArguments,
  report: (report: Report) => Promise<void>,
): Promise<{ readonly app: App } | { readonly status: number }> {
  if (process.env.SYNTH_HCL_OUTPUT === "true") throw new UserError(NO_HCL);
  const outputDirectory = outputOf(args);
  const isCdktf = args.output === undefined && process.env.CDKTF_OUTDIR !== undefined;
  const assessed = assessFile(configFile(args), { environments: args.environment, outputDirectory, today: today() });
  await report(assessed.report);
  const status = exitStatus(assessed.report, args.failOn ?? "error");
  if (status !== 0 || !assessed.assessment) {
    if (assessed.assessment && !isCdktf) say("Nothing was written. To write anyway, give --fail-on never.\n");
    return { status };
  }
  const { app } = assessed.assessment;
  // cdktf removes the folders of stacks that are no longer there by itself, and fails where somebody else did.
  const removeStale = !isCdktf && (args.environment ?? []).length === 0;
  const removed = write(app, { outputDirectory, removeStale, isCdktf });
  if (removed.length > 0)
    say(`removed, because the configuration has no such stack:\n${removed.map((folder) => `  ${folder}\n`).join("")}`);
  return { app };
}

/** The stacks in their order, with their folders below the output folder. */
export function stackList({ stacks }: App, outputDirectory: string): readonly DeployableStack[] {
  return stacks.map((stack) => ({
    name: stack.node.id,
    directory: join(outputDirectory, "stacks", stack.node.id),
    dependsOn: stack.dependencies.map(({ node }) => node.id),
  }));
}
