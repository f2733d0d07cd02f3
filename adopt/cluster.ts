import { stringify } from "yaml";
import { dnsPrefix } from "../azure/names.ts";
import { regionName } from "../azure/regions.ts";
import { create as createSchema } from "../config/cluster-schema.ts";
import { explain } from "../config/explain.ts";
import { parseYaml } from "../config/parse-yaml.ts";
import type { Resource } from "../model/resource.ts";
import { below, type Draft, type Remark, some, stateRemarks, tidy, unless } from "./draft.ts";
import { Found } from "./found.ts";
import { poolDraft } from "./pool.ts";

/** A cluster that runs, and its pools beside its own. */
export interface FoundCluster {
  readonly resource: Resource;
  readonly pools: readonly Resource[];
}

/** Where a cluster is, and what its environment says. */
export interface ClusterPlace {
  readonly resourceGroup: string;
  readonly name: string;
  /** The environment's. */
  readonly location: string;
}

/** A cluster as the configuration creates it; `reason` says why it cannot, where it cannot. */
export type CreateDraft = Draft | { readonly reason: string };

const POOL = "default_node_pool[0].";
const RBAC = "azure_active_directory_role_based_access_control[0]";
const NETWORK = "network_profile[0]";
const API_SERVER = "api_server_access_profile[0]";
const LOAD_BALANCER = `${NETWORK}.load_balancer_profile[0]`;
const NAT = `${NETWORK}.nat_gateway_profile[0]`;

/** What AKS takes for the services where nothing is given, and for the pods. */
const SERVICE_CIDR = "10.0.0.0/16";
const DNS_SERVICE_IP = "10.0.0.10";
const POD_CIDR = "10.244.0.0/16";
const IMAGE_CLEANER_HOURS = 168;

/** What runs in a cluster without a key here: it is left as it is. */
const LEFT: Readonly<Record<string, string>> = {
  "oms_agent[0].log_analytics_workspace_id": "oms_agent",
  "monitor_metrics[0].annotations_allowed": "monitor_metrics",
  "web_app_routing[0].dns_zone_ids": "web_app_routing",
  "service_mesh_profile[0].mode": "service_mesh_profile",
  "node_provisioning_profile[0].mode": "node auto-provisioning",
  "ingress_application_gateway[0].gateway_id": "ingress_application_gateway",
  "workload_autoscaler_profile[0].keda_enabled": "workload_autoscaler_profile",
  "workload_autoscaler_profile[0].vertical_pod_autoscaler_enabled": "workload_autoscaler_profile",
  open_service_mesh_enabled: "open_service_mesh_enabled",
  http_application_routing_enabled: "http_application_routing_enabled",
};

/** A cluster that runs, as the configuration creates it. */
export function createDraft(cluster: FoundCluster, place: ClusterPlace): CreateDraft {
  const found = new Found(cluster.resource);
  const reason = whyNot(found, cluster.pools);
  if (reason !== undefined) return { reason };
  const draft = draftOf(found, cluster.pools, place);
  const { success, error } = createSchema.safeParse({ location: place.location, ...draft.value });
  if (success) return draft;
  const [issue] = error.issues;
  const { root } = parseYaml(stringify(draft.value));
  const [mistake] = root ? explain(error.issues.slice(0, 1), root, createSchema) : [];
  return { reason: `${issue?.path.join(".")}: ${mistake ? `${mistake.message}: ${mistake.advice}` : issue?.message}` };
}

