import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Model } from "../../model/model.ts";
import { RULES } from "../../rules/catalogue.ts";
import { WHOLE_RESOURCE } from "../../rules/examples.ts";
import { judge } from "../../rules/judge.ts";
import type { ConfigurationPart, Example, Rule } from "../../rules/rule.ts";
import { readPlan } from "../../sources/plan/json.ts";
import { fromPlan } from "../../sources/plan/plan.ts";
import { fromSynthesis } from "../../sources/synthesis.ts";
import { exampleConfiguration } from "../../tools/rule-pages.ts";
import { findings, type Json, ROOT } from "../helpers.ts";
import { planOf } from "../plan-of.ts";

const TODAY = "2026-11-24";

type Outcome = "pass" | "fail" | "unknown" | "crash";

const stacksOf = ({ stacks }: Example): { name: string; json: Json }[] =>
  Object.entries(stacks).map(([name, json]) => ({ name, json }));
const synthesized = (example: Example): Model => fromSynthesis(stacksOf(example));
const planned = (example: Example): Model =>
  fromPlan(
    stacksOf(example).map(({ name, json }) => ({
      name,
      plan: readPlan(planOf(json, { before: example.before?.[name], replacing: example.replacing })),
    })),
  );

function outcome(rule: Rule, model: Model, { circumstances = {} }: Partial<Example> = {}): Outcome {
  const { findings } = judge(model, [rule], { today: TODAY, ...circumstances });
  if (findings.some((finding) => finding.rule === "rule/crashed")) return "crash";
  // A note beside a pass says something about it.
  if (findings.some(({ verdict, level }) => verdict === "fail" && (level !== "note" || rule.level === "note")))
    return "fail";
  return findings.some(({ verdict }) => verdict === "unknown") ? "unknown" : "pass";
}

const EXPECTED = { passing: "pass", failing: "fail", unknown: "unknown" } as const;
const cases = RULES.flatMap((rule) =>
  (["passing", "failing", "unknown"] as const).flatMap((kind) =>
    rule.examples[kind].map((example) => [rule.id, kind, example.shows, rule, example] as const),
  ),
);

/** The model of an example as synthesized JSON and as a plan, as far as the rule judges them. */
function shapesOf(rule: Rule, example: Example): [shape: string, model: Model][] {
  return [
    ...(rule.phases.includes("synthesis") && !example.before
      ? [["synthesized", synthesized(example)] as [string, Model]]
      : []),
    ...(rule.phases.includes("plan") ? [["planned", planned(example)] as [string, Model]] : []),
  ];
}

describe("every example", () => {
  it.each(cases)("%s, %s: %s", (_, kind, __, rule, example) => {
    const outcomes = shapesOf(rule, example).map(([shape, model]) => [shape, outcome(rule, model, example)]);
    expect(outcomes).toEqual(outcomes.map(([shape]) => [shape, EXPECTED[kind]]));
    expect(outcomes.length).toBeGreaterThan(0);
  });
  const failing = RULES.flatMap((rule) =>
    rule.examples.failing.map((example) => [rule.id, example.shows, rule, example] as const),
  );
  it.each(failing)("%s, %s: names the attribute that is found", (_, __, rule, example) => {
    for (const [shape, model] of shapesOf(rule, example)) {
      const { findings } = judge(model, [rule], { today: TODAY, ...example.circumstances });
      const found = findings
        .filter(({ verdict }) => verdict === "fail")
        .map(({ where }) => where.attribute ?? WHOLE_RESOURCE);
      expect({ shape, found }).toEqual({ shape, found: example.finds });
    }
  });
});

describe("every configuration", () => {
  const configured = RULES.flatMap((rule) =>
    typeof rule.configuration === "string" ? [] : [[rule.id, rule.configuration] as const],
  );
  const found = (part: ConfigurationPart, id: string): boolean =>
    findings(exampleConfiguration(part)).some(({ rule, verdict }) => rule === id && verdict === "fail");
  it.each(configured)("of %s passes or is found, as its page says", (id, { passing, failing }) => {
    if (passing) expect(found(passing, id)).toBe(false);
    expect(found(failing, id)).toBe(true);
  });
  it("is there, or why a configuration cannot break the rule", () => {
    for (const { id, configuration, phases } of RULES) {
      if (typeof configuration !== "string") expect(phases, id).toContain("synthesis");
      else expect(configuration, id).toMatch(/\.$/);
    }
  });
});

