import { describe, expect, it } from "vitest";
import { evaluateAll, findings, hasTerraform, type Json, small, synthesized } from "../helpers.ts";

const SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001";
const SUBNET = `${SUBSCRIPTION}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/snet`;
const IDENTITY = `${SUBSCRIPTION}/resourceGroups/rg-id/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-aks`;
const ZONE = `${SUBSCRIPTION}/resourceGroups/rg-net/providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io`;

const pool = (changes: object): object => ({ nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 3, ...changes } });
const autoscaled = { nodePool: { vmSize: "Standard_D4s_v5", minCount: 3, maxCount: 6 } };

const stack = (create: object, attachment: object = {}): Json =>
  synthesized(small({ create, attachment }))["dev-scoring-cluster"];
const cluster = (create: object, attachment: object = {}): Json =>
  stack(create, attachment).resource.azurerm_kubernetes_cluster.cluster;

describe("each option of `create` is an attribute of azurerm_kubernetes_cluster", () => {
  it.each<[create: object, expected: object]>([
    [{ resourceGroup: "rg-x" }, { resource_group_name: "rg-x" }],
    [{ name: "aks-x" }, { name: "aks-x", dns_prefix: "aks-x" }],
    [{ name: "aks_x" }, { name: "aks_x", dns_prefix: "aks-x" }],
    [{ location: "France Central" }, { location: "francecentral" }],
    [{ kubernetesVersion: "1.35" }, { kubernetes_version: "1.35" }],
    [{ dnsPrefix: "p" }, { dns_prefix: "p" }],
    [pool({ vmSize: "Standard_D8s_v5" }), { default_node_pool: { vm_size: "Standard_D8s_v5" } }],
    [pool({ nodeCount: 5 }), { default_node_pool: { node_count: 5 } }],
    [autoscaled, { default_node_pool: { auto_scaling_enabled: true, min_count: 3, max_count: 6 } }],
    [pool({ zones: ["1", "3"] }), { default_node_pool: { zones: ["1", "3"] } }],
    [pool({ subnetId: SUBNET }), { default_node_pool: { vnet_subnet_id: SUBNET } }],
    [pool({ osDiskSizeGb: 100 }), { default_node_pool: { os_disk_size_gb: 100 } }],
    [pool({ maxPods: 60 }), { default_node_pool: { max_pods: 60 } }],
    [{ network: { plugin: "kubenet" } }, { network_profile: { network_plugin: "kubenet" } }],
    [{ network: { mode: "overlay" } }, { network_profile: { network_plugin_mode: "overlay" } }],
    [{ network: { policy: "calico" } }, { network_profile: { network_policy: "calico" } }],
    [
      { network: { serviceCidr: "10.1.0.0/16", dnsServiceIp: "10.1.0.10" } },
      { network_profile: { service_cidr: "10.1.0.0/16", dns_service_ip: "10.1.0.10" } },
    ],
    [{ network: { podCidr: "10.2.0.0/16" } }, { network_profile: { pod_cidr: "10.2.0.0/16" } }],
    [{ network: { outboundType: "userDefinedRouting" } }, { network_profile: { outbound_type: "userDefinedRouting" } }],
    [
      { network: { loadBalancer: { managedOutboundIps: 2, idleTimeoutMinutes: 5, outboundPortsAllocated: 8 } } },
      {
        network_profile: {
          load_balancer_profile: {
            managed_outbound_ip_count: 2,
            idle_timeout_in_minutes: 5,
            outbound_ports_allocated: 8,
          },
        },
      },
    ],
    [
      { network: { natGateway: { managedOutboundIps: 2, idleTimeoutMinutes: 5 } } },
      { network_profile: { nat_gateway_profile: { managed_outbound_ip_count: 2, idle_timeout_in_minutes: 5 } } },
    ],
    [
      { apiServer: { authorizedIpRanges: ["203.0.113.0/24"] } },
      { api_server_access_profile: { authorized_ip_ranges: ["203.0.113.0/24"] } },
    ],
    [{ apiServer: { private: true } }, { private_cluster_enabled: true }],
    [{ apiServer: { private: true, privateDnsZone: "system" } }, { private_dns_zone_id: "System" }],
    [{ apiServer: { private: true, privateDnsZone: "none" } }, { private_dns_zone_id: "None" }],
    [{ apiServer: { private: true, privateDnsZone: ZONE } }, { private_dns_zone_id: ZONE }],
    [{ identity: { userAssigned: [IDENTITY] } }, { identity: { type: "UserAssigned", identity_ids: [IDENTITY] } }],
    [
      { entraId: { azureRbac: true } },
      { azure_active_directory_role_based_access_control: { azure_rbac_enabled: true } },
    ],
    [
      { entraId: { adminGroups: ["00000000-0000-0000-0000-00000000000A"] } },
      {
        azure_active_directory_role_based_access_control: {
          azure_rbac_enabled: false,
          admin_group_object_ids: ["00000000-0000-0000-0000-00000000000a"],
        },
      },
    ],
    [{ entraId: {} }, { azure_active_directory_role_based_access_control: { azure_rbac_enabled: false } }],
    [
      { entraId: { localAccountDisabled: true } },
      { local_account_disabled: true, azure_active_directory_role_based_access_control: { azure_rbac_enabled: false } },
    ],
    [{ tier: "Standard" }, { sku_tier: "Standard" }],
    [{ automaticUpgrade: "patch" }, { automatic_upgrade_channel: "patch" }],
    [{ nodeOsUpgrade: "SecurityPatch" }, { node_os_upgrade_channel: "SecurityPatch" }],
    [{ tags: { a: "b" } }, { tags: { a: "b" } }],
  ])("%j", (create, expected) => {
    expect(cluster(create)).toMatchObject(expected);
  });
});

