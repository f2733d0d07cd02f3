import { EXTENSION_MEMORY_GIB } from "../azure/azureml-extension.ts";
import { MEMORY_OF_VCPU, VCPUS_IN_NAME } from "../azure/vm-sizes.ts";
import type { Level } from "../model/finding.ts";

/**
 * What only Azure knows of a cluster that exists, as Terraform expressions: data.azapi_resource gives what Azure
 * Resource Manager answers, and the plan evaluates them. Every read bears what is absent, null or empty: where it is
 * not known whether something holds, it is taken to hold.
 *
 * Which nodes serve: Linux, neither spot nor of a gateway, and without a taint that keeps pods away, Azure ML's own
 * aside. Pools with the taint CriticalAddonsOnly serve where there are no others. How many now: the nodes that a pool
 * has, and with autoscaling at least its least number. It decides an error. How many at least: with autoscaling the
 * least number alone. It decides a warning. Not known: clusters without pools in sight (AKS Automatic, hosted system
 * pools), node auto-provisioning, managed system pools, pools and VM sizes of which Azure does not say the number.
 * https://learn.microsoft.com/azure/machine-learning/reference-kubernetes
 */

/** API version that knows pools of type VirtualMachines, node auto-provisioning and hosted system pools. */
export const EXISTING_CLUSTER_TYPE = "Microsoft.ContainerService/managedClusters@2025-10-01";

/** All that the conditions read of Azure's answer; it holds no secret. */
export const EXISTING_CLUSTER_VALUES: readonly string[] = [
  "sku.name",
  "sku.tier",
  "properties.agentPoolProfiles",
  "properties.apiServerAccessProfile.authorizedIPRanges",
  "properties.apiServerAccessProfile.enablePrivateCluster",
  "properties.currentKubernetesVersion",
  "properties.kubernetesVersion",
  "properties.networkProfile.loadBalancerSku",
  "properties.nodeProvisioningProfile.mode",
  "properties.powerState.code",
  "properties.supportPlan",
];

/** A constraint that Terraform itself checks in the plan. */
export interface PlanCondition {
  /** `error` stops the plan, `warning` is a check block. */
  readonly level: Extract<Level, "error" | "warning">;
  /** Terraform expression that is true where it holds, and where that is not known. */
  readonly expression: string;
  /** What is wrong where it does not hold, in a sentence. */
  readonly wrong: string;
}

/**
 * An attachment of a cluster that exists, for conditions: what is known of it, and Terraform references to the rest.
 */
export interface ExistingAttachment {
  /** Address of the data.azapi_resource that reads the cluster. */
  readonly cluster: string;
  /** Whether the cluster serves production. */
  readonly isProduction: boolean;
  /** Expression of the workspace's subscription. */
  readonly workspaceSubscription: string;
  /** What a KubernetesCompute asks of it. Default: it is attached as AksCompute. */
  readonly kubernetesCompute?: {
    /** Whether the extension is installed with it. */
    readonly installsExtension: boolean;
    /** Whether the inference router needs three nodes. */
    readonly inferenceRouterHA: boolean;
    /** Whether Azure ML reaches the API server whatever its authorized ranges are. */
    readonly trustedAccess: boolean;
  };
  /** Reference to `vCpusUnlikeName`. */
  vCpusUnlikeName(): string;
  /** Reference to `memoryUnlikeName`. */
  memoryUnlikeName(): string;
  /** References to the lists of Azure ML's published ranges; none where none are published. */
  azureMachineLearningRanges(): readonly string[];
  /** References to the lists of versions of the cluster's region, without previews and with them. */
  versions(): { readonly released: string; readonly all: string };
}

/** A text in lower case; empty where there is none. */
export function word(reference: string): string {
  return `try(lower(${reference}), "")`;
}

/** The properties of Azure's answer. */
export function propertiesOf(cluster: string): string {
  return `${cluster}.output.properties`;
}

/** A list, without what is null; empty where there is none. */
export function listOf(reference: string): string {
  return `try([for each in ${reference} : each if each != null], [])`;
}

/** Binds a value to a name, for an expression that needs it several times. */
function bind(name: string, value: string, expression: string): string {
  return `[for ${name} in [${value}] : ${expression}][0]`;
}