/** Why the configuration cannot create a cluster, as the end of a sentence about it. */
function whyNot(found: Found, pools: readonly Resource[]): string | undefined {
  const types = [found.text(`${POOL}type`), ...pools.map((pool) => new Found(pool).text("type"))];
  const other = types.find((type) => type !== undefined && type !== "VirtualMachineScaleSets");
  const outbound = found.text(`${NETWORK}.outbound_type`);
  if (found.text("sku_name") === "Automatic")
    return "it is an AKS Automatic cluster, which decides most of it by itself";
  if (found.has("service_principal[0].client_id"))
    return "it signs in with a service principal, whose secret Azure does not tell: a managed identity is needed";
  if (found.has(`${RBAC}.client_app_id`)) return "it has the retired sign-in with Entra ID applications";
  if (!found.has(`${POOL}vm_size`) && other === undefined) return "no system pool is told that is its own";
  if (other !== undefined) return `it has a pool of type ${other}, which azurerm does not know`;
  if (found.text(`${NETWORK}.load_balancer_sku`) === "basic") return "it has a Basic load balancer";
  if (outbound === "block") return "it has the outbound type block, which azurerm does not know";
  if (
    (outbound === "userDefinedRouting" || outbound === "userAssignedNATGateway") &&
    !found.has(`${POOL}vnet_subnet_id`)
  )
    return `it has the outbound type ${outbound}, and no subnet of its nodes is told`;
  if (found.number(`${POOL}node_count`) === 0 && found.flag(`${POOL}auto_scaling_enabled`) !== true)
    return "it is stopped, and has no nodes: start it, and read it again";
  return undefined;
}

function draftOf(found: Found, pools: readonly Resource[], { resourceGroup, name, location }: ClusterPlace): Draft {
  const own = poolDraft(found, { prefix: POOL, defaultMaxPods: maxPodsOf(found) });
  const others = pools
    .map((pool) => new Found(pool))
    .filter((pool) => pool.text("mode") !== "Gateway")
    .map((pool) => ({
      name: pool.text("name") ?? "",
      addressInState: pool.addressInState,
      draft: poolDraft(pool, { defaultMaxPods: maxPodsOf(found) }),
    }));
  const dns = found.text("dns_prefix");
  const region = found.text("location");
  const group = found.text("node_resource_group");
  const identity = found.text("identity[0].type") === "UserAssigned" ? found.texts("identity[0].identity_ids") : [];
  const channel = found.text("automatic_upgrade_channel");
  const version = found.text("kubernetes_version");
  const workloadIdentity = unless(found.flag("workload_identity_enabled"), false);
  const value = {
    adopt: true,
    resourceGroup,
    name,
    location: region === undefined || regionName(region) === location ? undefined : regionName(region),
    // What follows a channel moves on by itself.
    kubernetesVersion: channel === undefined || channel === "node-image" ? version : undefined,
    dnsPrefix: unless(dns, dnsPrefix(name)),
    nodeResourceGroup:
      group?.toLowerCase() === `mc_${resourceGroup}_${name}_${region}`.toLowerCase() ? undefined : group,
    nodePool: own.value,
    nodePools: some(Object.fromEntries(others.map(({ name, draft }) => [name, draft.value]))),
    network: networkOf(found),
    apiServer: apiServerOf(found),
    identity: identity.length > 0 ? { userAssigned: identity, kubelet: kubeletOf(found, group) } : undefined,
    entraId: entraIdOf(found),
    oidcIssuer: workloadIdentity === true ? undefined : unless(found.flag("oidc_issuer_enabled"), false),
    workloadIdentity,
    keyVaultSecretsProvider: found.has("key_vault_secrets_provider[0].secret_rotation_enabled")
      ? {
          secretRotation: found.flag("key_vault_secrets_provider[0].secret_rotation_enabled") === true,
          rotationInterval: unless(found.text("key_vault_secrets_provider[0].secret_rotation_interval"), "2m"),
        }
      : undefined,
    azurePolicy: unless(found.flag("azure_policy_enabled"), false),
    defender: { workspaceId: found.text("microsoft_defender[0].log_analytics_workspace_id") },
    diskEncryptionSetId: found.text("disk_encryption_set_id"),
    imageCleaner: found.flag("image_cleaner_enabled")
      ? { intervalHours: found.number("image_cleaner_interval_hours") ?? IMAGE_CLEANER_HOURS }
      : undefined,
    costAnalysis: unless(found.flag("cost_analysis_enabled"), false),
    tier: unless(found.text("sku_tier"), "Free"),
    supportPlan: unless(found.text("support_plan"), "KubernetesOfficial"),
    automaticUpgrade: channel,
    nodeOsUpgrade: unless(found.text("node_os_upgrade_channel"), "NodeImage"),
    tags: some(found.map("tags")),
    overrides: overridesOf(found),
  };
  const remarks: Remark[] = [
    ...stateRemarks(found.addressInState, ["adopt"]),
    ...leftIn(found),
    ...found.hidden("tags").map((tag) => ({
      path: ["tags"],
      text: `${tag} looks like a secret, and is not written: the first plan takes it away`,
    })),
    ...(channel === undefined || version === undefined || value.kubernetesVersion !== undefined
      ? []
      : [{ path: ["automaticUpgrade"], text: `Kubernetes ${version} now: the channel moves it on` }]),
    ...below(own.remarks, "nodePool"),
    ...others.flatMap(({ name, draft, addressInState }) =>
      below([...stateRemarks(addressInState, []), ...draft.remarks], "nodePools", name),
    ),
    ...(others.length === pools.length
      ? []
      : [{ path: [], text: "pools of mode Gateway are left out: they have no key" }]),
  ];
  return { value: tidy(value), remarks };
}

