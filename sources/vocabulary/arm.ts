import { isMap, type Value } from "../../model/value.ts";
import {
  asList,
  firstOf,
  given,
  idsOf,
  isCritical,
  isEnabled,
  keyOf,
  negated,
  oneOf,
  oneOfOr,
  type Table,
  tier,
} from "./table.ts";

/**
 * The bodies of Azure Resource Manager, in the vocabulary of the model: whatever carries them, and however deep, one
 * table for each type. What is not here has no name in azurerm and is asked by no rule.
 * https://learn.microsoft.com/azure/templates/microsoft.containerservice/managedclusters
 */

/** What every resource has. */
export const ROOT: Table = [
  ["id", "id"],
  ["name", "name"],
  ["location", "location"],
  ["tags", "tags"],
  ["identity.type", "identity[0].type"],
  ["identity.principalId", "identity[0].principal_id"],
  ["identity.tenantId", "identity[0].tenant_id"],
  ["identity.userAssignedIdentities", "identity[0].identity_ids", keysOf],
];

const P = "properties";
const API_SERVER = `${P}.apiServerAccessProfile`;
const NETWORK = `${P}.networkProfile`;
const LOAD_BALANCER = `${NETWORK}.loadBalancerProfile`;
const NAT = `${NETWORK}.natGatewayProfile`;
const SECRETS_PROVIDER = `${P}.addonProfiles.azureKeyvaultSecretsProvider`;

/** Where the pools of a cluster are. */
export const POOLS = `${P}.agentPoolProfiles`;

