import { securityRules, subnetAt } from "../../model/network.ts";
import { attributeOf } from "../../model/node-pools.ts";
import type { Resource } from "../../model/resource.ts";
import { attachment, cluster, example, extension, finds, SUBNET_ID } from "../examples.ts";
import { allNodePools, rule } from "../rule.ts";
import { aksComputesAt, extensionsAt } from "../siblings.ts";

/** Traffic that nodes need, as a security group sees it. */
interface Flow {
  readonly direction: "Inbound" | "Outbound";
  /** The other end: a service tag that Azure's own rules use. */
  readonly peer: "VirtualNetwork" | "AzureLoadBalancer" | "Internet";
  /** Where one of them is let through, it works. */
  readonly ports: readonly number[];
  /** In words. */
  readonly what: string;
}

/** https://learn.microsoft.com/azure/aks/concepts-network#custom-network-security-groups */
const OF_EVERY_CLUSTER: readonly Flow[] = [
  { direction: "Inbound", peer: "VirtualNetwork", ports: [10250], what: "traffic between nodes and pods" },
  { direction: "Inbound", peer: "AzureLoadBalancer", ports: [10256], what: "the probes of the load balancer" },
  { direction: "Outbound", peer: "VirtualNetwork", ports: [10250], what: "traffic between nodes and pods" },
  { direction: "Outbound", peer: "Internet", ports: [443], what: "the way to Azure, Azure ML and the registries" },
];

const GROUP_NAME = "network_security_group_name";

/** Of the scoring endpoint: HTTPS or HTTP. */
const PORTS = [443, 80];

const inSubnet = cluster({ default_node_pool: { vnet_subnet_id: "${azurerm_subnet.aks.id}" } });
const security = (...rules: object[]): object => ({
  resource: {
    azurerm_subnet: { aks: { name: "snet", address_prefixes: ["10.0.1.0/24"] } },
    azurerm_network_security_group: {
      aks: { name: "nsg", location: "westeurope", resource_group_name: "rg-net", security_rule: rules },
    },
    azurerm_subnet_network_security_group_association: {
      aks: {
        subnet_id: "${azurerm_subnet.aks.id}",
        network_security_group_id: "${azurerm_network_security_group.aks.id}",
      },
    },
  },
});
const entry = (direction: string, access: string, priority: number, changes: object = {}): object => ({
  name: `${direction}${priority}`,
  direction,
  access,
  priority,
  protocol: "*",
  source_port_range: "*",
  destination_port_range: "*",
  source_address_prefix: "*",
  destination_address_prefix: "*",
  ...changes,
});
const denied = entry("Inbound", "Deny", 4000);
const allowed = (source_address_prefix: string, destination_port_range: string, priority: number): object =>
  entry("Inbound", "Allow", priority, { source_address_prefix, destination_port_range });

export default rule({
  id: "cluster/security-group",
  level: "warning",
  fact: "The security group of the nodes' subnet allows what the cluster needs: traffic between nodes and pods, the probes of the load balancer, outbound traffic, and calls of the scoring endpoint.",
  why: "AKS does not change your security groups. Otherwise nodes never become ready, pods do not reach each other, or the endpoint times out.",
  source: "https://learn.microsoft.com/azure/aks/concepts-network#network-security-groups",
  phases: ["synthesis", "plan"],
  on: allNodePools,
  *check(pool) {
    const { resource } = pool;
    const attribute = attributeOf(pool, "vnet_subnet_id");
    const found = subnetAt(resource, attribute);
    // Of an ID alone there is nothing to see.
    if (!found?.resource) return;
    // What is read tells its group in the plan, or not at all.
    if (found.resource.parts.mode === "data" && !found.resource.isSet("network_security_group_id")) return;
    const attached = found.securityGroup;
    if (!attached) return;
    const { resource: group, id, by } = attached;
    if (!group && id === undefined)
      return by.notKnown("network_security_group_id", by.references("network_security_group_id"));
    if (!group) return;
    const rules = rulesOf(group);
    const flows = [...OF_EVERY_CLUSTER, ...(pool.path === "" ? [] : scoringFlows(resource))];
    const blocked = flows.flatMap((flow) => {
      const rule = blockerOf(flow, rules);
      return rule ? [{ flow, rule }] : [];
    });
    if (blocked.length === 0) return;
    const what = [...new Set(blocked.map(({ flow }) => flow.what))];
    const names = [...new Set(blocked.map(({ rule }) => rule.name))];
    yield {
      attribute,
      message: `the security group of ${found.title} (${group.address}) denies ${what.join(", ")}, by ${names.length === 1 ? "the rule" : "the rules"} ${names.join(" and ")}`,
      advice: "allow it with rules of a lower priority number, or remove what denies it",
    };
  },
  configuration: "Subnets and their security groups are not configured here.",
  get examples() {
    return {
      passing: [
        example("Azure's own rules alone", inSubnet, security()),
        example(
          "all is denied but what is needed",
          inSubnet,
          security(
            denied,
            allowed("VirtualNetwork", "*", 100),
            allowed("AzureLoadBalancer", "*", 110),
            allowed("Internet", "443", 120),
          ),
          attachment(),
        ),
        example(
          "a port that nobody needs is denied",
          inSubnet,
          security(entry("Inbound", "Deny", 100, { destination_port_range: "22" })),
          attachment(),
        ),
        example(
          "somebody is denied",
          inSubnet,
          security(entry("Inbound", "Deny", 100, { source_address_prefix: "203.0.113.0/24" })),
          attachment(),
        ),
        example("a subnet that is not in sight", cluster({ default_node_pool: { vnet_subnet_id: SUBNET_ID } })),
      ],
      failing: [
        finds("default_node_pool[0].vnet_subnet_id", example("all of inbound is denied", inSubnet, security(denied))),
        finds(
          "default_node_pool[0].vnet_subnet_id",
          example(
            "the way out is denied",
            inSubnet,
            security(entry("Outbound", "Deny", 4000, { destination_address_prefix: "Internet" })),
          ),
        ),
        finds(
          "default_node_pool[0].vnet_subnet_id",
          example(
            "calls of the endpoint are denied",
            inSubnet,
            security(entry("Inbound", "Deny", 200, { source_address_prefix: "Internet" })),
            extension({ inferenceRouterServiceType: "loadBalancer" }),
          ),
        ),
        finds(
          "default_node_pool[0].vnet_subnet_id",
          example("a rule of its own", inSubnet, security(), {
            resource: {
              azurerm_network_security_rule: {
                deny: {
                  ...denied,
                  resource_group_name: "rg-net",
                  network_security_group_name: "${azurerm_network_security_group.aks.name}",
                },
              },
            },
          }),
        ),
      ],
      unknown: [
        example("the subnet is a variable", cluster({ default_node_pool: { vnet_subnet_id: "${var.subnet_id}" } })),
        example(
          "the source of a rule is a variable",
          inSubnet,
          security(entry("Inbound", "Deny", 100, { source_address_prefix: "${var.source}" })),
        ),
      ],
    };
  },
});

