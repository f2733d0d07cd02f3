import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { App } from "./app.ts";
import { withoutTraces } from "./without-traces.ts";

/** Where stacks go. */
export interface WriteOptions {
  /** Where the stacks are written. */
  readonly outputDirectory: string;
  /** Whether folders of stacks that are no longer configured are removed, as `cdktf synth` does. */
  readonly removeStale: boolean;
}

/** Writes the stacks, and gives the folders that it removed. */
export function write(app: App, { outputDirectory, removeStale }: WriteOptions): string[] {
  withoutTraces(() => app.synth(outputDirectory));
  if (!removeStale) return [];
  const names = new Set(app.stacks.map((stack) => stack.node.id));
  const folder = join(outputDirectory, "stacks");
  const stale = readdirSync(folder).filter((name) => !names.has(name) && existsSync(join(folder, name, "cdk.tf.json")));
  return stale.sort().map((name) => {
    rmSync(join(folder, name), { recursive: true });
    return join(folder, name);
  });
}
