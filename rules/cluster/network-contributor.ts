import type { Resource } from "../../model/resource.ts";
import { cluster, example, finds, SUBNET_ID } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";
import { SECURE_INFERENCING_VNET } from "../sources.ts";

const SUBNET = "default_node_pool[0].vnet_subnet_id";

const inSubnet = cluster({ default_node_pool: { vnet_subnet_id: SUBNET_ID } });
const role = (changes: object): object => ({
  resource: {
    azurerm_role_assignment: {
      network: {
        role_definition_name: "Network Contributor",
        principal_id: "${azurerm_kubernetes_cluster.cluster.identity[0].principal_id}",
        ...changes,
      },
    },
  },
});

export default rule({
  id: "cluster/network-contributor",
  level: "warning",
  fact: "The identity of a cluster in a subnet of your own has Network Contributor there.",
  why: "AKS joins nodes and load balancers to the subnet with the cluster's identity; without the role the internal load balancer never gets an address.",
  source: SECURE_INFERENCING_VNET,
  phases: ["synthesis", "plan"],
  on: createdClusters,
  *check(target) {
    const subnet = reached(target, SUBNET);
    if (subnet === undefined) return;
    for (const assignment of target.model.ofType("azurerm_role_assignment")) {
      // Given by ID, a role has no name.
      const name = assignment.text("role_definition_name");
      if (name !== undefined && !["Network Contributor", "Contributor", "Owner"].includes(name)) continue;
      // A role that is known to be somebody else's is none.
      if (isOfAnother(assignment, target)) continue;
      const scope = reached(assignment, "scope");
      if (scope !== undefined && `${subnet}/`.startsWith(`${scope}/`)) return;
    }
    yield {
      attribute: SUBNET,
      message: "nothing here gives the cluster's identity Network Contributor on this subnet",
      advice: "add an azurerm_role_assignment on the subnet or its virtual network, or acknowledge this if the role was given elsewhere",
    };
  },
  configuration: "The role is synthesized with the subnet.",
  examples: {
    passing: [
      example("the role on the subnet", inSubnet, role({ scope: SUBNET_ID })),
      example("the role on the network", inSubnet, role({ scope: SUBNET_ID.split("/subnets/")[0] })),
      example(
        "a subnet that is made beside it",
        cluster({ default_node_pool: { vnet_subnet_id: "${azurerm_subnet.aks.id}" } }),
        { resource: { azurerm_subnet: { aks: { name: "snet" } } } },
        role({ scope: "${azurerm_subnet.aks.id}" }),
      ),
      example("a network that AKS makes", cluster()),
    ],
    failing: [
      finds("default_node_pool[0].vnet_subnet_id", example("no role", inSubnet)),
      finds("default_node_pool[0].vnet_subnet_id", example("another role", inSubnet, role({ scope: SUBNET_ID, role_definition_name: "Reader" }))),
      finds("default_node_pool[0].vnet_subnet_id", example("another subnet", inSubnet, role({ scope: `${SUBNET_ID}-other` }))),
    ],
    unknown: [
      example("the subnet is a variable", cluster({ default_node_pool: { vnet_subnet_id: "${var.subnet_id}" } })),
      example("the scope is a variable", inSubnet, role({ scope: "${var.scope}" })),
    ],
  },
});

/** Whether the principal is written down or leads elsewhere, and is no identity of the cluster. */
function isOfAnother(assignment: Resource, target: Resource): boolean {
  const principal = assignment.value("principal_id");
  if (typeof principal !== "string") return false;
  const own = target.value("identity[0].principal_id");
  return typeof own === "string" ? own !== principal : target.value("identity[0].type") === "SystemAssigned" && target.actions.includes("create");
}

/** A resource ID in lower case, or the resource in the model whose ID it is. */
function reached(resource: Resource, path: string): string | undefined {
  const [reference, ...others] = resource.references(path);
  const target = reference === undefined || others.length > 0 ? undefined : resource.model.referenced(resource.stack, reference);
  return target ? `${target.stack} ${target.address}` : resource.text(path)?.toLowerCase();
}
