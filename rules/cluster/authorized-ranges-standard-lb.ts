import { RANGES } from "../azureml-tags.ts";
import { cluster, example, finds } from "../examples.ts";
import { authorizedRangesOf, propertiesOf, word } from "../existing-cluster.ts";
import { createdClusters, rule } from "../rule.ts";
import { AUTHORIZED_RANGES } from "../sources.ts";

const withRanges = (sku?: string): object =>
  cluster({
    api_server_access_profile: { authorized_ip_ranges: ["203.0.113.0/24"] },
    network_profile: { load_balancer_sku: sku ?? "standard" },
  });

export default rule({
  id: "cluster/authorized-ranges-standard-lb",
  level: "error",
  fact: "Authorized IP ranges need the Standard load balancer.",
  why: "AKS refuses them with a Basic one. azurerm does not check it, so the apply fails.",
  source: AUTHORIZED_RANGES,
  phases: ["synthesis", "plan", "apply"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    if (target.text("network_profile[0].load_balancer_sku")?.toLowerCase() !== "basic" || !target.isSet(RANGES)) return;
    yield {
      attribute: "network_profile[0].load_balancer_sku",
      message: "authorized IP ranges do not work with a Basic load balancer",
      advice: "use the Standard load balancer",
      fix: { set: { "network_profile[0].load_balancer_sku": "standard" } },
    };
  },
  conditions: ({ cluster }) => [
    {
      level: "error",
      expression: `length(${authorizedRangesOf(cluster)}) == 0 || ${word(`${propertiesOf(cluster)}.networkProfile.loadBalancerSku`)} != "basic"`,
      wrong: "The cluster has authorized IP ranges and a Basic load balancer.",
    },
  ],
  configuration: "A cluster is synthesized with the Standard load balancer; an existing one is checked in the plan.",
  get examples() {
    return {
      passing: [
        example("Standard", withRanges()),
        example("Basic without ranges", cluster({ network_profile: { load_balancer_sku: "basic" } })),
      ],
      failing: [finds("network_profile[0].load_balancer_sku", example("Basic with ranges", withRanges("basic")))],
      unknown: [example("the SKU is a variable", withRanges("${var.sku}"))],
    };
  },
});
