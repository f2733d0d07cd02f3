/**
 * Roles of Azure by the last part of their ID, for assignments that name a role by its ID.
 * https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
const NAMES: Readonly<Record<string, string>> = {
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
  "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
  "4d97b98b-1d4f-4787-a291-c67834d212e7": "Network Contributor",
  "b12aa53e-6015-4669-85d0-8515ebb3ae7f": "Private DNS Zone Contributor",
  "7f951dda-4ed3-4680-a7ca-43fe172d538d": "AcrPull",
};

/** The name of a role, from its ID; undefined for one that is not in the table, such as a role of one's own. */
export function roleName(roleDefinitionId: string): string | undefined {
  return NAMES[roleDefinitionId.toLowerCase().split("/").at(-1) ?? ""];
}

/**
 * What somebody must be allowed to do: the built-in roles that allow it, and the action that a role of one's own needs.
 */
export interface Permission {
  readonly roles: readonly string[];
  readonly action: string;
}

/** To join nodes and load balancers to a virtual network. https://learn.microsoft.com/azure/aks/configure-azure-cni */
export const JOIN_NETWORK: Permission = {
  roles: ["Network Contributor", "Contributor", "Owner"],
  action: "Microsoft.Network/virtualNetworks/subnets/join/action",
};

/** To write records into a private DNS zone. https://learn.microsoft.com/azure/aks/private-clusters */
export const WRITE_PRIVATE_DNS: Permission = {
  roles: ["Private DNS Zone Contributor", "Network Contributor", "Contributor", "Owner"],
  action: "Microsoft.Network/privateDnsZones/A/write",
};

/** Whether one of the actions of a role, which may hold `*`, is the action. */
export function allows(actions: readonly string[], action: string): boolean {
  return actions.some((each) => {
    const parts = each.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "i").test(action);
  });
}
