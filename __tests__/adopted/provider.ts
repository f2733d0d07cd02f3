import type { Json } from "../helpers.ts";

/**
 * What azurerm 4.55 does with an attribute of a cluster that the configuration leaves out: it keeps what is computed,
 * and puts a default in the place of what is there.
 * https://github.com/hashicorp/terraform-provider-azurerm/blob/v4.55.0/internal/services/containers/kubernetes_cluster_resource.go
 */
const COMPUTED = new Set([
  "auto_scaler_profile",
  "bootstrap_profile",
  "kubelet_identity",
  "kubernetes_version",
  "network_profile",
  "node_resource_group",
  "private_dns_zone_id",
  "windows_profile",
  "azure_active_directory_role_based_access_control.tenant_id",
  ...["kubelet_disk_type", "max_pods", "node_count", "node_labels", "orchestrator_version"].map(inPool),
  ...["os_disk_size_gb", "os_sku", "vm_size", "workload_runtime"].map(inPool),
  ...["dns_service_ip", "ip_versions", "network_mode", "network_policy", "pod_cidr", "pod_cidrs"].map(inNetwork),
  ...["service_cidr", "service_cidrs", "load_balancer_profile", "nat_gateway_profile"].map(inNetwork),
  ...["managed_outbound_ip_count", "managed_outbound_ipv6_count"].map(inLoadBalancer),
]);

const DEFAULTS: Readonly<Record<string, unknown>> = {
  node_os_upgrade_channel: "NodeImage",
  role_based_access_control_enabled: true,
  run_command_enabled: true,
  sku_tier: "Free",
  support_plan: "KubernetesOfficial",
  "default_node_pool.type": "VirtualMachineScaleSets",
  "default_node_pool.os_disk_type": "Managed",
  "default_node_pool.scale_down_mode": "Delete",
  "network_profile.network_data_plane": "azure",
  "network_profile.load_balancer_sku": "standard",
  "network_profile.outbound_type": "loadBalancer",
  [inLoadBalancer("idle_timeout_in_minutes")]: 30,
  [inLoadBalancer("backend_pool_type")]: "NodeIPConfiguration",
  "network_profile.nat_gateway_profile.idle_timeout_in_minutes": 4,
  "key_vault_secrets_provider.secret_rotation_interval": "2m",
};

function inPool(name: string): string {
  return `default_node_pool.${name}`;
}

function inNetwork(name: string): string {
  return `network_profile.${name}`;
}

function inLoadBalancer(name: string): string {
  return `network_profile.load_balancer_profile.${name}`;
}

/** What a plan that imports a cluster would change in it, ignored or not: the path, what is there, what it becomes. */
export function changesOf(imported: Json, configured: Json, path = ""): [path: string, from: unknown, to: unknown][] {
  const names = new Set([...Object.keys(imported ?? {}), ...Object.keys(configured ?? {})]);
  return [...names]
    .filter((name) => !["lifecycle", "depends_on", "timeouts", "//"].includes(name))
    .flatMap((name) => {
      const at = path === "" ? name : `${path}.${name}`;
      const [from, given] = [imported?.[name], configured?.[name]];
      const to = given ?? DEFAULTS[at];
      if (given === undefined && COMPUTED.has(at)) return [];
      if (isBlock(given) || (given !== undefined && isBlock(from)))
        return changesOf([from].flat()[0] ?? {}, [given].flat()[0], at);
      return isSame(from, to) ? [] : [[at, from, to]];
    });
}

function isBlock(value: Json): boolean {
  const [first] = [value].flat();
  return typeof first === "object" && first !== null && !(Array.isArray(value) && value.length === 0);
}

/** The provider takes zero and nothing for the same, and lists for sets. */
function isSame(one: Json, other: Json): boolean {
  if (isNothing(one) && isNothing(other)) return true;
  const text = (value: Json): string => JSON.stringify(Array.isArray(value) ? [...value].sort() : value);
  return text(one) === text(other);
}

function isNothing(value: Json): boolean {
  return (
    [undefined, null, "", 0, false].includes(value) || (typeof value === "object" && Object.keys(value).length === 0)
  );
}
