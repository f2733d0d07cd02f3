import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hclSource } from "../../fix/hcl-source.ts";
import { type Fixed, fixAll } from "../../fix/prove.ts";
import type { Source } from "../../fix/source.ts";
import type { Finding, Level } from "../../model/finding.ts";
import { rulesOf } from "../../rules/catalogue.ts";
import { judge } from "../../rules/judge.ts";
import type { Example, Rule } from "../../rules/rule.ts";
import { temporaryFolder } from "../helpers.ts";
import { hclOf } from "../origins.ts";
import { synthesized, TODAY } from "../rules/outcome.ts";

const LEVELS: readonly Level[] = ["error", "warning", "note"];

/** As it is, a source is judged once: to be fixed, and to be compared with. */
export function once(source: Source): Source {
  const judged = source.judge();
  return { judge: (changed) => (changed ? source.judge(changed) : judged) };
}

/** Findings of a rule for which it has a fix. */
const withRemedy = (findings: readonly Finding[], id: string): readonly Finding[] =>
  findings.filter(({ rule, remedy }) => rule === id && (remedy?.attributes.length ?? 0) > 0);

/** A fixed source has lost what was fixed, and has no finding of that level that it had not. */
export function expectProven(source: Source, { fixed, judged }: Fixed, rule: Rule): void {
  expect(fixed.length).toBeGreaterThan(0);
  expect(withRemedy(judged.report.findings, rule.id)).toEqual([]);
  const nameOf = ({ rule, verdict, where }: Finding): string => [rule, verdict, where.stack].join(" ");
  const before = source.judge().report.findings;
  const lowest = Math.max(...fixed.map(({ finding }) => LEVELS.indexOf(finding.level)));
  const had = new Set(before.map(nameOf));
  expect(
    judged.report.findings.filter((each) => LEVELS.indexOf(each.level) <= lowest && !had.has(nameOf(each))),
  ).toEqual([]);
}

/** Writes each stack of an example into a folder of its own. */
export function folders({ stacks }: Example, write: (json: object) => [name: string, text: string]): string[] {
  const root = temporaryFolder();
  return Object.entries(stacks).map(([name, json]) => {
    const folder = join(root, name);
    mkdirSync(folder);
    const [file, text] = write(json);
    writeFileSync(join(folder, file), text);
    return folder;
  });
}

const failing = rulesOf("synthesis").flatMap((rule) =>
  rule.examples.failing
    .filter((example) => {
      const { findings } = judge(synthesized(example), [rule], { today: TODAY, ...example.circumstances });
      return withRemedy(findings, rule.id).length > 0;
    })
    .map((example) => [rule.id, example.shows, rule, example] as const),
);

export const FORMS = {
  "Terraform's language": (json: object): [string, string] => ["main.tf", hclOf(json)],
  "Terraform JSON": (json: object): [string, string] => ["main.tf.json", JSON.stringify(json, null, 2)],
};

/** Fixes every example that has a fix, in a form of Terraform. */
export function tryFixes(form: keyof typeof FORMS): void {
  describe(`a fix in ${form}`, () => {
    it.each(failing)("%s, %s: passes with it, and no other rule fails", async (_, __, rule, example) => {
      const source = once(await hclSource({ paths: folders(example, FORMS[form]) }, TODAY));
      expectProven(
        source,
        fixAll(source, ({ rule: id }) => id === rule.id),
        rule,
      );
    });
  });
}
