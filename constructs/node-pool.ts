import type { KubernetesClusterDefaultNodePool } from "@cdktf/provider-azurerm/lib/kubernetes-cluster/index.js";
import { KubernetesClusterNodePool } from "@cdktf/provider-azurerm/lib/kubernetes-cluster-node-pool/index.js";
import type { Construct } from "constructs";
import { SPOT_LABEL, SPOT_TAINT, temporaryPoolName } from "../azure/node-pools.ts";
import { addressOf } from "./address.ts";
import { leftAsTheyAre } from "./adopted.ts";
import { type ITerraformDependable, TerraformOutput } from "./cdktf.ts";
import { ImportBlock } from "./import-block.ts";
import { JudgedConstruct } from "./judged-construct.ts";
import { block, derive, entriesOf, firstSet, isSet, type Keyed, keyed, orElse, type Traced, valueAt } from "./keyed.ts";
import { type AttributesFrom, elementFrom, layOver, type Overrides } from "./origin.ts";

/** Either a fixed number of nodes or bounds between which the cluster autoscaler works. */
export type NodeCount =
  | {
      /** Nodes, 1-1000; 0-1000 in a user pool. */
      readonly nodeCount: number;
      readonly minCount?: undefined;
      readonly maxCount?: undefined;
    }
  | {
      /** Least number of nodes, 1-1000; 0-1000 in a user pool. */
      readonly minCount: number;
      /** Greatest number of nodes, 1-1000. */
      readonly maxCount: number;
      readonly nodeCount?: undefined;
    };

/** How the nodes of a pool are upgraded. */
export interface UpgradeSettings {
  /** Nodes beyond the pool's own: a number, or a share such as `33%`. @default "10%" */
  readonly maxSurge?: string;
  /** Minutes to wait for the pods of a node to end, 1-1440. @default - 30, by AKS */
  readonly drainTimeoutMinutes?: number;
  /** Minutes to wait after a node is drained, 0-30. @default - 0, by AKS */
  readonly nodeSoakMinutes?: number;
  /** What happens to a node that cannot be drained: `Cordon` or `Schedule`. @default - Schedule, by AKS */
  readonly undrainableNodeBehavior?: "Cordon" | "Schedule";
}

/** What every node pool takes. */
export interface NodePoolOptions {
  /** VM size of the nodes, for example `Standard_D4s_v5`. A change rotates the pool. */
  readonly vmSize: string;
  /** vCPUs of one node, for a VM size that the table of sizes does not know. @default - what the table says */
  readonly vCpusPerNode?: number;
  /** Availability zones of the nodes. @default - none */
  readonly zones?: readonly string[];
  /**
   * Resource ID of the nodes' subnet. The cluster's identity is granted Network Contributor on it.
   * @default - a virtual network that AKS makes
   */
  readonly subnetId?: string;
  /**
   * Resource ID of the pods' subnet. The cluster's identity is granted Network Contributor on it.
   * @default - pods take addresses of the nodes' subnet
   */
  readonly podSubnetId?: string;
  /** Operating system. @default - Ubuntu, or the Windows that AKS takes */
  readonly osSku?:
    | "Ubuntu"
    | "Ubuntu2204"
    | "Ubuntu2404"
    | "AzureLinux"
    | "AzureLinux3"
    | "Windows2019"
    | "Windows2022";
  /** OS disk of a node in GB. @default - what AKS takes for the size */
  readonly osDiskSizeGb?: number;
  /** `Managed`, or `Ephemeral` for a disk on the node itself. @default "Managed" */
  readonly osDiskType?: "Managed" | "Ephemeral";
  /** Disk of the images: `OS` or `Temporary`. @default "OS" */
  readonly kubeletDiskType?: "OS" | "Temporary";
  /** Pods a node. @default - what AKS takes for the network plugin */
  readonly maxPods?: number;
  /** Labels of the nodes. @default - those of AKS alone */
  readonly nodeLabels?: Readonly<Record<string, string>>;
  /** Whether AKS installs the driver of NVIDIA GPUs: `Install` or `None`. @default "Install" */
  readonly gpuDriver?: "Install" | "None";
  /** Profile by which a GPU is split: `MIG1g` to `MIG7g`. @default - none */
  readonly gpuInstance?: "MIG1g" | "MIG2g" | "MIG3g" | "MIG4g" | "MIG7g";
  /** Whether the disks of the nodes are encrypted on their hosts. @default false */
  readonly hostEncryptionEnabled?: boolean;
  /** Whether the nodes run a FIPS image. @default false */
  readonly fipsEnabled?: boolean;
  /** Whether the nodes can use ultra disks. @default false */
  readonly ultraSsdEnabled?: boolean;
  /**
   * Name of the temporary pool that takes the place of this one while its nodes are replaced. Azure does not keep it.
   * @default - made from the name; none where the pool is adopted
   */
  readonly temporaryName?: string;
  /** Azure tags of the pool. @default - none */
  readonly poolTags?: Readonly<Record<string, string>>;
  /** How the nodes are upgraded. @default - with a surge of 10% */
  readonly upgradeSettings?: UpgradeSettings;
}

