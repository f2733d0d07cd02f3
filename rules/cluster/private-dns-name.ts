import { regionName } from "../../azure/regions.ts";
import { parseResourceId } from "../../azure/resource-id.ts";
import type { Resource } from "../../model/resource.ts";
import { cluster, example, finds, SUBSCRIPTION } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";

const ZONE = "private_dns_zone_id";
/** Clouds of their own have other names. */
const SOVEREIGN = /^(china|usgov|usdod)/;

const zoneId = (name: string): string =>
  `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-net/providers/Microsoft.Network/privateDnsZones/${name}`;
const withZone = (zone: string, changes: object = {}): object =>
  cluster({ private_cluster_enabled: true, private_dns_zone_id: zone, identity: { type: "UserAssigned" }, ...changes });

export default rule({
  id: "cluster/private-dns-name",
  level: "error",
  fact: "A private DNS zone of your own is named privatelink.<region>.azmk8s.io, or a subzone of it, after the cluster's region.",
  why: "AKS refuses any other name when the cluster is created.",
  source: "https://learn.microsoft.com/azure/aks/private-clusters",
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    const name = zoneName(target);
    if (name === undefined) return;
    const location = target.text("location");
    if (location === undefined) return;
    const region = regionName(location);
    if (SOVEREIGN.test(region)) return;
    const isRight = new RegExp(`^([a-z0-9-]{1,32}\\.)?private(link)?\\.${region}\\.azmk8s\\.io$`, "i").test(name);
    if (isRight) return;
    yield {
      attribute: ZONE,
      message: `the private DNS zone is named ${name}`,
      advice: `use a zone named privatelink.${region}.azmk8s.io, or a subzone of it, such as ml.privatelink.${region}.azmk8s.io`,
    };
  },
  configuration: {
    passing: {
      create: {
        identity: {
          userAssigned: [
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-aks",
          ],
        },
        apiServer: {
          private: true,
          privateDnsZone:
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io",
        },
      },
    },
    failing: {
      create: {
        identity: {
          userAssigned: [
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-aks",
          ],
        },
        apiServer: {
          private: true,
          privateDnsZone:
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/privateDnsZones/aks.contoso.internal",
        },
      },
    },
  },
  get examples() {
    return {
      passing: [
        example("the name of the region", withZone(zoneId("privatelink.westeurope.azmk8s.io"))),
        example("a subzone", withZone(zoneId("ml.privatelink.westeurope.azmk8s.io"))),
        example("a zone that is made beside it", withZone("${azurerm_private_dns_zone.aks.id}"), {
          resource: {
            azurerm_private_dns_zone: {
              aks: { name: "privatelink.westeurope.azmk8s.io", resource_group_name: "rg-net" },
            },
          },
        }),
        example("the zone that AKS makes", withZone("System")),
        example("a public cluster", cluster()),
      ],
      failing: [
        finds(ZONE, example("another name", withZone(zoneId("aks.contoso.internal")))),
        finds(ZONE, example("another region", withZone(zoneId("privatelink.northeurope.azmk8s.io")))),
        finds(
          ZONE,
          example("a zone of another name that is made beside it", withZone("${azurerm_private_dns_zone.aks.id}"), {
            resource: { azurerm_private_dns_zone: { aks: { name: "azmk8s.io", resource_group_name: "rg-net" } } },
          }),
        ),
      ],
      unknown: [
        example("the zone is a variable", withZone("${var.zone}")),
        example(
          "the region is a variable",
          withZone(zoneId("privatelink.westeurope.azmk8s.io"), { location: "${var.location}" }),
        ),
      ],
    };
  },
});

/** The name of a zone of one's own; undefined where AKS makes it, or there is none. */
function zoneName(target: Resource): string | undefined {
  const value = target.value(ZONE);
  if (value === undefined || (typeof value === "string" && !value.startsWith("/"))) return undefined;
  const { resource, id } = target.model.target(target, ZONE, "azurerm_private_dns_zone");
  return id === undefined ? resource?.text("name") : parseResourceId(id)?.names[0];
}
