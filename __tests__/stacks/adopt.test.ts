import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { applied, findings, hasTerraform, type Json, small, synthesized, temporaryFolder } from "../helpers.ts";

const GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers";
const CLUSTER_ID = `${GROUP}/Microsoft.ContainerService/managedClusters/aks`;
const SUBNET = `${GROUP}/Microsoft.Network/virtualNetworks/vnet/subnets/snet`;
const NODE = { vmSize: "Standard_D4s_v5", nodeCount: 3 };

const stackOf = (create: object, attachment: object = {}): Json =>
  synthesized(small({ create: { adopt: true, ...create }, attachment }))["dev-scoring-cluster"];
const clusterOf = (create: object): Json => stackOf(create).resource.azurerm_kubernetes_cluster.cluster;
const ignoredBy = (create: object): string[] => clusterOf(create).lifecycle.ignore_changes;

describe("adopting a cluster", () => {
  it("imports it and its pools, new ones apart", () => {
    const stack = stackOf({ nodePools: { gpu: NODE, extra: { ...NODE, adopt: false } } });
    expect(stack.import).toEqual([
      { to: "azurerm_kubernetes_cluster_node_pool.cluster_pool_gpu", id: `${CLUSTER_ID}/agentPools/gpu` },
      { to: "azurerm_kubernetes_cluster.cluster", id: CLUSTER_ID },
    ]);
    const pools = stack.resource.azurerm_kubernetes_cluster_node_pool;
    expect(pools.cluster_pool_gpu).not.toHaveProperty("temporary_name_for_rotation");
    expect(pools.cluster_pool_gpu).not.toHaveProperty("upgrade_settings");
    expect(pools.cluster_pool_extra).toMatchObject({
      temporary_name_for_rotation: "extratmp",
      upgrade_settings: { max_surge: "10%" },
    });
  });

  it("imports a pool of a cluster that is made here", () => {
    const stack = stackOf({ adopt: false, nodePools: { gpu: { ...NODE, adopt: true } } });
    expect(stack.import.map(({ to }: Json) => to)).toEqual(["azurerm_kubernetes_cluster_node_pool.cluster_pool_gpu"]);
  });

  it("gives its identity no role, which it has, and asks for no version", () => {
    const create = { kubernetesVersion: "1.25", nodePool: { ...NODE, subnetId: SUBNET } };
    expect(stackOf(create).resource).not.toHaveProperty("azurerm_role_assignment");
    expect(stackOf({ ...create, adopt: false }).resource).toHaveProperty("azurerm_role_assignment");
    expect(clusterOf(create).lifecycle).not.toHaveProperty("precondition");
  });

  it("names its own pool, and the temporary one where that is wanted", () => {
    expect(clusterOf({ nodePool: { ...NODE, name: "nodepool1" } }).default_node_pool).toEqual({
      name: "nodepool1",
      vm_size: "Standard_D4s_v5",
      node_count: 3,
    });
    expect(
      clusterOf({ nodePool: { ...NODE, name: "system", temporaryName: "spare" } }).default_node_pool,
    ).toMatchObject({ temporary_name_for_rotation: "spare" });
    expect(
      clusterOf({ adopt: false, nodePool: { ...NODE, name: "system" } }).default_node_pool.temporary_name_for_rotation,
    ).toBe("systemtmp");
  });

  it.each<[string, object, string]>([
    ["a channel", { nodeOsUpgrade: "NodeImage" }, "node_os_upgrade_channel"],
    ["a tier", { tier: "Free" }, "sku_tier"],
    ["what is laid over it", { overrides: { run_command_enabled: false } }, "run_command_enabled"],
    ["a block that is laid over it", { overrides: { linux_profile: { admin_username: "u" } } }, "linux_profile"],
    [
      "an upgrade",
      { nodePool: { ...NODE, upgradeSettings: { maxSurge: "33%" } } },
      "default_node_pool[0].upgrade_settings",
    ],
    [
      "a window",
      { maintenanceWindows: { default: { allowed: [{ day: "Monday", hours: [1] }] } } },
      "maintenance_window",
    ],
  ])("leaves as it is what nobody says, and keeps what is said: %s", (_, create, path) => {
    expect(ignoredBy({})).toContain(path);
    expect(ignoredBy(create)).not.toContain(path);
    expect(clusterOf({ adopt: false, ...create }).lifecycle?.ignore_changes ?? []).not.toContain(path);
  });

  it("ignores nothing in a block that is not there", () => {
    const timeout = "network_profile[0].load_balancer_profile[0].idle_timeout_in_minutes";
    expect(ignoredBy({})).not.toContain(timeout);
    expect(ignoredBy({ network: { loadBalancer: { managedOutboundIps: 2 } } })).toContain(timeout);
  });

  it("is not destroyed, unless that is wanted", () => {
    expect(clusterOf({}).lifecycle.prevent_destroy).toBe(true);
    expect(clusterOf({ preventDestroy: false }).lifecycle).not.toHaveProperty("prevent_destroy");
    expect(clusterOf({ adopt: false }).lifecycle ?? {}).not.toHaveProperty("prevent_destroy");
  });

  it("is no error in what Azure took when it was made", () => {
    const create = { apiServer: { private: true }, overrides: { private_cluster_public_fqdn_enabled: true } };
    const levels = (adopt: boolean): string[] =>
      findings(small({ create: { ...create, adopt } })).flatMap(({ rule, level }) =>
        rule === "cluster/private-public-fqdn" ? [level] : [],
      );
    expect(levels(false)).toEqual(["error"]);
    expect(levels(true)).toEqual(["warning"]);
  });

  it.each([
    [{ nodePool: { ...NODE, name: "gpu" }, nodePools: { gpu: NODE } }],
    [{ nodePool: { ...NODE, name: "system" }, nodePools: { systemtmp: NODE } }],
    [{ nodePool: { ...NODE, temporaryName: "spare" }, nodePools: { spare: NODE } }],
  ])("has no other pool of its own pool's names: %j", (create) => {
    expect(() => stackOf(create)).toThrow("take another name");
  });
});

