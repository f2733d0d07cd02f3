import { attachment, cluster, example } from "../examples.ts";
import { attachments, rule } from "../rule.ts";

export default rule({
  id: "attachment/legacy",
  level: "warning",
  fact: "A cluster is attached as KubernetesCompute, with the Azure ML extension.",
  why: "AksCompute is deployed to with SDK v1, whose support ended on 2026-06-30, and gets no new features.",
  source: "https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace",
  phases: ["S", "P"],
  on: attachments,
  *check() {
    yield {
      message: "AksCompute is legacy: support of SDK v1, which deploys to it, ended on 2026-06-30",
      advice: "plan the way to KubernetesCompute: the Azure ML extension on the cluster, and an attachment of that kind in a namespace of its own",
    };
  },
  configuration: { failing: {} },
  examples: {
    passing: [example("no AksCompute", cluster())],
    failing: [example("AksCompute", cluster(), attachment())],
    unknown: [],
  },
});
