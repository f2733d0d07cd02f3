import { DataAzurermKubernetesCluster } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster/index.js";
import type { Construct } from "constructs";
import { formatResourceId } from "../azure/resource-id.ts";
import { AzapiProvider } from "../constructs/azapi/provider.ts";
import { TerraformStack } from "../constructs/cdktf.ts";
import { ClusterEndpoint } from "../constructs/cluster-endpoint.ts";
import { addKubernetesProvider } from "../constructs/kubernetes-provider.ts";
import { comesFrom, configuredBy } from "../constructs/origin.ts";
import type { Target } from "./target.ts";

/**
 * The kubernetes provider of a cluster. With Entra ID nothing of a kubeconfig is kept. Without it the provider signs in
 * with the client certificate of the cluster's kubeconfig, which azurerm's data source reads into the state.
 */
export function addClusterAccess(
  scope: Construct,
  id: string,
  { id: clusterId, name, resourceGroup, hasEntraId, ...paths }: Target,
): void {
  const stack = TerraformStack.of(scope);
  if (hasEntraId) {
    const endpoint = new ClusterEndpoint(scope, id, { clusterId: formatResourceId(clusterId) });
    configuredBy(endpoint, { self: paths.path, props: { clusterId: paths.path } });
    addKubernetesProvider(stack, endpoint, { entraId: true });
    if (!stack.node.tryFindChild("azapi"))
      new AzapiProvider(stack, "azapi", { subscriptionId: clusterId.subscriptionId });
    return;
  }
  const cluster = new DataAzurermKubernetesCluster(scope, id, { name, resourceGroupName: resourceGroup });
  comesFrom(cluster, { name: "name", resource_group_name: "resourceGroup" });
  configuredBy(cluster, { self: paths.path, props: { name: paths.namePath, resourceGroup: paths.resourceGroupPath } });
  addKubernetesProvider(stack, cluster, {});
}
