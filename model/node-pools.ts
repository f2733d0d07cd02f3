import { vmSize } from "../azure/vm-sizes.ts";
import { oncePerModel } from "./model.ts";
import type { Resource } from "./resource.ts";
import { NotKnown, NotTold, Unknown } from "./value.ts";

/** A taint of a node: a pod runs there only where it tolerates it. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/** What a pod tolerates. Without a key it tolerates every taint, without an effect every effect. */
export interface Toleration {
  readonly key?: string;
  /** `Equal`, where the value has to be the same, or `Exists`. */
  readonly operator: string;
  readonly value?: string;
  readonly effect?: string;
}

/** What is to run on nodes: what it tolerates, which labels its nodes must have, and what it needs of one node. */
export interface Workload {
  readonly tolerations: readonly Toleration[];
  /** Label to value. Default: none, any node will do. */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** Default: nothing, the smallest node will do. */
  readonly needs?: { readonly vCpus: number; readonly memoryGiB: number; readonly gpus: number };
}

const POOL = "azurerm_kubernetes_cluster_node_pool";
const CRITICAL = "CriticalAddonsOnly";
const SPOT = "kubernetes.azure.com/scalesetpriority";

/** Why a pool does not run something: the attribute that decides, and words that go on after the pool's name. */
export interface WhyNot {
  readonly pool: NodePool;
  readonly attribute: string;
  readonly why: string;
}

/** Labels that AKS gives to the nodes of a pool by itself. https://learn.microsoft.com/azure/aks/use-labels */
const OWN_LABELS: Readonly<Record<string, (pool: NodePool) => string | undefined>> = {
  agentpool: (pool) => pool.name,
  "kubernetes.azure.com/agentpool": (pool) => pool.name,
  "kubernetes.azure.com/mode": (pool) => pool.mode?.toLowerCase(),
  "kubernetes.azure.com/scalesetpriority": (pool) => (pool.isSpot ? "spot" : undefined),
  "kubernetes.azure.com/accelerator": (pool) => (pool.gpus > 0 ? "nvidia" : undefined),
  accelerator: (pool) => (pool.gpus > 0 ? "nvidia" : undefined),
  "kubernetes.io/os": (pool) => pool.osType.toLowerCase(),
  "beta.kubernetes.io/os": (pool) => pool.osType.toLowerCase(),
  "node.kubernetes.io/instance-type": (pool) => pool.vmSize,
  "beta.kubernetes.io/instance-type": (pool) => pool.vmSize,
};

/** Labels under these domains are also set by what runs in the cluster, which nobody sees here. */
const LABELLED_BY_OTHERS = /(^|\.)(kubernetes\.io|k8s\.io|azure\.com|nvidia\.com|k8s-sigs\.io)$/;

/**
 * A node pool of a cluster: its default pool, a pool resource of its own, or a pool of a cluster that is read. Every
 * getter reads its attribute in the one form of the model, and throws NotKnown where it is not known.
 */
export class NodePool {
  constructor(
    /** The resource that it stands in. */
    readonly resource: Resource,
    /** Terraform path of the pool there; empty for a resource of its own. */
    readonly path: string,
  ) {}

  /** Terraform path of one of its attributes. */
  at(name: string): string {
    return attributeOf(this, name);
  }

  get name(): string | undefined {
    return this.resource.text(this.at("name"));
  }

  /** How to name it in a sentence. */
  get title(): string {
    const name = this.resource.value(this.at("name"));
    return typeof name === "string" ? `the pool ${name}` : this.path || this.resource.address;
  }

  /** `System` or `User`; undefined for a cluster that is read, which does not say. */
  get mode(): string | undefined {
    if (this.path.startsWith("default_node_pool")) return "System";
    return this.isRead ? undefined : (this.resource.text(this.at("mode")) ?? "User");
  }

  /** `Linux` or `Windows`. */
  get osType(): string {
    return this.resource.text(this.at("os_type")) ?? "Linux";
  }

  get taints(): readonly Taint[] {
    const given = [...this.resource.items(this.at("node_taints"))].map(readTaint);
    const isCritical = !this.isRead && this.resource.flag(this.at("only_critical_addons_enabled")) === true;
    return isCritical ? [...given, { key: CRITICAL, value: "true", effect: "NoSchedule" }] : given;
  }

  /** Whether its nodes are taken back whenever Azure needs them. AKS taints them. */
  get isSpot(): boolean {
    // azurerm's data source has no such attribute; ARM's answer does.
    const isNamedSo =
      (this.isRead ? this.resource.value(this.at("priority")) : this.resource.text(this.at("priority"))) === "Spot";
    return isNamedSo || this.taints.some(({ key }) => key === SPOT);
  }

