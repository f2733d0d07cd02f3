import { parseResourceId } from "../../azure/resource-id.ts";
import { attachmentsOf } from "../../model/attachment.ts";
import type { ResourceOrId } from "../../model/model.ts";
import { attachment, clusterId, example, finds, kubernetesCompute } from "../examples.ts";
import { rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

export default rule({
  id: "attachment/same-subscription",
  level: "error",
  fact: "The cluster is in the subscription of the workspace.",
  why: "Azure ML does not attach an AKS cluster of another subscription, as either kind of compute. azurerm does not check it.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan", "apply"],
  isRefused: true,
  on: attachmentsOf,
  *check({ cluster, workspace, resource, paths }) {
    const [a, b] = [cluster.resource?.parts, workspace.resource?.parts];
    if (a && b && a.stack === b.stack && a.provider === b.provider) return;
    const of = (target: ResourceOrId, path: string): string =>
      (target.id === undefined ? target.resource?.parts.subscriptionId : parseResourceId(target.id)?.subscriptionId) ??
      resource.notKnown(path);
    const [clusterSubscription, workspaceSubscription] = [
      of(cluster, paths.clusterId),
      of(workspace, paths.workspaceId),
    ];
    if (clusterSubscription === workspaceSubscription) return;
    yield {
      attribute: paths.clusterId,
      message: `the cluster is in subscription ${clusterSubscription}, the workspace in ${workspaceSubscription}`,
      advice: "attach a cluster in the subscription of the workspace",
    };
  },
  conditions: ({ cluster, workspaceSubscription }) => [
    {
      level: "error",
      expression: `try(contains(["", lower(split("/", ${cluster}.id)[2])], lower(${workspaceSubscription})), true)`,
      wrong: "The cluster is in another subscription than the workspace.",
    },
  ],
  configuration: {
    passing: {},
    failing: {
      create: null,
      existing: {
        resourceId:
          "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks",
      },
    },
  },
  get examples() {
    return {
      passing: [
        example("one subscription", attachment()),
        example("one subscription for a KubernetesCompute", kubernetesCompute()),
      ],
      failing: [
        finds(
          "body.properties.resourceId",
          example(
            "two subscriptions for a KubernetesCompute",
            kubernetesCompute(
              {},
              {
                body: { properties: { resourceId: clusterId("aks-cluster", "11111111-1111-1111-1111-111111111111") } },
              },
            ),
          ),
        ),
        finds(
          "kubernetes_cluster_id",
          example(
            "two subscriptions",
            attachment({ kubernetes_cluster_id: clusterId("aks-cluster", "11111111-1111-1111-1111-111111111111") }),
          ),
        ),
      ],
      unknown: [example("the cluster is a variable", attachment({ kubernetes_cluster_id: "${var.cluster_id}" }))],
    };
  },
});
