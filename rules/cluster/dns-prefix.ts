import { cluster, example, finds } from "../examples.ts";
import { createdClusters, type Fix, rule } from "../rule.ts";
import { AZURERM_CLUSTER } from "../sources.ts";

/** What is allowed of a text. */
function prefixFrom(text = ""): Fix | undefined {
  const allowed = text
    .replaceAll(/[^A-Za-z0-9-]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 54)
    .replace(/-+$/, "");
  return allowed === "" ? undefined : { set: { dns_prefix: allowed } };
}

export default rule({
  id: "cluster/dns-prefix",
  level: "error",
  fact: "A public cluster has a dns_prefix of 1 to 54 letters, digits and hyphens, with no hyphen at either end.",
  why: "azurerm finds it out at apply time: `dns_prefix` should be set if it is not a private cluster.",
  source: AZURERM_CLUSTER,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    const prefix = target.text("dns_prefix");
    if (prefix === undefined) {
      if (target.flag("private_cluster_enabled") === true && target.exists("dns_prefix_private_cluster")) return;
      // AKS Automatic makes one, and its type in azurerm 5 has no such argument.
      if (target.text("sku_name") === "Automatic") return;
      yield {
        attribute: "dns_prefix",
        message: "dns_prefix is missing",
        advice: {
          terraform: "set dns_prefix; dns_prefix_private_cluster alone is for private clusters",
          configuration: "set dnsPrefix",
        },
        fix: () => prefixFrom(target.text("name")),
      };
    } else if (!/^[A-Za-z\d]([-A-Za-z\d]{0,52}[A-Za-z\d])?$/.test(prefix)) {
      yield {
        attribute: "dns_prefix",
        message: `dns_prefix ${JSON.stringify(prefix)} is not allowed`,
        advice: "use 1 to 54 letters, digits and hyphens, with no hyphen at either end",
        fix: () => prefixFrom(prefix) ?? prefixFrom(target.text("name")),
      };
    }
  },
  configuration: { passing: { create: { dnsPrefix: "aks-ml" } }, failing: { create: { dnsPrefix: "aks-" } } },
  get examples() {
    return {
      passing: [
        example("a prefix", cluster({ dns_prefix: "aks-ml" })),
        example(
          "a private cluster with its own prefix",
          cluster({ dns_prefix: null, dns_prefix_private_cluster: "aks-ml", private_cluster_enabled: true }),
        ),
      ],
      failing: [
        finds("dns_prefix", example("none", cluster({ dns_prefix: null }))),
        finds(
          "dns_prefix",
          example(
            "the prefix of private clusters on a public one",
            cluster({ dns_prefix: null, dns_prefix_private_cluster: "aks-ml" }),
          ),
        ),
        finds("dns_prefix", example("a hyphen last", cluster({ dns_prefix: "aks-" }))),
      ],
      unknown: [example("a variable", cluster({ dns_prefix: "${var.prefix}" }))],
    };
  },
});
