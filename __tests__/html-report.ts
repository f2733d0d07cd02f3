import type { Report } from "../report/report.ts";
import { reviewOf } from "../review/review.ts";
import { attachment, cluster, example } from "../rules/examples.ts";
import { readPlan } from "../sources/plan/json.ts";
import { today } from "../sources/today.ts";
import type { Json } from "./helpers.ts";
import { planOf } from "./plan-of.ts";

export const stackOf = (...parts: object[]): Json => example("", ...parts).stacks.stack;
/** A name that would run, were it not escaped. */
export const HOSTILE = `"><img src=x onerror="document.title='run'"><script>document.title='run'</script>`;

/** A report of a plan that attaches again, with hostile names. */
export function report(): Report {
  const plan = planOf(
    stackOf(
      cluster({ default_node_pool: { vm_size: "Standard_DS2_v2" }, tags: { x: "y" } }),
      attachment({ ssl: { cname: "www.contoso.com" } }),
    ),
    {
      before: stackOf(cluster(), attachment()),
      replacing: { "azurerm_machine_learning_inference_cluster.attachment": ["ssl"] },
    },
  );
  const reviewed = reviewOf([{ name: HOSTILE, file: "plan.json", plan: readPlan(plan) }], { today: today() });
  return {
    ...reviewed,
    findings: [
      ...reviewed.findings,
      { rule: "plan/check", verdict: "fail", level: "warning", message: HOSTILE, where: { address: HOSTILE } },
    ],
  };
}
