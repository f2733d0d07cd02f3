import { DataAzurermKubernetesServiceVersions } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-service-versions/index.js";
import { DataAzurermUserAssignedIdentity } from "@cdktf/provider-azurerm/lib/data-azurerm-user-assigned-identity/index.js";
import {
  KubernetesCluster,
  type KubernetesClusterConfig,
} from "@cdktf/provider-azurerm/lib/kubernetes-cluster/index.js";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment/index.js";
import type { Construct } from "constructs";
import { parseResourceId } from "../azure/resource-id.ts";
import kubernetesVersionRule from "../rules/cluster/kubernetes-version.ts";
import { addressOf } from "./address.ts";
import { azureMachineLearningRanges } from "./azureml-ranges.ts";
import { Fn, TerraformOutput } from "./cdktf.ts";
import { checkBlock, conditionText, type TerraformCondition } from "./condition.ts";
import { ExistingAksCluster, type ExistingAksClusterProps } from "./existing-aks-cluster.ts";
import { JudgedConstruct } from "./judged-construct.ts";
import { block, derive, firstSet, inside, isSet, type Keyed, keyed, orElse, type Traced, valueAt } from "./keyed.ts";
import { type AttributesFrom, elementFrom } from "./origin.ts";

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

/** Either a fixed number of nodes or bounds between which the cluster autoscaler works. */
export type NodeCount =
  | {
      /** Nodes, 1-1000. */
      readonly nodeCount: number;
      readonly minCount?: undefined;
      readonly maxCount?: undefined;
    }
  | {
      /** Least number of nodes, 1-1000. */
      readonly minCount: number;
      /** Greatest number of nodes, 1-1000. */
      readonly maxCount: number;
      readonly nodeCount?: undefined;
    };

