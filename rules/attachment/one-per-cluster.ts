import { attachment, cluster, clusterId, example } from "../examples.ts";
import { namesOf, othersLike } from "../groups.ts";
import { attachments, rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

const sameCluster = othersLike(({ cluster }) => ({ target: cluster }));

export default rule({
  id: "attachment/one-per-cluster",
  level: "error",
  fact: "An AKS cluster is attached as AksCompute at most once, across names and workspaces.",
  why: "Each new attachment of a cluster breaks the ones before it, without a message.",
  source: CREATE_ATTACH,
  phases: ["S", "P"],
  waivable: false,
  on: attachments,
  *check(subject) {
    const twins = sameCluster(subject);
    if (twins.length === 0) return;
    yield {
      attribute: subject.paths.clusterId,
      message: `this cluster is attached by ${namesOf(twins)} too, and each attachment breaks the others`,
      advice: "attach the cluster once, and deploy every model to that compute; or give each attachment a cluster of its own",
    };
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
  examples: {
    passing: [example("two clusters", attachment(), attachment({ name: "batch", kubernetes_cluster_id: clusterId("aks-other") }, "other"))],
    failing: [
      example("one ID under two names, in other casing", attachment(), attachment({ name: "batch", kubernetes_cluster_id: clusterId("AKS-Cluster") }, "other")),
      example(
        "once by reference and once by ID",
        cluster(),
        attachment({ kubernetes_cluster_id: "${azurerm_kubernetes_cluster.cluster.id}" }),
        attachment({ name: "batch" }, "other"),
      ),
      example(
        "once through a data source",
        cluster(),
        { data: { azurerm_kubernetes_cluster: { existing: { name: "aks-cluster", resource_group_name: "rg" } } } },
        attachment({ kubernetes_cluster_id: "${data.azurerm_kubernetes_cluster.existing.id}" }),
        attachment({ name: "batch" }, "other"),
      ),
    ],
    unknown: [example("the cluster of one is a variable", attachment(), attachment({ name: "batch", kubernetes_cluster_id: "${var.cluster_id}" }, "other"))],
  },
});