describe("what a platform engineer expects without asking", () => {
  it("a size change rotates the pool instead of being refused", () => {
    expect(cluster({}).default_node_pool).toMatchObject({
      name: "agentpool",
      temporary_name_for_rotation: "agentpooltmp",
    });
  });
  it("the load balancer is Standard, the plugin azure, the identity system-assigned", () => {
    expect(cluster({})).toMatchObject({
      network_profile: { load_balancer_sku: "standard", network_plugin: "azure", outbound_type: "loadBalancer" },
      identity: { type: "SystemAssigned" },
    });
  });
  it("the node count is left to the autoscaler", () => {
    expect(cluster(autoscaled, { clusterPurpose: "DevTest" }).lifecycle).toEqual({
      ignore_changes: ["default_node_pool[0].node_count"],
    });
    expect(cluster(autoscaled).default_node_pool).not.toHaveProperty("node_count");
    expect(cluster({})).not.toHaveProperty("lifecycle");
  });
  it.each<[purpose: string | undefined, preventDestroy: boolean | undefined, expected: boolean]>([
    ["DevTest", undefined, false],
    ["DevTest", true, true],
    ["FastProd", undefined, true],
    ["FastProd", false, false],
    ["DenseProd", undefined, true],
    [undefined, undefined, true],
  ])("purpose %s with preventDestroy %s: destroying is refused: %s", (clusterPurpose, preventDestroy, expected) => {
    expect(cluster({ preventDestroy }, { clusterPurpose }).lifecycle?.prevent_destroy ?? false).toBe(expected);
  });

  it("a system-assigned identity gets Network Contributor on the subnet", () => {
    expect(stack(pool({ subnetId: SUBNET })).resource.azurerm_role_assignment).toMatchObject({
      cluster_network_contributor: {
        scope: SUBNET,
        role_definition_name: "Network Contributor",
        principal_id: "${azurerm_kubernetes_cluster.cluster.identity[0].principal_id}",
      },
    });
  });
  it("a user-assigned identity has its roles before the cluster needs them", () => {
    const result = stack({
      ...pool({ subnetId: SUBNET }),
      identity: { userAssigned: [IDENTITY] },
      apiServer: { private: true, privateDnsZone: ZONE },
    });
    expect(result.data.azurerm_user_assigned_identity.cluster_identity).toMatchObject({
      name: "id-aks",
      resource_group_name: "rg-id",
    });
    expect(result.resource.azurerm_role_assignment).toMatchObject({
      cluster_network_contributor: {
        principal_id: "${data.azurerm_user_assigned_identity.cluster_identity.principal_id}",
        scope: SUBNET,
      },
      // AKS links the zone to the network.
      cluster_network_contributor_virtual_network: {
        role_definition_name: "Network Contributor",
        scope: SUBNET.split("/subnets/")[0],
      },
      cluster_private_dns_zone_contributor: { role_definition_name: "Private DNS Zone Contributor", scope: ZONE },
    });
    expect(result.resource.azurerm_kubernetes_cluster.cluster.depends_on).toEqual([
      "azurerm_role_assignment.cluster_network_contributor",
      "azurerm_role_assignment.cluster_network_contributor_virtual_network",
      "azurerm_role_assignment.cluster_private_dns_zone_contributor",
    ]);
  });
  it("no role where no subnet is given", () => {
    expect(stack({}).resource).not.toHaveProperty("azurerm_role_assignment");
  });

  it("the outputs give the ID and the command for kubectl, never a kubeconfig", () => {
    const result = stack({ resourceGroup: "rg-(brackets)", name: "aks" });
    expect(result.output).toMatchObject({
      cluster_id: { value: "${azurerm_kubernetes_cluster.cluster.id}" },
      get_credentials: {
        value:
          "az aks get-credentials --subscription 00000000-0000-0000-0000-000000000001 --resource-group 'rg-(brackets)' --name aks",
      },
    });
    expect(JSON.stringify(result)).not.toMatch(/kube_?config|kube_admin/i);
  });
});

