import { type Cidr, contains, formatCidr, formatIpv4, overlaps, parseCidr, parseIpv4 } from "../../azure/cidr.ts";
import type { Resource } from "../../model/resource.ts";
import { cluster, example, finds, SUBNET_ID } from "../examples.ts";
import { createdClusters, type Problem, rule } from "../rule.ts";
import { IP_PLANNING } from "../sources.ts";

const SERVICES = "network_profile[0].service_cidr";
const DNS = "network_profile[0].dns_service_ip";
const PODS = "network_profile[0].pod_cidr";
const SUBNET = "default_node_pool[0].vnet_subnet_id";

/** Ranges that AKS keeps for itself. */
const RESERVED = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];
const LARGEST_PREFIX = 12;

const network = (network_profile: object, rest: object = {}): object => cluster({ network_profile, ...rest });
const services = (service_cidr: string, dns_service_ip: string): object => network({ service_cidr, dns_service_ip });
const subnet = (address_prefixes: unknown): object => ({
  resource: { azurerm_subnet: { aks: { name: "snet", address_prefixes } } },
});
const inSubnet = { default_node_pool: { vnet_subnet_id: "${azurerm_subnet.aks.id}" } };

export default rule({
  id: "cluster/service-cidr",
  level: "error",
  fact: "The range of services is smaller than /12; it and that of pods overlap neither each other, nor the nodes' subnet, nor ranges that AKS keeps; the DNS address lies in the service range and is not its first one.",
  why: "azurerm checks only the syntax. AKS refuses some of it at apply time; an overlap shows later, as traffic that never arrives.",
  source: IP_PLANNING,
  phases: ["synthesis", "plan"],
  on: createdClusters,
  *check(target) {
    const [serviceText, dns, podText] = [target.text(SERVICES), target.text(DNS), target.text(PODS)];
    if ((serviceText === undefined) !== (dns === undefined)) {
      const [given, absent] = serviceText === undefined ? [DNS, "service_cidr"] : [SERVICES, "dns_service_ip"];
      yield {
        attribute: given,
        message: `${absent} is missing`,
        advice: "give both service_cidr and dns_service_ip, or neither",
      };
    }
    if (
      podText !== undefined &&
      target.text("network_profile[0].network_plugin") === "azure" &&
      target.text("network_profile[0].network_plugin_mode") !== "overlay"
    ) {
      yield {
        attribute: PODS,
        message: "with the plugin azure, pods have a range of their own only in mode overlay",
        advice: "set the mode overlay, or remove the pod range",
      };
    }
    const serviceRange = yield* range(SERVICES, serviceText);
    const podRange = yield* range(PODS, podText);
    if (serviceRange && podRange && overlaps(serviceRange, podRange)) {
      yield {
        attribute: PODS,
        message: `the pod range ${podText} overlaps the service range ${serviceText}`,
        advice: "give pods and services ranges of their own",
      };
    }
    if (serviceRange && dns !== undefined) yield* dnsAddress(dns, serviceRange, serviceText as string);
    if (!serviceRange && !podRange) return;
    for (const text of subnetRanges(target)) {
      const nodes = parseCidr(text);
      for (const [attribute, mine] of [
        [SERVICES, serviceRange],
        [PODS, podRange],
      ] as const) {
        if (nodes && mine && overlaps(nodes, mine))
          yield {
            attribute,
            message: `the range overlaps the nodes' subnet ${text}`,
            advice: "take a range outside the virtual network and its peers",
          };
      }
    }
  },
  configuration: {
    passing: { create: { network: { serviceCidr: "10.240.0.0/16", dnsServiceIp: "10.240.0.10" } } },
    failing: { create: { network: { serviceCidr: "10.240.0.0/16", dnsServiceIp: "10.0.0.10" } } },
  },
  examples: {
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
      example("beside the subnet", network({ service_cidr: "10.240.0.0/16", dns_service_ip: "10.240.0.10" }, inSubnet), subnet(["10.0.0.0/24"])),
    ],
    failing: [
      finds("network_profile[0].service_cidr", example("no DNS address", network({ service_cidr: "10.240.0.0/16" }))),
      finds("network_profile[0].dns_service_ip", example("no service range", network({ dns_service_ip: "10.240.0.10" }))),
      finds("network_profile[0].dns_service_ip", example("the DNS address outside", services("10.240.0.0/16", "10.0.0.10"))),
      finds("network_profile[0].dns_service_ip", example("the first address", services("10.240.0.0/16", "10.240.0.1"))),
      finds("network_profile[0].dns_service_ip", example("no address", services("10.240.0.0/16", "10.240.0.300"))),
      finds("network_profile[0].service_cidr", example("no range", services("10.240.0.0/33", "10.240.0.10"))),
      finds("network_profile[0].service_cidr", example("not on its network address", services("10.240.0.5/16", "10.240.0.10"))),
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
      finds("network_profile[0].pod_cidr", example("a pod range without overlay", network({ pod_cidr: "10.244.0.0/16" }))),
      finds(
        "network_profile[0].service_cidr",
        example("services in the nodes' subnet", network({ service_cidr: "10.0.0.0/16", dns_service_ip: "10.0.0.10" }, inSubnet), subnet(["10.0.0.0/24"])),
      ),
    ],
    unknown: [
      example("a variable", services("${var.services}", "10.240.0.10")),
      example(
        "a subnet that is not in sight",
        network({ service_cidr: "10.240.0.0/16", dns_service_ip: "10.240.0.10" }, { default_node_pool: { vnet_subnet_id: SUBNET_ID } }),
      ),
    ],
  },
});

