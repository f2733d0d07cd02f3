import { aksComputesOf } from "../../model/attachment.ts";
import { attributeOf, nodePools } from "../../model/node-pools.ts";
import { attachment, cluster, example, finds, nodePool } from "../examples.ts";
import { rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

export default rule({
  id: "cluster/serving-pool",
  level: "warning",
  fact: "The VM size that the models need is the size of the cluster's own pool.",
  why: "AksCompute deploys no model to a second pool on purpose: a GPU there stays idle.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan"],
  on: aksComputesOf,
  *check({ cluster: { resource: target }, resource, paths }) {
    if (!target) return resource.notKnown(paths.clusterId);
    const [own, ...others] = nodePools(target);
    const size = own?.resource.text(attributeOf(own, "vm_size"));
    for (const other of others) {
      const attribute = attributeOf(other, "vm_size");
      const otherSize = other.resource.text(attribute);
      if (otherSize === size) continue;
      yield {
        resource: other.resource,
        attribute,
        message: `models are not sent to this pool of ${otherSize}: the cluster's own pool has ${size}`,
        advice: "give the cluster's own pool the size that the models need",
      };
    }
  },
  configuration: "A cluster is synthesized with one pool.",
  examples: {
    passing: [example("one pool", cluster(), attachment()), example("two pools of one size", cluster(), attachment(), nodePool())],
    failing: [finds("vm_size", example("a second pool with GPUs", cluster(), attachment(), nodePool({ vm_size: "Standard_NC24ads_A100_v4" })))],
    unknown: [example("the second pool's size is a variable", cluster(), attachment(), nodePool({ vm_size: "${var.size}" }))],
  },
});
