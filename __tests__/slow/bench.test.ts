import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reviewOf } from "../../review/review.ts";
import { readPlanFile } from "../../sources/plan/file.ts";
import { readPlan } from "../../sources/plan/json.ts";
import { today } from "../../sources/today.ts";
import { DEEP_BINDINGS } from "../../tools/bench/deep-bindings.ts";
import { performancePage } from "../../tools/bench/performance-page.ts";
import { writePlan } from "../../tools/bench/plan.ts";
import { RESULTS } from "../../tools/bench/results.ts";
import { synthesizeShipped } from "../../tools/bench/shipped.ts";
import { type Json, ROOT, synthesized, temporaryFolder } from "../helpers.ts";

const addresses = (json: Json): string[] =>
  ["resource", "data", "ephemeral"].flatMap((kind) =>
    Object.entries<Json>(json[kind] ?? {}).flatMap(([type, instances]) =>
      Object.keys(instances).map((name) => `${kind} ${type}.${name}`),
    ),
  );

describe("the benchmark", () => {
  it("measures against a program by hand that makes the same resources", () => {
    const folder = temporaryFolder();
    synthesizeShipped(DEEP_BINDINGS, folder);
    for (const [stack, json] of Object.entries(synthesized(readFileSync(join(ROOT, "azureml-aks.yaml"), "utf8")))) {
      const byHand = JSON.parse(readFileSync(join(folder, "stacks", stack, "cdk.tf.json"), "utf8"));
      expect(addresses(byHand).sort(), stack).toEqual(addresses(json).sort());
    }
  });
  it("reviews a plan of the size that it names, with the clusters that it names", () => {
    const file = join(temporaryFolder(), "plan.json");
    writePlan(file, 3, 10);
    expect(Math.abs(statSync(file).size / 1e6 - 3)).toBeLessThan(0.3);
    const report = reviewOf([{ name: "plan", file, plan: readPlan(readPlanFile(readFileSync(file))) }], {
      today: today(),
    });
    expect(report.changes).toHaveLength(10);
    expect(report.findings.filter(({ verdict }) => verdict === "unknown")).toEqual([]);
  });
  it("met its figures when it ran last, and docs/performance.md is made from that (npm run bench)", () => {
    expect(readFileSync(join(ROOT, "docs/performance.md"), "utf8")).toBe(performancePage());
    const results = JSON.parse(readFileSync(join(ROOT, "tools/bench/results.json"), "utf8"));
    for (const {
      name,
      allowed = Number.POSITIVE_INFINITY,
      atLeast = 0,
      memoryAllowed = Number.POSITIVE_INFINITY,
    } of RESULTS) {
      expect(results[name]?.time, name).toBeLessThanOrEqual(allowed);
      expect(results[name]?.time, name).toBeGreaterThanOrEqual(atLeast);
      expect(results[name]?.memory, name).toBeLessThanOrEqual(memoryAllowed);
    }
  });
});
