import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Diagnostic, DiagnosticSeverity } from "vscode-languageserver-protocol/node";
import { stringify } from "yaml";
import { azuremlAks, type Json, small, temporaryFolder } from "../helpers.ts";
import { Editor, sharedEditor, uriOf } from "./client.ts";

const editor = await sharedEditor();

/** Text of a file that only the editor has. */
function open(text: string, name = "azureml-aks.yaml"): string {
  const file = join(temporaryFolder(), name);
  void editor.open(file, text);
  return file;
}

const has = (rule: string) => (diagnostics: readonly Diagnostic[]) => diagnostics.some(({ code }) => code === rule);
const hasNot = (rule: string) => (diagnostics: readonly Diagnostic[]) => !has(rule)(diagnostics);

async function one(file: string, rule: string): Promise<Diagnostic> {
  const found = await editor.diagnostics(file, has(rule));
  return found.find(({ code }) => code === rule) as Diagnostic;
}

const BROKEN = stringify(small({ create: { dnsPrefix: "aks-" } }));

const CLUSTER = `resource "azurerm_kubernetes_cluster" "aks" {
  name                = "aks"
  location            = "westeurope"
  resource_group_name = "rg"
  dns_prefix          = "aks-"
  default_node_pool {
    name       = "system"
    vm_size    = "Standard_D4s_v5"
    node_count = 3
  }
  identity {
    type = "SystemAssigned"
  }
}
`;

describe("what is found is shown at the word that is wrong", () => {
  const cases: [shows: string, name: string, text: string, rule: string, word: string][] = [
    ["in a configuration", "azureml-aks.yaml", BROKEN, "cluster/dns-prefix", "aks-"],
    ["in Terraform of a folder that is not there yet", "new/main.tf", CLUSTER, "cluster/dns-prefix", "dns_prefix"],
    ["in one of another name", "mine.yml", BROKEN, "cluster/dns-prefix", "aks-"],
    [
      "in one that names the schema",
      "mine.yaml",
      "# yaml-language-server: $schema=./azureml-aks.schema.json\nenvironmens: {}\n",
      "config/invalid",
      "environmens",
    ],
    ["in one that is empty", "azureml-aks.yaml", "", "config/invalid", ""],
    [
      "in YAML that cannot be read",
      "azureml-aks.yaml",
      BROKEN.replace("clusters:", "clusters: ["),
      "config/invalid",
      "[",
    ],
    [
      "in a key that is not known",
      "azureml-aks.yaml",
      BROKEN.replace("dnsPrefix", "dnsPrefixes"),
      "config/invalid",
      "dnsPrefixes",
    ],
    ["in Terraform's language", "main.tf", CLUSTER, "cluster/dns-prefix", "dns_prefix"],
    [
      "in Terraform JSON",
      "main.tf.json",
      `{
  "resource": {
    "azurerm_kubernetes_cluster": { "aks": { "name": "aks", "dns_prefix": "aks-" } }
  }
}`,
      "cluster/dns-prefix",
      '"dns_prefix"',
    ],
    ["in Terraform that cannot be read", "main.tf", CLUSTER.replace("= 3", "= = 3"), "hcl/unreadable", "= 3"],
  ];
  it.each(cases)("%s", async (_shows, name, text, rule, word) => {
    const file = open(text, name);
    const { range, source } = await one(file, rule);
    const line = editor.text(file).split("\n")[range.start.line] ?? "";
    expect(line.slice(range.start.character, range.end.character)).toBe(word);
    expect(source).toBe("azureml-aks");
    editor.close(file);
  });
});

