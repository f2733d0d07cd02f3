import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { exampleCommand, exampleNames, exampleOutput } from "../tools/example-output.ts";
import { findings, type Json, ROOT } from "./helpers.ts";

const EXAMPLES = join(ROOT, "examples");
const NAMES = exampleNames();
const ARTICLE = "https://learn.microsoft.com/azure/machine-learning/v1/how-to-create-attach-kubernetes";

const read = (...path: string[]): string => readFileSync(join(EXAMPLES, ...path), "utf8");
const linksOf = (text: string): string[] =>
  [...text.matchAll(/\]\((?!https:)([^)#]+)(?:#[\w-]+)?\)/g)].map((match) => match[1] as string);

describe.each(NAMES)("the example %s", (name) => {
  it("holds a configuration, a README and its output, and nothing else", () => {
    expect(
      readdirSync(join(EXAMPLES, name)).filter((file) => file !== "cdktf.out" && !file.includes(".tfstate")),
    ).toEqual(["README.md", "azureml-aks.yaml", "expected"]);
  });
  it("gives what stands in expected/ (npm run examples)", () => {
    const output = exampleOutput(name);
    expect(readdirSync(join(EXAMPLES, name, "expected")).sort()).toEqual([...output.keys()].sort());
    for (const [file, text] of output) {
      const parse = (content: string): Json => (file.endsWith(".json") ? JSON.parse(content) : content);
      expect(parse(read(name, "expected", file)), file).toEqual(parse(text));
    }
  });
  it("has no error", () => {
    expect(
      findings(read(name, "azureml-aks.yaml")).filter(({ level, verdict }) => level === "error" && verdict === "fail"),
    ).toEqual([]);
  });
  it("holds no path of a machine and no time", () => {
    for (const file of readdirSync(join(EXAMPLES, name, "expected"))) {
      const text = read(name, "expected", file);
      expect(text, file).not.toMatch(/["\s]\/(?!subscriptions\/)[a-z]/i);
      expect(text, file).not.toMatch(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/);
    }
  });
  it("says in its README how to run it, what comes out, and who says so", () => {
    const text = read(name, "README.md");
    expect(text).toContain(`\n\`\`\`sh\n${exampleCommand(name)}\n\`\`\`\n`);
    expect(text).toContain(ARTICLE);
    const links = linksOf(text);
    for (const file of readdirSync(join(EXAMPLES, name, "expected"))) expect(links).toContain(`expected/${file}`);
  });
});

describe("the production cluster", () => {
  it("has no finding above note", () => {
    const found = findings(read("production-cluster", "azureml-aks.yaml"));
    expect(found.filter(({ level, verdict }) => level !== "note" && verdict === "fail")).toEqual([]);
  });
});

describe("the list of examples", () => {
  const list = read("README.md");
  it("names each of them", () => {
    expect(
      [...list.matchAll(/^\| .* \| \[([\w-]+)\]\(\1\/README\.md\) \|$/gm)].map((match) => match[1]).sort(),
    ).toEqual(NAMES);
  });
  it("is found from the README", () => {
    expect(linksOf(readFileSync(join(ROOT, "README.md"), "utf8"))).toContain("examples/README.md");
  });
  it.each([
    "README.md",
    "docs/hcp-terraform.md",
    "examples/README.md",
    ...NAMES.map((name) => `examples/${name}/README.md`),
    ...readdirSync(join(ROOT, "docs/recipes")).map((file) => `docs/recipes/${file}`),
  ])("%s leads to files that exist", (file) => {
    for (const link of linksOf(readFileSync(join(ROOT, file), "utf8")))
      expect(existsSync(join(ROOT, dirname(file), link)), link).toBe(true);
  });
});
