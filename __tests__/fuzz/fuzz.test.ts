import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adoptedConfiguration } from "../../adopt/configuration.ts";
import { parseConfig } from "../../config/load.ts";
import { toDot } from "../../diagram/dot.ts";
import { toMermaid } from "../../diagram/mermaid.ts";
import { UserError } from "../../errors/user-error.ts";
import { Model } from "../../model/model.ts";
import { rendererOf } from "../../report/formats.ts";
import type { Report } from "../../report/report.ts";
import { auditOf } from "../../review/audit.ts";
import { reviewOf } from "../../review/review.ts";
import { RULES, rulesOf } from "../../rules/catalogue.ts";
import { judge } from "../../rules/judge.ts";
import { readHcl } from "../../sources/hcl/hcl.ts";
import { readInventory, readInventoryFile } from "../../sources/inventory/inventory.ts";
import { readPlanFile } from "../../sources/plan/file.ts";
import { readPlan } from "../../sources/plan/json.ts";
import { parserOfHcl } from "../hcl/parser.ts";
import { INPUTS, type InputKind, SECRET } from "./inputs.ts";

/** `npm run fuzz` gives the seconds for all kinds together, and takes other inputs each time. Without them: few, and the same. */
const SECONDS = Number(process.env.AZUREML_AKS_FUZZ_SECONDS ?? 0);
const FEW = { numRuns: 40 };
const KINDS = Object.keys(INPUTS) as InputKind[];

/** Inputs that once broke something, and some that are meant to, by their kind: `plan-NAME.txt`. */
const CORPUS = join(import.meta.dirname, "corpus");

/**
 * Of the processor's time, however large the input: nobody waits longer for what is broken. Only `npm run fuzz` looks at the
 * clock: how cost grows is tested as a ratio, in growth.test.ts.
 */
const MAX_MILLISECONDS = SECONDS > 0 ? 5_000 : Number.POSITIVE_INFINITY;

const TODAY = "2026-11-26";
const parse = await parserOfHcl();
const renderers = await Promise.all(["text", "json", "markdown", "sarif", "junit", "github"].map(rendererOf));

/** What a user sees of an input, in all formats. */
const SHOW: Readonly<Record<InputKind, (text: string) => string>> = {
  plan: (text) => {
    const plan = readPlan(readPlanFile(Buffer.from(text)));
    return shown(reviewOf([{ name: "stack", file: "plan.json", plan }], { today: TODAY }));
  },
  inventory: (text) => {
    const inventory = readInventory(readInventoryFile(Buffer.from(text)));
    const inventories = [{ name: "stack", file: "aks.json", inventory }];
    return shown(auditOf(inventories, { today: TODAY })) + takenOver(inventories);
  },
  terraform: (text) => {
    const files = new Map([["main.tf", text]]);
    const { stack } = readHcl({ name: "stack", folder: "m" }, (folder) => (folder === "m" ? files : undefined), parse);
    return shown(judge(new Model([stack]), rulesOf("synthesis"), { today: TODAY }));
  },
  configuration: (text) => {
    const result = parseConfig(text, "azureml-aks.yaml", { rules: RULES });
    return result.ok ? "" : shown({ findings: result.findings, checked: 0 });
  },
};

/** The configuration of what is there, which is read again whatever is in it. */
function takenOver(inventories: Parameters<typeof adoptedConfiguration>[0]): string {
  try {
    const { text, notes } = adoptedConfiguration(inventories);
    parseConfig(text, "azureml-aks.yaml", { rules: RULES });
    return [text, ...notes].join("\n");
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

function shown(report: Report): string {
  expect(report.findings.map(({ rule }) => rule)).not.toContain("rule/crashed");
  const { before, after } = report.draw?.() ?? {};
  const pictures = [before, after].map((graph) => (graph ? toDot(graph) + toMermaid(graph) : ""));
  return [...renderers.map((render) => render(report, { colour: false })), ...pictures].join("");
}

/** A report or an error for the user, soon, and no secret in it. */
function survives(kind: InputKind, text: string): void {
  const start = process.cpuUsage();
  let output: string;
  try {
    output = SHOW[kind](text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    output = error.message;
  }
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000).toBeLessThan(MAX_MILLISECONDS);
  expect(output).not.toContain(SECRET);
}

describe.each(KINDS)("whatever is in it, one gets a report or a clear error of a %s", (kind) => {
  const known = readdirSync(CORPUS).filter((name) => name.startsWith(`${kind}-`));
  it.each(known)("%s", (name) => survives(kind, readFileSync(join(CORPUS, name), "utf8")));
  it(
    "of any",
    () => {
      let runs = 0;
      const property = fc.property(INPUTS[kind], (text) => {
        runs++;
        survives(kind, text);
      });
      const seconds = SECONDS / KINDS.length;
      const many = { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: 1000 * seconds };
      const details = fc.check(property, SECONDS > 0 ? many : FEW);
      if (details.failed && details.counterexample) {
        const [text] = details.counterexample;
        const file = join(CORPUS, `${kind}-${createHash("sha256").update(text).digest("hex").slice(0, 8)}.txt`);
        if (SECONDS > 0) writeFileSync(file, text);
        throw new Error(`${fc.defaultReportMessage(details)}\n${SECONDS > 0 ? `The input is in ${file}` : ""}`);
      }
      if (SECONDS > 0) console.log(`${kind}: ${runs} inputs in ${seconds} seconds`);
      expect(runs).toBeGreaterThan(0);
    },
    (SECONDS + 60) * 1000,
  );
});