  get vmSize(): string | undefined {
    return this.resource.text(this.at("vm_size")) || undefined;
  }

  get zones(): readonly string[] {
    return [...this.resource.items(this.at("zones"))];
  }

  /** Virtual machines of several sizes, each with a number of its own, which Terraform does not show. */
  get isOfManySizes(): boolean {
    return this.resource.text(this.at("type")) === "VirtualMachines";
  }

  get isAutoscaled(): boolean {
    return this.resource.flag(this.at("auto_scaling_enabled")) === true;
  }

  /** The attribute that decides how many nodes are sure to be there. */
  get countPath(): string {
    return this.isAutoscaled ? this.at("min_count") : this.ownCountPath;
  }

  /** The least nodes that it ever has: with autoscaling its minimum. */
  get least(): number {
    return this.isAutoscaled ? this.resource.decidedNumber(this.at("min_count")) : this.now;
  }

  /**
   * Nodes that are there when somebody counts them next. Of a pool that is made: what it starts with. Of one that
   * exists: what it has, or its minimum where that is more.
   */
  get now(): number {
    const { resource, ownCountPath } = this;
    // Of several sizes, or of a pool that Azure manages, which has no size, the numbers are not here.
    const isElsewhere = this.isOfManySizes || (resource.parts.mode === "data" && this.vmSize === undefined);
    if (isElsewhere && (resource.number(ownCountPath) ?? 0) === 0) return resource.notKnown(ownCountPath);
    if (this.resource.answered(this.at("mode")) === "ManagedSystem") return resource.notKnown(ownCountPath);
    if (!this.isAutoscaled) return resource.decidedNumber(ownCountPath);
    const has = !resource.isMade || resource.isSetByAuthor(ownCountPath) ? (resource.number(ownCountPath) ?? 0) : 0;
    return Math.max(has, this.least);
  }

  /** The most nodes that it can have. */
  get most(): number {
    return this.isAutoscaled ? this.resource.decidedNumber(this.at("max_count")) : this.now;
  }

  /** vCPUs of one node: from the table of sizes, or as the cluster's stack says. */
  get vCpus(): number {
    return knownVCpus(this) ?? this.resource.notKnown(this.at("vm_size"));
  }

  /** Memory of one node in GiB, from the table of sizes. */
  get memoryGiB(): number {
    return this.size.memoryGiB;
  }

  /** GPUs of one node, from the table of sizes. */
  get gpus(): number {
    return this.size.gpus;
  }

  /** The value of a label of its nodes; NotKnown where something in the cluster may set it. */
  label(key: string): string | undefined {
    const labels = this.at("node_labels");
    const given = this.resource.keys(labels).includes(key)
      ? this.resource.text(`${labels}[${JSON.stringify(key)}]`)
      : undefined;
    const own = given ?? OWN_LABELS[key]?.(this);
    if (own !== undefined || key in OWN_LABELS) return own;
    const [domain = ""] = key.includes("/") ? key.split("/", 1) : [];
    return LABELLED_BY_OTHERS.test(domain)
      ? this.resource.notKnownBecause(labels, `the label ${key} may be set in the cluster`)
      : undefined;
  }

  /** Why nothing of a workload runs on its nodes; undefined where it does. */
  whyNot({ tolerations, nodeSelector = {}, needs }: Workload): WhyNot | undefined {
    const because = (attribute: string, why: string): WhyNot => ({ pool: this, attribute: this.at(attribute), why });
    if (this.osType !== "Linux") return because("os_type", `runs ${this.osType}`);
    if (this.resource.value(this.at("mode")) === "Gateway") return because("mode", "is a gateway");
    const isTolerated = (taint: Taint): boolean => tolerations.some((toleration) => tolerates(toleration, taint));
    const taint = this.taints.find((each) => each.effect !== "PreferNoSchedule" && !isTolerated(each));
    if (taint?.key === CRITICAL) {
      const attribute = this.path.startsWith("default_node_pool") ? "only_critical_addons_enabled" : "node_taints";
      return because(attribute, `takes critical add-ons only (the taint ${CRITICAL})`);
    }
    if (taint)
      return because(
        "node_taints",
        `has ${taint.key === SPOT ? "spot nodes, with " : ""}the taint ${shownTaint(taint)}`,
      );
    if (this.isSpot && !isTolerated(SPOT_TAINT))
      return because("priority", `has spot nodes, with the taint ${shownTaint(SPOT_TAINT)}`);
    const label = Object.entries(nodeSelector).find(([key, value]) => this.label(key) !== value);
    if (label) return because("node_labels", `has no label ${label.join("=")}`);
    if (!needs) return undefined;
    if (needs.gpus > 0 && this.gpus < needs.gpus) return because("vm_size", `has ${counted(this.gpus, "GPU")} a node`);
    if (this.vCpus < needs.vCpus) return because("vm_size", `has ${counted(this.vCpus, "vCPU")} a node`);
    return this.memoryGiB < needs.memoryGiB
      ? because("vm_size", `has ${this.memoryGiB} GiB of memory a node`)
      : undefined;
  }

