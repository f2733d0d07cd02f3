import { type Cidr, contains, formatCidr, formatIpv4, overlaps, parseCidr, parseIpv4 } from "../../azure/cidr.ts";
import { DEFAULT_SERVICE_CIDR } from "../../azure/network.ts";
import type { Level } from "../../model/finding.ts";
import { type Subnet, subnetAt } from "../../model/network.ts";
import { nodePools } from "../../model/node-pools.ts";
import type { Resource } from "../../model/resource.ts";
import { cluster, example, finds, SUBNET_ID } from "../examples.ts";
import { createdClusters, type Part, type Problem, rule } from "../rule.ts";
import { IP_PLANNING } from "../sources.ts";

const SERVICES = "network_profile[0].service_cidr";
const DNS = "network_profile[0].dns_service_ip";
const PODS = "network_profile[0].pod_cidr";

/** Ranges that AKS keeps for itself. */
const RESERVED = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];
const LARGEST_PREFIX = 12;

const network = (network_profile: object, rest: object = {}): object => cluster({ network_profile, ...rest });
const services = (service_cidr: string, dns_service_ip: string): object => network({ service_cidr, dns_service_ip });
const subnet = (address_prefixes: unknown): object => ({
  resource: { azurerm_subnet: { aks: { name: "snet", address_prefixes } } },
});
/** A network with the nodes' subnet and another one. */
const inNetwork = (other: string): object => ({
  resource: {
    azurerm_virtual_network: { vnet: { name: "vnet", resource_group_name: "rg-net", address_space: ["10.1.0.0/16"] } },
    azurerm_subnet: Object.fromEntries(
      Object.entries({ aks: "10.1.0.0/24", other }).map(([name, range]) => [
        name,
        { name, resource_group_name: "rg-net", virtual_network_name: "vnet", address_prefixes: [range] },
      ]),
    ),
  },
});
/** That network, and one that is its peer. */
const withPeer = (range: string): object => ({
  resource: {
    azurerm_virtual_network: { hub: { name: "hub", resource_group_name: "rg-hub", address_space: [range] } },
    azurerm_virtual_network_peering: {
      hub: {
        name: "hub",
        resource_group_name: "rg-net",
        virtual_network_name: "vnet",
        remote_virtual_network_id: "${azurerm_virtual_network.hub.id}",
      },
    },
  },
});
const apart = { service_cidr: "10.240.0.0/16", dns_service_ip: "10.240.0.10" };
const inSubnet = { default_node_pool: { vnet_subnet_id: "${azurerm_subnet.aks.id}" } };

