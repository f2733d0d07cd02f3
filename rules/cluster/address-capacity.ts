import { type Cidr, formatCidr, formatIpv4, parseCidr } from "../../azure/cidr.ts";
import { RESERVED_FIRST, RESERVED_LAST } from "../../azure/network.ts";
import { subnetAt } from "../../model/network.ts";
import { counted, type NodePool, nodePools } from "../../model/node-pools.ts";
import type { Resource } from "../../model/resource.ts";
import { change, cluster, example, finds, nodePool } from "../examples.ts";
import { createdClusters, type Problem, rule } from "../rule.ts";
import { IP_PLANNING } from "../sources.ts";

const PROFILE = "network_profile[0]";
const PODS = `${PROFILE}.pod_cidr`;
const SUBNET = "vnet_subnet_id";

/** A node takes a range of its own for its pods: in overlay mode and with kubenet. */
const NODE_PREFIX = 24;
/** Pods of a node, where nobody says, of Azure CNI in the nodes' subnet. */
const PODS_PER_NODE = 30;
/** Nodes that an upgrade adds, where nobody says. */
const SURGE = "10%";

const overlay = (pod_cidr: string, pool: object = {}): object =>
  cluster({ network_profile: { network_plugin_mode: "overlay", pod_cidr }, default_node_pool: pool });
const inSubnet = (pool: object, changes: object = {}): object =>
  cluster({ default_node_pool: { vnet_subnet_id: "${azurerm_subnet.aks.id}", ...pool }, ...changes });
const subnet = (address_prefixes: unknown): object => ({
  resource: { azurerm_subnet: { aks: { name: "snet", address_prefixes } } },
});

export default rule({
  id: "cluster/address-capacity",
  level: "error",
  fact: "The ranges of pods and nodes have addresses for every node that the pools can have, and for those that an upgrade adds.",
  why: "In overlay mode and with kubenet each node takes a /24 of the pod range; with Azure CNI in the nodes' subnet each takes an address, and one for each of its pods. When none are left, no node is added: scaling and upgrades fail with SubnetIsFull.",
  source: IP_PLANNING,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    yield () => podRange(target);
    yield () => subnets(target);
  },
  configuration: {
    passing: { create: { network: { mode: "overlay", podCidr: "10.244.0.0/20" } } },
    failing: {
      create: {
        nodePool: { nodeCount: null, minCount: 3, maxCount: 6 },
        network: { mode: "overlay", podCidr: "10.244.0.0/22" },
      },
    },
  },
  get examples() {
    return {
      passing: [
        example("a pod range for more nodes", overlay("10.244.0.0/21", { node_count: 5 })),
        example("the pod range that AKS takes", cluster({ network_profile: { network_plugin_mode: "overlay" } })),
        example("a subnet that is large enough", inSubnet({ node_count: 5, max_pods: 30 }), subnet(["10.0.1.0/24"])),
        example(
          "a subnet of nodes alone",
          inSubnet({ node_count: 10 }, { network_profile: { network_plugin_mode: "overlay" } }),
          subnet(["10.0.1.0/27"]),
        ),
        example(
          "a pool without surge",
          overlay("10.244.0.0/22", { node_count: 4, upgrade_settings: { max_surge: "0", max_unavailable: "1" } }),
        ),
        change(
          "what stands already",
          [overlay("10.244.0.0/22", { node_count: 5 })],
          [
            cluster({
              network_profile: { network_plugin_mode: "overlay", pod_cidr: "10.244.0.0/22" },
              default_node_pool: { node_count: 5 },
              tags: { team: "ml" },
            }),
          ],
        ),
      ],
      failing: [
        finds(
          "network_profile[0].pod_cidr",
          example("a pod range for fewer nodes", overlay("10.244.0.0/22", { node_count: 5 })),
        ),
        finds(
          "network_profile[0].pod_cidr",
          example(
            "fewer nodes than the autoscaler may add",
            overlay("10.244.0.0/22", { node_count: null, auto_scaling_enabled: true, min_count: 3, max_count: 5 }),
          ),
        ),
        finds(
          "network_profile[0].pod_cidr",
          example("a pod range without room for an upgrade", overlay("10.244.0.0/22", { node_count: 4 })),
        ),
        finds(
          "network_profile[0].pod_cidr",
          example("pools that share the pod range", overlay("10.244.0.0/22"), nodePool({ node_count: 3 })),
        ),
        finds(
          "network_profile[0].pod_cidr",
          example("kubenet", cluster({ network_profile: { network_plugin: "kubenet", pod_cidr: "10.244.0.0/23" } })),
        ),
        finds(
          "default_node_pool[0].vnet_subnet_id",
          example(
            "a subnet that is too small for the pods",
            inSubnet({ node_count: 10, max_pods: 30 }),
            subnet(["10.0.1.0/24"]),
          ),
        ),
        finds(
          "default_node_pool[0].vnet_subnet_id",
          example("a subnet without room for an upgrade", inSubnet({ node_count: 8 }), subnet(["10.0.1.0/24"])),
        ),
        finds(
          "default_node_pool[0].vnet_subnet_id",
          example(
            "a subnet that is too small for the nodes",
            inSubnet({ node_count: 30 }, { network_profile: { network_plugin_mode: "overlay" } }),
            subnet(["10.0.1.0/27"]),
          ),
        ),
      ],
      unknown: [
        example("the pod range is a variable", overlay("${var.pods}")),
        example("the node count is a variable", overlay("10.244.0.0/22", { node_count: "${var.nodes}" })),
        example("the subnet is a variable", cluster({ default_node_pool: { vnet_subnet_id: "${var.subnet_id}" } })),
        example("the range of the subnet is a variable", inSubnet({}), subnet(["${var.range}"])),
      ],
    };
  },
});

