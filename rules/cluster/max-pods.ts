import { NodePool } from "../../model/node-pools.ts";
import { cluster, example, finds, nodePool } from "../examples.ts";
import { allNodePools, rule } from "../rule.ts";
import { IP_PLANNING } from "../sources.ts";

/** Pods that a pool has room for, at least. */
const LEAST = 30;

const pool = (max_pods: unknown, node_count: unknown): object =>
  cluster({ default_node_pool: { max_pods, node_count } });

export default rule({
  id: "cluster/max-pods",
  level: "error",
  fact: "A node pool has room for 30 pods: the number of its nodes times the pods of a node.",
  why: "AKS refuses a pool with less room: its own pods would not fit. With 10 pods a node, a pool needs 3 nodes.",
  source: IP_PLANNING,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: (model) => allNodePools(model).map(({ resource, path }) => new NodePool(resource, path)),
  *check(subject) {
    const attribute = subject.at("max_pods");
    const pods = subject.resource.number(attribute) ?? 0;
    // Azure's own number is larger.
    if (pods === 0 || pods >= LEAST) return;
    const isSystem = subject.mode === "System";
    const nodes = subject.now;
    if (nodes * pods >= LEAST) return;
    yield {
      attribute,
      // A pool without nodes may be made, and get them later.
      ...(isSystem ? {} : { level: "warning" }),
      message: `each node takes ${pods} pods, and ${nodes === 1 ? "1 node has" : `${nodes} nodes have`} room for ${nodes * pods} of the 30 pods that a pool needs`,
      advice: {
        terraform: `set max_pods to ${LEAST} or more, or use ${Math.ceil(LEAST / pods)} nodes`,
        configuration: `set maxPods to ${LEAST} or more, or use ${Math.ceil(LEAST / pods)} nodes`,
      },
      fix: { set: { [attribute]: LEAST } },
    };
  },
  configuration: {
    passing: { create: { nodePool: { nodeCount: 3, maxPods: 10 } } },
    failing: { create: { nodePool: { nodeCount: 2, maxPods: 10 } } },
  },
  get examples() {
    return {
      passing: [
        example("10 pods on each of 3 nodes", pool(10, 3)),
        example("30 pods on 1 node", pool(30, 1)),
        example("none given: AKS takes 30 or more", cluster()),
      ],
      failing: [
        finds("default_node_pool[0].max_pods", example("10 pods on 1 node", pool(10, 1))),
        finds("max_pods", example("a second pool", cluster(), nodePool({ max_pods: 10, node_count: 1 }))),
        finds(
          "default_node_pool[0].max_pods",
          example(
            "as few as the autoscaler starts with",
            cluster({
              default_node_pool: {
                node_count: null,
                auto_scaling_enabled: true,
                min_count: 1,
                max_count: 5,
                max_pods: 20,
              },
            }),
          ),
        ),
      ],
      unknown: [
        example("the pods are a variable", pool("${var.pods}", 1)),
        example("the nodes are a variable", pool(10, "${var.nodes}")),
      ],
    };
  },
});