/** A node pool beside the cluster's own. */
export type UserNodePoolOptions = NodeCount &
  Omit<NodePoolOptions, "upgradeSettings"> & {
    /** Whether a pool of the cluster exists already and is taken over. @default - as the cluster */
    readonly adopt?: boolean;
    /** `User` or `System`. @default "User" */
    readonly mode?: "User" | "System";
    /** `Linux` or `Windows`. @default "Linux" */
    readonly osType?: "Linux" | "Windows";
    /** Taints of the nodes, for example `sku=gpu:NoSchedule`. @default - none; spot nodes have their own */
    readonly nodeTaints?: readonly string[];
    /** Spot nodes, which Azure takes back when it needs them. @default - ordinary nodes */
    readonly spot?: {
      /** Most that a node may cost an hour, in US dollars; -1: the ordinary price. @default -1 */
      readonly maxPrice?: number;
      /** `Delete` or `Deallocate`. @default "Delete" */
      readonly evictionPolicy?: "Delete" | "Deallocate";
    };
    /** Attributes in Terraform's own names, laid over what the props make, deep; null takes one away. @default - none */
    readonly overrides?: Overrides;
    /** How the nodes are upgraded. @default - with a surge of 10%; spot nodes without */
    readonly upgradeSettings?: UpgradeSettings & {
      /** Nodes that may be missing meanwhile, instead of maxSurge: a number or a share. @default - 0, by AKS */
      readonly maxUnavailable?: string;
    };
  };

/** @see https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs/resources/kubernetes_cluster_node_pool */
export type AksNodePoolProps = UserNodePoolOptions & {
  /** Name of the pool: 1-12 lower-case letters and digits, 1-6 with Windows. */
  readonly name: string;
  /** Resource ID of the cluster. */
  readonly clusterId: string;
  /**
   * Resource ID of a pool that exists already and is taken over, instead of failing. What no prop sets is then left as
   * it is.
   * @default - a new one is made
   */
  readonly adoptPoolId?: string;
  /** What must be there before: the role of the cluster's identity on the pool's subnet. @default - nothing */
  readonly dependsOn?: readonly ITerraformDependable[];
};

/** A node pool of an AKS cluster. Where its number of nodes scales by itself, Terraform leaves it alone. */
export class AksNodePool extends JudgedConstruct {
  /** The pool itself, for what no prop sets. */
  readonly resource: KubernetesClusterNodePool;

