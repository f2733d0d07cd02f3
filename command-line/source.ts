import { join, relative, sep } from "node:path";
import type { Argv } from "yargs";
import type { HclOptions } from "../assess/assess-hcl.ts";
import { UserError } from "../errors/user-error.ts";
import { isFolder, namesIn, subfoldersIn } from "../files/read.ts";
import { STDIN } from "../files/stdin.ts";
import { configFile } from "./options.ts";

export interface SourceArguments {
  readonly path?: readonly string[];
  readonly config?: string;
  readonly var?: readonly string[];
  readonly varFile?: readonly string[];
}

/** Arguments of the commands that read a configuration, or folders of Terraform. */
export function sourceOptions<T>(args: Argv<T>): Argv<T & SourceArguments> {
  const several = { type: "string", array: true, nargs: 1, requiresArg: true } as const;
  return args
    .positional("path", {
      type: "string",
      array: true,
      describe:
        "folders and files of Terraform (.tf, .tf.json), or a configuration, - for one on standard input [default: the configuration]",
    })
    .option("var", {
      ...several,
      describe: "a variable of Terraform, as in --var size=Standard_D4s_v5; may be repeated",
    })
    .option("var-file", {
      ...several,
      describe: "a file of variables of Terraform; may be repeated",
    }) as unknown as Argv<T & SourceArguments>;
}

/** Which of them the arguments name. `forConfiguration` are values of options that no Terraform has, by their names. */
export function sourceNamed(
  { path: paths = [], config, var: variables, varFile: variableFiles }: SourceArguments,
  forConfiguration: Readonly<Record<string, unknown>> = {},
): HclOptions | { readonly file: string } {
  if (paths.some((path) => path !== STDIN && !/\.ya?ml$/i.test(path))) {
    const [given] = Object.entries({ config, ...forConfiguration }).filter(([, value]) => value !== undefined);
    if (given) throw new UserError(`--${given[0]} is for a configuration, and Terraform is checked`);
    for (const path of paths)
      if (/\.[^/.]+$/.test(path) && !/\.tf(\.json)?$/.test(path) && !isFolder(path))
        throw new UserError(
          `${path}: a folder, a .tf or a .tf.json file is needed, or a .yaml file for a configuration`,
        );
    for (const path of paths) assertTerraform(path);
    return { paths, variableFiles, variables: variablesOf(variables) };
  }
  if (paths.length > 1) throw new UserError(`${paths.join(" and ")}: give one configuration`);
  if (paths[0] !== undefined && config !== undefined)
    throw new UserError("give the configuration once: as an argument, or with --config");
  if (variables || variableFiles)
    throw new UserError("--var and --var-file are for Terraform, and a configuration is checked: name a folder");
  return { file: paths[0] ?? configFile({ config }) };
}

/** A folder without Terraform would be judged as free of problems. */
function assertTerraform(path: string): void {
  if (!isFolder(path) || hasTerraform(path)) return;
  const below = foldersBelow(path).filter(hasTerraform);
  const named = below.length > 3 ? `${below.slice(0, 3).join(", ")} and ${below.length - 3} more` : below.join(", ");
  throw new UserError(
    `${path}: there is no Terraform in this folder (.tf or .tf.json)${below.length > 0 ? `; name the folders that have some: ${named}` : ""}`,
  );
}

function hasTerraform(folder: string): boolean {
  return namesIn(folder)?.some((name) => /\.tf(\.json)?$/.test(name)) === true;
}

/** More folders than anybody wants to have named. */
const MAX_FOLDERS = 200;
const MAX_FOLDER_DEPTH = 4;

/** The folders in a folder, those of tools left out. Links are not followed. */
function foldersBelow(root: string): readonly string[] {
  const found = [root];
  for (const folder of found) {
    if (found.length > MAX_FOLDERS || relative(root, folder).split(sep).length > MAX_FOLDER_DEPTH) break;
    found.push(
      ...subfoldersIn(folder)
        .filter((name) => !/^(\.|node_modules$)/.test(name))
        .map((name) => join(folder, name)),
    );
  }
  return found.slice(1);
}

function variablesOf(given: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name, value] = /^([\w-]+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined)
        throw new UserError(`--var ${text.slice(0, 40)}: give a name and a value, as in --var size=Standard_D4s_v5`);
      return [name, value];
    }),
  );
}