  private get ownCountPath(): string {
    return this.at(this.isRead ? "count" : "node_count");
  }

  /** Whether it is of a cluster that is read, which says the most of it by taints. */
  private get isRead(): boolean {
    return this.path.startsWith("agent_pool_profile");
  }

  private get size(): { readonly memoryGiB: number; readonly gpus: number } {
    const name = this.vmSize;
    return (name === undefined ? undefined : vmSize(name)) ?? this.resource.notKnown(this.at("vm_size"));
  }
}

const SPOT_TAINT: Taint = { key: SPOT, value: "spot", effect: "NoSchedule" };

/** `sku=gpu:NoSchedule`. */
function readTaint(text: string): Taint {
  const [, key = "", value = "", effect = ""] = /^([^=:]*)(?:=([^:]*))?(?::(.*))?$/.exec(text) ?? [];
  return { key, value, effect };
}

function shownTaint({ key, value, effect }: Taint): string {
  return `${key}${value && `=${value}`}${effect && `:${effect}`}`;
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
function tolerates({ key, operator, value = "", effect }: Toleration, taint: Taint): boolean {
  if (effect !== undefined && effect !== "" && effect !== taint.effect) return false;
  if (key === undefined || key === "") return operator === "Exists";
  return key === taint.key && (operator === "Exists" || value === taint.value);
}

/** `1 node`, `2 nodes`. */
export function counted(number: number, name: string): string {
  return `${number} ${name}${number === 1 ? "" : "s"}`;
}

/**
 * The nodes of a cluster that run a workload, counted: the one arithmetic for sizes and numbers of nodes. A pool that
 * is not known can only add to what is.
 */
export class Capacity {
  /** The pools that run it. */
  readonly pools: readonly NodePool[];
  /** The others, and why each of them does not. */
  readonly idle: readonly WhyNot[];
  private readonly unknown: NotKnown | undefined;

  constructor(cluster: Resource, workload: Workload) {
    const pools: NodePool[] = [];
    const idle: WhyNot[] = [];
    const unknown = [
      () => assertClosed(cluster),
      () =>
        cluster.model.assertNoneOf(
          { resource: cluster, id: cluster.model.idOf(cluster) },
          POOL,
          "kubernetes_cluster_id",
        ),
      ...nodePools(cluster).map((pool) => () => {
        const why = pool.whyNot(workload);
        if (why === undefined) pools.push(pool);
        else idle.push(why);
      }),
    ].map(notKnownFrom);
    this.pools = pools;
    this.idle = idle;
    this.unknown = unknown.find((each) => each !== undefined);
  }

  /**
   * What is there of something that each node has an amount of, where that is less than what is needed: `isSure` where
   * it is so the next time that somebody counts, not only when the autoscaler has removed nodes. Undefined where there
   * is enough. Throws NotKnown where what is not known decides.
   */
  shortage(
    needed: number,
    perNode: (pool: NodePool) => number,
  ): { readonly has: number; readonly isSure: boolean } | undefined {
    let [now, least] = [0, 0];
    const unknown = this.pools.flatMap((pool) => [
      notKnownFrom(() => {
        least += pool.least * perNode(pool);
      }),
      notKnownFrom(() => {
        now += pool.now * perNode(pool);
      }),
    ]);
    if (least >= needed) return undefined;
    const missing = [this.unknown, ...unknown].find((each) => each !== undefined);
    if (missing) throw missing;
    return now < needed ? { has: now, isSure: true } : { has: least, isSure: false };
  }

  /** What the first pool has to be set to, for all of them to have what is needed, with the others as they are. */
  enough(
    needed: number,
    perNode: (pool: NodePool) => number,
  ): { readonly resource: Resource; readonly set: Readonly<Record<string, number>> } | undefined {
    const [pool, ...others] = this.pools;
    if (!pool) return undefined;
    const rest = others.reduce((total, each) => total + each.least * perNode(each), 0);
    const count = Math.ceil((needed - rest) / perNode(pool));
    if (!Number.isFinite(count)) return undefined;
    const raised = pool.isAutoscaled
      ? ["max_count", "node_count"].filter((name) => (pool.resource.number(pool.at(name)) ?? count) < count)
      : [];
    const paths = [pool.countPath, ...raised.map((name) => pool.at(name))];
    return { resource: pool.resource, set: Object.fromEntries(paths.map((path) => [path, count])) };
  }

  /** Whether no pool runs it. Throws NotKnown where that is not known. */
  get isNone(): boolean {
    if (this.pools.length === 0 && this.unknown) throw this.unknown;
    return this.pools.length === 0;
  }

  /** Why the other pools do not run it, in words. */
  get whyNot(): string {
    return this.idle.map(({ pool, why }) => `${pool.title} ${why}`).join(", and ");
  }
}

/** Clusters whose nodes come and go by themselves: what is known of their pools is not all. */
function assertClosed(cluster: Resource): void {
  const path = "node_provisioning_profile[0].mode";
  const mode = cluster.answered(path);
  if (mode === "Auto" || cluster.value("sku_name") === "Automatic") {
    cluster.notKnownBecause(path, "node auto-provisioning adds nodes as they are needed");
  }
  // azurerm's data source has no word of it.
  if (mode instanceof Unknown && !(mode instanceof NotTold)) cluster.notKnown(path, mode);
}

function notKnownFrom(read: () => void): NotKnown | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof NotKnown) return error;
    throw error;
  }
}

