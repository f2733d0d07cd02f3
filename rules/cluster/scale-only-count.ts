import { rotatingPaths } from "../../model/node-pools.ts";
import { change, cluster, finds, nodePool } from "../examples.ts";
import { allNodePools, rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

export default rule({
  id: "cluster/scale-only-count",
  level: "warning",
  fact: "Only the number of nodes of a node pool changes.",
  why: "Another VM size, subnet, disk or zone moves the pool to new nodes, or deletes it first. Models restart, and those with one replica are down meanwhile.",
  source: CREATE_ATTACH,
  phases: ["plan"],
  on: allNodePools,
  *check({ resource, path }) {
    // A cluster that is rebuilt as a whole is another rule's.
    const isRebuilt = path === "" && resource.isReplaced;
    const paths = isRebuilt
      ? (resource.parts.change?.replacing ?? [])
      : resource.actions.includes("update")
        ? rotatingPaths(resource)
        : [];
    if (paths.length === 0 && !isRebuilt) return;
    yield {
      attribute: paths[0],
      message: isRebuilt
        ? `this deletes the pool and creates it again${paths.length > 0 ? ` because of ${paths.map((each) => resource.writtenAs(each)).join(", ")}` : ""}`
        : `this moves the pool to new nodes because of ${paths.map((each) => resource.writtenAs(each)).join(", ")}`,
      advice:
        "first check that every model has a second replica elsewhere, or add a new pool and remove this one afterwards",
    };
  },
  configuration: "Only a plan knows what exists and is changed.",
  get examples() {
    return {
      passing: [change("more nodes", [cluster()], [cluster({ default_node_pool: { node_count: 5 } })])],
      failing: [
        finds(
          "default_node_pool[0].vm_size",
          change("another VM size", [cluster()], [cluster({ default_node_pool: { vm_size: "Standard_D8s_v5" } })]),
        ),
        finds(
          "name",
          change("a second pool that is rebuilt", [cluster(), nodePool()], [cluster(), nodePool({ name: "other" })], {
            "azurerm_kubernetes_cluster_node_pool.models": ["name"],
          }),
        ),
      ],
      unknown: [],
    };
  },
});
