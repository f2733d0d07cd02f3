import { cluster, example, finds } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";
import { AZURERM_CLUSTER } from "../sources.ts";

const POOL = "default_node_pool[0].orchestrator_version";

const versions = (kubernetes_version: string | null, orchestrator_version: string): object =>
  cluster({ kubernetes_version, default_node_pool: { orchestrator_version } });

export default rule({
  id: "cluster/pool-version",
  level: "error",
  fact: "The cluster's own pool has the Kubernetes version of its control plane when it is created.",
  why: "azurerm finds it out at apply time: version mismatch between the control plane and the default node pool.",
  source: AZURERM_CLUSTER,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    // An upgrade takes the control plane first.
    if (target.parts.change && !target.actions.includes("create")) return;
    const [control, pool] = [target.text("kubernetes_version"), target.isSetByAuthor(POOL) ? target.text(POOL) : undefined];
    if (control === undefined || pool === undefined || `${control}.`.startsWith(`${pool}.`) || `${pool}.`.startsWith(`${control}.`)) return;
    yield {
      attribute: POOL,
      message: `the control plane has Kubernetes ${control}, the pool ${pool}`,
      advice: "give both the same version, or leave the pool's out",
    };
  },
  configuration: "A pool is synthesized with the version of its control plane.",
  examples: {
    passing: [
      example("the same", versions("1.35.1", "1.35.1")),
      example("a minor version and one of its patches", versions("1.35", "1.35.1")),
      example("only the pool's", versions(null, "1.35")),
    ],
    failing: [finds("default_node_pool[0].orchestrator_version", example("another", versions("1.35", "1.34")))],
    unknown: [example("a variable", versions("${var.version}", "1.34"))],
  },
});
