import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { configurationReference } from "../scripts/configuration-reference.ts";
import { findings, ROOT, synthesized } from "./helpers.ts";

const read = (name: string): string => readFileSync(join(ROOT, name), "utf8");

describe("documentation says what the program does", () => {
  it("docs/configuration.md is what the schema says (npm run docs)", () => {
    expect(read("docs/configuration.md")).toBe(configurationReference());
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
