import { DataAzurermKubernetesServiceVersions } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-service-versions/index.js";
import type { Construct } from "constructs";
import { formatResourceId, type ParsedResourceId, parseResourceId } from "../azure/resource-id.ts";
import { memoryUnlikeName, vCpusUnlikeName } from "../azure/vm-sizes.ts";
import { RULES } from "../rules/catalogue.ts";
import {
  EXISTING_CLUSTER_TYPE,
  EXISTING_CLUSTER_VALUES,
  type ExistingAttachment,
  isPrivate,
  isStopped,
} from "../rules/existing-cluster.ts";
import { addressOf } from "./address.ts";
import type { AttachmentContext, IAksCluster } from "./aks-cluster.ts";
import { AzapiDataResource } from "./azapi/data-resource.ts";
import { azureMachineLearningRanges } from "./azureml-ranges.ts";
import { Fn, TerraformLocal } from "./cdktf.ts";
import { checkBlock, conditionText, type TerraformCondition } from "./condition.ts";
import { JudgedConstruct } from "./judged-construct.ts";
import { derive, isSet, keyed } from "./keyed.ts";
import { elementFrom } from "./origin.ts";

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
 * A cluster that is there, made here or elsewhere, read through azapi: its stack needs an AzapiProvider. What only
 * Azure knows of it is checked by Terraform in the plan, with the rules' own ids and texts: as conditions of the
 * attachment, which stop it, or as check blocks, which warn. Its kubeconfig is not read.
 * @see https://learn.microsoft.com/python/api/azureml-core/azureml.core.compute.aks.akscompute
 */
export class ExistingAksCluster extends JudgedConstruct implements IAksCluster {
  /** The cluster as it is read; undefined for one of another subscription, which the provider is not configured for. */
  readonly data: AzapiDataResource | undefined;
  /** Resource ID of the cluster: as it was given, where the provider cannot read it. */
  readonly clusterId: string;
  /** Name of the cluster in Azure. */
  readonly name: string;
  /** Region of the cluster; undefined for one of another subscription. */
  readonly location: string | undefined;

  constructor(scope: Construct, id: string, props: ExistingAksClusterProps) {
    super(scope, id);
    const cluster = clusterOf(props);
    if (props.resourceId !== undefined && cluster.subscriptionId !== props.subscriptionId.toLowerCase()) {
      this.data = undefined;
      this.clusterId = props.resourceId;
      this.name = cluster.names[0];
      return;
    }
    const from = keyed(props);
    this.data = elementFrom(AzapiDataResource, this, "Resource", {
      type: EXISTING_CLUSTER_TYPE,
      resourceId: derive<unknown, string>(isSet(from.resourceId) ? from.resourceId : from.name, () =>
        formatResourceId(cluster),
      ),
      responseExportValues: EXISTING_CLUSTER_VALUES,
    });
    this.clusterId = this.data.id;
    this.name = this.data.name;
    this.location = this.data.location;
  }

  /** What must hold before it is attached. Adds the data sources and check blocks that ask. */
  conditionsFor({
    clusterPurpose,
    workspaceId,
    workspaceRegion,
    kubernetesCompute,
  }: AttachmentContext): TerraformCondition[] {
    const { data } = this;
    if (!data) return [];
    const attachment: ExistingAttachment = {
      cluster: addressOf(data),
      isProduction: clusterPurpose !== "DevTest",
      workspaceSubscription: Fn.element(Fn.split("/", workspaceId), 2),
      kubernetesCompute,
      vCpusUnlikeName: () => this.local("vcpus_unlike_name", vCpusUnlikeName),
      memoryUnlikeName: () => this.local("memory_gib_unlike_name", memoryUnlikeName),
      azureMachineLearningRanges: () =>
        azureMachineLearningRanges(this, workspaceRegion).map(({ address }) => `${address}.ipv4_cidrs`),
      versions: () => ({
        released: this.versions("versions", data, false),
        all: this.versions("versions_and_previews", data, true),
      }),
    };
    const cluster = attachment.cluster;
    checkBlock(this, "private", { condition: `\${!(${isPrivate(cluster)})}`, errorMessage: PRIVATE });
    checkBlock(this, "stopped", { condition: `\${!(${isStopped(cluster)})}`, errorMessage: STOPPED });
    return RULES.flatMap((rule) => {
      const conditions = (rule.conditions?.(attachment) ?? []).map(({ level, expression, wrong }) => ({
        level,
        condition: `\${${expression}}`,
        errorMessage: conditionText(rule, wrong),
      }));
      const warnings = conditions.filter(({ level }) => level === "warning");
      if (warnings.length > 0)
        checkBlock(this, (rule.id.split("/").at(-1) as string).replaceAll("-", "_"), ...warnings);
      return conditions.flatMap(({ level, condition, errorMessage }) =>
        level === "error" ? [{ condition, errorMessage }] : [],
      );
    });
  }

  /** A map that expressions look up, once in a stack, and in one line. */
  private local(id: string, valuesOf: () => Record<string, number>): string {
    const map = (): string => `\${${JSON.stringify(valuesOf())}}`;
    const local = (this.node.tryFindChild(id) as TerraformLocal | undefined) ?? new TerraformLocal(this, id, map());
    return `local.${local.friendlyUniqueId}`;
  }

  private versions(id: string, { location }: AzapiDataResource, includePreview: boolean): string {
    return `${addressOf(new DataAzurermKubernetesServiceVersions(this, id, { location, includePreview }))}.versions`;
  }
}

/** Not rules: where to run, and when. */
const PRIVATE =
  "This cluster is private: stacks with objects in it must run inside its network, in HCP Terraform with an agent.";
const STOPPED =
  "This cluster is stopped and has no nodes: start it before it is attached. https://learn.microsoft.com/azure/aks/start-stop-cluster";

/** By its resource ID, of the provider Microsoft.ContainerService in any casing, or by its name. */
function clusterOf({ subscriptionId, resourceGroupName, name, resourceId }: ExistingAksClusterProps): ParsedResourceId {
  if (resourceId === undefined)
    return { subscriptionId, resourceGroup: resourceGroupName, type: CLUSTER, names: [name] };
  const id = parseResourceId(resourceId);
  if (id?.type.toLowerCase() !== CLUSTER.toLowerCase()) {
    throw new Error(
      `resourceId ${JSON.stringify(resourceId)} is not that of an AKS cluster: give /subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.ContainerService/managedClusters/<name>`,
    );
  }
  return { ...id, type: CLUSTER };
}

const CLUSTER = "Microsoft.ContainerService/managedClusters";
