import { cluster, example, finds } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";
import { AZURERM_CLUSTER } from "../sources.ts";

const profile = (name: string, load_balancer_sku: string): object =>
  cluster({ network_profile: { load_balancer_sku, [name]: { managed_outbound_ip_count: 2 } } });

export default rule({
  id: "cluster/load-balancer-profile-sku",
  level: "error",
  fact: "A load balancer or NAT gateway profile is set only with the Standard load balancer.",
  why: "azurerm finds it out at apply time: only load balancer SKU `Standard` supports load balancer and NAT gateway profiles.",
  source: AZURERM_CLUSTER,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    const sku = target.text("network_profile[0].load_balancer_sku");
    if (sku === undefined || sku.toLowerCase() === "standard") return;
    for (const name of ["load_balancer_profile", "nat_gateway_profile"]) {
      const attribute = `network_profile[0].${name}`;
      if (target.exists(attribute))
        yield {
          attribute,
          message: `${name} is set, and the load balancer is ${sku}`,
          advice: "use the Standard load balancer",
          fix: { set: { "network_profile[0].load_balancer_sku": "standard" } },
        };
    }
  },
  configuration: "A cluster is synthesized with the Standard load balancer.",
  get examples() {
    return {
      passing: [
        example("Standard", profile("load_balancer_profile", "standard")),
        example("Basic without a profile", cluster({ network_profile: { load_balancer_sku: "basic" } })),
      ],
      failing: [
        finds(
          "network_profile[0].load_balancer_profile",
          example("a load balancer profile", profile("load_balancer_profile", "basic")),
        ),
        finds(
          "network_profile[0].nat_gateway_profile",
          example("a NAT gateway profile", profile("nat_gateway_profile", "basic")),
        ),
      ],
      unknown: [example("the SKU is a variable", profile("load_balancer_profile", "${var.sku}"))],
    };
  },
});
