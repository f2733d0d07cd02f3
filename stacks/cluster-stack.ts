import type { Construct } from "constructs";
import { parseResourceId } from "../azure/resource-id.ts";
import type { AksAttachmentConfig, AttachmentConfig, CreateConfig } from "../config/schema.ts";
import { AksCluster } from "../constructs/aks-cluster.ts";
import {
  beside,
  derive,
  each,
  isSet,
  type Keyed,
  keyed,
  orElse,
  pick,
  type Traced,
  valueAt,
} from "../constructs/keyed.ts";
import { constructFrom } from "../constructs/origin.ts";
import { AzureStack, type AzureStackProps } from "./azure-stack.ts";
import type { StackIdentity } from "./backend.ts";
import { purposeOf } from "./compute.ts";

/** What a cluster stack is made from. */
export interface ClusterStackProps extends AzureStackProps {
  /** The new cluster. */
  readonly create: CreateConfig;
  /** How it is attached: its purpose decides whether Terraform may destroy it. Undefined where it is not. */
  readonly attachment: AttachmentConfig | undefined;
  /** Region of the workspace. */
  readonly workspaceRegion: string;
  /** Where that stands in the configuration. */
  readonly workspaceRegionPath: readonly PropertyKey[];
  /** Where the cluster stands in the configuration. */
  readonly configPath: readonly string[];
}

/** AKS and the roles of its identity. */
export class ClusterStack extends AzureStack {
  /** The cluster. */
  readonly cluster: AksCluster;

  constructor(scope: Construct, stack: StackIdentity, props: ClusterStackProps) {
    super(scope, stack, props);
    const create = keyed(props.create, [...props.configPath, "create"]);
    const region = keyed(props.workspaceRegion, props.workspaceRegionPath);
    // Only an AksCompute names a subnet: the extension takes that of the nodes.
    const { loadBalancer } = keyed(props.attachment, [...props.configPath, "attachment"]) as Keyed<AksAttachmentConfig>;
    const purpose = purposeOf(props.attachment, props.create);
    this.cluster = constructFrom(AksCluster, this, "cluster", create, {
      ...pick(create.nodePool, "nodeCount", "minCount", "maxCount"),
      subscriptionId: props.subscriptionId,
      name: create.name,
      resourceGroupName: create.resourceGroup,
      location: create.location,
      adopt: create.adopt,
      ...poolProps(create.nodePool),
      ownPoolName: create.nodePool.name,
      onlyCriticalAddons: create.nodePool.criticalAddonsOnly,
      upgradeSettings: create.nodePool.upgradeSettings,
      nodePools: each(create.nodePools, (pool) =>
        derive(pool, () => ({
          ...pick(pool, "nodeCount", "minCount", "maxCount"),
          ...poolProps(pool),
          adopt: pool.adopt,
          mode: pool.mode,
          osType: pool.osType,
          nodeTaints: pool.taints,
          spot: pool.spot,
          upgradeSettings: pool.upgradeSettings,
          overrides: pool.overrides,
        })),
      ),
      nodeResourceGroup: create.nodeResourceGroup,
      kubernetesVersion: create.kubernetesVersion,
      dnsPrefix: create.dnsPrefix,
      networkPlugin: create.network.plugin,
      networkPluginMode: create.network.mode,
      networkPolicy: create.network.policy,
      networkDataPlane: create.network.dataPlane,
      routeTableId: create.network.routeTableId,
      loadBalancerSubnetId: inNetworkOf(create.nodePool.subnetId, loadBalancer.subnet),
      privateLinkServiceSubnetId: inNetworkOf(create.nodePool.subnetId, loadBalancer.privateLinkService.subnet),
      serviceCidr: create.network.serviceCidr,
      dnsServiceIp: create.network.dnsServiceIp,
      podCidr: create.network.podCidr,
      outboundType: create.network.outboundType,
      loadBalancerProfile: create.network.loadBalancer,
      natGatewayProfile: create.network.natGateway,
      authorizedIpRanges: create.apiServer.authorizedIpRanges,
      azureMachineLearningRegion: beside(
        derive(create.apiServer.includeAzureMachineLearning, (isIncluded) =>
          isIncluded ? props.workspaceRegion : undefined,
        ),
        { location: region },
      ),
      privateCluster: create.apiServer.private,
      privateDnsZone: create.apiServer.privateDnsZone,
      apiServerVnetIntegration: create.apiServer.vnetIntegration,
      userAssignedIdentityId: derive(create.identity.userAssigned, (identities) => identities?.[0]),
      kubeletIdentityId: create.identity.kubelet,
      containerRegistryIds: create.containerRegistries,
      azureRbac: derive(create.entraId.azureRbac, (isOn) => (isSet(create.entraId) ? (isOn ?? false) : undefined)),
      adminGroupObjectIds: create.entraId.adminGroups,
      localAccountDisabled: create.entraId.localAccountDisabled,
      skuTier: create.tier,
      automaticUpgradeChannel: create.automaticUpgrade,
      nodeOsUpgradeChannel: create.nodeOsUpgrade,
      oidcIssuerEnabled: create.oidcIssuer,
      workloadIdentityEnabled: create.workloadIdentity,
      keyVaultSecretsProvider: create.keyVaultSecretsProvider,
      maintenanceWindow: create.maintenanceWindows.default,
      autoUpgradeSchedule: create.maintenanceWindows.autoUpgrade,
      nodeOsSchedule: create.maintenanceWindows.nodeOs,
      logAnalytics: create.monitoring.logAnalytics,
      managedPrometheus: create.monitoring.prometheus,
      azurePolicyEnabled: create.azurePolicy,
      microsoftDefender: create.defender,
      diskEncryptionSetId: create.diskEncryptionSetId,
      imageCleaner: create.imageCleaner,
      costAnalysisEnabled: create.costAnalysis,
      supportPlan: create.supportPlan,
      // No purpose means production, and somebody uses what ran before.
      preventDestroy: orElse(create.preventDestroy, purpose !== "DevTest" || props.create.adopt === true),
      tags: create.tags,
      overrides: create.overrides,
    });

    this.output("cluster_id", this.cluster.clusterId, "Resource ID of the cluster");
    this.credentialsOutput(props.subscriptionId, props.create);
  }
}

