import type { Extension } from "../model/extension.ts";
import { type Lifecycle, lifecycleReading, type Reading, wordsFor } from "./reading.ts";
import { updateReading } from "./update.ts";

/** The extension serves every KubernetesCompute of its cluster. */
const LIFECYCLE: Lifecycle = {
  replaced: {
    meaning: "reattach",
    says: ({ name, reason }) =>
      `Removes ${name} and installs it again${reason}: the jobs and endpoints of every KubernetesCompute on the cluster stop meanwhile. ` +
      "First announce it, or undo what forces it.",
  },
  removed: {
    meaning: "other",
    says: ({ name }) =>
      `Removes ${name}: the jobs and endpoints of every KubernetesCompute on the cluster end, and the computes stay attached. ` +
      "First move what is served, and detach them.",
  },
  created: { meaning: "other", says: ({ name }) => `Installs ${name}, which takes about 15 minutes; nothing that is served stops.` },
};

/** What a plan does with the Azure ML extension. */
export function extensionReading({ resource, paths }: Extension): Reading | undefined {
  const words = wordsFor("the Azure ML extension", resource);
  const isProtected = (path: string): boolean => paths.protectedSettings.some((settings) => path.startsWith(settings));
  return (
    lifecycleReading(resource, LIFECYCLE, words) ??
    updateReading(resource, {
      name: words.name,
      meaningOf: (path) => {
        if (/ssl|allowInsecureConnections/i.test(path) || isProtected(path)) return "change-tls";
        return /LoadBalancer|inferenceRouterServiceType/.test(path) ? "change-load-balancer" : "update-attachment";
      },
    })
  );
}
