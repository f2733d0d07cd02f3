import type { Value } from "../../model/value.ts";
import { asList, isCritical, oneOf, type Table, tier } from "./table.ts";

/**
 * What azurerm 2, 3 and 5 call by another name than azurerm 4, whose names the model has.
 * https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/guides/4.0-upgrade-guide
 * https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/guides/5.0-upgrade-guide
 */

/** What a pool is called in its block or resource. */
const POOL: Table = [
  ["enable_auto_scaling", "auto_scaling_enabled"],
  ["enable_host_encryption", "host_encryption_enabled"],
  ["enable_node_public_ip", "node_public_ip_enabled"],
  ["availability_zones", "zones"],
];

const inPool = (prefix: string): Table =>
  POOL.map(([authored, canonical]) => [`${prefix}.${authored}`, `${prefix}.${canonical}`]);

const RBAC = "azure_active_directory_role_based_access_control[0]";

const CLUSTER: Table = [
  ...inPool("default_node_pool[]"),
  ["default_node_pool[].node_taints", "default_node_pool[].only_critical_addons_enabled", isCritical],
  ["api_server_authorized_ip_ranges", "api_server_access_profile[0].authorized_ip_ranges"],
  [
    "api_server_access_profile[].vnet_integration_enabled",
    "api_server_access_profile[].virtual_network_integration_enabled",
  ],
  ["automatic_channel_upgrade", "automatic_upgrade_channel"],
  ["node_os_channel_upgrade", "node_os_upgrade_channel"],
  ["private_link_enabled", "private_cluster_enabled"],
  ["network_profile[].ebpf_data_plane", "network_profile[].network_data_plane"],
  ["web_app_routing[].dns_zone_id", "web_app_routing[].dns_zone_ids", asList],
  ["identity[].user_assigned_identity_id", "identity[].identity_ids", asList],
  ["role_based_access_control[].enabled", "role_based_access_control_enabled"],
  ["role_based_access_control[].azure_active_directory[].azure_rbac_enabled", `${RBAC}.azure_rbac_enabled`],
  ["role_based_access_control[].azure_active_directory[].admin_group_object_ids", `${RBAC}.admin_group_object_ids`],
  ["role_based_access_control[].azure_active_directory[].tenant_id", `${RBAC}.tenant_id`],
  ["addon_profile[].azure_policy[].enabled", "azure_policy_enabled"],
  ["addon_profile[].http_application_routing[].enabled", "http_application_routing_enabled"],
  ["addon_profile[].open_service_mesh[].enabled", "open_service_mesh_enabled"],
  ["addon_profile[].oms_agent[].log_analytics_workspace_id", "oms_agent[0].log_analytics_workspace_id"],
  ["addon_profile[].ingress_application_gateway[].gateway_id", "ingress_application_gateway[0].gateway_id"],
];

/** Values that have had another name or another casing. */
const CLUSTER_VALUES: Table = [
  ["sku_tier", "sku_tier", tier],
  ["network_profile[].load_balancer_sku", "network_profile[].load_balancer_sku", oneOf("standard", "basic")],
];

const READ_CLUSTER: Table = [
  ...inPool("agent_pool_profile[]"),
  ["api_server_authorized_ip_ranges", "api_server_access_profile[0].authorized_ip_ranges"],
  ["private_link_enabled", "private_cluster_enabled"],
  ["identity[].user_assigned_identity_id", "identity[].identity_ids", asList],
  ["role_based_access_control[].enabled", "role_based_access_control_enabled"],
];

const AUTOMATIC_CLUSTER: Table = [
  ["api_server_access[].authorized_ip_ranges", "api_server_access_profile[0].authorized_ip_ranges"],
  ["api_server_access[].subnet_id", "api_server_access_profile[0].subnet_id"],
  ["private_cluster", "private_cluster_enabled", isThere],
  ["private_cluster[].private_dns_zone_id", "private_dns_zone_id"],
  ["private_cluster[].public_fully_qualified_domain_name_enabled", "private_cluster_public_fqdn_enabled"],
  ["hosted_system", "hosted_system_enabled", isThere],
  ["web_app_routing_ingress[].dns_zone_ids", "web_app_routing[0].dns_zone_ids"],
  ["web_app_routing_ingress[].default_nginx_controller", "web_app_routing[0].default_nginx_controller"],
  ["fully_qualified_domain_name", "fqdn"],
  ["private_fully_qualified_domain_name", "private_fqdn"],
];

const WORKSPACE: Table = [["public_access_behind_virtual_network_enabled", "public_network_access_enabled"]];

const SUBNET: Table = [["address_prefix", "address_prefixes", asList]];

const NETWORK: Table = [["subnet[].address_prefix", "subnet[].address_prefixes", asList]];

/** Where azurerm 2, 3 and 5 spell a type as the model does, but for some of its attributes. */
export const RESOURCES: Readonly<Record<string, Table>> = {
  azurerm_kubernetes_cluster: [...CLUSTER, ...CLUSTER_VALUES],
  azurerm_kubernetes_cluster_node_pool: POOL,
  azurerm_machine_learning_workspace: WORKSPACE,
  azurerm_subnet: SUBNET,
  azurerm_virtual_network: NETWORK,
};

/** The same for what is read. */
export const DATA_SOURCES: Readonly<Record<string, Table>> = {
  azurerm_kubernetes_cluster: READ_CLUSTER,
  azurerm_kubernetes_cluster_node_pool: POOL,
  azurerm_machine_learning_workspace: [],
  azurerm_subnet: SUBNET,
};

/** A cluster of AKS Automatic has a type of its own in azurerm 5. */
export const AUTOMATIC_TYPE = "azurerm_kubernetes_automatic_cluster";

export const AUTOMATIC_TABLE = AUTOMATIC_CLUSTER;

/** Whether a block is written down: an empty one has items too. */
function isThere(value: Value): Value {
  return value === undefined ? undefined : Array.isArray(value) ? value.length > 0 : true;
}
