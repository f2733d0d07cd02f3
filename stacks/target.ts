import type { ParsedResourceId } from "../azure/resource-id.ts";
import { clusterIdOf } from "../config/cluster-id.ts";
import type { ClusterConfig } from "../config/schema.ts";
import { derive, isSet, type Keyed, type Traced, valueAt } from "../constructs/keyed.ts";

/** The AKS cluster of a configuration, created or existing: what every stack has to know of it. */
export interface Target {
  readonly id: ParsedResourceId;
  /** Where it is named in the configuration. */
  readonly entry: Traced<unknown>;
  /** What its resource ID is made from: the key for it, or the entry with the keys of its parts. */
  readonly idKey: Traced<unknown>;
  readonly name: Traced<string>;
  readonly resourceGroup: Traced<string>;
  /** Its region, where the configuration tells it. */
  readonly location: Traced<string> | undefined;
  /** Whether Entra ID knows its users, and what says so. */
  readonly hasEntraId: boolean;
  readonly entraId: Traced<unknown>;
}

export function targetOf(cluster: Keyed<ClusterConfig>, subscriptionId: string): Target {
  const { create, existing, entraId } = cluster;
  const id = clusterIdOf(valueAt(cluster), subscriptionId);
  const named = isSet(create) ? create : existing;
  const { resourceId } = existing;
  const signIn = isSet(create) ? create.entraId : entraId;
  return {
    id,
    entry: named,
    idKey: isSet(resourceId) ? resourceId : named,
    name: derive(isSet(resourceId) ? resourceId : named.name, () => id.names[0]),
    resourceGroup: derive(isSet(resourceId) ? resourceId : named.resourceGroup, () => id.resourceGroup),
    location: isSet(create) ? create.location : undefined,
    entraId: isSet(signIn) ? signIn : named,
    hasEntraId: isSet(create) ? isSet(create.entraId) : knowsUsers(valueAt(entraId)),
  };
}

function knowsUsers(entraId: ClusterConfig["entraId"]): boolean {
  return entraId?.azureRbac === true || entraId?.localAccountDisabled === true || entraId?.adminGroups !== undefined;
}
