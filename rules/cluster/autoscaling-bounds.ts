import { attributeOf } from "../../model/node-pools.ts";
import { cluster, example, finds, nodePool } from "../examples.ts";
import { allNodePools, rule } from "../rule.ts";
import { AZURERM_CLUSTER } from "../sources.ts";

const pool = (changes: object): object => cluster({ default_node_pool: changes });

export default rule({
  id: "cluster/autoscaling-bounds",
  level: "error",
  fact: "A pool with autoscaling has a minimum and a maximum number of nodes, and a node count between them if it sets one. A pool without has neither.",
  why: "azurerm finds it out at apply time: `min_count` and `max_count` must be configured when autoscaling is on, and must be null when it is off.",
  source: AZURERM_CLUSTER,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: allNodePools,
  *check({ resource, path }) {
    const at = (name: string): string => attributeOf({ path }, name);
    const [min, max] = [resource.number(at("min_count")), resource.number(at("max_count"))];
    if (resource.flag(at("auto_scaling_enabled")) !== true) {
      // Azure answers 0 where there is none.
      if ((min ?? 0) === 0 && (max ?? 0) === 0) return;
      yield {
        attribute: at(min === undefined ? "max_count" : "min_count"),
        message: "min_count and max_count are set, and autoscaling is off",
        advice: {
          terraform: "set auto_scaling_enabled to true, or set node_count only",
          configuration: "set minCount and maxCount only, or nodeCount only",
        },
        ...(min === undefined || max === undefined ? {} : { fix: { set: { [at("auto_scaling_enabled")]: true } } }),
      };
      return;
    }
    if (min === undefined || max === undefined) {
      const missing = min === undefined ? "min_count" : "max_count";
      yield {
        attribute: at(missing),
        message: `autoscaling is on without ${missing}`,
        advice: "set both the minimum and the maximum",
      };
      return;
    }
    if (min > max)
      yield {
        attribute: at("min_count"),
        message: `the minimum number of nodes, ${min}, is above the maximum, ${max}`,
        advice: "swap them, or raise the maximum",
        fix: { set: { [at("min_count")]: max, [at("max_count")]: min } },
      };
    // The count that the autoscaler made of it may be any.
    const count = resource.isSetByAuthor(at("node_count")) ? resource.number(at("node_count")) : undefined;
    if (count !== undefined && (count < min || count > max)) {
      yield {
        attribute: at("node_count"),
        message: `the node count ${count} is not between ${min} and ${max}`,
        advice: {
          terraform: "remove node_count: the autoscaler sets it",
          configuration: "remove nodeCount: the autoscaler sets it",
        },
        fix: { set: { [at("node_count")]: null } },
      };
    }
  },
  configuration: {
    passing: { create: { nodePool: { nodeCount: null, minCount: 3, maxCount: 6 } } },
    failing: { create: { nodePool: { nodeCount: null, minCount: 6, maxCount: 3 } } },
  },
  get examples() {
    return {
      passing: [
        example("bounds", pool({ node_count: null, auto_scaling_enabled: true, min_count: 1, max_count: 3 })),
        example("a fixed pool", cluster()),
        example("a fixed second pool", cluster(), nodePool()),
      ],
      failing: [
        finds(
          "default_node_pool[0].min_count",
          example(
            "the least above the greatest",
            pool({ node_count: null, auto_scaling_enabled: true, min_count: 5, max_count: 3 }),
          ),
        ),
        finds(
          "default_node_pool[0].max_count",
          example("no greatest", pool({ node_count: null, auto_scaling_enabled: true, min_count: 1 })),
        ),
        finds(
          "default_node_pool[0].min_count",
          example("bounds without autoscaling", pool({ min_count: 1, max_count: 3 })),
        ),
        finds(
          "default_node_pool[0].node_count",
          example(
            "a node count outside",
            pool({ node_count: 9, auto_scaling_enabled: true, min_count: 1, max_count: 3 }),
          ),
        ),
        finds("min_count", example("a second pool", cluster(), nodePool({ auto_scaling_enabled: true }))),
      ],
      unknown: [
        example(
          "a variable",
          pool({ node_count: null, auto_scaling_enabled: true, min_count: "${var.min}", max_count: 3 }),
        ),
      ],
    };
  },
});
