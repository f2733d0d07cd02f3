import {
  attachment,
  azapiAttachment,
  cluster,
  example,
  extension,
  finds,
  SUBNET_ID,
  WHOLE_RESOURCE,
} from "../examples.ts";
import { endpoints, rule } from "../rule.ts";
import { EGRESS } from "../sources.ts";

const routed = (outbound_type = "userDefinedRouting"): object =>
  cluster({ default_node_pool: { vnet_subnet_id: SUBNET_ID }, network_profile: { outbound_type } });

export default rule({
  id: "cluster/inbound-public-ip",
  level: "warning",
  fact: "A cluster whose traffic leaves through your own firewall has an internal load balancer.",
  why: "The outbound type userDefinedRouting avoids a public address for egress only. The first public LoadBalancer Service, which is azureml-fe, still gets one for inbound traffic, unless a policy forbids it.",
  source: EGRESS,
  phases: ["synthesis", "plan"],
  on: endpoints,
  *check({ cluster: { resource: target }, loadBalancerType, loadBalancerPath, resource, clusterPath }) {
    if (loadBalancerType === "InternalLoadBalancer" || loadBalancerType === "None") return;
    if (!target) return resource.notKnown(clusterPath);
    if (target.text("network_profile[0].outbound_type") !== "userDefinedRouting") return;
    yield {
      attribute: loadBalancerPath,
      message: "the scoring endpoint gets a public address, though the cluster's outbound type is userDefinedRouting",
      advice: "use an internal load balancer, or accept the public address",
    };
  },
  configuration: {
    passing: {
      create: {
        nodePool: {
          subnetId:
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/snet",
        },
        network: { outboundType: "userDefinedRouting" },
      },
      attachment: { loadBalancer: { type: "InternalLoadBalancer", subnet: "snet-aks" } },
    },
    failing: {
      create: {
        nodePool: {
          subnetId:
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/snet",
        },
        network: { outboundType: "userDefinedRouting" },
      },
    },
  },
  get examples() {
    return {
      passing: [
        example(
          "an internal load balancer",
          routed(),
          azapiAttachment({ loadBalancerType: "InternalLoadBalancer", loadBalancerSubnet: "snet" }),
        ),
        example("AKS's own way out", cluster(), attachment()),
        example(
          "an extension with an internal one",
          routed(),
          extension({ "scoringFe.serviceType.internalLoadBalancer": "True" }),
        ),
        example(
          "an extension behind an ingress of one's own",
          routed(),
          extension({ inferenceRouterServiceType: "clusterIP" }),
        ),
      ],
      failing: [
        finds(WHOLE_RESOURCE, example("a public load balancer", routed(), attachment())),
        finds(
          "body.properties.properties.loadBalancerType",
          example("a public load balancer through azapi", routed(), azapiAttachment()),
        ),
        finds(
          'configuration_settings["internalLoadBalancerProvider"]',
          example("a public load balancer of the extension", routed(), extension()),
        ),
      ],
      unknown: [example("the outbound type is a variable", routed("${var.outbound}"), attachment())],
    };
  },
});
