import { graphOf } from "../diagram/graph.ts";
import { type Acknowledgement, acknowledgeAll } from "../model/acknowledgement.ts";
import { byPlace, type Finding } from "../model/finding.ts";
import type { Report } from "../report/report.ts";
import { BUILT_IN } from "../rules/built-in.ts";
import { rulesOf } from "../rules/catalogue.ts";
import { judge } from "../rules/judge.ts";
import type { Rule } from "../rules/rule.ts";
import { fromInventories, type NamedInventory } from "../sources/inventory/inventory.ts";

/** What an audit is asked beside what is there. */
export interface AuditOptions {
  /** ISO date. */
  readonly today: string;
  /** What is acknowledged in all of it. Default: nothing. */
  readonly acknowledgements?: readonly Acknowledgement[];
  /** What judges it. Default: the rules of the package. */
  readonly rules?: readonly Rule[];
}

/** Judges what is there by every rule that can be asked of it, all inventories together. */
export function auditOf(
  inventories: readonly NamedInventory[],
  { today, acknowledgements = [], rules: given }: AuditOptions,
): Report {
  const model = fromInventories(inventories);
  const rules = rulesOf("plan", given);
  const { findings, checked } = judge(model, rules, { today });
  const fileOf = new Map(inventories.map(({ name, file }) => [name, file]));
  const placed = findings.map((finding): Finding => {
    const file = fileOf.get(finding.where.stack ?? "");
    return file === undefined ? finding : { ...finding, where: { ...finding.where, file } };
  });
  const gaps = inventories.flatMap(({ name, file, inventory }) =>
    inventory.gaps.map(
      ({ message, advice }): Finding => ({
        rule: "audit/incomplete",
        verdict: "fail",
        level: BUILT_IN["audit/incomplete"].level,
        message,
        advice,
        where: { stack: name, file },
      }),
    ),
  );
  return {
    findings: acknowledgeAll([...placed, ...gaps], acknowledgements, today).sort(byPlace),
    checked,
    rules,
    date: today,
    stacks: model.stacks,
    origin: "what-is-there",
    draw: () => ({ after: graphOf(model) }),
  };
}
