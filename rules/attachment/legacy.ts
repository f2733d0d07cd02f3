import { aksComputesOf } from "../../model/attachment.ts";
import { known } from "../../model/value.ts";
import { attachment, cluster, example, extension, finds, kubernetesCompute, WHOLE_RESOURCE } from "../examples.ts";
import { rule } from "../rule.ts";
import { kubernetesComputesAt, namesOf } from "../siblings.ts";

export default rule({
  id: "attachment/legacy",
  level: "warning",
  fact: "A cluster is attached as KubernetesCompute, with the Azure ML extension.",
  why: "Models are deployed to an AksCompute with SDK v1, whose support ended on 2026-06-30. It gets no new features.",
  source: "https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace",
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: aksComputesOf,
  *check(subject) {
    subject.assertIsAks();
    // It is legacy, whatever is not known of its neighbours.
    const [successor] = known(() => kubernetesComputesAt(subject.resource.model, subject.cluster)) ?? [];
    yield {
      message: "AksCompute is legacy: support for SDK v1, which deploys to it, ended on 2026-06-30",
      advice: successor
        ? `move its endpoints to the KubernetesCompute of this cluster, ${namesOf([successor])}, and then detach this one; do not delete it in Azure`
        : {
            terraform:
              "attach the same cluster as KubernetesCompute, in another namespace: docs/migrate-to-kubernetescompute.md has the steps",
            configuration:
              "move to KubernetesCompute on the same cluster: `azureml-aks migrate` writes its configuration beside this one, docs/migrate-to-kubernetescompute.md has the steps",
          },
    };
  },
  configuration: { failing: {} },
  get examples() {
    return {
      passing: [
        example("no AksCompute", cluster()),
        example("a KubernetesCompute", cluster(), extension(), kubernetesCompute()),
      ],
      failing: [
        finds(WHOLE_RESOURCE, example("AksCompute", cluster(), attachment())),
        finds(
          WHOLE_RESOURCE,
          example(
            "AksCompute beside the KubernetesCompute that takes its place",
            attachment(),
            extension(),
            kubernetesCompute(),
          ),
        ),
      ],
      unknown: [],
    };
  },
});
