import { JOIN_NETWORK, type Permission, WRITE_PRIVATE_DNS } from "../../azure/roles.ts";
import type { ResourceOrId } from "../../model/model.ts";
import { privateDnsZoneOf, subnetAt } from "../../model/network.ts";
import { assignedTo, identityOf, isAllowed } from "../../model/roles.ts";
import { cluster, example, finds, PRIVATE_DNS_ZONE_ID, SUBNET_ID } from "../examples.ts";
import { createdClusters, type Problem, rule } from "../rule.ts";

const ZONE = "private_dns_zone_id";
const SUBNET = "default_node_pool[0].vnet_subnet_id";
const NETWORK_ID = SUBNET_ID.split("/subnets/")[0];

const IDENTITY = {
  resource: {
    azurerm_user_assigned_identity: { aks: { name: "id-aks", resource_group_name: "rg", location: "westeurope" } },
  },
};
const withZone = (changes: object = {}): object =>
  cluster({
    private_cluster_enabled: true,
    private_dns_zone_id: PRIVATE_DNS_ZONE_ID,
    identity: { type: "UserAssigned", identity_ids: ["${azurerm_user_assigned_identity.aks.id}"] },
    ...changes,
  });
const inSubnet = { default_node_pool: { vnet_subnet_id: SUBNET_ID } };
const role = (role_definition_name: string, scope: string | undefined, name = "zone"): object => ({
  resource: {
    azurerm_role_assignment: {
      [name]: { role_definition_name, scope, principal_id: "${azurerm_user_assigned_identity.aks.principal_id}" },
    },
  },
});
const onZone = role("Private DNS Zone Contributor", PRIVATE_DNS_ZONE_ID);

export default rule({
  id: "cluster/private-dns-roles",
  level: "warning",
  fact: "The identity of a cluster with a private DNS zone of your own has Private DNS Zone Contributor on the zone, and Network Contributor on the virtual network.",
  why: "With this identity, AKS writes the record of the API server into the zone and links the zone to the network. Without the roles, the cluster is not created.",
  source: "https://learn.microsoft.com/azure/aks/private-clusters",
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    const zone = privateDnsZoneOf(target);
    if (zone === undefined) return;
    const missing = function* (
      attribute: string,
      permission: Permission,
      place: ResourceOrId,
      what: string,
    ): Generator<Problem> {
      if (isAllowed(target.model, identityOf(target), permission, place).isHeld) return;
      target.assertWhole(attribute, `a role of the cluster's identity on ${what}`);
      // Where neither the zone nor the identity is in sight, the roles are likely given where these are.
      const isInSight = zone.resource !== undefined || assignedTo(target).some(({ resource }) => resource);
      yield {
        attribute,
        level: isInSight ? "warning" : "note",
        message: `no role assignment here gives the identity of the cluster ${permission.roles[0]} on ${what}`,
        advice:
          "add an azurerm_role_assignment that the cluster depends on, or acknowledge this if the role is assigned elsewhere",
      };
    };
    yield () => missing(ZONE, WRITE_PRIVATE_DNS, zone, "this private DNS zone");
    yield function* () {
      const network = subnetAt(target, SUBNET)?.network;
      if (network)
        yield* missing(SUBNET, JOIN_NETWORK, network, "the virtual network, which AKS links the private DNS zone to");
    };
  },
  configuration: "The roles are synthesized with the zone.",
  get examples() {
    return {
      passing: [
        example("the role on the zone", withZone(), IDENTITY, onZone),
        example("both roles", withZone(inSubnet), IDENTITY, onZone, role("Network Contributor", NETWORK_ID, "network")),
        example("the zone that AKS makes", withZone({ private_dns_zone_id: "System" }), IDENTITY),
        example("a public cluster", withZone({ private_cluster_enabled: false }), IDENTITY),
      ],
      failing: [
        finds("private_dns_zone_id", example("no role", withZone(), IDENTITY)),
        finds(
          "default_node_pool[0].vnet_subnet_id",
          example(
            "a role on the subnet alone",
            withZone(inSubnet),
            IDENTITY,
            onZone,
            role("Network Contributor", SUBNET_ID, "network"),
          ),
        ),
      ],
      unknown: [
        example("the zone is a variable", withZone({ private_dns_zone_id: "${var.zone}" }), IDENTITY),
        example("the scope is a variable", withZone(), IDENTITY, role("Private DNS Zone Contributor", "${var.zone}")),
      ],
    };
  },
});
