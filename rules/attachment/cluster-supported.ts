import type { Resource } from "../../model/resource.ts";
import { attachment, cluster, example, extension, finds, kubernetesCompute, SUBSCRIPTION } from "../examples.ts";
import { createdClusters, type Problem, rule } from "../rule.ts";
import { attachmentsTo, extensionsAt } from "../siblings.ts";

const OUTBOUND = "network_profile[0].outbound_type";
const SKU = "sku_name";

/** Outbound types of clusters that are isolated from the network. */
const ISOLATED = ["none", "block"];

const isolated = (outbound_type: string): object => cluster({ network_profile: { outbound_type } });
/** AKS Automatic as azurerm 5 makes it. */
const automatic = {
  resource: {
    azurerm_kubernetes_automatic_cluster: {
      cluster: { name: "aks-automatic", resource_group_name: "rg", location: "westeurope" },
    },
  },
};
/** The same as azapi makes it. */
const automaticByAzapi = {
  resource: {
    azapi_resource: {
      cluster: {
        type: "Microsoft.ContainerService/managedClusters@2025-10-01",
        name: "aks-cluster",
        parent_id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg`,
        location: "westeurope",
        body: { sku: { name: "Automatic", tier: "Standard" }, properties: { dnsPrefix: "aks" } },
      },
    },
  },
};
const ofAutomatic = { cluster_id: "${azurerm_kubernetes_automatic_cluster.cluster.id}" };

export default rule({
  id: "attachment/cluster-supported",
  level: "error",
  fact: "An attached cluster is neither AKS Automatic nor network-isolated (outbound type none or block).",
  why: "The Azure ML extension is not supported there, and nodes without outbound access reach neither Azure ML nor its registries. A cluster cannot be changed from Base to Automatic or back.",
  source: "https://learn.microsoft.com/azure/aks/concepts-network-isolated",
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    yield () => sku(target);
    yield () => outbound(target);
  },
  configuration: {
    passing: { create: { network: { outboundType: "loadBalancer" } } },
    failing: { create: { network: { outboundType: "none" } } },
  },
  get examples() {
    return {
      passing: [
        example("a load balancer", cluster(), attachment()),
        example("an isolated cluster that nobody attaches", isolated("none")),
        example("AKS Automatic without Azure ML", automatic),
      ],
      failing: [
        finds(OUTBOUND, example("an isolated cluster", isolated("none"), attachment())),
        finds(OUTBOUND, example("another kind of isolation", isolated("block"), kubernetesCompute())),
        finds(OUTBOUND, example("the extension alone", isolated("none"), extension())),
        finds(SKU, example("AKS Automatic", automatic, extension({}, ofAutomatic))),
        finds("body.sku.name", example("AKS Automatic through azapi", automaticByAzapi, attachment())),
      ],
      unknown: [
        example("the outbound type is a variable", isolated("${var.outbound}"), attachment()),
        example(
          "whether it is attached is not known",
          isolated("none"),
          attachment({ kubernetes_cluster_id: "${var.cluster_id}" }),
        ),
      ],
    };
  },
});

function* sku(target: Resource): Generator<Problem> {
  if (target.text(SKU) !== "Automatic" || !isAttached(target)) return;
  yield {
    attribute: SKU,
    message: "the cluster is AKS Automatic, and is attached to Azure ML",
    advice: "use a cluster of SKU Base",
  };
}

function* outbound(target: Resource): Generator<Problem> {
  const type = target.text(OUTBOUND);
  if (type === undefined || !ISOLATED.includes(type) || !isAttached(target)) return;
  yield {
    attribute: OUTBOUND,
    message: `the outbound type is ${type}, and the cluster is attached to Azure ML`,
    advice: "set the outbound type to loadBalancer, userDefinedRouting or a NAT gateway",
  };
}

function isAttached(cluster: Resource): boolean {
  const { model } = cluster;
  return (
    attachmentsTo(cluster).length > 0 || extensionsAt(model, { resource: cluster, id: model.idOf(cluster) }).length > 0
  );
}
