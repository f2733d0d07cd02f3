import { isBurstable } from "../../azure/vm-sizes.ts";
import type { Level } from "../../model/finding.ts";
import { counted, NodePool } from "../../model/node-pools.ts";
import { cluster, example, finds } from "../examples.ts";
import { createdClusters, type Problem, rule } from "../rule.ts";
import { QUOTAS, SYSTEM_POOLS } from "../sources.ts";

const POOL = "default_node_pool[0]";
const SIZE = `${POOL}.vm_size`;
/** What AKS takes, and what it asks for: its pages differ. */
const LEAST_VCPUS = 2;
const RECOMMENDED_VCPUS = 4;
const LEAST_MEMORY_GIB = 4;

const size = (vm_size: string | null): object => cluster({ default_node_pool: { vm_size } });

export default rule({
  id: "cluster/system-pool-size",
  level: "error",
  fact: "The nodes of the system pool have at least 4 vCPUs and 4 GB of memory, and are not of the burstable B series.",
  why: "The pool runs the components of the cluster itself. AKS refuses fewer than 2 vCPUs or 4 GB. One page of its documentation asks for 4 vCPUs, another for 2. Both say that the B series is not supported, though AKS creates such pools.",
  source: QUOTAS,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    const pool = new NodePool(target, POOL);
    const name = pool.vmSize;
    if (name === undefined) return;
    const advice = `use a size of ${RECOMMENDED_VCPUS} vCPUs and ${LEAST_MEMORY_GIB} GB or more, for example Standard_D4s_v5`;
    const problem = (level: Level, message: string): Problem => ({
      attribute: SIZE,
      level,
      message: `${name} ${message}`,
      advice,
      fix: { set: { [SIZE]: "Standard_D4s_v5" } },
    });
    if (isBurstable(name))
      yield problem("warning", "is burstable, which AKS does not support for a system pool, though it creates one");
    yield function* () {
      const { vCpus } = pool;
      if (vCpus < LEAST_VCPUS)
        yield problem("error", `has ${counted(vCpus, "vCPU")}, and a system pool needs ${LEAST_VCPUS}`);
      else if (vCpus < RECOMMENDED_VCPUS)
        yield problem(
          "warning",
          `has ${vCpus} vCPUs, and AKS asks for ${RECOMMENDED_VCPUS} in a system pool (${SYSTEM_POOLS}) or for ${LEAST_VCPUS} (${QUOTAS})`,
        );
    };
    yield function* () {
      const { memoryGiB } = pool;
      if (memoryGiB < LEAST_MEMORY_GIB)
        yield problem("error", `has ${memoryGiB} GB of memory, and a system pool needs ${LEAST_MEMORY_GIB}`);
    };
  },
  configuration: {
    passing: { create: { nodePool: { vmSize: "Standard_D4s_v5" } } },
    failing: { create: { nodePool: { vmSize: "Standard_B4ms" } } },
  },
  get examples() {
    return {
      passing: [
        example("4 vCPUs and 16 GB", size("Standard_D4s_v5")),
        example("none given: AKS picks one", size(null)),
      ],
      failing: [
        finds("default_node_pool[0].vm_size", example("2 vCPUs and 8 GB", size("Standard_D2s_v5"))),
        finds(
          ["default_node_pool[0].vm_size", "default_node_pool[0].vm_size"],
          example("1 vCPU", size("Standard_D1_v2")),
        ),
        finds(
          ["default_node_pool[0].vm_size", "default_node_pool[0].vm_size"],
          example("2 vCPUs and 3.5 GB", size("Standard_A2")),
        ),
        finds(
          ["default_node_pool[0].vm_size", "default_node_pool[0].vm_size"],
          example("burstable", size("Standard_B2ms")),
        ),
      ],
      unknown: [
        example("a variable", size("${var.size}")),
        example("a size that the table does not know", size("Standard_Z1")),
      ],
    };
  },
});
