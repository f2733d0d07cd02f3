import { aksComputesOf } from "../../model/attachment.ts";
import { Capacity } from "../../model/node-pools.ts";
import { MODELS } from "../../model/workloads.ts";
import { attachment, cluster, example, finds } from "../examples.ts";
import { hasAtLeast, vCpus } from "../existing-cluster.ts";
import { rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

const DEV_TEST_VCPUS = 2;

export default rule({
  id: "attachment/dev-test-size",
  level: "warning",
  fact: "A cluster for DevTest has at least 2 vCPUs.",
  why: "With fewer, the components of Azure ML leave no room for a model.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan", "apply"],
  isRefused: true,
  on: aksComputesOf,
  *check(subject) {
    if (subject.isProduction) return;
    const { resource, paths } = subject;
    const { resource: target } = subject.cluster;
    if (!target) return resource.notKnown(paths.clusterId);
    const capacity = new Capacity(target, MODELS);
    const shortage = capacity.isNone ? undefined : capacity.shortage(DEV_TEST_VCPUS, ({ vCpus }) => vCpus);
    const [pool] = capacity.pools;
    if (!shortage || !pool) return;
    yield {
      resource: pool.resource,
      attribute: pool.countPath,
      message: `${shortage.has} vCPU${shortage.isSure ? "" : " where the pool scales down"}, and DevTest needs ${DEV_TEST_VCPUS}`,
      advice: "add a node, or use a larger VM size",
      fix: () => capacity.enough(DEV_TEST_VCPUS, ({ vCpus }) => vCpus),
    };
  },
  conditions: ({ cluster, isProduction, kubernetesCompute, vCpusUnlikeName }) =>
    isProduction || kubernetesCompute
      ? []
      : [
          {
            level: "warning",
            expression: hasAtLeast(cluster, [{ of: vCpus(vCpusUnlikeName()), atLeast: DEV_TEST_VCPUS }]),
            wrong: `The cluster has, or may scale in to, fewer than ${DEV_TEST_VCPUS} vCPUs in the pools that run models.`,
          },
        ],
  configuration: {
    passing: { attachment: { clusterPurpose: "DevTest" } },
    failing: {
      create: { nodePool: { vmSize: "Standard_D1_v2", nodeCount: 1 } },
      attachment: { clusterPurpose: "DevTest" },
    },
  },
  get examples() {
    return {
      passing: [
        example(
          "1 x 2 vCPUs",
          cluster({ default_node_pool: { vm_size: "Standard_D2s_v5", node_count: 1 } }),
          attachment({ cluster_purpose: "DevTest" }),
        ),
      ],
      failing: [
        finds(
          "default_node_pool[0].node_count",
          example(
            "1 x 1 vCPU",
            cluster({ default_node_pool: { vm_size: "Standard_D1_v2", node_count: 1 } }),
            attachment({ cluster_purpose: "DevTest" }),
          ),
        ),
      ],
      unknown: [
        example(
          "the purpose is a variable",
          cluster({ default_node_pool: { vm_size: "Standard_D1_v2", node_count: 1 } }),
          attachment({ cluster_purpose: "${var.purpose}" }),
        ),
      ],
    };
  },
});
