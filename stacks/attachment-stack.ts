import { DataAzurermMachineLearningWorkspace } from "@cdktf/provider-azurerm/lib/data-azurerm-machine-learning-workspace/index.js";
import type { Construct } from "constructs";
import { formatResourceId } from "../azure/resource-id.ts";
import type { ClusterConfig, EnvironmentConfig } from "../config/schema.ts";
import { ComputeAttachment } from "../constructs/compute-attachment.ts";
import { comesFrom, configuredBy } from "../constructs/origin.ts";
import { AzureStack, type AzureStackProps } from "./azure-stack.ts";

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
      tls: attachment.tls,
    });
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
        "tls.leafDomainLabel": [...self, "tls", "leafDomainLabel"],
        "tls.overwriteExistingDomain": [...self, "tls", "overwriteExistingDomain"],
      },
    });
    this.output("compute_id", compute.computeId, "Resource ID of the compute in the workspace");
  }
}