describe("what is shown is what `check` finds", () => {
  const cases: [name: string, text: string][] = [
    ["azureml-aks.yaml", BROKEN],
    ["azureml-aks.yaml", stringify({ ...small(), environments: { one: small().environments.dev, two: null } })],
    ["main.tf", CLUSTER],
  ];
  it.each(cases)("%s", async (name, text) => {
    const file = open(text, name);
    writeFileSync(file, text);
    const { stdout } = azuremlAks(["check", file, "--format", "json"]);
    // What stands nowhere, as that nothing attaches a cluster, is nothing to show in a file.
    const placed = JSON.parse(stdout).findings.filter(({ where }: Json) => where.file !== undefined);
    const expected = placed.map(({ rule, where, level, verdict }: Json) => [
      rule,
      where.line,
      where.column,
      verdict === "unknown" ? "hint" : level,
    ]);
    const levels = ["", "error", "warning", "note", "hint"];
    const found = await editor.diagnostics(file, (diagnostics) => diagnostics.length === expected.length);
    const shown = found.map(({ code, range: { start }, severity }) => [
      code,
      start.line + 1,
      start.character + 1,
      levels[severity ?? 0],
    ]);
    expect(shown).toEqual(expected);
    editor.close(file);
  });
});

describe("a fix that is applied leaves no diagnostic, and an acknowledgement neither", () => {
  const cases: [shows: string, name: string, text: string, rule: string][] = [
    ["in a configuration", "azureml-aks.yaml", BROKEN, "cluster/dns-prefix"],
    [
      "in one of several environments",
      "azureml-aks.yaml",
      stringify({
        environments: { one: small().environments.dev, two: small({ create: { dnsPrefix: "aks-" } }).environments.dev },
      }),
      "cluster/dns-prefix",
    ],
    ["in Terraform's language", "main.tf", CLUSTER, "cluster/dns-prefix"],
  ];
  it.each(cases)("%s", async (_shows, name, text, rule) => {
    for (const wanted of [/^Set .*dns/i, /^Acknowledge/]) {
      const file = open(text, name);
      const action = (await editor.actions(file, await one(file, rule))).find(({ title }) => wanted.test(title));
      expect(action).toMatchObject({ kind: "quickfix", diagnostics: [{ code: rule }] });
      editor.apply(action ?? { title: "" });
      await editor.diagnostics(file, (diagnostics) => diagnostics.length > 0 && hasNot(rule)(diagnostics));
      expect(hasNot("acknowledgement/unused")(await editor.diagnostics(file, hasNot("config/invalid")))).toBe(true);
      editor.close(file);
    }
  });
  it("adds to what is acknowledged already", async () => {
    const acknowledge = "        acknowledge:\n          - rule: attachment/adopt\n            reason: new\n";
    const file = open(`${BROKEN}${acknowledge}`);
    const actions = await editor.actions(file, await one(file, "cluster/dns-prefix"));
    editor.apply(actions.find(({ title }) => title.startsWith("Acknowledge")) ?? { title: "" });
    await editor.diagnostics(file, (found) => hasNot("cluster/dns-prefix")(found) && hasNot("attachment/adopt")(found));
    expect(editor.text(file)).toContain("reason: new\n          - { rule: cluster/dns-prefix, reason: ");
    editor.close(file);
  });
  it("offers nothing for a mistake, for which there is no rule", async () => {
    const file = open(BROKEN.replace("nodeCount", "nodes"));
    expect(await editor.actions(file, await one(file, "config/invalid"))).toEqual([]);
    editor.close(file);
  });
});

describe("while something is typed", () => {
  it("what is repaired goes, and what is broken comes", async () => {
    const file = open(BROKEN);
    await one(file, "cluster/dns-prefix");
    editor.replace(file, "aks-", "aks");
    await editor.diagnostics(file, (found) => found.length > 0 && hasNot("cluster/dns-prefix")(found));
    editor.replace(file, "nodeCount: 3", "nodeCount: [");
    await one(file, "config/invalid");
    editor.replace(file, "nodeCount: [", "nodeCount: 3");
    await editor.diagnostics(file, (found) => found.length > 0 && hasNot("config/invalid")(found));
    editor.close(file);
  });
  it("what is superseded is never shown", async () => {
    const file = open(BROKEN);
    await one(file, "cluster/dns-prefix");
    const from = editor.published.length;
    for (let index = 0; index < 50; index++) {
      editor.replace(file, index % 2 === 0 ? "aks-" : "aks--", index % 2 === 0 ? "aks--" : "aks-");
      if (index % 10 === 9) await one(file, "cluster/dns-prefix");
    }
    editor.replace(file, "aks-", "aks");
    await editor.diagnostics(file, (found) => found.length > 0 && hasNot("cluster/dns-prefix")(found));
    const versions = editor.published.slice(from).map(({ version }) => version ?? 0);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(versions.at(-1)).toBe(52);
    editor.close(file);
  });
  it("another YAML file is left alone, until it is a configuration, and when it is none any more", async () => {
    const file = open("environments:\n  staging:\n    values: [a.yaml]\n", "helmfile.yaml");
    editor.edit(file, [
      { range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } }, newText: BROKEN },
    ]);
    await one(file, "cluster/dns-prefix");
    editor.edit(file, [
      { range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } }, newText: "a: 1" },
    ]);
    await editor.until(() => editor.published.at(-1)?.diagnostics.length === 0);
    const ofFile = editor.published.filter(({ uri }) => uri === uriOf(file));
    expect(ofFile.map(({ diagnostics }) => diagnostics.length > 0)).toEqual([true, false]);
    editor.close(file);
  });
});

