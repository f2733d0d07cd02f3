import { isBurstable, vmSize } from "../../azure/vm-sizes.ts";
import { knownVCpus } from "../../model/node-pools.ts";
import { cluster, example, finds } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";
import { QUOTAS } from "../sources.ts";

const POOL = "default_node_pool[0]";
const SIZE = `${POOL}.vm_size`;
const LEAST_VCPUS = 2;
const LEAST_MEMORY_GIB = 4;

const size = (vm_size: string | null): object => cluster({ default_node_pool: { vm_size } });

export default rule({
  id: "cluster/system-pool-size",
  level: "error",
  fact: "The nodes of the cluster's own pool have at least 2 vCPUs and 4 GB of memory, and are not of the burstable B series.",
  why: "The pool runs what keeps the cluster alive. AKS refuses smaller sizes at apply time.",
  source: QUOTAS,
  phases: ["synthesis", "plan"],
  on: createdClusters,
  *check(target) {
    const name = target.text(SIZE);
    if (name === undefined) return;
    const advice = `take a size of ${LEAST_VCPUS} vCPUs and ${LEAST_MEMORY_GIB} GB or more, for example Standard_D2s_v5`;
    if (isBurstable(name))
      yield {
        attribute: SIZE,
        message: `${name} is burstable, and AKS takes no burstable size for a system pool`,
        advice,
      };
    const vCpus = knownVCpus({ resource: target, path: POOL }) ?? target.notKnown(SIZE);
    if (vCpus < LEAST_VCPUS) yield { attribute: SIZE, message: `${name} has ${vCpus} vCPU, and a system pool needs ${LEAST_VCPUS}`, advice };
    const memory = vmSize(name)?.memoryGiB ?? target.notKnown(SIZE);
    if (memory < LEAST_MEMORY_GIB)
      yield {
        attribute: SIZE,
        message: `${name} has ${memory} GB of memory, and a system pool needs ${LEAST_MEMORY_GIB}`,
        advice,
      };
  },
  configuration: {
    passing: { create: { nodePool: { vmSize: "Standard_D4s_v5" } } },
    failing: { create: { nodePool: { vmSize: "Standard_B4ms" } } },
  },
  examples: {
    passing: [example("2 vCPUs and 8 GB", size("Standard_D2s_v5")), example("none given: AKS picks one", size(null))],
    failing: [
      finds(["default_node_pool[0].vm_size", "default_node_pool[0].vm_size"], example("1 vCPU", size("Standard_D1_v2"))),
      finds("default_node_pool[0].vm_size", example("2 vCPUs and 3.5 GB", size("Standard_A2"))),
      finds("default_node_pool[0].vm_size", example("burstable", size("Standard_B2ms"))),
    ],
    unknown: [example("a variable", size("${var.size}")), example("a size that the table does not know", size("Standard_Z1"))],
  },
});
