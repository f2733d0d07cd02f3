import { cluster, example, finds } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";
import { AZURERM_CLUSTER } from "../sources.ts";

export default rule({
  id: "cluster/cost-analysis-tier",
  level: "error",
  fact: "Cost analysis needs the pricing tier Standard or Premium.",
  why: "azurerm finds it out at apply time: `sku_tier` must be either `Standard` or `Premium` when cost analysis is enabled.",
  source: AZURERM_CLUSTER,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    if (target.flag("cost_analysis_enabled") !== true) return;
    const tier = target.text("sku_tier") ?? "Free";
    if (tier === "Free")
      yield {
        attribute: "cost_analysis_enabled",
        message: "cost analysis is on, and the pricing tier is Free",
        advice: "use the tier Standard or Premium, or turn cost analysis off",
        fix: { set: { sku_tier: "Standard" } },
      };
  },
  configuration: {
    passing: { create: { costAnalysis: true, tier: "Standard" } },
    failing: { create: { costAnalysis: true, tier: "Free" } },
  },
  get examples() {
    return {
      passing: [
        example("Standard", cluster({ cost_analysis_enabled: true, sku_tier: "Standard" })),
        example("off", cluster({ sku_tier: "Free" })),
      ],
      failing: [
        finds("cost_analysis_enabled", example("no tier, which means Free", cluster({ cost_analysis_enabled: true }))),
      ],
      unknown: [example("the tier is a variable", cluster({ cost_analysis_enabled: true, sku_tier: "${var.tier}" }))],
    };
  },
});