function* range(attribute: string, text: string | undefined): Generator<Problem, Cidr | undefined> {
  if (text === undefined) return undefined;
  const parsed = parseCidr(text);
  if (!parsed || !text.includes("/")) {
    yield {
      attribute,
      message: `${JSON.stringify(text)} is not an IPv4 range`,
      advice: "write it as in 10.240.0.0/16",
    };
    return undefined;
  }
  if (!parsed.isNetworkAddress)
    yield {
      attribute,
      message: `${text} does not start on its network address`,
      advice: `write ${formatCidr(parsed)}`,
    };
  if (attribute === SERVICES && parsed.prefix <= LARGEST_PREFIX)
    yield { attribute, message: `${text} is too large`, advice: `take a range smaller than /${LARGEST_PREFIX}` };
  const reserved = RESERVED.find((each) => overlaps(parsed, parseCidr(each) as Cidr));
  if (reserved)
    yield {
      attribute,
      message: `${text} overlaps ${reserved}, which AKS keeps`,
      advice: `take a range outside ${RESERVED.join(", ")}`,
    };
  return parsed;
}

function* dnsAddress(dns: string, services: Cidr, serviceText: string): Generator<Problem> {
  const address = parseIpv4(dns);
  const advice = `take an address such as ${formatIpv4(services.first + 10)}`;
  if (address === undefined) yield { attribute: DNS, message: `${JSON.stringify(dns)} is not an IPv4 address`, advice };
  else if (!contains(services, parseCidr(dns) as Cidr))
    yield { attribute: DNS, message: `the DNS address ${dns} is not in the service range ${serviceText}`, advice };
  else if (address - services.first <= 1)
    yield {
      attribute: DNS,
      message: `the DNS address ${dns} is the first of the service range, which the API server takes`,
      advice,
    };
}

/** NotKnown where the subnet is given, and what it spans is not in sight. */
function subnetRanges(target: Resource): string[] {
  if (!target.exists(SUBNET)) return [];
  const [reference] = target.references(SUBNET);
  const subnet = reference === undefined ? undefined : target.model.referenced(target.stack, reference);
  if (!subnet?.exists("address_prefixes")) return target.notKnown(SUBNET, reference === undefined ? [] : [reference]);
  return [...subnet.items("address_prefixes")];
}
