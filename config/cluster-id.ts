import { parseResourceId, type ResourceId } from "../azure/resource-id.ts";
import type { ClusterConfig } from "./schema.ts";

/** The resource ID of the cluster that an entry creates or names. */
export function clusterIdOf(
  { create, existing }: Pick<ClusterConfig, "create" | "existing">,
  subscriptionId: string,
): ResourceId {
  const given = existing?.resourceId === undefined ? undefined : parseResourceId(existing.resourceId);
  const named = create ?? existing;
  return (
    given ?? {
      subscriptionId,
      resourceGroup: named?.resourceGroup as string,
      type: "Microsoft.ContainerService/managedClusters",
      names: [named?.name as string],
    }
  );
}
