import { cluster, example, finds, SUBNET_ID } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";
import { EGRESS } from "../sources.ts";

const TYPE = "network_profile[0].outbound_type";
const SUBNET = "default_node_pool[0].vnet_subnet_id";

/** Which of these types needs a subnet of one's own, and which cannot have one. */
const OWN_SUBNET: ReadonlyMap<string, boolean> = new Map([
  ["userDefinedRouting", true],
  ["userAssignedNATGateway", true],
  ["managedNATGateway", false],
]);

/** The block that describes the addresses of an outbound type, its attributes, and the type. */
const PROFILES = [
  {
    name: "load_balancer_profile",
    // How nodes stand behind a load balancer (backend_pool_type) matters to incoming traffic too.
    attributes: [
      "managed_outbound_ip_count",
      "managed_outbound_ipv6_count",
      "outbound_ip_address_ids",
      "outbound_ip_prefix_ids",
      "outbound_ports_allocated",
      "idle_timeout_in_minutes",
    ],
    type: "loadBalancer",
  },
  {
    name: "nat_gateway_profile",
    attributes: ["managed_outbound_ip_count", "idle_timeout_in_minutes"],
    type: "managedNATGateway",
  },
] as const;

const outbound = (outbound_type: string, rest: { network?: object; pool?: object } = {}): object =>
  cluster({ network_profile: { outbound_type, ...rest.network }, default_node_pool: rest.pool ?? {} });

export default rule({
  id: "cluster/outbound-path",
  level: "error",
  fact: "The nodes have outbound access: by the public address of the load balancer, by a route of your own on your own subnet, or by a NAT gateway.",
  why: "Nodes that reach neither Azure ML nor the registries never become ready, and models cannot be deployed. AKS refuses settings that contradict each other.",
  source: EGRESS,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    const type = target.text(TYPE) ?? "loadBalancer";
    const ownSubnet = OWN_SUBNET.get(type);
    if (ownSubnet !== undefined) {
      yield function* () {
        if (target.exists(SUBNET) === ownSubnet) return;
        yield ownSubnet
          ? {
              attribute: TYPE,
              message: `the outbound type ${type} needs a subnet of your own, with the route or gateway on it`,
              advice: "set a subnet for the node pool, or use the outbound type loadBalancer",
            }
          : {
              attribute: TYPE,
              message: `the outbound type ${type} works only in the network that AKS creates, and the nodes have a subnet of your own`,
              advice: "use userAssignedNATGateway or userDefinedRouting",
            };
      };
    }
    for (const { name, attributes, type: needed } of PROFILES) {
      if (type === needed) continue;
      const attribute = `network_profile[0].${name}`;
      yield function* () {
        if (!target.exists(attribute)) return;
        const given = attributes.map((each) => `${attribute}[0].${each}`);
        // What the provider answers by itself is there too.
        if (!given.some((each) => target.isWritten(each) && target.exists(each))) return;
        yield {
          attribute,
          message: `${name} configures outbound traffic, and the outbound type is ${type}`,
          advice: `remove it, or set the outbound type to ${needed}`,
          fix: { set: { [attribute]: null } },
        };
      };
    }
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
    },
    failing: { create: { network: { outboundType: "userDefinedRouting" } } },
  },
  get examples() {
    return {
      passing: [
        example(
          "the load balancer",
          outbound("loadBalancer", { network: { load_balancer_profile: { managed_outbound_ip_count: 2 } } }),
        ),
        example(
          "a route on a subnet of one's own",
          outbound("userDefinedRouting", { pool: { vnet_subnet_id: SUBNET_ID } }),
        ),
        example(
          "a load balancer profile that concerns incoming traffic alone",
          outbound("userDefinedRouting", {
            pool: { vnet_subnet_id: SUBNET_ID },
            network: { load_balancer_profile: { backend_pool_type: "NodeIP" } },
          }),
        ),
        example(
          "a managed NAT gateway",
          outbound("managedNATGateway", { network: { nat_gateway_profile: { managed_outbound_ip_count: 2 } } }),
        ),
      ],
      failing: [
        finds("network_profile[0].outbound_type", example("a route without a subnet", outbound("userDefinedRouting"))),
        finds(
          "network_profile[0].outbound_type",
          example("a NAT gateway of one's own without a subnet", outbound("userAssignedNATGateway")),
        ),
        finds(
          "network_profile[0].outbound_type",
          example(
            "a managed NAT gateway with a subnet",
            outbound("managedNATGateway", { pool: { vnet_subnet_id: SUBNET_ID } }),
          ),
        ),
        finds(
          "network_profile[0].load_balancer_profile",
          example(
            "a load balancer profile beside a route",
            outbound("userDefinedRouting", {
              pool: { vnet_subnet_id: SUBNET_ID },
              network: { load_balancer_profile: { managed_outbound_ip_count: 2 } },
            }),
          ),
        ),
        finds(
          "network_profile[0].nat_gateway_profile",
          example(
            "a NAT gateway profile beside the load balancer",
            outbound("loadBalancer", { network: { nat_gateway_profile: { managed_outbound_ip_count: 2 } } }),
          ),
        ),
      ],
      unknown: [example("a variable", outbound("${var.outbound}"))],
    };
  },
});
