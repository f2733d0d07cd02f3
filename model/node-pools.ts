import { vmSize } from "../azure/vm-sizes.ts";
import { oncePerModel } from "./model.ts";
import type { Resource } from "./resource.ts";
import { NotKnown } from "./value.ts";

/** A node pool of a cluster that is created or read. */
export interface NodePool {
  readonly resource: Resource;
  /** Terraform path of the pool in its resource; empty for a node pool resource. */
  readonly path: string;
  /** Whether only critical add-ons run there, and no model. */
  readonly critical: boolean;
}

/** The pools on which models run: those without the CriticalAddonsOnly taint, unless it is the only one. */
export function servingPools(cluster: Resource): NodePool[] {
  const pools = nodePools(cluster);
  const free = pools.filter((pool) => !pool.critical);
  return free.length > 0 ? free : pools;
}

/** The cluster's own pool first. */
export function nodePools(cluster: Resource): NodePool[] {
  const { model } = cluster;
  if (cluster.parts.mode === "data") {
    const pools = cluster.blocks("agent_pool_profile").map((path) => ({ resource: cluster, path, critical: isCritical(cluster, `${path}.node_taints`) }));
    return pools.length > 0 ? pools : cluster.notKnown("agent_pool_profile");
  }
  const own = cluster.blocks("default_node_pool").map((path) => ({
    resource: cluster,
    path,
    critical: cluster.flag(`${path}.only_critical_addons_enabled`) === true,
  }));
  const { byCluster, unknown } = poolsOf(model);
  if (unknown) throw unknown;
  const others = byCluster.get(cluster) ?? [];
  return [...own, ...others.map((resource) => ({ resource, path: "", critical: isCritical(resource, "node_taints") }))];
}

/** The pools beside the clusters' own, and why one of them may be of any cluster. */
const poolsOf = oncePerModel((model): { readonly byCluster: ReadonlyMap<Resource, readonly Resource[]>; readonly unknown?: NotKnown } => {
  const byCluster = new Map<Resource, Resource[]>();
  let unknown: NotKnown | undefined;
  for (const pool of model.ofType("azurerm_kubernetes_cluster_node_pool")) {
    try {
      const { resource } = model.target(pool, "kubernetes_cluster_id", "azurerm_kubernetes_cluster");
      if (resource) byCluster.set(resource, [...(byCluster.get(resource) ?? []), pool]);
    } catch (error) {
      if (!(error instanceof NotKnown)) throw error;
      unknown ??= error;
    }
  }
  return { byCluster, unknown };
});

function isCritical(resource: Resource, taints: string): boolean {
  return [...resource.items(taints)].some((taint) => taint.startsWith("CriticalAddonsOnly"));
}

/** Terraform path of an attribute of a pool. */
export function attributeOf({ path }: Pick<NodePool, "path">, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** Nodes of a pool; with autoscaling the least number, because that is all that is sure to be there. */
export function nodesOf(pool: NodePool): number {
  return pool.resource.decidedNumber(countAttribute(pool));
}

/** The attribute that decides the number of nodes. */
export function countAttribute(pool: NodePool): string {
  const autoscaling = pool.resource.flag(attributeOf(pool, "auto_scaling_enabled")) === true;
  return attributeOf(pool, autoscaling ? "min_count" : pool.resource.parts.mode === "data" ? "count" : "node_count");
}

/** vCPUs of one node: from the table of sizes, or as the cluster's stack says; NotKnown where neither knows. */
export function vCpusPerNode(pool: NodePool): number {
  return knownVCpus(pool) ?? pool.resource.notKnown(attributeOf(pool, "vm_size"));
}

/** The same, undefined where the size is known and its vCPUs are not. */
export function knownVCpus({ resource, path }: Pick<NodePool, "resource" | "path">): number | undefined {
  const name = resource.text(attributeOf({ path }, "vm_size"));
  return (name === undefined ? undefined : vmSize(name)?.vCpus) ?? saidVCpus({ resource });
}

/** What an output beside the cluster says of it: there is no attribute for it. */
export function saidVCpus({ resource }: Pick<NodePool, "resource">): number | undefined {
  const said = resource.model.output(resource.stack, `${resource.address.split(".").at(-1)}_vcpus_per_node`);
  return typeof said === "number" ? said : undefined;
}

/** Memory of one node in GiB; NotKnown where the table of sizes does not know it. */
export function memoryPerNode(pool: NodePool): number {
  const attribute = attributeOf(pool, "vm_size");
  const name = pool.resource.text(attribute);
  return (name === undefined ? undefined : vmSize(name)?.memoryGiB) ?? pool.resource.notKnown(attribute);
}

/**
 * Attributes of a cluster's own pool whose change moves it to new nodes.
 * https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs/resources/kubernetes_cluster
 */
export const ROTATING = new Set([
  "name",
  "fips_enabled",
  "host_encryption_enabled",
  "kubelet_config",
  "kubelet_disk_type",
  "linux_os_config",
  "max_pods",
  "node_public_ip_enabled",
  "only_critical_addons_enabled",
  "os_disk_size_gb",
  "os_disk_type",
  "pod_subnet_id",
  "snapshot_id",
  "ultra_ssd_enabled",
  "vm_size",
  "vnet_subnet_id",
  "zones",
]);

/** Paths of a pool's attributes that a change moves to new nodes for; none where it does not. */
export function rotatingPaths(resource: Resource): string[] {
  const prefix = resource.type === "azurerm_kubernetes_cluster" ? "default_node_pool[0]." : "";
  return (resource.parts.change?.changed ?? []).filter((path) => path.startsWith(prefix) && ROTATING.has(attributeIn(path.slice(prefix.length))));
}

/** The attribute at the root of a path. */
export function attributeIn(path: string): string {
  return path.split(/[.[]/, 1)[0] as string;
}
