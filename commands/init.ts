import { dirname, relative, sep } from "node:path";
import type { Argv } from "yargs";
import { Questions } from "../command-line/answers.ts";
import { last } from "../command-line/options.ts";
import { printDocument, say } from "../command-line/output.ts";
import { DEFAULT_CONFIG } from "../config/default-file.ts";
import { parseConfig } from "../config/load.ts";
import {
  type Answers,
  CDKTF_FILES,
  completeAnswers,
  type GivenAnswers,
  QUESTIONS,
  type Question,
  schemaLine,
  starterConfig,
} from "../config/starter.ts";
import { UserError } from "../errors/user-error.ts";
import { namesIn } from "../files/read.ts";
import { STDIN } from "../files/stdin.ts";
import { checkedOutput, writeOutput } from "../files/write.ts";

/** Flags that are given or not, and the others that take what is asked. */
const SWITCHES = ["production", "private"] as const satisfies (keyof Answers)[];
type Switch = (typeof SWITCHES)[number];

type InitArguments = Partial<Record<Exclude<keyof Answers, Switch>, string>> &
  Partial<Record<Switch, boolean>> & {
    readonly output?: string;
    readonly force?: boolean;
    readonly cdktf?: boolean;
    readonly from?: readonly string[];
    readonly file?: readonly string[];
  };

const ENTRIES = Object.entries(QUESTIONS) as [keyof Answers, Question][];

/** Where the package keeps the JSON Schema of the configuration. */
const SCHEMA = "node_modules/cdktf-azureml-aks/dist/package/azureml-aks.schema.json";

export function builder(args: Argv): Argv<InitArguments> {
  let result = args
    .option("output", {
      type: "string",
      nargs: 1,
      requiresArg: true,
      coerce: last,
      describe: `the file that is written, or - for standard output [default: ${DEFAULT_CONFIG}]`,
    })
    .option("force", { type: "boolean", describe: "replace files that exist" })
    .positional("file", { type: "string", array: true, describe: "further files of --from" })
    .option("from", {
      type: "string",
      array: true,
      nargs: 1,
      requiresArg: true,
      describe:
        "write what runs: JSON from az, az rest and az graph query, or states of Terraform, as audit reads them; - for standard input",
    })
    .option("cdktf", {
      type: "boolean",
      describe: `write what cdktf needs too: ${Object.keys(CDKTF_FILES).join(", ")}`,
    });
  for (const [name, { text, suggestion, choices }] of ENTRIES) {
    result = isSwitch(name)
      ? result.option(flag(name), { type: "boolean", describe: text })
      : result.option(flag(name), {
          type: "string",
          nargs: 1,
          requiresArg: true,
          coerce: last,
          choices,
          describe: `${text} [default: ${typeof suggestion === "string" ? suggestion : suggestion({ subscriptionId: "..." })}]`,
        });
  }
  return result as unknown as Argv<InitArguments>;
}

