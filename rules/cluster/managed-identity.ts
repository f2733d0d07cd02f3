import { kubernetesComputesOf } from "../../model/attachment.ts";
import { cluster, example, finds, kubernetesCompute } from "../examples.ts";
import { rule } from "../rule.ts";
import { DEPLOY_EXTENSION } from "../sources.ts";

export default rule({
  id: "cluster/managed-identity",
  level: "error",
  fact: "A cluster attached as KubernetesCompute has a managed identity, not a service principal.",
  why: "The Azure ML extension is not supported on a cluster with a service principal.",
  source: DEPLOY_EXTENSION,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: kubernetesComputesOf,
  *check({ resource, paths, cluster: { resource: target } }) {
    if (!target) return resource.notKnown(paths.clusterId);
    // Azure says it of a cluster that is read; there, `msi` stands for a managed identity.
    if (target.parts.mode === "data" && !target.isSet("service_principal")) return target.notKnown("service_principal");
    if (!target.exists("service_principal") || target.text("service_principal[0].client_id") === "msi") return;
    yield {
      resource: target,
      attribute: "service_principal",
      message: "this cluster has a service principal",
      advice: "use a managed identity: an identity block instead of service_principal",
      fix: { set: { service_principal: null, "identity[0].type": "SystemAssigned" } },
    };
  },
  configuration: "A cluster is synthesized with a managed identity.",
  get examples() {
    return {
      passing: [example("a managed identity", cluster(), kubernetesCompute())],
      failing: [
        finds(
          "service_principal",
          example(
            "a service principal",
            cluster({
              identity: null,
              service_principal: { client_id: "00000000-0000-0000-0000-00000000000a", client_secret: "${var.secret}" },
            }),
            kubernetesCompute(),
          ),
        ),
      ],
      unknown: [
        example("a cluster that is not read yet", kubernetesCompute(), {
          data: { azurerm_kubernetes_cluster: { cluster: { name: "aks-cluster", resource_group_name: "rg" } } },
        }),
        example("a cluster that is not in sight", kubernetesCompute()),
      ],
    };
  },
});
