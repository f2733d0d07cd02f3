import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "vscode-languageserver-protocol/node";
import { stringify } from "yaml";
import { sectionsOf } from "../../config/sections.ts";
import { azuremlAks, type Json, small, temporaryFolder } from "../helpers.ts";
import { sharedEditor } from "./client.ts";

const editor = await sharedEditor();

/** More than are judged at once. */
const COUNT = 18;

/** Many environments, each with a finding of its own, and what stands around them. */
function many(): string {
  const names = Array.from({ length: COUNT }, (_, index) => `env${index}`);
  const environment = (): Json => JSON.parse(JSON.stringify(small({ create: { dnsPrefix: "aks-" } }).environments.dev));
  const environments = Object.fromEntries(names.map((name) => [name, environment()]));
  for (const name of names) {
    environments[name].clusters.scoring.create.name = `aks-${name}`;
    environments[name].clusters.scoring.attachment.computeName = name;
  }
  return `defaults:\n  tags: { team: ml }\n${stringify({ environments })}acknowledge:\n  - { rule: attachment/adopt, reason: known }\n`;
}

async function opened(text: string): Promise<string> {
  const file = join(temporaryFolder(), "azureml-aks.yaml");
  void editor.open(file, text);
  await editor.diagnostics(file, (found) => found.length > 0);
  return file;
}

const shown = (found: readonly Diagnostic[]): string[] =>
  found.map(({ code, range: { start } }) => `${start.line + 1}:${start.character + 1} ${code}`).sort();

/** What `check` finds in the text as it is now. */
function checked(file: string): string[] {
  writeFileSync(file, editor.text(file));
  const { findings } = JSON.parse(azuremlAks(["check", file, "--format", "json"]).stdout);
  return findings
    .filter(({ acknowledged }: Json) => !acknowledged)
    .map(({ rule, where }: Json) => `${where.line}:${where.column} ${rule}`)
    .sort();
}

describe("of many environments", () => {
  it("only the one that changed is judged, and the others move with their lines", async () => {
    const file = await opened(many());
    const from = editor.traces.length;
    editor.replace(file, "dnsPrefix: aks-\n", "dnsPrefix: aks\n          # here\n");
    const first = await editor.diagnostics(file, (found) => found.length > 0);
    expect(editor.traces.slice(from)).toEqual([`judged 1 of ${COUNT} environments of ${file}`]);
    await editor.until(() => editor.traces.length === from + 2);
    const last = await editor.diagnostics(file, () => true);
    expect(shown(last)).toEqual(checked(file));
    expect(shown(first)).toEqual(shown(last));
    editor.close(file);
  });
  it("what joins them shows when nothing is typed, and stays right", async () => {
    const file = await opened(many());
    editor.replace(file, "name: aks-env1\n", "name: aks-env0\n");
    const found = await editor.diagnostics(file, (all) =>
      all.some(({ code }) => code === "attachment/one-per-cluster"),
    );
    expect(shown(found)).toEqual(checked(file));
    editor.close(file);
  });
  it("what they share changes all of them", async () => {
    const file = await opened(many());
    const from = editor.traces.length;
    editor.replace(file, "team: ml", "team: ml, owner: me");
    await editor.diagnostics(file, (found) => found.length > 0);
    expect(editor.traces.slice(from)).toEqual([`judged the whole of ${file}`]);
    editor.close(file);
  });
});

describe("a text that cannot be taken apart is judged as a whole", () => {
  const base = stringify({ environments: { one: { location: "a" }, two: { location: "b" } } });
  const cases: [shows: string, text: string, names: readonly string[] | undefined][] = [
    ["environments below each other", base, ["one", "two"]],
    ["comments and blank lines between them", base.replace("  two", "# here\n\n  # two\n  two"), ["one", "two"]],
    ["with line breaks of Windows", base.replaceAll("\n", "\r\n"), ["one", "two"]],
    ["names in quotation marks", base.replace("one:", '"one":').replace("two:", "'two':"), ["one", "two"]],
    ["an anchor for itself", base.replace("location: a", "location: &x a\n    tags: *x"), ["one", "two"]],
    [
      "an anchor for another",
      base.replace("location: a", "location: &x a").replace("location: b", "location: *x"),
      undefined,
    ],
    ["an anchor for what stands behind", `${base.replace("location: a", "location: &x a")}x-a: *x\n`, undefined],
    ["braces", "environments: { one: {}, two: {} }\n", undefined],
    ["braces over lines", "environments:\n  one: {\n  }\n", undefined],
    ["one name twice", base.replace("two:", "one:"), undefined],
    ["a tab", base.replace("  two", "\ttwo"), undefined],
    ["a line between the depths", base.replace("  two", " two"), undefined],
    ["a second document", `${base}---\na: 1\n`, undefined],
    ["a list", "environments:\n- one\n", undefined],
    ["nothing", "", undefined],
  ];
  it.each(cases)("%s", (_shows, text, names) => {
    const sections = sectionsOf(text);
    expect(sections?.environments.map(({ name }) => name)).toEqual(names);
    for (const own of sections?.environments ?? []) {
      const excerpt = sections?.excerpt(new Set([own]));
      const lines = excerpt?.text.split("\n") ?? [];
      const original = text.split("\n");
      expect(lines.map((_, index) => original[(excerpt?.lineOf(index + 1) ?? 0) - 1])).toEqual(lines);
    }
  });
});
