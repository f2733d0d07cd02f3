import { asAttachment } from "../../model/attachment.ts";
import type { Resource } from "../../model/resource.ts";
import { change, clusterId, extension, finds, kubernetesCompute, WHOLE_RESOURCE } from "../examples.ts";
import { deletedExtensions, rule } from "../rule.ts";
import { kubernetesComputesAt, namesOf } from "../siblings.ts";

const ADDRESS = "azurerm_kubernetes_cluster_extension.extension";

const other = extension({}, { extension_type: "microsoft.flux" });

export default rule({
  id: "kubernetes/extension-destroy",
  level: "error",
  fact: "The Azure ML extension is neither removed nor installed again while its cluster is attached as KubernetesCompute.",
  why: "It runs the jobs and endpoints of every KubernetesCompute of the cluster: they end, and the computes are attached to nothing.",
  source: "https://learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension",
  phases: ["plan"],
  on: deletedExtensions,
  *check({ resource, cluster }) {
    const living = kubernetesComputesAt(resource.model, cluster);
    if (living.length === 0) {
      if (!resource.model.removed.some(isKubernetesCompute))
        resource.notKnownWithout("cluster_id", "one of its KubernetesComputes");
      return;
    }
    const because = resource.parts.change?.replacing ?? [];
    const what = resource.isReplaced
      ? `removes the Azure ML extension and installs it again${because.length > 0 ? ` because of ${resource.replacing.join(", ")}` : ""}`
      : "removes the Azure ML extension";
    yield {
      attribute: because[0],
      message: `this ${what} while ${namesOf(living)} needs it: every job and endpoint there ends`,
      advice:
        "undo what causes it; if it is intended, move the models, detach every KubernetesCompute of the cluster first, and acknowledge this rule",
    };
  },
  configuration: "Only a plan knows what exists and is removed.",
  get examples() {
    return {
      passing: [
        change(
          "its settings change",
          [extension(), kubernetesCompute()],
          [extension({ clusterPurpose: "DevTest" }), kubernetesCompute()],
        ),
        change("the compute goes with it", [extension(), kubernetesCompute()], []),
        change(
          "it takes the place of another extension",
          [other, kubernetesCompute()],
          [extension(), kubernetesCompute()],
          {
            [ADDRESS]: ["extension_type"],
          },
        ),
      ],
      failing: [
        finds(
          WHOLE_RESOURCE,
          change("the extension goes, the compute stays", [extension(), kubernetesCompute()], [kubernetesCompute()]),
        ),
        finds(
          "name",
          change(
            "another name",
            [extension(), kubernetesCompute()],
            [extension({}, { name: "ml" }), kubernetesCompute()],
            {
              [ADDRESS]: ["name"],
            },
          ),
        ),
        finds(
          "cluster_id",
          change(
            "another cluster",
            [extension(), kubernetesCompute()],
            [extension({}, { cluster_id: clusterId("aks-other") }), kubernetesCompute()],
            {
              [ADDRESS]: ["cluster_id"],
            },
          ),
        ),
        finds(
          "extension_type",
          change("another extension in its place", [extension(), kubernetesCompute()], [other, kubernetesCompute()], {
            [ADDRESS]: ["extension_type"],
          }),
        ),
      ],
      unknown: [change("whether a compute needs it is in another plan", [extension()], [])],
    };
  },
});

function isKubernetesCompute(resource: Resource): boolean {
  return asAttachment(resource)?.kind === "KubernetesCompute";
}
