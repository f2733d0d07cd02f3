import type { Model } from "../../model/model.ts";
import { type Outcome, outcomeOf } from "../../rules/outcome.ts";
import type { Example, Rule } from "../../rules/rule.ts";
import { readPlan } from "../../sources/plan/json.ts";
import { fromPlan } from "../../sources/plan/plan.ts";
import { fromSynthesis } from "../../sources/synthesis.ts";
import type { Json } from "../helpers.ts";
import { planOf } from "../plan-of.ts";

export const TODAY = "2026-11-24";

const stacksOf = ({ stacks }: Example): { name: string; json: Json }[] =>
  Object.entries(stacks).map(([name, json]) => ({ name, json }));
/** A model is never changed: each example is read once for all tests. */
const onceFor = (read: (example: Example) => Model): ((example: Example) => Model) => {
  const models = new WeakMap<Example, Model>();
  return (example) => {
    const model = models.get(example) ?? read(example);
    models.set(example, model);
    return model;
  };
};

export const synthesized = onceFor((example) => fromSynthesis(stacksOf(example)));
export const planned = onceFor((example) =>
  fromPlan(
    stacksOf(example).map(({ name, json }) => ({
      name,
      plan: readPlan(planOf(json, { before: example.before?.[name], replacing: example.replacing })),
    })),
  ),
);

/** What a rule says of a model as a whole. */
export function outcome(rule: Rule, model: Model, example: Partial<Example> = {}): Outcome {
  return outcomeOf(rule, model, TODAY, example);
}

/** A value in an example of a rule. */
export interface Place {
  readonly rule: Rule;
  readonly example: Example;
  /** Keys from the stacks of the example. */
  readonly path: readonly string[];
}

/** In place of a value: one that Terraform knows later. */
export const LATER = "${var.later}";

/** What a value may turn out to be. */
export const ALTERNATIVES: readonly unknown[] = [
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

/** Every value in the examples of rules that may turn out to be another. */
export function placesOf(rules: readonly Rule[]): Place[] {
  return rules
    .filter(({ id, phases }) => phases.includes("synthesis") && !ASK_WHAT_IS_WRITTEN.includes(id))
    .flatMap((rule) =>
      [...rule.examples.passing, ...rule.examples.failing].flatMap((example) =>
        leaves(example.stacks)
          .filter((path) => path[1] === "resource" && !NO_VALUES.some((key) => path.slice(-2).includes(key)))
          .map((path) => ({ rule, example, path })),
      ),
    );
}

/** Whether a value is written down, and what it refers to, is what these ask: a reference is their answer. */
const ASK_WHAT_IS_WRITTEN = ["tls/key-by-reference", "tls/key-in-state"];
/** What decides the kind of a resource, and what Terraform takes no expressions for. */
const NO_VALUES = ["type", "computeType", "kind", "extension_type", "depends_on"];

function leaves(value: Json, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
}

/** The example with another value at a place. */
export function replaced(example: Example, path: readonly string[], value: unknown): Example {
  const copy = { ...example, stacks: structuredClone(example.stacks) };
  let parent: Json = copy.stacks;
  for (const step of path.slice(0, -1)) parent = parent[step];
  parent[path.at(-1) as string] = value;
  return copy;
}

/** Where the rule passes or fails, though the value is not known and another one would change its answer. */
export function wrongAnswers({ rule, example, path }: Place, alternatives: readonly unknown[]): string[] {
  const answer = (value: unknown): Outcome => outcome(rule, synthesized(replaced(example, path, value)), example);
  const later = answer(LATER);
  if (later === "unknown") return [];
  const before = outcome(rule, synthesized(example), example);
  return alternatives.flatMap((alternative) => {
    // What is written down counts as given, though a variable may turn out to be null.
    if (alternative === null && (rule.id.startsWith("tls/") || COUNT_AS_GIVEN.includes(rule.id))) return [];
    const after = answer(alternative);
    if (after === before || [before, after].includes("crash")) return [];
    const text = JSON.stringify(alternative);
    return [
      `${rule.id} (${example.shows}) ${path.join(".")}: ${before}, with ${text} ${after}, with ${LATER} ${later}`,
    ];
  });
}

const COUNT_AS_GIVEN = ["kubernetes/extension-settings", "cluster/route-table"];

/** What differs between two examples: arguments, or resources as a whole where one example has none. */
export function differences(one: Example, other: Example): string[] {
  const [mine, theirs] = [one, other].map(argumentsOf) as [Map<string, string>, Map<string, string>];
  const resources = [mine, theirs].map((all) => new Set([...all.keys()].map(resourceOf)));
  const names = [...mine.keys(), ...theirs.keys()].filter((name) => mine.get(name) !== theirs.get(name));
  const isWhole = (name: string): boolean => !resources.every((each) => each.has(resourceOf(name)));
  return [...new Set(names.map((name) => (isWhole(name) ? resourceOf(name) : name)))];
}

const resourceOf = (name: string): string => name.split("/").slice(0, -1).join("/");

function argumentsOf({ stacks, before = {}, replacing = {}, circumstances = {} }: Example): Map<string, string> {
  const found = new Map<string, string>();
  for (const [when, all] of Object.entries({ before, after: stacks }))
    for (const [stack, json] of Object.entries(all))
      for (const [mode, types] of Object.entries<Json>(json))
        for (const [type, instances] of Object.entries<Json>(types))
          for (const [name, body] of Object.entries<Json>(instances))
            for (const [argument, value] of Object.entries<Json>(body))
              found.set(`${when}/${stack}/${mode}.${type}.${name}/${argument}`, JSON.stringify(value));
  for (const [key, value] of Object.entries({ ...replacing, ...circumstances }))
    found.set(`other/${key}`, JSON.stringify(value));
  return found;
}
