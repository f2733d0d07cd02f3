import type { ResourceId } from "../azure/resource-id.ts";
import { clusterIdOf } from "../config/cluster-id.ts";
import type { ClusterConfig } from "../config/schema.ts";

/** The AKS cluster of a configuration, created or existing: what every stack has to know of it. */
export interface Target {
  readonly id: ResourceId;
  readonly name: string;
  readonly resourceGroup: string;
  /** Where it is named in the configuration, with the keys of name and resource group. */
  readonly path: readonly string[];
  readonly namePath: readonly string[];
  readonly resourceGroupPath: readonly string[];
  /** Whether Entra ID knows its users. */
  readonly hasEntraId: boolean;
}

export function targetOf(
  { create, existing, entraId }: ClusterConfig,
  subscriptionId: string,
  clusterPath: readonly string[],
): Target {
  const id = clusterIdOf({ create, existing }, subscriptionId);
  const isById = existing?.resourceId !== undefined;
  const path = [...clusterPath, create ? "create" : "existing"];
  return {
    id,
    name: id.names[0] as string,
    resourceGroup: id.resourceGroup,
    path,
    namePath: [...path, isById ? "resourceId" : "name"],
    resourceGroupPath: [...path, isById ? "resourceId" : "resourceGroup"],
    hasEntraId: create
      ? create.entraId !== undefined
      : entraId?.azureRbac === true || entraId?.localAccountDisabled === true || entraId?.adminGroups !== undefined,
  };
}
