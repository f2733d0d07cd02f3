import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { stringify } from "yaml";
import { assess } from "../assess/assess.ts";
import { type LoadedConfig, parseConfig } from "../config/load.ts";
import type { TerraformStack } from "../constructs/cdktf.ts";
import type { Finding } from "../model/finding.ts";
import { RULES } from "../rules/catalogue.ts";
import type { Rule } from "../rules/rule.ts";
import { today } from "../sources/today.ts";
import { type WriteOptions, write } from "../stacks/write.ts";
import { startCliServer } from "./cli-server.ts";

// biome-ignore lint/suspicious/noExplicitAny: Terraform JSON is anything
export type Json = any;

/** A new folder that is gone after the tests. */
export function temporaryFolder(): string {
  return mkdtempSync(join(process.env.AZUREML_AKS_TEST_FOLDER ?? tmpdir(), "test-"));
}

/** Writes a configuration, as text or as a value, into a folder of its own. */
export function configFile(config: string | object, folder = temporaryFolder()): string {
  const file = join(folder, "azureml-aks.yaml");
  writeFileSync(file, typeof config === "string" ? config : stringify(config));
  return file;
}

/** Where a configuration would be that is in no file. */
const NO_FILE = join(process.env.AZUREML_AKS_TEST_FOLDER ?? tmpdir(), "azureml-aks.yaml");

/** Reads a configuration that is in no file. */
export function load(config: string | object): LoadedConfig {
  const result = parseConfig(typeof config === "string" ? config : stringify(config), NO_FILE, { rules: RULES });
  if (!result.ok) throw new Error(JSON.stringify(result.findings, null, 2));
  return result.loaded;
}

/** Writes the stacks, whatever would be found. */
export function synthesize(loaded: LoadedConfig, options: WriteOptions): void {
  write(assess(loaded, options.outputDirectory, { today: today() }, []).app, options);
}

/** What rules find in a configuration. Default: all of them. */
export function findings(config: string | object, rules?: readonly Rule[]): readonly Finding[] {
  return assess(load(config), "cdktf.out", { today: today() }, rules).findings;
}

/** What `synth` would write, whatever is found: stack name to JSON. */
export function synthesized(config: string | object): Record<string, Json> {
  const loaded = load(config);
  const { app } = assess(loaded, join(dirname(loaded.file), "cdktf.out"), { today: today() }, []);
  const read = (stack: TerraformStack): Json => JSON.parse(JSON.stringify(stack.toTerraform()));
  return Object.fromEntries(app.stacks.map((stack) => [stack.node.id, read(stack)]));
}

/** A small configuration, changed by the keys given for the cluster and its environment. */
export function small(changes: { create?: object; attachment?: object; environment?: object } = {}): Json {
  return {
    environments: {
      dev: {
        subscriptionId: "00000000-0000-0000-0000-000000000001",
        location: "westeurope",
        workspace: { resourceGroup: "rg-ml", name: "mlw" },
        ...changes.environment,
        clusters: {
          scoring: {
            create: {
              resourceGroup: "rg-ml",
              name: "aks",
              nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 3 },
              ...changes.create,
            },
            attachment: {
              kind: "AksCompute",
              computeName: "scoring",
              clusterPurpose: "DevTest",
              ...changes.attachment,
            },
          },
        },
      },
    },
  };
}

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const ROOT = resolve(import.meta.dirname, "..");

type RunOptions = { cwd?: string; env?: NodeJS.ProcessEnv; input?: string };

/** Runs the command line as a user does, in a process of its own. */
export function azuremlAksAlone(args: readonly string[], options: RunOptions = {}): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "tools/run.mjs"), "cli", ...args], {
    cwd: options.cwd ?? ROOT,
    encoding: "utf8",
    input: options.input ?? "",
    env: { ...process.env, ...options.env },
  });
  return { status, stdout, stderr };
}

let server: ReturnType<typeof startCliServer> | undefined;

/** Runs the command line as a user does. */
export function azuremlAks(args: readonly string[], options: RunOptions = {}): Run {
  if (args.some((arg) => /\/dev\/(std|fd)/.test(arg))) return azuremlAksAlone(args, options);
  if (server === undefined) server = startCliServer(ROOT, temporaryFolder());
  const { cwd = ROOT, input = "", env } = options;
  return server?.({ args, cwd, input, env: { ...process.env, ...env } }) ?? azuremlAksAlone(args, options);
}

const OFFLINE = {
  CHECKPOINT_DISABLE: "1",
  TF_CLI_CONFIG_FILE: "/dev/null",
  DISABLE_VERSION_CHECK: "1",
  CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1",
};

