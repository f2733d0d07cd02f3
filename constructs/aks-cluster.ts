import { DataAzurermKubernetesServiceVersions } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-service-versions/index.js";
import {
  KubernetesCluster,
  type KubernetesClusterApiServerAccessProfile,
  type KubernetesClusterConfig,
} from "@cdktf/provider-azurerm/lib/kubernetes-cluster/index.js";
import type { Construct } from "constructs";
import { dnsPrefix } from "../azure/names.ts";
import { OWN_POOL, temporaryPoolName } from "../azure/node-pools.ts";
import { formatResourceId } from "../azure/resource-id.ts";
import kubernetesVersionRule from "../rules/cluster/kubernetes-version.ts";
import { addressOf } from "./address.ts";
import { leftAsTheyAre } from "./adopted.ts";
import { azureMachineLearningRanges } from "./azureml-ranges.ts";
import { Fn, type ITerraformDependable } from "./cdktf.ts";
import { collectLogs, collectMetrics, type LogAnalytics, type ManagedPrometheus } from "./cluster-monitoring.ts";
import { assign, controlPlaneRoles, pullRoles, type RolesFor, readIdentity } from "./cluster-roles.ts";
import { checkBlock, conditionText, type TerraformCondition } from "./condition.ts";
import { ExistingAksCluster, type ExistingAksClusterProps } from "./existing-aks-cluster.ts";
import { ImportBlock } from "./import-block.ts";
import { JudgedConstruct } from "./judged-construct.ts";
import {
  block,
  derive,
  entriesOf,
  firstSet,
  inside,
  isSet,
  itemsOf,
  type Keyed,
  keyed,
  orElse,
  type Traced,
  valueAt,
} from "./keyed.ts";
import {
  AksNodePool,
  isAutoscaled,
  LEFT_AS_THEY_ARE as LEFT_OF_A_POOL,
  type NodeCount,
  type NodePoolOptions,
  outputVCpus,
  ownUpgradeAttributes,
  poolAttributes,
  type UserNodePoolOptions,
} from "./node-pool.ts";
import { type AttributesFrom, elementFrom, layOver, madeFrom, type Overrides } from "./origin.ts";

/** The outbound side of the cluster's load balancer. */
export interface LoadBalancerProfile {
  /** Public addresses that AKS makes, 1-100. @default 1 */
  readonly managedOutboundIps?: number;
  /** Idle time of outbound connections in minutes, 4-100. @default 30 */
  readonly idleTimeoutMinutes?: number;
  /** SNAT ports a node. @default 0, Azure decides */
  readonly outboundPortsAllocated?: number;
}

/** The managed NAT gateway. */
export interface NatGatewayProfile {
  /** Public addresses, 1-16. @default 1 */
  readonly managedOutboundIps?: number;
  /** Idle time of outbound connections in minutes, 4-120. @default 4 */
  readonly idleTimeoutMinutes?: number;
}

/** When AKS releases reach a cluster. */
export interface MaintenanceWindow {
  /** Days and hours (0-23, in UTC) at which there may be maintenance. @default - any */
  readonly allowed?: readonly { readonly day: string; readonly hours: readonly number[] }[];
  /** Times at which there is none. @default - none */
  readonly notAllowed?: readonly MaintenancePause[];
}

/** A time without maintenance. */
export interface MaintenancePause {
  /** Date and time such as `2027-12-24T00:00:00+00:00`. */
  readonly start: string;
  /** Date and time. */
  readonly end: string;
}

