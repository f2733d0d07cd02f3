import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assess } from "../assess/assess.ts";
import { loadConfig } from "../config/load.ts";
import { renderText } from "../report/text.ts";
import { RULES } from "../rules/catalogue.ts";
import { today } from "../sources/today.ts";
import { write } from "../stacks/write.ts";

/** The folders of examples/ with a configuration, by name. A folder with a package.json holds programs. */
export function exampleNames(): string[] {
  return readdirSync("examples", { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory() && !existsSync(join("examples", entry.name, "package.json")) ? [entry.name] : [],
    )
    .sort();
}

/** The command that a reader runs in the repository. */
export function exampleCommand(name: string): string {
  return `npm run --silent azureml-aks -- synth --config examples/${name}/azureml-aks.yaml --output examples/${name}/cdktf.out`;
}

/**
 * What that command makes of an example, by its place in `expected/`: the report, and the Terraform JSON of every
 * stack.
 */
export function exampleOutput(name: string): ReadonlyMap<string, string> {
  const folder = `examples/${name}`;
  const result = loadConfig(`${folder}/azureml-aks.yaml`, { rules: RULES });
  if (!result.ok) throw new Error(renderText({ findings: result.findings, checked: 0 }));
  const { app, findings } = assess(result.loaded, join(folder, "cdktf.out"), { today: today() });
  const outputDirectory = mkdtempSync(join(tmpdir(), "azureml-aks-examples-"));
  try {
    write(app, { outputDirectory, removeStale: false });
    const stacks = app.stacks.map(({ node: { id } }): [string, string] => [
      `${id}.tf.json`,
      readFileSync(join(outputDirectory, "stacks", id, "cdk.tf.json"), "utf8"),
    ]);
    // Without the number of checks, which every new rule changes.
    return new Map([["check.txt", renderText({ findings, checked: 0, origin: "configuration" })], ...stacks]);
  } finally {
    rmSync(outputDirectory, { recursive: true });
  }
}