/** Every pool of a cluster that is created or read, its default pool first. */
export function nodePools(cluster: Resource): NodePool[] {
  const own = (name: string): NodePool[] => cluster.blocks(name).map((path) => new NodePool(cluster, path));
  const { byCluster, unknown } = poolsOf(cluster.model);
  if (unknown) throw unknown;
  const others = byCluster.get(cluster) ?? [];
  const pools = [...own(cluster.parts.mode === "data" ? "agent_pool_profile" : "default_node_pool"), ...others];
  // What is read holds what another plan adds too.
  if (cluster.parts.mode === "data" && pools.length === others.length) return cluster.notKnown("agent_pool_profile");
  return distinct(pools);
}

/** A pool that is made here, and read with its cluster, is one. */
function distinct(pools: readonly NodePool[]): NodePool[] {
  const made = new Set(pools.filter(({ path }) => path === "").map(({ resource }) => resource.value("name")));
  return pools.filter(
    ({ resource, path }) => !path.startsWith("agent_pool_profile") || !made.has(resource.value(`${path}.name`)),
  );
}

/** The pools beside the clusters' own, and why one of them may be of any cluster. */
const poolsOf = oncePerModel(
  (model): { readonly byCluster: ReadonlyMap<Resource, readonly NodePool[]>; readonly unknown?: NotKnown } => {
    const byCluster = new Map<Resource, NodePool[]>();
    let unknown: NotKnown | undefined;
    for (const pool of model.ofType(POOL)) {
      const missing = notKnownFrom(() => {
        const { resource } = model.target(pool, "kubernetes_cluster_id", "azurerm_kubernetes_cluster");
        if (resource) byCluster.set(resource, [...(byCluster.get(resource) ?? []), new NodePool(pool, "")]);
      });
      unknown ??= missing;
    }
    return { byCluster, unknown };
  },
);

/** Terraform path of an attribute of a pool. */
export function attributeOf({ path }: Pick<NodePool, "path">, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** vCPUs of one node, undefined where the size is known and its vCPUs are not. */
function knownVCpus({ resource, path }: Pick<NodePool, "resource" | "path">): number | undefined {
  const name = resource.text(attributeOf({ path }, "vm_size"));
  return (name === undefined ? undefined : vmSize(name)?.vCpus) ?? saidVCpus({ resource });
}

/** What an output beside the cluster says of it: there is no attribute for it. */
export function saidVCpus({ resource }: Pick<NodePool, "resource">): number | undefined {
  const said = resource.model.output(resource.stack, `${resource.address.split(".").at(-1)}_vcpus_per_node`);
  return typeof said === "number" ? said : undefined;
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
  return (resource.parts.change?.changed ?? []).filter(
    (path) => path.startsWith(prefix) && ROTATING.has(attributeIn(path.slice(prefix.length))),
  );
}

/** The attribute at the root of a path. */
export function attributeIn(path: string): string {
  return path.split(/[.[]/, 1)[0] as string;
}
