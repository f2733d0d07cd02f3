import { type ParsedResourceId, parseResourceId } from "../azure/resource-id.ts";
import type { ClusterConfig } from "./schema.ts";

const TYPE = "Microsoft.ContainerService/managedClusters";

/** The resource ID of the cluster that an entry creates or names. */
export function clusterIdOf({ create, existing }: ClusterConfig, subscriptionId: string): ParsedResourceId {
  // The schema took the ID to pieces, and put it together again.
  if (existing?.resourceId !== undefined) return parseResourceId(existing.resourceId) as ParsedResourceId;
  const { resourceGroup, name } = create ?? existing;
  return { subscriptionId, resourceGroup, type: TYPE, names: [name] };
}