/** When upgrades of a channel are made. */
export interface MaintenanceSchedule {
  /** `Daily`, `Weekly`, `AbsoluteMonthly` or `RelativeMonthly`. */
  readonly frequency: "Daily" | "Weekly" | "AbsoluteMonthly" | "RelativeMonthly";
  /** Every how many days, weeks or months. @default 1 */
  readonly interval?: number;
  /** Hours, 4-24. */
  readonly durationHours: number;
  /** `Monday` to `Sunday`, for Weekly and RelativeMonthly. @default - none */
  readonly dayOfWeek?: "Monday" | "Tuesday" | "Wednesday" | "Thursday" | "Friday" | "Saturday" | "Sunday";
  /** 1-31, for AbsoluteMonthly. @default - none */
  readonly dayOfMonth?: number;
  /** `First` to `Fourth`, or `Last`, for RelativeMonthly. @default - none */
  readonly weekIndex?: "First" | "Second" | "Third" | "Fourth" | "Last";
  /** Time such as `03:00`. @default - 00:00, by AKS */
  readonly startTime?: string;
  /** Offset of startTime from UTC, such as `+01:00`. @default - +00:00, by AKS */
  readonly utcOffset?: string;
  /** First day on which it counts, such as `2027-01-31`. @default - today, by AKS */
  readonly startDate?: string;
  /** Times at which there is none. @default - none */
  readonly notAllowed?: readonly MaintenancePause[];
}

