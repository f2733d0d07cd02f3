import type { DataAzurermMachineLearningWorkspace } from "@cdktf/provider-azurerm/lib/data-azurerm-machine-learning-workspace/index.js";
import { DataAzurermUserAssignedIdentity } from "@cdktf/provider-azurerm/lib/data-azurerm-user-assigned-identity/index.js";
import { KubernetesClusterTrustedAccessRoleBinding } from "@cdktf/provider-azurerm/lib/kubernetes-cluster-trusted-access-role-binding/index.js";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment/index.js";
import type { Construct } from "constructs";
import { TRUSTED_ACCESS_ROLE, WORKSPACE_IDENTITY_ROLES } from "../azure/azureml-extension.ts";
import { parseResourceId } from "../azure/resource-id.ts";
import workspaceIdentityRoles from "../rules/attachment/workspace-identity-roles.ts";
import { listOf, word } from "../rules/existing-cluster.ts";
import { addressOf } from "./address.ts";
import type { IAksCluster } from "./aks-cluster.ts";
import type { ITerraformDependable } from "./cdktf.ts";
import { checkBlock, conditionText } from "./condition.ts";
import { JudgedConstruct } from "./judged-construct.ts";
import { derive, isSet, type Keyed, keyed, valueAt } from "./keyed.ts";
import { elementFrom } from "./origin.ts";

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
export class WorkspaceAccess extends JudgedConstruct {
  /** What the attachment must wait for. */
  readonly resources: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: WorkspaceAccessProps) {
    super(scope, id);
    const from = keyed(props);
    this.resources = [...this.roles(from), ...this.trustedAccess(from)];
  }

  private roles({ cluster, workspace, userAssignedIdentityId, trustedAccess }: From): RoleAssignment[] {
    if (!isSet(userAssignedIdentityId)) {
      checkBlock(this, "workspace_identity", {
        condition: `\${!anytrue([for identity in ${listOf(`${addressOf(valueAt(workspace))}.identity`)} : strcontains(${word("identity.type")}, "userassigned")])}`,
        errorMessage: conditionText(
          workspaceIdentityRoles,
          "The workspace has a user-assigned identity, and nothing here gives it its roles on the cluster.",
        ),
      });
      return [];
    }
    const given = valueAt(userAssignedIdentityId);
    const parsed = parseResourceId(given);
    if (!parsed)
      throw new Error(
        `userAssignedIdentityId ${JSON.stringify(given)} is not the resource ID of a user-assigned identity`,
      );
    const identity = elementFrom(DataAzurermUserAssignedIdentity, this, "identity", {
      name: derive(userAssignedIdentityId, () => parsed.names[0]),
      resourceGroupName: derive(userAssignedIdentityId, () => parsed.resourceGroup),
    });
    const roles = [...WORKSPACE_IDENTITY_ROLES, ...(isSet(trustedAccess) ? ["Contributor"] : [])];
    return roles.map((roleDefinitionName) =>
      elementFrom(RoleAssignment, this, roleDefinitionName.toLowerCase().replaceAll(" ", "_"), {
        scope: cluster.clusterId,
        roleDefinitionName,
        principalId: derive(userAssignedIdentityId, () => identity.principalId),
        principalType: "ServicePrincipal",
      }),
    );
  }

  private trustedAccess({ cluster, workspace, trustedAccess }: From): KubernetesClusterTrustedAccessRoleBinding[] {
    if (!isSet(trustedAccess)) return [];
    return [
      elementFrom(KubernetesClusterTrustedAccessRoleBinding, this, "trusted_access", {
        name: trustedAccess.name,
        kubernetesClusterId: cluster.clusterId,
        roles: derive(trustedAccess, () => [TRUSTED_ACCESS_ROLE]),
        sourceResourceId: valueAt(workspace).id,
      }),
    ];
  }
}

type From = Keyed<WorkspaceAccessProps>;
