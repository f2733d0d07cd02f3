import { existsSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { LoadedConfig } from "../config/load.ts";
import type { App } from "./app.ts";
import { build } from "./build.ts";

export interface SynthesizeOptions {
  /** Where the stacks are written. */
  readonly outputDirectory: string;
  /** Whether folders of stacks that are no longer configured are removed, as `cdktf synth` does. */
  readonly removeStale: boolean;
}

/** Builds the stacks of a configuration and writes them. */
export function synthesize(loaded: LoadedConfig, { outputDirectory, removeStale }: SynthesizeOptions): App {
  const app = build(loaded.config, { stateDirectory: stateDirectory(loaded.file, outputDirectory) });
  app.synth(outputDirectory);
  if (removeStale) {
    const names = new Set(app.stacks.map((stack) => stack.node.id));
    const folder = join(outputDirectory, "stacks");
    for (const name of readdirSync(folder)) {
      if (!names.has(name) && existsSync(join(folder, name, "cdk.tf.json"))) rmSync(join(folder, name), { recursive: true });
    }
  }
  return app;
}

/** The configuration file's folder, seen from the folder in which Terraform runs: a relative path, so that it is the same on every machine. */
function stateDirectory(configFile: string, outputDirectory: string): string {
  const from = join(realPath(resolve(outputDirectory)), "stacks", "stack");
  return relative(from, realPath(dirname(resolve(configFile))))
    .split(sep)
    .join("/");
}

/** Terraform follows `..` on the disk, so links are resolved first; the output folder may not exist yet. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  return path === dirname(path) ? path : join(realPath(dirname(path)), path.slice(dirname(path).length));
}