/** @see https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs/resources/kubernetes_cluster */
export type AksClusterProps = NodeCount &
  NodePoolOptions & {
    /** Name of the cluster in Azure. */
    readonly name: string;
    /** Resource group of the cluster; it must exist. */
    readonly resourceGroupName: string;
    /** Azure subscription (a GUID) of the cluster: the one that its provider is configured for. */
    readonly subscriptionId: string;
    /** Azure region, for example `westeurope`. */
    readonly location: string;
    /**
     * Whether the cluster exists already and is taken over, with its pools, instead of failing. What no prop sets is
     * then left as it is, and its identity is taken to have its roles.
     * @default false
     */
    readonly adopt?: boolean;
    /** Name of the cluster's own pool. A change replaces the cluster. @default "agentpool" */
    readonly ownPoolName?: string;
    /** Whether the cluster's own pool runs critical add-ons alone; the rest then needs a pool beside it. @default false */
    readonly onlyCriticalAddons?: boolean;
    /** Pools beside the cluster's own, by their names. @default - none */
    readonly nodePools?: Readonly<Record<string, UserNodePoolOptions>>;
    /** Resource group that AKS makes for the nodes. @default - MC_ and the names of group, cluster and region */
    readonly nodeResourceGroup?: string;
    /** Kubernetes version, `1.35` or `1.35.2`. @default - the AKS default version of the day of creation */
    readonly kubernetesVersion?: string;
    /** First part of the API server's name. @default - the name, with hyphens for other characters */
    readonly dnsPrefix?: string;
    /** `azure`, `kubenet` or `none`. @default "azure" */
    readonly networkPlugin?: "azure" | "kubenet" | "none";
    /** `overlay`: pods have a range of their own. @default - pods take addresses of the subnet */
    readonly networkPluginMode?: "overlay";
    /** `azure`, `calico` or `cilium`. @default - no network policy */
    readonly networkPolicy?: "azure" | "calico" | "cilium";
    /** `azure` or `cilium`. @default - cilium with the policy cilium, otherwise azure */
    readonly networkDataPlane?: "azure" | "cilium";
    /** Range of the services in CIDR form; needs dnsServiceIp. @default - 10.0.0.0/16, by AKS */
    readonly serviceCidr?: string;
    /** Address of the cluster's DNS inside serviceCidr. @default - 10.0.0.10, by AKS */
    readonly dnsServiceIp?: string;
    /** Range of the pods in CIDR form, for overlay and kubenet. @default - 10.244.0.0/16, by AKS */
    readonly podCidr?: string;
    /**
     * `loadBalancer`, `userDefinedRouting`, `managedNATGateway`, `userAssignedNATGateway` or `none`.
     * @default "loadBalancer"
     */
    readonly outboundType?:
      | "loadBalancer"
      | "userDefinedRouting"
      | "managedNATGateway"
      | "userAssignedNATGateway"
      | "none";
    /**
     * Resource ID of the route table of the nodes' subnet. The cluster's identity is granted Network Contributor on it.
     * @default - no role is given
     */
    readonly routeTableId?: string;
    /**
     * Resource ID of the subnet of an internal load balancer, where it is not the nodes'. The cluster's identity is
     * granted Network Contributor on it.
     * @default - no role is given
     */
    readonly loadBalancerSubnetId?: string;
    /** The same for the subnet of a private link service. @default - no role is given */
    readonly privateLinkServiceSubnetId?: string;
    /** The outbound side of the load balancer. @default - one outbound address, as AKS does */
    readonly loadBalancerProfile?: LoadBalancerProfile;
    /** The managed NAT gateway. @default - one outbound address, where outboundType is managedNATGateway */
    readonly natGatewayProfile?: NatGatewayProfile;
    /** IPv4 ranges that may reach the API server. @default - any address */
    readonly authorizedIpRanges?: readonly string[];
    /**
     * Region of the workspace: the ranges of Azure ML's control plane there and in the region's pair are added to
     * authorizedIpRanges. Regions of which Microsoft publishes no ranges add none.
     * @default - none are added
     */
    readonly azureMachineLearningRegion?: string;
    /** Whether the API server has only a private address. A change replaces the cluster. @default false */
    readonly privateCluster?: boolean;
    /**
     * Zone of a private cluster's name: `system`, `none` or a resource ID. Without a zone the name is a public one.
     * @default "system"
     */
    readonly privateDnsZone?: string;
    /**
     * API server VNet Integration. The cluster's identity is granted Network Contributor on the subnet, which is delegated
     * to Microsoft.ContainerService/managedClusters.
     * @default - off
     */
    readonly apiServerVnetIntegration?: {
      /** Resource ID of the subnet. @default - one that AKS makes in its own virtual network */
      readonly subnetId?: string;
    };
    /**
     * Resource ID of a user-assigned identity.
     * @default - a system-assigned identity
     * @throws where it is no resource ID
     */
    readonly userAssignedIdentityId?: string;
    /**
     * Resource ID of the identity with which the nodes pull images; needs userAssignedIdentityId.
     * @default - one that AKS makes
     * @throws where it is no resource ID
     */
    readonly kubeletIdentityId?: string;
    /** Resource IDs of container registries on which the nodes' identity is granted AcrPull. @default - none */
    readonly containerRegistryIds?: readonly string[];
    /**
     * Whether Azure roles decide what a user may do in the cluster; either value turns Entra ID on.
     * @default - Entra ID is off
     */
    readonly azureRbac?: boolean;
    /** Object IDs of Entra ID groups that administer the cluster; turns Entra ID on. @default - none */
    readonly adminGroupObjectIds?: readonly string[];
    /** Whether certificate sign-in is off. @default false */
    readonly localAccountDisabled?: boolean;
    /** `Free`, `Standard` or `Premium`. @default - Free, by Azure */
    readonly skuTier?: "Free" | "Standard" | "Premium";
    /** `KubernetesOfficial` or `AKSLongTermSupport`, which needs tier Premium. @default "KubernetesOfficial" */
    readonly supportPlan?: "KubernetesOfficial" | "AKSLongTermSupport";
    /** `patch`, `stable`, `rapid` or `node-image`. @default - no automatic upgrade */
    readonly automaticUpgradeChannel?: "patch" | "stable" | "rapid" | "node-image";
    /** `NodeImage`, `SecurityPatch`, `Unmanaged` or `None`. @default - NodeImage, by Azure */
    readonly nodeOsUpgradeChannel?: "NodeImage" | "SecurityPatch" | "Unmanaged" | "None";
    /**
     * Whether the cluster issues OIDC tokens.
     * @default - true with workload identities; otherwise false, by Azure, and true from Kubernetes 1.34
     */
    readonly oidcIssuerEnabled?: boolean;
    /** Whether pods sign in to Azure with Microsoft Entra Workload ID. @default false */
    readonly workloadIdentityEnabled?: boolean;
    /** Azure Key Vault provider for the Secrets Store CSI Driver. @default - off */
    readonly keyVaultSecretsProvider?: {
      /** Whether secrets in pods follow the key vault. @default false */
      readonly secretRotation?: boolean;
      /** How often the key vault is read, such as `2m`. @default - 2m, by AKS */
      readonly rotationInterval?: string;
    };
    /** When AKS releases reach the cluster. @default - at any time */
    readonly maintenanceWindow?: MaintenanceWindow;
    /** When the channel of automatic upgrades upgrades the cluster. @default - at any time */
    readonly autoUpgradeSchedule?: MaintenanceSchedule;
    /** When the channel of node OS upgrades updates the nodes. @default - at any time */
    readonly nodeOsSchedule?: MaintenanceSchedule;
    /** Container insights. @default - off */
    readonly logAnalytics?: LogAnalytics;
    /** Azure Monitor managed service for Prometheus. @default - off */
    readonly managedPrometheus?: ManagedPrometheus;
    /** Whether Azure Policy watches the cluster. @default false */
    readonly azurePolicyEnabled?: boolean;
    /** Microsoft Defender for Containers. @default - off */
    readonly microsoftDefender?: {
      /** Resource ID of the Log Analytics workspace of its findings. */
      readonly workspaceId: string;
    };
    /** Resource ID of the disk encryption set of the nodes' disks. A change replaces the cluster. @default - none */
    readonly diskEncryptionSetId?: string;
    /** Image Cleaner. @default - off */
    readonly imageCleaner?: {
      /** How often it runs, 24-2160 hours. @default 168 */
      readonly intervalHours?: number;
    };
    /** Whether costs are shown by namespace, for tier Standard and Premium. @default false */
    readonly costAnalysisEnabled?: boolean;
    /** Whether Terraform refuses to destroy the cluster. @default true */
    readonly preventDestroy?: boolean;
    /** Azure tags. @default - none */
    readonly tags?: Readonly<Record<string, string>>;
    /** Attributes in Terraform's own names, laid over what the props make, deep; null takes one away. @default - none */
    readonly overrides?: Overrides;
  };

