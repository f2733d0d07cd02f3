import type { DataAzurermMachineLearningWorkspace } from "@cdktf/provider-azurerm/lib/data-azurerm-machine-learning-workspace/index.js";
import { hasFewNodes } from "../azure/azureml-extension.ts";
import type { AttachmentConfig, ClusterConfig } from "../config/schema.ts";
import type { IAksCluster } from "../constructs/aks-cluster.ts";
import { beside, derive, type Keyed, keyed, keyOf, type Traced } from "../constructs/keyed.ts";
import type { NamedWorkspace } from "./named-workspace.ts";
import type { Target } from "./target.ts";

/** What a compute of either kind is made from, beside its own configuration. */
export interface ComputeContext {
  readonly workspace: DataAzurermMachineLearningWorkspace;
  readonly named: NamedWorkspace;
  readonly cluster: IAksCluster;
  readonly target: Target;
  readonly adoptComputeId: string | undefined;
}

type CommonConfig = Pick<AttachmentConfig, "computeName" | "description" | "identity" | "tags" | "overrides">;

/** The props that both kinds have. */
export function computeProps(attachment: Keyed<CommonConfig>, context: ComputeContext) {
  const { workspace, named, adoptComputeId } = context;
  return {
    computeName: attachment.computeName,
    workspaceId: derive(named.entry, () => workspace.id),
    location: named.location,
    cluster: clusterProp(context),
    description: attachment.description,
    systemAssignedIdentity: attachment.identity.systemAssigned,
    userAssignedIdentityIds: attachment.identity.userAssigned,
    tags: attachment.tags,
    overrides: attachment.overrides,
    adoptComputeId,
  };
}

/** The cluster that a construct is given. */
export function clusterProp({ cluster, target: { entry, name, location } }: ComputeContext): Traced<IAksCluster> {
  return beside(keyed(cluster, keyOf(entry)), { name, location });
}

/** What a cluster serves: where it is not said, a KubernetesCompute of few nodes is for development and test. */
export function purposeOf<A extends AttachmentConfig>(
  attachment: A | undefined,
  create: ClusterConfig["create"],
): A["clusterPurpose"] | "DevTest" {
  const isSmall = attachment?.kind === "KubernetesCompute" && hasFewNodes(create);
  return attachment?.clusterPurpose ?? (isSmall ? "DevTest" : undefined);
}
