import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { findings, type Json, synthesized } from "../helpers.ts";

const NETWORK =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet-ml";
const IDENTITIES =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-id/providers/Microsoft.ManagedIdentity/userAssignedIdentities";
const ZONE =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-net/providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io";

/** A cluster of an environment. */
function configuration(create: object, attachment?: object): string {
  return stringify({
    environments: {
      prod: {
        subscriptionId: "00000000-0000-0000-0000-000000000001",
        location: "westeurope",
        workspace: { resourceGroup: "rg-ml", name: "mlw" },
        clusters: {
          main: {
            create: {
              resourceGroup: "rg-ml",
              name: "aks",
              nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 3 },
              ...create,
            },
            ...(attachment ? { attachment } : {}),
          },
        },
      },
    },
  });
}

/** The resources of a cluster's stack. */
function resources(create: object, attachment?: object): Json {
  return synthesized(configuration(create, attachment))["prod-main-cluster"].resource;
}

const pools = (nodePools: object, create: object = {}): Json =>
  resources({ nodePools, ...create }).azurerm_kubernetes_cluster_node_pool;

const scopes = (create: object, attachment?: object): Json => {
  const roles = Object.entries<Json>(resources(create, attachment).azurerm_role_assignment ?? {});
  return Object.fromEntries(
    roles.map(([name, { role_definition_name, scope }]) => [name, [role_definition_name, scope]]),
  );
};

const inSubnet = (name: string, pool: object = {}): object => ({
  vmSize: "Standard_D4s_v5",
  nodeCount: 3,
  subnetId: `${NETWORK}/subnets/${name}`,
  ...pool,
});

describe("a node pool", () => {
  it("scales from zero, and leaves its number of nodes to the autoscaler", () => {
    expect(pools({ gpu: { vmSize: "Standard_NC4as_T4_v3", minCount: 0, maxCount: 4 } }).cluster_pool_gpu).toMatchObject(
      {
        name: "gpu",
        kubernetes_cluster_id: "${azurerm_kubernetes_cluster.cluster.id}",
        auto_scaling_enabled: true,
        min_count: 0,
        max_count: 4,
        lifecycle: { ignore_changes: ["node_count"] },
        upgrade_settings: { max_surge: "10%" },
      },
    );
  });

  it("of spot nodes has what AKS would add: label, taint, price and eviction; and no surge, which AKS refuses", () => {
    const spot = pools({ spot: { vmSize: "Standard_D4s_v5", nodeCount: 0, spot: {}, labels: { team: "ml" } } });
    expect(spot.cluster_pool_spot).toMatchObject({
      priority: "Spot",
      spot_max_price: -1,
      eviction_policy: "Delete",
      node_labels: { team: "ml", "kubernetes.azure.com/scalesetpriority": "spot" },
      node_taints: ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"],
    });
    expect(spot.cluster_pool_spot).not.toHaveProperty("upgrade_settings");
  });

  it("is rotated by a name that no other pool has, of 12 characters at most and 6 with Windows", () => {
    const node = { vmSize: "Standard_D4s_v5", nodeCount: 1 };
    const made = pools({
      gpu: node,
      workerpool01: node,
      workerpool02: node,
      win: { ...node, osType: "Windows" },
      win001: { ...node, osType: "Windows" },
    });
    const names = Object.fromEntries(
      Object.values<Json>(made).map((pool) => [pool.name, pool.temporary_name_for_rotation]),
    );
    expect(names).toMatchObject({ gpu: "gputmp", win: "wintmp" });
    expect(new Set(Object.values(names)).size).toBe(5);
    expect(names.workerpool01).toMatch(/^[a-z][a-z0-9]{0,11}$/);
    expect(names.win001).toMatch(/^[a-z][a-z0-9]{0,5}$/);
  });

  it("waits for the role on its subnet, where the identity comes with the cluster", () => {
    const made = pools({ gpu: inSubnet("snet-gpu") }, { nodePool: inSubnet("snet-aks") });
    expect(made.cluster_pool_gpu.depends_on).toEqual([
      "azurerm_role_assignment.cluster_network_contributor",
      "azurerm_role_assignment.cluster_network_contributor_subnet_snet-gpu",
    ]);
  });
});

