import { createHash } from "node:crypto";

/** Name of a cluster's own node pool. */
export const OWN_POOL = "agentpool";

/**
 * Name of the temporary pool that takes the place of a pool while its nodes are replaced: 12 characters at most, 6 with
 * Windows. It is the same in every run, and each pool has its own.
 */
export function temporaryPoolName(name: string, longest: number): string {
  const readable = `${name}tmp`;
  return readable.length <= longest
    ? readable
    : `t${createHash("sha256")
        .update(name)
        .digest("hex")
        .slice(0, longest - 1)}`;
}

/** What AKS puts on spot nodes by itself. https://learn.microsoft.com/azure/aks/spot-node-pool */
export const SPOT_LABEL = { name: "kubernetes.azure.com/scalesetpriority", value: "spot" } as const;
/** The taint of spot nodes, as Terraform writes it. */
export const SPOT_TAINT = `${SPOT_LABEL.name}=${SPOT_LABEL.value}:NoSchedule`;
