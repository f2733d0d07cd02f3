import { parseResourceId, type ResourceId } from "../azure/resource-id.ts";
import type { ClusterConfig } from "../config/schema.ts";

const MANAGED_CLUSTERS = "Microsoft.ContainerService/managedClusters";

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

export function targetOf({ create, existing, entraId }: ClusterConfig, subscriptionId: string, clusterPath: readonly string[]): Target {
  const given = existing?.resourceId === undefined ? undefined : parseResourceId(existing.resourceId);
  const named = create ?? existing;
  const name = given?.names[0] ?? (named?.name as string);
  const resourceGroup = given?.resourceGroup ?? (named?.resourceGroup as string);
  const path = [...clusterPath, create ? "create" : "existing"];
  return {
    id: given ?? { subscriptionId, resourceGroup, type: MANAGED_CLUSTERS, names: [name] },
    name,
    resourceGroup,
    path,
    namePath: [...path, given ? "resourceId" : "name"],
    resourceGroupPath: [...path, given ? "resourceId" : "resourceGroup"],
    hasEntraId: create
      ? create.entraId !== undefined
      : entraId?.azureRbac === true || entraId?.localAccountDisabled === true || entraId?.adminGroups !== undefined,
  };
}
