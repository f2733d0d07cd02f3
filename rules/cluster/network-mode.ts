import { cluster, example, finds } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";
import { AZURERM_CLUSTER } from "../sources.ts";

const network = (network_profile: object): object => cluster({ network_profile });

export default rule({
  id: "cluster/network-mode",
  level: "error",
  fact: "A plugin mode is set only with the network plugin azure.",
  why: "azurerm finds it out at apply time: `network_mode` cannot be set if `network_plugin` is not `azure`; AKS says the same of overlay.",
  source: AZURERM_CLUSTER,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    const plugin = target.text("network_profile[0].network_plugin");
    if (plugin === "azure") return;
    for (const name of ["network_mode", "network_plugin_mode"]) {
      const attribute = `network_profile[0].${name}`;
      const mode = target.text(attribute);
      if (mode !== undefined && plugin !== undefined) {
        yield {
          attribute,
          message: `the plugin mode is ${mode}, and the network plugin ${plugin}`,
          advice: "use the plugin azure, or remove the mode",
          fix: { set: plugin === "kubenet" ? { "network_profile[0].network_plugin": "azure" } : { [attribute]: null } },
        };
      }
    }
  },
  configuration: {
    passing: { create: { network: { plugin: "azure", mode: "overlay" } } },
    failing: { create: { network: { plugin: "kubenet", mode: "overlay" } } },
  },
  get examples() {
    return {
      passing: [
        example("overlay with azure", network({ network_plugin_mode: "overlay" })),
        example("kubenet without a mode", network({ network_plugin: "kubenet" })),
      ],
      failing: [
        finds(
          "network_profile[0].network_plugin_mode",
          example("overlay with kubenet", network({ network_plugin: "kubenet", network_plugin_mode: "overlay" })),
        ),
        finds(
          "network_profile[0].network_mode",
          example("transparent with none", network({ network_plugin: "none", network_mode: "transparent" })),
        ),
      ],
      unknown: [
        example(
          "the plugin is a variable",
          network({ network_plugin: "${var.plugin}", network_plugin_mode: "overlay" }),
        ),
      ],
    };
  },
});