/** @see https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs/resources/kubernetes_cluster */
export type AksClusterProps = NodeCount & {
  /** Name of the cluster in Azure. */
  readonly name: string;
  /** Resource group of the cluster; it must exist. */
  readonly resourceGroupName: string;
  /** Azure subscription (a GUID) of the cluster: the one that its provider is configured for. */
  readonly subscriptionId: string;
  /** Azure region, for example `westeurope`. */
  readonly location: string;
  /** VM size of the nodes, for example `Standard_D4s_v5`. A change rotates the pool. */
  readonly vmSize: string;
  /** vCPUs of one node, for a VM size that the table of sizes does not know. @default - what the table says */
  readonly vCpusPerNode?: number;
  /** Availability zones of the nodes. @default - none */
  readonly zones?: readonly string[];
  /**
   * Resource ID of the nodes' subnet. The cluster's identity is granted Network Contributor on it.
   * @default - a virtual network that AKS makes
   */
  readonly subnetId?: string;
  /** OS disk of a node in GB. @default - what AKS takes for the size */
  readonly osDiskSizeGb?: number;
  /** Pods a node. @default - what AKS takes for the network plugin */
  readonly maxPods?: number;
  /** Kubernetes version, `1.35` or `1.35.2`. @default - the AKS default version of the day of creation */
  readonly kubernetesVersion?: string;
  /** First part of the API server's name. @default - the name, with hyphens for other characters */
  readonly dnsPrefix?: string;
  /** `azure`, `kubenet` or `none`. @default "azure" */
  readonly networkPlugin?: string;
  /** `overlay`: pods have a range of their own. @default - pods take addresses of the subnet */
  readonly networkPluginMode?: string;
  /** `azure`, `calico` or `cilium`. @default - no network policy */
  readonly networkPolicy?: string;
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
  readonly outboundType?: string;
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
  /** Zone of a private cluster's name: `system`, `none` or a resource ID. @default "system" */
  readonly privateDnsZone?: string;
  /**
   * Resource ID of a user-assigned identity.
   * @default - a system-assigned identity
   * @throws where it is no resource ID
   */
  readonly userAssignedIdentityId?: string;
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
  readonly skuTier?: string;
  /** `patch`, `stable`, `rapid` or `node-image`. @default - no automatic upgrade */
  readonly automaticUpgradeChannel?: string;
  /** `NodeImage`, `SecurityPatch`, `Unmanaged` or `None`. @default - NodeImage, by Azure */
  readonly nodeOsUpgradeChannel?: string;
  /** Whether the cluster issues OIDC tokens. @default - false, by Azure, and true from Kubernetes 1.34 */
  readonly oidcIssuerEnabled?: boolean;
  /** Whether Terraform refuses to destroy the cluster. @default false */
  readonly preventDestroy?: boolean;
  /** Azure tags. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
};

const POOL_NAME = "agentpool";

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
  readonly clusterPurpose?: string;
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
  /** The versions of the region, `default_version` among them. */
  readonly versions: DataAzurermKubernetesServiceVersions;

  constructor(scope: Construct, id: string, props: AksClusterProps) {
    super(scope, id);
    const from = keyed(props);
    this.versions = elementFrom(DataAzurermKubernetesServiceVersions, this, "versions", {
      location: from.location,
      includePreview: false,
    });

    const identityPrincipal = this.userAssignedPrincipal(from);
    // A user-assigned identity can have its roles before the cluster asks for them; a system-assigned one comes with
    // the cluster.
    const rolesFirst = identityPrincipal ? this.grant(identityPrincipal, from) : [];

    this.resource = elementFrom(KubernetesCluster, this, "Resource", {
      ...clusterAttributes(from),
      apiServerAccessProfile: this.apiServerAccess(from),
      lifecycle: this.lifecycle(from),
      dependsOn: rolesFirst.length > 0 ? rolesFirst : undefined,
    });
    if (!identityPrincipal) this.grant(this.resource.identity.principalId, from);
    if (props.vCpusPerNode !== undefined) {
      // Terraform has no place for it in the cluster, and the rules judge Terraform alone.
      elementFrom(TerraformOutput, this, "vcpus_per_node", {
        value: from.vCpusPerNode,
        description: "vCPUs of one node, as the configuration says",
      });
    }
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
    return derive(firstSet<unknown>(from.authorizedIpRanges, from.azureMachineLearningRegion), () => {
      if (published.length > 0)
        return {
          authorizedIpRanges: Fn.distinct(Fn.concat([[...ranges], ...published.map(({ ipv4Cidrs }) => ipv4Cidrs)])),
        };
      return ranges.length > 0 ? { authorizedIpRanges: from.authorizedIpRanges } : undefined;
    });
  }

  private lifecycle(from: From): AttributesFrom<KubernetesClusterConfig>["lifecycle"] {
    const isAutoscaled = valueAt(from.minCount) !== undefined;
    const kubernetesVersion = valueAt(from.kubernetesVersion);
    return block({
      ignoreChanges: isAutoscaled ? ["default_node_pool[0].node_count"] : undefined,
      preventDestroy: derive(from.preventDestroy, (isPrevented) => isPrevented || undefined),
      precondition:
        kubernetesVersion === undefined ? undefined : [this.supportedVersion(kubernetesVersion, from.location)],
    });
  }

  /** Only Azure knows which versions it supports today: an unsupported one stops the plan, a preview warns. */
  private supportedVersion(kubernetesVersion: string, region: Traced<string>): TerraformCondition {
    const location = valueAt(region);
    const all = elementFrom(DataAzurermKubernetesServiceVersions, this, "versions_and_previews", {
      location: region,
      includePreview: true,
    });
    const wanted = JSON.stringify(kubernetesVersion);
    const isWanted = `version == ${wanted} || startswith(version, ${JSON.stringify(`${kubernetesVersion}.`)})`;
    const isAmong = (data: DataAzurermKubernetesServiceVersions): string =>
      `\${try(anytrue([for version in ${addressOf(data)}.versions : ${isWanted}]), true)}`;
    checkBlock(this, "kubernetes_version", {
      condition: isAmong(this.versions),
      errorMessage: conditionText(
        kubernetesVersionRule,
        `Kubernetes ${kubernetesVersion} is a preview in ${location}, or not supported there.`,
      ),
    });
    return {
      condition: isAmong(all),
      errorMessage: conditionText(
        kubernetesVersionRule,
        `AKS does not support Kubernetes ${kubernetesVersion} in ${location}.`,
      ),
    };
  }

  private userAssignedPrincipal({ userAssignedIdentityId }: From): string | undefined {
    const given = valueAt(userAssignedIdentityId);
    if (!given) return undefined;
    const identity = parseResourceId(given);
    if (!identity)
      throw new Error(
        `userAssignedIdentityId ${JSON.stringify(given)} is not the resource ID of a user-assigned identity`,
      );
    return elementFrom(DataAzurermUserAssignedIdentity, this, "identity", {
      name: derive(userAssignedIdentityId, () => identity.names[0]),
      resourceGroupName: derive(userAssignedIdentityId, () => identity.resourceGroup),
    }).principalId;
  }

  private grant(principalId: string, { subnetId, privateDnsZone }: From): RoleAssignment[] {
    const customZone = derive(privateDnsZone, (zone) => (zone?.startsWith("/") ? zone : undefined));
    return [
      ...this.role("network_contributor", "Network Contributor", subnetId, principalId),
      ...this.role("private_dns_zone_contributor", "Private DNS Zone Contributor", customZone, principalId),
    ];
  }

  private role(
    id: string,
    roleDefinitionName: string,
    scope: Traced<string | undefined>,
    principalId: string,
  ): RoleAssignment[] {
    if (!isSet(scope)) return [];
    return [
      elementFrom(RoleAssignment, this, id, {
        scope,
        roleDefinitionName,
        principalId,
        principalType: "ServicePrincipal",
        // The identity may be seconds old: Entra ID replicates, and the check would not find it.
        skipServicePrincipalAadCheck: true,
      }),
    ];
  }
}

