import type { Argv } from "yargs";
import { DEFAULT_CONFIG } from "../config/default-file.ts";
import { UserError } from "../errors/user-error.ts";
import { STDIN } from "../files/stdin.ts";
import { checkedOutput, writeOutput } from "../files/write.ts";
import { FORMAT_NAMES, FORMATS_WITH_FIXES, fileNameOf, rendererOf } from "../report/formats.ts";
import { FAIL_ON, type FailOn, onlyCounting, type Report } from "../report/report.ts";
import { printDocument } from "./output.ts";

export interface ReportArguments {
  readonly format?: readonly string[];
  readonly failOn?: FailOn;
  readonly quiet?: boolean;
}

/** The option that says which findings count. */
export const FAIL_ON_OPTION = { type: "string", nargs: 1, requiresArg: true, coerce: last, choices: FAIL_ON } as const;

/** Options of the commands that report findings. */
export function reportOptions<T>(args: Argv<T>): Argv<T & ReportArguments> {
  return args
    .option("format", {
      type: "string",
      array: true,
      nargs: 1,
      requiresArg: true,
      describe: `${FORMAT_NAMES.join(" or ")}, as in --format json, or --format json=FILE to write a file; may be repeated [default: text]`,
    })
    .option("fail-on", {
      ...FAIL_ON_OPTION,
      describe: "the lowest level of a finding that gives exit status 1 [default: error]",
    }) as unknown as Argv<T & ReportArguments>;
}

/** Whether a format is asked for that has the fixes of findings: to prove them takes time. */
export function showsFixes({ format = [] }: ReportArguments): boolean {
  return format.some((request) => FORMATS_WITH_FIXES.includes(request.split("=", 1)[0] ?? ""));
}

/** The option of the commands that judge, to show no more than decides. */
export function quietOption<T>(args: Argv<T>): Argv<T & { readonly quiet?: boolean }> {
  return args.option("quiet", {
    type: "boolean",
    describe: "show only what decides the exit status; all of it is counted",
  }) as unknown as Argv<T & { readonly quiet?: boolean }>;
}

export interface EmitOptions {
  /** The longest that Markdown may get, in characters. */
  readonly maxLength?: number;
}

/** Renders the report in every format that was asked for, into files and to standard output. */
export async function emit(
  whole: Report,
  { format = ["text"], failOn = "error", quiet = false }: ReportArguments,
  { maxLength }: EmitOptions = {},
): Promise<void> {
  const report = quiet ? onlyCounting(whole, failOn) : whole;
  // All are checked before the first is written.
  const outputs = await Promise.all(
    format.map(async (request) => {
      const [, name = "", file] = /^([^=]*)(?:=(.*))?$/s.exec(request) ?? [];
      if (!FORMAT_NAMES.includes(name))
        throw new UserError(
          `--format ${request}: there is no format ${JSON.stringify(name)}; there are ${FORMAT_NAMES.join(", ")}`,
        );
      if (file === "")
        throw new UserError(`--format ${request}: name the file, as in --format ${name}=${fileNameOf(name)}`);
      return { render: await rendererOf(name), file, target: file === undefined ? undefined : checkedOutput(file) };
    }),
  );
  const targets = outputs.flatMap(({ target }) => target ?? []);
  if (new Set(targets).size < targets.length) throw new UserError("--format: two reports would go into one file");
  // Whoever reads standard output may stop, and the files are there all the same.
  for (const { render, file } of outputs)
    if (file !== undefined) writeOutput(file, await render(report, { colour: false, maxLength }));
  for (const { render, file } of outputs)
    if (file === undefined) printDocument(await render(report, { colour: useColour(process.stdout), maxLength }));
}

export interface TextOrJson {
  readonly format?: "text" | "json";
}

/** The option of the commands that list something, for people or for programs. */
export function textOrJson<T>(args: Argv<T>): Argv<T & TextOrJson> {
  return args.option("format", {
    choices: ["text", "json"],
    nargs: 1,
    requiresArg: true,
    coerce: last,
    describe: "text or json [default: text]",
  }) as unknown as Argv<T & TextOrJson>;
}

export interface ConfigArguments {
  readonly config: string;
  readonly environment?: readonly string[];
}

/** Options of the commands that read a configuration. */
export function configOptions(args: Argv): Argv<ConfigArguments> {
  return configOption(args).option("environment", {
    type: "string",
    array: true,
    nargs: 1,
    requiresArg: true,
    describe: "only this environment; may be repeated",
  }) as unknown as Argv<ConfigArguments>;
}

/** The option of the commands that read a configuration as a whole. */
export function configOption(args: Argv): Argv {
  return args.option("config", {
    type: "string",
    nargs: 1,
    requiresArg: true,
    describe: `the configuration file, or - for standard input [default: AZUREML_AKS_CONFIG, or ${DEFAULT_CONFIG}]`,
    // Not yargs' default: that would read as if it had been given, and print today's environment in the help.
    coerce: (value: string | string[] | undefined) => last(value),
  });
}

export function configFile(args: { readonly config?: string }): string {
  if (args.config === "") throw new UserError("--config is empty: name the configuration file");
  // A variable that is empty says nothing.
  const file = args.config ?? (process.env.AZUREML_AKS_CONFIG || DEFAULT_CONFIG);
  return file === "-" ? STDIN : file;
}

/** Of an option that is given twice, the last one counts. */
export function last<T>(value: T | readonly T[] | undefined): T | undefined {
  return Array.isArray(value) ? value.at(-1) : (value as T | undefined);
}

/** Whether to colour: on a terminal, unless NO_COLOR says otherwise. */
function useColour(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR;
}
