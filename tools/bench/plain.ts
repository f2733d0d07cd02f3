import { DataAzurermMachineLearningWorkspace } from "@cdktf/provider-azurerm/lib/data-azurerm-machine-learning-workspace/index.js";
import { KubernetesCluster } from "@cdktf/provider-azurerm/lib/kubernetes-cluster/index.js";
import { MachineLearningInferenceCluster } from "@cdktf/provider-azurerm/lib/machine-learning-inference-cluster/index.js";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider/index.js";
import { App, LocalBackend, TerraformOutput, TerraformStack } from "cdktf";

const SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";

/**
 * The resources of the shipped dev environment as somebody would write them by hand in plain cdktf, once for each name.
 */
export function synthesizePlain(names: readonly string[], outdir: string): void {
  const app = new App({ outdir, stackTraces: false });
  for (const name of names) {
    const cluster = stack(app, `${name}-scoring-cluster`);
    const aks = new KubernetesCluster(cluster, "cluster", {
      name: `aks-${name}`,
      resourceGroupName: "rg-ml-dev",
      location: "westeurope",
      dnsPrefix: `aks-${name}`,
      tags: { team: "ml-platform" },
      identity: { type: "SystemAssigned" },
      defaultNodePool: {
        name: "agentpool",
        temporaryNameForRotation: "agentpooltmp",
        vmSize: "Standard_D2s_v5",
        nodeCount: 1,
        upgradeSettings: { maxSurge: "10%" },
      },
      networkProfile: { networkPlugin: "azure", loadBalancerSku: "standard", outboundType: "loadBalancer" },
    });
    new TerraformOutput(cluster, "cluster_id", { value: aks.id, description: "Resource ID of the cluster" });
    new TerraformOutput(cluster, "get_credentials", {
      value: "az aks get-credentials",
      description: "Gives kubectl access to the cluster",
    });

    const attachment = stack(app, `${name}-scoring-attachment`);
    attachment.addDependency(cluster);
    const workspace = new DataAzurermMachineLearningWorkspace(attachment, "workspace", {
      name: "mlw-dev",
      resourceGroupName: "rg-ml-dev",
    });
    const compute = new MachineLearningInferenceCluster(attachment, "attachment", {
      name,
      machineLearningWorkspaceId: workspace.id,
      location: "westeurope",
      kubernetesClusterId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-ml-dev/providers/Microsoft.ContainerService/managedClusters/aks-${name}`,
      clusterPurpose: "DevTest",
      ssl: { leafDomainLabel: "contoso" },
    });
    new TerraformOutput(attachment, "compute_id", {
      value: compute.id,
      description: "Resource ID of the compute in the workspace",
    });
  }
  app.synth();
}

function stack(app: App, name: string): TerraformStack {
  const result = new TerraformStack(app, name);
  result.addOverride("terraform.required_version", ">= 1.11");
  new LocalBackend(result, { path: `terraform.${name}.tfstate` });
  new AzurermProvider(result, "azurerm", { features: [{}], subscriptionId: SUBSCRIPTION });
  new TerraformOutput(result, "azureml_aks_stack", { value: name, description: "The stack that this is" });
  return result;
}
