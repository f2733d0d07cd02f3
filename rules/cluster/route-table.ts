import { waitsFor } from "../../model/dependencies.ts";
import { moduleOf } from "../../model/model.ts";
import { type AttachedToSubnet, subnetAt } from "../../model/network.ts";
import type { Resource } from "../../model/resource.ts";
import { change, cluster, example, finds, merge, SUBNET_ID } from "../examples.ts";
import { createdClusters, type Problem, rule } from "../rule.ts";

const PROFILE = "network_profile[0]";
const OUTBOUND = `${PROFILE}.outbound_type`;
const PLUGIN = `${PROFILE}.network_plugin`;
const SUBNET = "default_node_pool[0].vnet_subnet_id";
const IDENTITY = "identity[0].type";

const TABLE_ID = `${SUBNET_ID.split("/Microsoft.Network/")[0]}/Microsoft.Network/routeTables/rt`;

const routed = (changes: object = {}): object =>
  cluster(
    merge(
      {
        network_profile: { outbound_type: "userDefinedRouting" },
        default_node_pool: { vnet_subnet_id: "${azurerm_subnet.aks.id}" },
      },
      changes,
    ),
  );
const kubenet = (type: string, changes: object = {}): object =>
  routed(
    merge(
      {
        network_profile: { network_plugin: "kubenet" },
        identity: { type, ...(type === "UserAssigned" ? { identity_ids: ["${var.identity_id}"] } : {}) },
      },
      changes,
    ),
  );
const subnet = (changes: object = {}): object => ({
  resource: { azurerm_subnet: { aks: { name: "snet", address_prefixes: ["10.0.1.0/24"], ...changes } } },
});
const ASSOCIATION = "azurerm_subnet_route_table_association";
const association = {
  resource: {
    [ASSOCIATION]: {
      aks: { subnet_id: "${azurerm_subnet.aks.id}", route_table_id: TABLE_ID },
    },
  },
};

const waiting = (cluster: object): object =>
  merge(cluster, { resource: { azurerm_kubernetes_cluster: { cluster: { depends_on: [`${ASSOCIATION}.aks`] } } } });

