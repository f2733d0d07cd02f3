import { createInterface } from "node:readline/promises";
import type { Argv } from "yargs";
import { last } from "../command-line/options.ts";
import { printDocument, say } from "../command-line/output.ts";
import { DEFAULT_CONFIG } from "../config/default-file.ts";
import { parseConfig } from "../config/load.ts";
import { type Answers, starterConfig } from "../config/starter.ts";
import { UserError } from "../errors/user-error.ts";
import { STDIN } from "../files/stdin.ts";
import { checkedOutput, writeOutput } from "../files/write.ts";

/** What is asked, in this order; the same names are flags. */
const QUESTIONS: Readonly<Record<keyof Answers, readonly [question: string, suggestion: string]>> = {
  subscriptionId: ["Azure subscription ID of the workspace", "00000000-0000-0000-0000-000000000000"],
  location: ["Azure region", "westeurope"],
  resourceGroup: ["resource group of the workspace", "rg-ml-dev"],
  workspace: ["name of the Azure Machine Learning workspace", "mlw-dev"],
  clusterName: ["name of the new AKS cluster", "aks-scoring-dev"],
  vmSize: ["VM size of its nodes", "Standard_D2s_v5"],
  nodeCount: ["number of nodes", "1"],
};

type InitArguments = Partial<Record<keyof Answers, string>> & {
  readonly output?: string;
  readonly force?: boolean;
  readonly from?: readonly string[];
  readonly file?: readonly string[];
};

export function builder(args: Argv): Argv<InitArguments> {
  let result = args
    .option("output", {
      type: "string",
      nargs: 1,
      requiresArg: true,
      coerce: last,
      describe: `the file that is written, or - for standard output [default: ${DEFAULT_CONFIG}]`,
    })
    .option("force", { type: "boolean", describe: "replace a file that exists" })
    .positional("file", { type: "string", array: true, describe: "further files of --from" })
    .option("from", {
      type: "string",
      array: true,
      nargs: 1,
      requiresArg: true,
      describe:
        "write what runs: JSON from az, az rest and az graph query, or states of Terraform, as audit reads them; - for standard input",
    });
  for (const [name, [question, suggestion]] of Object.entries(QUESTIONS)) {
    result = result.option(flag(name), {
      type: "string",
      nargs: 1,
      requiresArg: true,
      coerce: last,
      describe: `${question} [default: ${suggestion}]`,
    });
  }
  return result as unknown as Argv<InitArguments>;
}

function flag(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export async function handler(args: InitArguments): Promise<number> {
  const { from, file = [] } = args;
  if (from === undefined && file.length > 0) throw new UserError(`${file[0]}: files are read with --from alone`);
  const output = args.output ?? DEFAULT_CONFIG;
  const mayReplace = args.force === true;
  // Before anything is asked.
  if (output !== "-") checkedOutput(output, { mayReplace });
  const text = from === undefined ? await started(args) : await adopted([...from, ...file], args);
  const result = parseConfig(text, output, { rules: [] });
  if (!result.ok)
    throw new UserError(result.findings.map(({ message, advice }) => `${message} (${advice})`).join("\n"));
  if (output === "-") printDocument(text);
  else {
    writeOutput(output, text, { mayReplace });
    say(`${output} written. Next: azureml-aks synth${output === DEFAULT_CONFIG ? "" : ` --config ${output}`}\n`);
  }
  return 0;
}

async function started(args: InitArguments): Promise<string> {
  return starterConfig(
    await answers(args).catch(() => {
      throw new UserError("stopped: nothing was written");
    }),
  );
}

/** What runs, as files tell it. */
async function adopted(files: readonly string[], args: InitArguments): Promise<string> {
  const given = (Object.keys(QUESTIONS) as (keyof Answers)[]).find((name) => args[name] !== undefined);
  if (given !== undefined)
    throw new UserError(`--${flag(given)} is for a new cluster: with --from, edit what is written instead`);
  const { adoptedConfiguration } = await import("../adopt/configuration.ts");
  const { readInventories } = await import("../command-line/inventories.ts");
  const { text, notes } = adoptedConfiguration(readInventories(files.map((file) => (file === "-" ? STDIN : file))));
  for (const note of notes) say(`${note}\n`);
  return text;
}

async function answers(args: InitArguments): Promise<Answers> {
  const ask =
    process.stdin.isTTY && process.stderr.isTTY
      ? createInterface({ input: process.stdin, output: process.stderr })
      : undefined;
  // Without an end of its own, a question that nobody answers would end the program in silence.
  const stopped = new Promise<never>((_, reject) => ask?.once("close", () => reject(new Error("closed"))));
  stopped.catch(() => {});
  const given: Partial<Record<keyof Answers, string>> = {};
  for (const [name, [question, suggestion]] of Object.entries(QUESTIONS) as [
    keyof Answers,
    readonly [string, string],
  ][]) {
    given[name] =
      args[name] ??
      ((ask && (await Promise.race([ask.question(`${question} [${suggestion}]: `), stopped])))?.trim() || suggestion);
  }
  ask?.close();
  return given as Answers;
}