/** Taints that keep pods away. Azure ML's own begin with ml.azure.com/, and its pods tolerate them. */
const KEEPS_AWAY = ":(NoSchedule|NoExecute)$";
const TAINTS = listOf("pool.nodeTaints");
const hasTaint = (condition: string): string =>
  `anytrue([for taint in ${TAINTS} : can(regex("${KEEPS_AWAY}", taint)) && ${condition}])`;
const IS_CRITICAL = hasTaint('can(regex("^CriticalAddonsOnly", taint))');
const SERVES = [
  `${word("pool.osType")} != "windows"`,
  `${word("pool.scaleSetPriority")} != "spot"`,
  `${word("pool.mode")} != "gateway"`,
  `!${hasTaint('!can(regex("^(CriticalAddonsOnly|ml[.]azure[.]com/)", taint))')}`,
].join(" && ");

/** VM sizes in lower case without `Standard_`. */
const sizeOf = (reference: string): string => `replace(try(lower(${reference}), ""), "standard_", "")`;

/**
 * Machines of a pool, as entries of a VM size and a number. Pools of type VirtualMachines have their own lists; what is
 * asked for is what somebody set, or the least of autoscaling. Without autoscaling Azure answers a least number too,
 * which means nothing. Entries that cannot be read make an empty list, whose sum is an error: not known.
 */
const machines = (list: string): string =>
  `[for each in ${list} : { size = ${sizeOf("each.size")}, nodes = tonumber(try(each.count, each.minCount)) } if each != null]`;
const scaleSet = (count: string): string =>
  `[for count in [tonumber(${count})] : { size = ${sizeOf("pool.vmSize")}, nodes = count } if ${word("pool.type")} != "virtualmachines"]`;
const SCALE = "pool.virtualMachinesProfile.scale";
const LEAST = "try(tobool(pool.enableAutoScaling), false) == true ? pool.minCount : pool.count";
const ASKED_FOR = `try([for scale in [${SCALE}] : ${machines("flatten([try(scale.manual, []), try(scale.autoscale, [])])")} if scale != null][0], ${scaleSet(LEAST)}, [])`;
const THERE = `try(coalescelist(try(${machines("pool.virtualMachineNodesStatus")}, []), try(${scaleSet("pool.count")}, [])), asked)`;

/** What is asked of the nodes that serve. */
export interface Need {
  /** Expression of what a node has, by one of its VM size. Default: the nodes themselves are counted. */
  readonly of?: (size: string) => string;
  readonly atLeast: number;
}

/** vCPUs of a node. They are in the name of the VM size, or in a map. */
export function vCpus(unlikeName: string): Need["of"] {
  return (size) => `try(${unlikeName}[${size}], ${vCpusInName(size)})`;
}

/** Memory of a node in GiB, as far as that matters: what suffices alone counts as no more than that. */
export function memory(unlikeName: string): Need["of"] {
  return (size) => {
    const gibOfVCpu = MEMORY_OF_VCPU.reduceRight(
      (otherwise, [pattern, gib]) => `can(regex("${pattern}", ${size})) ? ${gib} : ${otherwise}`,
      String(EXTENSION_MEMORY_GIB),
    );
    return `try(${unlikeName}[${size}], min((${gibOfVCpu}) * ${vCpusInName(size)}, ${EXTENSION_MEMORY_GIB}))`;
  };
}

const vCpusInName = (size: string): string => `tonumber(regex("${VCPUS_IN_NAME}", ${size})[0])`;

/** Whether what serves now is enough. */
export function hasNow(cluster: string, needs: readonly Need[]): string {
  return overServing(cluster, isEnoughNow(needs));
}

/** Whether what serves stays enough where autoscaling takes nodes away; true where it is not even enough now. */
export function keepsAtLeast(cluster: string, needs: readonly Need[]): string {
  return overServing(cluster, `!(${isEnoughNow(needs)}) || ${isEnoughAtLeast(needs)}`);
}

/** Whether what serves at least is enough. */
export function hasAtLeast(cluster: string, needs: readonly Need[]): string {
  return overServing(cluster, isEnoughAtLeast(needs));
}

