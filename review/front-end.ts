import { ANNOTATION_PREFIX, asService, FRONT_END, type Service } from "../model/kubernetes.ts";
import type { Resource } from "../model/resource.ts";
import { known } from "../model/value.ts";
import type { Reading } from "./reading.ts";

/** The Service of the scoring endpoints that a resource annotates, if it does. */
export function asFrontEnd(resource: Resource): Service | undefined {
  const service = asService(resource);
  return service && isFrontEnd(service) ? service : undefined;
}

function isFrontEnd(service: Service): boolean {
  if (known(() => service.name) === FRONT_END) return true;
  const annotations = known(() => service.resource.keys("annotations")) ?? [];
  return annotations.some((key) => key.startsWith(`${ANNOTATION_PREFIX}load-balancer`));
}

/** What a plan does with the load balancer's annotations. */
export function frontEndReading({ resource }: Service): Reading | undefined {
  const because = resource.parts.change?.changed ?? [];
  const { actions } = resource;
  if (actions.length === 0 || (actions.includes("no-op") && because.length === 0)) return undefined;
  const isRemoved = actions.includes("delete") && !resource.isReplaced;
  return {
    meaning: "change-load-balancer",
    because,
    consequence:
      `${isRemoved ? "Takes the annotations off" : "Sets annotations on"} the load balancer of the scoring endpoints: where that makes ` +
      "a public one internal, or an internal one public, its address changes, its DNS name is lost, and endpoints can stay unhealthy. " +
      "First look which one it is now, and tell everybody who calls the endpoints.",
  };
}