describe("what an option brings", () => {
  it.each<[string, object, Json]>([
    [
      "the policy cilium its data plane",
      { network: { policy: "cilium", mode: "overlay" } },
      { network_profile: { network_data_plane: "cilium" } },
    ],
    [
      "workload identity the OIDC issuer",
      { workloadIdentity: true },
      { oidc_issuer_enabled: true, workload_identity_enabled: true },
    ],
    [
      "a private cluster without a zone its public name",
      { apiServer: { private: true, privateDnsZone: "none" } },
      { private_dns_zone_id: "None", private_cluster_public_fqdn_enabled: true },
    ],
    [
      "Image Cleaner its interval",
      { imageCleaner: {} },
      { image_cleaner_enabled: true, image_cleaner_interval_hours: 168 },
    ],
    [
      "the Key Vault provider what azurerm needs",
      { keyVaultSecretsProvider: {} },
      { key_vault_secrets_provider: { secret_rotation_enabled: false } },
    ],
    [
      "a schedule its interval",
      { maintenanceWindows: { nodeOs: { frequency: "Daily", durationHours: 4 } } },
      { maintenance_window_node_os: { interval: 1 } },
    ],
    [
      "managed Prometheus its block",
      {
        monitoring: {
          prometheus: {
            workspaceId:
              "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Monitor/accounts/amw",
          },
        },
      },
      { monitor_metrics: {} },
    ],
    [
      "VNet Integration without a subnet",
      { apiServer: { vnetIntegration: {} } },
      { api_server_access_profile: { virtual_network_integration_enabled: true } },
    ],
  ])("%s", (_, create, expected) => {
    expect(resources(create).azurerm_kubernetes_cluster.cluster).toMatchObject(expected);
  });
  it("logs and metrics their data collection rules, bound to the cluster", () => {
    const workspace = (type: string): object => ({
      workspaceId: `/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/${type}/log`,
    });
    const made = resources({
      monitoring: {
        logAnalytics: workspace("Microsoft.OperationalInsights/workspaces"),
        prometheus: { ...workspace("Microsoft.Monitor/accounts"), location: "northeurope" },
      },
    });
    const associated = Object.values<Json>(made.azurerm_monitor_data_collection_rule_association);
    expect(associated.map((each) => each.target_resource_id)).toEqual(
      associated.map(() => "${azurerm_kubernetes_cluster.cluster.id}"),
    );
    expect(made.azurerm_monitor_data_collection_rule).toMatchObject({
      cluster_container_insights: { location: "westeurope" },
      cluster_prometheus_rule: { location: "northeurope" },
    });
    expect(made.azurerm_kubernetes_cluster.cluster.oms_agent.msi_auth_for_monitoring_enabled).toBe(true);
  });
});

