import { DataAzurermUserAssignedIdentity } from "@cdktf/provider-azurerm/lib/data-azurerm-user-assigned-identity/index.js";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment/index.js";
import type { Construct } from "constructs";
import { parseResourceId } from "../azure/resource-id.ts";
import { derive, type Traced, valueAt } from "./keyed.ts";
import { elementFrom } from "./origin.ts";

/** A role that an identity of the cluster needs. */
export interface ClusterRole {
  /** Id of the assignment, which is a part of its address. */
  readonly id: string;
  /** Name of the role in Azure. */
  readonly role: string;
  /** Resource ID of what it is for. */
  readonly scope: Traced<string | undefined>;
}

const NETWORK_CONTRIBUTOR = "Network Contributor";

/** What a cluster is told that its identity needs a role for. */
export interface RolesFor {
  /** Subnet of the cluster's own pool. */
  readonly subnetId: Traced<string | undefined>;
  /** Subnets of its pods, other pools, load balancers and API server. */
  readonly otherSubnets: readonly Traced<string | undefined>[];
  /** Resource ID of a private DNS zone of one's own. */
  readonly privateDnsZoneId: Traced<string | undefined>;
  readonly routeTableId: Traced<string | undefined>;
  readonly kubeletIdentityId: Traced<string | undefined>;
}

/**
 * The roles of the identity that AKS works with, each once.
 * https://learn.microsoft.com/azure/aks/configure-azure-cni
 * https://learn.microsoft.com/azure/aks/private-clusters
 * https://learn.microsoft.com/azure/aks/configure-kubenet
 * https://learn.microsoft.com/azure/aks/use-managed-identity
 */
export function controlPlaneRoles({
  subnetId,
  otherSubnets,
  privateDnsZoneId,
  routeTableId,
  kubeletIdentityId,
}: RolesFor): ClusterRole[] {
  const hasZone = valueAt(privateDnsZoneId) !== undefined;
  // AKS links the zone to the network of the nodes.
  const networkId = derive(subnetId, (id) => (hasZone ? networkOf(id) : undefined));
  const covered = new Set([valueAt(subnetId)?.toLowerCase()]);
  const others = otherSubnets.flatMap((scope): ClusterRole[] => {
    const id = valueAt(scope);
    if (id === undefined || covered.has(id.toLowerCase())) return [];
    covered.add(id.toLowerCase());
    const { names = [] } = parseResourceId(id) ?? {};
    const isInNetwork = networkOf(id)?.toLowerCase() === networkOf(valueAt(subnetId))?.toLowerCase();
    if (isInNetwork && hasZone) return [];
    // AKS takes subnets of one network alone: a name is enough, unless somebody tries others.
    const name = (isInNetwork || valueAt(subnetId) === undefined ? names.slice(-1) : names).join("_");
    return [{ id: `network_contributor_subnet_${name}`, role: NETWORK_CONTRIBUTOR, scope }];
  });
  const roles = [
    { id: "network_contributor", role: NETWORK_CONTRIBUTOR, scope: subnetId },
    { id: "network_contributor_virtual_network", role: NETWORK_CONTRIBUTOR, scope: networkId },
    ...others,
    { id: "network_contributor_route_table", role: NETWORK_CONTRIBUTOR, scope: routeTableId },
    { id: "private_dns_zone_contributor", role: "Private DNS Zone Contributor", scope: privateDnsZoneId },
    { id: "managed_identity_operator", role: "Managed Identity Operator", scope: kubeletIdentityId },
  ];
  return roles.filter(({ scope }) => valueAt(scope) !== undefined);
}

/** AcrPull on each registry. */
export function pullRoles(registries: readonly Traced<string>[]): ClusterRole[] {
  return registries.map((scope) => ({
    // Its name is unique in Azure.
    id: `acr_pull_${parseResourceId(valueAt(scope))?.names[0]}`,
    role: "AcrPull",
    scope,
  }));
}

/** Gives roles to an identity. */
export function assign(scope: Construct, roles: readonly ClusterRole[], principalId: string): RoleAssignment[] {
  return roles.map(({ id, role, scope: place }) =>
    elementFrom(RoleAssignment, scope, id, {
      // What is not set was left out before.
      scope: place as Traced<string>,
      roleDefinitionName: role,
      principalId,
      principalType: "ServicePrincipal",
      // The identity may be seconds old: Entra ID replicates, and the check would not find it.
      skipServicePrincipalAadCheck: true,
    }),
  );
}

/** A user-assigned identity, read by its resource ID; undefined where none is given. */
export function readIdentity(
  scope: Construct,
  id: string,
  prop: string,
  resourceId: Traced<string | undefined>,
): DataAzurermUserAssignedIdentity | undefined {
  const given = valueAt(resourceId);
  if (!given) return undefined;
  const identity = parseResourceId(given);
  if (!identity) throw new Error(`${prop} ${JSON.stringify(given)} is not the resource ID of a user-assigned identity`);
  return elementFrom(DataAzurermUserAssignedIdentity, scope, id, {
    name: derive(resourceId, () => identity.names[0]),
    resourceGroupName: derive(resourceId, () => identity.resourceGroup),
  });
}

function networkOf(subnetId: string | undefined): string | undefined {
  return subnetId?.split(/\/subnets\//i)[0];
}
