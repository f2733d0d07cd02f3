import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { DECISIONS } from "../azure/attach-with.ts";
import { RULES } from "../rules/catalogue.ts";
import { attachWithPage } from "../tools/attach-with-page.ts";
import { configurationReference } from "../tools/configuration-reference.ts";
import { CONSTRAINTS, constraintsPage } from "../tools/constraints.ts";
import { libraryReference, readLibrary, undocumented } from "../tools/library-reference.ts";
import { rulePages } from "../tools/rule-pages.ts";
import { azuremlAks, findings, ROOT, synthesized } from "./helpers.ts";

const read = (name: string): string => readFileSync(join(ROOT, name), "utf8");

describe("documentation says what the program does", () => {
  it("docs/configuration.md is what the schema says (npm run docs)", () => {
    expect(read("docs/configuration.md")).toBe(configurationReference());
  });
  it("docs/attach-with.md is what decides (npm run docs)", () => {
    expect(read("docs/attach-with.md")).toBe(attachWithPage());
    expect(azuremlAks(["explain", "attachWith"]).stdout).toContain(DECISIONS[0]?.why);
  });
  it("docs/library-reference.md is what the doc comments say (npm run docs), and none is missing", () => {
    const library = readLibrary(ROOT);
    expect(read("docs/library-reference.md")).toBe(libraryReference(library));
    expect(undocumented(library)).toEqual([]);
    expect(libraryReference(library)).toMatch(
      /### AzureMlExtensionProps\n\n.*\n\nWith every member of \[ExtensionOptions\]\(#extensionoptions\)\.\n/,
    );
  });
  it("docs/library.md shows what the example does", () => {
    const programs = ["constructs.ts", "stacks.ts", "review.ts"].map((name) =>
      read(`examples/library/${name}`).replaceAll(/^ +/gm, ""),
    );
    const blocks = [...read("docs/library.md").matchAll(/```ts\n(.*?)```/gs)].map((match) =>
      (match[1] as string).replaceAll(/^ +/gm, ""),
    );
    expect(blocks.length).toBeGreaterThan(3);
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
  it("the README's configuration synthesizes, and its backends are accepted", () => {
    const blocks = [...read("README.md").matchAll(/```yaml\n(.*?)```/gs)].map((match) => parse(match[1] as string));
    const example = blocks.find((block) => block.environments);
    expect(Object.keys(synthesized(example))).toEqual(["dev-scoring-cluster", "dev-scoring-attachment"]);
    const acknowledged = blocks.find((block) => block.acknowledge);
    vi.stubEnv("SOURCE_DATE_EPOCH", "1795000000");
    expect(
      findings({ ...example, ...acknowledged }).find(({ rule }) => rule === "attachment/legacy")?.acknowledged,
    ).toBeDefined();
    vi.unstubAllEnvs();
    const backends = blocks.filter((block) => block.backend);
    expect(backends.length).toBeGreaterThan(0);
    for (const { backend } of backends)
      expect(Object.keys(synthesized({ ...example, defaults: { ...example.defaults, backend } }))).toHaveLength(2);
  });
  it("the README shows what the shipped configuration gives", () => {
    const { stdout } = azuremlAks(["check"], { env: { SOURCE_DATE_EPOCH: "1795000000" } });
    const [, finding = ""] = /-- check\n```\n\n[^\n]*\n\n```\n(.*?)```/s.exec(read("README.md")) ?? [];
    expect(finding).not.toBe("");
    expect(stdout).toContain(`${finding}\n`);
    // Every new rule changes how many there are.
    expect(read("README.md")).not.toMatch(/\d+ (errors?|warnings?|notes?|checks?|rules?)\b/);
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
