import { execFileSync } from "node:child_process";

/** Bundles the command line once, before the tests that run it start in parallel. */
export default function bundle(): void {
  execFileSync(process.execPath, ["scripts/run.mjs", "cli", "--version"], { stdio: "ignore" });
}
