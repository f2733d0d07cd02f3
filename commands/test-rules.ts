import type { Argv } from "yargs";
import { print } from "../command-line/output.ts";
import { ownRules } from "../command-line/own-rules.ts";
import type { Model } from "../model/model.ts";
import { WHOLE_RESOURCE } from "../rules/examples.ts";
import { judge } from "../rules/judge.ts";
import { outcomeOf } from "../rules/outcome.ts";
import type { Example, FailingExample, Rule } from "../rules/rule.ts";
import type { JsonObject } from "../sources/json-value.ts";
import { fromChange } from "../sources/planned.ts";
import { fromSynthesis } from "../sources/synthesis.ts";
import { today } from "../sources/today.ts";

interface TestRulesArguments {
  readonly file: string;
}

export function builder(args: Argv): Argv<TestRulesArguments> {
  return args.positional("file", {
    type: "string",
    demandOption: true,
    describe: "a JavaScript module (.mjs) with rules of your own, which is run",
  });
}

export async function handler({ file }: TestRulesArguments): Promise<number> {
  const results = (await ownRules(file)).map((rule) => ({ rule, problems: problemsOf(rule, today()) }));
  for (const { rule, problems } of results) {
    const count = KINDS.reduce((total, kind) => total + rule.examples[kind].length, 0);
    print(`${problems.length === 0 ? "ok" : "wrong"}  ${rule.id}  ${count} example${count === 1 ? "" : "s"}\n`);
    for (const problem of problems) print(`    ${problem}\n`);
  }
  const wrong = results.filter(({ problems }) => problems.length > 0).length;
  print(`${results.length} rule${results.length === 1 ? "" : "s"}, ${wrong === 0 ? "all right" : `${wrong} wrong`}\n`);
  return wrong === 0 ? 0 : 1;
}

const KINDS = ["passing", "failing", "unknown"] as const;
const EXPECTED = { passing: "pass", failing: "fail", unknown: "unknown" } as const;

/** What the examples of a rule say, against what it says of them. */
function problemsOf(rule: Rule, today: string): string[] {
  const missing = (["passing", "failing"] as const).flatMap((kind) =>
    rule.examples[kind].length === 0 ? [`it has no ${kind} example: without one, nobody knows what it finds`] : [],
  );
  const wrong = KINDS.flatMap((kind) =>
    rule.examples[kind].flatMap((example) =>
      Object.entries(shapesOf(rule, example)).flatMap(([shape, model]) => {
        const outcome = outcomeOf(rule, model, today, example);
        const place = `${kind}, ${example.shows}, ${shape}`;
        if (outcome === "crash") return [`${place}: ${crashIn(rule, model, today, example)}`];
        if (outcome !== EXPECTED[kind])
          return [`${place}: the answer is ${outcome}, and ${EXPECTED[kind]} is expected`];
        return kind === "failing"
          ? wrongPlaces(rule, model, today, example as FailingExample).map((each) => `${place}: ${each}`)
          : [];
      }),
    ),
  );
  return [...missing, ...wrong];
}

/** The model of an example as synthesized JSON and as a plan, as far as the rule judges them. */
function shapesOf(rule: Rule, { stacks, before, replacing }: Example): Readonly<Record<string, Model>> {
  const named = Object.entries(stacks).map(([name, json]) => ({ name, json: json as JsonObject }));
  return {
    ...(rule.phases.includes("synthesis") && !before ? { "as source": fromSynthesis(named) } : {}),
    ...(rule.phases.includes("plan")
      ? {
          "as a plan": fromChange(
            named.map((stack) => ({ ...stack, before: before?.[stack.name] as JsonObject | undefined, replacing })),
          ),
        }
      : {}),
  };
}

function wrongPlaces(rule: Rule, model: Model, today: string, { finds, circumstances }: FailingExample): string[] {
  if (!Array.isArray(finds)) return ["finds is missing: give the list of the attributes that are found"];
  const { findings } = judge(model, [rule], { today, ...circumstances });
  const found = findings
    .filter(({ verdict }) => verdict === "fail")
    .map(({ where }) => where.attribute ?? WHOLE_RESOURCE);
  return found.join() === finds.join() ? [] : [`it is found at ${shown(found)}, and ${shown(finds)} is expected`];
}

function shown(attributes: readonly string[]): string {
  return attributes.map((each) => (each === WHOLE_RESOURCE ? "the whole resource" : each)).join(", ") || "nothing";
}

function crashIn(rule: Rule, model: Model, today: string, { circumstances }: Example): string {
  const { findings } = judge(model, [rule], { today, ...circumstances });
  return findings.find((finding) => finding.rule === "rule/crashed")?.message ?? "it throws";
}
