import { parseResourceId } from "../../azure/resource-id.ts";
import { type AksCompute, aksComputesOf, NAMESPACE } from "../../model/attachment.ts";
import { attachment, cluster, clusterId, example, finds, kubernetesCompute } from "../examples.ts";
import { rule } from "../rule.ts";
import { kubernetesComputesAt, levelIfTakenOver, namesOf, siblings } from "../siblings.ts";
import { CREATE_ATTACH } from "../sources.ts";

const sameCluster = siblings(aksComputesOf, ({ cluster }) => ({ target: cluster }));

export default rule({
  id: "attachment/one-per-cluster",
  level: "error",
  fact: "An AKS cluster is attached as AksCompute at most once, whatever the name and the workspace. As KubernetesCompute it may be attached several times, beside an AksCompute in another namespace.",
  why: "Each new AksCompute of a cluster breaks the earlier ones, without a message. A KubernetesCompute can share the cluster, for a migration, if their objects are in different namespaces.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan"],
  canBeAcknowledged: false,
  on: aksComputesOf,
  *check(subject) {
    const twins = sameCluster(subject);
    if (twins.length > 0) {
      yield {
        attribute: subject.paths.clusterId,
        ...levelIfTakenOver([subject, ...twins]),
        message: `this cluster is attached by ${namesOf(twins)} too, and each attachment breaks the others`,
        advice:
          "attach the cluster once, and deploy every model to that compute; or give each attachment a cluster of its own",
      };
    }
    for (const neighbour of kubernetesComputesAt(subject.resource.model, subject.cluster)) {
      yield neighbour.namespace === namespaceOf(subject)
        ? {
            resource: neighbour.resource,
            attribute: NAMESPACE,
            ...levelIfTakenOver([subject, neighbour]),
            message: `the namespace ${neighbour.namespace} is the one of the AksCompute on this cluster, and their deployments would mix`,
            advice: "give the KubernetesCompute a namespace of its own",
          }
        : {
            attribute: subject.paths.clusterId,
            level: "note",
            message: `this cluster is attached as KubernetesCompute too, by ${namesOf([neighbour])}`,
            advice: "deploy the models to it, then detach this one; do not delete it in Azure",
          };
    }
  },
  configuration: {
    passing: {
      second: {
        create: { resourceGroup: "rg", name: "aks-other", nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 3 } },
        attachment: { kind: "AksCompute", computeName: "other", clusterPurpose: "FastProd" },
      },
    },
    failing: {
      second: {
        create: { resourceGroup: "rg", name: "aks", nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 3 } },
        attachment: { kind: "AksCompute", computeName: "other", clusterPurpose: "FastProd" },
      },
    },
  },
  get examples() {
    return {
      passing: [
        example(
          "two clusters",
          attachment(),
          attachment({ name: "batch", kubernetes_cluster_id: clusterId("aks-other") }, "other"),
        ),
        example("a KubernetesCompute beside it, during a migration", attachment(), kubernetesCompute()),
      ],
      failing: [
        finds(
          ["kubernetes_cluster_id", "kubernetes_cluster_id"],
          example(
            "one ID under two names, in other casing",
            attachment(),
            attachment({ name: "batch", kubernetes_cluster_id: clusterId("AKS-Cluster") }, "other"),
          ),
        ),
        finds(
          ["kubernetes_cluster_id", "kubernetes_cluster_id"],
          example(
            "once by reference and once by ID",
            cluster(),
            attachment({ kubernetes_cluster_id: "${azurerm_kubernetes_cluster.cluster.id}" }),
            attachment({ name: "batch" }, "other"),
          ),
        ),
        finds(
          "body.properties.properties.namespace",
          example(
            "a KubernetesCompute in the same namespace",
            attachment(),
            kubernetesCompute({ namespace: "azureml-mlw" }),
          ),
        ),
        finds(
          ["kubernetes_cluster_id", "kubernetes_cluster_id"],
          example(
            "once through a data source",
            cluster(),
            { data: { azurerm_kubernetes_cluster: { existing: { name: "aks-cluster", resource_group_name: "rg" } } } },
            attachment({ kubernetes_cluster_id: "${data.azurerm_kubernetes_cluster.existing.id}" }),
            attachment({ name: "batch" }, "other"),
          ),
        ),
      ],
      unknown: [
        example(
          "the cluster of one is a variable",
          attachment(),
          attachment({ name: "batch", kubernetes_cluster_id: "${var.cluster_id}" }, "other"),
        ),
      ],
    };
  },
});

/** Where an AksCompute deploys; undefined where its workspace has no name yet. */
function namespaceOf({ workspace: { resource, id } }: AksCompute): string | undefined {
  const name = resource?.text("name") ?? (id === undefined ? undefined : parseResourceId(id)?.names.at(-1));
  return name === undefined ? undefined : `azureml-${name}`;
}
