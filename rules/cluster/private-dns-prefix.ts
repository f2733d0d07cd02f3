import { cluster, example, finds, SUBSCRIPTION } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";
import { AZURERM_CLUSTER } from "../sources.ts";

const ZONE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-net/providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io`;
const PREFIX = "dns_prefix_private_cluster";

const withPrefix = (changes: object): object =>
  cluster({ dns_prefix: null, [PREFIX]: "aks-ml", identity: { type: "UserAssigned" }, ...changes });

export default rule({
  id: "cluster/private-dns-prefix",
  level: "error",
  fact: "dns_prefix_private_cluster is set only for a private cluster with a private DNS zone of your own.",
  why: "azurerm finds it out at apply time: `dns_prefix_private_cluster` should only be set for a private cluster with a custom private dns zone.",
  source: AZURERM_CLUSTER,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    if (!target.exists(PREFIX)) return;
    const zone = target.text("private_dns_zone_id")?.toLowerCase();
    if (target.flag("private_cluster_enabled") === true && zone !== undefined && zone !== "system" && zone !== "none")
      return;
    yield {
      attribute: PREFIX,
      message: `${PREFIX} is set, and the cluster is not private or has no private DNS zone of your own`,
      advice: "set dns_prefix instead",
      fix: () => (target.exists("dns_prefix") ? { set: { [PREFIX]: null } } : { rename: { [PREFIX]: "dns_prefix" } }),
    };
  },
  configuration: "A cluster is synthesized with dns_prefix.",
  get examples() {
    return {
      passing: [
        example(
          "a private cluster in a zone of one's own",
          withPrefix({ private_cluster_enabled: true, private_dns_zone_id: ZONE }),
        ),
        example("dns_prefix", cluster()),
      ],
      failing: [
        finds("dns_prefix_private_cluster", example("a public cluster", withPrefix({}))),
        finds(
          "dns_prefix_private_cluster",
          example(
            "the zone that AKS makes",
            withPrefix({ private_cluster_enabled: true, private_dns_zone_id: "System" }),
          ),
        ),
      ],
      unknown: [
        example(
          "the zone is a variable",
          withPrefix({ private_cluster_enabled: true, private_dns_zone_id: "${var.zone}" }),
        ),
      ],
    };
  },
});
