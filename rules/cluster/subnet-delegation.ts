import { subnetAt } from "../../model/network.ts";
import { attributeOf } from "../../model/node-pools.ts";
import { cluster, example, finds, nodePool, SUBNET_ID } from "../examples.ts";
import { allNodePools, rule } from "../rule.ts";

const REFERENCE = "${azurerm_subnet.aks.id}";

const inSubnet = cluster({ default_node_pool: { vnet_subnet_id: REFERENCE } });
const subnet = (service?: string): object => ({
  resource: {
    azurerm_subnet: {
      aks: {
        name: "snet",
        address_prefixes: ["10.0.1.0/24"],
        ...(service === undefined ? {} : { delegation: [{ name: "d", service_delegation: { name: service } }] }),
      },
    },
  },
});

export default rule({
  id: "cluster/subnet-delegation",
  level: "error",
  fact: "The subnet of the nodes is delegated to no service.",
  why: "AKS refuses a delegated subnet with SubnetIsDelegated.",
  source: "https://learn.microsoft.com/azure/aks/configure-azure-cni",
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: allNodePools,
  *check(pool) {
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
      ],
      unknown: [
        example("the subnet is a variable", cluster({ default_node_pool: { vnet_subnet_id: "${var.subnet_id}" } })),
      ],
    };
  },
});
