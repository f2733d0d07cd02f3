import { AksCompute, type AnyAttachment, type Attachment, asAttachment } from "../model/attachment.ts";
import type { Model, ResourceOrId } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import { known } from "../model/value.ts";
import {
  type Lifecycle,
  lifecycleReading,
  nameOf,
  type Outcome,
  type Reading,
  reading,
  type Words,
  wordsFor,
} from "./reading.ts";
import { type Update, updateReading } from "./update.ts";

/** What the sentences about an attachment name. */
interface AttachmentWords extends Words {
  readonly kind: Attachment["kind"];
  /** The cluster that it attaches, for example `the cluster aks-scoring`. */
  readonly cluster: string;
  /** Whether another cluster takes the place of the one before. */
  readonly isOtherCluster: boolean;
  /** What happens to the cluster. */
  readonly clusterFate: string;
  /** `an internal` or `a public`. */
  readonly loadBalancer: string;
}

const REPLACED: Outcome<AttachmentWords> = {
  meaning: "reattach",
  says: ({ name, reason, kind, isOtherCluster }) =>
    `Detaches the cluster and attaches ${isOtherCluster ? "another one in its place" : "it again"} as ${name}${reason}: ` +
    "its scoring endpoints are down meanwhile, and models may have to be deployed again. First announce it" +
    (kind === "AksCompute"
      ? ", and have the certificate and its key at hand; if attaching stops, remove what azureml-fe left in the namespace default."
      : "."),
};

const REMOVED: Outcome<AttachmentWords> = {
  meaning: "detach",
  says: ({ name, clusterFate }) =>
    `Detaches ${name} from its workspace: nothing can be deployed to it any more, and its endpoints are no longer managed; ${clusterFate}. ` +
    "First move or remove what is served there.",
};

const FORGOTTEN: Outcome<AttachmentWords> = {
  meaning: "other",
  says: ({ name }) => `Terraform forgets ${name}: it stays attached, and Terraform no longer manages it.`,
};

const attaches = ({ cluster, name }: AttachmentWords): string =>
  `Attaches ${cluster} to its workspace as ${name}, which takes about 5 minutes`;

const LIFECYCLES: Readonly<Record<Attachment["kind"], Lifecycle<AttachmentWords>>> = {
  AksCompute: {
    replaced: REPLACED,
    removed: REMOVED,
    created: {
      meaning: "attach",
      says: (words) =>
        `${attaches(words)}: Azure ML puts its front end into the cluster, behind ${words.loadBalancer} load balancer.`,
    },
    leftBehind: "The one before stays attached, and two attachments of a cluster break each other: detach it first.",
    forgotten: FORGOTTEN,
  },
  KubernetesCompute: {
    replaced: REPLACED,
    removed: REMOVED,
    created: {
      meaning: "attach",
      says: (words) => `${attaches(words)}: its jobs and endpoints run through the cluster's extension.`,
    },
    forgotten: FORGOTTEN,
  },
  Compute: {
    replaced: REPLACED,
    removed: REMOVED,
    created: {
      meaning: "attach",
      says: (words) =>
        `${attaches(words)}: its body, which says what it attaches and how, is known after other changes are applied.`,
    },
    forgotten: FORGOTTEN,
  },
};

const NOT_KNOWN: Outcome<AttachmentWords> = {
  meaning: "update-attachment",
  says: ({ name }) =>
    `Updates ${name} with a body that is known after other changes are applied: it may put another cluster behind it.`,
};

const OTHER_KIND: Outcome<{ readonly name: string; readonly from: string; readonly to: string }> = {
  meaning: "reattach",
  says: ({ name, from, to }) =>
    `Makes the ${from} ${name} a ${to}: everything that is deployed to it is lost. ` +
    "First attach a compute of the new kind beside it, move what is served, and detach this one.",
};

const DEPOSED: Outcome = {
  meaning: "detach",
  says: ({ name }) =>
    `Detaches what an earlier replacement left of ${name}: that can detach the cluster from its new compute too. ` +
    "First see which compute answers, and attach again afterwards if it is gone.",
};

const IMPORTED: Outcome = {
  meaning: "other",
  says: ({ name }) => `Imports ${name} as it is: nothing changes in Azure.`,
};

