import { describe, expect, it } from "vitest";
import type { Model } from "../model/model.ts";
import { Model as ModelOf } from "../model/model.ts";
import { RULES } from "../rules/catalogue.ts";
import { judge } from "../rules/judge.ts";
import type { Example, Rule } from "../rules/rule.ts";
import { readHcl } from "../sources/hcl/hcl.ts";
import type { ParseHcl } from "../sources/hcl/parse.ts";
import { fromInventories, readInventory } from "../sources/inventory/inventory.ts";
import { readPlan } from "../sources/plan/json.ts";
import { fromPlan } from "../sources/plan/plan.ts";
import { parserOfHcl } from "./hcl/parser.ts";
import type { Json } from "./helpers.ts";
import { armOf, hclOf, isKnown, rawStateOf, stateOf, unchangedPlanOf } from "./origins.ts";
import { synthesized, TODAY } from "./rules/outcome.ts";

const stacksOf = ({ stacks }: Example): [name: string, json: Json][] => Object.entries(stacks);

const parse: ParseHcl = await parserOfHcl();

const hcl = (example: Example): Model =>
  new ModelOf(
    stacksOf(example).map(([name, json]) => {
      const { stack, errors } = readHcl(
        { name, folder: name },
        (folder) => (folder === name ? new Map([["main.tf", hclOf(json)]]) : undefined),
        parse,
      );
      expect(errors).toEqual([]);
      return stack;
    }),
  );

const plan = (example: Example): Model =>
  fromPlan(stacksOf(example).map(([name, json]) => ({ name, plan: readPlan(unchangedPlanOf(json)) })));

const inventory = (example: Example, make: (json: Json) => Json): Model =>
  fromInventories(
    stacksOf(example).map(([name, json]) => ({ name, file: name, inventory: readInventory(make(json)) })),
  );

interface Told {
  readonly place: string;
  readonly verdict: string;
  readonly level: string;
}

/** What a rule says: whether it fails or is unknown, at what level, and of which attribute. */
function told(model: Model, rule: Rule, { circumstances }: Example): Told[] {
  const { findings } = judge(model, [rule], { today: TODAY, ...circumstances });
  return findings
    .map(({ verdict, level, where, rule }) => ({
      place: `${rule} ${where.stack} ${where.address} ${where.attribute ?? ""}`,
      verdict,
      level,
    }))
    .sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0));
}

/** What is said of the plan of an example is compared with several others. */
const ofPlans = new Map<Example, Told[]>();
function toldOfPlan(rule: Rule, example: Example): Told[] {
  const all = ofPlans.get(example) ?? told(plan(example), rule, example);
  ofPlans.set(example, all);
  return all;
}

/** Rules that ask what somebody wrote down, which no state and no answer tells. */
const ASK_WHAT_IS_WRITTEN = new Set([
  "cluster/autoscaling-bounds",
  "cluster/load-balancer-profile-sku",
  "cluster/outbound-path",
  "cluster/upgrade-channel",
  "kubernetes/extension-scope",
  "kubernetes/extension-settings",
  "tls/key-by-reference",
]);

/** Rules about what Azure never answers, or has no word for. */
const ASK_WHAT_AZURE_KEEPS = new Set([
  ...ASK_WHAT_IS_WRITTEN,
  "cluster/rotation-name",
  "tls/certificate-complete",
  "tls/key-in-state",
  "tls/one-source",
]);

/** What fails, with its level. */
const failures = (all: readonly Told[], place: (told: Told) => string): string[] =>
  all
    .filter(({ verdict }) => verdict === "fail")
    .map((each) => `${each.level} ${place(each)}`)
    .sort();

/**
 * Tries the examples of all rules that are of these kinds: Terraform's language, states and answers of Azure must say
 * what synthesized JSON and plans say.
 */
export function tryOrigins(kinds: readonly ("passing" | "failing" | "unknown")[], most?: number): void {
  const cases = RULES.flatMap((rule) =>
    kinds.flatMap((kind) =>
      rule.examples[kind]
        .filter(({ before }) => before === undefined)
        .slice(0, most)
        .map((example) => [rule.id, kind, example.shows, rule, example] as const),
    ),
  );

  describe("Terraform's language says what its JSON says", () => {
    it.each(cases)("%s, %s: %s", (_, __, ___, rule, example) => {
      expect(told(hcl(example), rule, example)).toEqual(told(synthesized(example), rule, example));
    });
  });

  describe("a state says what a plan without changes says", () => {
    const known = cases.filter(
      ([, , , rule, { stacks }]) =>
        rule.phases.includes("plan") && Object.values<Json>(stacks).every((json) => isKnown(json) && !json.data),
    );
    it.each(known)("%s, %s: %s", (id, __, ___, rule, example) => {
      const expected = toldOfPlan(rule, example);
      for (const make of [stateOf, rawStateOf]) {
        const found = told(inventory(example, make), rule, example);
        if (!ASK_WHAT_IS_WRITTEN.has(id)) expect(found).toEqual(expected);
        else
          expect(failures(expected, ({ place }) => place)).toEqual(
            expect.arrayContaining(failures(found, ({ place }) => place)),
          );
      }
    });
  });

  describe("an answer of Azure never contradicts the plan", () => {
    const answered = cases.filter(
      ([, , , rule, { stacks }]) =>
        rule.phases.includes("plan") && Object.values(stacks).every((json) => (armOf(json)?.length ?? 0) > 0),
    );
    it.each(answered)("%s, %s: %s", (id, __, shows, rule, example) => {
      const found = told(
        inventory(example, (json) => ({ value: armOf(json) })),
        rule,
        example,
      );
      const expected = failures(toldOfPlan(rule, example), () => "");
      // One name twice is one resource in Azure.
      const isTwice = shows.startsWith("one name twice");
      const isUnknown = found.some(({ verdict }) => verdict === "unknown");
      if (ASK_WHAT_AZURE_KEEPS.has(id) || isUnknown || isTwice)
        expect(expected).toEqual(expect.arrayContaining(failures(found, () => "")));
      else expect(failures(found, () => "")).toEqual(expected);
    });
    it("is asked of many", () => {
      expect(answered.length).toBeGreaterThan(cases.length / 4);
    });
  });
}
