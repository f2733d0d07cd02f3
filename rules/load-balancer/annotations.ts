import { parseCidr } from "../../azure/cidr.ts";
import { ANNOTATION_PREFIX, annotation, annotationPath, servicesOf } from "../../model/kubernetes.ts";
import { example, finds, frontEnd, SUBNET_ID } from "../examples.ts";
import { rule } from "../rule.ts";
import { INTERNAL_LB } from "../sources.ts";

/** Annotations that mean something only in front of a public address. */
const PUBLIC_ONLY = [
  "dns-label-name",
  "pip-name",
  "pip-prefix-id",
  "pip-tags",
  "pip-ip-tags",
  "load-balancer-resource-group",
];

export default rule({
  id: "load-balancer/annotations",
  level: "error",
  fact: 'Annotations of a load balancer are text ("true"), give the name of its subnet and not its ID, and are all for an internal one or all for a public one.',
  why: "AKS ignores annotations that it does not understand: the load balancer is then public, or never gets an address.",
  source: INTERNAL_LB,
  phases: ["synthesis", "plan"],
  on: servicesOf,
  *check(service) {
    const { resource, annotations } = service;
    const names = resource
      .keys(annotations)
      .flatMap((key) => (key.startsWith(ANNOTATION_PREFIX) ? [key.slice(ANNOTATION_PREFIX.length)] : []));
    const at = (name: string): string => annotationPath(service, name);
    for (const name of names) {
      const value = resource.value(at(name));
      if (typeof value === "boolean" || typeof value === "number") {
        // A typed attribute makes text of it; a manifest is sent as it is.
        if (resource.type === "kubernetes_manifest")
          yield {
            attribute: at(name),
            message: `${ANNOTATION_PREFIX}${name} is ${value}, not text`,
            advice: `write "${value}", in quotation marks`,
            fix: { set: { [at(name)]: String(value) } },
          };
      }
    }
    const internal = names.includes("load-balancer-internal")
      ? annotation(service, "load-balancer-internal")
      : undefined;
    if (internal !== undefined && internal !== "true" && internal !== "false") {
      yield {
        attribute: at("load-balancer-internal"),
        message: `${ANNOTATION_PREFIX}load-balancer-internal is ${JSON.stringify(internal)}`,
        advice: 'use "true"',
        ...(/^(true|yes|on|1)$/i.test(internal) ? { fix: { set: { [at("load-balancer-internal")]: "true" } } } : {}),
      };
    }
    const subnet = names.includes("load-balancer-internal-subnet")
      ? annotation(service, "load-balancer-internal-subnet")
      : undefined;
    if (subnet?.includes("/")) {
      yield {
        attribute: at("load-balancer-internal-subnet"),
        message: "the subnet is set by its ID",
        advice: `use its name only, as in ${subnet.split("/").at(-1) || "snet-aks"}`,
        fix: { set: { [at("load-balancer-internal-subnet")]: subnet.split("/").at(-1) ?? null } },
      };
    }
    const ranges = names.includes("allowed-ip-ranges") ? annotation(service, "allowed-ip-ranges") : undefined;
    for (const range of ranges?.split(",") ?? []) {
      if (!range.includes("/") || !parseCidr(range.trim())) {
        yield {
          attribute: at("allowed-ip-ranges"),
          message: `${JSON.stringify(range)} is not an IPv4 range`,
          advice: "use ranges such as 10.0.0.0/8, separated by commas",
        };
      }
    }
    const pls = names.find((name) => name.startsWith("pls-"));
    if (internal !== "true" && pls) {
      yield {
        attribute: at(pls),
        message: "a Private Link Service needs an internal load balancer",
        advice: `set ${ANNOTATION_PREFIX}load-balancer-internal to "true"`,
        fix: { set: { [at("load-balancer-internal")]: "true" } },
      };
    }
    for (const name of internal === "true" ? names.filter((each) => PUBLIC_ONLY.includes(each)) : []) {
      yield {
        attribute: at(name),
        message: `${ANNOTATION_PREFIX}${name} is for a public load balancer, and this one is internal`,
        advice: "remove it",
        fix: { set: { [at(name)]: null } },
      };
    }
  },
  configuration: {
    passing: { attachment: { loadBalancer: { type: "InternalLoadBalancer", subnet: "snet-aks" } } },
    failing: {
      attachment: {
        loadBalancer: {
          type: "InternalLoadBalancer",
          subnet:
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/snet",
        },
      },
    },
  },
  get examples() {
    return {
      passing: [
        example(
          "internal, in a subnet by name",
          frontEnd({ "load-balancer-internal": "true", "load-balancer-internal-subnet": "snet" }),
        ),
        example("a public name", frontEnd({ "dns-label-name": "contoso" })),
      ],
      failing: [
        finds(
          'annotations["service.beta.kubernetes.io/azure-load-balancer-internal-subnet"]',
          example(
            "the subnet by ID",
            frontEnd({ "load-balancer-internal": "true", "load-balancer-internal-subnet": SUBNET_ID }),
          ),
        ),
        finds(
          'annotations["service.beta.kubernetes.io/azure-allowed-ip-ranges"]',
          example(
            "a range that is none",
            frontEnd({ "load-balancer-internal": "true", "allowed-ip-ranges": "10.0.0.0/8,everywhere" }),
          ),
        ),
        finds(
          'annotations["service.beta.kubernetes.io/azure-load-balancer-internal"]',
          example("another word for true", frontEnd({ "load-balancer-internal": "yes" })),
        ),
        finds(
          'annotations["service.beta.kubernetes.io/azure-dns-label-name"]',
          example(
            "a public name on an internal one",
            frontEnd({ "load-balancer-internal": "true", "dns-label-name": "contoso" }),
          ),
        ),
        finds(
          'annotations["service.beta.kubernetes.io/azure-pls-create"]',
          example("a Private Link Service on a public one", frontEnd({ "pls-create": "true" })),
        ),
        finds(
          'manifest.metadata.annotations["service.beta.kubernetes.io/azure-load-balancer-internal"]',
          example("a truth value in a manifest", {
            resource: {
              kubernetes_manifest: {
                front_end: {
                  manifest: {
                    kind: "Service",
                    metadata: {
                      name: "azureml-fe",
                      annotations: { [`${ANNOTATION_PREFIX}load-balancer-internal`]: true },
                    },
                  },
                },
              },
            },
          }),
        ),
      ],
      unknown: [
        example(
          "the subnet is a variable",
          frontEnd({ "load-balancer-internal": "true", "load-balancer-internal-subnet": "${var.subnet}" }),
        ),
      ],
    };
  },
});
