import { aksComputesOf } from "../../model/attachment.ts";
import { countAttribute, nodesOf, servingPools } from "../../model/node-pools.ts";
import { attachment, cluster, example, finds } from "../examples.ts";
import { rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

const PRODUCTION_NODES = 3;

export default rule({
  id: "attachment/production-nodes",
  level: "warning",
  fact: "A cluster for FastProd or DenseProd has at least 3 nodes that run models.",
  why: "azureml-fe, the front end of the endpoints, runs as three replicas; on fewer nodes they fall together.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan", "apply"],
  on: aksComputesOf,
  *check({ isProduction, purpose, cluster: { resource: target }, resource, paths }) {
    if (!isProduction) return;
    if (!target) return resource.notKnown(paths.clusterId);
    const pools = servingPools(target);
    const nodes = pools.reduce((total, pool) => total + nodesOf(pool), 0);
    const [pool] = pools;
    if (nodes >= PRODUCTION_NODES || !pool) return;
    yield {
      resource: pool.resource,
      attribute: countAttribute(pool),
      message: `${nodes} ${nodes === 1 ? "node" : "nodes"}, and ${purpose} needs ${PRODUCTION_NODES}`,
      advice: `give it ${PRODUCTION_NODES} nodes or more`,
    };
  },
  configuration: { passing: {}, failing: { create: { nodePool: { vmSize: "Standard_D16s_v5", nodeCount: 1 } } } },
  examples: {
    passing: [
      example("3 nodes", cluster(), attachment()),
      example("1 node for DevTest", cluster({ default_node_pool: { node_count: 1 } }), attachment({ cluster_purpose: "DevTest" })),
    ],
    failing: [
      finds(
        "default_node_pool[0].node_count",
        example("1 node of 16 vCPUs", cluster({ default_node_pool: { vm_size: "Standard_D16s_v5", node_count: 1 } }), attachment()),
      ),
    ],
    unknown: [
      example(
        "an existing cluster that is not read yet",
        { data: { azurerm_kubernetes_cluster: { cluster: { name: "aks-cluster", resource_group_name: "rg" } } } },
        attachment(),
      ),
      example("the node count is a variable", cluster({ default_node_pool: { node_count: "${var.nodes}" } }), attachment()),
    ],
  },
});
