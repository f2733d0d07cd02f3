import { cluster, example, finds } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";
import { AZURERM_CLUSTER } from "../sources.ts";

const versions = (ip_versions: unknown): object => cluster({ network_profile: { ip_versions } });

export default rule({
  id: "cluster/ip-versions",
  level: "error",
  fact: "A cluster has IPv4, alone or together with IPv6.",
  why: "azurerm finds it out at apply time: `ip_versions` must contain `IPv4`.",
  source: AZURERM_CLUSTER,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    const given = [...target.items("network_profile[0].ip_versions")];
    if (given.length === 0 || given.includes("IPv4")) return;
    yield {
      attribute: "network_profile[0].ip_versions",
      message: `ip_versions is ${given.join(", ")} only`,
      advice: 'use ["IPv4"] or ["IPv4", "IPv6"]',
      fix: { set: { "network_profile[0].ip_versions": ["IPv4", "IPv6"] } },
    };
  },
  configuration: "IP versions are not configured: a cluster has IPv4.",
  get examples() {
    return {
      passing: [example("both", versions(["IPv4", "IPv6"])), example("none given", cluster())],
      failing: [finds("network_profile[0].ip_versions", example("IPv6 alone", versions(["IPv6"])))],
      unknown: [example("a variable", versions("${var.versions}"))],
    };
  },
});
