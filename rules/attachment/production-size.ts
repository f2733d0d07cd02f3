import { attributeOf, countAttribute, nodesOf, servingPools, vCpusPerNode } from "../../terraform/node-pools.ts";
import { attachment, cluster, example, nodePool } from "../examples.ts";
import { attachments, rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

const PRODUCTION_VCPUS = 12;

export default rule({
  id: "attachment/production-size",
  level: "error",
  fact: "A cluster for FastProd or DenseProd has at least 12 vCPUs: the vCPUs of the VM size times the nodes, over the pools that run models.",
  why: "Azure ML refuses the attachment of a smaller cluster, after the cluster was made and paid for.",
  source: CREATE_ATTACH,
  phases: ["S", "P", "A"],
  on: attachments,
  *check({ isProduction, purpose, cluster: { resource: target }, resource, paths }) {
    if (!isProduction) return;
    if (!target) return resource.missing(paths.clusterId);
    const pools = servingPools(target);
    let total = 0;
    for (const pool of pools) total += nodesOf(pool) * vCpusPerNode(pool);
    if (total >= PRODUCTION_VCPUS) return;
    const [pool] = pools;
    if (!pool) return target.missing("default_node_pool");
    const sum = pools.map((each) => `${nodesOf(each)} x ${each.resource.text(attributeOf(each, "vm_size"))}`).join(" + ");
    yield {
      resource: pool.resource,
      attribute: countAttribute(pool),
      message: `${sum} = ${total} vCPUs, and ${purpose} needs ${PRODUCTION_VCPUS}`,
      advice: `give it ${Math.ceil((PRODUCTION_VCPUS - total) / vCpusPerNode(pool)) + nodesOf(pool)} nodes of this size, a larger VM size, or the purpose DevTest`,
    };
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
      example("any size for DevTest", cluster({ default_node_pool: { node_count: 1 } }), attachment({ cluster_purpose: "DevTest" })),
      example("a second pool that runs models", cluster({ default_node_pool: { node_count: 1 } }), attachment(), nodePool({ vm_size: "Standard_D8s_v5" })),
    ],
    failing: [
      example("3 x 2 vCPUs", cluster({ default_node_pool: { vm_size: "Standard_DS2_v2" } }), attachment()),
      example("no purpose, which means production", cluster({ default_node_pool: { node_count: 1 } }), attachment({ cluster_purpose: null })),
      example("autoscaling from 2", cluster({ default_node_pool: { node_count: null, auto_scaling_enabled: true, min_count: 2, max_count: 6 } }), attachment()),
      example(
        "12 vCPUs, but 4 of them for add-ons only",
        cluster({ default_node_pool: { node_count: 1, only_critical_addons_enabled: true } }),
        attachment(),
        nodePool({ vm_size: "Standard_D8s_v5" }),
      ),
    ],
    unknown: [
      example("the node count is a variable", cluster({ default_node_pool: { node_count: "${var.nodes}" } }), attachment()),
      example("a size that the table does not know", cluster({ default_node_pool: { vm_size: "Standard_Z1" } }), attachment()),
      example("a cluster that is not in sight", attachment()),
    ],
  },
});
