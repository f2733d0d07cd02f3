import { derive, isSet, type Keyed, valueAt } from "./keyed.ts";

/** What every compute of a workspace has, whichever its kind. */

const API_VERSION = "2025-06-01";

/** @see https://learn.microsoft.com/azure/templates/microsoft.machinelearningservices/2025-06-01/workspaces/computes */
export const COMPUTE_TYPE = `Microsoft.MachineLearningServices/workspaces/computes@${API_VERSION}`;

/** Deleting a compute also deletes the attached cluster unless this is sent. */
export const DETACH = { underlyingResourceAction: ["Detach"] } as const;

/** The ID by which azapi takes over a compute that is there: it carries the API version. */
export function azapiImportId(computeId: string): string {
  return `${computeId}?api-version=${API_VERSION}`;
}

/** The managed identities of a compute or workspace. */
export interface ComputeIdentityProps {
  /** Whether it has an identity of its own. @default false */
  readonly systemAssignedIdentity?: boolean;
  /** Resource IDs of user-assigned identities. @default - none */
  readonly userAssignedIdentityIds?: readonly string[];
}

/** The identity block of a compute; undefined where it has none. */
export function identityOf({ systemAssignedIdentity, userAssignedIdentityIds }: Keyed<ComputeIdentityProps>) {
  const isSystemAssigned = valueAt(systemAssignedIdentity) === true;
  const isUserAssigned = isSet(userAssignedIdentityIds);
  if (!isSystemAssigned && !isUserAssigned) return undefined;
  const types = [...(isSystemAssigned ? ["SystemAssigned"] : []), ...(isUserAssigned ? ["UserAssigned"] : [])];
  return { type: derive(systemAssignedIdentity, () => types.join(", ")), identityIds: userAssignedIdentityIds };
}
