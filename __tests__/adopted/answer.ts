import { vmSize } from "../../azure/vm-sizes.ts";
import { CLUSTER, OWN_POOL, POOL, ROOT } from "../../sources/vocabulary/arm.ts";
import type { Table } from "../../sources/vocabulary/table.ts";
import type { Json } from "../helpers.ts";
import { answerOf, identityOf } from "../origins.ts";

/**
 * What Azure Resource Manager would answer of synthesized resources: the tables that read its answers, the other way
 * round, and what AKS adds by itself.
 */
export function asAnswered(
  resources: Record<string, Json>,
  { region }: { region: string },
): { name: string; body: Json }[] {
  const of = (type: string): Json[] =>
    Object.entries(resources).flatMap(([address, attributes]) => (address.startsWith(`${type}.`) ? [attributes] : []));
  const [cluster] = of("azurerm_kubernetes_cluster");
  const id = `${GROUP}/Microsoft.ContainerService/managedClusters/${cluster.name}`;
  return [
    { name: "cluster", body: clusterAnswer(cluster, of("azurerm_kubernetes_cluster_node_pool"), id) },
    ...of("azurerm_machine_learning_inference_cluster").map((compute) =>
      answer(compute, aksCompute(compute), id, region),
    ),
    ...of("azapi_resource").map((compute) => answer(compute, compute.body.properties, id, region)),
    ...of("azurerm_kubernetes_cluster_extension").map((extension) => ({
      name: "extension",
      body: {
        id: `${id}/providers/Microsoft.KubernetesConfiguration/extensions/${extension.name}`,
        name: extension.name,
        properties: {
          extensionType: extension.extension_type.toLowerCase(),
          autoUpgradeMinorVersion: true,
          releaseTrain: extension.release_train,
          configurationSettings: sorted(extension.configuration_settings),
          scope: { cluster: { releaseNamespace: extension.release_namespace } },
        },
      },
    })),
  ];
}

const GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers";

function answer(compute: Json, properties: Json, clusterId: string, region: string): { name: string; body: Json } {
  return {
    name: "compute",
    body: {
      id: `${GROUP}/Microsoft.MachineLearningServices/workspaces/mlw/computes/${compute.name}`,
      name: compute.name,
      location: region,
      ...identityOf(compute),
      tags: compute.tags ?? {},
      properties: {
        ...properties,
        // As Azure ML answers it.
        resourceId: clusterId.replace("resourceGroups", "resourcegroups"),
        description: properties.description || null,
        properties: { ...properties.properties, ...(properties.computeType === "AKS" ? {} : { vcName: null }) },
      },
    },
  };
}

function aksCompute({ cluster_purpose, description }: Json): Json {
  return {
    computeType: "AKS",
    description,
    properties: { clusterPurpose: cluster_purpose ?? "FastProd", loadBalancerType: "PublicIp" },
  };
}

