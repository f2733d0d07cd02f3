import { compareVersions, parseVersion } from "../../azure/kubernetes-versions.ts";
import type { Resource } from "../../model/resource.ts";
import { change, cluster, example, finds, nodePool } from "../examples.ts";
import { createdClusters, nodePoolResources, type Problem, rule } from "../rule.ts";

const VERSION = "kubernetes_version";
const OWN = "default_node_pool[0].orchestrator_version";
const POOL = "orchestrator_version";

const versions = (kubernetes_version: string | null, orchestrator_version: string): object =>
  cluster({ kubernetes_version, default_node_pool: { orchestrator_version } });
const second = (kubernetes_version: string, orchestrator_version: string): object[] => [
  cluster({ kubernetes_version }),
  nodePool({ orchestrator_version }),
];

export default rule({
  id: "cluster/pool-version",
  level: "error",
  fact: "No node pool has a newer version of Kubernetes than its control plane. The default node pool is created with the same version.",
  why: "AKS refuses a newer pool. For the default node pool of a new cluster, azurerm fails at apply time: version mismatch between the control plane and the default node pool.",
  source: "https://learn.microsoft.com/azure/aks/manage-node-pools",
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: (model) => [...createdClusters(model), ...nodePoolResources(model)],
  *check(resource) {
    if (resource.type === "azurerm_kubernetes_cluster") yield* ownPool(resource);
    else yield* otherPool(resource);
  },
  configuration: "A pool is synthesized with the version of its control plane.",
  get examples() {
    return {
      passing: [
        example("the same", versions("1.35.1", "1.35.1")),
        example("a minor version and one of its patches", versions("1.35", "1.35.1")),
        example("only the pool's", versions(null, "1.35")),
        example("a second pool that is older", ...second("1.35.1", "1.34.4")),
        change("the control plane first", [versions("1.34", "1.34")], [versions("1.35", "1.34")]),
      ],
      failing: [
        finds(OWN, example("another", versions("1.35", "1.34"))),
        finds(POOL, example("a second pool that is newer", ...second("1.34.4", "1.35.1"))),
        finds(OWN, change("the pool first", [versions("1.34", "1.34")], [versions("1.34", "1.35")])),
      ],
      unknown: [
        example("a variable", versions("${var.version}", "1.34")),
        example("the control plane's is a variable", ...second("${var.version}", "1.35.1")),
      ],
    };
  },
});

function* ownPool(target: Resource): Generator<Problem> {
  const [control, pool] = [target.text(VERSION), target.isSetByAuthor(OWN) ? target.text(OWN) : undefined];
  if (control === undefined || pool === undefined) return;
  // An upgrade takes the control plane first.
  const isWrong = target.isMade
    ? !`${control}.`.startsWith(`${pool}.`) && !`${pool}.`.startsWith(`${control}.`)
    : isNewer(pool, control);
  if (isWrong)
    yield {
      attribute: OWN,
      message: `the control plane has Kubernetes ${control}, the pool ${pool}`,
      advice: "set both to the same version, or remove that of the pool",
      fix: { set: { [OWN]: control } },
    };
}

function* otherPool(resource: Resource): Generator<Problem> {
  if (!resource.isSetByAuthor(POOL)) return;
  const { resource: target } = resource.model.target(resource, "kubernetes_cluster_id", "azurerm_kubernetes_cluster");
  if (!target) return resource.notKnownWithout("kubernetes_cluster_id", "its cluster");
  const [control, pool] = [target.text(VERSION), resource.text(POOL)];
  if (control !== undefined && pool !== undefined && isNewer(pool, control))
    yield {
      attribute: POOL,
      message: `the pool has Kubernetes ${pool}, which is newer than ${control} of its control plane`,
      advice: "upgrade the control plane first, or set the pool to its version",
      fix: { set: { [POOL]: control } },
    };
}

function isNewer(pool: string, control: string): boolean {
  const [a, b] = [parseVersion(pool), parseVersion(control)];
  return a !== undefined && b !== undefined && compareVersions(a, b) > 0;
}
