import type { AksCompute } from "../../model/attachment.ts";
import { annotation, clusterBehind, FRONT_END, servicesOf } from "../../model/kubernetes.ts";
import { attachment, azapiAttachment, example, finds, frontEnd, WHOLE_RESOURCE } from "../examples.ts";
import { type Fix, rule } from "../rule.ts";
import { aksComputesAt } from "../siblings.ts";

const INTERNAL = { "load-balancer-internal": "true" };

/** The attachment asks for it too, with its subnet. */
function asked(
  { paths: { loadBalancerType, loadBalancerSubnet } }: AksCompute,
  subnet: string | undefined,
): Fix | undefined {
  if (loadBalancerType === undefined) return { configuration: { "attachment.attachWith": "azapi" } };
  if (loadBalancerSubnet === undefined || subnet === undefined) return undefined;
  return { set: { [loadBalancerType]: "InternalLoadBalancer", [loadBalancerSubnet]: subnet } };
}

export default rule({
  id: "load-balancer/internal-from-the-start",
  level: "error",
  fact: "If the load balancer is to be internal, the attachment itself sets that.",
  why: "Otherwise a public one is created first, with a public address. Making it internal afterwards drops its DNS name and can leave endpoints unhealthy.",
  source: "https://learn.microsoft.com/azure/machine-learning/v1/how-to-secure-inferencing-vnet",
  phases: ["synthesis", "plan"],
  on: servicesOf,
  *check(service) {
    if (service.name !== FRONT_END || annotation(service, "load-balancer-internal") !== "true") return;
    const { resource } = service;
    for (const attached of aksComputesAt(resource.model, clusterBehind(resource))) {
      if (attached.loadBalancerType === "InternalLoadBalancer") continue;
      yield {
        resource: attached.resource,
        attribute: attached.paths.loadBalancerType,
        message: `this attachment creates a public load balancer, which ${resource.address} makes internal afterwards`,
        advice:
          attached.paths.loadBalancerType === undefined
            ? {
                terraform:
                  "attach through azapi_resource with loadBalancerType InternalLoadBalancer; azurerm has no argument for it",
                configuration: "set attachWith to azapi: azurerm has no argument for an internal load balancer",
              }
            : "set the load balancer type InternalLoadBalancer in the attachment too",
        fix: () => asked(attached, annotation(service, "load-balancer-internal-subnet")),
      };
    }
  },
  configuration: {
    passing: { attachment: { loadBalancer: { type: "InternalLoadBalancer", subnet: "snet-aks" } } },
    failing: {
      attachment: { loadBalancer: { type: "InternalLoadBalancer", subnet: "snet-aks" }, attachWith: "azurerm" },
    },
  },
  get examples() {
    return {
      passing: [
        example(
          "asked for by the attachment",
          azapiAttachment({ loadBalancerType: "InternalLoadBalancer", loadBalancerSubnet: "snet" }),
          frontEnd(INTERNAL),
        ),
        example("a public one", attachment()),
      ],
      failing: [
        finds(WHOLE_RESOURCE, example("through azurerm", attachment(), frontEnd(INTERNAL))),
        finds(
          "body.properties.properties.loadBalancerType",
          example("through azapi, not asked for", azapiAttachment(), frontEnd(INTERNAL)),
        ),
        finds(
          "body.properties.properties.loadBalancerType",
          example(
            "through azapi, not asked for, in a subnet",
            azapiAttachment(),
            frontEnd({ ...INTERNAL, "load-balancer-internal-subnet": "snet" }),
          ),
        ),
      ],
      unknown: [
        example("the type is a variable", azapiAttachment({ loadBalancerType: "${var.type}" }), frontEnd(INTERNAL)),
      ],
    };
  },
});
