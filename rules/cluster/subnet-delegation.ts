import { parseCidr } from "../../azure/cidr.ts";
import { subnetAt } from "../../model/network.ts";
import { attributeOf } from "../../model/node-pools.ts";
import type { Resource } from "../../model/resource.ts";
import { cluster, example, finds, nodePool, SUBNET_ID } from "../examples.ts";
import { allNodePools, createdClusters, type Problem, rule } from "../rule.ts";

const API_SERVER = "api_server_access_profile[0].subnet_id";
const AKS = "Microsoft.ContainerService/managedClusters";
const LONGEST_PREFIX = 28;

const REFERENCE = "${azurerm_subnet.aks.id}";

const inSubnet = cluster({ default_node_pool: { vnet_subnet_id: REFERENCE } });
const integrated = cluster({
  api_server_access_profile: { virtual_network_integration_enabled: true, subnet_id: REFERENCE },
});
const subnet = (service?: string, range = "10.0.1.0/24"): object => ({
  resource: {
    azurerm_subnet: {
      aks: {
        name: "snet",
        address_prefixes: [range],
        ...(service === undefined ? {} : { delegation: [{ name: "d", service_delegation: { name: service } }] }),
      },
    },
  },
});

export default rule({
  id: "cluster/subnet-delegation",
  level: "error",
  fact: "The subnet of the nodes is delegated to no service; that of an API server in the network is delegated to AKS, and is a /28 or larger.",
  why: "AKS refuses a delegated subnet for nodes with SubnetIsDelegated, and puts the API server only into a subnet of its own (https://learn.microsoft.com/azure/aks/api-server-vnet-integration).",
  source: "https://learn.microsoft.com/azure/aks/configure-azure-cni",
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: (model) => [...allNodePools(model), ...createdClusters(model).map((resource) => ({ resource, path: undefined }))],
  *check({ resource, path }) {
    if (path === undefined) {
      yield* apiServer(resource);
      return;
    }
    const pool = { resource, path };
    const attribute = attributeOf(pool, "vnet_subnet_id");
    const found = subnetAt(pool.resource, attribute);
    // No data source reads it, and of an ID alone there is nothing to see.
    if (!found?.resource || found.resource.parts.mode === "data") return;
    const services = found.delegations;
    if (services.length === 0) return;
    yield {
      attribute,
      message: `${found.title} is delegated to ${services.join(", ")}`,
      advice: "use another subnet for the nodes, or remove the delegation",
    };
  },
  configuration: "Subnets are not configured here.",
  get examples() {
    return {
      passing: [
        example("no delegation", inSubnet, subnet()),
        example("an API server in a subnet for it", integrated, subnet(AKS, "10.0.1.0/28")),
        example("one with addresses of IPv6", integrated, subnet(AKS, "fd00:10::/64")),
        example("a subnet that is not in sight", cluster({ default_node_pool: { vnet_subnet_id: SUBNET_ID } })),
        example("the network that AKS makes", cluster(), subnet("Microsoft.ContainerInstance/containerGroups")),
      ],
      failing: [
        finds(
          "default_node_pool[0].vnet_subnet_id",
          example("a delegation", inSubnet, subnet("Microsoft.ContainerInstance/containerGroups")),
        ),
        finds(
          "vnet_subnet_id",
          example(
            "a second pool",
            cluster(),
            nodePool({ vnet_subnet_id: REFERENCE }),
            subnet("Microsoft.App/environments"),
          ),
        ),
        finds(API_SERVER, example("an API server in a subnet without a delegation", integrated, subnet())),
        finds(API_SERVER, example("one in a subnet that is too small", integrated, subnet(AKS, "10.0.1.0/29"))),
      ],
      unknown: [
        example("the subnet is a variable", cluster({ default_node_pool: { vnet_subnet_id: "${var.subnet_id}" } })),
      ],
    };
  },
});

/** Where the API server is put into the network. */
function* apiServer(target: Resource): Generator<Problem> {
  const found = subnetAt(target, API_SERVER);
  if (!found?.resource || found.resource.parts.mode === "data") return;
  const services = found.delegations;
  if (!services.includes(AKS))
    yield {
      attribute: API_SERVER,
      message: `${found.title}, which the API server is put into, is not delegated to ${AKS}`,
      advice: "delegate it, and give the nodes another subnet",
    };
  const small = found.ranges.find((range) => (parseCidr(range)?.prefix ?? 0) > LONGEST_PREFIX);
  if (small !== undefined)
    yield {
      attribute: API_SERVER,
      message: `${found.title}, which the API server is put into, is ${small}`,
      advice: `use a range of /${LONGEST_PREFIX} or larger`,
    };
}
