import { oncePerModel } from "../../model/model.ts";
import type { Resource } from "../../model/resource.ts";
import { change, cluster, example, finds, kubernetesSecret, merge, WHOLE_RESOURCE } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";

const SHOWN = 3;

const INSIDE = {
  provider: { kubernetes: [{ host: "${azurerm_kubernetes_cluster.cluster.kube_config[0].host}" }] },
  data: null,
};
const secret = (changes: object = {}): object =>
  merge(kubernetesSecret({ data_wo: { a: "${var.a}" }, data_wo_revision: 1, ...changes }), INSIDE);

export default rule({
  id: "kubernetes/separate-apply",
  level: "warning",
  fact: "Objects in a cluster are in another state than the cluster that their provider is configured from.",
  why: "While the cluster is created or replaced, the provider has no address and no credentials: it connects to localhost, and the apply fails half-way. HashiCorp advises against it.",
  source: "https://registry.terraform.io/providers/hashicorp/kubernetes/2.38.0/docs",
  phases: ["synthesis", "plan"],
  on: createdClusters,
  *check(target) {
    const objects = objectsIn(target.model).get(target) ?? [];
    if (objects.length === 0) return;
    const names = objects.slice(0, SHOWN).map(({ address }) => address);
    const others = objects.length > SHOWN ? ` and ${objects.length - SHOWN} more` : "";
    const isOne = objects.length === 1;
    yield {
      level: target.isMade ? "warning" : "note",
      message: `${names.join(", ")}${others} ${isOne ? "is" : "are"} applied together with this cluster, which ${isOne ? "its" : "their"} provider is configured from`,
      advice: `put ${isOne ? "it" : "them"} into a state of ${isOne ? "its" : "their"} own, and configure the provider there from data.azurerm_kubernetes_cluster`,
    };
  },
  configuration: "Objects in a cluster are synthesized in a stack of their own.",
  get examples() {
    return {
      passing: [
        example("a cluster that is read", kubernetesSecret({ data_wo: { a: "${var.a}" }, data_wo_revision: 1 })),
        example(
          "objects in another cluster than the one that is made",
          cluster(),
          merge(kubernetesSecret({ data_wo: { a: "${var.a}" }, data_wo_revision: 1 }), {
            data: { azurerm_kubernetes_cluster: { cluster: { name: "aks-other" } } },
          }),
        ),
        change("a cluster that is there already", [cluster(), secret()], [cluster(), secret({ type: "Opaque" })]),
      ],
      failing: [finds(WHOLE_RESOURCE, example("a cluster that is made beside it", cluster(), secret()))],
      unknown: [],
    };
  },
});

/**
 * What the kubernetes, helm and like providers make, by the cluster in the same state that configures their provider.
 */
const objectsIn = oncePerModel((model): ReadonlyMap<Resource, readonly Resource[]> => {
  const found = new Map<Resource, Resource[]>();
  for (const resource of model.resources) {
    // What speaks to Azure speaks to no cluster.
    if (resource.parts.mode !== "managed" || /^(azurerm|azapi|azuread)_/.test(resource.type)) continue;
    const clusters = (resource.parts.providerHost ?? []).map((reference) =>
      model.referenced(resource.stack, reference),
    );
    const made = clusters.find((each) => each?.type === "azurerm_kubernetes_cluster" && each.parts.mode === "managed");
    if (made) found.set(made, [...(found.get(made) ?? []), resource]);
  }
  return found;
});