describe("roles that options need", () => {
  const userAssigned = [`${IDENTITIES}/id-aks`];
  const subnet = (name: string): string => `${NETWORK}/subnets/${name}`;
  const contributor = (scope: string): string[] => ["Network Contributor", scope];
  const aksCompute = (loadBalancer: object): object => ({ kind: "AksCompute", computeName: "main", loadBalancer });
  it.each<[string, object, object | undefined, Json]>([
    [
      "the subnet of another pool and of pods, each once",
      {
        nodePool: inSubnet("snet-aks"),
        nodePools: { a: inSubnet("snet-a", { podSubnetId: subnet("snet-pods") }), b: inSubnet("snet-a") },
      },
      undefined,
      {
        cluster_network_contributor: contributor(subnet("snet-aks")),
        "cluster_network_contributor_subnet_snet-a": contributor(subnet("snet-a")),
        "cluster_network_contributor_subnet_snet-pods": contributor(subnet("snet-pods")),
      },
    ],
    [
      "the load balancer's subnet, and that of its private link service",
      { nodePool: inSubnet("snet-aks") },
      aksCompute({ type: "InternalLoadBalancer", subnet: "snet-lb", privateLinkService: { subnet: "snet-pls" } }),
      {
        cluster_network_contributor: contributor(subnet("snet-aks")),
        "cluster_network_contributor_subnet_snet-lb": contributor(subnet("snet-lb")),
        "cluster_network_contributor_subnet_snet-pls": contributor(subnet("snet-pls")),
      },
    ],
    [
      "none more for a load balancer in the nodes' subnet",
      { nodePool: inSubnet("snet-aks") },
      aksCompute({ type: "InternalLoadBalancer", subnet: "snet-aks" }),
      { cluster_network_contributor: contributor(subnet("snet-aks")) },
    ],
    [
      "a zone of one's own: the network, which covers its subnets, and the zone",
      {
        nodePool: inSubnet("snet-aks"),
        nodePools: { a: inSubnet("snet-a") },
        identity: { userAssigned },
        apiServer: { private: true, privateDnsZone: ZONE },
      },
      undefined,
      {
        cluster_network_contributor: contributor(subnet("snet-aks")),
        cluster_network_contributor_virtual_network: contributor(NETWORK),
        cluster_private_dns_zone_contributor: ["Private DNS Zone Contributor", ZONE],
      },
    ],
    [
      "the route table, and an identity of the kubelet's",
      {
        network: { plugin: "kubenet", routeTableId: `${NETWORK.split("/virtualNetworks")[0]}/routeTables/rt` },
        identity: { userAssigned, kubelet: `${IDENTITIES}/id-kubelet` },
      },
      undefined,
      {
        cluster_network_contributor_route_table: contributor(`${NETWORK.split("/virtualNetworks")[0]}/routeTables/rt`),
        cluster_managed_identity_operator: ["Managed Identity Operator", `${IDENTITIES}/id-kubelet`],
      },
    ],
    [
      "the subnet of the API server",
      { nodePool: inSubnet("snet-aks"), apiServer: { vnetIntegration: { subnetId: subnet("snet-api") } } },
      undefined,
      {
        cluster_network_contributor: contributor(subnet("snet-aks")),
        "cluster_network_contributor_subnet_snet-api": contributor(subnet("snet-api")),
      },
    ],
  ])("%s", (_, create, attachment, expected) => {
    expect(scopes(create, attachment)).toEqual(expected);
  });
  it("AcrPull is the nodes' identity's: the one that AKS makes, or the one that is given", () => {
    const registry =
      "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/crml";
    const pull = (identity?: object): Json =>
      resources({ containerRegistries: [registry], identity }).azurerm_role_assignment.cluster_acr_pull_crml;
    expect(pull()).toMatchObject({
      scope: registry,
      role_definition_name: "AcrPull",
      principal_id: "${azurerm_kubernetes_cluster.cluster.kubelet_identity[0].object_id}",
    });
    expect(pull({ userAssigned, kubelet: `${IDENTITIES}/id-kubelet` }).principal_id).toBe(
      "${data.azurerm_user_assigned_identity.cluster_kubelet_identity.principal_id}",
    );
  });
});

describe("mistakes in node pools", () => {
  const node = { vmSize: "Standard_D4s_v5", nodeCount: 1 };
  it.each<[string, object]>([
    ["the name of a Windows pool has at most 6 characters", { windows: { ...node, osType: "Windows" } }],
    ["1-12 lower-case letters and digits", { "my-pool": node }],
    ["is the cluster's own pool", { agentpool: node }],
    ["has ordinary Linux nodes", { spot: { ...node, mode: "System", spot: {} } }],
    ["has at least one node", { system: { ...node, nodeCount: 0, mode: "System" } }],
    ["a spot pool takes no upgradeSettings", { spot: { ...node, spot: {}, upgradeSettings: { maxSurge: "1" } } }],
    ["must be a taint such as", { a: { ...node, taints: ["sku=gpu"] } }],
    ["give subnetId too", { a: { ...node, podSubnetId: `${NETWORK}/subnets/snet-pods` } }],
    ["give maxSurge or maxUnavailable", { a: { ...node, upgradeSettings: { maxSurge: "1", maxUnavailable: "1" } } }],
  ])("%s", (message, nodePools) => {
    expect(() => pools(nodePools)).toThrow(message);
  });
  it("the API server's subnet needs one for the nodes", () => {
    const create = { apiServer: { vnetIntegration: { subnetId: `${NETWORK}/subnets/snet-api` } } };
    expect(() => resources(create)).toThrow("give nodePool.subnetId too");
  });
  it("kubenet with a route table of one's own takes no system-assigned identity", () => {
    const routeTableId = `${NETWORK.split("/virtualNetworks")[0]}/routeTables/rt`;
    expect(() => resources({ network: { plugin: "kubenet", routeTableId } })).toThrow("needs a user-assigned identity");
  });
});

