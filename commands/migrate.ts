import { existsSync, writeFileSync } from "node:fs";
import type { Argv } from "yargs";
import { type LoadedConfig, loadConfig, parseConfig } from "../config/load.ts";
import { type Migrated, type Migration, migrate, NotWrittenOut } from "../config/migrate.ts";
import { RULES } from "../rules/catalogue.ts";
import { UsageError } from "./failure.ts";
import { type ConfigArguments, configFile, configOptions, emit, last } from "./options.ts";

interface MigrateArguments extends ConfigArguments {
  readonly output?: string;
  readonly force?: boolean;
}

export function builder(args: Argv): Argv<MigrateArguments> {
  return configOptions(args)
    .option("output", {
      type: "string",
      nargs: 1,
      requiresArg: true,
      coerce: last,
      describe: "the file that is written, or - for standard output [default: -]",
    })
    .option("force", { type: "boolean", describe: "replace a file that exists, which may be the configuration itself" }) as unknown as Argv<MigrateArguments>;
}

export async function handler(args: MigrateArguments): Promise<number> {
  const { output = "-" } = args;
  if (output !== "-" && existsSync(output) && !args.force) throw new UsageError(`${output} exists already: name another file with --output, or give --force`);
  const result = loadConfig(configFile(args), { rules: RULES, environments: args.environment });
  if (!result.ok) {
    await emit({ findings: result.findings, checked: 0 }, {});
    return 2;
  }
  const { text, migrated } = written(result.loaded);
  const checked = parseConfig(text, output, { rules: RULES, environments: args.environment });
  if (!checked.ok) throw new Error(checked.findings.map(({ message, where }) => `line ${where.line}: ${message}`).join("\n"));
  if (output === "-") process.stdout.write(text);
  else writeFileSync(output, text);
  process.stderr.write(migrated.length === 0 ? "nothing to do: no AksCompute without a KubernetesCompute on its cluster\n" : steps(migrated, output));
  return 0;
}

function written({ text, config }: LoadedConfig): Migration {
  try {
    return migrate(text, config);
  } catch (error) {
    throw error instanceof NotWrittenOut ? new UsageError(error.message) : error;
  }
}

/** What was written, and what is to be done by hand. */
function steps(migrated: readonly Migrated[], output: string): string {
  const entries = migrated.map(({ environment, from, to, remarks }) => {
    const toDo = remarks.filter(({ isToDo }) => isToDo).map(({ path, text }) => `    ${path.join(".")}: ${text}\n`);
    return `  environments.${environment}.clusters.${to}, beside ${from}\n${toDo.join("")}`;
  });
  const file = output === "-" ? "" : ` --config ${output}`;
  return `${migrated.length} ${migrated.length === 1 ? "entry" : "entries"} written:
${entries.join("")}
Then, for each:
  1. azureml-aks check${file}
  2. kubectl annotate deployment azureml-fe --namespace default azureml-fe-enable-upgrade=true
  3. apply the new stacks: cdktf deploy '<environment>-<cluster>-v2-*'
  4. deploy the models to the new compute, as online endpoints, and send the traffic there
  5. detach the AksCompute, never delete it: cdktf destroy <environment>-<cluster>-attachment
docs/migrate-to-kubernetescompute.md says more of each, and what differs.
`;
}