/** What an attachment needs of a cluster, created or existing. */
export interface IAksCluster {
  /** Resource ID of the cluster: a literal where it is known, a reference where not. */
  readonly clusterId: string;
  /** Name of the cluster in Azure. */
  readonly name: string;
  /** Region of the cluster; undefined where its provider cannot read it. */
  readonly location?: string;
  /** What must hold before it is attached, where only Azure knows. Asked once. @default - nothing */
  conditionsFor?(attachment: AttachmentContext): TerraformCondition[];
}

/** What the conditions of a cluster depend on. */
export interface AttachmentContext {
  /** `DevTest`, `FastProd` or `DenseProd`. @default - FastProd, by Azure */
  readonly clusterPurpose?: "DevTest" | "FastProd" | "DenseProd";
  /** Resource ID of the workspace. */
  readonly workspaceId: string;
  /** Region of the workspace. */
  readonly workspaceRegion: string;
  /** What a KubernetesCompute asks of the cluster. @default - it is attached as AksCompute */
  readonly kubernetesCompute?: {
    /** Whether the extension is installed with it. */
    readonly installsExtension: boolean;
    /** Whether the inference router needs three nodes. */
    readonly inferenceRouterHA: boolean;
    /** Whether Azure ML reaches the API server whatever its authorized ranges are. */
    readonly trustedAccess: boolean;
  };
}

/**
 * An AKS cluster for Azure Machine Learning: Standard load balancer, a pool whose VM size can be changed by rotation,
 * and the role that its identity needs on a subnet of your own.
 */
export class AksCluster extends JudgedConstruct implements IAksCluster {
  /** The cluster itself, for what no prop sets: `cluster.resource.addOverride(...)`. */
  readonly resource: KubernetesCluster;

