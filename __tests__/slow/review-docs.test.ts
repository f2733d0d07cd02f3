import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { MEANINGS } from "../../model/finding.ts";
import { attachment, cluster, example } from "../../rules/examples.ts";
import { type Json, ROOT, temporaryFolder } from "../helpers.ts";
import { planOf } from "../plan-of.ts";

const PAGE = readFileSync(join(ROOT, "docs/review.md"), "utf8");
const blocks = (language: string): string[] =>
  [...PAGE.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map(([, text]) => text as string);

/** How a reader calls the command: installed before, or from its package by name. */
const COMMAND = /\bnpx (--yes --package cdktf-azureml-aks )?azureml-aks\b/;

/** Every script of a pipeline, wherever it stands. */
function scripts(value: Json): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries<Json>(value).flatMap(([key, item]) =>
    typeof item === "string" && ["run", "script"].includes(key) ? [item] : scripts(item),
  );
}

const commands = [...blocks("yaml").flatMap((text) => scripts(parse(text))), ...blocks("sh")]
  .flatMap((script) => script.replaceAll("|\n", "| ").split("\n"))
  .map((line) => line.trim().replace(/^curl .*\\$/, ""))
  .filter((line) => line.includes("azureml-aks review"))
  // What comes from the API is the plan.
  .map((line) => line.replace(/^"https:.*\| +npx/, "cat plan.json | npx"));

it("every command of docs/review.md runs", () => {
  expect(commands).toHaveLength(2);
  const folder = temporaryFolder();
  const { stack } = example("", cluster(), attachment()).stacks;
  writeFileSync(join(folder, "plan.json"), JSON.stringify(planOf(stack)));
  const program = `"${process.execPath}" "${join(ROOT, "tools/run.mjs")}" cli`;
  for (const command of commands) {
    expect(command).toMatch(COMMAND);
    const run = spawnSync("sh", ["-c", command.replace(COMMAND, program)], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, SHOWFILE: "plan.json" },
    });
    expect({ command, status: run.status, stderr: run.stderr }).toEqual({ command, status: 0, stderr: "" });
    expect(run.stdout, command).toMatch(/the plan: attach, create-cluster/);
  }
});

it("docs/review.md names every meaning", () => {
  const table = PAGE.slice(PAGE.indexOf("| meaning |"), PAGE.indexOf("## What is read"));
  for (const meaning of MEANINGS) expect(table).toMatch(new RegExp(`^\\|[^|]*\\b${meaning}\\b`, "m"));
});
