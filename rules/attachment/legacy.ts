import { attachment, cluster, example, extension, kubernetesCompute } from "../examples.ts";
import { aksComputes, rule } from "../rule.ts";

export default rule({
  id: "attachment/legacy",
  level: "warning",
  fact: "A cluster is attached as KubernetesCompute, with the Azure ML extension.",
  why: "AksCompute is deployed to with SDK v1, whose support ended on 2026-06-30, and gets no new features.",
  source: "https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace",
  phases: ["S", "P"],
  on: aksComputes,
  *check() {
    yield {
      message: "AksCompute is legacy: support of SDK v1, which deploys to it, ended on 2026-06-30",
      advice:
        "go over to KubernetesCompute, on the same cluster: `azureml-aks migrate` writes its configuration beside this one, docs/migrate-to-kubernetescompute.md has the steps",
    };
  },
  configuration: { failing: {} },
  examples: {
    passing: [example("no AksCompute", cluster()), example("a KubernetesCompute", cluster(), extension(), kubernetesCompute())],
    failing: [example("AksCompute", cluster(), attachment())],
    unknown: [],
  },
});