function flag(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function isSwitch(name: string): name is Switch {
  return SWITCHES.some((each) => each === name);
}

export async function handler(args: InitArguments): Promise<number> {
  const { from, file = [] } = args;
  if (from === undefined && file.length > 0) throw new UserError(`${file[0]}: files are read with --from alone`);
  const output = args.output ?? DEFAULT_CONFIG;
  const mayReplace = args.force === true;
  const extra = args.cdktf ? cdktfFiles(mayReplace) : {};
  // Before anything is asked.
  for (const file of [output, ...Object.keys(extra)]) if (file !== "-") checkedOutput(file, { mayReplace });
  const schema = relative(output === "-" ? "." : dirname(output), SCHEMA)
    .split(sep)
    .join("/");
  const text = from === undefined ? await started(args, schema) : await adopted([...from, ...file], args, schema);
  if (output === "-") printDocument(text);
  else writeOutput(output, text, { mayReplace });
  for (const [file, content] of Object.entries(extra)) writeOutput(file, content, { mayReplace });
  if (output !== "-") say(nextSteps(output, Object.keys(extra)));
  return 0;
}

/** A new cluster. */
async function started(args: InitArguments, schema: string): Promise<string> {
  const textOf = (given: GivenAnswers): string => starterConfig(completeAnswers(given), schema);
  return textOf(await answersOf(args, (given) => mistakesIn(textOf(given))));
}

/** What runs, as files tell it. */
async function adopted(files: readonly string[], args: InitArguments, schema: string): Promise<string> {
  const given = ENTRIES.find(([name]) => args[name] !== undefined);
  if (given !== undefined)
    throw new UserError(`--${flag(given[0])} is for a new cluster: with --from, edit what is written instead`);
  const { adoptedConfiguration } = await import("../adopt/configuration.ts");
  const { readInventories } = await import("../command-line/inventories.ts");
  const { text, notes } = adoptedConfiguration(readInventories(files.map((file) => (file === "-" ? STDIN : file))));
  for (const note of notes) say(`${note}\n`);
  const result = parseConfig(text, DEFAULT_CONFIG, { rules: [] });
  if (!result.ok)
    throw new UserError(
      result.findings.map(({ where, message, advice }) => `${where.configPath}: ${message} (${advice})`).join("\n"),
    );
  return `${schemaLine(schema)}\n${text}`;
}

function nextSteps(output: string, extra: readonly string[]): string {
  const config = output === DEFAULT_CONFIG ? "" : ` --config ${output}`;
  return `${[output, ...extra].join(", ")} written. Next:
  azureml-aks check${config}    what is wrong, and what to change
  azureml-aks plan${config}     the stacks, and what Terraform would do
  azureml-aks deploy${config}   do it
`;
}

/** Nobody's list of what Git ignores is replaced. */
function cdktfFiles(mayReplace: boolean): Readonly<Record<string, string>> {
  const { ".gitignore": ignored = "", ...files } = CDKTF_FILES;
  if (mayReplace || !namesIn(".")?.includes(".gitignore")) return CDKTF_FILES;
  say(`.gitignore exists: see that it has ${ignored.trim().split("\n").join(", ")}\n`);
  return files;
}

/** What is wrong with a configuration, in one line each. */
function mistakesIn(text: string): string[] {
  const result = parseConfig(text, DEFAULT_CONFIG, { rules: [] });
  return result.ok ? [] : result.findings.map(({ message, advice }) => `${message} (${advice})`);
}

/** Takes what flags say, and asks for the rest where somebody can answer. A wrong answer is asked again. */
async function answersOf(args: InitArguments, mistakesWith: (given: GivenAnswers) => string[]): Promise<GivenAnswers> {
  const given: GivenAnswers = {};
  for (const [name] of ENTRIES) {
    const answer = args[name];
    if (answer !== undefined) given[name] = typeof answer === "boolean" ? (answer ? "yes" : "no") : answer;
  }
  const wrong = mistakesWith(given);
  if (wrong.length > 0) throw new UserError(wrong.join("\n"));
  if (!Questions.isInteractive) return given;
  const questions = new Questions();
  for (const [name, question] of ENTRIES) {
    if (given[name] !== undefined || question.applies?.(completeAnswers(given)) === false) continue;
    given[name] = await answerTo(
      questions,
      name,
      question,
      (answer) => mistakesWith({ ...given, [name]: answer }),
      given,
    );
  }
  return given;
}

async function answerTo(
  questions: Questions,
  name: keyof Answers,
  { text, choices }: Question,
  mistakesWith: (answer: string) => string[],
  given: GivenAnswers,
): Promise<string> {
  const suggestion = completeAnswers(given)[name];
  const among = choices ? `: ${choices.join(" or ")}` : "";
  for (;;) {
    const answer = await questions.ask(`${text}${among} [${suggestion}]: `);
    if (answer === undefined) throw new UserError("stopped: nothing was written");
    const value = answer === "" ? suggestion : answer;
    const wrong = choices && !choices.includes(value) ? [`answer ${choices.join(" or ")}`] : mistakesWith(value);
    if (wrong.length === 0) return value;
    say(`  ${wrong.join("\n  ")}\n`);
  }
}