describe("the ranges of Azure ML's control plane", () => {
  const authorized = (apiServer: object, region = "westeurope"): Json => {
    const result = synthesized(
      small({
        create: { apiServer },
        environment: { workspace: { resourceGroup: "rg", name: "mlw", location: region } },
      }),
    );
    const { resource, data } = result["dev-scoring-cluster"];
    return {
      ranges: resource.azurerm_kubernetes_cluster.cluster.api_server_access_profile?.authorized_ip_ranges,
      tags: data?.azurerm_network_service_tags,
    };
  };
  const tag = (name: string): string => `data.azurerm_network_service_tags.${name}.ipv4_cidrs`;

  it("are added to one's own, of the workspace's region and its pair", () => {
    const { ranges, tags } = authorized({ authorizedIpRanges: ["203.0.113.0/24"], includeAzureMachineLearning: true });
    expect(ranges).toBe(
      `\${distinct(concat(["203.0.113.0/24"], ${tag("cluster_azureml_ranges")}, ${tag("cluster_azureml_pair_ranges")}))}`,
    );
    expect(tags.cluster_azureml_ranges).toMatchObject({
      location: "westeurope",
      service: "AzureMachineLearning",
      location_filter: "westeurope",
    });
    expect(tags.cluster_azureml_pair_ranges).toMatchObject({ location: "westeurope", location_filter: "northeurope" });
  });
  it("stand alone where there are none of one's own", () => {
    expect(authorized({ includeAzureMachineLearning: true }).ranges).toMatch(/^\$\{distinct\(concat\(\[\], data\./);
  });
  it("are asked for by the codes that Azure uses", () => {
    const { tags } = authorized({ includeAzureMachineLearning: true }, "francesouth");
    expect(tags.cluster_azureml_ranges.location_filter).toBe("southfrance");
    expect(tags.cluster_azureml_pair_ranges.location_filter).toBe("centralfrance");
  });
  it("are those of one region where it has no pair, and none where no tag is published", () => {
    expect(Object.keys(authorized({ includeAzureMachineLearning: true }, "italynorth").tags)).toEqual([
      "cluster_azureml_ranges",
    ]);
    expect(
      authorized({ authorizedIpRanges: ["203.0.113.0/24"], includeAzureMachineLearning: true }, "belgiumcentral"),
    ).toEqual({
      ranges: ["203.0.113.0/24"],
      tags: undefined,
    });
  });
  it("where none are published, that is said", () => {
    const config = small({
      create: { apiServer: { authorizedIpRanges: ["203.0.113.0/24"], includeAzureMachineLearning: true } },
      environment: { workspace: { resourceGroup: "rg", name: "mlw", location: "belgiumcentral" } },
    });
    expect(findings(config).find(({ rule }) => rule === "cluster/authorized-ranges-azureml")).toMatchObject({
      level: "note",
      message: expect.stringContaining("no AzureMachineLearning ranges of belgiumcentral were published"),
    });
  });
});

describe("a Kubernetes version", () => {
  const conditions = (kubernetesVersion?: string): Json => {
    const result = stack({ kubernetesVersion });
    const precondition = result.resource.azurerm_kubernetes_cluster.cluster.lifecycle?.precondition?.[0];
    return { precondition, check: result.check?.cluster_kubernetes_version.assert[0] };
  };
  const ALL = "data.azurerm_kubernetes_service_versions.cluster_versions_and_previews.versions";
  const RELEASED = "data.azurerm_kubernetes_service_versions.cluster_versions.versions";

  it("stops the plan where AKS does not support it, and warns where it is a preview, with the rule's id and source", () => {
    const { precondition, check } = conditions("1.35");
    expect(precondition.error_message).toMatch(
      /^cluster\/kubernetes-version: AKS does not support Kubernetes 1\.35 in westeurope\. .*https:/,
    );
    expect(check.error_message).toMatch(/^cluster\/kubernetes-version: Kubernetes 1\.35 is a preview/);
    expect(precondition.condition).toContain(ALL);
    expect(check.condition).toContain(RELEASED);
  });
  it("that is not given has no condition", () => {
    expect(conditions()).toEqual({ precondition: undefined, check: undefined });
  });
  it.runIf(hasTerraform)("is one of those that AKS has where Terraform finds it", () => {
    const cases: [version: string, versions: string[], expected: boolean][] = [
      ["1.35", ["1.34.4", "1.35.1"], true],
      ["1.35.1", ["1.34.4", "1.35.1"], true],
      ["1.3", ["1.34.4", "1.35.1"], false],
      ["1.35.1", ["1.35.10"], false],
      ["1.28", [], false],
    ];
    const found = evaluateAll([
      ...cases.map(([version, versions]) => [conditions(version).precondition.condition, { [ALL]: versions }] as const),
      ...cases.map(([version, versions]) => [conditions(version).check.condition, { [RELEASED]: versions }] as const),
    ]);
    expect(found).toEqual([...cases, ...cases].map(([, , expected]) => expected));
  });
});
