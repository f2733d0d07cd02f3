import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { stringify } from "yaml";
import { type LoadedConfig, loadConfig } from "../config/load.ts";
import { synthesize } from "../stacks/synthesize.ts";

// biome-ignore lint/suspicious/noExplicitAny: Terraform JSON is anything
export type Json = any;

const folders = mkdtempSync(join(tmpdir(), "azureml-aks-test-"));
process.once("exit", () => rmSync(folders, { recursive: true, force: true }));

/** A new folder that is gone after the tests. */
export function temporaryFolder(): string {
  return mkdtempSync(join(folders, "test-"));
}

/** Writes a configuration, as text or as a value, into a folder of its own. */
export function configFile(config: string | object, folder = temporaryFolder()): string {
  const file = join(folder, "azureml-aks.yaml");
  writeFileSync(file, typeof config === "string" ? config : stringify(config));
  return file;
}

export function load(config: string | object): LoadedConfig {
  const result = loadConfig(configFile(config));
  if (!result.ok) throw new Error(JSON.stringify(result.findings, null, 2));
  return result.loaded;
}

/** Synthesizes as the command does, and reads what was written: stack name to parsed JSON. */
export function synthesized(config: string | object): Record<string, Json> {
  const loaded = load(config);
  const output = join(dirname(loaded.file), "cdktf.out");
  const app = synthesize(loaded, { outputDirectory: output, removeStale: false });
  const read = (stack: string): Json => JSON.parse(readFileSync(join(output, "stacks", stack, "cdk.tf.json"), "utf8"));
  return Object.fromEntries(app.stacks.map((stack) => [stack.node.id, read(stack.node.id)]));
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
            create: { resourceGroup: "rg-ml", name: "aks", nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 3 }, ...changes.create },
            attachment: { kind: "AksCompute", computeName: "scoring", clusterPurpose: "DevTest", ...changes.attachment },
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

/** Runs the command line as a user does. */
export function azuremlAks(args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string } = {}): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "scripts/run.mjs"), "cli", ...args], {
    cwd: options.cwd ?? ROOT,
    encoding: "utf8",
    input: options.input ?? "",
    env: { ...process.env, ...options.env },
  });
  return { status, stdout, stderr };
}

export { ROOT };
