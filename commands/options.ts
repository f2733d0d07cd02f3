import type { Argv } from "yargs";
import { DEFAULT_CONFIG } from "../config/load.ts";

export interface ConfigArguments {
  readonly config: string;
  readonly environment?: readonly string[];
}

/** Options of the commands that read a configuration. */
export function configOptions(args: Argv): Argv<ConfigArguments> {
  return args
    .option("config", {
      type: "string",
      nargs: 1,
      requiresArg: true,
      describe: `the configuration file [default: AZUREML_AKS_CONFIG, or ${DEFAULT_CONFIG}]`,
      // Not yargs' default: that would read as if it had been given, and print today's environment in the help.
      coerce: (value: string | string[] | undefined) => last(value),
    })
    .option("environment", {
      type: "string",
      array: true,
      nargs: 1,
      requiresArg: true,
      describe: "only this environment; may be repeated",
    }) as unknown as Argv<ConfigArguments>;
}

export function configFile(args: ConfigArguments): string {
  return args.config ?? process.env.AZUREML_AKS_CONFIG ?? DEFAULT_CONFIG;
}

/** Of an option that is given twice, the last one counts. */
export function last<T>(value: T | readonly T[] | undefined): T | undefined {
  return Array.isArray(value) ? value.at(-1) : (value as T | undefined);
}

/** Whether to colour: on a terminal, unless NO_COLOR says otherwise. */
export function useColour(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR;
}
