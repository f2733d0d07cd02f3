import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findings, ROOT, synthesized } from "./helpers.ts";

const RECIPES = join(ROOT, "docs/recipes");

describe("a recipe", () => {
  it.each(readdirSync(RECIPES))("%s: the configuration gives the JSON that it shows", (file) => {
    const text = readFileSync(join(RECIPES, file), "utf8");
    const [, config = ""] = /```yaml\n(.*?)```/s.exec(text) ?? [];
    const stacks = synthesized(config);
    const shown = [...text.matchAll(/In `([\w-]+)`:\n\n```json\n(.*?)```/gs)];
    expect(shown.length).toBeGreaterThan(0);
    for (const [, stack = "", json = ""] of shown) expect(stacks[stack]).toMatchObject(JSON.parse(json));
    expect(findings(config).filter(({ level, verdict }) => level === "error" && verdict === "fail")).toEqual([]);
  });
});
