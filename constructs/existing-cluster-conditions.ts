import type { Construct } from "constructs";
import { HIGH_AVAILABILITY_NODES } from "../azure/azureml-extension.ts";
import { memoryBySize, vCpusBySize } from "../azure/vm-sizes.ts";
import devTestSizeRule from "../rules/attachment/dev-test-size.ts";
import productionNodesRule from "../rules/attachment/production-nodes.ts";
import productionSizeRule from "../rules/attachment/production-size.ts";
import sameSubscriptionRule from "../rules/attachment/same-subscription.ts";
import authorizedRangesRule from "../rules/cluster/authorized-ranges-azureml.ts";
import standardLoadBalancerRule from "../rules/cluster/authorized-ranges-standard-lb.ts";
import kubernetesVersionRule from "../rules/cluster/kubernetes-version.ts";
import extensionSettingsRule from "../rules/kubernetes/extension-settings.ts";
import { Fn, Op, TerraformLocal, Token } from "./cdktf.ts";
import { conditionText, type TerraformCondition } from "./condition.ts";

/**
 * What only Azure knows of an existing cluster, as expressions that Terraform evaluates in the plan. `cluster` is the
 * address of the data source. Terraform evaluates both sides of || and &&, so choices are written with ?:.
 */

/** The pools that run models: those without the CriticalAddonsOnly taint, unless it is on all. */
function servingPools(cluster: string): string {
  const all = `${cluster}.agent_pool_profile`;
  const isFree = `length(regexall("CriticalAddonsOnly", try(join(",", pool.node_taints), ""))) == 0`;
  return `[for pool in ${all} : pool if ${isFree} || alltrue([for each in ${all} : length(regexall("CriticalAddonsOnly", try(join(",", each.node_taints), ""))) > 0])]`;
}

/** With autoscaling only the least number of nodes is sure to be there. */
const NODES = "(pool.auto_scaling_enabled ? pool.min_count : pool.count)";

/** VM sizes as the local map has them. */
const SIZE = `replace(lower(pool.vm_size), "standard_", "")`;

/** The vCPUs of every VM size, as a map that expressions look up; its reference. */
export function addVmSizes(scope: Construct): string {
  return `local.${new TerraformLocal(scope, "vcpus_of_vm_size", vCpusBySize()).friendlyUniqueId}`;
}

/** The memory of every VM size in GiB, in the same way. */
export function addMemorySizes(scope: Construct): string {
  return `local.${new TerraformLocal(scope, "memory_gib_of_vm_size", memoryBySize()).friendlyUniqueId}`;
}

/** True where a size is not in the map: what is not known is not wrong. */
function hasVCpus(cluster: string, sizes: string, least: number): string {
  return `\${${hasLeast(cluster, sizes, least)}}`;
}

/** What the nodes have together of what a map says of a VM size. */
function hasLeast(cluster: string, sizes: string, least: number): string {
  const pools = servingPools(cluster);
  const isUnknown = `anytrue([for pool in ${pools} : !contains(keys(${sizes}), ${SIZE})])`;
  const sum = `sum(concat([0], [for pool in ${pools} : ${NODES} * lookup(${sizes}, ${SIZE}, 0)]))`;
  return `${isUnknown} ? true : ${sum} >= ${least}`;
}

export function productionSize(cluster: string, sizes: string): TerraformCondition {
  return {
    condition: hasVCpus(cluster, sizes, 12),
    errorMessage: conditionText(productionSizeRule, "The cluster has fewer than 12 vCPUs in the pools that run models."),
  };
}

export function devTestSize(cluster: string, sizes: string): TerraformCondition {
  return {
    condition: hasVCpus(cluster, sizes, 2),
    errorMessage: conditionText(devTestSizeRule, "The cluster has fewer than 2 vCPUs in the pools that run models."),
  };
}

