import { type Cidr, contains, parseCidr, parseIpv4 } from "../../azure/cidr.ts";
import { DEFAULT_SERVICE_CIDR, RESERVED_FIRST, RESERVED_LAST } from "../../azure/network.ts";
import { annotation, annotationPath, clusterBehind, type Service, servicesOf } from "../../model/kubernetes.ts";
import { example, finds, frontEnd } from "../examples.ts";
import { rule } from "../rule.ts";
import { INTERNAL_LB } from "../sources.ts";

const ADDRESS = "load-balancer-ipv4";

const address = (ip: string): object =>
  frontEnd({ "load-balancer-internal": "true", "load-balancer-internal-subnet": "snet", [ADDRESS]: ip });
const subnet = (address_prefixes: unknown): object => ({
  data: { azurerm_subnet: { front_end: { name: "snet", address_prefixes } } },
});

export default rule({
  id: "load-balancer/static-address",
  level: "error",
  fact: "A static address of the load balancer is in its subnet, is not reserved by Azure, and is outside the service range.",
  why: "Otherwise the Service never gets its address, and the endpoints time out.",
  source: INTERNAL_LB,
  phases: ["synthesis", "plan", "apply"],
  on: servicesOf,
  *check(service) {
    const text = annotation(service, ADDRESS);
    if (text === undefined) return;
    const attribute = annotationPath(service, ADDRESS);
    const ip = parseIpv4(text);
    if (ip === undefined) {
      yield {
        attribute,
        message: `${JSON.stringify(text)} is not an IPv4 address`,
        advice: "use a free address of the subnet",
      };
      return;
    }
    const range = parseCidr(text) as Cidr;
    const { resource: cluster } = clusterBehind(service.resource);
    const services =
      cluster?.parts.mode === "managed"
        ? (cluster.text("network_profile[0].service_cidr") ?? DEFAULT_SERVICE_CIDR)
        : undefined;
    const serviceRange = services === undefined ? undefined : parseCidr(services);
    if (serviceRange && contains(serviceRange, range)) {
      yield {
        attribute,
        message: `${text} is in the service range ${services}`,
        advice: "use an address of the subnet",
      };
    }
    const prefixes = subnetPrefixes(service)
      .map((prefix) => parseCidr(prefix))
      .filter((prefix) => prefix !== undefined);
    const own = prefixes.find((prefix) => contains(prefix, range));
    if (!own) yield { attribute, message: `${text} is not in the subnet`, advice: "use a free address of the subnet" };
    else if (ip - own.first < RESERVED_FIRST || ip > own.last - RESERVED_LAST)
      yield {
        attribute,
        message: `Azure reserves ${text}`,
        advice: `use one after the first ${RESERVED_FIRST} addresses of the subnet and before its last one`,
      };
  },
  configuration: {
    passing: { attachment: { loadBalancer: { type: "InternalLoadBalancer", subnet: "snet-aks" } } },
    failing: { attachment: { loadBalancer: { type: "InternalLoadBalancer", subnet: "snet-aks", ip: "10.0.0.9" } } },
  },
  get examples() {
    return {
      passing: [
        example("an address in the subnet", address("10.10.4.200"), subnet(["10.10.4.0/24"])),
        example("none", frontEnd({ "load-balancer-internal": "true" })),
      ],
      failing: [
        finds(
          'annotations["service.beta.kubernetes.io/azure-load-balancer-ipv4"]',
          example("outside the subnet", address("10.11.0.9"), subnet(["10.10.4.0/24"])),
        ),
        finds(
          'annotations["service.beta.kubernetes.io/azure-load-balancer-ipv4"]',
          example("one of Azure's", address("10.10.4.3"), subnet(["10.10.4.0/24"])),
        ),
        finds(
          'annotations["service.beta.kubernetes.io/azure-load-balancer-ipv4"]',
          example("the last", address("10.10.4.255"), subnet(["10.10.4.0/24"])),
        ),
        finds(
          'annotations["service.beta.kubernetes.io/azure-load-balancer-ipv4"]',
          example("no address", address("10.10.4.256"), subnet(["10.10.4.0/24"])),
        ),
      ],
      unknown: [
        example("a subnet that is not in sight", address("10.10.4.200")),
        example("a subnet that is not read yet", address("10.10.4.200"), subnet("${var.prefixes}")),
      ],
    };
  },
});

/** What the load balancer's subnet spans; NotKnown where it is not in sight. */
function subnetPrefixes(service: Service): string[] {
  const { resource } = service;
  const name = annotation(service, "load-balancer-internal-subnet");
  const { model } = resource;
  const found = [...model.ofType("azurerm_subnet"), ...model.ofType("data.azurerm_subnet")].find(
    (subnet) =>
      (subnet.stack === resource.stack || subnet.parts.mode === "managed") &&
      name !== undefined &&
      subnet.text("name") === name &&
      subnet.exists("address_prefixes"),
  );
  return found
    ? [...found.items("address_prefixes")]
    : resource.notKnown(annotationPath(service, "load-balancer-internal-subnet"));
}