function networkOf(found: Found): Readonly<Record<string, unknown>> {
  const text = (name: string): string | undefined => found.text(`${NETWORK}.${name}`);
  const policy = text("network_policy");
  const outboundType = unless(text("outbound_type"), "loadBalancer");
  const hasOwnServices =
    unless(text("service_cidr"), SERVICE_CIDR) !== undefined ||
    unless(text("dns_service_ip"), DNS_SERVICE_IP) !== undefined;
  return {
    plugin: unless(text("network_plugin"), "azure"),
    mode: text("network_plugin_mode"),
    policy,
    dataPlane: unless(text("network_data_plane"), policy === "cilium" ? "cilium" : "azure"),
    serviceCidr: hasOwnServices ? text("service_cidr") : undefined,
    dnsServiceIp: hasOwnServices ? text("dns_service_ip") : undefined,
    podCidr: unless(text("pod_cidr"), POD_CIDR),
    outboundType,
    loadBalancer:
      outboundType === undefined
        ? {
            managedOutboundIps: outboundIps(found.number(`${LOAD_BALANCER}.managed_outbound_ip_count`)),
            idleTimeoutMinutes: timeout(found.number(`${LOAD_BALANCER}.idle_timeout_in_minutes`), 30),
            outboundPortsAllocated: unless(found.number(`${LOAD_BALANCER}.outbound_ports_allocated`), 0),
          }
        : undefined,
    natGateway:
      outboundType === "managedNATGateway"
        ? {
            managedOutboundIps: outboundIps(found.number(`${NAT}.managed_outbound_ip_count`)),
            idleTimeoutMinutes: timeout(found.number(`${NAT}.idle_timeout_in_minutes`), 4),
          }
        : undefined,
  };
}

function outboundIps(count: number | undefined): number | undefined {
  return count === 1 || count === 0 ? undefined : count;
}

function timeout(minutes: number | undefined, byDefault: number): number | undefined {
  return minutes === byDefault || minutes === 0 ? undefined : minutes;
}

function apiServerOf(found: Found): Readonly<Record<string, unknown>> {
  const ranges = found.texts(`${API_SERVER}.authorized_ip_ranges`);
  const isPrivate = found.flag("private_cluster_enabled") === true;
  const zone = isPrivate ? unless(found.text("private_dns_zone_id"), "System") : undefined;
  const isIntegrated = found.flag(`${API_SERVER}.virtual_network_integration_enabled`) === true;
  const subnetId = found.text(`${API_SERVER}.subnet_id`);
  return {
    authorizedIpRanges: ranges.length > 0 ? ranges : undefined,
    private: isPrivate || undefined,
    privateDnsZone: zone === "None" ? "none" : zone,
    vnetIntegration: isIntegrated ? (subnetId === undefined ? {} : { subnetId }) : undefined,
  };
}

