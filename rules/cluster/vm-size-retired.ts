import { vmRetirement, vmSize } from "../../azure/vm-sizes.ts";
import { attributeOf } from "../../model/node-pools.ts";
import { cluster, example, finds, nodePool } from "../examples.ts";
import { allNodePools, rule } from "../rule.ts";
import { RETIRED_SIZES } from "../sources.ts";

const size = (vm_size: string): object => cluster({ default_node_pool: { vm_size } });

/** A current size with as many vCPUs, and as much memory; undefined where there is none, as for GPUs. */
function successorOf(name: string): string | undefined {
  const old = vmSize(name);
  if (!old || old.gpus > 0) return undefined;
  return ["D", "E"]
    .map((family) => `Standard_${family}${Math.max(2, old.vCpus)}s_v5`)
    .find((each) => {
      const size = vmSize(each);
      return size !== undefined && size.vCpus >= old.vCpus && size.memoryGiB >= old.memoryGiB;
    });
}

export default rule({
  id: "cluster/vm-size-retired",
  level: "warning",
  fact: "The VM size is not retired, and its retirement is not announced.",
  why: "Nodes of a retired size are stopped on that day, and no new ones are created. New subscriptions may not get it even before.",
  source: RETIRED_SIZES,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: allNodePools,
  *check(pool, { today }) {
    const attribute = attributeOf(pool, "vm_size");
    const name = pool.resource.text(attribute);
    const retirement = name === undefined ? undefined : vmRetirement(name);
    if (!retirement) return;
    const when = retirement.date <= today ? `retired on ${retirement.date}` : `retires on ${retirement.date}`;
    yield {
      attribute,
      message: `${name} (series ${retirement.series}) ${when}`,
      advice: "use a current size, for example of the Dsv5 or Dsv6 series",
      fix: () => {
        const current = name === undefined ? undefined : successorOf(name);
        return current === undefined ? undefined : { set: { [attribute]: current } };
      },
    };
  },
  configuration: {
    passing: { create: { nodePool: { vmSize: "Standard_D4s_v5" } } },
    failing: { create: { nodePool: { vmSize: "Standard_D3_v2" } } },
  },
  get examples() {
    return {
      passing: [example("a current size", cluster())],
      failing: [
        finds("default_node_pool[0].vm_size", example("a retired size", size("Standard_NC6s_v3"))),
        finds("default_node_pool[0].vm_size", example("a size with a date", size("Standard_D3_v2"))),
        finds("vm_size", example("a second pool", cluster(), nodePool({ vm_size: "Standard_F4s_v2" }))),
      ],
      unknown: [example("a variable", size("${var.size}"))],
    };
  },
});