  constructor(scope: Construct, id: string, props: AksNodePoolProps) {
    super(scope, id);
    const from = keyed(props);
    const isSpot = valueAt(from.spot) !== undefined;
    const isAdopted = props.adoptPoolId !== undefined;
    const attributes = {
      ...poolAttributes(from),
      name: from.name,
      kubernetesClusterId: from.clusterId,
      mode: from.mode,
      osType: from.osType,
      priority: derive(from.spot, (spot) => (spot ? "Spot" : undefined)),
      spotMaxPrice: derive(from.spot.maxPrice, (price) => (isSpot ? (price ?? -1) : undefined)),
      evictionPolicy: derive(from.spot.evictionPolicy, (policy) => (isSpot ? (policy ?? "Delete") : undefined)),
      // AKS sets both by itself; left out, every plan would remove them.
      nodeLabels: isSpot ? { ...entriesOf(from.nodeLabels), [SPOT_LABEL.name]: SPOT_LABEL.value } : from.nodeLabels,
      nodeTaints: derive(from.nodeTaints, (taints) => (isSpot ? [...(taints ?? []), SPOT_TAINT] : taints)),
      temporaryNameForRotation: firstSet(
        from.temporaryName,
        derive(from.name, (name) =>
          isAdopted ? undefined : temporaryPoolName(name, valueAt(from.osType) === "Windows" ? 6 : 12),
        ),
      ),
      upgradeSettings: isSpot
        ? undefined
        : block({
            ...upgradeAttributes(from.upgradeSettings),
            maxSurge: derive(from.upgradeSettings.maxSurge, (surge) =>
              isSet(from.upgradeSettings.maxUnavailable) ? undefined : (surge ?? (isAdopted ? undefined : SURGE)),
            ),
            maxUnavailable: from.upgradeSettings.maxUnavailable,
          }),
    };
    const ignored = [
      ...(isAutoscaled(from) ? ["node_count"] : []),
      ...(isAdopted ? leftAsTheyAre(LEFT_AS_THEY_ARE, attributes, props.overrides) : []),
    ];
    this.resource = elementFrom(KubernetesClusterNodePool, this, "Resource", {
      ...attributes,
      lifecycle: block({ ignoreChanges: ignored.length > 0 ? ignored : undefined }),
      dependsOn: props.dependsOn === undefined || props.dependsOn.length === 0 ? undefined : [...props.dependsOn],
    });
    layOver(this.resource, from.overrides);
    outputVCpus(this, from);
    if (isAdopted) new ImportBlock(this, "import", { to: addressOf(this.resource), id: props.adoptPoolId });
  }
}

const SURGE = "10%";

/** What no option sets, or the provider has a default of its own for, of a pool. */
export const LEFT_AS_THEY_ARE: readonly string[] = [
  "capacity_reservation_group_id",
  "host_group_id",
  "kubelet_config",
  "linux_os_config",
  "node_network_profile",
  "node_public_ip_enabled",
  "node_public_ip_prefix_id",
  "os_disk_type",
  "proximity_placement_group_id",
  "scale_down_mode",
  "snapshot_id",
  "upgrade_settings",
  "workload_runtime",
];

type Pool = Keyed<NodeCount & Omit<NodePoolOptions, "upgradeSettings">>;

/** What the resource of a pool and the block of a cluster's own have in common. */
export function poolAttributes(from: Pool) {
  return {
    vmSize: from.vmSize,
    nodeCount: from.nodeCount,
    autoScalingEnabled: derive(from.minCount, (minCount) => minCount !== undefined || undefined),
    minCount: from.minCount,
    maxCount: from.maxCount,
    zones: from.zones,
    vnetSubnetId: from.subnetId,
    podSubnetId: from.podSubnetId,
    osSku: from.osSku,
    osDiskSizeGb: from.osDiskSizeGb,
    osDiskType: from.osDiskType,
    kubeletDiskType: from.kubeletDiskType,
    maxPods: from.maxPods,
    nodeLabels: from.nodeLabels,
    gpuDriver: from.gpuDriver,
    gpuInstance: from.gpuInstance,
    hostEncryptionEnabled: from.hostEncryptionEnabled,
    fipsEnabled: from.fipsEnabled,
    ultraSsdEnabled: from.ultraSsdEnabled,
    tags: from.poolTags,
  };
}

/** Of a cluster's own pool. AKS sets the surge by itself; left out, every plan would show it as a change. */
export function ownUpgradeAttributes(
  from: Keyed<UpgradeSettings | undefined>,
): AttributesFrom<NonNullable<KubernetesClusterDefaultNodePool["upgradeSettings"]>> {
  return { ...upgradeAttributes(from), maxSurge: orElse(from.maxSurge, SURGE) };
}

function upgradeAttributes(from: Keyed<UpgradeSettings | undefined>) {
  return {
    drainTimeoutInMinutes: from.drainTimeoutMinutes,
    nodeSoakDurationInMinutes: from.nodeSoakMinutes,
    undrainableNodeBehavior: from.undrainableNodeBehavior,
  };
}

/** Whether the number of nodes is not Terraform's. */
export function isAutoscaled(from: Pool): boolean {
  return valueAt(from.minCount) !== undefined;
}

/** Terraform has no place for it in the pool, and the rules judge Terraform alone. */
export function outputVCpus(scope: Construct, from: { readonly vCpusPerNode: Traced<number | undefined> }): void {
  if (!isSet(from.vCpusPerNode)) return;
  elementFrom(TerraformOutput, scope, "vcpus_per_node", {
    value: from.vCpusPerNode,
    description: "vCPUs of one node, as the configuration says",
  });
}
