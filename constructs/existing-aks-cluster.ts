import { DataAzurermKubernetesCluster } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster/index.js";
import { DataAzurermKubernetesServiceVersions } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-service-versions/index.js";
import { Construct } from "constructs";
import { parseResourceId } from "../azure/resource-id.ts";
import { addressOf } from "./address.ts";
import type { AttachmentContext, IAksCluster } from "./aks-cluster.ts";
import { azureMachineLearningRanges } from "./azureml-ranges.ts";
import { checkBlock, type TerraformCondition } from "./condition.ts";
import * as conditions from "./existing-cluster-conditions.ts";
import { judgeOnSynthesis } from "./judgement.ts";
import { comesFrom } from "./origin.ts";

/** A cluster by its name, in the subscription of the provider, or by its resource ID; not both. */
export type ExistingAksClusterProps = {
  /** Azure subscription (a GUID) of the workspace: the one that the provider is configured for. */
  readonly subscriptionId: string;
} & (
  | {
      /** Resource group of the cluster. */
      readonly resourceGroupName: string;
      /** Name of the cluster. */
      readonly name: string;
      readonly resourceId?: undefined;
    }
  | {
      /**
       * Resource ID of the cluster, in any casing; one of another subscription is attached, and not read.
       * @throws where it is not the resource ID of an AKS cluster
       */
      readonly resourceId: string;
      readonly resourceGroupName?: undefined;
      readonly name?: undefined;
    }
);

/**
 * A cluster that is there, made here or elsewhere. What only Azure knows of it is checked by Terraform in the plan, with
 * the rules' own ids and texts: as conditions of the attachment, which stop it, or as check blocks, which warn.
 * @see https://learn.microsoft.com/python/api/azureml-core/azureml.core.compute.aks.akscompute
 */
export class ExistingAksCluster extends Construct implements IAksCluster {
  /** The cluster as it is read; undefined for one of another subscription, which the provider cannot read. */
  readonly data: DataAzurermKubernetesCluster | undefined;
  /** Resource ID of the cluster: as it was given, where the provider cannot read it. */
  readonly clusterId: string;
  /** Name of the cluster in Azure. */
  readonly name: string;
  /** Region of the cluster; undefined for one of another subscription. */
  readonly location: string | undefined;

  constructor(scope: Construct, id: string, props: ExistingAksClusterProps) {
    super(scope, id);
    judgeOnSynthesis(this);
    const named = props.resourceId === undefined ? undefined : parseClusterId(props.resourceId);
    if (named && named.subscriptionId !== props.subscriptionId.toLowerCase()) {
      this.data = undefined;
      this.clusterId = props.resourceId as string;
      this.name = named.name;
      return;
    }
    this.data = new DataAzurermKubernetesCluster(this, "Resource", {
      name: named?.name ?? (props.name as string),
      resourceGroupName: named?.resourceGroupName ?? (props.resourceGroupName as string),
    });
    const prop = (name: string): string => (props.resourceId === undefined ? name : "resourceId");
    comesFrom(this.data, { name: prop("name"), resource_group_name: prop("resourceGroupName") });
    this.clusterId = this.data.id;
    this.name = this.data.name;
    this.location = this.data.location;
  }

  /** What must hold before it is attached. Adds the data sources and check blocks that ask. */
  conditionsFor({ clusterPurpose, workspaceId, workspaceRegion, kubernetesCompute }: AttachmentContext): TerraformCondition[] {
    const { data } = this;
    if (!data) return [];
    const cluster = addressOf(data);
    const isProduction = clusterPurpose !== "DevTest";
    const ranges = kubernetesCompute?.trustedAccess ? [] : azureMachineLearningRanges(this, workspaceRegion);
    const [supported, released] = [true, false].map((includePreview) => {
      const versions = new DataAzurermKubernetesServiceVersions(this, includePreview ? "versions_and_previews" : "versions", {
        location: data.location,
        includePreview,
      });
      return `${addressOf(versions)}.versions`;
    }) as [string, string];
    checkBlock(this, "kubernetes_version", conditions.releasedVersion(cluster, released));
    checkBlock(this, "private", conditions.privateCluster(cluster));
    return [
      ...(kubernetesCompute ? this.extensionSize(cluster, isProduction, kubernetesCompute) : this.aksComputeSize(cluster, isProduction)),
      conditions.sameSubscription(data.id, workspaceId),
      conditions.standardLoadBalancer(cluster),
      ...(ranges.length > 0
        ? [
            conditions.authorizedRanges(
              cluster,
              ranges.map(({ address }) => `${address}.ipv4_cidrs`),
            ),
          ]
        : []),
      conditions.supportedVersion(cluster, supported),
    ];
  }

  private aksComputeSize(cluster: string, isProduction: boolean): TerraformCondition[] {
    const sizes = conditions.addVmSizes(this);
    checkBlock(this, "size", isProduction ? conditions.productionNodes(cluster) : conditions.devTestSize(cluster, sizes));
    return isProduction ? [conditions.productionSize(cluster, sizes)] : [];
  }

  private extensionSize(
    cluster: string,
    isProduction: boolean,
    { installsExtension, inferenceRouterHA }: NonNullable<AttachmentContext["kubernetesCompute"]>,
  ): TerraformCondition[] {
    if (!installsExtension) return [];
    return [
      ...(isProduction ? [conditions.extensionSize(cluster, conditions.addVmSizes(this), conditions.addMemorySizes(this))] : []),
      ...(inferenceRouterHA ? [conditions.highAvailability(cluster)] : []),
    ];
  }
}

/** Nine parts, of the provider Microsoft.ContainerService, in any casing. */
function parseClusterId(resourceId: string): { subscriptionId: string; resourceGroupName: string; name: string } {
  const id = parseResourceId(resourceId);
  if (id?.type.toLowerCase() !== "microsoft.containerservice/managedclusters") {
    throw new Error(
      `resourceId ${JSON.stringify(resourceId)} is not that of an AKS cluster: give /subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.ContainerService/managedClusters/<name>`,
    );
  }
  return { subscriptionId: id.subscriptionId, resourceGroupName: id.resourceGroup, name: id.names[0] as string };
}
