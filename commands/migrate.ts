import { resolve } from "node:path";
import type { Argv } from "yargs";
import { DEFAULT_OUTPUT } from "../assess/assess-file.ts";
import { loadOrReport } from "../command-line/load-or-report.ts";
import { type ConfigArguments, configFile, configOptions, last } from "../command-line/options.ts";
import { printDocument, say } from "../command-line/output.ts";
import { DEFAULT_CONFIG } from "../config/default-file.ts";
import { parseConfig } from "../config/load.ts";
import { type Migrated, migrate } from "../config/migrate.ts";
import { stackName } from "../config/names.ts";
import type { Config } from "../config/schema.ts";
import { UserError } from "../errors/user-error.ts";
import { checkedOutput, writeOutput } from "../files/write.ts";
import { RULES } from "../rules/catalogue.ts";
import { build } from "../stacks/build.ts";

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
    .option("force", {
      type: "boolean",
      describe: "replace a file that exists, which may be the configuration itself",
    }) as unknown as Argv<MigrateArguments>;
}

export async function handler(args: MigrateArguments): Promise<number> {
  const { output = "-" } = args;
  const replacing = { mayReplace: args.force === true, mayReplaceInput: args.force === true };
  if (output !== "-") checkedOutput(output, replacing);
  const loaded = await loadOrReport(configFile(args), args.environment);
  if (!loaded) return 2;
  const { text, migrated } = migrate(loaded.text, loaded.config);
  const checked = parseConfig(text, output, { rules: RULES, environments: args.environment });
  if (!checked.ok) {
    const problems = checked.findings.map(({ message, advice = "" }) => `  ${message}: ${advice}\n`);
    throw new UserError(
      `what would be written is no configuration; change what it is made from:\n${problems.join("")}`,
    );
  }
  if (output === "-") printDocument(text);
  else writeOutput(output, text, replacing);
  if (migrated.length === 0) say("nothing to do: no AksCompute without a KubernetesCompute on its cluster\n");
  else say(written(migrated) + steps(migrated, checked.loaded.config, howToReplace(args, output), args));
  return 0;
}

/** What was written, and what is left to decide. */
function written(migrated: readonly Migrated[]): string {
  const entries = migrated.map(({ environment, from, to, remarks }) => {
    const toDo = remarks.filter(({ isToDo }) => isToDo).map(({ path, text }) => `      ${path.join(".")}: ${text}\n`);
    return `  environments.${environment}.clusters.${to}, beside ${from}\n${toDo.length > 0 ? `    to decide:\n${toDo.join("")}` : ""}`;
  });
  return `${migrated.length} ${migrated.length === 1 ? "entry" : "entries"} written:\n${entries.join("")}`;
}

/** How the new file takes the place of the one that was read. */
function howToReplace(args: MigrateArguments, output: string): string {
  const file = configFile(args);
  if (resolve(output) === resolve(file)) return `${file} is replaced already`;
  const options = [
    ...(args.config === undefined ? [] : ["--config", file]),
    ...(args.environment ?? []).flatMap((name) => ["--environment", name]),
  ];
  return `replace ${file}, which the stacks are made from: ${output === "-" ? ["azureml-aks migrate", ...options, "--output", file, "--force"].join(" ") : `mv ${output} ${file}`}`;
}

/** What is to be done by hand, once and then for each entry, with the stacks that there are. */
function steps(migrated: readonly Migrated[], config: Config, replaced: string, args: MigrateArguments): string {
  const file = configFile(args);
  const names = build(config, { stateDirectory: "." }).stacks.map(({ node }) => node.id);
  const stacksOf = (environment: string, cluster: string): string[] => {
    const own = KINDS.map((kind) => stackName(kind, environment, cluster));
    return names.filter((name) => own.includes(name));
  };
  const runs = howToRun(file);
  const each = migrated.map(
    ({ environment, from, to }) => `For environments.${environment}.clusters.${to}:
  4. in its cluster: kubectl annotate deployment azureml-fe --namespace default azureml-fe-enable-upgrade=true
  5. apply the new stacks:
${runs("deploy", "apply", stacksOf(environment, to))}
  6. deploy the models to the new compute, as online endpoints, and send the traffic there
  7. detach the AksCompute, never delete it:
${runs("destroy", "destroy", stacksOf(environment, from).toReversed())}
`,
  );
  return `Then:
  1. ${replaced}
  2. azureml-aks check${file === DEFAULT_CONFIG ? "" : ` --config ${file}`}${(args.environment ?? []).map((name) => ` --environment ${name}`).join("")}
  3. once for a subscription: az provider register --namespace Microsoft.KubernetesConfiguration
${each.join("")}docs/migrate-to-kubernetescompute.md says more of each, and what differs.
`;
}

/** The three ways to run Terraform over stacks: by this package, by cdktf, and by hand. */
function howToRun(
  file: string,
): (command: "deploy" | "destroy", terraform: string, stacks: readonly string[]) => string {
  const isDefault = file === DEFAULT_CONFIG;
  const cdktf = `${isDefault ? "" : `AZUREML_AKS_CONFIG=${file} `}npx cdktf`;
  const config = isDefault ? "" : ` --config ${file}`;
  return (command, terraform, stacks) => {
    // cdktf asks for the stack of the cluster too, which is applied already.
    const alone = command === "deploy" ? " --ignore-missing-stack-dependencies" : "";
    const byHand = stacks.map((stack) => {
      const folder = `terraform -chdir=${DEFAULT_OUTPUT}/stacks/${stack}`;
      return `       ${folder} init && ${folder} ${terraform}`;
    });
    return [
      `     azureml-aks ${command} ${stacks.join(" ")}${config}`,
      `     or with cdktf: ${cdktf} ${command} ${stacks.join(" ")}${alone}`,
      `     or with Terraform alone, after azureml-aks synth${config}, in this order:`,
      ...byHand,
    ].join("\n");
  };
}

/** The stacks of an attachment. */
const KINDS = ["attachment", "kubernetes", "manifests"] as const;
