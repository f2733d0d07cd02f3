import { describe, expect, it } from "vitest";
import { type Json, small, synthesized } from "../helpers.ts";

const stacks = (create: object): Record<string, Json> =>
  synthesized(
    small({
      environment: {
        tags: { team: "ml" },
        workspace: { create: { resourceGroup: "rg-ml", name: "mlw-New_1", ...create } },
      },
    }),
  );
const resources = (create: object): Json => stacks(create)["dev-workspace"].resource;

describe("a workspace that is created", () => {
  it("comes with its storage account, key vault and Application Insights", () => {
    expect(resources({})).toMatchObject({
      azurerm_storage_account: {
        workspace_storage: {
          name: "stmlwnew1",
          account_tier: "Standard",
          account_replication_type: "LRS",
          min_tls_version: "TLS1_2",
          tags: { team: "ml" },
        },
      },
      azurerm_key_vault: {
        workspace_key_vault: {
          name: "kv-mlw-New-1",
          sku_name: "standard",
          purge_protection_enabled: true,
          tenant_id: "${data.azurerm_client_config.workspace_client.tenant_id}",
        },
      },
      azurerm_application_insights: {
        workspace_application_insights: { name: "appi-mlw-New_1", application_type: "web" },
      },
      azurerm_machine_learning_workspace: {
        workspace: {
          name: "mlw-New_1",
          location: "westeurope",
          identity: { type: "SystemAssigned" },
          storage_account_id: "${azurerm_storage_account.workspace_storage.id}",
          key_vault_id: "${azurerm_key_vault.workspace_key_vault.id}",
          application_insights_id: "${azurerm_application_insights.workspace_application_insights.id}",
        },
      },
    });
  });
  it.each<[create: object, expected: object]>([
    [
      { location: "uksouth" },
      {
        azurerm_machine_learning_workspace: { workspace: { location: "uksouth" } },
        azurerm_storage_account: { workspace_storage: { location: "uksouth" } },
      },
    ],
    [{ storageAccount: "stx" }, { azurerm_storage_account: { workspace_storage: { name: "stx" } } }],
    [{ keyVault: "kvx" }, { azurerm_key_vault: { workspace_key_vault: { name: "kvx" } } }],
    [
      { applicationInsights: "aix" },
      { azurerm_application_insights: { workspace_application_insights: { name: "aix" } } },
    ],
    [
      { publicNetworkAccess: false },
      { azurerm_machine_learning_workspace: { workspace: { public_network_access_enabled: false } } },
    ],
    [{ description: "d" }, { azurerm_machine_learning_workspace: { workspace: { description: "d" } } }],
    [{ tags: { team: "x" } }, { azurerm_machine_learning_workspace: { workspace: { tags: { team: "x" } } } }],
  ])("%j", (create, expected) => {
    expect(resources(create)).toMatchObject(expected);
  });
  it("is read by the attachment through a data source, and its ID is an output", () => {
    const result = stacks({});
    expect(result["dev-scoring-attachment"].data.azurerm_machine_learning_workspace.workspace).toMatchObject({
      name: "mlw-New_1",
      resource_group_name: "rg-ml",
    });
    expect(result["dev-workspace"].output.workspace_id.value).toBe(
      "${azurerm_machine_learning_workspace.workspace.id}",
    );
  });
});