  constructor(scope: Construct, id: string, props: AksClusterProps) {
    super(scope, id);
    const from = keyed(props);

    const identity = readIdentity(this, "identity", "userAssignedIdentityId", from.userAssignedIdentityId);
    const kubelet = readIdentity(this, "kubelet_identity", "kubeletIdentityId", from.kubeletIdentityId);
    const registries = itemsOf(from.containerRegistryIds);
    // A cluster that runs has them, perhaps in another form, and Azure refuses to give one twice.
    const roles = props.adopt ? [] : controlPlaneRoles(rolesFor(from));
    // A user-assigned identity can have its roles before the cluster asks for them; a system-assigned one comes with the
    // cluster.
    const rolesFirst = [
      ...(identity ? assign(this, roles, identity.principalId) : []),
      ...(kubelet ? assign(this, pullRoles(registries), kubelet.principalId) : []),
    ];

    const attributes = {
      ...clusterAttributes(from),
      kubeletIdentity: derive(from.kubeletIdentityId, (id) =>
        kubelet ? { clientId: kubelet.clientId, objectId: kubelet.principalId, userAssignedIdentityId: id } : undefined,
      ),
      apiServerAccessProfile: this.apiServerAccess(from),
    };
    this.resource = elementFrom(KubernetesCluster, this, "Resource", {
      ...attributes,
      lifecycle: this.lifecycle(from, attributes),
      dependsOn: rolesFirst.length > 0 ? rolesFirst : undefined,
    });
    layOver(this.resource, from.overrides);
    const rolesAfter = identity ? [] : assign(this, roles, this.resource.identity.principalId);
    if (!kubelet) assign(this, pullRoles(registries), this.resource.kubeletIdentity.objectId);
    outputVCpus(this, from);
    // Nodes cannot join a subnet before the identity of the cluster may.
    for (const [name, pool] of Object.entries(entriesOf(from.nodePools))) this.addPool(props, name, pool, rolesAfter);
    collectLogs(this, from, this.resource.id, from.logAnalytics);
    collectMetrics(this, from, this.resource.id, from.managedPrometheus);
    if (props.adopt) new ImportBlock(this, "import", { to: addressOf(this.resource), id: resourceIdOf(props) });
  }

  /** A cluster that exists already, by resource group and name or by resource ID. */
  static fromExisting(scope: Construct, id: string, props: ExistingAksClusterProps): ExistingAksCluster {
    return new ExistingAksCluster(scope, id, props);
  }

  /** Resource ID of the cluster, which Terraform knows when it is made. */
  get clusterId(): string {
    return this.resource.id;
  }

  /** Name of the cluster in Azure, as a reference. */
  get name(): string {
    return this.resource.name;
  }

  /** Region of the cluster, as a reference. */
  get location(): string {
    return this.resource.location;
  }

  /** The user's ranges, and those of Azure ML's control plane where they are asked for. */
  private apiServerAccess(from: From): AttributesFrom<KubernetesClusterConfig>["apiServerAccessProfile"] {
    const ranges = valueAt(from.authorizedIpRanges) ?? [];
    const region = valueAt(from.azureMachineLearningRegion);
    const published = region === undefined ? [] : azureMachineLearningRanges(this, region);
    return block({
      authorizedIpRanges: derive(
        firstSet<unknown>(from.authorizedIpRanges, from.azureMachineLearningRegion),
        (): AttributesFrom<KubernetesClusterApiServerAccessProfile>["authorizedIpRanges"] => {
          if (published.length > 0)
            return Fn.distinct(Fn.concat([[...ranges], ...published.map(({ ipv4Cidrs }) => ipv4Cidrs)]));
          return ranges.length > 0 ? from.authorizedIpRanges : undefined;
        },
      ),
      virtualNetworkIntegrationEnabled: derive(from.apiServerVnetIntegration, (given) => (given ? true : undefined)),
      subnetId: from.apiServerVnetIntegration.subnetId,
    });
  }