export function productionNodes(cluster: string): TerraformCondition {
  return {
    condition: `\${sum(concat([0], [for pool in ${servingPools(cluster)} : ${NODES}])) >= 3}`,
    errorMessage: conditionText(productionNodesRule, "The cluster has fewer than 3 nodes in the pools that run models."),
  };
}

/** 4 vCPUs and 14 GB of memory. */
export function extensionSize(cluster: string, sizes: string, memory: string): TerraformCondition {
  return {
    condition: `\${alltrue([${hasLeast(cluster, sizes, 4)}, ${hasLeast(cluster, memory, 14)}])}`,
    errorMessage: conditionText(productionSizeRule, "The cluster has fewer than 4 vCPUs or less than 14 GB of memory."),
  };
}

/** Every node counts, whatever its taints. */
export function highAvailability(cluster: string): TerraformCondition {
  return {
    condition: `\${sum(concat([0], [for pool in ${cluster}.agent_pool_profile : ${NODES}])) >= ${HIGH_AVAILABILITY_NODES}}`,
    errorMessage: conditionText(extensionSettingsRule, `The cluster has fewer than ${HIGH_AVAILABILITY_NODES} nodes, and inferenceRouterHA is on.`),
  };
}

export function sameSubscription(clusterId: string, workspaceId: string): TerraformCondition {
  const subscription = (id: string): string => Fn.lower(Fn.element(Fn.split("/", id), 2));
  return {
    condition: Token.asString(Op.eq(subscription(clusterId), subscription(workspaceId))),
    errorMessage: conditionText(sameSubscriptionRule, "The cluster is in another subscription than the workspace."),
  };
}

export function standardLoadBalancer(cluster: string): TerraformCondition {
  return {
    condition: `\${length(${cluster}.api_server_authorized_ip_ranges) == 0 ? true : lower(${cluster}.network_profile[0].load_balancer_sku) == "standard"}`,
    errorMessage: conditionText(standardLoadBalancerRule, "The cluster has authorized IP ranges and a Basic load balancer."),
  };
}

/** Every range of Azure ML lies in one of the cluster's. Terraform has no function for it: see the condition. */
export function authorizedRanges(cluster: string, published: readonly string[]): TerraformCondition {
  const own = `${cluster}.api_server_authorized_ip_ranges`;
  // A range is in another where its prefix is as long or longer, and its address, cut to the other's length, is the other's.
  const isInside = `try(tonumber(split("/", range)[1]) >= tonumber(split("/", own)[1]) && cidrhost(format("%s/%s", split("/", range)[0], split("/", own)[1]), 0) == cidrhost(own, 0), false)`;
  return {
    condition: `\${length(${own}) == 0 ? true : alltrue([for range in concat(${published.join(", ")}) : anytrue([for own in ${own} : ${isInside}])])}`,
    errorMessage: conditionText(authorizedRangesRule, "The authorized IP ranges of the cluster do not let Azure ML's control plane in."),
  };
}

export function supportedVersion(cluster: string, versions: string): TerraformCondition {
  return {
    condition: isAmong(cluster, versions),
    errorMessage: conditionText(kubernetesVersionRule, "The Kubernetes version of the cluster is not supported."),
  };
}

export function releasedVersion(cluster: string, versions: string): TerraformCondition {
  return {
    condition: isAmong(cluster, versions),
    errorMessage: conditionText(kubernetesVersionRule, "The Kubernetes version of the cluster is a preview, or not supported."),
  };
}

function isAmong(cluster: string, versions: string): string {
  return `\${contains(${versions}, ${cluster}.current_kubernetes_version)}`;
}

/** Not a rule: what is in a private network is reached from there alone. */
export function privateCluster(cluster: string): TerraformCondition {
  return {
    condition: `\${!${cluster}.private_cluster_enabled}`,
    errorMessage: "This cluster is private: stacks with objects in it must run inside its network, in HCP Terraform with an agent.",
  };
}