function clusterAnswer(cluster: Json, pools: Json[], id: string): Json {
  const { name, location, network_profile: network, api_server_access_profile: apiServer } = cluster;
  const root = reversed([...ROOT, ...CLUSTER], cluster);
  const properties = root.properties ?? {};
  const isPrivate = cluster.private_cluster_enabled === true;
  const group = cluster.node_resource_group ?? `MC_rg_${name}_${location}`;
  const outbound = network.outbound_type;
  const provider = cluster.key_vault_secrets_provider;
  return sorted({
    ...root,
    ...identityOf(cluster),
    id,
    name,
    location,
    tags: cluster.tags ?? {},
    sku: { name: "Base", tier: cluster.sku_tier ?? "Free" },
    properties: {
      kubernetesVersion:
        cluster.automatic_upgrade_channel === "patch" ? "1.34.9" : (cluster.kubernetes_version ?? "1.34"),
      supportPlan: "KubernetesOfficial",
      enableRBAC: true,
      disableLocalAccounts: false,
      nodeResourceGroup: group,
      servicePrincipalProfile: { clientId: "msi" },
      ...properties,
      ...(cluster.automatic_upgrade_channel === "patch" ? { kubernetesVersion: "1.34.9" } : {}),
      addonProfiles: {
        ...properties.addonProfiles,
        ...(provider
          ? {
              azureKeyvaultSecretsProvider: {
                enabled: true,
                config: {
                  enableSecretRotation: String(provider.secret_rotation_enabled),
                  rotationPollInterval: provider.secret_rotation_interval ?? "2m",
                },
              },
            }
          : {}),
        azurepolicy: { enabled: cluster.azure_policy_enabled === true },
      },
      oidcIssuerProfile: { enabled: cluster.oidc_issuer_enabled === true },
      securityProfile: {
        ...properties.securityProfile,
        ...(cluster.microsoft_defender
          ? {
              defender: {
                logAnalyticsWorkspaceResourceId: cluster.microsoft_defender.log_analytics_workspace_id,
                securityMonitoring: { enabled: true },
              },
            }
          : {}),
        workloadIdentity: { enabled: cluster.workload_identity_enabled === true },
      },
      metricsProfile: { costAnalysis: { enabled: cluster.cost_analysis_enabled === true } },
      autoUpgradeProfile: {
        upgradeChannel: cluster.automatic_upgrade_channel ?? "none",
        nodeOSUpgradeChannel: cluster.node_os_upgrade_channel ?? "NodeImage",
      },
      aadProfile: cluster.azure_active_directory_role_based_access_control
        ? { managed: true, tenantID: "00000000-0000-0000-0000-00000000000f", ...properties.aadProfile }
        : null,
      identityProfile: {
        kubeletidentity: {
          resourceId:
            cluster.kubelet_identity?.user_assigned_identity_id ??
            `/subscriptions/s/resourcegroups/${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/aks`,
        },
      },
      apiServerAccessProfile:
        isPrivate || apiServer
          ? {
              ...properties.apiServerAccessProfile,
              enablePrivateCluster: isPrivate,
              ...(isPrivate
                ? {
                    privateDNSZone: (cluster.private_dns_zone_id ?? "system").replace(
                      /^(System|None)$/,
                      (zone: string) => zone.toLowerCase(),
                    ),
                    enablePrivateClusterPublicFQDN: cluster.private_cluster_public_fqdn_enabled === true,
                  }
                : {}),
            }
          : null,
      networkProfile: {
        serviceCidr: "10.0.0.0/16",
        dnsServiceIP: "10.0.0.10",
        networkPolicy: "none",
        networkDataplane: "azure",
        ...(network.network_plugin === "azure" && network.network_plugin_mode === undefined
          ? {}
          : { podCidr: "10.244.0.0/16" }),
        ...properties.networkProfile,
        ...(outbound === "loadBalancer"
          ? {
              loadBalancerProfile: {
                managedOutboundIPs: { count: network.load_balancer_profile?.managed_outbound_ip_count ?? 1 },
                idleTimeoutInMinutes: network.load_balancer_profile?.idle_timeout_in_minutes ?? null,
                allocatedOutboundPorts: network.load_balancer_profile?.outbound_ports_allocated ?? 0,
              },
            }
          : {}),
        ...(outbound === "managedNATGateway"
          ? {
              natGatewayProfile: {
                managedOutboundIPProfile: { count: network.nat_gateway_profile?.managed_outbound_ip_count ?? 1 },
                idleTimeoutInMinutes: network.nat_gateway_profile?.idle_timeout_in_minutes ?? 4,
              },
            }
          : {}),
      },
      agentPoolProfiles: [
        poolAnswer(
          reversedPool(OWN_POOL, cluster.default_node_pool),
          cluster.default_node_pool.name,
          "System",
          network,
        ),
        ...pools
          .map((pool) => poolAnswer(reversedPool(POOL, pool), pool.name, pool.mode ?? "User", network))
          .sort((one, other) => one.name.localeCompare(other.name)),
      ],
    },
  });
}

function poolAnswer(pool: Json, name: string, mode: string, network: Json): Json {
  const vCpus = vmSize(pool.vmSize)?.vCpus ?? 0;
  const isFlat = network.network_plugin === "azure" && network.network_plugin_mode === undefined;
  return {
    name,
    type: "VirtualMachineScaleSets",
    osType: "Linux",
    osSKU: "Ubuntu",
    osDiskType: "Managed",
    osDiskSizeGB: vCpus < 8 ? 128 : vCpus < 16 ? 256 : vCpus < 64 ? 512 : 1024,
    kubeletDiskType: "OS",
    scaleDownMode: "Delete",
    maxPods: network.network_plugin === "kubenet" ? 110 : isFlat ? 30 : 250,
    ...(pool.scaleSetPriority === "Spot" ? {} : { upgradeSettings: {} }),
    ...pool,
    mode,
    count: pool.count ?? pool.minCount,
    enableAutoScaling: pool.enableAutoScaling === true,
    enableEncryptionAtHost: pool.enableEncryptionAtHost === true,
    enableFIPS: pool.enableFIPS === true,
    enableUltraSSD: pool.enableUltraSSD === true,
    enableNodePublicIP: false,
    gpuProfile: { driver: pool.gpuProfile?.driver ?? "Install" },
  };
}

/** What a table says the other way round, of what is known. */
function reversed(table: Table, attributes: Json): Json {
  const known = JSON.parse(JSON.stringify(attributes), (_, value) =>
    typeof value === "string" && value.includes("${") ? undefined : value,
  );
  return answerOf(known, table);
}

/** A pool's properties are no level of their own. */
function reversedPool(table: Table, attributes: Json): Json {
  const { properties: _, ...pool } = reversed(table, attributes);
  return attributes.only_critical_addons_enabled
    ? { ...pool, nodeTaints: ["CriticalAddonsOnly=true:NoSchedule"] }
    : pool;
}

/** The same in one order of keys. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