  private lifecycle(from: From, attributes: object): AttributesFrom<KubernetesClusterConfig>["lifecycle"] {
    const { kubernetesVersion, adopt, overrides } = valueAt(from);
    const ignored = [
      ...(isAutoscaled(from) ? ["default_node_pool[0].node_count"] : []),
      ...(adopt ? leftAsTheyAre(LEFT_AS_THEY_ARE, attributes, overrides) : []),
    ];
    return block({
      ignoreChanges: ignored.length > 0 ? ignored : undefined,
      preventDestroy: derive(from.preventDestroy, (isPrevented) => (isPrevented === false ? undefined : true)),
      // What runs may have a version that is no longer supported.
      precondition:
        kubernetesVersion === undefined || adopt
          ? undefined
          : [this.supportedVersion(kubernetesVersion, from.location)],
    });
  }

  /** Only Azure knows which versions it supports today: an unsupported one stops the plan, a preview warns. */
  private supportedVersion(kubernetesVersion: string, region: Traced<string>): TerraformCondition {
    const location = valueAt(region);
    const versions = (id: string, includePreview: boolean): DataAzurermKubernetesServiceVersions =>
      elementFrom(DataAzurermKubernetesServiceVersions, this, id, { location: region, includePreview });
    const wanted = JSON.stringify(kubernetesVersion);
    const isWanted = `version == ${wanted} || startswith(version, ${JSON.stringify(`${kubernetesVersion}.`)})`;
    const isAmong = (data: DataAzurermKubernetesServiceVersions): string =>
      `\${try(anytrue([for version in ${addressOf(data)}.versions : ${isWanted}]), true)}`;
    checkBlock(this, "kubernetes_version", {
      condition: isAmong(versions("versions", false)),
      errorMessage: conditionText(
        kubernetesVersionRule,
        `Kubernetes ${kubernetesVersion} is a preview in ${location}, or not supported there.`,
      ),
    });
    return {
      condition: isAmong(versions("versions_and_previews", true)),
      errorMessage: conditionText(
        kubernetesVersionRule,
        `AKS does not support Kubernetes ${kubernetesVersion} in ${location}.`,
      ),
    };
  }

  private addPool(
    cluster: AksClusterProps,
    name: string,
    pool: Keyed<UserNodePoolOptions>,
    roles: readonly ITerraformDependable[],
  ): void {
    const { adopt = cluster.adopt, ...options } = valueAt(pool);
    const adoptPoolId = adopt ? `${resourceIdOf(cluster)}/agentPools/${name}` : undefined;
    const props = { ...options, name, clusterId: this.resource.id, dependsOn: roles, adoptPoolId };
    madeFrom(new AksNodePool(this, `pool_${name}`, props), pool);
  }
}

type From = Keyed<AksClusterProps>;

function resourceIdOf({ subscriptionId, resourceGroupName, name }: AksClusterProps): string {
  return formatResourceId({
    subscriptionId,
    resourceGroup: resourceGroupName,
    type: "Microsoft.ContainerService/managedClusters",
    names: [name],
  });
}