describe("adopting a workspace", () => {
  const stack = (create: object): Json => {
    const config = small({
      environment: { workspace: { create: { resourceGroup: "rg-ml", name: "mlw", ...create } } },
    });
    return synthesized(config)["dev-workspace"];
  };

  it("imports it with what belongs to it, which is left as it is", () => {
    const { import: imports, resource } = stack({ adopt: true, storageAccount: "stother" });
    expect(imports).toEqual([
      { to: "azurerm_storage_account.workspace_storage", id: `${GROUP}/Microsoft.Storage/storageAccounts/stother` },
      { to: "azurerm_key_vault.workspace_key_vault", id: `${GROUP}/Microsoft.KeyVault/vaults/kv-mlw` },
      {
        to: "azurerm_application_insights.workspace_application_insights",
        id: `${GROUP}/Microsoft.Insights/components/appi-mlw`,
      },
      {
        to: "azurerm_machine_learning_workspace.workspace",
        id: `${GROUP}/Microsoft.MachineLearningServices/workspaces/mlw`,
      },
    ]);
    expect(resource.azurerm_key_vault.workspace_key_vault.lifecycle).toEqual({ ignore_changes: "all" });
    expect(stack({})).not.toHaveProperty("import");
  });
});

describe("adopting an extension", () => {
  const extension = (extension: object, attachment: object = {}): Json => {
    const config = small({ attachment });
    config.environments.dev.clusters.scoring.attachment = {
      kind: "KubernetesCompute",
      computeName: "batch",
      extension,
      ...attachment,
    };
    return synthesized(config)["dev-scoring-attachment"];
  };

  it("sends the settings that are given, and none that is derived", () => {
    const stack = extension({ adopt: true, name: "ml", enableTraining: true, settings: { location: "eastus" } });
    expect(stack.resource.azurerm_kubernetes_cluster_extension.extension.configuration_settings).toEqual({
      enableTraining: "True",
      location: "eastus",
    });
    expect(stack.import).toContainEqual({
      to: "azurerm_kubernetes_cluster_extension.extension",
      id: `${CLUSTER_ID}/providers/Microsoft.KubernetesConfiguration/extensions/ml`,
    });
  });
});

describe("attaching again what is adopted", () => {
  const imports = (attachment: object): string[] =>
    synthesized(small({ attachment: { adopt: true, ...attachment } }))["dev-scoring-attachment"].import.map(
      ({ to }: Json) => to,
    );

  it("takes over the trigger too, where a value is given", () => {
    expect(imports({ reattach: "2026-11" })).toContain("terraform_data.attachment_reattach");
    expect(imports({})).not.toContain("terraform_data.attachment_reattach");
  });

  // The same blocks, with a stand-in for the compute.
  it.runIf(hasTerraform)("happens in the first apply, and once", () => {
    const folder = temporaryFolder();
    const attachment = { input: "compute", lifecycle: { replace_triggered_by: ["terraform_data.reattach"] } };
    writeFileSync(
      join(folder, "main.tf.json"),
      JSON.stringify({
        resource: { terraform_data: { reattach: { input: "2026-11" }, attachment } },
        import: [
          { to: "terraform_data.reattach", id: "reattach" },
          { to: "terraform_data.attachment", id: "compute" },
        ],
      }),
    );
    const ofAttachment = (): string[] =>
      applied(folder).flatMap(({ address, action }) => (address === "terraform_data.attachment" ? [action] : []));
    expect(ofAttachment()).toEqual(["delete", "create"]);
    expect(ofAttachment()).toEqual([]);
  });
});