/** What every pool takes. */
type PoolConfig = Omit<
  CreateConfig["nodePool"],
  "name" | "nodeCount" | "minCount" | "maxCount" | "criticalAddonsOnly" | "upgradeSettings"
>;

function poolProps(pool: Keyed<PoolConfig>) {
  return {
    vmSize: pool.vmSize,
    vCpusPerNode: pool.vCpus,
    zones: pool.zones,
    subnetId: pool.subnetId,
    podSubnetId: pool.podSubnetId,
    osSku: pool.osSku,
    osDiskSizeGb: pool.osDiskSizeGb,
    osDiskType: pool.osDiskType,
    kubeletDiskType: pool.kubeletDiskType,
    maxPods: pool.maxPods,
    nodeLabels: pool.labels,
    gpuDriver: pool.gpuDriver,
    gpuInstance: pool.gpuInstance,
    hostEncryptionEnabled: pool.hostEncryption,
    fipsEnabled: pool.fips,
    ultraSsdEnabled: pool.ultraSsd,
    temporaryName: pool.temporaryName,
    poolTags: pool.tags,
  };
}

/** A subnet by its name in the virtual network of another. */
function inNetworkOf(
  subnetId: Traced<string | undefined>,
  name: Traced<string | undefined>,
): Traced<string | undefined> {
  const id = valueAt(subnetId);
  return derive(name, (given) => (id === undefined || given === undefined ? undefined : siblingSubnet(id, given)));
}

function siblingSubnet(id: string, name: string): string | undefined {
  const { names: [network] = [] } = parseResourceId(id) ?? {};
  return network === undefined ? undefined : `${id.slice(0, id.lastIndexOf("/"))}/${name}`;
}
