import { aksComputesOf } from "../../model/attachment.ts";
import { azapiAttachment, example, finds, SUBNET_ID } from "../examples.ts";
import { rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

export default rule({
  id: "load-balancer/subnet-needs-internal",
  level: "error",
  fact: "An internal load balancer has a subnet, and a public one has none.",
  why: "Without one, Azure ML looks for a subnet called aks-subnet, and the endpoint never gets an address. For a public load balancer, Azure ML refuses a subnet.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: aksComputesOf,
  *check({ paths, loadBalancerType, loadBalancerSubnet }) {
    if (paths.loadBalancerSubnet === undefined) return;
    const attribute = paths.loadBalancerSubnet;
    const isInternal = loadBalancerType === "InternalLoadBalancer";
    if (isInternal && loadBalancerSubnet === undefined) {
      yield {
        attribute,
        message: "the internal load balancer has no subnet",
        advice: "set the name of a subnet in the virtual network of the cluster",
      };
    } else if (!isInternal && loadBalancerSubnet !== undefined) {
      yield {
        attribute,
        message: `the subnet ${loadBalancerSubnet} is set, and the load balancer is public`,
        advice: "remove the subnet, or use the type InternalLoadBalancer",
        fix: { set: { [attribute]: null } },
      };
    } else if (loadBalancerSubnet?.includes("/")) {
      yield {
        attribute,
        message: "the subnet is set by its ID",
        advice: `use its name only, as in ${loadBalancerSubnet.split("/").at(-1) || "snet-aks"}`,
        fix: { set: { [attribute]: loadBalancerSubnet.split("/").at(-1) ?? null } },
      };
    }
  },
  configuration: {
    passing: { attachment: { loadBalancer: { type: "InternalLoadBalancer", subnet: "snet-aks" } } },
    failing: { attachment: { loadBalancer: { type: "InternalLoadBalancer" } } },
  },
  get examples() {
    return {
      passing: [
        example(
          "an internal one with its subnet",
          azapiAttachment({ loadBalancerType: "InternalLoadBalancer", loadBalancerSubnet: "snet" }),
        ),
        example("a public one", azapiAttachment()),
      ],
      failing: [
        finds(
          "body.properties.properties.loadBalancerSubnet",
          example("an internal one without", azapiAttachment({ loadBalancerType: "InternalLoadBalancer" })),
        ),
        finds(
          "body.properties.properties.loadBalancerSubnet",
          example(
            "a public one with a subnet",
            azapiAttachment({ loadBalancerType: "PublicIp", loadBalancerSubnet: "snet" }),
          ),
        ),
        finds(
          "body.properties.properties.loadBalancerSubnet",
          example(
            "the subnet by ID",
            azapiAttachment({ loadBalancerType: "InternalLoadBalancer", loadBalancerSubnet: SUBNET_ID }),
          ),
        ),
      ],
      unknown: [
        example(
          "the type is a variable",
          azapiAttachment({ loadBalancerType: "${var.type}", loadBalancerSubnet: "snet" }),
        ),
      ],
    };
  },
});