export default rule({
  id: "cluster/route-table",
  level: "error",
  fact: "With the outbound type userDefinedRouting the subnet of the nodes has a route table before the cluster is created; with kubenet and a route table of your own the cluster has a user-assigned identity.",
  why: "AKS refuses the cluster with ExistingRouteTableNotAssociatedWithSubnet. kubenet writes its routes into the table with the identity of the cluster, which must have its role before the cluster exists.",
  source: "https://learn.microsoft.com/azure/aks/egress-udr",
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    if (!target.exists(PROFILE)) return;
    yield () => associated(target);
    yield () => identity(target);
  },
  configuration: {
    passing: { create: { nodePool: { subnetId: SUBNET_ID }, network: { outboundType: "userDefinedRouting" } } },
    failing: {
      create: {
        nodePool: { subnetId: SUBNET_ID },
        network: { plugin: "kubenet", outboundType: "userDefinedRouting" },
      },
    },
  },
  get examples() {
    return {
      passing: [
        example("an association that the cluster waits for", waiting(routed()), subnet(), association),
        example(
          "an association that the subnet's ID comes from",
          routed({ default_node_pool: { vnet_subnet_id: `\${${ASSOCIATION}.aks.subnet_id}` } }),
          subnet(),
          association,
        ),
        change(
          "a cluster that is there already",
          [routed(), subnet(), association],
          [routed({ tags: { team: "ml" } }), subnet(), association],
        ),
        example(
          "a write-only route table of azurerm 5",
          routed(),
          subnet({ route_table_id_wo: "${var.route_table_id}" }),
        ),
        example("its version", routed(), subnet({ route_table_id_wo_version: 1 })),
        example(
          "another way out",
          cluster({ default_node_pool: { vnet_subnet_id: "${azurerm_subnet.aks.id}" } }),
          subnet(),
        ),
        example("a subnet that is not in sight", routed({ default_node_pool: { vnet_subnet_id: SUBNET_ID } })),
        example("kubenet with a user-assigned identity", waiting(kubenet("UserAssigned")), subnet(), association),
        example(
          "kubenet with the route table that AKS makes",
          cluster({
            network_profile: { network_plugin: "kubenet" },
            default_node_pool: { vnet_subnet_id: "${azurerm_subnet.aks.id}" },
          }),
          subnet(),
        ),
      ],
      failing: [
        finds("network_profile[0].outbound_type", example("no association", routed(), subnet())),
        finds(
          "network_profile[0].outbound_type",
          example("an association that the cluster does not wait for", routed(), subnet(), association),
        ),
        finds(
          "network_profile[0].outbound_type",
          example("an association of another subnet", routed(), subnet(), {
            resource: {
              azurerm_subnet_route_table_association: {
                aks: { subnet_id: `${SUBNET_ID}-other`, route_table_id: TABLE_ID },
              },
            },
          }),
        ),
        finds(
          IDENTITY,
          example("kubenet with a system-assigned identity", waiting(kubenet("SystemAssigned")), subnet(), association),
        ),
        finds(
          IDENTITY,
          example(
            "the same in a subnet of which there is the ID alone",
            kubenet("SystemAssigned", { default_node_pool: { vnet_subnet_id: SUBNET_ID } }),
          ),
        ),
      ],
      unknown: [
        example(
          "a subnet that is not read yet",
          routed({ default_node_pool: { vnet_subnet_id: "${data.azurerm_subnet.aks.id}" } }),
          {
            data: {
              azurerm_subnet: { aks: { name: "snet", virtual_network_name: "vnet", resource_group_name: "rg" } },
            },
          },
        ),
        example(
          "the outbound type is a variable",
          routed({ network_profile: { outbound_type: "${var.outbound}" } }),
          subnet(),
        ),
      ],
    };
  },
});

/** Where both are made in one module, Terraform makes the association first only if the cluster waits for it. */
function* order(target: Resource, { by }: AttachedToSubnet): Generator<Problem> {
  const isMadeTogether = by.type === ASSOCIATION && by.isMade && target.isMade && by.stack === target.stack;
  if (!isMadeTogether || moduleOf(by.address) !== moduleOf(target.address) || waitsFor(target, by)) return;
  yield {
    attribute: OUTBOUND,
    level: "warning",
    message: `the outbound type is userDefinedRouting, and the cluster does not wait for ${by.address}: Terraform may create the cluster first`,
    advice: `add depends_on = [${by.address.slice(moduleOf(by.address).length)}] to the cluster`,
  };
}

function* associated(target: Resource): Generator<Problem> {
  if (target.text(OUTBOUND) !== "userDefinedRouting") return;
  const subnet = subnetAt(target, SUBNET);
  // Of an ID alone there is nothing to see.
  if (!subnet?.resource) return;
  const table = subnet.routeTable;
  if (table) {
    yield* order(target, table);
    return;
  }
  yield {
    attribute: OUTBOUND,
    message: `the outbound type is userDefinedRouting, and ${subnet.title} has no route table`,
    advice: "add an azurerm_subnet_route_table_association, and make the cluster depend on it (depends_on)",
  };
}

function* identity(target: Resource): Generator<Problem> {
  if (target.text(PLUGIN) !== "kubenet" || !target.isSet(SUBNET)) return;
  if (target.text(IDENTITY) !== "SystemAssigned") return;
  const subnet = subnetAt(target, SUBNET);
  // With this outbound type there is a table, whoever made it.
  if (!subnet || (target.text(OUTBOUND) !== "userDefinedRouting" && !subnet.routeTable)) return;
  yield {
    attribute: IDENTITY,
    message: `the plugin is kubenet, ${subnet.title} has a route table of your own, and the identity of the cluster is system-assigned`,
    advice: "use a user-assigned identity with Network Contributor on the route table, or the network plugin azure",
  };
}
