import type { Construct } from "constructs";
import type { AttachmentConfig, CreateConfig } from "../config/schema.ts";
import { AksCluster, type AksClusterProps, type NodeCount } from "../constructs/aks-cluster.ts";
import { configuredBy } from "../constructs/origin.ts";
import { AzureStack, type AzureStackProps } from "./azure-stack.ts";
import type { StackIdentity } from "./backend.ts";
import { purposeOf } from "./kubernetes-compute.ts";

/** What a cluster stack is made from. */
export interface ClusterStackProps extends AzureStackProps {
  /** The new cluster. */
  readonly create: CreateConfig;
  /** How it is attached: its purpose decides whether Terraform may destroy it. Undefined where it is not. */
  readonly attachment: AttachmentConfig | undefined;
  /** Region of the workspace. */
  readonly workspaceRegion: string;
  /** Where that stands in the configuration. */
  readonly workspaceRegionPath: readonly string[];
  /** Where the cluster stands in the configuration. */
  readonly configPath: readonly string[];
}

/** The key below `create` that each prop is set from. */
const KEYS: Readonly<Partial<Record<keyof AksClusterProps, string>>> = {
  name: "name",
  resourceGroupName: "resourceGroup",
  location: "location",
  vmSize: "nodePool.vmSize",
  nodeCount: "nodePool.nodeCount",
  minCount: "nodePool.minCount",
  maxCount: "nodePool.maxCount",
  vCpusPerNode: "nodePool.vCpus",
  zones: "nodePool.zones",
  subnetId: "nodePool.subnetId",
  osDiskSizeGb: "nodePool.osDiskSizeGb",
  maxPods: "nodePool.maxPods",
  kubernetesVersion: "kubernetesVersion",
  dnsPrefix: "dnsPrefix",
  networkPlugin: "network.plugin",
  networkPluginMode: "network.mode",
  networkPolicy: "network.policy",
  serviceCidr: "network.serviceCidr",
  dnsServiceIp: "network.dnsServiceIp",
  podCidr: "network.podCidr",
  outboundType: "network.outboundType",
  loadBalancerProfile: "network.loadBalancer",
  natGatewayProfile: "network.natGateway",
  authorizedIpRanges: "apiServer.authorizedIpRanges",
  azureMachineLearningRegion: "apiServer.includeAzureMachineLearning",
  privateCluster: "apiServer.private",
  privateDnsZone: "apiServer.privateDnsZone",
  userAssignedIdentityId: "identity.userAssigned",
  azureRbac: "entraId.azureRbac",
  adminGroupObjectIds: "entraId.adminGroups",
  localAccountDisabled: "entraId.localAccountDisabled",
  skuTier: "tier",
  automaticUpgradeChannel: "automaticUpgrade",
  nodeOsUpgradeChannel: "nodeOsUpgrade",
  preventDestroy: "preventDestroy",
  tags: "tags",
};

/** AKS, the roles of its identity, and the versions of its region. */
export class ClusterStack extends AzureStack {
  /** The cluster. */
  readonly cluster: AksCluster;

  constructor(scope: Construct, stack: StackIdentity, props: ClusterStackProps) {
    super(scope, stack, props);
    const { create, attachment } = props;
    this.cluster = new AksCluster(this, "cluster", {
      ...nodeCount(create.nodePool),
      subscriptionId: props.subscriptionId,
      name: create.name,
      resourceGroupName: create.resourceGroup,
      location: create.location,
      vmSize: create.nodePool.vmSize,
      vCpusPerNode: create.nodePool.vCpus,
      zones: create.nodePool.zones,
      subnetId: create.nodePool.subnetId,
      osDiskSizeGb: create.nodePool.osDiskSizeGb,
      maxPods: create.nodePool.maxPods,
      kubernetesVersion: create.kubernetesVersion,
      dnsPrefix: create.dnsPrefix,
      networkPlugin: create.network?.plugin,
      networkPluginMode: create.network?.mode,
      networkPolicy: create.network?.policy,
      serviceCidr: create.network?.serviceCidr,
      dnsServiceIp: create.network?.dnsServiceIp,
      podCidr: create.network?.podCidr,
      outboundType: create.network?.outboundType,
      loadBalancerProfile: create.network?.loadBalancer,
      natGatewayProfile: create.network?.natGateway,
      authorizedIpRanges: create.apiServer?.authorizedIpRanges,
      azureMachineLearningRegion: create.apiServer?.includeAzureMachineLearning ? props.workspaceRegion : undefined,
      privateCluster: create.apiServer?.private,
      privateDnsZone: create.apiServer?.privateDnsZone,
      userAssignedIdentityId: create.identity?.userAssigned[0],
      azureRbac: create.entraId && (create.entraId.azureRbac ?? false),
      adminGroupObjectIds: create.entraId?.adminGroups,
      localAccountDisabled: create.entraId?.localAccountDisabled,
      skuTier: create.tier,
      automaticUpgradeChannel: create.automaticUpgrade,
      nodeOsUpgradeChannel: create.nodeOsUpgrade,
      // No purpose means production.
      preventDestroy: create.preventDestroy ?? purposeOf(attachment, create) !== "DevTest",
      tags: create.tags,
    });
    const self = [...props.configPath, "create"];
    const paths = Object.entries(KEYS).map(([prop, key]) => [prop, [...self, ...key.split(".")]]);
    configuredBy(this.cluster, {
      self,
      props: { ...Object.fromEntries(paths), "azureMachineLearningRegion.location": props.workspaceRegionPath },
    });

    this.output("cluster_id", this.cluster.clusterId, "Resource ID of the cluster");
    this.output(
      "kubernetes_default_version",
      this.cluster.versions.defaultVersion,
      "The version that AKS takes in this region where none is given; it changes over time",
    );
    this.credentialsOutput(props.subscriptionId, create);
  }
}

function nodeCount({ nodeCount, minCount, maxCount }: CreateConfig["nodePool"]): NodeCount {
  // The schema accepts exactly one of the two forms.
  return (nodeCount !== undefined ? { nodeCount } : { minCount, maxCount }) as NodeCount;
}