export const CLUSTER: Table = [
  ["sku.name", "sku_name", oneOf("Base", "Automatic")],
  ["sku.tier", "sku_tier", tier],
  [`${P}.kubernetesVersion`, "kubernetes_version"],
  [`${P}.currentKubernetesVersion`, "current_kubernetes_version"],
  [`${P}.supportPlan`, "support_plan", oneOf("KubernetesOfficial", "AKSLongTermSupport")],
  [`${P}.dnsPrefix`, "dns_prefix", given],
  [`${P}.fqdnSubdomain`, "dns_prefix_private_cluster", given],
  [`${P}.fqdn`, "fqdn"],
  [`${P}.privateFQDN`, "private_fqdn"],
  [`${P}.nodeResourceGroup`, "node_resource_group"],
  [`${P}.diskEncryptionSetID`, "disk_encryption_set_id"],
  [`${P}.enableRBAC`, "role_based_access_control_enabled"],
  [`${P}.disableLocalAccounts`, "local_account_disabled"],
  [`${P}.aadProfile.enableAzureRBAC`, "azure_active_directory_role_based_access_control[0].azure_rbac_enabled"],
  [`${P}.aadProfile.adminGroupObjectIDs`, "azure_active_directory_role_based_access_control[0].admin_group_object_ids"],
  [`${P}.aadProfile.tenantID`, "azure_active_directory_role_based_access_control[0].tenant_id"],
  // Of the sign-in that Azure has retired, which azurerm 4 no longer has.
  [`${P}.aadProfile.clientAppID`, "azure_active_directory_role_based_access_control[0].client_app_id", given],
  [`${P}.servicePrincipalProfile.clientId`, "service_principal[0].client_id", principal],
  [`${P}.servicePrincipalProfile.secret`, "service_principal[0].client_secret"],
  [`${P}.identityProfile.kubeletidentity.clientId`, "kubelet_identity[0].client_id"],
  [`${P}.identityProfile.kubeletidentity.objectId`, "kubelet_identity[0].object_id"],
  [`${P}.identityProfile.kubeletidentity.resourceId`, "kubelet_identity[0].user_assigned_identity_id"],
  [
    `${P}.autoUpgradeProfile.upgradeChannel`,
    "automatic_upgrade_channel",
    oneOfOr("none", "patch", "stable", "rapid", "node-image"),
  ],
  [
    `${P}.autoUpgradeProfile.nodeOSUpgradeChannel`,
    "node_os_upgrade_channel",
    oneOf("None", "Unmanaged", "NodeImage", "SecurityPatch"),
  ],
  [`${P}.oidcIssuerProfile.enabled`, "oidc_issuer_enabled"],
  [`${P}.oidcIssuerProfile.issuerURL`, "oidc_issuer_url"],
  [`${P}.securityProfile.workloadIdentity.enabled`, "workload_identity_enabled"],
  [`${P}.securityProfile.imageCleaner.enabled`, "image_cleaner_enabled"],
  [`${P}.securityProfile.imageCleaner.intervalHours`, "image_cleaner_interval_hours"],
  [`${P}.metricsProfile.costAnalysis.enabled`, "cost_analysis_enabled"],
  [`${P}.nodeProvisioningProfile.mode`, "node_provisioning_profile[0].mode", oneOf("Manual", "Auto")],
  [`${P}.hostedSystemProfile.enabled`, "hosted_system_enabled"],
  [`${P}.workloadAutoScalerProfile.keda.enabled`, "workload_autoscaler_profile[0].keda_enabled"],
  [
    `${P}.workloadAutoScalerProfile.verticalPodAutoscaler.enabled`,
    "workload_autoscaler_profile[0].vertical_pod_autoscaler_enabled",
  ],
  [`${P}.addonProfiles.azurepolicy.enabled`, "azure_policy_enabled"],
  [`${P}.addonProfiles.openServiceMesh.enabled`, "open_service_mesh_enabled"],
  [`${P}.addonProfiles.httpApplicationRouting.enabled`, "http_application_routing_enabled"],
  [
    `${P}.addonProfiles.ingressApplicationGateway`,
    "ingress_application_gateway[0].gateway_id",
    addOn("applicationGatewayId"),
  ],
  [`${P}.addonProfiles.omsagent`, "oms_agent[0].log_analytics_workspace_id", addOn("logAnalyticsWorkspaceResourceID")],
  [`${P}.addonProfiles.omsagent`, "oms_agent[0].msi_auth_for_monitoring_enabled", isTrue("useAADAuth")],
  [`${SECRETS_PROVIDER}`, "key_vault_secrets_provider[0].secret_rotation_enabled", isTrue("enableSecretRotation")],
  [`${SECRETS_PROVIDER}`, "key_vault_secrets_provider[0].secret_rotation_interval", addOnText("rotationPollInterval")],
  [`${P}.securityProfile.defender`, "microsoft_defender[0].log_analytics_workspace_id", defender],
  [`${P}.azureMonitorProfile.metrics`, "monitor_metrics[0].annotations_allowed", metrics("metricAnnotationsAllowList")],
  [`${P}.azureMonitorProfile.metrics`, "monitor_metrics[0].labels_allowed", metrics("metricLabelsAllowlist")],
  [`${P}.bootstrapProfile.artifactSource`, "bootstrap_profile[0].artifact_source", oneOf("Direct", "Cache")],
  [`${P}.bootstrapProfile.containerRegistryId`, "bootstrap_profile[0].container_registry_id", given],
  [`${P}.ingressProfile.webAppRouting`, "web_app_routing[0].dns_zone_ids", routing],
  [
    `${P}.ingressProfile.webAppRouting.nginx.defaultIngressControllerType`,
    "web_app_routing[0].default_nginx_controller",
    oneOf("AnnotationControlled", "External", "Internal", "None"),
  ],
  [`${P}.serviceMeshProfile.mode`, "service_mesh_profile[0].mode", oneOfOr("disabled", "Istio")],

  [`${API_SERVER}.authorizedIPRanges`, "api_server_access_profile[0].authorized_ip_ranges"],
  [`${API_SERVER}.enableVnetIntegration`, "api_server_access_profile[0].virtual_network_integration_enabled"],
  [`${API_SERVER}.subnetId`, "api_server_access_profile[0].subnet_id"],
  [`${API_SERVER}.enablePrivateCluster`, "private_cluster_enabled"],
  [`${API_SERVER}.enablePrivateClusterPublicFQDN`, "private_cluster_public_fqdn_enabled"],
  [`${API_SERVER}.privateDNSZone`, "private_dns_zone_id", oneOf("System", "None")],
  [`${API_SERVER}.disableRunCommand`, "run_command_enabled", negated],

  [`${NETWORK}.networkPlugin`, "network_profile[0].network_plugin", oneOf("azure", "kubenet", "none")],
  [`${NETWORK}.networkPluginMode`, "network_profile[0].network_plugin_mode", oneOf("overlay")],
  [`${NETWORK}.networkPolicy`, "network_profile[0].network_policy", oneOfOr("none", "azure", "calico", "cilium")],
  [`${NETWORK}.networkDataplane`, "network_profile[0].network_data_plane", oneOf("azure", "cilium")],
  [`${NETWORK}.networkMode`, "network_profile[0].network_mode", oneOf("bridge", "transparent")],
  [
    `${NETWORK}.outboundType`,
    "network_profile[0].outbound_type",
    oneOf("loadBalancer", "userDefinedRouting", "managedNATGateway", "userAssignedNATGateway", "none", "block"),
  ],
  [`${NETWORK}.loadBalancerSku`, "network_profile[0].load_balancer_sku", oneOf("standard", "basic")],
  [`${NETWORK}.ipFamilies`, "network_profile[0].ip_versions", each(oneOf("IPv4", "IPv6"))],
  [`${NETWORK}.podCidr`, "network_profile[0].pod_cidr", given],
  [`${NETWORK}.podCidrs`, "network_profile[0].pod_cidrs"],
  [`${NETWORK}.podCidrs`, "network_profile[0].pod_cidr", firstOf],
  [`${NETWORK}.serviceCidr`, "network_profile[0].service_cidr", given],
  [`${NETWORK}.serviceCidrs`, "network_profile[0].service_cidrs"],
  [`${NETWORK}.serviceCidrs`, "network_profile[0].service_cidr", firstOf],
  [`${NETWORK}.dnsServiceIP`, "network_profile[0].dns_service_ip", given],
  [
    `${NETWORK}.advancedNetworking.observability.enabled`,
    "network_profile[0].advanced_networking[0].observability_enabled",
  ],
  [`${NETWORK}.advancedNetworking.security.enabled`, "network_profile[0].advanced_networking[0].security_enabled"],
  [
    `${LOAD_BALANCER}.managedOutboundIPs.count`,
    "network_profile[0].load_balancer_profile[0].managed_outbound_ip_count",
  ],
  [
    `${LOAD_BALANCER}.managedOutboundIPs.countIPv6`,
    "network_profile[0].load_balancer_profile[0].managed_outbound_ipv6_count",
  ],
  [
    `${LOAD_BALANCER}.outboundIPs.publicIPs`,
    "network_profile[0].load_balancer_profile[0].outbound_ip_address_ids",
    idsOf,
  ],
  [
    `${LOAD_BALANCER}.outboundIPPrefixes.publicIPPrefixes`,
    "network_profile[0].load_balancer_profile[0].outbound_ip_prefix_ids",
    idsOf,
  ],
  [`${LOAD_BALANCER}.allocatedOutboundPorts`, "network_profile[0].load_balancer_profile[0].outbound_ports_allocated"],
  [`${LOAD_BALANCER}.idleTimeoutInMinutes`, "network_profile[0].load_balancer_profile[0].idle_timeout_in_minutes"],
  [
    `${LOAD_BALANCER}.backendPoolType`,
    "network_profile[0].load_balancer_profile[0].backend_pool_type",
    oneOf("NodeIPConfiguration", "NodeIP"),
  ],
  [`${NAT}.managedOutboundIPProfile.count`, "network_profile[0].nat_gateway_profile[0].managed_outbound_ip_count"],
  [`${NAT}.idleTimeoutInMinutes`, "network_profile[0].nat_gateway_profile[0].idle_timeout_in_minutes"],
];