/** What no prop sets, or is read from elsewhere in Azure, or the provider has a default of its own for. */
const LEFT_AS_THEY_ARE: readonly string[] = [
  "aci_connector_linux",
  "ai_toolchain_operator_enabled",
  "confidential_computing",
  "custom_ca_trust_certificates_base64",
  "edge_zone",
  "http_application_routing_enabled",
  "http_proxy_config",
  "ingress_application_gateway",
  "key_management_service",
  "linux_profile",
  "maintenance_window",
  "maintenance_window_auto_upgrade",
  "maintenance_window_node_os",
  "monitor_metrics",
  "node_os_upgrade_channel",
  "oms_agent",
  "open_service_mesh_enabled",
  "private_cluster_public_fqdn_enabled",
  "role_based_access_control_enabled",
  "run_command_enabled",
  "service_mesh_profile",
  "sku_tier",
  "storage_profile",
  "support_plan",
  "upgrade_override",
  "web_app_routing",
  "windows_profile",
  "workload_autoscaler_profile",
  "key_vault_secrets_provider[0].secret_rotation_interval",
  "network_profile[0].advanced_networking",
  "network_profile[0].load_balancer_profile[0].backend_pool_type",
  "network_profile[0].load_balancer_profile[0].idle_timeout_in_minutes",
  "network_profile[0].load_balancer_profile[0].outbound_ports_allocated",
  "network_profile[0].nat_gateway_profile[0].idle_timeout_in_minutes",
  ...LEFT_OF_A_POOL.map((attribute) => `default_node_pool[0].${attribute}`),
];

function rolesFor(from: From): RolesFor {
  const pools = Object.values(entriesOf(from.nodePools));
  return {
    subnetId: from.subnetId,
    otherSubnets: [
      from.podSubnetId,
      ...pools.flatMap(({ subnetId, podSubnetId }) => [subnetId, podSubnetId]),
      from.apiServerVnetIntegration.subnetId,
      from.loadBalancerSubnetId,
      from.privateLinkServiceSubnetId,
    ],
    privateDnsZoneId: derive(from.privateDnsZone, (zone) => (zone?.startsWith("/") ? zone : undefined)),
    routeTableId: from.routeTableId,
    kubeletIdentityId: from.kubeletIdentityId,
  };
}

