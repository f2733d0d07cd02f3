import { cluster, example, finds, SUBSCRIPTION } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";
import { AZURERM_CLUSTER } from "../sources.ts";

const ZONE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-net/providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io`;

const withZone = (private_dns_zone_id: string, type: string): object => cluster({ private_cluster_enabled: true, private_dns_zone_id, identity: { type } });

export default rule({
  id: "cluster/private-dns-identity",
  level: "error",
  fact: "A cluster with a private DNS zone of your own has a user-assigned identity.",
  why: "azurerm finds it out at apply time: a user assigned identity or a service principal must be used when using a custom private dns zone.",
  source: AZURERM_CLUSTER,
  phases: ["synthesis", "plan"],
  on: createdClusters,
  *check(target) {
    if (!isCustomZone(target.text("private_dns_zone_id")) || target.text("identity[0].type") !== "SystemAssigned") return;
    yield {
      attribute: "identity",
      message: "the private DNS zone is your own, and the identity of the cluster is system-assigned",
      advice: "give the cluster a user-assigned identity, which can have its role on the zone first",
    };
  },
  configuration: {
    passing: { create: { apiServer: { private: true, privateDnsZone: "system" } } },
    failing: {
      create: {
        apiServer: {
          private: true,
          privateDnsZone:
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io",
        },
      },
    },
  },
  examples: {
    passing: [example("a user-assigned identity", withZone(ZONE, "UserAssigned")), example("the zone that AKS makes", withZone("System", "SystemAssigned"))],
    failing: [finds("identity", example("a system-assigned identity", withZone(ZONE, "SystemAssigned")))],
    unknown: [example("the zone is a variable", withZone("${var.zone}", "SystemAssigned"))],
  },
});

function isCustomZone(zone: string | undefined): boolean {
  return zone !== undefined && !["system", "none"].includes(zone.toLowerCase());
}
