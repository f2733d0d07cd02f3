import { asAttachment } from "../model/attachment.ts";
import type { Finding, Level } from "../model/finding.ts";
import type { Model } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import { BUILT_IN, type BuiltInId } from "../rules/built-in.ts";
import { RULES } from "../rules/catalogue.ts";
import { notJudged } from "../rules/not-judged.ts";
import type { BrokenCheck } from "../sources/plan/json.ts";
import type { NamedPlan } from "../sources/plan/plan.ts";
import { stepsOf } from "./update.ts";

const DRIFTING = /^azurerm_(kubernetes_cluster|kubernetes_cluster_node_pool|machine_learning_workspace)$/;

/** What plans say by themselves: that they are not whole, which checks of Terraform do not hold, and what drifted. */
export function planFindings(plans: readonly NamedPlan[], model: Model): Finding[] {
  const ofPlans = plans.flatMap(({ name, plan }): Finding[] => {
    const findings: Finding[] = [];
    if (plan.isErrored)
      findings.push(
        finding(
          "plan/incomplete",
          "Terraform ended this plan with an error",
          "fix that first: what is missing here was not judged",
          { stack: name },
        ),
      );
    if (plan.isPartial) {
      const left = plan.changes.filter(({ deferred }) => deferred !== undefined).map(({ address }) => address);
      findings.push(
        finding(
          "plan/incomplete",
          `this plan leaves changes to a later one${left.length > 0 ? `: ${left.join(", ")}` : ""}`,
          "review the next plan too: this one does not show all",
          { stack: name },
        ),
      );
    }
    for (const check of plan.brokenChecks) {
      const where = { stack: name, address: check.address };
      findings.push(
        ...check.messages.map((message) => checkFinding(message, check.isCheckBlock ? "warning" : "error", where)),
      );
      if (check.messages.length === 0) findings.push(withoutMessage(check, where));
    }
    return findings;
  });
  const drift = model.drifted
    .filter((resource) => DRIFTING.test(resource.type) || asAttachment(resource))
    .flatMap(driftOf);
  return [...ofPlans, ...drift, ...notJudged(model, "review the plan of its attachment together with this one")];
}

/** A condition of ours carries the id of the rule that it is of. */
function checkFinding(message: string, level: Level, where: Finding["where"]): Finding {
  const rule = RULES.find(({ id }) => message.startsWith(`${id}: `));
  if (!rule) return finding("plan/check", message, "see the check in the configuration", where, level);
  return {
    rule: rule.id,
    verdict: "fail",
    level,
    message: message.slice(rule.id.length + 2),
    advice: rule.fact,
    source: rule.source,
    where,
  };
}

/** A plan holds no text of a check that could not be evaluated, nor what was wrong with it. */
function withoutMessage({ isCheckBlock, isErrored }: BrokenCheck, where: Finding["where"]): Finding {
  const what = isCheckBlock ? "check block" : "condition";
  return isErrored
    ? finding(
        "plan/check",
        `Terraform could not evaluate this ${what}`,
        "Terraform's output of this plan says why: fix the expression",
        where,
        "error",
      )
    : finding(
        "plan/check",
        `this ${what} failed, and the plan holds no message of it`,
        "see it in the configuration",
        where,
        isCheckBlock ? "warning" : "error",
      );
}

function driftOf(resource: Resource): Finding[] {
  const changed = resource.parts.change?.changed ?? [];
  if (changed.length === 0) return [];
  return [
    finding(
      "plan/drift",
      `changed outside of Terraform: ${stepsOf(resource, changed)}`,
      "see whether this plan undoes it, and whether it should",
      {
        stack: resource.stack,
        address: resource.address,
        attribute: changed[0],
      },
    ),
  ];
}

function finding(
  rule: BuiltInId,
  message: string,
  advice: string,
  where: Finding["where"],
  level: Level = BUILT_IN[rule].level,
): Finding {
  return { rule, verdict: "fail", level, message, advice, where };
}
