import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { DECISIONS } from "../azure/attach-with.ts";
import { attachWithPage } from "../scripts/attach-with-page.ts";
import { configurationReference } from "../scripts/configuration-reference.ts";
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
  it("the README's configuration synthesizes, and its backends are accepted", () => {
    const blocks = [...read("README.md").matchAll(/```yaml\n(.*?)```/gs)].map((match) => parse(match[1] as string));
    const example = blocks.find((block) => block.environments);
    expect(Object.keys(synthesized(example))).toEqual(["dev-scoring-cluster", "dev-scoring-attachment"]);
    const acknowledged = blocks.find((block) => block.acknowledge);
    expect(findings({ ...example, ...acknowledged }).find(({ rule }) => rule === "attachment/legacy")?.acknowledged).toBeDefined();
    const backends = blocks.filter((block) => block.backend);
    expect(backends.length).toBeGreaterThan(0);
    for (const { backend } of backends) expect(Object.keys(synthesized({ ...example, defaults: { ...example.defaults, backend } }))).toHaveLength(2);
  });
  it("the README shows what the shipped configuration gives", () => {
    const summary = azuremlAks(["check"], { env: { SOURCE_DATE_EPOCH: "1795000000" } })
      .stdout.trimEnd()
      .split("\n")
      .at(-1) as string;
    expect(read("README.md")).toContain(`\n${summary}\n`);
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
    for (const version of Object.values({ ...dependencies, ...devDependencies })) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