function clusterAttributes(from: From): AttributesFrom<KubernetesClusterConfig> {
  const isAdopted = valueAt(from.adopt) === true;
  return {
    name: from.name,
    resourceGroupName: from.resourceGroupName,
    location: from.location,
    dnsPrefix: firstSet(from.dnsPrefix, derive(from.name, dnsPrefix)),
    kubernetesVersion: from.kubernetesVersion,
    skuTier: from.skuTier,
    automaticUpgradeChannel: from.automaticUpgradeChannel,
    nodeOsUpgradeChannel: from.nodeOsUpgradeChannel,
    privateClusterEnabled: from.privateCluster,
    privateDnsZoneId: derive(from.privateDnsZone, privateDnsZoneId),
    // Without a zone the name is found nowhere else.
    privateClusterPublicFqdnEnabled: derive(from.privateDnsZone, (zone) => zone === "none" || undefined),
    localAccountDisabled: from.localAccountDisabled,
    // AKS refuses workload identities without it.
    oidcIssuerEnabled: firstSet(
      from.oidcIssuerEnabled,
      derive(from.workloadIdentityEnabled, (isOn) => isOn || undefined),
    ),
    workloadIdentityEnabled: from.workloadIdentityEnabled,
    nodeResourceGroup: from.nodeResourceGroup,
    supportPlan: from.supportPlan,
    azurePolicyEnabled: from.azurePolicyEnabled,
    costAnalysisEnabled: from.costAnalysisEnabled,
    diskEncryptionSetId: from.diskEncryptionSetId,
    imageCleanerEnabled: derive(from.imageCleaner, (given) => (given ? true : undefined)),
    imageCleanerIntervalHours: derive(from.imageCleaner.intervalHours, (hours) =>
      isSet(from.imageCleaner) ? (hours ?? IMAGE_CLEANER_HOURS) : undefined,
    ),
    keyVaultSecretsProvider: inside(from.keyVaultSecretsProvider, (provider) => ({
      secretRotationEnabled: orElse(provider.secretRotation, false),
      secretRotationInterval: provider.rotationInterval,
    })),
    omsAgent: inside(from.logAnalytics, ({ workspaceId }) => ({
      logAnalyticsWorkspaceId: workspaceId,
      msiAuthForMonitoringEnabled: true,
    })),
    monitorMetrics: inside(from.managedPrometheus, ({ annotationsAllowed, labelsAllowed }) => ({
      annotationsAllowed,
      labelsAllowed,
    })),
    microsoftDefender: inside(from.microsoftDefender, ({ workspaceId }) => ({ logAnalyticsWorkspaceId: workspaceId })),
    maintenanceWindow: inside(from.maintenanceWindow, ({ allowed, notAllowed }) => ({ allowed, notAllowed })),
    maintenanceWindowAutoUpgrade: schedule(from.autoUpgradeSchedule),
    maintenanceWindowNodeOs: schedule(from.nodeOsSchedule),
    tags: from.tags,
    identity: derive(from.userAssignedIdentityId, (id) =>
      id ? { type: "UserAssigned", identityIds: [id] } : { type: "SystemAssigned" },
    ),
    defaultNodePool: {
      ...poolAttributes(from),
      name: orElse(from.ownPoolName, OWN_POOL),
      // Without it a change of size, subnet, zones or disk is refused after the plan was approved.
      temporaryNameForRotation: firstSet(
        from.temporaryName,
        derive(from.ownPoolName, (name = OWN_POOL) => (isAdopted ? undefined : temporaryPoolName(name, 12))),
      ),
      onlyCriticalAddonsEnabled: from.onlyCriticalAddons,
      upgradeSettings:
        isAdopted && !isSet(from.upgradeSettings.maxSurge) ? undefined : ownUpgradeAttributes(from.upgradeSettings),
    },
    networkProfile: {
      networkPlugin: orElse(from.networkPlugin, "azure"),
      networkPluginMode: from.networkPluginMode,
      networkPolicy: from.networkPolicy,
      // The one data plane that the policy works with.
      networkDataPlane: firstSet(
        from.networkDataPlane,
        derive(from.networkPolicy, (policy) => (policy === "cilium" ? policy : undefined)),
      ),
      serviceCidr: from.serviceCidr,
      dnsServiceIp: from.dnsServiceIp,
      podCidr: from.podCidr,
      loadBalancerSku: "standard",
      outboundType: orElse(from.outboundType, "loadBalancer"),
      loadBalancerProfile: inside(from.loadBalancerProfile, (profile) => ({
        managedOutboundIpCount: profile.managedOutboundIps,
        idleTimeoutInMinutes: profile.idleTimeoutMinutes,
        outboundPortsAllocated: profile.outboundPortsAllocated,
      })),
      natGatewayProfile: inside(from.natGatewayProfile, (profile) => ({
        managedOutboundIpCount: profile.managedOutboundIps,
        idleTimeoutInMinutes: profile.idleTimeoutMinutes,
      })),
    },
    azureActiveDirectoryRoleBasedAccessControl:
      isSet(from.azureRbac) || isSet(from.adminGroupObjectIds)
        ? {
            azureRbacEnabled: orElse(from.azureRbac, false),
            // The provider asks for the list, or a tenant.
            adminGroupObjectIds: orElse(from.adminGroupObjectIds, []),
          }
        : undefined,
  };
}

/** How often Image Cleaner runs. https://learn.microsoft.com/azure/aks/image-cleaner */
const IMAGE_CLEANER_HOURS = 168;

function schedule(from: Keyed<MaintenanceSchedule | undefined>) {
  return inside(from, (given) => ({
    frequency: given.frequency,
    interval: orElse(given.interval, 1),
    duration: given.durationHours,
    dayOfWeek: given.dayOfWeek,
    dayOfMonth: given.dayOfMonth,
    weekIndex: given.weekIndex,
    startTime: given.startTime,
    utcOffset: given.utcOffset,
    startDate: derive(given.startDate, (date) => (date === undefined ? undefined : `${date}T00:00:00Z`)),
    notAllowed: given.notAllowed,
  }));
}

function privateDnsZoneId(zone: string | undefined): string | undefined {
  return { system: "System", none: "None" }[zone ?? ""] ?? zone;
}