/** What machines have together; an error where that is not known. */
const amount = (list: string, of: Need["of"]): string =>
  `sum([for machine in ${list} : machine.nodes${of ? ` * ${of("machine.size")}` : ""}])`;
const isEnough = (needs: readonly Need[], ofPool: (of: Need["of"]) => string): string =>
  needs
    .map(({ of, atLeast }) => `try(sum(concat([0], [for each in serving : ${ofPool(of)}])) >= ${atLeast}, true)`)
    .join(" && ");
const isEnoughNow = (needs: readonly Need[]): string =>
  isEnough(needs, (of) => `max(${amount("each.there", of)}, ${amount("each.asked", of)})`);
const isEnoughAtLeast = (needs: readonly Need[]): string => isEnough(needs, (of) => amount("each.asked", of));

/**
 * A condition on the pools that serve, by the name `serving`; true where the cluster does not say what nodes it has.
 */
function overServing(cluster: string, condition: string): string {
  const unknown = [
    `${word(`${cluster}.output.sku.name`)} == "automatic"`,
    `${word(`${propertiesOf(cluster)}.nodeProvisioningProfile.mode`)} == "auto"`,
    "length(pools) == 0",
    `anytrue([for pool in pools : ${word("pool.mode")} == "managedsystem"])`,
  ].join(" || ");
  const machinesOf = `[for asked in [${ASKED_FOR}] : { critical = ${IS_CRITICAL}, asked = asked, there = ${THERE} }][0]`;
  const candidates = `[for pool in pools : ${machinesOf} if ${SERVES}]`;
  const serving = "[for each in all : each if !each.critical || alltrue([for other in all : other.critical])]";
  const over = bind("all", candidates, bind("serving", serving, condition));
  return bind("pools", listOf(`${propertiesOf(cluster)}.agentPoolProfiles`), `${unknown} ? true : ${over}`);
}

/** The authorized ranges of the cluster's API server. */
export function authorizedRangesOf(cluster: string): string {
  return `try([for each in ${propertiesOf(cluster)}.apiServerAccessProfile.authorizedIPRanges : tostring(each) if each != null && each != ""], [])`;
}

/** Whether the API server has a private address only; false where that is not said. */
export function isPrivate(cluster: string): string {
  return `try(tobool(${propertiesOf(cluster)}.apiServerAccessProfile.enablePrivateCluster), false) == true`;
}

/** Whether the cluster is stopped; false where that is not said. */
export function isStopped(cluster: string): string {
  return `${word(`${propertiesOf(cluster)}.powerState.code`)} == "stopped"`;
}

/** An address as a number; an error where it is none of IPv4. */
const number = (address: string): string =>
  bind("octet", `split(".", ${address})`, "octet[0] * 16777216 + octet[1] * 65536 + octet[2] * 256 + octet[3]");

/** A range without a prefix is one address. */
const CIDR = 'length(split("/", range)) == 1 ? format("%s/32", range) : range';

/** IPv4 ranges as first and last address; what is none is left out. */
function intervals(ranges: string): string {
  const interval = `{ first = ${number("cidrhost(cidr, 0)")}, last = ${number("cidrhost(cidr, -1)")} }`;
  return `flatten([for range in ${ranges} : try([for cidr in [${CIDR}] : ${interval}], [])])`;
}

/**
 * Whether every published range is covered by the cluster's own together. One is, where its first address is in one of
 * them, and so is every address in it that follows the end of one. A range that is not a CIDR is a service tag, and
 * what that holds is not known.
 */
export function coversRanges(own: string, published: readonly string[]): string {
  const isTag = `anytrue([for range in ranges : !can(cidrhost(${CIDR}, 0))])`;
  const points =
    "concat([target.first], [for each in own : each.last + 1 if each.last >= target.first && each.last < target.last])";
  const covered = `alltrue([for target in ${intervals(`concat(${published.map(listOf).join(", ")})`)} : alltrue([for point in ${points} : anytrue([for each in own : each.first <= point && point <= each.last])])])`;
  return bind("ranges", own, `length(ranges) == 0 || ${isTag} ? true : ${bind("own", intervals("ranges"), covered)}`);
}
