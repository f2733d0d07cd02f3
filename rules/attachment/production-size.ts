import { Extension } from "../../model/extension.ts";
import { attributeOf, countAttribute, memoryPerNode, nodesOf, servingPools, vCpusPerNode } from "../../model/node-pools.ts";
import { attachment, cluster, example, extension, finds, nodePool } from "../examples.ts";
import { endpoints, type Problem, rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

const PRODUCTION_VCPUS = 12;
/** https://learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension */
const EXTENSION_VCPUS = 4;
const EXTENSION_MEMORY = 14;

export default rule({
  id: "attachment/production-size",
  level: "error",
  fact: "A cluster for FastProd or DenseProd has at least 12 vCPUs: the vCPUs of the VM size times the nodes, over the pools that run models. For KubernetesCompute it has at least 4 vCPUs and 14 GB of memory.",
  why: "Azure ML refuses the attachment of a smaller cluster as AksCompute, after the cluster was made and paid for. The extension of a KubernetesCompute leaves a smaller one no room for models.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan", "apply"],
  on: endpoints,
  *check(endpoint) {
    const { isProduction, purpose, resource, clusterPath } = endpoint;
    if (!isProduction) return;
    const { resource: target } = endpoint.cluster;
    if (!target) return resource.notKnown(clusterPath);
    const isExtension = endpoint instanceof Extension;
    const least = isExtension ? EXTENSION_VCPUS : PRODUCTION_VCPUS;
    const pools = servingPools(target);
    let total = 0;
    for (const pool of pools) total += nodesOf(pool) * vCpusPerNode(pool);
    const [pool] = pools;
    if (!pool) return target.notKnown("default_node_pool");
    const sum = pools.map((each) => `${nodesOf(each)} x ${each.resource.text(attributeOf(each, "vm_size"))}`).join(" + ");
    const tooSmall = (has: string, needs: string, nodes: number): Problem => ({
      resource: pool.resource,
      attribute: countAttribute(pool),
      message: `${sum} = ${has}, and ${purpose} needs ${needs}`,
      advice: `give it ${nodes} nodes of this size, a larger VM size, or the purpose DevTest`,
    });
    if (total < least) yield tooSmall(`${total} vCPUs`, String(least), Math.ceil((least - total) / vCpusPerNode(pool)) + nodesOf(pool));
    if (!isExtension) return;
    let memory = 0;
    for (const each of pools) memory += nodesOf(each) * memoryPerNode(each);
    if (memory < EXTENSION_MEMORY)
      yield tooSmall(`${memory} GB of memory`, String(EXTENSION_MEMORY), Math.ceil((EXTENSION_MEMORY - memory) / memoryPerNode(pool)) + nodesOf(pool));
  },
  configuration: {
    passing: { create: { nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 3 } } },
    failing: { create: { nodePool: { vmSize: "Standard_DS2_v2", nodeCount: 3 } } },
  },
  examples: {
    passing: [
      example("3 x 4 vCPUs", cluster(), attachment()),
      example(
        "autoscaling from 3 x 4 vCPUs",
        cluster({ default_node_pool: { node_count: null, auto_scaling_enabled: true, min_count: 3, max_count: 6 } }),
        attachment(),
      ),
      example("4 vCPUs and 16 GB for the extension", cluster({ default_node_pool: { node_count: 1 } }), extension()),
      example(
        "any size for a DevTest extension",
        cluster({ default_node_pool: { vm_size: "Standard_D2s_v5", node_count: 1 } }),
        extension({ clusterPurpose: "DevTest" }),
      ),
      example("any size for DevTest", cluster({ default_node_pool: { node_count: 1 } }), attachment({ cluster_purpose: "DevTest" })),
      example("a second pool that runs models", cluster({ default_node_pool: { node_count: 1 } }), attachment(), nodePool({ vm_size: "Standard_D8s_v5" })),
    ],
    failing: [
      finds("default_node_pool[0].node_count", example("3 x 2 vCPUs", cluster({ default_node_pool: { vm_size: "Standard_DS2_v2" } }), attachment())),
      finds(
        ["default_node_pool[0].node_count", "default_node_pool[0].node_count"],
        example("2 vCPUs for the extension", cluster({ default_node_pool: { vm_size: "Standard_D2s_v5", node_count: 1 } }), extension()),
      ),
      finds(
        "default_node_pool[0].node_count",
        example("8 GB of memory for the extension", cluster({ default_node_pool: { vm_size: "Standard_F4s_v2", node_count: 1 } }), extension()),
      ),
      finds(
        "default_node_pool[0].node_count",
        example("no purpose, which means production", cluster({ default_node_pool: { node_count: 1 } }), attachment({ cluster_purpose: null })),
      ),
      finds(
        "default_node_pool[0].min_count",
        example(
          "autoscaling from 2",
          cluster({ default_node_pool: { node_count: null, auto_scaling_enabled: true, min_count: 2, max_count: 6 } }),
          attachment(),
        ),
      ),
      finds(
        "node_count",
        example(
          "12 vCPUs, but 4 of them for add-ons only",
          cluster({ default_node_pool: { node_count: 1, only_critical_addons_enabled: true } }),
          attachment(),
          nodePool({ vm_size: "Standard_D8s_v5" }),
        ),
      ),
    ],
    unknown: [
      example("the node count is a variable", cluster({ default_node_pool: { node_count: "${var.nodes}" } }), attachment()),
      example("a size that the table does not know", cluster({ default_node_pool: { vm_size: "Standard_Z1" } }), attachment()),
      example("a cluster that is not in sight", attachment()),
    ],
  },
});
