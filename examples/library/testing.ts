import assert from "node:assert/strict";
import { test } from "node:test";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider/index.js";
import { App, TerraformStack, Testing } from "cdktf";
import { AksCluster, ComputeAttachment } from "cdktf-azureml-aks/constructs";

const SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";
const WORKSPACE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/mlw`;

/** The stack that is tested. */
function scoring(nodeCount: number): TerraformStack {
  const stack = new TerraformStack(new App({ outdir: "cdktf.test" }), "scoring");
  const shared = { resourceGroupName: "rg-ml", location: "westeurope" };
  new AzurermProvider(stack, "azurerm", { features: [{}], subscriptionId: SUBSCRIPTION });
  const cluster = new AksCluster(stack, "cluster", {
    ...shared,
    name: "aks-scoring",
    subscriptionId: SUBSCRIPTION,
    vmSize: "Standard_D4s_v5",
    nodeCount,
  });
  new ComputeAttachment(stack, "attachment", {
    computeName: "scoring",
    workspaceId: WORKSPACE,
    location: shared.location,
    cluster,
    clusterPurpose: "FastProd",
  });
  return stack;
}

test("the cluster is large enough for production", () => {
  const json = JSON.parse(Testing.synth(scoring(3), true));
  const [cluster] = Object.values<{ default_node_pool: { node_count: number } }>(
    json.resource.azurerm_kubernetes_cluster,
  );
  assert.equal(cluster?.default_node_pool.node_count, 3);
});

test("two nodes are refused", () => {
  assert.throws(() => Testing.synth(scoring(2), true), /attachment\/production-size/);
  assert.throws(() => Testing.fullSynth(scoring(2)), /attachment\/production-size/);
});

test("plain Testing.synth judges nothing", () => {
  assert.doesNotThrow(() => Testing.synth(scoring(2)));
});
