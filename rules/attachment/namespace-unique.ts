import { EXTENSION_NAMESPACE } from "../../azure/azureml-extension.ts";
import { kubernetesComputesOf, NAMESPACE } from "../../model/attachment.ts";
import { clusterId, example, finds, kubernetesCompute, workspaceId } from "../examples.ts";
import { type Fix, rule } from "../rule.ts";
import { levelIfTakenOver, namesOf, siblings } from "../siblings.ts";

const sameNamespace = siblings(kubernetesComputesOf, ({ cluster, namespace }) => ({
  target: cluster,
  name: namespace,
}));

/** A second one, beside the one of the examples. */
function second(properties: object = {}, changes: object = {}): object {
  const { resource } = kubernetesCompute({ namespace: "second", ...properties }, { name: "second", ...changes }) as {
    resource: { azapi_resource: { compute: object } };
  };
  return { resource: { azapi_resource: { second: resource.azapi_resource.compute } } };
}

const elsewhere = { body: { properties: { resourceId: clusterId("aks-other") } } };

/** A namespace by the name of its compute, which no other of the workspace has. */
function ownNamespace(name: string | undefined): Fix | undefined {
  return name === undefined ? undefined : { set: { [NAMESPACE]: name.toLowerCase() } };
}

export default rule({
  id: "attachment/namespace-unique",
  level: "error",
  fact: "Each KubernetesCompute of a cluster has a namespace of its own, which is not azureml.",
  why: "In one namespace, the jobs, endpoints and secrets of two computes would mix. The namespace azureml is the extension's own.",
  source: "https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace",
  phases: ["synthesis", "plan"],
  on: kubernetesComputesOf,
  *check(subject) {
    if (subject.namespace === EXTENSION_NAMESPACE) {
      yield {
        attribute: NAMESPACE,
        message: `the namespace ${EXTENSION_NAMESPACE} belongs to the Azure ML extension`,
        advice: "give the compute a namespace of its own",
        fix: () => ownNamespace(subject.name),
      };
    }
    const twins = sameNamespace(subject);
    if (twins.length === 0) return;
    yield {
      attribute: NAMESPACE,
      ...levelIfTakenOver([subject, ...twins]),
      message: `the namespace ${subject.namespace} of this cluster is used by ${namesOf(twins)} too`,
      advice: "give each compute of a cluster a namespace of its own",
      fix: () => ownNamespace(subject.name),
    };
  },
  configuration: {
    passing: {
      attachment: { kind: "KubernetesCompute", clusterPurpose: null, namespace: "scoring" },
      second: {
        existing: { resourceGroup: "rg", name: "aks" },
        attachment: { kind: "KubernetesCompute", computeName: "batch", namespace: "batch" },
      },
    },
    failing: {
      attachment: { kind: "KubernetesCompute", clusterPurpose: null },
      second: {
        existing: { resourceGroup: "rg", name: "aks" },
        attachment: { kind: "KubernetesCompute", computeName: "batch" },
      },
    },
  },
  get examples() {
    return {
      passing: [
        example("two namespaces of one cluster", kubernetesCompute(), second()),
        example(
          "one namespace in each of two clusters",
          kubernetesCompute(),
          second({ namespace: "batch" }, elsewhere),
        ),
      ],
      failing: [
        finds(
          ["body.properties.properties.namespace", "body.properties.properties.namespace"],
          example("one namespace twice", kubernetesCompute(), second({ namespace: "batch" })),
        ),
        finds(
          ["body.properties.properties.namespace", "body.properties.properties.namespace"],
          example(
            "one namespace twice, from two workspaces",
            kubernetesCompute(),
            second({ namespace: "batch" }, { parent_id: workspaceId("other") }),
          ),
        ),
        finds(
          ["body.properties.properties.namespace", "body.properties.properties.namespace"],
          example("none is given twice", kubernetesCompute({ namespace: null }), second({ namespace: "default" })),
        ),
        finds(
          "body.properties.properties.namespace",
          example("the extension's own", kubernetesCompute({ namespace: "azureml" })),
        ),
      ],
      unknown: [
        example("the namespace of one is a variable", kubernetesCompute(), second({ namespace: "${var.namespace}" })),
      ],
    };
  },
});
