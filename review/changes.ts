import { MEANINGS, type PlanChange } from "../model/finding.ts";
import { oncePerModel } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import { asAzureAction, azureActionReading } from "./action.ts";
import { asPlannedAttachment, attachmentReading } from "./attachment.ts";
import { asCertificateSecret, certificateSecretReading } from "./certificate-secret.ts";
import { clusterReading } from "./cluster.ts";
import { asPlannedExtension, extensionReading } from "./extension.ts";
import { asFrontEnd, frontEndReading } from "./front-end.ts";
import { nodePoolReading } from "./node-pool.ts";
import { bySeriousness, namesOf, type Reading } from "./reading.ts";
import { workspaceReading } from "./workspace.ts";

/** Each kind of resource that matters to an attachment, and what reads it. A resource is of one kind at most. */
const KINDS = [
  kind(ofType("azurerm_kubernetes_cluster"), clusterReading),
  kind(ofType("azurerm_kubernetes_cluster_node_pool"), nodePoolReading),
  kind(ofType("azurerm_machine_learning_workspace"), workspaceReading),
  kind(asPlannedAttachment, attachmentReading),
  kind(asPlannedExtension, extensionReading),
  kind(asFrontEnd, frontEndReading),
  kind(asCertificateSecret, certificateSecretReading),
  kind(asAzureAction, azureActionReading),
];

/** Every change that matters to the attachment, the most serious first. */
export const changesOf = oncePerModel((model): readonly PlanChange[] => {
  const changes = new Map<string, PlanChange>();
  for (const resource of [...model.resources, ...model.removed]) {
    const read = readingOf(resource);
    if (!read) continue;
    const change = changeOf(resource, read);
    // A pool that stands in a cluster changes with it.
    const key = `${change.stack} ${change.address}${resource.parts.change?.isDeposed ? " deposed" : ""}`;
    const before = changes.get(key);
    changes.set(key, before ? joined(before, change) : change);
  }
  return [...changes.values()].sort((a, b) => MEANINGS.indexOf(a.meaning) - MEANINGS.indexOf(b.meaning));
});

function changeOf(resource: Resource, { because, ...read }: Reading): PlanChange {
  const actions = resource.parts.authored?.change?.actions ?? resource.actions;
  return { stack: resource.stack, address: resource.address, actions, ...read, because: namesOf(resource, because) };
}

function joined(one: PlanChange, other: PlanChange): PlanChange {
  return {
    ...one,
    meaning: bySeriousness([one.meaning, other.meaning])[0] ?? one.meaning,
    because: [...new Set([...one.because, ...other.because])],
    consequence: `${one.consequence} ${other.consequence}`,
  };
}

function readingOf(resource: Resource): Reading | undefined {
  if (resource.parts.mode !== "managed" && resource.parts.mode !== "action") return undefined;
  // The pools of a cluster that comes or goes come and go with it.
  if (resource.parts.isInline && isLifecycle(resource.parts.authored?.change?.actions)) return undefined;
  for (const read of KINDS) {
    const reading = read(resource);
    if (reading) return reading;
  }
  return undefined;
}

function isLifecycle(actions: readonly string[] = []): boolean {
  return actions.some((action) => action === "create" || action === "delete" || action === "forget");
}

/** Reads the resources that are of a kind. */
function kind<T>(as: (resource: Resource) => T | undefined, read: (it: T) => Reading | undefined) {
  return (resource: Resource): Reading | undefined => {
    const it = as(resource);
    return it === undefined ? undefined : read(it);
  };
}

function ofType(type: string): (resource: Resource) => Resource | undefined {
  return (resource) => (resource.type === type ? resource : undefined);
}
