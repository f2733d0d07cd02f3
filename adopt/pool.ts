import { OWN_POOL, SPOT_LABEL, SPOT_TAINT } from "../azure/node-pools.ts";
import { parseResourceId } from "../azure/resource-id.ts";
import { vmSize } from "../azure/vm-sizes.ts";
import { type Draft, type Remark, some, tidy, unless } from "./draft.ts";
import type { Found } from "./found.ts";

/** What of a pool no key sets, with what it mostly is: it is left as it is. */
const LEFT: Readonly<Record<string, unknown>> = {
  kubelet_config: undefined,
  linux_os_config: undefined,
  node_public_ip_enabled: false,
  node_public_ip_prefix_id: undefined,
  proximity_placement_group_id: undefined,
  host_group_id: undefined,
  capacity_reservation_group_id: undefined,
  snapshot_id: undefined,
  scale_down_mode: "Delete",
  workload_runtime: "OCIContainer",
};

/** A node pool that runs, as the configuration has it; the cluster's own stands at a prefix. */
export function poolDraft(found: Found, { prefix = "", defaultMaxPods }: PoolPlace): Draft {
  const at = (name: string): string => `${prefix}${name}`;
  const isOwn = prefix !== "";
  const isSpot = !isOwn && found.text(at("priority")) === "Spot";
  const [size, scaling] = [found.text(at("vm_size")), found.flag(at("auto_scaling_enabled")) === true];
  const { vCpus } = (size === undefined ? undefined : vmSize(size)) ?? {};
  const osType = isOwn ? undefined : unless(found.text(at("os_type")), "Linux");
  const upgrade = (name: string): string => at(`upgrade_settings[0].${name}`);
  const maxSurge = found.text(upgrade("max_surge"));
  // Azure sets both by itself, and so does the configuration.
  const { [SPOT_LABEL.name]: _, ...labels } = found.map(at("node_labels"));
  const taints = found.texts(at("node_taints")).filter((taint) => taint !== SPOT_TAINT);
  const value = {
    ...(isOwn ? { name: unless(found.text(at("name")), OWN_POOL) } : {}),
    vmSize: size,
    nodeCount: scaling ? undefined : found.number(at("node_count")),
    minCount: scaling ? (found.number(at("min_count")) ?? 0) : undefined,
    maxCount: scaling ? found.number(at("max_count")) : undefined,
    zones: list(found.texts(at("zones"))),
    subnetId: found.text(at("vnet_subnet_id")),
    podSubnetId: found.text(at("pod_subnet_id")),
    mode: isOwn ? undefined : unless(found.text(at("mode")), "User"),
    osType,
    osSku: osType === "Windows" ? found.text(at("os_sku")) : unless(found.text(at("os_sku")), "Ubuntu"),
    osDiskSizeGb: unless(
      positive(found.number(at("os_disk_size_gb"))),
      vCpus === undefined ? undefined : diskOf(vCpus),
    ),
    osDiskType: unless(found.text(at("os_disk_type")), "Managed"),
    kubeletDiskType: unless(found.text(at("kubelet_disk_type")), "OS"),
    maxPods: unless(found.number(at("max_pods")), defaultMaxPods),
    labels: some(labels),
    taints: isOwn ? undefined : list(taints),
    criticalAddonsOnly: isOwn ? unless(found.flag(at("only_critical_addons_enabled")), false) : undefined,
    gpuDriver: unless(found.text(at("gpu_driver")), "Install"),
    gpuInstance: found.text(at("gpu_instance")),
    hostEncryption: unless(found.flag(at("host_encryption_enabled")), false),
    fips: unless(found.flag(at("fips_enabled")), false),
    ultraSsd: unless(found.flag(at("ultra_ssd_enabled")), false),
    spot: isSpot
      ? {
          maxPrice: unless(found.number(at("spot_max_price")), -1),
          evictionPolicy: unless(found.text(at("eviction_policy")), "Delete"),
        }
      : undefined,
    tags: some(found.map(at("tags"))),
    upgradeSettings: isSpot
      ? undefined
      : {
          maxSurge,
          maxUnavailable: isOwn || maxSurge !== undefined ? undefined : found.text(upgrade("max_unavailable")),
          drainTimeoutMinutes: positive(found.number(upgrade("drain_timeout_in_minutes"))),
          nodeSoakMinutes: positive(found.number(upgrade("node_soak_duration_in_minutes"))),
          undrainableNodeBehavior: found.text(upgrade("undrainable_node_behavior")),
        },
  };
  return {
    value: { ...tidy(value), ...(isSpot ? { spot: tidy(value.spot ?? {}) } : {}) },
    remarks: [
      ...remarksOn(found, at),
      ...(isOwn && taints.some((taint) => !taint.startsWith("CriticalAddonsOnly"))
        ? [{ path: [], text: `azurerm has no key for its taints ${taints.join(", ")}: look at them after a change` }]
        : []),
    ],
  };
}

interface PoolPlace {
  /** Of the cluster's own pool. Default: the pool is a resource of its own. */
  readonly prefix?: string;
  /** Pods a node that AKS takes for the network plugin. */
  readonly defaultMaxPods: number;
}

function remarksOn(found: Found, at: (name: string) => string): Remark[] {
  const left = Object.entries(LEFT).flatMap(([name, usual]) => {
    const value = found.value(at(name));
    return value === undefined || value === usual ? [] : [name];
  });
  const own = found.text(at("vnet_subnet_id"));
  const role =
    own === undefined
      ? []
      : [
          {
            path: ["subnetId"],
            text: `no role is given on ${parseResourceId(own)?.names.at(-1) ?? "it"}: the cluster's identity has its own`,
          },
        ];
  return [...(left.length === 0 ? [] : [{ path: [], text: `left as they are: ${left.join(", ")}` }]), ...role];
}

/**
 * The OS disk that AKS takes for a size, in GB.
 * https://learn.microsoft.com/azure/aks/concepts-storage#default-os-disk-sizing
 */
function diskOf(vCpus: number): number {
  return vCpus < 8 ? 128 : vCpus < 16 ? 256 : vCpus < 64 ? 512 : 1024;
}

function list(items: readonly string[]): readonly string[] | undefined {
  return items.length > 0 ? items : undefined;
}

function positive(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value;
}
