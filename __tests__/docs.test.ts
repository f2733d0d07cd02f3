import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { DECISIONS } from "../azure/attach-with.ts";
import { RULES } from "../rules/catalogue.ts";
import { attachWithPage } from "../tools/attach-with-page.ts";
import { CONFIGURATION_EXAMPLES } from "../tools/configuration-examples.ts";
import { configurationReference } from "../tools/configuration-reference.ts";
import { CONSTRAINTS, constraintsPage } from "../tools/constraints.ts";
import { rulePages } from "../tools/rule-pages.ts";
import { azuremlAks, findings, type Json, load, ROOT, small, synthesized } from "./helpers.ts";

const read = (name: string): string => readFileSync(join(ROOT, name), "utf8");
const yamlOf = (name: string): Json[] =>
  [...read(name).matchAll(/```yaml\n(.*?)```/gs)].map((match) => parse(match[1] as string));

describe("documentation says what the program does", () => {
  it("docs/configuration.md is what the schema says (npm run docs)", () => {
    expect(read("docs/configuration.md")).toBe(configurationReference());
  });
  it.each(Object.entries(CONFIGURATION_EXAMPLES.sections))(
    "the example of the section %s is accepted",
    (title, text) => {
      const config = small({
        attachment: title.includes("AksCompute")
          ? {}
          : { kind: "KubernetesCompute", extension: { enableTraining: true } },
      });
      const { dev } = config.environments;
      const { scoring } = dev.clusters;
      const example = parse(text.replaceAll("```yaml", "").replaceAll("```", ""));
      const owner = [dev, scoring.create, scoring.attachment, scoring].find(
        (each) => (Object.keys(example)[0] as string) in each,
      );
      Object.assign(
        owner ?? (/extension|tls/.test(text) ? scoring.attachment : /backend/.test(text) ? dev : scoring.create),
        example,
      );
      expect(() => load(config)).not.toThrow();
      expect(read("docs/configuration.md")).toContain(text);
    },
  );
  it("the examples of docs/configuration.md that stand alone are accepted", () => {
    const [whole, acknowledge] = [CONFIGURATION_EXAMPLES.whole, CONFIGURATION_EXAMPLES.acknowledge].map((text) =>
      parse(text.replaceAll("```yaml", "").replaceAll("```", "")),
    );
    expect(() => load({ ...whole, ...acknowledge })).not.toThrow();
  });
  it("docs/attach-with.md is what decides (npm run docs)", () => {
    expect(read("docs/attach-with.md")).toBe(attachWithPage());
    expect(azuremlAks(["explain", "attachWith"]).stdout).toContain(DECISIONS[0]?.why);
  });
  it.each([
    ["docs/library.md", 4],
    ["docs/testing.md", 2],
  ])("%s shows what the example does", (page, count) => {
    const programs = ["constructs.ts", "stacks.ts", "review.ts", "testing.ts"].map((name) =>
      read(`examples/library/${name}`).replaceAll(/^ +/gm, ""),
    );
    const blocks = [...read(page).matchAll(/```ts\n(.*?)```/gs)].map((match) =>
      (match[1] as string).replaceAll(/^ +/gm, ""),
    );
    expect(blocks.length).toBeGreaterThanOrEqual(count);
    for (const block of blocks)
      expect(
        programs.some((program) => program.includes(block)),
        block,
      ).toBe(true);
  });
  it("docs/rules and docs/constraints.md are what the rules say (npm run docs)", () => {
    const pages = rulePages();
    for (const [file, page] of pages) expect(read(file), file).toBe(page);
    const files = readdirSync(join(ROOT, "docs/rules"), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files).toHaveLength(pages.size);
    expect(read("docs/constraints.md")).toBe(constraintsPage());
  });
  it("every constraint of the article has a rule, a test that shows the design, or a reason", () => {
    expect(CONSTRAINTS).toHaveLength(52);
    const ids = RULES.map(({ id }) => id);
    const tests = readdirSync(join(ROOT, "__tests__"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.name.endsWith(".test.ts"))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
    for (const { says, rules = [], byDesign, reason } of CONSTRAINTS) {
      expect(rules.length > 0 || byDesign !== undefined || reason !== undefined, says).toBe(true);
      for (const id of rules) expect(ids).toContain(id);
      if (byDesign)
        expect(
          tests.some((text) =>
            new RegExp(`\\(\\s*"[^"\n]*${literally(byDesign)}|^ {2}"?${literally(byDesign)}"?: \\[`, "m").test(text),
          ),
          byDesign,
        ).toBe(true);
    }
    for (const row of read("docs/constraints.md")
      .split("\n")
      .filter((line) => /^\| C\d\d /.test(line))) {
      expect(
        row
          .split("|")
          .slice(1, -1)
          .every((text) => text.trim() !== ""),
        row,
      ).toBe(true);
    }
  });
  it("the README's configuration synthesizes, and what it acknowledges is found", () => {
    const blocks = yamlOf("README.md");
    const example = blocks.find((block) => block.environments);
    expect(Object.keys(synthesized(example))).toEqual(["dev-ml-cluster", "dev-ml-kubernetes", "dev-ml-attachment"]);
    const acknowledged = blocks.find((block) => block.acknowledge);
    vi.stubEnv("SOURCE_DATE_EPOCH", "1795000000");
    const found = findings({ ...example, ...acknowledged });
    expect(found.filter(({ level }) => level === "error")).toEqual([]);
    expect(found.find(({ rule }) => rule === "tls/dns-record")?.acknowledged).toBeDefined();
    vi.unstubAllEnvs();
  });
  it("the backends of docs/deploy.md are accepted", () => {
    const example = yamlOf("README.md").find((block) => block.environments);
    const backends = yamlOf("docs/deploy.md").filter((block) => block.backend);
    expect(backends).toHaveLength(3);
    for (const { backend } of backends)
      expect(Object.keys(synthesized({ ...example, defaults: { ...example.defaults, backend } }))).toHaveLength(3);
  });
  it("the README shows in its first screen what is found in docs/mistakes.yaml, and how to install and start", () => {
    const text = read("README.md");
    const { stdout } = azuremlAks(["check", "docs/mistakes.yaml"], { env: { SOURCE_DATE_EPOCH: "1795000000" } });
    const [, shown = ""] = /```\n(docs\/mistakes.*?)```/s.exec(text) ?? [];
    const found = shown.trim().split("\n\n");
    expect(found).toHaveLength(2);
    for (const finding of found) expect(stdout).toContain(`${finding}\n\n`);
    const lines = text.split("\n");
    expect(lines.length).toBeLessThanOrEqual(151);
    const screen = lines.slice(0, 45).join("\n");
    for (const part of [shown, "npm install --save-exact", "npx azureml-aks init", "npx azureml-aks check"])
      expect(screen).toContain(part);
    // Every new rule changes how many there are.
    expect(text).not.toMatch(/\d+ (errors?|warnings?|notes?|checks?|rules?)\b/);
  });
  it("one page says how the package is installed, and names the version that this is", () => {
    const { name, version } = JSON.parse(read("package.json"));
    const pages = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" }).filter((file) =>
      /^[^/]*\.md$|^recipes\/.*\.md$/.test(file),
    );
    for (const file of ["README.md", ...pages.map((page) => `docs/${page}`)]) {
      const text = read(file);
      for (const [, given] of text.matchAll(new RegExp(`${name}-(\\d+\\.\\d+\\.\\d+)\\.tgz`, "g")))
        expect(given, file).toBe(version);
      const isPlace = ["README.md", "docs/install.md"].includes(file);
      if (!isPlace) expect(text, file).not.toMatch(new RegExp(`npm (install|i|add) [^\\n]*${name}(?![\\w/-])`));
    }
    expect(read("README.md")).toContain("docs/install.md");
  });
  it("ADR 1 names every dependency with its version", () => {
    const { dependencies, devDependencies } = JSON.parse(read("package.json"));
    const adr = read("docs/adr/0001-dependencies.md");
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      if (name.startsWith("@types/")) continue;
      const short = name.replace("@biomejs/", "");
      expect(adr).toMatch(new RegExp(`${short} \\(?\\|? ?${String(version).replaceAll(".", "\\.")}`));
    }
  });
  it("versions are exact", () => {
    const { dependencies, devDependencies } = JSON.parse(read("package.json"));
    for (const version of Object.values({ ...dependencies, ...devDependencies }))
      expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  });
});

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
