import { TRUSTED_ACCESS_ROLE, WORKSPACE_IDENTITY_ROLES } from "../../azure/azureml-extension.ts";
import { kubernetesComputesOf } from "../../model/attachment.ts";
import type { ResourceOrId } from "../../model/model.ts";
import type { Resource } from "../../model/resource.ts";
import { clusterId, example, finds, kubernetesCompute, merge, trustedAccess } from "../examples.ts";
import { rule } from "../rule.ts";

/** Roles that hold every other. */
const BROAD = ["Contributor", "Owner"];

const workspace = (type: unknown): object => ({
  resource: {
    azurerm_machine_learning_workspace: {
      workspace: { name: "mlw", resource_group_name: "rg", location: "westeurope", identity: { type } },
    },
  },
});
const IDENTITY = workspace("UserAssigned");
const granted = (names: readonly string[], scope: unknown = clusterId("aks-cluster")): object =>
  names
    .map((role_definition_name, index) => ({
      resource: {
        azurerm_role_assignment: {
          [`role${index}`]: { role_definition_name, scope, principal_id: "${var.principal}" },
        },
      },
    }))
    .reduce(merge, {});

export default rule({
  id: "attachment/workspace-identity-roles",
  level: "warning",
  fact: "The user-assigned identity of a workspace has its roles on a cluster that is attached as KubernetesCompute: Reader, Kubernetes Extension Contributor and Azure Kubernetes Service Cluster Admin Role, and Contributor for Trusted Access.",
  why: "Azure ML assigns them to a system-assigned identity only: without them the attachment fails with a role check.",
  source: "https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace",
  phases: ["synthesis", "plan", "apply"],
  on: kubernetesComputesOf,
  *check(subject) {
    const { resource, paths, cluster } = subject;
    const needed = [...WORKSPACE_IDENTITY_ROLES, ...(subject.hasTrustedAccess ? ["Contributor"] : [])];
    const given = rolesOn(resource, cluster);
    if (given.some((role) => role === undefined || BROAD.includes(role))) return;
    const missing = needed.filter((role) => !given.includes(role));
    if (missing.length === 0) return;
    const { resource: home } = subject.workspace;
    if (!home) return resource.notKnown(paths.workspaceId);
    // What is read is known in the plan.
    const type =
      home.parts.mode === "data" && !home.isSet("identity") ? home.notKnown("identity") : home.text("identity[0].type");
    if (!type?.includes("UserAssigned")) return;
    resource.assertWhole(paths.workspaceId, "a role of the workspace's identity on the cluster");
    yield {
      attribute: paths.workspaceId,
      message: `nothing here gives the workspace's user-assigned identity ${missing.join(" and ")} on the cluster`,
      advice: {
        terraform:
          "add azurerm_role_assignment resources for its principal, or acknowledge this if the roles are assigned elsewhere",
        configuration:
          "set workspace.userAssignedIdentity, so that the roles are assigned here, or acknowledge this if they are assigned elsewhere",
      },
    };
  },
  configuration:
    "Where the identity is named, its roles are synthesized with the attachment; where it is not, the plan warns.",
  get examples() {
    return {
      passing: [
        example("an identity of the workspace's own", kubernetesCompute(), workspace("SystemAssigned")),
        example("the roles", kubernetesCompute(), IDENTITY, granted(WORKSPACE_IDENTITY_ROLES)),
        example(
          "the roles on the resource group",
          kubernetesCompute(),
          IDENTITY,
          granted(WORKSPACE_IDENTITY_ROLES, clusterId("x").split("/providers/")[0]),
        ),
        example(
          "a broader role, with Trusted Access",
          kubernetesCompute(),
          IDENTITY,
          trustedAccess(),
          granted(["Contributor"]),
        ),
      ],
      failing: [
        finds("parent_id", example("no roles", kubernetesCompute(), IDENTITY)),
        finds("parent_id", example("one of them", kubernetesCompute(), IDENTITY, granted(["Reader"]))),
        finds(
          "parent_id",
          example(
            "on another cluster",
            kubernetesCompute(),
            IDENTITY,
            granted(WORKSPACE_IDENTITY_ROLES, clusterId("aks-other")),
          ),
        ),
        finds(
          "parent_id",
          example(
            "the roles alone, with Trusted Access",
            kubernetesCompute(),
            IDENTITY,
            trustedAccess({ roles: [TRUSTED_ACCESS_ROLE] }),
            granted(WORKSPACE_IDENTITY_ROLES),
          ),
        ),
      ],
      unknown: [
        example("a workspace that is not in sight", kubernetesCompute()),
        example("a workspace that is not read yet", kubernetesCompute(), {
          data: { azurerm_machine_learning_workspace: { workspace: { name: "mlw", resource_group_name: "rg" } } },
        }),
        example(
          "the scope is a variable",
          kubernetesCompute(),
          IDENTITY,
          granted(WORKSPACE_IDENTITY_ROLES, "${var.scope}"),
        ),
      ],
    };
  },
});

/** Names of the roles that are given on a cluster or above it; undefined for one that is given by its ID. */
function rolesOn({ model }: Resource, cluster: ResourceOrId): (string | undefined)[] {
  return model
    .ofType("azurerm_role_assignment")
    .flatMap((assignment) => (reaches(assignment, cluster) ? [assignment.text("role_definition_name")] : []));
}

/** Whether the scope of an assignment is the cluster, or holds it. */
function reaches(assignment: Resource, { resource, id }: ResourceOrId): boolean {
  const scope = assignment.model.target(assignment, "scope", "azurerm_kubernetes_cluster");
  if (scope.resource !== undefined)
    return scope.resource === resource || scope.resource.type === "azurerm_resource_group";
  const text = assignment.text("scope")?.toLowerCase();
  if (text === undefined) return false;
  return id === undefined ? assignment.notKnown("scope") : `${id.toLowerCase()}/`.startsWith(`${text}/`);
}
