import { DataAzurermMachineLearningWorkspace } from "@cdktf/provider-azurerm/lib/data-azurerm-machine-learning-workspace/index.js";
import type { Construct } from "constructs";
import { formatResourceId } from "../azure/resource-id.ts";
import type { AttachmentConfig, ClusterConfig, EnvironmentConfig } from "../config/schema.ts";
import { AzapiProvider } from "../constructs/azapi/provider.ts";
import { ComputeAttachment, type ComputeAttachmentProps, type LoadBalancer } from "../constructs/compute-attachment.ts";
import { comesFrom, configuredBy } from "../constructs/origin.ts";
import { AzureStack, type AzureStackProps } from "./azure-stack.ts";
import { certificateKeys, certificateSource } from "./certificate.ts";

export interface AttachmentStackProps extends AzureStackProps {
  readonly workspace: EnvironmentConfig["workspace"];
  readonly cluster: ClusterConfig;
  readonly environmentPath: readonly string[];
  readonly clusterPath: readonly string[];
}

/** The compute in the workspace. */
export class AttachmentStack extends AzureStack {
  constructor(scope: Construct, name: string, props: AttachmentStackProps) {
    super(scope, name, props);
    const { create, attachment } = props.cluster;
    const workspacePath = [...props.environmentPath, "workspace", ...(props.workspace.create ? ["create"] : [])];
    const named = props.workspace.create ?? props.workspace;

    const workspace = new DataAzurermMachineLearningWorkspace(this, "workspace", {
      name: named.name as string,
      resourceGroupName: named.resourceGroup as string,
    });
    comesFrom(workspace, { name: "name", resource_group_name: "resourceGroup" });
    configuredBy(workspace, { self: workspacePath, props: { name: [...workspacePath, "name"], resourceGroup: [...workspacePath, "resourceGroup"] } });

    const compute = new ComputeAttachment(this, "attachment", {
      computeName: attachment.computeName,
      workspaceId: workspace.id,
      location: named.location as string,
      // Known from the configuration: a data source would copy the cluster's kubeconfig into this stack's state.
      cluster: {
        clusterId: formatResourceId({
          subscriptionId: props.subscriptionId,
          resourceGroup: create.resourceGroup,
          type: "Microsoft.ContainerService/managedClusters",
          names: [create.name],
        }),
      },
      clusterPurpose: attachment.clusterPurpose,
      description: attachment.description,
      systemAssignedIdentity: attachment.identity?.systemAssigned,
      userAssignedIdentityIds: attachment.identity?.userAssigned,
      tags: attachment.tags,
      // The schema takes any part of either form, and the rules say what is missing.
      loadBalancer: attachment.loadBalancer as LoadBalancer | undefined,
      tls: tlsOf(attachment),
      attachWith: attachment.attachWith,
    });
    if (compute.attachedWith === "azapi") new AzapiProvider(this, "azapi", { subscriptionId: props.subscriptionId });
    const self = [...props.clusterPath, "attachment"];
    configuredBy(compute, {
      self,
      props: {
        computeName: [...self, "computeName"],
        workspaceId: workspacePath,
        location: [...workspacePath, "location"],
        cluster: [...props.clusterPath, "create"],
        clusterPurpose: [...self, "clusterPurpose"],
        description: [...self, "description"],
        systemAssignedIdentity: [...self, "identity"],
        userAssignedIdentityIds: [...self, "identity", "userAssigned"],
        tags: [...self, "tags"],
        tls: [...self, "tls"],
        "tls.cname": [...self, "tls", "cname"],
        "loadBalancer.type": [...self, "loadBalancer", "type"],
        "loadBalancer.subnet": [...self, "loadBalancer", "subnet"],
        attachWith: [...self, "attachWith"],
        ...certificateKeys(self),
        "tls.leafDomainLabel": [...self, "tls", "leafDomainLabel"],
        "tls.overwriteExistingDomain": [...self, "tls", "overwriteExistingDomain"],
      },
    });
    this.output("compute_id", compute.computeId, "Resource ID of the compute in the workspace");
  }
}

function tlsOf({ tls }: AttachmentConfig): ComputeAttachmentProps["tls"] {
  if (!tls) return undefined;
  const { leafDomainLabel, overwriteExistingDomain, cname, certificate } = tls;
  return { leafDomainLabel, overwriteExistingDomain, cname, certificate: certificate && certificateSource(certificate) } as ComputeAttachmentProps["tls"];
}
