import { asExtension, EXTENSION_TYPES, type Extension } from "../model/extension.ts";
import type { Resource } from "../model/resource.ts";
import { type Lifecycle, lifecycleReading, type Outcome, type Reading, reading, wordsFor } from "./reading.ts";
import { updateReading } from "./update.ts";

const REMOVED: Outcome = {
  meaning: "remove-extension",
  says: ({ name, reason }) =>
    `Removes ${name}${reason}: the jobs and endpoints of every KubernetesCompute on the cluster end. First move what is served, and detach the computes.`,
};
const CREATED: Outcome = {
  meaning: "install-extension",
  says: ({ name }) => `Installs ${name}, which takes about 15 minutes; nothing that is served stops.`,
};

/** The extension serves every KubernetesCompute of its cluster. */
const LIFECYCLE: Lifecycle = {
  replaced: {
    meaning: "reattach",
    says: ({ name, reason }) =>
      `Removes ${name} and installs it again${reason}: the jobs and endpoints of every KubernetesCompute on the cluster stop meanwhile. ` +
      "First announce it, or undo what forces this.",
  },
  removed: REMOVED,
  created: CREATED,
};

/** The Azure ML extension before a plan and after it: in one resource, another extension can take its place. */
interface PlannedExtension {
  readonly before?: Extension;
  readonly after?: Extension;
}

/** What a plan does to an extension of Azure ML, or makes one. */
export function asPlannedExtension(resource: Resource): PlannedExtension | undefined {
  if (!EXTENSION_TYPES.includes(resource.type)) return undefined;
  const after = asExtension(resource);
  const before = resource.isReplaced && resource.before ? asExtension(resource.before) : after;
  return before || after ? { before, after } : undefined;
}

/** What a plan does with the Azure ML extension. */
export function extensionReading({ before, after }: PlannedExtension): Reading | undefined {
  const { resource, paths } = (after ?? before) as Extension;
  const words = wordsFor("the Azure ML extension", resource);
  const replacing = resource.parts.change?.replacing;
  if (!after) return reading(REMOVED, words, replacing);
  if (!before) return reading(CREATED, words, replacing);
  const isProtected = (path: string): boolean => paths.protectedSettings.some((settings) => path.startsWith(settings));
  return (
    lifecycleReading(resource, LIFECYCLE, words) ??
    updateReading(resource, {
      name: words.name,
      updateOf: (path) => {
        if (/ssl|allowInsecureConnections/i.test(path) || isProtected(path)) return "change-tls";
        return /LoadBalancer|inferenceRouterServiceType/.test(path) ? "change-load-balancer" : "update-attachment";
      },
    })
  );
}
