import { RETIREMENTS } from "../../azure/retirements.ts";
import { cluster, example, finds } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";

export default rule({
  id: "cluster/kubenet",
  level: "warning",
  fact: "The network plugin is not kubenet.",
  why: `Its support ends on ${RETIREMENTS.kubenet.date}: until then every cluster must be upgraded to Azure CNI Overlay.`,
  source: "https://learn.microsoft.com/azure/aks/configure-kubenet",
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    if (target.text("network_profile[0].network_plugin") !== "kubenet") return;
    yield {
      attribute: "network_profile[0].network_plugin",
      message: `kubenet is supported until ${RETIREMENTS.kubenet.date}`,
      advice: RETIREMENTS.kubenet.instead,
      fix: {
        set: { "network_profile[0].network_plugin": "azure", "network_profile[0].network_plugin_mode": "overlay" },
      },
    };
  },
  configuration: {
    passing: { create: { network: { plugin: "azure", mode: "overlay" } } },
    failing: { create: { network: { plugin: "kubenet" } } },
  },
  get examples() {
    return {
      passing: [example("azure", cluster())],
      failing: [
        finds(
          "network_profile[0].network_plugin",
          example("kubenet", cluster({ network_profile: { network_plugin: "kubenet" } })),
        ),
      ],
      unknown: [example("a variable", cluster({ network_profile: { network_plugin: "${var.plugin}" } }))],
    };
  },
});