/** A rule of a security group. */
interface SecurityRule {
  readonly name: string;
  readonly priority: number;
  readonly isDeny: boolean;
  readonly direction: string;
  readonly protocol: string;
  /** The other end, seen from the subnet, and the ports of what is called. */
  readonly peers: readonly string[];
  readonly ports: readonly string[];
}

function rulesOf(group: Resource): readonly SecurityRule[] {
  // One of a group that is not known may be of this one.
  for (const rule of group.model.ofType("azurerm_network_security_rule"))
    if (!group.model.named(rule, GROUP_NAME, "azurerm_network_security_group")) rule.text(GROUP_NAME);
  group.model.assertNone("azurerm_network_security_rule", {
    mayBe: (each) => [undefined, group].includes(group.model.named(each, GROUP_NAME, "azurerm_network_security_group")),
    given: [group],
  });
  const rules = securityRules(group).map(({ resource, path }): SecurityRule => {
    const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
    const direction = resource.text(at("direction")) ?? "";
    const end = direction === "Inbound" ? "source" : "destination";
    const list = (one: string, several: string): string[] => {
      const single = resource.text(at(one));
      return [...(single ? [single] : []), ...resource.items(at(several))];
    };
    return {
      name: resource.text(at("name")) ?? resource.address,
      priority: resource.number(at("priority")) ?? 0,
      isDeny: resource.text(at("access")) === "Deny",
      direction,
      protocol: resource.text(at("protocol")) ?? "*",
      peers: list(`${end}_address_prefix`, `${end}_address_prefixes`),
      ports: list("destination_port_range", "destination_port_ranges"),
    };
  });
  return rules.sort((a, b) => a.priority - b.priority);
}

/** What denies all of a flow; undefined where some of it is let through. */
function blockerOf(flow: Flow, rules: readonly SecurityRule[]): SecurityRule | undefined {
  const blockers = flow.ports.map((port) => blockerOfPort(flow, port, rules));
  return blockers.includes(undefined) ? undefined : blockers[0];
}

/** The first rule that denies a port, where none before allows some of it. */
function blockerOfPort(flow: Flow, port: number, rules: readonly SecurityRule[]): SecurityRule | undefined {
  for (const rule of rules) {
    if (
      rule.direction !== flow.direction ||
      !["*", "tcp"].includes(rule.protocol.toLowerCase()) ||
      !rule.ports.some((range) => hasPort(range, port))
    )
      continue;
    if (!rule.isDeny && rule.peers.some((peer) => meets(peer, flow.peer))) return undefined;
    if (rule.isDeny && rule.peers.some((peer) => isAnybody(peer) || peer.toLowerCase() === flow.peer.toLowerCase()))
      return rule;
  }
  return undefined;
}

function isAnybody(peer: string): boolean {
  return ["*", "any", "0.0.0.0/0"].includes(peer.toLowerCase());
}

/** Whether an address is, or may be, at the other end of a flow. */
function meets(address: string, peer: Flow["peer"]): boolean {
  if (isAnybody(address)) return true;
  const isTag = ["virtualnetwork", "azureloadbalancer"].includes(address.toLowerCase());
  return isTag ? address.toLowerCase() === peer.toLowerCase() : peer !== "AzureLoadBalancer";
}

function hasPort(range: string, port: number): boolean {
  if (range === "*") return true;
  const [first = Number.NaN, last = first] = range.split("-").map(Number);
  return first <= port && port <= last;
}

/** Calls of the scoring endpoint: from the internet, or from the network where its load balancer is internal. */
function scoringFlows(cluster: Resource): readonly Flow[] {
  const { model } = cluster;
  const target = { resource: cluster, id: model.idOf(cluster) };
  const endpoints = [...aksComputesAt(model, target), ...extensionsAt(model, target)];
  const types = endpoints.map(({ loadBalancerType }) => loadBalancerType);
  const peers = new Set(
    types.flatMap((type) =>
      type === "None" ? [] : [type === "InternalLoadBalancer" ? ("VirtualNetwork" as const) : ("Internet" as const)],
    ),
  );
  return [...peers].map((peer) => ({
    direction: "Inbound",
    peer,
    ports: PORTS,
    what: "calls of the scoring endpoint",
  }));
}
