import { aksComputesOf } from "../../model/attachment.ts";
import { Capacity, counted } from "../../model/node-pools.ts";
import { MODELS } from "../../model/workloads.ts";
import { attachment, cluster, example, finds, nodePool } from "../examples.ts";
import { hasAtLeast } from "../existing-cluster.ts";
import { rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

const PRODUCTION_NODES = 3;

export default rule({
  id: "attachment/production-nodes",
  level: "warning",
  fact: "A cluster for FastProd or DenseProd has at least 3 nodes that run models.",
  why: "azureml-fe, the front end of the endpoints, has three replicas. On fewer nodes, one failure stops several of them.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan", "apply"],
  isRefused: true,
  on: aksComputesOf,
  *check(subject) {
    if (!subject.isProduction) return;
    const { resource, paths, purpose } = subject;
    const { resource: target } = subject.cluster;
    if (!target) return resource.notKnown(paths.clusterId);
    const capacity = new Capacity(target, MODELS);
    const shortage = capacity.isNone ? undefined : capacity.shortage(PRODUCTION_NODES, () => 1);
    const [pool] = capacity.pools;
    if (!shortage || !pool) return;
    const others = capacity.whyNot;
    yield {
      resource: pool.resource,
      attribute: pool.countPath,
      message: `${counted(shortage.has, "node")}${shortage.isSure ? "" : " where the pools scale down"}, and ${purpose} needs ${PRODUCTION_NODES}${others && `; ${others}`}`,
      advice: `use ${PRODUCTION_NODES} or more nodes`,
      fix: () => capacity.enough(PRODUCTION_NODES, () => 1),
    };
  },
  conditions: ({ cluster, isProduction, kubernetesCompute }) =>
    isProduction && !kubernetesCompute
      ? [
          {
            level: "warning",
            expression: hasAtLeast(cluster, [{ atLeast: PRODUCTION_NODES }]),
            wrong: `The cluster has, or may scale in to, fewer than ${PRODUCTION_NODES} nodes that run models.`,
          },
        ]
      : [],
  configuration: { passing: {}, failing: { create: { nodePool: { vmSize: "Standard_D16s_v5", nodeCount: 1 } } } },
  get examples() {
    return {
      passing: [
        example("3 nodes", cluster(), attachment()),
        example(
          "1 node, and 2 of another pool",
          cluster({ default_node_pool: { node_count: 1 } }),
          attachment(),
          nodePool({ node_count: 2 }),
        ),
        example(
          "1 node for DevTest",
          cluster({ default_node_pool: { node_count: 1 } }),
          attachment({ cluster_purpose: "DevTest" }),
        ),
      ],
      failing: [
        finds(
          "default_node_pool[0].node_count",
          example(
            "1 node of 16 vCPUs",
            cluster({ default_node_pool: { vm_size: "Standard_D16s_v5", node_count: 1 } }),
            attachment(),
          ),
        ),
        finds(
          "default_node_pool[0].node_count",
          example(
            "1 node, and 5 spot nodes",
            cluster({ default_node_pool: { vm_size: "Standard_D16s_v5", node_count: 1 } }),
            attachment(),
            nodePool({ priority: "Spot", node_count: 5 }),
          ),
        ),
      ],
      unknown: [
        example(
          "an existing cluster that is not read yet",
          { data: { azurerm_kubernetes_cluster: { cluster: { name: "aks-cluster", resource_group_name: "rg" } } } },
          attachment(),
        ),
        example(
          "the node count is a variable",
          cluster({ default_node_pool: { node_count: "${var.nodes}" } }),
          attachment(),
        ),
      ],
    };
  },
});
