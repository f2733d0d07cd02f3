import { privateDnsZoneOf } from "../../model/network.ts";
import { cluster, example, finds, PRIVATE_DNS_ZONE_ID } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";
import { AZURERM_CLUSTER } from "../sources.ts";

const withZone = (private_dns_zone_id: string, type: string): object =>
  cluster({ private_cluster_enabled: true, private_dns_zone_id, identity: { type } });

export default rule({
  id: "cluster/private-dns-identity",
  level: "error",
  fact: "A cluster with a private DNS zone of your own has a user-assigned identity.",
  why: "azurerm finds it out at apply time: a user assigned identity or a service principal must be used when using a custom private dns zone.",
  source: AZURERM_CLUSTER,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    if (privateDnsZoneOf(target) === undefined || target.text("identity[0].type") !== "SystemAssigned") return;
    yield {
      attribute: "identity",
      message: "the private DNS zone is your own, and the identity of the cluster is system-assigned",
      advice: "use a user-assigned identity, which can get its role on the zone before the cluster is created",
    };
  },
  configuration: {
    passing: { create: { apiServer: { private: true, privateDnsZone: "system" } } },
    failing: {
      create: {
        apiServer: {
          private: true,
          privateDnsZone: PRIVATE_DNS_ZONE_ID,
        },
      },
    },
  },
  get examples() {
    return {
      passing: [
        example(
          "a public cluster, whatever the zone is",
          cluster({ private_cluster_enabled: false, private_dns_zone_id: "${var.zone}" }),
        ),
        example("a user-assigned identity", withZone(PRIVATE_DNS_ZONE_ID, "UserAssigned")),
        example("the zone that AKS makes", withZone("System", "SystemAssigned")),
      ],
      failing: [
        finds("identity", example("a system-assigned identity", withZone(PRIVATE_DNS_ZONE_ID, "SystemAssigned"))),
        finds(
          "identity",
          example("a zone that is made beside it", withZone("${azurerm_private_dns_zone.aks.id}", "SystemAssigned"), {
            resource: {
              azurerm_private_dns_zone: {
                aks: { name: "privatelink.westeurope.azmk8s.io", resource_group_name: "rg" },
              },
            },
          }),
        ),
      ],
      unknown: [example("the zone is a variable", withZone("${var.zone}", "SystemAssigned"))],
    };
  },
});
