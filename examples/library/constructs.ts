import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider/index.js";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import {
  AksCluster,
  AzapiProvider,
  AzureMlExtension,
  acknowledge,
  ComputeAttachment,
  KubernetesCompute,
  Workspace,
} from "cdktf-azureml-aks/constructs";
import type { Construct } from "constructs";

const SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";

/** A workspace, a cluster and its attachment in one stack of a CDKTF program. */
class ScoringStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const shared = { resourceGroupName: "rg-ml", location: "westeurope" };
    new AzurermProvider(this, "azurerm", { features: [{}], subscriptionId: SUBSCRIPTION });
    new AzapiProvider(this, "azapi", { subscriptionId: SUBSCRIPTION });

    const workspace = new Workspace(this, "workspace", { ...shared, name: "mlw-scoring" });
    const cluster = new AksCluster(this, "cluster", {
      ...shared,
      name: "aks-scoring",
      subscriptionId: SUBSCRIPTION,
      vmSize: "Standard_D4s_v5",
      minCount: 3,
      maxCount: 6,
    });
    const attachment = new ComputeAttachment(this, "attachment", {
      computeName: "scoring",
      workspaceId: workspace.workspaceId,
      location: shared.location,
      cluster,
      clusterPurpose: "FastProd",
      loadBalancer: { type: "InternalLoadBalancer", subnet: "snet-aks" },
      attachWith: "azapi",
    });
    acknowledge(attachment, {
      rule: "attachment/legacy",
      reason: "SDK v1 stays until the migration",
      until: "2027-06-30",
    });
    new TerraformOutput(this, "compute_id", { value: attachment.computeId });
  }
}

/** An existing cluster as the KubernetesCompute of an existing workspace, for training and batch inference. */
class TrainingStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new AzurermProvider(this, "azurerm", { features: [{}], subscriptionId: SUBSCRIPTION });
    new AzapiProvider(this, "azapi", { subscriptionId: SUBSCRIPTION });

    const cluster = AksCluster.fromExisting(this, "cluster", {
      resourceGroupName: "rg-shared",
      name: "aks-shared",
      subscriptionId: SUBSCRIPTION,
    });
    const extension = new AzureMlExtension(this, "extension", { cluster, enableTraining: true });
    new KubernetesCompute(this, "compute", {
      computeName: "training",
      workspaceId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/mlw-training`,
      location: "westeurope",
      cluster,
      instanceTypes: {
        gpu: {
          nodeSelector: { accelerator: "nvidia" },
          requests: { cpu: "4", memory: "16Gi" },
          limits: { cpu: "8", memory: "32Gi", "nvidia.com/gpu": "1" },
        },
      },
      dependsOn: [extension.resource],
    });
  }
}

const app = new App({ stackTraces: false });
new ScoringStack(app, "scoring");
new TrainingStack(app, "training");
app.synth();
