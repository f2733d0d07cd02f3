import { Extension } from "../../model/extension.ts";
import { Capacity } from "../../model/node-pools.ts";
import { jobsOf, MODELS } from "../../model/workloads.ts";
import { attachment, cluster, example, extension, finds, nodePool } from "../examples.ts";
import { endpoints, rule } from "../rule.ts";

const critical = (changes: object = {}): object =>
  cluster({ default_node_pool: { only_critical_addons_enabled: true, ...changes } });

export default rule({
  id: "attachment/serving-nodes",
  level: "error",
  fact: "A cluster has a node pool on which Azure ML can run: Linux, no spot nodes, and no taint but those that Azure ML or the settings of its extension tolerate.",
  why: "Without one, what Azure ML deploys stays pending.",
  source: "https://learn.microsoft.com/azure/machine-learning/reference-kubernetes",
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: endpoints,
  *check(endpoint) {
    const { resource, clusterPath } = endpoint;
    const { resource: target } = endpoint.cluster;
    if (!target) return resource.notKnown(clusterPath);
    const { nodeSelector: _, ...anywhere } = endpoint instanceof Extension ? jobsOf(endpoint) : MODELS;
    const capacity = new Capacity(target, anywhere);
    if (!capacity.isNone) return;
    const [first] = capacity.idle;
    yield {
      resource: first?.pool.resource ?? target,
      attribute: first?.attribute,
      message: `nothing that Azure ML deploys can run on this cluster: ${capacity.whyNot}`,
      advice: "add a Linux pool for it, or change one of these",
    };
  },
  configuration: {
    passing: {
      create: {
        nodePool: { criticalAddonsOnly: true },
        nodePools: { cpu: { vmSize: "Standard_D4s_v5", nodeCount: 3 } },
      },
    },
    failing: {
      create: {
        nodePool: { criticalAddonsOnly: true },
        nodePools: { gpu: { vmSize: "Standard_D4s_v5", nodeCount: 3, taints: ["sku=gpu:NoSchedule"] } },
      },
    },
  },
  get examples() {
    return {
      passing: [
        example("a pool for everything", cluster(), attachment()),
        example("a second pool beside one for critical add-ons", critical(), attachment(), nodePool({ node_count: 3 })),
        example(
          "a taint that the extension's settings tolerate",
          critical(),
          extension({ "workLoadToleration[0].key": "sku", "workLoadToleration[0].value": "gpu" }),
          nodePool({ node_taints: ["sku=gpu:NoSchedule"] }),
        ),
        example(
          "a taint that only discourages",
          critical(),
          attachment(),
          nodePool({ node_taints: ["sku=gpu:PreferNoSchedule"] }),
        ),
      ],
      failing: [
        finds(
          "default_node_pool[0].only_critical_addons_enabled",
          example("one pool, for critical add-ons only", critical(), attachment()),
        ),
        finds(
          "default_node_pool[0].only_critical_addons_enabled",
          example("the same, for the extension", critical(), extension()),
        ),
        finds(
          "default_node_pool[0].only_critical_addons_enabled",
          example("Windows beside it", critical(), attachment(), nodePool({ os_type: "Windows" })),
        ),
        finds(
          "default_node_pool[0].only_critical_addons_enabled",
          example("spot nodes beside it", critical(), attachment(), nodePool({ priority: "Spot" })),
        ),
        finds(
          "default_node_pool[0].only_critical_addons_enabled",
          example(
            "a taint beside it that the settings tolerate in another value",
            critical(),
            extension({ "workLoadToleration[0].key": "sku", "workLoadToleration[0].value": "cpu" }),
            nodePool({ node_taints: ["sku=gpu:NoSchedule"] }),
          ),
        ),
      ],
      unknown: [
        example("the taints are a variable", critical(), attachment(), nodePool({ node_taints: "${var.taints}" })),
        example("a cluster that is not in sight", attachment()),
      ],
    };
  },
});
