import { EXTENSION_MEMORY_GIB } from "../../azure/azureml-extension.ts";
import type { AksCompute } from "../../model/attachment.ts";
import { Extension } from "../../model/extension.ts";
import { Capacity, type NodePool } from "../../model/node-pools.ts";
import { jobsOf, MODELS } from "../../model/workloads.ts";
import { attachment, cluster, example, extension, finds, nodePool } from "../examples.ts";
import { hasNow, keepsAtLeast, memory, type Need, vCpus } from "../existing-cluster.ts";
import { endpoints, type Problem, rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

const PRODUCTION_VCPUS = 12;
/** https://learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension */
const EXTENSION_VCPUS = 4;

/** Something that each node of a pool has an amount of. */
interface Amount {
  readonly unit: string;
  of(pool: NodePool): number;
}

const VCPUS: Amount = { unit: "vCPUs", of: ({ vCpus }) => vCpus };
const MEMORY: Amount = { unit: "GB of memory", of: ({ memoryGiB }) => memoryGiB };

export default rule({
  id: "attachment/production-size",
  level: "error",
  fact: "A cluster for FastProd or DenseProd has at least 12 vCPUs: the vCPUs of the VM size times the nodes, over the pools that run models. For KubernetesCompute it has at least 4 vCPUs and 14 GB of memory.",
  why: "Azure ML refuses to attach a smaller cluster as AksCompute, after the cluster was created and paid for. On a smaller one, the extension of a KubernetesCompute leaves no room for models.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan", "apply"],
  isRefused: true,
  on: endpoints,
  *check(endpoint) {
    if (!endpoint.isProduction) return;
    const { resource, clusterPath } = endpoint;
    const { resource: target } = endpoint.cluster;
    if (!target) return resource.notKnown(clusterPath);
    if (!(endpoint instanceof Extension)) {
      yield* tooSmall(endpoint, new Capacity(target, MODELS), VCPUS, PRODUCTION_VCPUS);
      return;
    }
    // Labels may come later: what lacks because of them is a warning.
    const { nodeSelector: _, ...anywhere } = jobsOf(endpoint);
    const [all, labelled] = [new Capacity(target, anywhere), new Capacity(target, jobsOf(endpoint))];
    for (const [part, least] of [
      [VCPUS, EXTENSION_VCPUS],
      [MEMORY, EXTENSION_MEMORY_GIB],
    ] as const) {
      yield function* () {
        const found = [...tooSmall(endpoint, all, part, least)];
        if (found.length > 0) yield* found;
        else for (const problem of tooSmall(endpoint, labelled, part, least)) yield { ...problem, level: "warning" };
      };
    }
  },
  conditions: ({ cluster, isProduction, kubernetesCompute, vCpusUnlikeName, memoryUnlikeName }) => {
    if (!isProduction || kubernetesCompute?.installsExtension === false) return [];
    const atLeast = kubernetesCompute ? EXTENSION_VCPUS : PRODUCTION_VCPUS;
    const needs: Need[] = [
      { of: vCpus(vCpusUnlikeName()), atLeast },
      ...(kubernetesCompute ? [{ of: memory(memoryUnlikeName()), atLeast: EXTENSION_MEMORY_GIB }] : []),
    ];
    const words = kubernetesCompute
      ? `${atLeast} vCPUs or less than ${EXTENSION_MEMORY_GIB} GB of memory`
      : `${atLeast} vCPUs`;
    return [
      {
        level: "error",
        expression: hasNow(cluster, needs),
        wrong: `The cluster has fewer than ${words} in the pools that run models.`,
      },
      {
        level: "warning",
        expression: keepsAtLeast(cluster, needs),
        wrong: `Autoscaling may leave the cluster with fewer than ${words} in the pools that run models.`,
      },
    ];
  },
  configuration: {
    passing: { create: { nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 3 } } },
    failing: { create: { nodePool: { vmSize: "Standard_DS2_v2", nodeCount: 3 } } },
  },
  get examples() {
    return {
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
        example(
          "any size for DevTest",
          cluster({ default_node_pool: { node_count: 1 } }),
          attachment({ cluster_purpose: "DevTest" }),
        ),
        example(
          "a second pool that runs models",
          cluster({ default_node_pool: { node_count: 1 } }),
          attachment(),
          nodePool({ vm_size: "Standard_D8s_v5" }),
        ),
        example(
          "a second pool with a taint of Azure ML",
          cluster({ default_node_pool: { node_count: 1 } }),
          attachment(),
          nodePool({ vm_size: "Standard_D8s_v5", node_taints: ["ml.azure.com/amlarc=true:NoSchedule"] }),
        ),
        example(
          "a second pool with a taint that the extension's settings tolerate",
          cluster({ default_node_pool: { vm_size: "Standard_D2s_v5", node_count: 1 } }),
          extension({ "workLoadToleration[0].key": "sku", "workLoadToleration[0].operator": "Exists" }),
          nodePool({ node_taints: ["sku=gpu:NoSchedule"] }),
        ),
        example(
          "enough, whatever a pool adds that is not known",
          cluster(),
          attachment(),
          nodePool({ node_count: "${var.nodes}" }),
        ),
      ],
      failing: [
        finds(
          "default_node_pool[0].node_count",
          example("3 x 2 vCPUs", cluster({ default_node_pool: { vm_size: "Standard_DS2_v2" } }), attachment()),
        ),
        finds(
          ["default_node_pool[0].node_count", "default_node_pool[0].node_count"],
          example(
            "2 vCPUs for the extension",
            cluster({ default_node_pool: { vm_size: "Standard_D2s_v5", node_count: 1 } }),
            extension(),
          ),
        ),
        finds(
          "default_node_pool[0].node_count",
          example(
            "8 GB of memory for the extension",
            cluster({ default_node_pool: { vm_size: "Standard_F4s_v2", node_count: 1 } }),
            extension(),
          ),
        ),
        finds(
          "default_node_pool[0].node_count",
          example(
            "no purpose, which means production",
            cluster({ default_node_pool: { node_count: 1 } }),
            attachment({ cluster_purpose: null }),
          ),
        ),
        finds(
          "default_node_pool[0].min_count",
          example(
            "autoscaling from 2",
            cluster({
              default_node_pool: { node_count: null, auto_scaling_enabled: true, min_count: 2, max_count: 6 },
            }),
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
        finds(
          "default_node_pool[0].node_count",
          example(
            "12 vCPUs, but 8 of them for Windows",
            cluster({ default_node_pool: { node_count: 1 } }),
            attachment(),
            nodePool({ vm_size: "Standard_D8s_v5", os_type: "Windows" }),
          ),
        ),
        finds(
          "default_node_pool[0].node_count",
          example(
            "12 vCPUs, but 8 of them on spot nodes",
            cluster({ default_node_pool: { node_count: 1 } }),
            attachment(),
            nodePool({ vm_size: "Standard_D8s_v5", priority: "Spot" }),
          ),
        ),
        finds(
          "default_node_pool[0].node_count",
          example(
            "12 vCPUs, but 8 of them behind a taint",
            cluster({ default_node_pool: { node_count: 1 } }),
            attachment(),
            nodePool({ vm_size: "Standard_D8s_v5", node_taints: ["sku=gpu:NoSchedule"] }),
          ),
        ),
        finds(
          ["default_node_pool[0].node_count", "default_node_pool[0].node_count"],
          example(
            "6 vCPUs for the extension, but 4 of them without the label that its settings ask for",
            cluster({
              default_node_pool: { vm_size: "Standard_D2s_v5", node_count: 1, node_labels: { purpose: "ml" } },
            }),
            extension({ "nodeSelector.purpose": "ml" }),
            nodePool(),
          ),
        ),
      ],
      unknown: [
        example(
          "a pool more that is not known",
          cluster({ default_node_pool: { node_count: 1 } }),
          attachment(),
          nodePool({ node_count: "${var.nodes}" }),
        ),
        example(
          "node auto-provisioning adds nodes",
          cluster({ default_node_pool: { node_count: 1 }, node_provisioning_profile: { mode: "Auto" } }),
          attachment(),
        ),
        example(
          "the node count is a variable",
          cluster({ default_node_pool: { node_count: "${var.nodes}" } }),
          attachment(),
        ),
        example(
          "a size that the table does not know",
          cluster({ default_node_pool: { vm_size: "Standard_Z1" } }),
          attachment(),
        ),
        example("a cluster that is not in sight", attachment()),
      ],
    };
  },
});

function* tooSmall(
  endpoint: AksCompute | Extension,
  capacity: Capacity,
  { unit, of }: Amount,
  least: number,
): Generator<Problem> {
  // That nothing runs a model is another rule's.
  const shortage = capacity.isNone ? undefined : capacity.shortage(least, of);
  const [pool] = capacity.pools;
  if (!shortage || !pool) return;
  const { has, isSure } = shortage;
  const nodes = (each: NodePool): number => (isSure ? each.now : each.least);
  const sum = capacity.pools.map((each) => `${nodes(each)} x ${each.vmSize}`).join(" + ");
  const others = capacity.whyNot;
  yield {
    resource: pool.resource,
    attribute: pool.countPath,
    level: isSure ? "error" : "warning",
    message: `${isSure ? "" : "the autoscaler may leave "}${sum} = ${has} ${unit}, and ${endpoint.purpose} needs ${least}${others && `; ${others}`}`,
    advice: `use ${Math.ceil((least - has) / of(pool)) + nodes(pool)} nodes of this size, a larger VM size, or the purpose DevTest`,
    fix: () => capacity.enough(least, of),
  };
}
