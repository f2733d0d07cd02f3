import { ANNOTATION_PREFIX, clusterBehind, FRONT_END, ownedKind } from "../../model/kubernetes.ts";
import type { Resource } from "../../model/resource.ts";
import { azapiAttachment, example, frontEnd, kubernetesSecret } from "../examples.ts";
import { kubernetesResources, rule } from "../rule.ts";
import { aksComputesAt } from "../siblings.ts";
import { CREATE_ATTACH } from "../sources.ts";

/** What Azure ML makes in a cluster: in namespace `default` for AksCompute, in `azureml` for KubernetesCompute. */
const OWNED: Readonly<Record<string, readonly string[]>> = {
  Service: [FRONT_END, "azureml-fe-int-http", "azureml-ingress-nginx-controller"],
  Deployment: [FRONT_END, "azureml-fe-v2", "azureml-ingress-nginx-controller"],
  Secret: ["azuremlfessl"],
  ConfigMap: ["azuremlfeconfig"],
};

const INTERNAL = { loadBalancerType: "InternalLoadBalancer", loadBalancerSubnet: "snet" };

export default rule({
  id: "kubernetes/azureml-owned",
  level: "error",
  fact: "What Azure ML made in the cluster is not edited.",
  why: "Azure ML writes it again: with the next deployment to an AksCompute, where only request limits, and cpu and memory, survive; for KubernetesCompute whenever the extension is reconciled.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan"],
  on: kubernetesResources,
  *check(resource) {
    const owned = ownedKind(resource);
    if (!owned) return;
    const name = resource.text(owned.namePath);
    if (name === undefined || !OWNED[owned.kind]?.includes(name)) return;
    if (resource.type !== "kubernetes_annotations" || !onlyLoadBalancer(resource)) {
      yield {
        message: `${owned.kind} ${name} is Azure ML's own`,
        advice: "leave it to Azure ML: ask for what you need in the attachment",
      };
    } else if (!equalsAttachment(resource)) {
      yield {
        attribute: "annotations",
        level: "warning",
        message: `the annotations of ${name} are not what its attachment asks for, and Azure ML may write its own again`,
        advice: "ask for the same load balancer and subnet in the attachment",
      };
    }
  },
  configuration: "The annotations of the internal load balancer are synthesized as the attachment asks for them.",
  examples: {
    passing: [
      example(
        "the load balancer that the attachment asks for",
        azapiAttachment(INTERNAL),
        frontEnd({ "load-balancer-internal": "true", "load-balancer-internal-subnet": "snet" }),
      ),
      example("a secret of one's own", kubernetesSecret({})),
    ],
    failing: [
      example("Azure ML's secret", kubernetesSecret({ metadata: { name: "azuremlfessl", namespace: "default" } })),
      example(
        "another load balancer than the attachment's",
        azapiAttachment(),
        frontEnd({ "load-balancer-internal": "true", "load-balancer-internal-subnet": "snet" }),
      ),
      example("another annotation", frontEnd({ "load-balancer-tcp-idle-timeout": "30" }), {
        resource: { kubernetes_annotations: { front_end: { annotations: { mine: "yes" } } } },
      }),
    ],
    unknown: [example("the name is a variable", kubernetesSecret({ metadata: { name: "${var.name}", namespace: "default" } }))],
  },
});

function onlyLoadBalancer(resource: Resource): boolean {
  return resource.keys("annotations").every((key) => key.startsWith(ANNOTATION_PREFIX));
}

/** Whether the attachments of its cluster ask for the same; true where none is in sight. */
function equalsAttachment(resource: Resource): boolean {
  const at = (name: string): string | undefined => resource.text(`annotations["${ANNOTATION_PREFIX}${name}"]`);
  return aksComputesAt(resource.model, clusterBehind(resource)).every(
    (attachment) =>
      (attachment.loadBalancerType === "InternalLoadBalancer") === (at("load-balancer-internal") === "true") &&
      attachment.loadBalancerSubnet === at("load-balancer-internal-subnet"),
  );
}
