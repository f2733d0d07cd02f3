import type { Argv } from "yargs";
import { type DeployOptions, destroyStacks } from "../deploy/deploy.ts";
import { type DeployableStack, selectStacks } from "../deploy/order.ts";
import { UserError } from "../errors/user-error.ts";
import { exitStatus, FAIL_ON } from "../report/report.ts";
import { renderText } from "../report/text.ts";
import { Questions } from "./answers.ts";
import { configOptions, last } from "./options.ts";
import { print, say } from "./output.ts";
import { OUTPUT, outputOf, type SynthesisArguments, stackList, synthesize } from "./synthesis.ts";

export interface DeploymentArguments extends SynthesisArguments {
  readonly stack?: readonly string[];
  readonly parallelism?: number;
  readonly autoApprove?: boolean;
}

const AT_ONCE = 4;

/** Options of the commands that run Terraform over the stacks. */
export function deploymentOptions(args: Argv): Argv<DeploymentArguments> {
  return configOptions(args)
    .positional("stack", {
      type: "string",
      array: true,
      describe: "stacks by name, or by a pattern such as 'dev-*' [default: all]",
    })
    .option("output", OUTPUT)
    .option("fail-on", {
      type: "string",
      nargs: 1,
      requiresArg: true,
      coerce: last,
      choices: FAIL_ON,
      describe: "the lowest level of a finding that stops everything before Terraform is run [default: error]",
    })
    .option("parallelism", {
      type: "number",
      nargs: 1,
      requiresArg: true,
      coerce: last,
      describe: `how many stacks are worked on at once, where they do not depend on each other [default: ${AT_ONCE}]`,
    }) as unknown as Argv<DeploymentArguments>;
}

/** The option of those that change something. */
export const AUTO_APPROVE = {
  type: "boolean",
  describe: "ask nothing: what is planned is done; -auto-approve, as Terraform writes it, is the same",
} as const;

type Work = (stacks: readonly DeployableStack[], options: DeployOptions) => Promise<boolean>;
type Check = (all: readonly DeployableStack[], chosen: readonly DeployableStack[]) => void;

/** Synthesizes, and runs Terraform over the stacks that are asked for. Gives the exit status. */
export async function runTerraform(args: DeploymentArguments, work: Work, check?: Check): Promise<number> {
  const { parallelism = AT_ONCE } = args;
  if (!(Number.isInteger(parallelism) && parallelism >= 1)) throw new UserError("--parallelism: give 1 or more");
  const synthesized = await synthesize(args, async (report) => {
    // What is to be destroyed is not judged, unless that is asked for; a mistake is said always.
    const isJudged = work !== destroyStacks || args.failOn !== "never" || exitStatus(report, "never") !== 0;
    if (report.findings.length > 0 && isJudged) say(renderText(report));
  });
  if ("status" in synthesized) return synthesized.status;
  const all = stackList(synthesized.app, outputOf(args));
  const chosen = selectStacks(all, args.stack ?? []);
  check?.(all, chosen);
  const questions = new Questions();
  const approve = async (question: string): Promise<boolean> => {
    if (args.autoApprove) return true;
    const answer = await questions.ask(`${question}\nOnly yes is taken for an answer: `);
    if (answer === undefined) say("nobody answered: give -auto-approve where nobody can\n");
    return answer === "yes";
  };
  try {
    const binary = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
    return (await work(chosen, { binary, parallelism, talk: { print, say, approve } })) ? 0 : 1;
  } finally {
    questions.close();
  }
}