export default rule({
  id: "cluster/service-cidr",
  level: "error",
  fact: "The range of services, 10.0.0.0/16 where none is given, is smaller than /12; it and that of pods overlap neither each other, nor the virtual network of the nodes and its peers, nor ranges that AKS reserves. The DNS address is in the service range and is not its first one.",
  why: "azurerm checks only the syntax. AKS refuses some of this when the cluster is created, for example an overlap with a subnet. Other overlaps show later, as traffic that never arrives.",
  source: IP_PLANNING,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    yield () => syntax(target);
    const seen: Subnet[] = [];
    for (const pool of nodePools(target)) {
      for (const path of [pool.at("vnet_subnet_id"), pool.at("pod_subnet_id")]) {
        yield function* () {
          const subnet = subnetAt(pool.resource, path);
          // Pools may share one.
          if (subnet === undefined || seen.some((each) => each.isSame(subnet))) return;
          seen.push(subnet);
          // That the default is taken is said by another rule; what it meets is asked where it can be seen.
          const isDefault = !target.exists(SERVICES);
          if (!isDefault || subnet.resource) {
            yield () => overlapping(target, subnet, SERVICES, target.text(SERVICES) ?? DEFAULT_SERVICE_CIDR);
          }
          yield () => overlapping(target, subnet, PODS, target.text(PODS));
        };
      }
    }
  },
  configuration: {
    passing: { create: { network: { serviceCidr: "10.240.0.0/16", dnsServiceIp: "10.240.0.10" } } },
    failing: { create: { network: { serviceCidr: "10.240.0.0/16", dnsServiceIp: "10.0.0.10" } } },
  },
  get examples() {
    return {
      passing: [
        example("a service range and an address in it", services("10.240.0.0/16", "10.240.0.10")),
        example("neither", cluster()),
        example(
          "overlay",
          network({
            service_cidr: "10.240.0.0/16",
            dns_service_ip: "10.240.0.10",
            pod_cidr: "10.244.0.0/16",
            network_plugin_mode: "overlay",
          }),
        ),
        example(
          "the default, outside of the network",
          cluster(inSubnet),
          inNetwork("10.1.4.0/24"),
          withPeer("10.2.0.0/16"),
        ),
        example(
          "beside the subnet",
          network({ service_cidr: "10.240.0.0/16", dns_service_ip: "10.240.0.10" }, inSubnet),
          subnet(["10.0.0.0/24"]),
        ),
      ],
      failing: [
        finds("network_profile[0].service_cidr", example("no DNS address", network({ service_cidr: "10.240.0.0/16" }))),
        finds(
          "network_profile[0].dns_service_ip",
          example("no service range", network({ dns_service_ip: "10.240.0.10" })),
        ),
        finds(
          "network_profile[0].dns_service_ip",
          example("the DNS address outside", services("10.240.0.0/16", "10.0.0.10")),
        ),
        finds(
          "network_profile[0].dns_service_ip",
          example("the first address", services("10.240.0.0/16", "10.240.0.1")),
        ),
        finds("network_profile[0].dns_service_ip", example("no address", services("10.240.0.0/16", "10.240.0.300"))),
        finds("network_profile[0].service_cidr", example("no range", services("10.240.0.0/33", "10.240.0.10"))),
        finds(
          "network_profile[0].service_cidr",
          example("not on its network address", services("10.240.0.5/16", "10.240.0.10")),
        ),
        finds("network_profile[0].service_cidr", example("too large", services("10.0.0.0/12", "10.0.0.10"))),
        finds("network_profile[0].service_cidr", example("a reserved range", services("172.30.0.0/16", "172.30.0.10"))),
        finds(
          "network_profile[0].pod_cidr",
          example(
            "pods where services are",
            network({
              service_cidr: "10.240.0.0/16",
              dns_service_ip: "10.240.0.10",
              pod_cidr: "10.240.128.0/17",
              network_plugin_mode: "overlay",
            }),
          ),
        ),
        finds(
          "network_profile[0].pod_cidr",
          example("a pod range without overlay", network({ pod_cidr: "10.244.0.0/16" })),
        ),
        finds(
          "network_profile[0].service_cidr",
          example(
            "services in the nodes' subnet",
            network({ service_cidr: "10.0.0.0/16", dns_service_ip: "10.0.0.10" }, inSubnet),
            subnet(["10.0.0.0/24"]),
          ),
        ),
        finds(
          "network_profile[0].service_cidr",
          example("the default in the nodes' subnet", cluster(inSubnet), subnet(["10.0.3.0/24"])),
        ),
        finds(
          "network_profile[0].service_cidr",
          example("another subnet of the network", network(apart, inSubnet), inNetwork("10.240.4.0/24")),
        ),
        finds(
          "network_profile[0].service_cidr",
          example(
            "a peer of the network",
            network(apart, inSubnet),
            inNetwork("10.1.4.0/24"),
            withPeer("10.240.0.0/16"),
          ),
        ),
      ],
      unknown: [
        example("a variable", services("${var.services}", "10.240.0.10")),
        example(
          "a subnet that is not in sight",
          network(
            { service_cidr: "10.240.0.0/16", dns_service_ip: "10.240.0.10" },
            { default_node_pool: { vnet_subnet_id: SUBNET_ID } },
          ),
        ),
      ],
    };
  },
});

function* syntax(target: Resource): Generator<Problem> {
  const [serviceText, dns, podText] = [target.text(SERVICES), target.text(DNS), target.text(PODS)];
  if ((serviceText === undefined) !== (dns === undefined)) {
    const [given, absent] = serviceText === undefined ? [DNS, "service_cidr"] : [SERVICES, "dns_service_ip"];
    yield {
      attribute: given,
      message: `${absent} is missing`,
      advice: {
        terraform: "set both service_cidr and dns_service_ip, or neither",
        configuration: "set both network.serviceCidr and network.dnsServiceIp, or neither",
      },
      fix: () => {
        const range = parseCidr(serviceText ?? `${dns}/16`);
        if (!range) return undefined;
        return { set: serviceText === undefined ? { [SERVICES]: formatCidr(range) } : { [DNS]: dnsAddressIn(range) } };
      },
    };
  }
  if (
    podText !== undefined &&
    target.text("network_profile[0].network_plugin") === "azure" &&
    target.text("network_profile[0].network_plugin_mode") !== "overlay"
  ) {
    yield {
      attribute: PODS,
      message: "with the network plugin azure, pods have their own range only in mode overlay",
      advice: "set the mode overlay, or remove the pod range",
      fix: { set: { "network_profile[0].network_plugin_mode": "overlay" } },
    };
  }
  const serviceRange = yield* range(SERVICES, serviceText);
  const podRange = yield* range(PODS, podText);
  if (serviceRange && podRange && overlaps(serviceRange, podRange)) {
    yield {
      attribute: PODS,
      message: `the pod range ${podText} overlaps the service range ${serviceText}`,
      advice: "use ranges that do not overlap",
      fix: { set: elsewhere(PODS, [serviceRange, podRange]) },
    };
  }
  if (serviceRange && dns !== undefined) yield* dnsAddress(dns, serviceRange, serviceText as string);
}

