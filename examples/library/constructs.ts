import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider/index.js";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { AksCluster, AzapiProvider, acknowledge, ComputeAttachment, Workspace } from "cdktf-azureml-aks/constructs";
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
    acknowledge(attachment, { rule: "attachment/legacy", reason: "SDK v1 stays until the migration", until: "2027-06-30" });
    new TerraformOutput(this, "compute_id", { value: attachment.computeId });
  }
}

const app = new App({ stackTraces: false });
new ScoringStack(app, "scoring");
app.synth();
