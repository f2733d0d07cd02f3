import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { azuremlAks, configFile, type Json, small, temporaryFolder } from "../helpers.ts";

/** A configuration with two findings at error level that a value resolves, and its folder. */
const broken = (): { readonly cwd: string; readonly file: string } => {
  const cwd = temporaryFolder();
  const file = configFile(small({ create: { dnsPrefix: "aks-" }, attachment: { computeName: "my_aks" } }), cwd);
  return { cwd, file };
};

describe("azureml-aks fix", () => {
  it("writes what is proven, prints what changed, and leaves nothing for another run", () => {
    const { cwd, file } = broken();
    const before = readFileSync(file, "utf8");
    const first = azuremlAks(["fix"], { cwd });
    const after = before.replace("dnsPrefix: aks-", "dnsPrefix: aks").replace("my_aks", "my-aks");
    expect(readFileSync(file, "utf8")).toBe(after);
    expect(first).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(
        /^--- a\/azureml-aks\.yaml\n\+\+\+ b\/azureml-aks\.yaml\n@@[\s\S]*-\s+dnsPrefix: aks-\n\+\s+dnsPrefix: aks\n/,
      ),
      stderr: expect.stringContaining("cluster/dns-prefix: set create.dnsPrefix to aks\n"),
    });
    expect(azuremlAks(["fix"], { cwd })).toMatchObject({
      status: 0,
      stdout: "",
      stderr: expect.stringMatching(/^0 findings fixed/),
    });
  });
  it("keeps a byte order mark and the ends of lines", () => {
    const { cwd, file } = broken();
    const before = `\ufeff${readFileSync(file, "utf8").replaceAll("\n", "\r\n")}`;
    writeFileSync(file, before);
    expect(azuremlAks(["fix"], { cwd }).status).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(
      before.replace("dnsPrefix: aks-", "dnsPrefix: aks").replace("my_aks", "my-aks"),
    );
  });
  it("with --dry-run prints the same and writes nothing", () => {
    const { cwd, file } = broken();
    const before = readFileSync(file, "utf8");
    const dry = azuremlAks(["fix", file, "--dry-run"], { cwd });
    expect(readFileSync(file, "utf8")).toBe(before);
    expect(dry.stderr).toContain("2 findings would be fixed, in 1 file");
    expect(azuremlAks(["fix", file], { cwd }).stdout).toBe(dry.stdout);
  });
  it("with --rule takes the findings of that rule alone; what is left decides the exit status", () => {
    const { cwd, file } = broken();
    expect(azuremlAks(["fix", "--rule", "cluster/dns-prefix"], { cwd }).status).toBe(1);
    expect(readFileSync(file, "utf8")).toContain("my_aks");
    expect(azuremlAks(["fix", "--rule", "cluster/dnsprefix"], { cwd })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("did you mean cluster/dns-prefix?"),
    });
  });
  it("says what is wrong with a configuration that has mistakes, and writes nothing", () => {
    const cwd = temporaryFolder();
    configFile("environments: {}\nother: 1\n", cwd);
    expect(azuremlAks(["fix"], { cwd })).toMatchObject({
      status: 2,
      stdout: expect.stringContaining("config/invalid"),
    });
    expect(azuremlAks(["fix", "--config", "none.yaml"], { cwd })).toMatchObject({
      status: 2,
      stdout: expect.stringContaining("there is no such file"),
    });
  });
  it("shows no secret that stands beside a change", () => {
    const cwd = temporaryFolder();
    const key = "-----BEGIN PRIVATE KEY-----\nMIIBEXAMPLEEXAMPLE\n-----END PRIVATE KEY-----\n";
    mkdirSync(join(cwd, "tf"));
    writeFileSync(
      join(cwd, "tf/main.tf"),
      `resource "azurerm_kubernetes_cluster" "aks" {\n  name = "aks"\n  dns_prefix = "aks-"\n}\nlocals {\n  key = <<EOT\n${key}EOT\n}\n`,
    );
    const { stdout } = azuremlAks(["fix", "tf", "--rule", "cluster/dns-prefix"], { cwd });
    expect(stdout).toContain('+  dns_prefix = "aks"');
    expect(stdout).not.toContain("EXAMPLE");
    expect(readFileSync(join(cwd, "tf/main.tf"), "utf8")).toContain(key);
  });
});

describe("a report of a check", () => {
  const { cwd } = broken();
  const report = (format: string): string => azuremlAks(["check", "--format", format], { cwd }).stdout;
  const fixOf = (found: Json): Json => found.find(({ rule }: Json) => rule === "cluster/dns-prefix");

  it("has proven fixes in JSON, by line and column", () => {
    const { fix, where } = fixOf(JSON.parse(report("json")).findings);
    expect(fix).toEqual({
      description: "set create.dnsPrefix to aks",
      edits: [
        {
          file: "azureml-aks.yaml",
          line: where.line,
          column: where.column,
          endLine: where.line,
          endColumn: where.column + 4,
          text: "aks",
        },
      ],
    });
  });
  it("has them in SARIF", () => {
    const [run] = JSON.parse(report("sarif")).runs;
    const { fixes } = run.results.find(({ ruleId }: Json) => ruleId === "cluster/dns-prefix");
    expect(fixes).toMatchObject([
      {
        description: { text: "set create.dnsPrefix to aks" },
        artifactChanges: [
          {
            artifactLocation: { uri: "azureml-aks.yaml" },
            replacements: [{ insertedContent: { text: "aks" } }],
          },
        ],
      },
    ]);
  });
  it("has them in Markdown as suggestions, and for GitHub as a command", () => {
    expect(report("markdown")).toMatch(/line \d+<\/summary>\n\n```suggestion\n +dnsPrefix: aks\n```/);
    expect(report("github")).toContain(
      "%0Aazureml-aks fix --rule cluster/dns-prefix does it: set create.dnsPrefix to aks%0A",
    );
  });
});
