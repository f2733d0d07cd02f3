import { cluster, example, finds } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";

const PLAN = "support_plan";
const TIER = "sku_tier";
const LONG_TERM = "AKSLongTermSupport";

const plan = (sku_tier: string | null, support_plan: string | null): object => cluster({ sku_tier, support_plan });

export default rule({
  id: "cluster/support-plan",
  level: "warning",
  fact: "Long-term support has the pricing tier Premium, and the tier Premium has long-term support.",
  why: "Long-term support needs both. AKS refuses the support plan without the tier, and the tier alone costs more and extends no support.",
  source: "https://learn.microsoft.com/azure/aks/long-term-support",
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    const isLongTerm = target.text(PLAN) === LONG_TERM;
    const tier = target.text(TIER) ?? "Free";
    if (isLongTerm && tier !== "Premium")
      yield {
        attribute: PLAN,
        level: "error",
        message: `the support plan is ${LONG_TERM}, and the pricing tier is ${tier}`,
        advice: "use the tier Premium, or the support plan KubernetesOfficial",
        fix: { set: { [TIER]: "Premium" } },
      };
    else if (!isLongTerm && tier === "Premium")
      yield {
        attribute: TIER,
        message: "the pricing tier is Premium, and the support plan is not AKSLongTermSupport",
        advice: "use the support plan AKSLongTermSupport, or the tier Standard",
        fix: { set: { [PLAN]: LONG_TERM } },
      };
  },
  configuration: {
    passing: { create: { tier: "Standard" } },
    failing: { create: { tier: "Premium" } },
  },
  get examples() {
    return {
      passing: [
        example("both", plan("Premium", LONG_TERM)),
        example("neither", plan("Standard", "KubernetesOfficial")),
        example("nothing is given: Free and KubernetesOfficial", cluster()),
      ],
      failing: [
        finds(TIER, example("the tier alone", plan("Premium", "KubernetesOfficial"))),
        finds(TIER, example("the tier, and no support plan", plan("Premium", null))),
        finds(PLAN, example("the support plan alone", plan("Standard", LONG_TERM))),
        finds(PLAN, example("the support plan, and no tier", plan(null, LONG_TERM))),
      ],
      unknown: [
        example("the tier is a variable", plan("${var.tier}", LONG_TERM)),
        example("the support plan is a variable", plan("Premium", "${var.plan}")),
      ],
    };
  },
});