describe("rules see what is configured", () => {
  const found = (create: object, attachment?: object): [string, string, string | undefined][] =>
    findings(configuration(create, attachment)).map(({ rule, level, where }) => [rule, level, where.configPath]);
  const kubernetes = (pool: string, tolerations?: object[]): object => ({
    kind: "KubernetesCompute",
    computeName: "main",
    clusterPurpose: "FastProd",
    extension: { enableTraining: true, installVolcano: false, ...(tolerations ? { tolerations } : {}) },
    instanceTypes: {
      big: { nodeSelector: { pool }, requests: { cpu: "4", memory: "8Gi" }, limits: { cpu: "4", memory: "8Gi" } },
    },
  });
  const INSTANCE_TYPE = "environments.prod.clusters.main.attachment.instanceTypes.big";
  const ofInstanceType = (create: object, attachment: object): (string | undefined)[] =>
    found(create, attachment).flatMap(([rule, , path]) => (rule === "kubernetes/instance-type" ? [path] : []));
  const big = { vmSize: "Standard_D8s_v5", nodeCount: 1, labels: { pool: "big" } };

  it("the labels of a pool, and instance types that select others", () => {
    expect(ofInstanceType({ nodePools: { big } }, kubernetes("big"))).toEqual([]);
    const [path] = ofInstanceType({ nodePools: { big } }, kubernetes("bigger"));
    expect(path).toContain(INSTANCE_TYPE);
  });
  it("taints, and what the extension tolerates", () => {
    const spot = { nodePools: { big: { ...big, spot: {} } } };
    expect(ofInstanceType(spot, kubernetes("big"))).toHaveLength(1);
    const tolerated = [{ key: "kubernetes.azure.com/scalesetpriority", value: "spot", effect: "NoSchedule" }];
    expect(ofInstanceType(spot, kubernetes("big", tolerated))).toEqual([]);
  });
  it("Volcano on a pool that scales, unless the extension is set up for it", () => {
    const scaling = { nodePools: { big: { vmSize: "Standard_D8s_v5", minCount: 0, maxCount: 3 } } };
    const volcano = (extension: object): boolean =>
      found(scaling, { ...kubernetes("big"), extension: { enableTraining: true, ...extension } }).some(
        ([rule]) => rule === "kubernetes/volcano-autoscaling",
      );
    expect(volcano({})).toBe(true);
    expect(volcano({ volcanoSchedulerConfigMap: "no-gang", skipResourceValidation: true })).toBe(false);
  });
  it("a private cluster without a zone: refused where it is attached, and not before", () => {
    const create = { apiServer: { private: true, privateDnsZone: "none" } };
    const level = (attachment?: object): string | undefined =>
      found(create, attachment).find(([rule]) => rule === "cluster/private-public-fqdn")?.[1];
    expect(level({ kind: "AksCompute", computeName: "main" })).toBe("error");
    expect(level()).toBe("note");
  });
  it("the policy cilium without addresses for pods: the error that remains", () => {
    const policy = (create: object): [string, string, string | undefined][] =>
      found(create).filter(([rule]) => rule === "cluster/network-policy");
    expect(policy({ network: { policy: "cilium" } })).toEqual([
      ["cluster/network-policy", "error", "environments.prod.clusters.main.create.network.policy"],
    ]);
    expect(policy({ network: { policy: "cilium", mode: "overlay" } })).toEqual([]);
    expect(
      policy({ network: { policy: "cilium" }, nodePool: inSubnet("a", { podSubnetId: `${NETWORK}/subnets/b` }) }),
    ).toEqual([]);
  });
  it("one note on production practice, which one acknowledgement silences", () => {
    const practice = (create: object): number =>
      found(create, { kind: "AksCompute", computeName: "main" }).filter(
        ([rule]) => rule === "cluster/production-practice",
      ).length;
    expect(practice({})).toBe(1);
    expect(
      practice({
        tier: "Standard",
        automaticUpgrade: "patch",
        nodePool: inSubnet("a", { zones: ["1", "2"], criticalAddonsOnly: true }),
        nodePools: { cpu: inSubnet("a") },
      }),
    ).toBe(0);
  });
});
