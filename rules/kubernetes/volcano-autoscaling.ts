import { AUTOSCALING_SETTINGS } from "../../azure/azureml-extension.ts";
import { extensionsOf } from "../../model/extension.ts";
import { nodePools } from "../../model/node-pools.ts";
import { cluster, example, extension, finds, kubernetesCompute, nodePool } from "../examples.ts";
import { rule } from "../rule.ts";

const autoscaled = (changes: object = {}): object =>
  cluster({
    default_node_pool: { node_count: null, auto_scaling_enabled: true, min_count: 1, max_count: 6, ...changes },
  });

const [CONFIG_MAP, SKIP] = AUTOSCALING_SETTINGS;

export default rule({
  id: "kubernetes/volcano-autoscaling",
  level: "warning",
  fact: "If the extension installs Volcano for jobs, the pools have a fixed number of nodes, or the extension is configured for autoscaling.",
  why: "Its scheduler waits until all pods of a job fit on the existing nodes, so the autoscaler sees no pending pods: the pool does not grow, and the job stays queued.",
  source: "https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-kubernetes-extension",
  phases: ["synthesis", "plan"],
  on: extensionsOf,
  *check(subject) {
    if (!subject.flag("enableTraining") || !subject.flag("installVolcano")) return;
    const missing = AUTOSCALING_SETTINGS.filter((name) => subject.setting(name) === undefined);
    if (missing.length === 0) return;
    const { resource: target } = subject.cluster;
    if (!target) return subject.resource.notKnownWithout(subject.clusterPath, "its cluster");
    const scaling = nodePools(target).filter((pool) => pool.isAutoscaled);
    if (scaling.length === 0) return;
    yield {
      attribute: subject.at("installVolcano"),
      message: `the extension installs Volcano for training, and ${scaling.map(({ title }) => title).join(" and ")} of the cluster scales by itself`,
      advice: `set ${CONFIG_MAP} to a scheduler configuration without gang, and ${SKIP} to true; or set installVolcano to false with a Volcano of your own, or a fixed number of nodes`,
    };
  },
  configuration: {
    passing: { attachment: { kind: "KubernetesCompute", namespace: "ml", extension: { enableTraining: true } } },
    failing: {
      create: { nodePool: { nodeCount: null, minCount: 1, maxCount: 6 } },
      attachment: { kind: "KubernetesCompute", namespace: "ml", extension: { enableTraining: true } },
    },
  },
  get examples() {
    return {
      passing: [
        example("a fixed number of nodes", cluster(), extension()),
        example("set up for autoscaling", autoscaled(), extension({ [CONFIG_MAP]: "volcano-no-gang", [SKIP]: "true" })),
        example("another Volcano", autoscaled(), extension({ installVolcano: "False" })),
        example("inference alone", autoscaled(), extension({ enableTraining: "False" })),
      ],
      failing: [
        finds('configuration_settings["installVolcano"]', example("a pool that scales", autoscaled(), extension())),
        finds(
          'configuration_settings["installVolcano"]',
          example("one of the two settings", autoscaled(), extension({ [SKIP]: "true" })),
        ),
        finds(
          'configuration_settings["installVolcano"]',
          example(
            "a second pool that scales",
            cluster(),
            nodePool({ node_count: null, auto_scaling_enabled: true, min_count: 0, max_count: 3 }),
            extension({ enableInference: "False" }),
          ),
        ),
      ],
      unknown: [
        example("a cluster that is not in sight", kubernetesCompute(), extension()),
        example("whether it scales is a variable", autoscaled({ auto_scaling_enabled: "${var.scaling}" }), extension()),
      ],
    };
  },
});