function* range(attribute: string, text: string | undefined): Generator<Problem, Cidr | undefined> {
  if (text === undefined) return undefined;
  const parsed = parseCidr(text);
  if (!parsed || !text.includes("/")) {
    yield {
      attribute,
      message: `${JSON.stringify(text)} is not an IPv4 range`,
      advice: "use a range such as 10.240.0.0/16",
    };
    return undefined;
  }
  if (!parsed.isNetworkAddress)
    yield {
      attribute,
      message: `${text} does not start on its network address`,
      advice: `use ${formatCidr(parsed)}`,
      fix: { set: { [attribute]: formatCidr(parsed) } },
    };
  if (attribute === SERVICES && parsed.prefix <= LARGEST_PREFIX)
    yield {
      attribute,
      message: `${text} is too large`,
      advice: `use a range smaller than /${LARGEST_PREFIX}`,
      fix: { set: { [attribute]: formatCidr({ ...parsed, prefix: DEFAULT_PREFIX }) } },
    };
  const reserved = RESERVED.find((each) => overlaps(parsed, parseCidr(each) as Cidr));
  if (reserved)
    yield {
      attribute,
      message: `${text} overlaps ${reserved}, which AKS reserves`,
      advice: `use a range outside ${RESERVED.join(", ")}`,
      fix: { set: elsewhere(attribute, [parsed]) },
    };
  return parsed;
}

const DEFAULT_PREFIX = 16;

/** Ranges that few networks use, in the order in which they are proposed. */
const PROPOSED = ["10.240.0.0/16", "172.16.0.0/16", "10.244.0.0/16", "172.20.0.0/16"];

/** The DNS address that AKS itself takes of a range of services. */
function dnsAddressIn({ first }: Cidr): string {
  return formatIpv4(first + 10);
}

/** Another range, with the DNS address in it where it is that of the services. */
function elsewhere(attribute: string, taken: readonly Cidr[]): Readonly<Record<string, string>> {
  const free = PROPOSED.map((text) => parseCidr(text) as Cidr).find(
    (range) => !taken.some((each) => overlaps(range, each)),
  ) as Cidr;
  return { [attribute]: formatCidr(free), ...(attribute === SERVICES ? { [DNS]: dnsAddressIn(free) } : {}) };
}

function* dnsAddress(dns: string, services: Cidr, serviceText: string): Generator<Problem> {
  const address = parseIpv4(dns);
  const advice = `use an address such as ${dnsAddressIn(services)}`;
  const fix = { set: { [DNS]: dnsAddressIn(services) } };
  if (address === undefined)
    yield { attribute: DNS, message: `${JSON.stringify(dns)} is not an IPv4 address`, advice, fix };
  else if (!contains(services, parseCidr(dns) as Cidr))
    yield { attribute: DNS, message: `the DNS address ${dns} is not in the service range ${serviceText}`, advice, fix };
  else if (address - services.first <= 1)
    yield {
      attribute: DNS,
      message: `the DNS address ${dns} is the first of the service range, which the API server uses`,
      advice,
      fix,
    };
}

/** What a range of a cluster meets in its virtual network. Without peering, what is outside of it does not matter. */
function* overlapping(
  target: Resource,
  subnet: Subnet,
  attribute: string,
  text: string | undefined,
): Generator<Problem | Part> {
  const mine = text === undefined ? undefined : parseCidr(text);
  if (text === undefined || !mine) return;
  const what =
    attribute === PODS
      ? `the pod range ${text}`
      : `the service range ${text}${target.isSet(SERVICES) ? "" : ", which is the default,"}`;
  const met: Cidr[] = [];
  const meets = (range: string): boolean => {
    const other = parseCidr(range);
    if (other) met.push(other);
    return other !== undefined && overlaps(other, mine);
  };
  const problem = (place: string, level: Level): Problem => ({
    attribute,
    level,
    message: `${what} overlaps ${place}`,
    advice:
      "use a range outside the virtual network and its peers, for example 172.16.0.0/16 with the DNS address 172.16.0.10",
    fix: { set: elsewhere(attribute, [mine, ...met]) },
  });
  const inSubnet = function* (each: Subnet): Generator<Problem> {
    const range = each.ranges.find(meets);
    if (range !== undefined) yield problem(`${each.title} (${range})`, "error");
  };
  yield () => inSubnet(subnet);
  const { network } = subnet;
  if (!network) return;
  yield function* () {
    for (const each of network.subnets()) if (!each.isSame(subnet)) yield () => inSubnet(each);
  };
  yield function* () {
    for (const peer of network.peers()) {
      yield function* () {
        const range = peer.ranges.find(meets);
        if (range !== undefined) yield problem(`the peered network ${peer.title} (${range})`, "warning");
      };
    }
  };
}
