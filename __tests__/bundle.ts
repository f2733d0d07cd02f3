import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Bundles the command line once, before the tests that run it, and gives them a folder that is gone afterwards. */
export default function setup(): () => void {
  execFileSync(process.execPath, ["tools/run.mjs", "cli", "--version"], { stdio: "ignore" });
  const folder = mkdtempSync(join(tmpdir(), "azureml-aks-test-"));
  process.env.AZUREML_AKS_TEST_FOLDER = folder;
  // Thousands of files: whoever waits for the tests need not wait for that.
  const remove = "fs.rmSync(process.argv[1], { recursive: true, force: true })";
  return () => spawn(process.execPath, ["-e", remove, folder], { detached: true, stdio: "ignore" }).unref();
}