const OTHER_CLUSTER: Outcome<AttachmentWords> = {
  meaning: "reattach",
  says: ({ name, cluster }) =>
    `Puts another cluster behind ${name}, ${cluster}: what is deployed to it stays on the one before, and its endpoints no longer answer. ` +
    "First attach the new cluster as a compute of its own and move what is served.",
};

/** The attachment that a resource is; one that stops being an attachment is read as what it was. */
export function asPlannedAttachment(resource: Resource): AnyAttachment | undefined {
  return asAttachment(resource) ?? attachmentBefore(resource);
}

/** What a plan does with an attachment. */
export function attachmentReading(attachment: AnyAttachment): Reading | undefined {
  const { resource, kind, paths } = attachment;
  const { change, isImported } = resource.parts;
  const { changed = [], replacing = [] } = change ?? {};
  const before = attachmentBefore(resource)?.kind ?? kind;
  if (before !== kind && before !== "Compute" && kind !== "Compute")
    return reading(OTHER_KIND, { name: nameOf(resource), from: before, to: kind }, [...replacing, ...changed]);
  const words = attachmentWords(attachment);
  if (change?.isDeposed && resource.actions.includes("delete")) return reading(DEPOSED, words);
  const lifecycle = lifecycleReading(resource, LIFECYCLES[kind], words);
  if (lifecycle) return lifecycle;
  if (isImported && changed.length === 0) return reading(IMPORTED, words);
  if (changed.includes(paths.clusterId)) return reading(OTHER_CLUSTER, words, changed);
  if (kind === "Compute" && changed.includes("body")) return reading(NOT_KNOWN, words, changed);
  return updateReading(resource, { name: words.name, updateOf: updateIn(attachment) });
}

function attachmentBefore(resource: Resource): AnyAttachment | undefined {
  // Only a resource of azapi can change what it is.
  return resource.type === "azapi_resource" && resource.before ? asAttachment(resource.before) : undefined;
}

function attachmentWords(attachment: AnyAttachment): AttachmentWords {
  const { resource, paths } = attachment;
  const kind = attachment.kind === "Compute" ? (attachmentBefore(resource)?.kind ?? attachment.kind) : attachment.kind;
  const target = known(() => attachment.cluster);
  const loadBalancer = attachment instanceof AksCompute ? known(() => attachment.loadBalancerType) : undefined;
  return {
    ...wordsFor("the compute", resource),
    kind,
    cluster: target?.resource
      ? `the cluster ${nameOf(target.resource)}`
      : target?.id === undefined
        ? "a cluster"
        : `the cluster ${target.id.split("/").at(-1)}`,
    isOtherCluster: resource.parts.change?.replacing.includes(paths.clusterId) === true,
    clusterFate: fateOf(target, resource.model),
    loadBalancer: loadBalancer === "InternalLoadBalancer" ? "an internal" : "a public",
  };
}

/** What is seen of the cluster of a compute that goes. */
function fateOf(target: ResourceOrId | undefined, model: Model): string {
  if (target?.id !== undefined && model.removedWithId(target.id)) return "its AKS cluster is deleted in the same run";
  if (target?.resource?.isReplaced) return "its AKS cluster is deleted and created again in the same run";
  if (target?.resource) return "the AKS cluster stays, and costs what it did";
  const name = target?.id?.split("/").at(-1);
  return `its AKS cluster${name === undefined ? "" : ` ${name}`} is not to be seen here`;
}

function updateIn(attachment: AnyAttachment): (path: string) => Update {
  if (attachment.kind === "KubernetesCompute")
    return (path) => (path.startsWith("body") ? "update-kubernetes-compute" : "update-attachment");
  if (!(attachment instanceof AksCompute)) return () => "update-attachment";
  const { loadBalancerType, loadBalancerSubnet, tls } = attachment.paths;
  return (path) => {
    if (path === loadBalancerType || path === loadBalancerSubnet) return "change-load-balancer";
    const isTls = path.startsWith(tls) || path.startsWith("sensitive_body") || path === "tags.certificateVersion";
    return isTls ? "change-tls" : "update-attachment";
  };
}
