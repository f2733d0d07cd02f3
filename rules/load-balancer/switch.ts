import { type AksCompute, aksComputesOf } from "../../model/attachment.ts";
import {
  annotation,
  annotationPath,
  clusterBehind,
  FRONT_END,
  type Service,
  servicesOf,
} from "../../model/kubernetes.ts";
import type { Model } from "../../model/model.ts";
import type { Resource } from "../../model/resource.ts";
import { attachment, azapiAttachment, change, finds, frontEnd } from "../examples.ts";
import { rule } from "../rule.ts";
import { aksComputesAt } from "../siblings.ts";

const INTERNAL = { loadBalancerType: "InternalLoadBalancer", loadBalancerSubnet: "snet" };

const askers = (model: Model): readonly (AksCompute | Service)[] => [...aksComputesOf(model), ...servicesOf(model)];

export default rule({
  id: "load-balancer/switch",
  level: "warning",
  fact: "The load balancer of an attached cluster stays public or internal, as it was created.",
  why: "A switch drops the DNS name of the endpoints and can leave them unhealthy. Switching back does not restore the name.",
  source: "https://github.com/MicrosoftDocs/azure-docs/issues/64948",
  phases: ["plan"],
  on: askers,
  *check(subject) {
    const found = "paths" in subject ? switchOf(subject) : switchByAnnotation(subject);
    if (!found) return;
    yield {
      attribute: found.attribute,
      message: `this makes ${found.isInternal ? "a public load balancer internal" : "an internal load balancer public"} while the cluster is attached`,
      advice: "detach the cluster and attach it again with the load balancer that it should have",
    };
  },
  configuration: "Only a plan knows what the load balancer was.",
  get examples() {
    return {
      passing: [
        change(
          "internal as before",
          [azapiAttachment(INTERNAL)],
          [azapiAttachment({ ...INTERNAL, clusterPurpose: "DenseProd" })],
        ),
        change(
          "annotations for a load balancer that was internal from the start",
          [azapiAttachment(INTERNAL)],
          [azapiAttachment(INTERNAL), frontEnd({ "load-balancer-internal": "true" })],
        ),
      ],
      failing: [
        finds(
          "body.properties.properties.loadBalancerType",
          change("internal from now on", [azapiAttachment()], [azapiAttachment(INTERNAL)]),
        ),
        finds(
          'annotations["service.beta.kubernetes.io/azure-load-balancer-internal"]',
          change(
            "by annotations, after a public one was made",
            [attachment()],
            [attachment(), frontEnd({ "load-balancer-internal": "true" })],
          ),
        ),
      ],
      unknown: [change("what it was before is in another plan", [], [frontEnd({ "load-balancer-internal": "true" })])],
    };
  },
});

interface Switch {
  readonly attribute: string;
  readonly isInternal: boolean;
}

function switchOf({ resource, paths: { loadBalancerType: attribute } }: AksCompute): Switch | undefined {
  if (attribute === undefined || !resource.actions.includes("update") || !resource.before) return undefined;
  const [was, is] = [resource.before, resource].map((each) => each.text(attribute) === "InternalLoadBalancer");
  return was === is ? undefined : { attribute, isInternal: is === true };
}

function switchByAnnotation(service: Service): Switch | undefined {
  const { resource } = service;
  if (service.name !== FRONT_END || (!resource.actions.includes("update") && !resource.actions.includes("create")))
    return undefined;
  const isInternal = annotation(service, "load-balancer-internal") === "true";
  const attribute = annotationPath(service, "load-balancer-internal");
  const was = resource.before ? resource.before.text(attribute) === "true" : !isInternal || wasInternal(resource);
  return was === isInternal ? undefined : { attribute, isInternal };
}

/** Whether the attachment of its cluster asked for an internal one. One that is only made now has nothing to lose. */
function wasInternal(resource: Resource): boolean {
  const attached = aksComputesAt(resource.model, clusterBehind(resource));
  if (attached.length === 0) return resource.notKnownWithout("provider", "the attachment");
  return attached.every(
    (attachment) =>
      attachment.resource.actions.join() === "create" || attachment.loadBalancerType === "InternalLoadBalancer",
  );
}
