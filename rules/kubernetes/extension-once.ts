import { extensionsOf } from "../../model/extension.ts";
import { cluster, clusterId, example, extension, finds, merge } from "../examples.ts";
import { rule } from "../rule.ts";
import { namesOf, siblings } from "../siblings.ts";

const sameCluster = siblings(extensionsOf, ({ cluster }) => ({ target: cluster }));

/** A second one, beside the one of the examples. */
const second = (changes: object = {}): object => ({
  resource: {
    azurerm_kubernetes_cluster_extension: {
      second: merge(
        { name: "second", cluster_id: clusterId("aks-cluster"), extension_type: "Microsoft.AzureML.Kubernetes" },
        changes,
      ),
    },
  },
});

export default rule({
  id: "kubernetes/extension-once",
  level: "error",
  fact: "A cluster has the Azure ML extension once, for all its KubernetesComputes.",
  why: "The second installation fails, or overwrites the settings, the certificate and the load balancer of the first.",
  source: "https://learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension",
  phases: ["synthesis", "plan"],
  canBeAcknowledged: false,
  on: extensionsOf,
  *check(subject) {
    const twins = sameCluster(subject);
    if (twins.length === 0) return;
    yield {
      attribute: subject.clusterPath,
      message: `the Azure ML extension of this cluster is installed by ${namesOf(twins)} too`,
      advice: {
        terraform: "keep one of them: it serves every KubernetesCompute of the cluster",
        configuration:
          "keep extension in one entry of the cluster, and remove it from the others: it serves all of them",
      },
    };
  },
  configuration: {
    passing: {
      attachment: {
        kind: "KubernetesCompute",
        clusterPurpose: null,
        namespace: "scoring",
        extension: { enableTraining: true },
      },
      second: {
        existing: { resourceGroup: "rg", name: "aks" },
        attachment: { kind: "KubernetesCompute", computeName: "batch", namespace: "batch" },
      },
    },
    failing: {
      attachment: {
        kind: "KubernetesCompute",
        clusterPurpose: null,
        namespace: "scoring",
        extension: { enableTraining: true },
      },
      second: {
        existing: { resourceGroup: "rg", name: "aks" },
        attachment: {
          kind: "KubernetesCompute",
          computeName: "batch",
          namespace: "batch",
          extension: { enableTraining: true },
        },
      },
    },
  },
  get examples() {
    return {
      passing: [
        example("one in each of two clusters", extension(), second({ cluster_id: clusterId("aks-other") })),
        example("another extension beside it", extension(), second({ extension_type: "microsoft.flux" })),
      ],
      failing: [
        finds(
          ["cluster_id", "cluster_id"],
          example("two of one cluster, in other casing", extension(), second({ cluster_id: clusterId("AKS-Cluster") })),
        ),
        finds(
          ["cluster_id", "cluster_id"],
          example(
            "once by reference and once by ID",
            cluster(),
            extension({}, { cluster_id: "${azurerm_kubernetes_cluster.cluster.id}" }),
            second(),
          ),
        ),
      ],
      unknown: [example("the cluster of one is a variable", extension(), second({ cluster_id: "${var.cluster_id}" }))],
    };
  },
});
