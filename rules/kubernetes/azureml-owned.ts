import { ANNOTATION_PREFIX, annotationPath, clusterBehind, FRONT_END, ownedKind } from "../../model/kubernetes.ts";
import type { Resource } from "../../model/resource.ts";
import { azapiAttachment, example, finds, frontEnd, kubernetesSecret, WHOLE_RESOURCE } from "../examples.ts";
import { kubernetesResources, rule } from "../rule.ts";
import { aksComputesAt } from "../siblings.ts";
import { CREATE_ATTACH } from "../sources.ts";

/** What Azure ML makes in a cluster: in namespace `default` for AksCompute, in `azureml` for KubernetesCompute. */
const OWNED: ReadonlyMap<string, readonly string[]> = new Map([
  ["Service", [FRONT_END, "azureml-fe-int-http", "azureml-ingress-nginx-controller"]],
  ["Deployment", [FRONT_END, "azureml-fe-v2", "azureml-ingress-nginx-controller"]],
  ["Secret", ["azuremlfessl"]],
  ["ConfigMap", ["azuremlfeconfig"]],
]);

const INTERNAL = { loadBalancerType: "InternalLoadBalancer", loadBalancerSubnet: "snet" };

export default rule({
  id: "kubernetes/azureml-owned",
  level: "error",
  fact: "Objects of Azure ML in the cluster are not edited.",
  why: "Azure ML overwrites them: for an AksCompute with the next deployment, which keeps only request limits, cpu and memory; for a KubernetesCompute whenever the extension is reconciled.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan"],
  on: kubernetesResources,
  *check(resource) {
    const owned = ownedKind(resource);
    if (!owned) return;
    const name = resource.text(owned.namePath);
    if (name === undefined || !OWNED.get(owned.kind)?.includes(name)) return;
    const isAnnotated = resource.type === "kubernetes_annotations";
    const other = isAnnotated ? otherAnnotation(resource) : undefined;
    if (!isAnnotated || other !== undefined) {
      yield {
        attribute: other,
        message: `${owned.kind} ${name} belongs to Azure ML`,
        advice: "remove it, and set what you need in the attachment",
      };
      return;
    }
    const unlike = unlikeAttachment(resource);
    if (unlike !== undefined) {
      yield {
        attribute: unlike,
        level: "warning",
        message: `the annotations of ${name} differ from its attachment, and Azure ML may overwrite them`,
        advice: "set the same load balancer and subnet in the attachment",
      };
    }
  },
  configuration: "The annotations of the internal load balancer are synthesized as the attachment asks for them.",
  get examples() {
    return {
      passing: [
        example(
          "the load balancer that the attachment asks for",
          azapiAttachment(INTERNAL),
          frontEnd({ "load-balancer-internal": "true", "load-balancer-internal-subnet": "snet" }),
        ),
        example("a secret of one's own", kubernetesSecret({})),
      ],
      failing: [
        finds(
          WHOLE_RESOURCE,
          example("Azure ML's secret", kubernetesSecret({ metadata: { name: "azuremlfessl", namespace: "default" } })),
        ),
        finds(
          'annotations["service.beta.kubernetes.io/azure-load-balancer-internal"]',
          example(
            "another load balancer than the attachment's",
            azapiAttachment(),
            frontEnd({ "load-balancer-internal": "true", "load-balancer-internal-subnet": "snet" }),
          ),
        ),
        finds(
          'annotations["mine"]',
          example("another annotation", frontEnd({ "load-balancer-tcp-idle-timeout": "30" }), {
            resource: { kubernetes_annotations: { front_end: { annotations: { mine: "yes" } } } },
          }),
        ),
      ],
      unknown: [
        example(
          "the name is a variable",
          kubernetesSecret({ metadata: { name: "${var.name}", namespace: "default" } }),
        ),
      ],
    };
  },
});

/** Path of an annotation that is not of the load balancer. */
function otherAnnotation(resource: Resource): string | undefined {
  const other = resource.keys("annotations").find((key) => !key.startsWith(ANNOTATION_PREFIX));
  return other === undefined ? undefined : `annotations[${JSON.stringify(other)}]`;
}

/** Path of an annotation that is not what the attachments of its cluster ask for; none where no attachment is known. */
function unlikeAttachment(resource: Resource): string | undefined {
  const at = (name: string): string => annotationPath({ annotations: "annotations" }, name);
  const [internal, subnet] = [at("load-balancer-internal"), at("load-balancer-internal-subnet")];
  for (const attachment of aksComputesAt(resource.model, clusterBehind(resource))) {
    if ((attachment.loadBalancerType === "InternalLoadBalancer") !== (resource.text(internal) === "true"))
      return internal;
    if (attachment.loadBalancerSubnet !== resource.text(subnet)) return subnet;
  }
  return undefined;
}
