import { describe, expect, it } from "vitest";
import { type Json, load, small, synthesized } from "../helpers.ts";

const KUBERNETES = {
  attachment: {
    kind: "KubernetesCompute",
    clusterPurpose: undefined,
    namespace: "ml",
    extension: { enableTraining: true },
  },
};
const NEW_WORKSPACE = { workspace: { create: { resourceGroup: "rg-ml", name: "mlw-new" } } };

const stacks = (providers: object | undefined, changes: object = {}): Record<string, Json> =>
  synthesized(small({ ...changes, environment: { ...NEW_WORKSPACE, ...(providers ? { providers } : {}) } }));
const versions = (json: Json): Json =>
  Object.fromEntries(
    Object.entries<Json>(json.terraform.required_providers).map(([name, { version }]) => [name, version]),
  );

describe("versions of providers", () => {
  it("are exact ones where nothing is said", () => {
    for (const json of Object.values(stacks(undefined, KUBERNETES)))
      for (const version of Object.values(versions(json))) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });
  it("are those that are given, in the stacks that have the provider", () => {
    const all = stacks({ azurerm: "~> 4.60", azapi: "2.13.0", kubernetes: ">= 2.38, < 3" }, KUBERNETES);
    expect(versions(all["dev-scoring-cluster"])).toEqual({ azurerm: "~> 4.60" });
    expect(versions(all["dev-scoring-attachment"])).toMatchObject({ azurerm: "~> 4.60", azapi: "2.13.0" });
    expect(versions(all["dev-scoring-kubernetes"])).toMatchObject({ azurerm: "~> 4.60", kubernetes: ">= 2.38, < 3" });
  });
  it.each([["5.2.0"], ["~> 5.1"], [">= 5.0, < 6.0"]])("of azurerm 5 (%s) bring what it asks for", (azurerm) => {
    const all = stacks({ azurerm }, KUBERNETES);
    const { resource, provider } = all["dev-scoring-cluster"];
    expect(resource.azurerm_kubernetes_cluster.cluster.node_provisioning_profile).toEqual([{ mode: "Manual" }]);
    expect(provider.azurerm[0].resource_providers_to_register).toEqual(["Microsoft.ContainerService"]);
    const workspace = all["dev-workspace"];
    expect(workspace.resource.azurerm_key_vault.workspace_key_vault.rbac_authorization_enabled).toBe(false);
    expect(workspace.provider.azurerm[0].resource_providers_to_register).toEqual([
      "Microsoft.Insights",
      "Microsoft.KeyVault",
      "Microsoft.MachineLearningServices",
      "Microsoft.Storage",
    ]);
    expect(all["dev-scoring-attachment"].provider.azurerm[0].resource_providers_to_register).toEqual([
      "Microsoft.KubernetesConfiguration",
    ]);
  });
  it("of azurerm 4 bring none of it", () => {
    expect(stacks({ azurerm: "4.55.0" }, KUBERNETES)).toEqual(stacks(undefined, KUBERNETES));
  });
  it.each([["latest"], ["4.x"], ["~>"], ["4.55.0 5.0"]])("%s is none", (azurerm) => {
    expect(() => load(small({ environment: { providers: { azurerm } } }))).toThrow("version constraint of Terraform");
  });
});

describe("the azurerm backend", () => {
  it("can be one container for several teams, in a subscription and tenant of its own", () => {
    const given = { resourceGroup: "rg-tf", storageAccount: "sttf", container: "tfstate" };
    const key = (changes: object): Json =>
      synthesized(small({ environment: { backend: { azurerm: { ...given, ...changes } } } }))["dev-scoring-cluster"]
        .terraform.backend.azurerm;
    const subscriptionId = "00000000-0000-0000-0000-000000000003";
    const tenantId = "00000000-0000-0000-0000-000000000004";
    expect(key({ keyPrefix: "team-a/", subscriptionId, tenantId })).toMatchObject({
      key: "team-a/dev-scoring-cluster.tfstate",
      subscription_id: subscriptionId,
      tenant_id: tenantId,
    });
    expect(key({})).toEqual({
      resource_group_name: "rg-tf",
      storage_account_name: "sttf",
      container_name: "tfstate",
      key: "dev-scoring-cluster.tfstate",
      use_azuread_auth: true,
    });
  });
});
