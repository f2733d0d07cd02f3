import { aksComputesOf } from "../../model/attachment.ts";
import { Capacity } from "../../model/node-pools.ts";
import { MODELS } from "../../model/workloads.ts";
import { attachment, cluster, example, finds, nodePool } from "../examples.ts";
import { rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

export default rule({
  id: "cluster/serving-pool",
  level: "warning",
  fact: "The default node pool has the VM size that the models need.",
  why: "AksCompute does not choose a pool for a model: a GPU in a second pool stays idle.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan"],
  on: aksComputesOf,
  *check({ cluster: { resource: target }, resource, paths }) {
    if (!target) return resource.notKnown(paths.clusterId);
    const { pools } = new Capacity(target, MODELS);
    const [first, ...others] = pools;
    for (const other of others) {
      yield function* () {
        if (other.vmSize === first?.vmSize) return;
        yield {
          resource: other.resource,
          attribute: other.at("vm_size"),
          message: `models are not sent to this pool of ${other.vmSize}: the default node pool has ${first?.vmSize}`,
          advice: "use the size that the models need in the default node pool",
        };
      };
    }
  },
  configuration: {
    passing: { create: { nodePools: { cpu: { vmSize: "Standard_D4s_v5", nodeCount: 1 } } } },
    failing: { create: { nodePools: { gpu: { vmSize: "Standard_NC4as_T4_v3", nodeCount: 1 } } } },
  },
  get examples() {
    return {
      passing: [
        example("one pool", cluster(), attachment()),
        example("two pools of one size", cluster(), attachment(), nodePool()),
        example(
          "a second pool for something else",
          cluster(),
          attachment(),
          nodePool({ vm_size: "Standard_D8s_v5", node_taints: ["team=web:NoSchedule"] }),
        ),
      ],
      failing: [
        finds(
          "vm_size",
          example(
            "a second pool with GPUs",
            cluster(),
            attachment(),
            nodePool({ vm_size: "Standard_NC24ads_A100_v4" }),
          ),
        ),
      ],
      unknown: [
        example("the second pool's size is a variable", cluster(), attachment(), nodePool({ vm_size: "${var.size}" })),
      ],
    };
  },
});
