import { RETIREMENTS } from "../../azure/retirements.ts";
import { cluster, example, finds } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";

const SKU = "network_profile[0].load_balancer_sku";

export default rule({
  id: "cluster/standard-load-balancer",
  level: "error",
  fact: "The cluster has the Standard load balancer.",
  why: `AKS retired the Basic one on ${RETIREMENTS.basicLoadBalancer.date}. azurerm still accepts it, and the apply fails.`,
  source: "https://learn.microsoft.com/azure/aks/load-balancer-standard",
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    if (target.text(SKU)?.toLowerCase() !== "basic") return;
    yield {
      attribute: SKU,
      message: `the Basic load balancer retired on ${RETIREMENTS.basicLoadBalancer.date}`,
      advice: RETIREMENTS.basicLoadBalancer.instead,
      fix: { set: { [SKU]: "standard" } },
    };
  },
  configuration: "A cluster is synthesized with the Standard load balancer.",
  get examples() {
    return {
      passing: [
        example("Standard", cluster()),
        example("none given, which means Standard", cluster({ network_profile: { load_balancer_sku: null } })),
      ],
      failing: [
        finds(
          "network_profile[0].load_balancer_sku",
          example("Basic", cluster({ network_profile: { load_balancer_sku: "basic" } })),
        ),
      ],
      unknown: [example("a variable", cluster({ network_profile: { load_balancer_sku: "${var.sku}" } }))],
    };
  },
});