describe("Terraform in several files", () => {
  it("is judged with the texts that are open, and those of the disk", async () => {
    const main = join(temporaryFolder(), "main.tf");
    writeFileSync(main, CLUSTER.replace('"aks-"', "var.prefix"));
    const variables = join(dirname(main), "variables.tf");
    writeFileSync(variables, 'variable "prefix" {\n  default = "aks"\n}\n');
    void editor.open(variables, 'variable "prefix" {\n  default = "aks-"\n}\n');
    const uri = uriOf(main);
    const last = (): readonly Diagnostic[] =>
      editor.published.filter((each) => each.uri === uri).at(-1)?.diagnostics ?? [];
    await editor.until(() => has("cluster/dns-prefix")(last()));
    editor.replace(variables, "aks-", "aks");
    await editor.until(() => hasNot("cluster/dns-prefix")(last()));
    editor.replace(variables, '"aks"', '"aks-"');
    await editor.until(() => has("cluster/dns-prefix")(last()));
    rmSync(main);
    editor.deletedOnDisk(main);
    await editor.until(() => last().length === 0);
    editor.close(variables);
  });
  it("shows what a module gets where it is called, and nothing once nothing is open", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "cluster"));
    const module = join(folder, "cluster/main.tf");
    writeFileSync(module, `variable "prefix" {}\n${CLUSTER.replace('"aks-"', "var.prefix")}`);
    const main = join(folder, "main.tf");
    void editor.open(main, 'module "cluster" {\n  source = "./cluster"\n  prefix = "aks-"\n}\n');
    const last = (file: string): readonly Diagnostic[] =>
      editor.published.filter(({ uri }) => uri === uriOf(file)).at(-1)?.diagnostics ?? [];
    await editor.until(() => has("cluster/dns-prefix")(last(module)));
    editor.close(main);
    await editor.until(() => last(module).length === 0);
  });
});

it("a secret is in no message", async () => {
  const key = "-----BEGIN PRIVATE KEY-----MIIEvQIBADANBgkqhkiG9w0BAQEFAASC-----END PRIVATE KEY-----";
  const from = editor.published.length;
  for (const [name, text] of [
    ["azureml-aks.yaml", BROKEN.replace("aks-", `"${key}"`)],
    ["azureml-aks.yaml", BROKEN.replace("dnsPrefix", `"${key}"`)],
    ["main.tf", CLUSTER.replace("aks-", key)],
  ] as const) {
    const file = open(text, name);
    const found = await editor.diagnostics(file, (diagnostics) => diagnostics.length > 0);
    const actions = await Promise.all(found.map((each) => editor.actions(file, each)));
    expect(JSON.stringify([actions, editor.published.slice(from), editor.traces])).not.toContain("MIIEvQ");
    editor.close(file);
  }
});

it("notes are information", async () => {
  const file = open(BROKEN);
  expect((await one(file, "attachment/adopt")).severity).toBe(DiagnosticSeverity.Information);
  expect((await one(file, "cluster/dns-prefix")).severity).toBe(DiagnosticSeverity.Error);
  editor.close(file);
});

it("over standard input and output, it ends with 0 after `shutdown`", async () => {
  const alone = await Editor.start();
  await alone.open(join(temporaryFolder(), "azureml-aks.yaml"), BROKEN);
  expect(await alone.end("shutdown")).toBe(0);
});
