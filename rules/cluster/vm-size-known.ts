import { vmSize, vmSizeNames } from "../../azure/vm-sizes.ts";
import { nearestTo } from "../../model/nearest.ts";
import { attributeOf, saidVCpus } from "../../model/node-pools.ts";
import { attachment, cluster, example, finds, nodePool } from "../examples.ts";
import { allNodePools, rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

const size = (vm_size: string): object => cluster({ default_node_pool: { vm_size } });

export default rule({
  id: "cluster/vm-size-known",
  level: "warning",
  fact: "The vCPUs of the VM size are known.",
  why: "Azure ML counts vCPUs. Without their number, it is not known before the attachment whether they are enough.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan"],
  isOfAzureMl: true,
  on: allNodePools,
  *check(pool) {
    const attribute = attributeOf(pool, "vm_size");
    const name = pool.resource.text(attribute);
    if (name === undefined) return;
    const [counted, said] = [vmSize(name)?.vCpus, saidVCpus(pool)];
    if (counted !== undefined && said !== undefined && counted !== said) {
      yield {
        attribute,
        message: `${name} has ${counted} vCPUs, and the configuration says ${said}`,
        advice: {
          terraform: "remove the number: the table of VM sizes has this one",
          configuration: "remove vCpus: the table of VM sizes has this one",
        },
        ...(pool.path === "" ? {} : { fix: { configuration: { "create.nodePool.vCpus": null } } }),
      };
    }
    if ((counted ?? said) !== undefined) return;
    const nearest = nearestTo(name, vmSizeNames());
    const spelling = nearest?.isLikely ? `did you mean ${nearest.name}?` : "check the spelling.";
    yield {
      attribute,
      message: `the table of VM sizes has no ${name}`,
      advice: {
        terraform: `${spelling} If the size is new, count its vCPUs yourself`,
        configuration: `${spelling} If the size is new, set vCpus beside it`,
      },
    };
  },
  configuration: {
    passing: { create: { nodePool: { vmSize: "Standard_D4s_v99", vCpus: 4 } } },
    failing: { create: { nodePool: { vmSize: "Standard_D4s_v99" } } },
  },
  get examples() {
    return {
      passing: [
        example("a size of the table", cluster()),
        example("a new size with its vCPUs", size("Standard_Z1"), { output: { cluster_vcpus_per_node: { value: 8 } } }),
      ],
      failing: [
        finds(
          "default_node_pool[0].vm_size",
          example("another number than the table's", cluster(), attachment(), {
            output: { cluster_vcpus_per_node: { value: 64 } },
          }),
        ),
        finds("default_node_pool[0].vm_size", example("a misspelling", size("Standard_D4_v55"), attachment())),
        finds("vm_size", example("a second pool", cluster(), attachment(), nodePool({ vm_size: "Standard_Z1" }))),
      ],
      unknown: [example("a variable", size("${var.size}"))],
    };
  },
});
