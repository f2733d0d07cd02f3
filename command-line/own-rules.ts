import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Argv } from "yargs";
import { UserError } from "../errors/user-error.ts";
import { shownText } from "../model/redaction.ts";
import { LEVELS } from "../report/report.ts";
import { BUILT_IN } from "../rules/built-in.ts";
import { RULES } from "../rules/catalogue.ts";
import type { Rule } from "../rules/rule.ts";
import { last } from "./options.ts";

export interface RulesArguments {
  readonly rules?: string;
}

/** The option of the commands that judge by rules of somebody's own too. No file that is judged can name code. */
export function rulesOption<T>(args: Argv<T>): Argv<T & RulesArguments> {
  return args.option("rules", {
    type: "string",
    nargs: 1,
    requiresArg: true,
    coerce: last,
    describe: "a JavaScript module (.mjs) with rules of your own, which is run",
  }) as unknown as Argv<T & RulesArguments>;
}

/** The rules of the package, with those of the file that is named. */
export async function allRules({ rules: file }: RulesArguments): Promise<readonly Rule[]> {
  return file === undefined ? RULES : [...RULES, ...(await ownRules(file))];
}

/** The rules that a module exports by default. All that is wrong with them is said at once. */
export async function ownRules(file: string): Promise<readonly Rule[]> {
  const exported = await load(file);
  const given: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
  const problems = given.flatMap((rule, index) => mistakesOf(rule, index, given));
  if (exported === undefined) problems.push("it exports no rules: export default [{ id: ..., ... }]");
  if (problems.length > 0) throw new UserError(`--rules ${file}: ${problems.join("\n  ")}`);
  return (given as readonly Rule[]).map((rule) => ({ ...rule, file }));
}

async function load(file: string): Promise<unknown> {
  if (!/\.m?js$/.test(file))
    throw new UserError(`--rules ${file}: a JavaScript module is needed, for example rules.mjs`);
  try {
    const module: { readonly default?: unknown } = await import(pathToFileURL(resolve(file)).href);
    return module.default;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isMissing = code === "ERR_MODULE_NOT_FOUND" && message.includes(resolve(file));
    throw new UserError(
      `--rules ${file}: ${isMissing ? "there is no such file" : `it cannot be loaded: ${shownText(message)}`}`,
    );
  }
}

/** Names that rules of the package, and findings of no rule, begin with. */
const TAKEN: ReadonlySet<string> = new Set(
  [...RULES.map(({ id }) => id), ...Object.keys(BUILT_IN)].map((id) => id.split("/", 1)[0] as string),
);

const TEXTS = ["fact", "why", "source"] as const;
const FUNCTIONS = ["on", "check"] as const;
const PHASES: readonly unknown[] = ["synthesis", "plan"];
const EXAMPLES = ["passing", "failing", "unknown"] as const;

function mistakesOf(given: unknown, index: number, all: readonly unknown[]): string[] {
  if (typeof given !== "object" || given === null) return [`rule ${index + 1} is no object`];
  const rule = given as Partial<Record<keyof Rule, unknown>>;
  const { id, level, phases, examples } = rule;
  if (typeof id !== "string" || !/^[a-z][a-z\d-]*\/[a-z][a-z\d-]*$/.test(id))
    return [`rule ${index + 1}: id is ${JSON.stringify(id)}, and a name such as contoso/cost-centre is needed`];
  const own = id.split("/", 1)[0] as string;
  const isTwice = all.findIndex((other) => (other as { id?: unknown } | null)?.id === id) !== index;
  const kinds = typeof examples === "object" && examples !== null ? (examples as Record<string, unknown>) : {};
  return [
    TAKEN.has(own) ? `the names of this tool begin with ${own}/: use one of your own, such as contoso/` : "",
    isTwice ? "another rule has this id" : "",
    (LEVELS as readonly unknown[]).includes(level) ? "" : `level is ${JSON.stringify(level)}: use ${LEVELS.join(", ")}`,
    ...TEXTS.map((name) =>
      typeof rule[name] === "string" && rule[name] !== "" ? "" : `${name} is missing: give text`,
    ),
    ...FUNCTIONS.map((name) => (typeof rule[name] === "function" ? "" : `${name} is missing: give a function`)),
    Array.isArray(phases) && phases.length > 0 && phases.every((phase) => PHASES.includes(phase))
      ? ""
      : `phases is ${JSON.stringify(phases)}: give a list of ${PHASES.join(" and ")}`,
    ...EXAMPLES.map((kind) =>
      Array.isArray(kinds[kind]) ? "" : `examples.${kind} is missing: give a list, which may be empty`,
    ),
  ]
    .filter((problem) => problem !== "")
    .map((problem) => `${id}: ${problem}`);
}