type From = Keyed<AksClusterProps>;

function clusterAttributes(from: From): AttributesFrom<KubernetesClusterConfig> {
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
    localAccountDisabled: from.localAccountDisabled,
    oidcIssuerEnabled: from.oidcIssuerEnabled,
    tags: from.tags,
    identity: derive(from.userAssignedIdentityId, (id) =>
      id ? { type: "UserAssigned", identityIds: [id] } : { type: "SystemAssigned" },
    ),
    defaultNodePool: {
      name: POOL_NAME,
      // Without it a change of size, subnet, zones or disk is refused after the plan was approved.
      temporaryNameForRotation: `${POOL_NAME}tmp`,
      vmSize: from.vmSize,
      nodeCount: from.nodeCount,
      autoScalingEnabled: derive(from.minCount, (minCount) => minCount !== undefined || undefined),
      minCount: from.minCount,
      maxCount: from.maxCount,
      zones: from.zones,
      vnetSubnetId: from.subnetId,
      osDiskSizeGb: from.osDiskSizeGb,
      maxPods: from.maxPods,
      // AKS sets this by itself; left out, every plan would show it as a change.
      upgradeSettings: { maxSurge: "10%" },
    },
    networkProfile: {
      networkPlugin: orElse(from.networkPlugin, "azure"),
      networkPluginMode: from.networkPluginMode,
      networkPolicy: from.networkPolicy,
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
        ? { azureRbacEnabled: orElse(from.azureRbac, false), adminGroupObjectIds: from.adminGroupObjectIds }
        : undefined,
  };
}

/** Letters, digits and hyphens, 54 at most, with no hyphen at either end. */
function dnsPrefix(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9]+/g, "-")
    .slice(0, 54)
    .replaceAll(/^-+|-+$/g, "");
}

function privateDnsZoneId(zone: string | undefined): string | undefined {
  return { system: "System", none: "None" }[zone ?? ""] ?? zone;
}
