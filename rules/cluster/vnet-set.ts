import { DEFAULT_SERVICE_CIDR } from "../../azure/network.ts";
import { cluster, example, finds, SUBNET_ID } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";
import { SECURE_INFERENCING_VNET } from "../sources.ts";

const inSubnet = (network_profile: object = {}): object =>
  cluster({ default_node_pool: { vnet_subnet_id: SUBNET_ID }, network_profile });

export default rule({
  id: "cluster/vnet-set",
  level: "note",
  fact: "A cluster in a subnet of your own sets the range of its services.",
  why: `The default is ${DEFAULT_SERVICE_CIDR}, which many virtual networks use too. The SDK of Azure ML asks for the subnet and the ranges together.`,
  source: SECURE_INFERENCING_VNET,
  phases: ["synthesis", "plan"],
  on: createdClusters,
  *check(target) {
    if (!target.exists("default_node_pool[0].vnet_subnet_id") || target.exists("network_profile[0].service_cidr"))
      return;
    yield {
      attribute: "network_profile[0].service_cidr",
      message: `the service range is not set, which means ${DEFAULT_SERVICE_CIDR}`,
      advice: "set a range outside your network, for example 10.240.0.0/16 with the DNS address 10.240.0.10",
    };
  },
  configuration: {
    passing: {
      create: {
        nodePool: {
          subnetId:
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/snet",
        },
        network: { serviceCidr: "10.240.0.0/16", dnsServiceIp: "10.240.0.10" },
      },
    },
    failing: {
      create: {
        nodePool: {
          subnetId:
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/snet",
        },
      },
    },
  },
  get examples() {
    return {
      passing: [
        example(
          "a subnet and a service range",
          inSubnet({ service_cidr: "10.240.0.0/16", dns_service_ip: "10.240.0.10" }),
        ),
        example("a network that AKS makes", cluster()),
      ],
      failing: [finds("network_profile[0].service_cidr", example("a subnet alone", inSubnet()))],
      unknown: [],
    };
  },
});
