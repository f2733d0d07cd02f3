import { JOIN_NETWORK } from "../../azure/roles.ts";
import { type Subnet, subnetAt } from "../../model/network.ts";
import { nodePools } from "../../model/node-pools.ts";
import { identityOf, isAllowed } from "../../model/roles.ts";
import { cluster, example, finds, nodePool, SUBNET_ID, SUBSCRIPTION } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";
import { SECURE_INFERENCING_VNET } from "../sources.ts";

const inSubnet = cluster({ default_node_pool: { vnet_subnet_id: SUBNET_ID } });
const ASSIGNMENT = {
  role_definition_name: "Network Contributor",
  principal_id: "${azurerm_kubernetes_cluster.cluster.identity[0].principal_id}",
};
const role = (changes: object): object => ({
  resource: { azurerm_role_assignment: { network: { ...ASSIGNMENT, ...changes } } },
});

/** A network and its subnet, in a resource group of their own. */
const NETWORK = {
  resource: {
    azurerm_resource_group: { net: { name: "rg-net", location: "westeurope" } },
    azurerm_virtual_network: { vnet: { name: "vnet", resource_group_name: "rg-net", address_space: ["10.1.0.0/16"] } },
    azurerm_subnet: {
      aks: {
        name: "snet",
        resource_group_name: "rg-net",
        virtual_network_name: "vnet",
        address_prefixes: ["10.1.0.0/24"],
      },
    },
  },
};
const IDENTITIES = {
  resource: {
    azurerm_user_assigned_identity: {
      aks: { name: "id-aks", resource_group_name: "rg", location: "westeurope" },
      other: { name: "id-other", resource_group_name: "rg", location: "westeurope" },
    },
  },
};