/** Whether pods have a range of their own, of which each node takes a part. */
function hasPodRange(target: Resource): boolean {
  const plugin = target.text(`${PROFILE}.network_plugin`);
  return plugin === "kubenet" || (plugin === "azure" && target.text(`${PROFILE}.network_plugin_mode`) === "overlay");
}

function* podRange(target: Resource): Generator<Problem> {
  if (!target.exists(PROFILE) || !hasPodRange(target)) return;
  // In dual stack the same stands in a list.
  const text = target.text(PODS) ?? [...target.items(`${PROFILE}.pod_cidrs`)].find((each) => !each.includes(":"));
  const range = text === undefined ? undefined : parseCidr(text);
  if (!range || range.prefix > NODE_PREFIX) return;
  const room = 2 ** (NODE_PREFIX - range.prefix);
  const { most, surge } = nodesOf(nodePools(target));
  if (most + surge <= room) return;
  yield {
    attribute: PODS,
    ...(most > room ? {} : { level: "warning" }),
    message: `the pod range ${text} has a /${NODE_PREFIX} for ${counted(room, "node")}, and ${nodesInWords(most, surge, most > room)}`,
    advice: `use a pod range of /${NODE_PREFIX - Math.ceil(Math.log2(most + surge))} or larger, or fewer nodes`,
    fix: () => {
      const wider = parseCidr(`${formatIpv4(range.first)}/${NODE_PREFIX - Math.ceil(Math.log2(most + surge))}`);
      return wider && { set: { [PODS]: formatCidr(wider) } };
    },
  };
}

/** The subnets of the nodes, each with the pools in it. */
function* subnets(target: Resource): Generator<Problem> {
  const groups: {
    readonly ranges: readonly string[];
    readonly title: string;
    readonly is: (other: NonNullable<ReturnType<typeof subnetAt>>) => boolean;
    readonly pools: NodePool[];
  }[] = [];
  for (const pool of nodePools(target)) {
    const found = subnetAt(pool.resource, pool.at(SUBNET));
    if (!found) continue;
    if (!found.resource) return pool.resource.notKnownWithout(pool.at(SUBNET), "its subnet");
    const group = groups.find(({ is }) => is(found));
    if (group) group.pools.push(pool);
    else groups.push({ ranges: found.ranges, title: found.title, is: (other) => found.isSame(other), pools: [pool] });
  }
  for (const { ranges, title, pools } of groups) {
    const room = ranges
      .flatMap((text) => parseCidr(text) ?? [])
      .reduce((total, range) => total + sizeOf(range) - RESERVED_FIRST - RESERVED_LAST, 0);
    // IPv6 alone, or no range at all.
    if (room <= 0) continue;
    const needed = pools.map((pool) => ({ ...nodesOf([pool]), each: addressesPerNode(target, pool) }));
    const forNodes = needed.reduce((total, { most, each }) => total + most * each, 0);
    const forAll = needed.reduce((total, { most, surge, each }) => total + (most + surge) * each, 0);
    if (forAll <= room) continue;
    const { most, surge } = nodesOf(pools);
    const isShort = forNodes > room;
    const [pool] = pools as [NodePool];
    yield {
      resource: pool.resource,
      attribute: pool.at(SUBNET),
      ...(isShort ? {} : { level: "warning" }),
      message: `${title} has ${counted(room, "address").replace("addresss", "addresses")} for nodes, and ${nodesInWords(most, surge, isShort)} need ${isShort ? forNodes : forAll}`,
      advice:
        "use a larger subnet, fewer nodes, fewer pods a node (max pods), or the plugin mode overlay, in which pods need no address of the subnet",
    };
  }
}

function sizeOf({ first, last }: Cidr): number {
  return last - first + 1;
}

/** With Azure CNI in the nodes' subnet, pods have addresses of it. */
function addressesPerNode(target: Resource, pool: NodePool): number {
  const isFlat =
    target.text(`${PROFILE}.network_plugin`) === "azure" &&
    !hasPodRange(target) &&
    !pool.resource.exists(pool.at("pod_subnet_id"));
  return isFlat ? 1 + (pool.resource.number(pool.at("max_pods")) || PODS_PER_NODE) : 1;
}

/** The most nodes that pools can have, and those that an upgrade adds to the pool that needs most of them. */
function nodesOf(pools: readonly NodePool[]): { readonly most: number; readonly surge: number } {
  const counts = pools.map((pool) => ({ most: pool.most, surge: surgeOf(pool) }));
  return {
    most: counts.reduce((total, { most }) => total + most, 0),
    surge: Math.max(0, ...counts.map(({ surge }) => surge)),
  };
}

/** https://learn.microsoft.com/azure/aks/upgrade-aks-cluster#customize-node-surge-upgrade */
function surgeOf(pool: NodePool): number {
  const settings = pool.at("upgrade_settings[0]");
  const given = pool.resource.text(`${settings}.max_surge`);
  // Azure answers nothing where it takes nodes away instead.
  const text = given || (pool.resource.text(`${settings}.max_unavailable`) ? "0" : SURGE);
  const number = Number.parseFloat(text);
  if (Number.isNaN(number)) return 0;
  return text.endsWith("%") ? Math.ceil((pool.most * number) / 100) : number;
}

function nodesInWords(most: number, surge: number, isShort: boolean): string {
  return isShort
    ? `the pools can have ${counted(most, "node")}`
    : `the pools can have ${counted(most, "node")}, and ${surge} more during an upgrade`;
}
