import type { DataAzurermMachineLearningWorkspace } from "@cdktf/provider-azurerm/lib/data-azurerm-machine-learning-workspace/index.js";
import type { AttachmentConfig } from "../config/schema.ts";
import type { IAksCluster } from "../constructs/aks-cluster.ts";

/** What a compute of either kind is made from, beside its own configuration. */
export interface ComputeContext {
  readonly workspace: DataAzurermMachineLearningWorkspace;
  readonly workspaceRegion: string;
  readonly workspacePath: readonly string[];
  readonly cluster: IAksCluster;
  /** Where the cluster is named in the configuration. */
  readonly clusterPath: readonly string[];
  readonly adoptComputeId: string | undefined;
  /** Where the attachment stands in the configuration. */
  readonly self: readonly string[];
}

/** The props that both kinds have. */
export function computeProps(
  attachment: AttachmentConfig,
  { workspace, workspaceRegion, cluster, adoptComputeId }: ComputeContext,
) {
  return {
    computeName: attachment.computeName,
    workspaceId: workspace.id,
    location: workspaceRegion,
    cluster,
    description: attachment.description,
    systemAssignedIdentity: attachment.identity?.systemAssigned,
    userAssignedIdentityIds: attachment.identity?.userAssigned,
    tags: attachment.tags,
    adoptComputeId,
  };
}

/** The keys of the configuration that these are set from. */
export function computeKeys({ workspacePath, clusterPath, self }: ComputeContext) {
  return {
    computeName: [...self, "computeName"],
    workspaceId: workspacePath,
    location: [...workspacePath, "location"],
    cluster: clusterPath,
    description: [...self, "description"],
    systemAssignedIdentity: [...self, "identity"],
    userAssignedIdentityIds: [...self, "identity", "userAssigned"],
    tags: [...self, "tags"],
  };
}
