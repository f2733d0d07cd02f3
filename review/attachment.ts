import { AksCompute, type Attachment, asAttachment, type KubernetesCompute } from "../model/attachment.ts";
import type { Resource } from "../model/resource.ts";
import { known } from "../model/value.ts";
import { type Lifecycle, lifecycleReading, nameOf, type Outcome, type Reading, reading, type Words, wordsFor } from "./reading.ts";
import { type UpdateMeaning, updateReading } from "./update.ts";

/** What the sentences about an attachment name. */
interface AttachmentWords extends Words {
  readonly kind: Attachment["kind"];
  /** The cluster that it attaches, for example `the cluster aks-scoring`. */
  readonly cluster: string;
  /** Whether another cluster takes the place of the one before. */
  readonly isOtherCluster: boolean;
  /** Whether the plan deletes the cluster too. */
  readonly isClusterDeleted: boolean;
  /** `an internal` or `a public`. */
  readonly loadBalancer: string;
}

const REPLACED: Outcome<AttachmentWords> = {
  meaning: "reattach",
  says: ({ name, reason, kind, isOtherCluster }) =>
    `Detaches the cluster and attaches ${isOtherCluster ? "another one in its place" : "it again"} as ${name}${reason}: ` +
    "its scoring endpoints are down meanwhile, and models may have to be deployed again. First announce it" +
    (kind === "AksCompute" ? ", and have the certificate and its key at hand; if attaching stops, remove what azureml-fe left in the namespace default." : "."),
};

const REMOVED: Outcome<AttachmentWords> = {
  meaning: "detach",
  says: ({ name, isClusterDeleted }) =>
    `Detaches ${name} from its workspace: nothing can be deployed to it any more, and its endpoints are no longer managed; ` +
    `${isClusterDeleted ? "its AKS cluster is deleted in the same run" : "the AKS cluster stays, and costs what it did"}. ` +
    "First move or remove what is served there.",
};

const FORGOTTEN: Outcome<AttachmentWords> = {
  meaning: "other",
  says: ({ name }) => `Terraform forgets ${name}: it stays attached, and Terraform no longer manages it.`,
};

const attaches = ({ cluster, name }: AttachmentWords): string => `Attaches ${cluster} to its workspace as ${name}, which takes about 5 minutes`;

const LIFECYCLES: Readonly<Record<Attachment["kind"], Lifecycle<AttachmentWords>>> = {
  AksCompute: {
    replaced: REPLACED,
    removed: REMOVED,
    created: {
      meaning: "attach",
      says: (words) => `${attaches(words)}: Azure ML puts its front end into the cluster, behind ${words.loadBalancer} load balancer.`,
    },
    leftBehind: "The one before stays attached, and two attachments of a cluster break each other: detach it first.",
    forgotten: FORGOTTEN,
  },
  KubernetesCompute: {
    replaced: REPLACED,
    removed: REMOVED,
    created: { meaning: "attach", says: (words) => `${attaches(words)}: its jobs and endpoints run through the cluster's extension.` },
    forgotten: FORGOTTEN,
  },
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
export function asPlannedAttachment(resource: Resource): AksCompute | KubernetesCompute | undefined {
  return asAttachment(resource) ?? attachmentBefore(resource);
}

/** What a plan does with an attachment. */
export function attachmentReading(attachment: AksCompute | KubernetesCompute): Reading | undefined {
  const { resource, kind, paths } = attachment;
  const { change, isImported } = resource.parts;
  const { changed = [], replacing = [] } = change ?? {};
  const before = attachmentBefore(resource)?.kind ?? kind;
  if (before !== kind) return reading(OTHER_KIND, { name: nameOf(resource), from: before, to: kind }, [...replacing, ...changed]);
  const words = attachmentWords(attachment);
  if (change?.isDeposed && resource.actions.includes("delete")) return reading(DEPOSED, words);
  const lifecycle = lifecycleReading(resource, LIFECYCLES[kind], words);
  if (lifecycle) return lifecycle;
  if (isImported && changed.length === 0) return reading(IMPORTED, words);
  if (changed.includes(paths.clusterId)) return reading(OTHER_CLUSTER, words, changed);
  return updateReading(resource, { name: words.name, meaningOf: meaningIn(attachment) });
}

function attachmentBefore(resource: Resource): AksCompute | KubernetesCompute | undefined {
  // Only a resource of azapi can change what it is.
  return resource.type === "azapi_resource" && resource.before ? asAttachment(resource.before) : undefined;
}

function attachmentWords(attachment: AksCompute | KubernetesCompute): AttachmentWords {
  const { resource, kind, paths } = attachment;
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
    isClusterDeleted: target?.id !== undefined && resource.model.removedWithId(target.id) !== undefined,
    loadBalancer: loadBalancer === "InternalLoadBalancer" ? "an internal" : "a public",
  };
}

function meaningIn(attachment: AksCompute | KubernetesCompute): (path: string) => UpdateMeaning {
  if (!(attachment instanceof AksCompute)) return () => "update-attachment";
  const { loadBalancerType, loadBalancerSubnet, tls } = attachment.paths;
  return (path) => {
    if (path === loadBalancerType || path === loadBalancerSubnet) return "change-load-balancer";
    const isTls = path.startsWith(tls) || path.startsWith("sensitive_body") || path === "tags.certificateVersion";
    return isTls ? "change-tls" : "update-attachment";
  };
}
