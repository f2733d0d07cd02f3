import { describe, expect, it } from "vitest";
import { findings, type Json, load, small, synthesized } from "../helpers.ts";

const cluster = (overrides: object, create: object = {}): Json =>
  synthesized(small({ create: { ...create, overrides } }))["dev-scoring-cluster"].resource.azurerm_kubernetes_cluster
    .cluster;

describe("overrides", () => {
  it("set what no key sets, and replace what keys make, deeply", () => {
    const made = cluster({
      run_command_enabled: false,
      network_profile: { load_balancer_sku: "basic", advanced_networking: { observability_enabled: true } },
      zones: ["1"],
    });
    expect(made).toMatchObject({
      run_command_enabled: false,
      network_profile: {
        network_plugin: "azure",
        load_balancer_sku: "basic",
        advanced_networking: { observability_enabled: true },
      },
      zones: ["1"],
    });
  });
  it("replace lists", () => {
    const made = cluster(
      { default_node_pool: { zones: ["3"] } },
      { nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 3, zones: ["1", "2"] } },
    );
    expect(made.default_node_pool.zones).toEqual(["3"]);
  });
  it("take an attribute away by null", () => {
    expect(cluster({}).dns_prefix).toBe("aks");
    expect(cluster({ dns_prefix: null })).not.toHaveProperty("dns_prefix");
  });
  it("are text, not Terraform", () => {
    expect(cluster({ dns_prefix: "${local.x}" }).dns_prefix).toBe("$${local.x}");
  });
  it("are judged as everything else, at their own lines", () => {
    const found = findings(small({ create: { overrides: { network_profile: { load_balancer_sku: "basic" } } } }));
    expect(found).toContainEqual(
      expect.objectContaining({
        rule: "cluster/standard-load-balancer",
        where: expect.objectContaining({
          configPath: "environments.dev.clusters.scoring.create.overrides.network_profile.load_balancer_sku",
        }),
      }),
    );
  });
  it("of a pool, a workspace, an extension and a compute lie over each", () => {
    const config = small({
      create: {
        nodePools: {
          gpu: { vmSize: "Standard_NC4as_T4_v3", nodeCount: 1, overrides: { scale_down_mode: "Deallocate" } },
        },
      },
      attachment: {
        kind: "KubernetesCompute",
        clusterPurpose: undefined,
        namespace: "ml",
        overrides: { body: { properties: { properties: { experimental: "yes" } } } },
        extension: {
          enableTraining: true,
          settings: { "amlarc.example": "on" },
          overrides: { plan: { name: "p", product: "p", publisher: "p" } },
        },
      },
      environment: {
        workspace: { create: { resourceGroup: "rg-ml", name: "mlw-new", overrides: { friendly_name: "Models" } } },
      },
    });
    const all = synthesized(config);
    const [pool] = Object.values<Json>(all["dev-scoring-cluster"].resource.azurerm_kubernetes_cluster_node_pool);
    expect(pool).toMatchObject({ vm_size: "Standard_NC4as_T4_v3", scale_down_mode: "Deallocate" });
    const { resource } = all["dev-scoring-attachment"];
    const [extension] = Object.values<Json>(resource.azurerm_kubernetes_cluster_extension);
    expect(extension.plan.name).toBe("p");
    expect(extension.configuration_settings).toMatchObject({ "amlarc.example": "on", enableTraining: "True" });
    expect(resource.azapi_resource.attachment.body.properties).toMatchObject({
      computeType: "Kubernetes",
      properties: { namespace: "ml", experimental: "yes" },
    });
    const [workspace] = Object.values<Json>(all["dev-workspace"].resource.azurerm_machine_learning_workspace);
    expect(workspace.friendly_name).toBe("Models");
  });
  it("of an attachment through azurerm lie over it", () => {
    const stack = synthesized(small({ attachment: { overrides: { timeouts: { create: "40m" } } } }))[
      "dev-scoring-attachment"
    ];
    expect(stack.resource.azurerm_machine_learning_inference_cluster.attachment.timeouts).toEqual({ create: "40m" });
  });
  it("have Terraform's own names", () => {
    expect(() => load(small({ create: { overrides: { runCommandEnabled: false } } }))).toThrow("Terraform's own name");
  });
});