export default rule({
  id: "cluster/network-contributor",
  level: "warning",
  fact: "The identity of a cluster in a subnet of your own has Network Contributor there.",
  why: "AKS adds nodes and load balancers to the subnet with the identity of the cluster. Without the role, the internal load balancer never gets an address.",
  source: SECURE_INFERENCING_VNET,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    const seen: Subnet[] = [];
    for (const pool of nodePools(target)) {
      yield function* () {
        const attribute = pool.at("vnet_subnet_id");
        const subnet = subnetAt(pool.resource, attribute);
        // Pools may share one.
        if (subnet === undefined || seen.some((each) => each.isSame(subnet))) return;
        seen.push(subnet);
        const { isHeld, ofOthers } = isAllowed(target.model, identityOf(target), JOIN_NETWORK, subnet);
        if (isHeld) return;
        pool.resource.assertWhole(attribute, "a role of the cluster's identity on this subnet");
        const [other] = ofOthers;
        yield {
          resource: pool.resource,
          attribute,
          message: other
            ? `Network Contributor on this subnet is assigned to another identity (${other.address}), not to that of the cluster`
            : "no role assignment here gives the identity of the cluster Network Contributor on this subnet",
          advice:
            "add an azurerm_role_assignment on the subnet or its virtual network for the identity of the cluster, or acknowledge this if the role is assigned elsewhere",
        };
      };
    }
  },
  configuration: "The role is synthesized with the subnet.",
  get examples() {
    return {
      passing: [
        example("the role on the subnet", inSubnet, role({ scope: SUBNET_ID })),
        example("the role on the network", inSubnet, role({ scope: SUBNET_ID.split("/subnets/")[0] })),
        example(
          "a subnet that is made beside it",
          cluster({ default_node_pool: { vnet_subnet_id: "${azurerm_subnet.aks.id}" } }),
          { resource: { azurerm_subnet: { aks: { name: "snet" } } } },
          role({ scope: "${azurerm_subnet.aks.id}" }),
        ),
        example(
          "the role on the network of a subnet that is made beside it",
          cluster({ default_node_pool: { vnet_subnet_id: "${azurerm_subnet.aks.id}" } }),
          NETWORK,
          role({ scope: "${azurerm_virtual_network.vnet.id}" }),
        ),
        example(
          "the role on the resource group of the network",
          cluster({ default_node_pool: { vnet_subnet_id: "${azurerm_subnet.aks.id}" } }),
          NETWORK,
          role({ scope: "${azurerm_resource_group.net.id}" }),
        ),
        example("the role on the subscription", inSubnet, role({ scope: `/subscriptions/${SUBSCRIPTION}` })),
        example(
          "the role by its ID, to an identity that is assigned to the cluster",
          cluster({
            default_node_pool: { vnet_subnet_id: SUBNET_ID },
            identity: { type: "UserAssigned", identity_ids: ["${azurerm_user_assigned_identity.aks.id}"] },
          }),
          IDENTITIES,
          role({
            scope: SUBNET_ID,
            role_definition_name: null,
            role_definition_id:
              "/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7",
            principal_id: "${azurerm_user_assigned_identity.aks.principal_id}",
          }),
        ),
        example(
          "a role of one's own that allows it",
          inSubnet,
          {
            resource: {
              azurerm_role_definition: {
                join: { name: "join", permissions: { actions: ["Microsoft.Network/virtualNetworks/subnets/*"] } },
              },
            },
          },
          role({ scope: SUBNET_ID, role_definition_name: "join" }),
        ),
        example(
          "the role, and an assignment of something else that is not known",
          inSubnet,
          role({ scope: SUBNET_ID }),
          {
            resource: {
              azurerm_role_assignment: {
                registry: { ...ASSIGNMENT, scope: "${var.registry}", role_definition_name: "AcrPull" },
              },
            },
          },
        ),
        example("a network that AKS makes", cluster()),
        example(
          "a second pool in the same subnet",
          inSubnet,
          nodePool({ vnet_subnet_id: SUBNET_ID }),
          role({ scope: SUBNET_ID }),
        ),
      ],
      failing: [
        finds("default_node_pool[0].vnet_subnet_id", example("no role", inSubnet)),
        finds(
          "vnet_subnet_id",
          example(
            "no role on the subnet of a second pool",
            inSubnet,
            nodePool({ vnet_subnet_id: `${SUBNET_ID}-other` }),
            role({ scope: SUBNET_ID }),
          ),
        ),
        finds(
          "default_node_pool[0].vnet_subnet_id",
          example("another role", inSubnet, role({ scope: SUBNET_ID, role_definition_name: "Reader" })),
        ),
        finds(
          "default_node_pool[0].vnet_subnet_id",
          example("another subnet", inSubnet, role({ scope: `${SUBNET_ID}-other` })),
        ),
        finds(
          "default_node_pool[0].vnet_subnet_id",
          example(
            "the role for the kubelet's identity",
            inSubnet,
            role({
              scope: SUBNET_ID,
              principal_id: "${azurerm_kubernetes_cluster.cluster.kubelet_identity[0].object_id}",
            }),
          ),
        ),
        finds(
          "default_node_pool[0].vnet_subnet_id",
          example(
            "the role for another identity than the one that is assigned to the cluster",
            cluster({
              default_node_pool: { vnet_subnet_id: SUBNET_ID },
              identity: { type: "UserAssigned", identity_ids: ["${azurerm_user_assigned_identity.aks.id}"] },
            }),
            IDENTITIES,
            role({ scope: SUBNET_ID, principal_id: "${azurerm_user_assigned_identity.other.principal_id}" }),
          ),
        ),
      ],
      unknown: [
        example("the subnet is a variable", cluster({ default_node_pool: { vnet_subnet_id: "${var.subnet_id}" } })),
        example("the scope is a variable", inSubnet, role({ scope: "${var.scope}" })),
        example("the principal is a variable", inSubnet, role({ scope: SUBNET_ID, principal_id: "${var.principal}" })),
      ],
    };
  },
});