/** A pool: of a cluster's own list, or the properties of a pool that is a resource of its own. */
export const POOL: Table = [
  ["count", "node_count"],
  ["minCount", "min_count"],
  ["maxCount", "max_count"],
  ["enableAutoScaling", "auto_scaling_enabled"],
  ["vmSize", "vm_size", given],
  // A pool of type VirtualMachines has no size and no count of its own.
  ["virtualMachinesProfile.scale.manual", "vm_size", onlyOf("size")],
  ["virtualMachinesProfile.scale.manual", "node_count", onlyOf("count")],
  ["mode", "mode", oneOf("System", "User", "Gateway")],
  ["type", "type", oneOf("VirtualMachineScaleSets", "AvailabilitySet", "VirtualMachines")],
  ["osType", "os_type", oneOf("Linux", "Windows")],
  [
    "osSKU",
    "os_sku",
    oneOf(
      "Ubuntu",
      "Ubuntu2204",
      "Ubuntu2404",
      "AzureLinux",
      "AzureLinux3",
      "CBLMariner",
      "Mariner",
      "Windows2019",
      "Windows2022",
      "Windows2025",
    ),
  ],
  ["osDiskSizeGB", "os_disk_size_gb"],
  ["osDiskType", "os_disk_type", oneOf("Managed", "Ephemeral")],
  ["kubeletDiskType", "kubelet_disk_type", oneOf("OS", "Temporary")],
  ["workloadRuntime", "workload_runtime", oneOf("OCIContainer", "WasmWasi", "KataMshvVmIsolation", "KataVmIsolation")],
  ["maxPods", "max_pods"],
  ["vnetSubnetID", "vnet_subnet_id", given],
  ["podSubnetID", "pod_subnet_id", given],
  ["orchestratorVersion", "orchestrator_version"],
  ["nodeLabels", "node_labels"],
  ["nodeTaints", "node_taints"],
  ["availabilityZones", "zones"],
  ["scaleSetPriority", "priority", oneOf("Regular", "Spot")],
  ["scaleSetEvictionPolicy", "eviction_policy", oneOf("Delete", "Deallocate")],
  ["spotMaxPrice", "spot_max_price"],
  ["scaleDownMode", "scale_down_mode", oneOf("Delete", "Deallocate")],
  ["enableNodePublicIP", "node_public_ip_enabled"],
  ["nodePublicIPPrefixID", "node_public_ip_prefix_id", given],
  ["enableEncryptionAtHost", "host_encryption_enabled"],
  ["enableFIPS", "fips_enabled"],
  ["enableUltraSSD", "ultra_ssd_enabled"],
  ["gpuInstanceProfile", "gpu_instance"],
  ["gpuProfile.driver", "gpu_driver", oneOf("Install", "None")],
  ["proximityPlacementGroupID", "proximity_placement_group_id", given],
  ["hostGroupID", "host_group_id", given],
  ["capacityReservationGroupID", "capacity_reservation_group_id", given],
  ["creationData.sourceResourceId", "snapshot_id", given],
  ["kubeletConfig", "kubelet_config"],
  ["linuxOSConfig", "linux_os_config"],
  ["upgradeSettings.maxSurge", "upgrade_settings[0].max_surge"],
  ["upgradeSettings.maxUnavailable", "upgrade_settings[0].max_unavailable", oneOfOr("0")],
  ["upgradeSettings.drainTimeoutInMinutes", "upgrade_settings[0].drain_timeout_in_minutes"],
  ["upgradeSettings.nodeSoakDurationInMinutes", "upgrade_settings[0].node_soak_duration_in_minutes"],
  [
    "upgradeSettings.undrainableNodeBehavior",
    "upgrade_settings[0].undrainable_node_behavior",
    oneOf("Cordon", "Schedule"),
  ],
  ["tags", "tags"],
];

