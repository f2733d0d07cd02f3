import { PartialList, Unknown } from "../../model/value.ts";
import { RANGES } from "../azureml-tags.ts";
import { cluster, example, finds, SUBNET_ID } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";
import { AUTHORIZED_RANGES } from "../sources.ts";

const SERVICE_TAGS = /^data\.azurerm_network_service_tags\./;

const routed = (authorized_ip_ranges?: unknown): object =>
  cluster({
    default_node_pool: { vnet_subnet_id: SUBNET_ID },
    network_profile: { outbound_type: "userDefinedRouting" },
    ...(authorized_ip_ranges ? { api_server_access_profile: { authorized_ip_ranges } } : {}),
  });

export default rule({
  id: "cluster/authorized-ranges-egress",
  level: "warning",
  fact: "With authorized IP ranges and a route of your own, the ranges include the public address of the firewall, and the address from which Terraform runs.",
  why: "The nodes reach their API server through the firewall. AKS adds only the address of its own load balancer.",
  source: AUTHORIZED_RANGES,
  phases: ["synthesis", "plan"],
  on: createdClusters,
  *check(target) {
    if (!target.isSet(RANGES)) return;
    yield function* () {
      if (target.text("network_profile[0].outbound_type") !== "userDefinedRouting") return;
      yield {
        attribute: RANGES,
        message: "the nodes reach the API server through your firewall, whose public address must be in these ranges",
        advice: "check that it is, and the address from which Terraform and kubectl run; then acknowledge this",
      };
    };
    yield function* () {
      const ranges = target.value(RANGES);
      if (ranges instanceof Unknown) target.notKnown(RANGES, ranges);
      if (!(ranges instanceof PartialList) || ranges.items.length > 0) return;
      if (!ranges.rest.references.every((reference) => SERVICE_TAGS.test(reference))) return;
      yield {
        attribute: RANGES,
        message:
          "only the ranges of Azure ML can reach the API server: kubectl cannot, and Terraform cannot create objects in the cluster",
        advice: "add the address from which Terraform and kubectl run",
      };
    };
  },
  configuration: {
    passing: { create: { apiServer: { authorizedIpRanges: ["203.0.113.0/24"], includeAzureMachineLearning: true } } },
    failing: {
      create: {
        nodePool: {
          subnetId:
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/snet",
        },
        network: { outboundType: "userDefinedRouting" },
        apiServer: { authorizedIpRanges: ["203.0.113.0/24"], includeAzureMachineLearning: true },
      },
    },
  },
  get examples() {
    return {
      passing: [
        example("a route of one's own, no ranges", routed()),
        example(
          "ranges, and AKS's own address",
          cluster({ api_server_access_profile: { authorized_ip_ranges: ["203.0.113.0/24"] } }),
        ),
      ],
      failing: [
        finds("api_server_access_profile[0].authorized_ip_ranges", example("both", routed(["203.0.113.0/24"]))),
        finds(
          "api_server_access_profile[0].authorized_ip_ranges",
          example(
            "nothing but the ranges of Azure ML",
            cluster({
              api_server_access_profile: {
                authorized_ip_ranges: "${distinct(concat([], data.azurerm_network_service_tags.region.ipv4_cidrs))}",
              },
            }),
            {
              data: {
                azurerm_network_service_tags: {
                  region: { location: "westeurope", service: "AzureMachineLearning", location_filter: "westeurope" },
                },
              },
            },
          ),
        ),
      ],
      unknown: [
        example(
          "the outbound type is a variable",
          cluster({
            network_profile: { outbound_type: "${var.outbound}" },
            api_server_access_profile: { authorized_ip_ranges: ["203.0.113.0/24"] },
          }),
        ),
      ],
    };
  },
});
