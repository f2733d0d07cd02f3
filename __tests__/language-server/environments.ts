import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "vscode-languageserver-protocol/node";
import { stringify } from "yaml";
import { azuremlAks, type Json, small, temporaryFolder } from "../helpers.ts";
import { sharedEditor } from "./client.ts";

export const editor = await sharedEditor();

/** More than are judged at once. */
export const COUNT = 18;

/** Many environments, each with a finding of its own, and what stands around them. */
export function many(): string {
  const names = Array.from({ length: COUNT }, (_, index) => `env${index}`);
  const environment = (): Json => JSON.parse(JSON.stringify(small({ create: { dnsPrefix: "aks-" } }).environments.dev));
  const environments = Object.fromEntries(names.map((name) => [name, environment()]));
  for (const name of names) {
    environments[name].clusters.scoring.create.name = `aks-${name}`;
    environments[name].clusters.scoring.attachment.computeName = name;
  }
  return `defaults:\n  tags: { team: ml }\n${stringify({ environments })}acknowledge:\n  - { rule: attachment/adopt, reason: known }\n`;
}

/** The file of a text that the editor has open, and that is judged. */
export async function opened(text: string): Promise<string> {
  const file = join(temporaryFolder(), "azureml-aks.yaml");
  void editor.open(file, text);
  await editor.diagnostics(file, (found) => found.length > 0);
  return file;
}

/** What an editor shows, as text. */
export const shown = (found: readonly Diagnostic[]): string[] =>
  found.map(({ code, range: { start } }) => `${start.line + 1}:${start.character + 1} ${code}`).sort();

/** What `check` finds in the text as it is now. */
export function checked(file: string): string[] {
  writeFileSync(file, editor.text(file));
  const { findings } = JSON.parse(azuremlAks(["check", file, "--format", "json"]).stdout);
  return findings
    .filter(({ acknowledged }: Json) => !acknowledged)
    .map(({ rule, where }: Json) => `${where.line}:${where.column} ${rule}`)
    .sort();
}
