import { cluster, example, finds, nodePool } from "../examples.ts";
import { nodePoolResources, rule } from "../rule.ts";
import { AZURERM_NODE_POOL } from "../sources.ts";

export default rule({
  id: "cluster/spot-fields",
  level: "error",
  fact: "A node pool has spot settings only with the priority Spot, and Linux settings only with Linux.",
  why: "azurerm finds it out at apply time: `eviction_policy` and `spot_max_price` can only be set when `priority` is set to `Spot`, `linux_os_config` only when `os_type` is `Linux`.",
  source: AZURERM_NODE_POOL,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: nodePoolResources,
  *check(pool) {
    if ((pool.text("priority") ?? "Regular") !== "Spot") {
      for (const attribute of ["eviction_policy", "spot_max_price"]) {
        const value = pool.text(attribute);
        // -1 is what azurerm writes where no price is given.
        if (value === undefined || (attribute === "spot_max_price" && Number(value) === -1)) continue;
        yield {
          attribute,
          message: `${attribute} is set, and the pool is not a spot pool`,
          advice: `remove it, or set priority to "Spot"`,
          fix: { set: { [attribute]: null } },
        };
      }
    }
    if ((pool.text("os_type") ?? "Linux") !== "Linux" && pool.exists("linux_os_config")) {
      yield {
        attribute: "linux_os_config",
        message: "linux_os_config is set, and the pool does not run Linux",
        advice: "remove it",
        fix: { set: { linux_os_config: null } },
      };
    }
  },
  configuration: "Spot settings are configured for spot pools alone.",
  get examples() {
    return {
      passing: [
        example(
          "a spot pool",
          cluster(),
          nodePool({ priority: "Spot", eviction_policy: "Delete", spot_max_price: 0.5 }),
        ),
        example("an ordinary pool", cluster(), nodePool({ spot_max_price: -1 })),
      ],
      failing: [
        finds(
          "eviction_policy",
          example("an eviction policy without Spot", cluster(), nodePool({ eviction_policy: "Delete" })),
        ),
        finds("spot_max_price", example("a price without Spot", cluster(), nodePool({ spot_max_price: 0.5 }))),
        finds(
          "linux_os_config",
          example(
            "Linux settings on Windows",
            cluster(),
            nodePool({ os_type: "Windows", linux_os_config: { swap_file_size_mb: 100 } }),
          ),
        ),
      ],
      unknown: [
        example(
          "the priority is a variable",
          cluster(),
          nodePool({ priority: "${var.priority}", eviction_policy: "Delete" }),
        ),
      ],
    };
  },
});
