import { cluster, example, finds, kubernetesSecret, WHOLE_RESOURCE } from "../examples.ts";
import { kubernetesResources, rule } from "../rule.ts";

const INSIDE = {
  provider: { kubernetes: [{ host: "${azurerm_kubernetes_cluster.cluster.kube_config[0].host}" }] },
  data: null,
};

export default rule({
  id: "kubernetes/separate-apply",
  level: "error",
  fact: "Objects in a cluster are in another state than the cluster that configures their provider.",
  why: "While the cluster is made or replaced, the provider has no address and no credentials: it talks to localhost, and fails half-way through the apply.",
  source: "https://registry.terraform.io/providers/hashicorp/kubernetes/2.38.0/docs",
  phases: ["synthesis", "plan"],
  on: kubernetesResources,
  *check({ parts, type, model, stack }) {
    for (const reference of parts.providerHost ?? []) {
      const made = model.referenced(stack, reference);
      if (made?.type !== "azurerm_kubernetes_cluster" || made.parts.mode !== "managed") continue;
      yield {
        message: `this ${type} is applied together with the cluster that its provider is configured from`,
        advice: "put it into a state of its own, and configure the provider there from data.azurerm_kubernetes_cluster",
      };
      return;
    }
  },
  configuration: "Objects in a cluster are synthesized in a stack of their own.",
  examples: {
    passing: [example("a cluster that is read", kubernetesSecret({ data_wo: { a: "${var.a}" }, data_wo_revision: 1 }))],
    failing: [
      finds(
        WHOLE_RESOURCE,
        example("a cluster that is made beside it", cluster(), kubernetesSecret({ data_wo: { a: "${var.a}" }, data_wo_revision: 1 }), INSIDE),
      ),
    ],
    unknown: [],
  },
});
