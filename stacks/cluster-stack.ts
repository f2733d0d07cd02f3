import type { Construct } from "constructs";
import type { AttachmentConfig, CreateConfig } from "../config/schema.ts";
import { AksCluster } from "../constructs/aks-cluster.ts";
import { beside, derive, isSet, keyed, orElse, pick } from "../constructs/keyed.ts";
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

/** AKS, the roles of its identity, and the versions of its region. */
export class ClusterStack extends AzureStack {
  /** The cluster. */
  readonly cluster: AksCluster;

  constructor(scope: Construct, stack: StackIdentity, props: ClusterStackProps) {
    super(scope, stack, props);
    const create = keyed(props.create, [...props.configPath, "create"]);
    const region = keyed(props.workspaceRegion, props.workspaceRegionPath);
    const purpose = purposeOf(props.attachment, props.create);
    this.cluster = constructFrom(AksCluster, this, "cluster", create, {
      ...pick(create.nodePool, "nodeCount", "minCount", "maxCount"),
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
      networkPlugin: create.network.plugin,
      networkPluginMode: create.network.mode,
      networkPolicy: create.network.policy,
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
      userAssignedIdentityId: derive(create.identity.userAssigned, (identities) => identities?.[0]),
      azureRbac: derive(create.entraId.azureRbac, (isOn) => (isSet(create.entraId) ? (isOn ?? false) : undefined)),
      adminGroupObjectIds: create.entraId.adminGroups,
      localAccountDisabled: create.entraId.localAccountDisabled,
      skuTier: create.tier,
      automaticUpgradeChannel: create.automaticUpgrade,
      nodeOsUpgradeChannel: create.nodeOsUpgrade,
      oidcIssuerEnabled: create.oidcIssuer,
      // No purpose means production.
      preventDestroy: orElse(create.preventDestroy, purpose !== "DevTest"),
      tags: create.tags,
    });

    this.output("cluster_id", this.cluster.clusterId, "Resource ID of the cluster");
    this.output(
      "kubernetes_default_version",
      this.cluster.versions.defaultVersion,
      "The version that AKS takes in this region where none is given; it changes over time",
    );
    this.credentialsOutput(props.subscriptionId, props.create);
  }
}
