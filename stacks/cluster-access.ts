import { DataAzurermKubernetesCluster } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster/index.js";
import type { Construct } from "constructs";
import { formatResourceId } from "../azure/resource-id.ts";
import { AzapiProvider } from "../constructs/azapi/provider.ts";
import { TerraformStack } from "../constructs/cdktf.ts";
import { ClusterEndpoint } from "../constructs/cluster-endpoint.ts";
import { derive } from "../constructs/keyed.ts";
import { addKubernetesProvider } from "../constructs/kubernetes-provider.ts";
import { constructFrom, elementFrom } from "../constructs/origin.ts";
import type { Target } from "./target.ts";

/**
 * The kubernetes provider of a cluster. With Entra ID nothing of a kubeconfig is kept. Without it the provider signs in
 * with the client certificate of the cluster's kubeconfig, which azurerm's data source reads into the state.
 */
export function addClusterAccess(scope: Construct, id: string, target: Target): void {
  const stack = TerraformStack.of(scope);
  const { subscriptionId } = target.id;
  if (target.hasEntraId) {
    const clusterId = derive(target.idKey, () => formatResourceId(target.id));
    const endpoint = constructFrom(ClusterEndpoint, scope, id, target.entraId, { clusterId });
    addKubernetesProvider(stack, endpoint, { entraId: true });
    if (!stack.node.tryFindChild("azapi")) new AzapiProvider(stack, "azapi", { subscriptionId });
    return;
  }
  const attributes = { name: target.name, resourceGroupName: target.resourceGroup };
  const cluster = elementFrom(DataAzurermKubernetesCluster, scope, id, attributes, target.entraId);
  addKubernetesProvider(stack, cluster, {});
}