/** What a cluster's own pool says in azurerm of what is a taint in ARM. */
export const OWN_POOL: Table = [...POOL, ["nodeTaints", "only_critical_addons_enabled", isCritical]];

/** https://learn.microsoft.com/azure/templates/microsoft.machinelearningservices/workspaces */
export const WORKSPACE: Table = [
  ["kind", "kind", oneOf("Default", "FeatureStore", "Hub", "Project")],
  ["sku.name", "sku_name", oneOf("Basic", "Standard", "Premium", "Free")],
  [`${P}.friendlyName`, "friendly_name"],
  [`${P}.description`, "description"],
  [`${P}.storageAccount`, "storage_account_id"],
  [`${P}.keyVault`, "key_vault_id"],
  [`${P}.applicationInsights`, "application_insights_id"],
  [`${P}.containerRegistry`, "container_registry_id"],
  [`${P}.hbiWorkspace`, "high_business_impact"],
  [`${P}.imageBuildCompute`, "image_build_compute_name"],
  [`${P}.primaryUserAssignedIdentity`, "primary_user_assigned_identity"],
  [`${P}.publicNetworkAccess`, "public_network_access_enabled", isEnabled],
  [`${P}.v1LegacyMode`, "v1_legacy_mode_enabled"],
  [
    `${P}.managedNetwork.isolationMode`,
    "managed_network[0].isolation_mode",
    oneOf("Disabled", "AllowInternetOutbound", "AllowOnlyApprovedOutbound"),
  ],
  [`${P}.provisionNetworkNow`, "managed_network[0].provision_on_creation_enabled"],
  [`${P}.workspaceId`, "workspace_id"],
  [`${P}.discoveryUrl`, "discovery_url"],
];

