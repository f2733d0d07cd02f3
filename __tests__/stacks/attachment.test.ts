import { describe, expect, it } from "vitest";
import { type Json, small, synthesized } from "../helpers.ts";

const IDENTITY =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id";

const stack = (attachment: object, rest: object = {}): Json =>
  synthesized(small({ attachment, ...rest }))["dev-scoring-attachment"];
const compute = (attachment: object): Json =>
  stack(attachment).resource.azurerm_machine_learning_inference_cluster.attachment;

describe("AksCompute is azurerm_machine_learning_inference_cluster", () => {
  it.each<[attachment: object, expected: object]>([
    [{ computeName: "x1" }, { name: "x1" }],
    [{ clusterPurpose: "DenseProd" }, { cluster_purpose: "DenseProd" }],
    [{ description: "d" }, { description: "d" }],
    [{ tags: { a: "b" } }, { tags: { a: "b" } }],
    [{ identity: { systemAssigned: true } }, { identity: { type: "SystemAssigned" } }],
    [{ identity: { userAssigned: [IDENTITY] } }, { identity: { type: "UserAssigned", identity_ids: [IDENTITY] } }],
    [
      { identity: { systemAssigned: true, userAssigned: [IDENTITY] } },
      { identity: { type: "SystemAssigned, UserAssigned" } },
    ],
    [{ tls: { leafDomainLabel: "contoso" } }, { ssl: { leaf_domain_label: "contoso" } }],
    [
      { tls: { leafDomainLabel: "contoso", overwriteExistingDomain: true } },
      { ssl: { leaf_domain_label: "contoso", overwrite_existing_domain: true } },
    ],
  ])("%j", (attachment, expected) => {
    expect(compute(attachment)).toMatchObject(expected);
  });

  it("says nothing of what is not given", () => {
    const { "//": _, ...attributes } = compute({ clusterPurpose: undefined });
    expect(Object.keys(attributes).sort()).toEqual([
      "kubernetes_cluster_id",
      "lifecycle",
      "location",
      "machine_learning_workspace_id",
      "name",
    ]);
  });
  it("finds the workspace by a data source and the cluster by the ID that the configuration gives", () => {
    const result = stack({});
    expect(result.data.azurerm_machine_learning_workspace.workspace).toMatchObject({
      name: "mlw",
      resource_group_name: "rg-ml",
    });
    expect(compute({})).toMatchObject({
      machine_learning_workspace_id: "${data.azurerm_machine_learning_workspace.workspace.id}",
      kubernetes_cluster_id:
        "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/Microsoft.ContainerService/managedClusters/aks",
    });
  });
  it("stands in the workspace's region, wherever the cluster is", () => {
    const result = synthesized(
      small({
        environment: { workspace: { resourceGroup: "rg", name: "mlw", location: "North Europe" } },
        create: { location: "uksouth" },
      }),
    );
    expect(
      result["dev-scoring-attachment"].resource.azurerm_machine_learning_inference_cluster.attachment.location,
    ).toBe("northeurope");
    expect(result["dev-scoring-cluster"].resource.azurerm_kubernetes_cluster.cluster.location).toBe("uksouth");
  });
  it("gives the compute's ID as an output", () => {
    expect(stack({}).output.compute_id.value).toBe("${azurerm_machine_learning_inference_cluster.attachment.id}");
  });
});