describe("every rule", () => {
  it.each(RULES.map((rule) => [rule.id, rule] as const))("%s is whole", (id, rule) => {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*\/[a-z]+(-[a-z]+)*$/);
    expect(existsSync(join(ROOT, "rules", `${id}.ts`))).toBe(true);
    expect(rule.source).toMatch(
      /^https:\/\/(learn\.microsoft\.com|registry\.terraform\.io|developer\.hashicorp\.com|github\.com)\//,
    );
    for (const text of [rule.fact, rule.why]) expect(text).toMatch(/^([A-Z]|azure|dns_).*\.$/);
    expect(rule.phases.length).toBeGreaterThan(0);
    expect(rule.examples.passing.length).toBeGreaterThan(0);
    expect(rule.examples.failing.length).toBeGreaterThan(0);
  });
  it("has an identity of its own", () => {
    const ids = RULES.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });
  it("that has a file is in the list", () => {
    const folders = readdirSync(join(ROOT, "rules"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const files = folders.flatMap(({ name }) =>
      readdirSync(join(ROOT, "rules", name)).map((file) => `${name}/${file.replace(/\.ts$/, "")}`),
    );
    expect(RULES.map(({ id }) => id).sort()).toEqual(files.sort());
  });
  it("says what is wrong and what to do, in the example's own terms, and where", () => {
    for (const [id, kind, shows, rule, example] of cases) {
      if (kind !== "failing") continue;
      for (const { message, advice, where } of judge(synthesized(example), [rule], {
        today: TODAY,
        ...example.circumstances,
      }).findings) {
        expect(`${message} ${advice}`, `${id}: ${shows}`).not.toMatch(/undefined|NaN|\[object|null/);
        expect(advice, `${id}: ${shows}`).toBeTruthy();
        expect(where, `${id}: ${shows}`).toMatchObject({ stack: "stack", address: expect.any(String) });
      }
    }
  });
});

describe("what is not known", () => {
  /** Paths of the leaves of the resources, from the example's root. */
  function leaves(value: Json, path: string[] = []): string[][] {
    if (typeof value !== "object" || value === null) return [path];
    return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
  }
  function replaced(example: Example, path: readonly string[], value: unknown): Example {
    const copy = { ...example, stacks: structuredClone(example.stacks) };
    let parent: Json = copy.stacks;
    for (const step of path.slice(0, -1)) parent = parent[step];
    parent[path.at(-1) as string] = value;
    return copy;
  }
  const places = cases
    // Whether a value is written down, and what it refers to, is what these two ask: a reference is their answer.
    .filter(
      ([id, kind, , rule]) =>
        kind !== "unknown" &&
        rule.phases.includes("synthesis") &&
        !["tls/key-by-reference", "tls/key-in-state"].includes(id),
    )
    .flatMap(([, , , rule, example]) =>
      leaves(example.stacks)
        .filter(
          (path) =>
            path[1] === "resource" &&
            !["type", "computeType", "kind", "extension_type"].includes(path.at(-1) as string),
        )
        .map((path) => ({ rule, example, path })),
    );
  const alternatives: readonly unknown[] = [
    true,
    false,
    "",
    "x",
    "10.0.0.0/8",
    0,
    1,
    99,
    "Standard_D2s_v5",
    "Standard_D64s_v5",
    "DevTest",
    "none",
    null,
  ];

  it("never gives a pass or a failure where the answer depends on it", () => {
    fc.assert(
      fc.property(fc.nat(places.length - 1), fc.constantFrom(...alternatives), (index, alternative) => {
        const { rule, example, path } = places[index] as (typeof places)[number];
        // What is written down counts as given, though a variable may turn out to be null.
        if (
          alternative === null &&
          (rule.id.startsWith("tls/") || ["kubernetes/extension-settings", "cluster/route-table"].includes(rule.id))
        )
          return;
        const before = outcome(rule, synthesized(example), example);
        const after = outcome(rule, synthesized(replaced(example, path, alternative)), example);
        if (before === after || before === "crash" || after === "crash") return;
        expect(
          outcome(rule, synthesized(replaced(example, path, "${var.later}")), example),
          `${rule.id} ${path.join(".")}: ${before}, with ${alternative} ${after}`,
        ).toBe("unknown");
      }),
      { numRuns: 4000, seed: 20261126 },
    );
  });
  it("never makes a rule throw", () => {
    fc.assert(
      fc.property(
        fc.nat(places.length - 1),
        fc.constantFrom(...alternatives, "${var.later}", [], {}, ["${a.b.c}"]),
        (index, value) => {
          const { rule, example, path } = places[index] as (typeof places)[number];
          expect(
            outcome(rule, synthesized(replaced(example, path, value)), example),
            `${rule.id} ${path.join(".")} ${JSON.stringify(value)}`,
          ).not.toBe("crash");
        },
      ),
      { numRuns: 4000, seed: 20261126 },
    );
  });
});

describe("a rule that throws", () => {
  const broken: Rule = {
    ...(RULES[0] as Rule),
    id: "attachment/broken",
    // biome-ignore lint/correctness/useYield: it throws before
    *check() {
      throw new Error("oops");
    },
  };
  it("is a finding of its own and stops nothing", () => {
    const [first] = RULES as [Rule];
    const example = first.examples.failing[0] as Example;
    const { findings } = judge(synthesized(example), [broken, first], { today: TODAY });
    expect(findings).toMatchObject([
      { rule: "rule/crashed", message: expect.stringContaining("attachment/broken") },
      { rule: first.id },
    ]);
  });
});