/** Runs `cdktf synth` as a user does. */
export function cdktfSynth(config: string, output: string, cwd = ROOT): Run {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, "node_modules/cdktf-cli/bundle/bin/cdktf"), "synth", "--output", output],
    {
      cwd,
      encoding: "utf8",
      env: { ...process.env, ...OFFLINE, AZUREML_AKS_CONFIG: config },
    },
  );
  return { status, stdout, stderr };
}

const terraform = process.env.TERRAFORM_BINARY_NAME ?? "terraform";

/** Whether expressions can be evaluated: `terraform console` needs no provider. */
export const hasTerraform = spawnSync(terraform, ["version"], { env: { ...process.env, ...OFFLINE } }).status === 0;

/** An expression of synthesized JSON, and values for what it refers to. */
type Evaluation = readonly [expression: string, values?: Readonly<Record<string, unknown>>];

/** What Terraform makes of expressions, in one call: it takes longer to start than to evaluate. */
export function evaluateAll(evaluations: readonly Evaluation[]): unknown[] {
  const locals = evaluations.flatMap(([expression, values = {}], at) => {
    const names = Object.keys(values).map((reference, index) => [reference, `value_${at}_${index}`] as const);
    const replaced = names.reduce((text, [reference, name]) => text.replaceAll(reference, `local.${name}`), expression);
    return [[`result_${at}`, replaced], ...names.map(([reference, name]) => [name, values[reference]])];
  });
  const folder = temporaryFolder();
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ locals: Object.fromEntries(locals) }));
  const { stdout, stderr } = spawnSync(terraform, ["console"], {
    cwd: folder,
    input: `jsonencode([${evaluations.map((_, at) => `local.result_${at}`)}])`,
    encoding: "utf8",
    env: { ...process.env, ...OFFLINE },
  });
  if (stderr.includes("Error")) throw new Error(stderr);
  return JSON.parse(JSON.parse(stdout));
}

/** What Terraform makes of one. */
export function evaluate(...evaluation: Evaluation): unknown {
  return evaluateAll([evaluation])[0];
}

/** Applies a folder of Terraform that needs no provider but the built-in one: what was done, in its order. */
export function applied(folder: string): { readonly address: string; readonly action: string }[] {
  const run = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(terraform, args, {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, ...OFFLINE },
    });
    if (status !== 0) throw new Error(stdout + stderr);
    return stdout;
  };
  if (!existsSync(join(folder, ".terraform"))) run("init", "-backend=false");
  return run("apply", "-auto-approve", "-json")
    .split("\n")
    .filter((line) => line.includes('"apply_complete"'))
    .map((line) => JSON.parse(line).hook)
    .map(({ resource, action }) => ({ address: resource.addr, action }));
}

/**
 * What Terraform makes of expressions for each of many answers of a data source, in one call: by expression, then by
 * answer; ERROR where it ends in one. `locals` are those of the stack, and what else the expressions refer to.
 */
export function evaluateOver(
  expressions: Readonly<Record<string, string>>,
  reference: string,
  answers: Readonly<Record<string, unknown>>,
  locals: Readonly<Record<string, unknown>> = {},
): Record<string, Record<string, unknown>> {
  const folder = temporaryFolder();
  const results = Object.entries(expressions).map(([name, expression]) => {
    const inner = expression.replace(/^\$\{(.*)\}$/s, "$1").replaceAll(reference, "answer");
    return `${JSON.stringify(name)} = { for name, answer in local.answers : name => try(${inner}, "ERROR") }`;
  });
  // A console reads no line of this length.
  writeFileSync(
    join(folder, "main.tf.json"),
    JSON.stringify({
      locals: { ...locals, answers: escaped(answers), results: `\${jsonencode({ ${results.join(", ")} })}` },
    }),
  );
  const { stdout, stderr } = spawnSync(terraform, ["console"], {
    cwd: folder,
    input: "local.results",
    encoding: "utf8",
    maxBuffer: 2 ** 27,
    env: { ...process.env, ...OFFLINE },
  });
  if (stderr.includes("Error")) throw new Error(stderr.slice(0, 5000));
  return JSON.parse(JSON.parse(stdout));
}

/** Text in JSON is a template: what the answers hold is not. */
function escaped(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("${", "$${").replaceAll("%{", "%%{");
  if (Array.isArray(value)) return value.map(escaped);
  return value !== null && typeof value === "object"
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escaped(item)]))
    : value;
}

export function tree(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(folder.length), readFileSync(file, "utf8")]),
  );
}

export { ROOT };