/** azurerm has no name for a compute of every kind: in the model it stays the body of ARM, in ARM's own casing. */
export const COMPUTE: Table = same(`${P}.`, {
  computeType: oneOf("AKS", "Kubernetes"),
  resourceId: undefined,
  computeLocation: undefined,
  description: undefined,
  disableLocalAuth: undefined,
  "properties.agentCount": undefined,
  "properties.agentVmSize": undefined,
  "properties.clusterFqdn": undefined,
  "properties.clusterPurpose": oneOf("FastProd", "DenseProd", "DevTest"),
  "properties.loadBalancerType": oneOf("PublicIp", "InternalLoadBalancer"),
  "properties.loadBalancerSubnet": undefined,
  "properties.aksNetworkingConfiguration": undefined,
  "properties.sslConfiguration.status": oneOf("Disabled", "Enabled", "Auto"),
  "properties.sslConfiguration.cname": undefined,
  "properties.sslConfiguration.cert": undefined,
  "properties.sslConfiguration.key": undefined,
  "properties.sslConfiguration.leafDomainLabel": undefined,
  "properties.sslConfiguration.overwriteExistingDomain": undefined,
  "properties.namespace": undefined,
  "properties.instanceTypes": undefined,
  "properties.defaultInstanceType": undefined,
  "properties.extensionInstanceReleaseTrain": undefined,
  "properties.extensionPrincipalId": undefined,
  "properties.vcName": undefined,
});

/** An extension of a cluster: its settings are its own, and have a case. */
export const EXTENSION: Table = same(`${P}.`, {
  extensionType: undefined,
  autoUpgradeMinorVersion: undefined,
  releaseTrain: undefined,
  version: undefined,
  configurationSettings: undefined,
  configurationProtectedSettings: undefined,
  "scope.cluster.releaseNamespace": undefined,
  "scope.namespace.targetNamespace": undefined,
});

/** https://learn.microsoft.com/azure/templates/microsoft.authorization/roleassignments */
export const ROLE_ASSIGNMENT: Table = [
  [`${P}.scope`, "scope"],
  [`${P}.roleDefinitionId`, "role_definition_id"],
  // The Azure CLI adds it.
  [`${P}.roleDefinitionName`, "role_definition_name", given],
  [`${P}.principalId`, "principal_id"],
];

/** https://learn.microsoft.com/azure/templates/microsoft.containerservice/managedclusters/trustedaccessrolebindings */
export const TRUSTED_ACCESS: Table = [
  [`${P}.roles`, "roles"],
  [`${P}.sourceResourceId`, "source_resource_id"],
];

/** https://learn.microsoft.com/azure/templates/microsoft.managedidentity/userassignedidentities */
export const IDENTITY: Table = [
  [`${P}.principalId`, "principal_id"],
  [`${P}.clientId`, "client_id"],
  [`${P}.tenantId`, "tenant_id"],
];

/** https://learn.microsoft.com/azure/templates/microsoft.network/virtualnetworks */
export const NETWORK_TABLE: Table = [[`${P}.addressSpace.addressPrefixes`, "address_space"]];

/** Where the subnets of a network are. */
export const SUBNETS = `${P}.subnets`;

/** The properties of a subnet, of its own or in the list of its network. */
export const SUBNET: Table = [
  ["addressPrefixes", "address_prefixes"],
  ["addressPrefix", "address_prefixes", asList],
  ["delegations", "delegation", delegations],
];

