import yargs, { type Argv } from "yargs";
import { hideBin } from "yargs/helpers";
import { UserError } from "../errors/user-error.ts";
import { STDIN } from "../files/stdin.ts";
import { TOOL } from "../report/tool.ts";
import { watchOutput } from "./output.ts";

interface Command {
  builder(args: Argv): Argv;
  handler(args: never): Promise<number> | number;
}

/** A command. It is loaded when it is called: `check` needs cdktf, `schema` does not. */
export type LazyCommand = readonly [usage: string, description: string, load: () => Promise<Command>];

/** Runs the command that is called, and gives the exit status. */
export async function run(commands: readonly LazyCommand[]): Promise<number> {
  watchOutput();
  let status = 0;
  const given = hideBin(process.argv);
  if (given.length === 0) given.push("--help");
  if (given.includes("--")) throw new UserError("what stands after -- is no argument of any command: remove the --");
  // Not the value of an option, which may be any text, apart from one that is always an input.
  const args = given.map((arg, index) => {
    const before = given[index - 1];
    if (before?.startsWith("--") && before !== "--from") return arg;
    // As Terraform writes it.
    return arg === "-" ? STDIN : arg === "-auto-approve" ? "--auto-approve" : arg;
  });
  const parser = yargs(args)
    .scriptName("azureml-aks")
    .usage(
      "$0 COMMAND\n\nCreates or attaches AKS clusters for Azure Machine Learning, and checks the documented constraints.",
    )
    .locale("en")
    .strict()
    .demandCommand(1, "name a command")
    .recommendCommands()
    .parserConfiguration({
      "duplicate-arguments-array": true,
      "greedy-arrays": false,
      "dot-notation": false,
      "boolean-negation": false,
    })
    .version(TOOL.version)
    .help()
    .alias("help", "h")
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UserError(message);
    });
  for (const [usage, description, load] of commands) {
    parser.command(
      usage,
      description,
      async (args) => (await load()).builder(args),
      async (args) => {
        status = await (await load()).handler(args as never);
      },
    );
  }
  await parser.parseAsync();
  return status;
}
