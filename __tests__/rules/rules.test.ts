import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../model/finding.ts";
import type { Model } from "../../model/model.ts";
import { RULES } from "../../rules/catalogue.ts";
import { exampleConfiguration, WHOLE_RESOURCE } from "../../rules/examples.ts";
import { judge } from "../../rules/judge.ts";
import type { ConfigurationPart, Example, Rule } from "../../rules/rule.ts";
import { findings, ROOT } from "../helpers.ts";
import { runs } from "../repeatable.ts";
import {
  ALTERNATIVES,
  differences,
  LATER,
  outcome,
  placesOf,
  planned,
  replaced,
  synthesized,
  TODAY,
  wrongAnswers,
} from "./outcome.ts";

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

describe("what is wrong and was so before", () => {
  // What refers to something has its value in a state, and none here; an empty text is nothing there.
  // A key that is written down is written down whether or not anything changes.
  const still = RULES.filter(({ id }) => id !== "tls/key-by-reference").flatMap((rule) =>
    rule.examples.failing
      .filter(
        (example) =>
          !example.before && rule.phases.includes("plan") && !/\$\{|:""/.test(JSON.stringify(example.stacks)),
      )
      .map(
        (example) =>
          [rule.id, example.shows, rule, { ...example, before: example.stacks as Example["before"] }] as const,
      ),
  );
  it.each(still)("%s, %s: is no error of a plan that leaves it as it is", (_, __, rule, example) => {
    const { findings } = judge(planned(example), [rule], { today: TODAY, ...example.circumstances });
    expect(findings.filter(({ verdict, level }) => verdict === "fail" && level === "error")).toEqual([]);
  });
});

describe("every configuration", () => {
  const configured = RULES.flatMap((rule) =>
    typeof rule.configuration === "string" ? [] : [[rule.id, rule.configuration, rule] as const],
  );
  const known = new Map<ConfigurationPart, readonly Finding[]>();
  const findingsOf = (part: ConfigurationPart, rule: Rule): readonly Finding[] => {
    const found = known.get(part) ?? findings(exampleConfiguration(part), [rule]);
    known.set(part, found);
    return found;
  };
  const found = (part: ConfigurationPart, rule: Rule): boolean =>
    findingsOf(part, rule).some((finding) => finding.rule === rule.id && finding.verdict === "fail");
  it.each(configured)("of %s passes or is found, as its page says", (_, { passing, failing }, rule) => {
    if (passing) expect(found(passing, rule)).toBe(false);
    expect(found(failing, rule)).toBe(true);
  });
  it("is advised in its own keys, and Terraform in Terraform's", () => {
    const terraformNames = /\b[a-z]+(_[a-z]+)+\b|\[0\]|lifecycle/;
    const wrong = configured.flatMap(([id, { failing }, own]) =>
      findingsOf(failing, own)
        .filter(({ rule, advice = "" }) => rule === id && terraformNames.test(advice))
        .map(({ advice }) => `${id}: ${advice}`),
    );
    expect(wrong).toEqual([]);
    // Keys of the configuration that nobody but the configuration has.
    const keys =
      /\b(adopt|attachWith|apiServer|authorizedIpRanges|nodePool|minCount|maxCount|nodeCount|vCpus|maxPods|trustedAccess|passedBy|dnsPrefix|serviceCidr|dnsServiceIp|userAssignedIdentity|includeAzureMachineLearning|(?<!scoringFe\.)enableUpgrade)\b|azureml-aks migrate/;
    for (const [id, kind, shows, rule, example] of cases)
      if (kind === "failing")
        for (const [, model] of shapesOf(rule, example))
          for (const { advice } of judge(model, [rule], { today: TODAY, ...example.circumstances }).findings)
            expect(advice, `${id}: ${shows}`).not.toMatch(keys);
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
  it.each(RULES.map((rule) => [rule.id, rule] as const))(
    "%s has a healthy twin: no more differs than matters",
    (_, rule) => {
      const { passing, failing } = rule.examples;
      const twins = failing.flatMap((bad) => passing.map((good) => differences(bad, good)));
      expect(twins.sort((one, other) => one.length - other.length)[0]?.length).toBeLessThanOrEqual(2);
    },
  );
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
  /** The slow tests try every place with every value. Here the same few are tried in every run, to be repeatable. */
  const SOME = { numRuns: runs(500, 200) };
  const places = placesOf(RULES);
  it("never gives a pass or a failure where the answer depends on it", () => {
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.constantFrom(...ALTERNATIVES), (place, alternative) => {
        expect(wrongAnswers(place, [alternative])).toEqual([]);
      }),
      SOME,
    );
  });
  it("never makes a rule throw", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.constantFrom(...ALTERNATIVES, LATER, [], {}, ["${a.b.c}"]),
        ({ rule, example, path }, value) => {
          expect(
            outcome(rule, synthesized(replaced(example, path, value)), example),
            `${rule.id} ${path.join(".")} ${JSON.stringify(value)}`,
          ).not.toBe("crash");
        },
      ),
      SOME,
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