/** Sign-in with Entra ID; undefined where it is off. */
export function entraIdOf(found: Found): Readonly<Record<string, unknown>> | undefined {
  const groups = found.texts(`${RBAC}.admin_group_object_ids`);
  const azureRbac = found.flag(`${RBAC}.azure_rbac_enabled`);
  const localAccountDisabled = unless(found.flag("local_account_disabled"), false);
  const isOn = azureRbac !== undefined || groups.length > 0 || found.has(`${RBAC}.tenant_id`);
  if (!isOn && localAccountDisabled === undefined) return undefined;
  return tidy({
    azureRbac: azureRbac === true,
    adminGroups: groups.length > 0 ? groups : undefined,
    localAccountDisabled,
  });
}

/** The nodes' identity, where it is not one that AKS made. */
function kubeletOf(found: Found, nodeResourceGroup: string | undefined): string | undefined {
  const id = found.text("kubelet_identity[0].user_assigned_identity_id");
  return id?.split("/")[4]?.toLowerCase() === nodeResourceGroup?.toLowerCase() ? undefined : id;
}

/** What has no key, and says what the cluster is. */
function overridesOf(found: Found): Readonly<Record<string, unknown>> {
  const isPrivate = found.flag("private_cluster_enabled") === true;
  const isZoneNone = found.text("private_dns_zone_id") === "None";
  const prefix = found.text("dns_prefix_private_cluster");
  const families = found.texts(`${NETWORK}.ip_versions`);
  const addresses = found.texts(`${LOAD_BALANCER}.outbound_ip_address_ids`);
  const prefixes = found.texts(`${LOAD_BALANCER}.outbound_ip_prefix_ids`);
  const source = found.text("bootstrap_profile[0].artifact_source");
  return {
    ...(prefix === undefined ? {} : { dns_prefix: null, dns_prefix_private_cluster: prefix }),
    private_cluster_public_fqdn_enabled: isPrivate
      ? unless(found.flag("private_cluster_public_fqdn_enabled"), isZoneNone)
      : undefined,
    run_command_enabled: unless(found.flag("run_command_enabled"), true),
    role_based_access_control_enabled: unless(found.flag("role_based_access_control_enabled"), true),
    bootstrap_profile:
      source === undefined || source === "Direct"
        ? undefined
        : { artifact_source: source, container_registry_id: found.text("bootstrap_profile[0].container_registry_id") },
    network_profile: {
      ip_versions: families.includes("IPv6") ? families : undefined,
      advanced_networking: {
        observability_enabled: found.flag(`${NETWORK}.advanced_networking[0].observability_enabled`) || undefined,
        security_enabled: found.flag(`${NETWORK}.advanced_networking[0].security_enabled`) || undefined,
      },
      load_balancer_profile: {
        outbound_ip_address_ids: addresses.length > 0 ? addresses : undefined,
        outbound_ip_prefix_ids: prefixes.length > 0 ? prefixes : undefined,
      },
    },
  };
}

function leftIn(found: Found): Remark[] {
  const on = Object.entries(LEFT).flatMap(([path, name]) => {
    const value = found.value(path);
    return value === undefined || value === false || value === "Manual" ? [] : [name];
  });
  return on.length === 0 ? [] : [{ path: [], text: `left as they are: ${[...new Set(on)].join(", ")}` }];
}

/**
 * Pods a node, where nothing is said.
 * https://learn.microsoft.com/azure/aks/quotas-skus-regions
 */
function maxPodsOf(found: Found): number {
  if (found.text(`${NETWORK}.network_plugin`) === "kubenet") return 110;
  return found.text(`${NETWORK}.network_plugin`) === "azure" && !found.has(`${NETWORK}.network_plugin_mode`) ? 30 : 250;
}
