import type { DataAzurermMachineLearningWorkspace } from "@cdktf/provider-azurerm/lib/data-azurerm-machine-learning-workspace/index.js";
import { DataAzurermUserAssignedIdentity } from "@cdktf/provider-azurerm/lib/data-azurerm-user-assigned-identity/index.js";
import { KubernetesClusterTrustedAccessRoleBinding } from "@cdktf/provider-azurerm/lib/kubernetes-cluster-trusted-access-role-binding/index.js";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment/index.js";
import { Construct } from "constructs";
import { TRUSTED_ACCESS_ROLE, WORKSPACE_IDENTITY_ROLES } from "../azure/azureml-extension.ts";
import { parseResourceId } from "../azure/resource-id.ts";
import workspaceIdentityRoles from "../rules/attachment/workspace-identity-roles.ts";
import { listOf, word } from "../rules/existing-cluster.ts";
import { addressOf } from "./address.ts";
import type { IAksCluster } from "./aks-cluster.ts";
import type { ITerraformDependable } from "./cdktf.ts";
import { checkBlock, conditionText } from "./condition.ts";
import { judgeOnSynthesis } from "./judgement.ts";
import { comesFrom } from "./origin.ts";

/** Who is let into which cluster. */
export interface WorkspaceAccessProps {
  /** The cluster that the workspace attaches. */
  readonly cluster: IAksCluster;
  /** The workspace, as it is read. */
  readonly workspace: DataAzurermMachineLearningWorkspace;
  /**
   * Resource ID of the workspace's user-assigned identity.
   * @default - the workspace has an identity of its own, which Azure ML gives its roles
   */
  readonly userAssignedIdentityId?: string;
  /**
   * Whether the workspace has Trusted Access, by a role binding of this name: 1-24 letters, digits and hyphens.
   * @default - it has not
   */
  readonly trustedAccess?: { readonly name: string };
}

/**
 * What lets a workspace into a cluster before it is attached as KubernetesCompute: the roles of a user-assigned
 * identity, and Trusted Access, which needs neither local accounts nor a way through authorized IP ranges.
 * @see https://learn.microsoft.com/azure/aks/trusted-access-feature
 */
export class WorkspaceAccess extends Construct {
  /** What the attachment must wait for. */
  readonly resources: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: WorkspaceAccessProps) {
    super(scope, id);
    judgeOnSynthesis(this);
    this.resources = [...this.roles(props), ...this.trustedAccess(props)];
  }

  private roles({ cluster, workspace, userAssignedIdentityId, trustedAccess }: WorkspaceAccessProps): RoleAssignment[] {
    if (userAssignedIdentityId === undefined) {
      checkBlock(this, "workspace_identity", {
        condition: `\${!anytrue([for identity in ${listOf(`${addressOf(workspace)}.identity`)} : strcontains(${word("identity.type")}, "userassigned")])}`,
        errorMessage: conditionText(
          workspaceIdentityRoles,
          "The workspace has a user-assigned identity, and nothing here gives it its roles on the cluster.",
        ),
      });
      return [];
    }
    const parsed = parseResourceId(userAssignedIdentityId);
    if (!parsed)
      throw new Error(
        `userAssignedIdentityId ${JSON.stringify(userAssignedIdentityId)} is not the resource ID of a user-assigned identity`,
      );
    const identity = new DataAzurermUserAssignedIdentity(this, "identity", {
      name: parsed.names[0] as string,
      resourceGroupName: parsed.resourceGroup,
    });
    comesFrom(identity, { name: "userAssignedIdentityId", resource_group_name: "userAssignedIdentityId" });
    const roles = [...WORKSPACE_IDENTITY_ROLES, ...(trustedAccess ? ["Contributor"] : [])];
    return roles.map((roleDefinitionName) => {
      const role = new RoleAssignment(this, roleDefinitionName.toLowerCase().replaceAll(" ", "_"), {
        scope: cluster.clusterId,
        roleDefinitionName,
        principalId: identity.principalId,
        principalType: "ServicePrincipal",
      });
      comesFrom(role, { scope: "cluster", principal_id: "userAssignedIdentityId" });
      return role;
    });
  }

  private trustedAccess({
    cluster,
    workspace,
    trustedAccess,
  }: WorkspaceAccessProps): KubernetesClusterTrustedAccessRoleBinding[] {
    if (!trustedAccess) return [];
    const binding = new KubernetesClusterTrustedAccessRoleBinding(this, "trusted_access", {
      name: trustedAccess.name,
      kubernetesClusterId: cluster.clusterId,
      roles: [TRUSTED_ACCESS_ROLE],
      sourceResourceId: workspace.id,
    });
    comesFrom(binding, { name: "trustedAccess.name", kubernetes_cluster_id: "cluster", roles: "trustedAccess" });
    return [binding];
  }
}
