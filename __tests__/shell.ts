import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT, type Run } from "./helpers.ts";

/** Runs the command line in bash, where `azureml_aks` stands for it. */
export function bash(command: string, cwd: string, env: NodeJS.ProcessEnv = {}): Run {
  const program = `azureml_aks() { "$NODE" "$CLI" "$@"; }; ${command}`;
  const { status, stdout, stderr } = spawnSync("/bin/bash", ["-c", program], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, NODE: process.execPath, CLI: join(ROOT, "dist/cli/cli.mjs"), ...env },
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}