function delegations(value: Value): Value {
  if (!Array.isArray(value)) return value;
  return value.map((each) => ({ service_delegation: [{ name: isMap(each) ? serviceOf(each) : undefined }] }));
}

function serviceOf(delegation: { readonly [key: string]: Value }): Value {
  const properties = delegation[keyOf(delegation, "properties") ?? ""];
  const from = isMap(properties) ? properties : delegation;
  return from[keyOf(from, "serviceName") ?? ""];
}

function same(prefix: string, paths: Readonly<Record<string, Table[number][2]>>): Table {
  return Object.entries(paths).map(([path, convert]) => [`${prefix}${path}`, `${prefix}${path}`, convert]);
}

/** IDs of identities are keys in ARM. */
function keysOf(value: Value): Value {
  return isMap(value) ? Object.keys(value) : value;
}

function each(convert: (value: Value) => Value): (value: Value) => Value {
  return (value) => (Array.isArray(value) ? value.map(convert) : value);
}

/** A cluster with a managed identity has this in place of a service principal. */
function principal(value: Value): Value {
  return typeof value === "string" && value.toLowerCase() === "msi" ? undefined : value;
}

/** What an add-on that is on is configured with: the block is there whether or not that is. */
function addOn(key: string): (value: Value) => Value {
  return (value) => {
    if (!isMap(value) || value[keyOf(value, "enabled") ?? ""] !== true) return undefined;
    const config = value[keyOf(value, "config") ?? ""];
    return (isMap(config) ? config[keyOf(config, key) ?? ""] : config) ?? "";
  };
}

/** A truth value of an add-on that is on, which Azure keeps as text. */
function isTrue(key: string): (value: Value) => Value {
  const read = addOn(key);
  return (value) => {
    const text = read(value);
    return typeof text === "string" ? text.toLowerCase() === "true" : text;
  };
}

/** A text of an add-on that is on, where it has one. */
function addOnText(key: string): (value: Value) => Value {
  const read = addOn(key);
  return (value) => given(read(value));
}

function defender(value: Value): Value {
  if (!isMap(value)) return undefined;
  const monitoring = value[keyOf(value, "securityMonitoring") ?? ""];
  return isMap(monitoring) && monitoring[keyOf(monitoring, "enabled") ?? ""] === true
    ? value[keyOf(value, "logAnalyticsWorkspaceResourceId") ?? ""]
    : undefined;
}

/** A list of the metrics that are on: the block is there whether or not there is one. */
function metrics(key: string): (value: Value) => Value {
  return (value) => {
    if (!isMap(value) || value[keyOf(value, "enabled") ?? ""] !== true) return undefined;
    const state = value[keyOf(value, "kubeStateMetrics") ?? ""];
    return (isMap(state) ? state[keyOf(state, key) ?? ""] : undefined) ?? "";
  };
}

function routing(value: Value): Value {
  if (!isMap(value) || value[keyOf(value, "enabled") ?? ""] !== true) return undefined;
  return value[keyOf(value, "dnsZoneResourceIds") ?? ""] ?? [];
}

/** What the one group of machines of a pool has; of several there is no one answer. */
function onlyOf(key: string): (value: Value) => Value {
  return (value) => {
    const [only, ...more] = Array.isArray(value) ? (value as readonly Value[]) : [];
    return more.length === 0 && isMap(only) ? only[keyOf(only, key) ?? ""] : undefined;
  };
}

/**
 * What AKS Automatic decides by itself.
 * https://learn.microsoft.com/azure/aks/intro-aks-automatic
 */
export const AUTOMATIC: readonly (readonly [canonical: string, value: Value])[] = [
  ["sku_name", "Automatic"],
  ["sku_tier", "Standard"],
  ["node_provisioning_profile[0].mode", "Auto"],
  ["local_account_disabled", true],
  ["oidc_issuer_enabled", true],
  ["workload_identity_enabled", true],
  ["azure_active_directory_role_based_access_control[0].azure_rbac_enabled", true],
  ["network_profile[0].network_plugin", "azure"],
  ["network_profile[0].network_plugin_mode", "overlay"],
  ["network_profile[0].network_data_plane", "cilium"],
  ["network_profile[0].network_policy", "cilium"],
  ["network_profile[0].load_balancer_sku", "standard"],
];
