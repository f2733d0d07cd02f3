import type { Finding } from "../model/finding.ts";
import type { Model } from "../model/model.ts";
import { shownText } from "../model/redaction.ts";
import { NotKnown } from "../model/value.ts";
import { type Circumstances, type Rule, resourceOf } from "./rule.ts";

/** What the rules say. */
export interface Judgement {
  /** What does not hold, and what is not known, in the order of the rules. */
  readonly findings: readonly Finding[];
  /** How often a rule was asked about something. */
  readonly checked: number;
}

/** Asks every rule about every one of its subjects. A rule that throws is a finding of its own and stops nothing. */
export function judge(model: Model, rules: readonly Rule[], circumstances: Circumstances): Judgement {
  const findings: Finding[] = [];
  let checked = 0;
  for (const rule of rules) {
    const { id, level, source } = rule;
    try {
      for (const subject of rule.on(model)) {
        checked++;
        const { stack, address } = resourceOf(subject);
        try {
          for (const problem of rule.check(subject, circumstances)) {
            const resource = problem.resource ?? resourceOf(subject);
            const place = problem.attribute ? resource.placeOf(problem.attribute) : { address: resource.address };
            findings.push({
              rule: id,
              verdict: "fail",
              level: problem.level ?? level,
              message: problem.message,
              advice: problem.advice,
              source,
              ...(problem.canBeAcknowledged === false ? { canBeAcknowledged: false } : {}),
              where: {
                stack: resource.stack,
                ...place,
              },
            });
          }
        } catch (error) {
          findings.push(error instanceof NotKnown ? unknown(rule, stack, address, error) : crashed(rule, error, { stack, address }));
        }
      }
    } catch (error) {
      findings.push(crashed(rule, error, {}));
    }
  }
  return { findings, checked };
}

function unknown({ id, level, source, fact, phases }: Rule, stack: string, address: string, missing: NotKnown): Finding {
  const because = missing.references.length > 0 ? ` (it comes from ${missing.references.slice(0, 5).map(shownText).join(", ")})` : "";
  const where = missing.address === address ? missing.attribute : `${missing.address} ${missing.attribute}`;
  return {
    rule: id,
    verdict: "unknown",
    level,
    message: missing.reason ? `${missing.reason}: ${where}` : `${missing.references.length > 0 ? "not known yet" : "not known"}: ${where}${because}`,
    advice: `${missing.reason ? "" : phases.includes("apply") ? "Terraform checks it where it can, in the plan; " : missing.references.length > 0 ? "Terraform learns it later; " : ""}what should hold: ${fact}`,
    source,
    where: { stack, address, ...(missing.address === address ? { attribute: missing.attribute } : {}) },
  };
}

function crashed({ id }: Rule, error: unknown, where: Finding["where"]): Finding {
  return {
    rule: "rule/crashed",
    verdict: "fail",
    level: "error",
    message: `the rule ${id} could not be checked: ${error instanceof Error ? error.message : String(error)}`,
    advice: "this is a bug in azureml-aks: please report it",
    where,
  };
}
