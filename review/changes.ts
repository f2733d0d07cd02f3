import { AksCompute, type Attachment, asAttachment } from "../model/attachment.ts";
import { asExtension, type Extension } from "../model/extension.ts";
import type { Meaning, PlanChange } from "../model/finding.ts";
import { ANNOTATION_PREFIX, asSecret, asService, FRONT_END } from "../model/kubernetes.ts";
import { oncePerModel } from "../model/model.ts";
import { attributeIn, ROTATING } from "../model/node-pools.ts";
import type { Resource } from "../model/resource.ts";
import { known } from "../model/value.ts";

const SCALING = new Set(["node_count", "min_count", "max_count", "auto_scaling_enabled"]);

const POOL = "default_node_pool[0]";

/** What a reviewer has to know first; of several meanings of one change, the first here is the one to name. */
const ORDER: readonly Meaning[] = [
  "destroy-cluster",
  "rebuild-cluster",
  "reattach",
  "detach",
  "rotate-nodes",
  "upgrade",
  "change-load-balancer",
  "change-tls",
  "scale",
  "update-attachment",
  "attach",
  "create-cluster",
  "other",
];

/** What a change means, before it is put in words. */
interface Reading {
  readonly meaning: Meaning;
  readonly because: readonly string[];
  readonly consequence: string;
}

/** Every change that matters to the attachment, the most serious first. */
export const changesOf = oncePerModel((model): readonly PlanChange[] => {
  const changes = [...model.resources, ...model.removed].flatMap((resource) => {
    const reading = readingOf(resource);
    return reading ? [{ stack: resource.stack, address: resource.address, actions: resource.actions, ...reading }] : [];
  });
  return changes.sort((a, b) => ORDER.indexOf(a.meaning) - ORDER.indexOf(b.meaning));
});

function readingOf(resource: Resource): Reading | undefined {
  if (resource.parts.mode !== "managed") return undefined;
  // What was an AksCompute and is none any more is detached.
  const was = resource.type === "azapi_resource" && resource.before ? asAttachment(resource.before) : undefined;
  const attachment = asAttachment(resource) ?? was;
  if (was && attachment && was.kind !== attachment.kind) return kindReading(attachment, was.kind);
  if (attachment) return attachmentReading(attachment);
  const extension = asExtension(resource);
  if (extension) return extensionReading(extension);
  if (resource.type === "azurerm_kubernetes_cluster") return clusterReading(resource);
  if (resource.type === "azurerm_kubernetes_cluster_node_pool") return poolReading(resource);
  if (resource.type === "azurerm_machine_learning_workspace") return workspaceReading(resource);
  const service = asService(resource);
  if (service && isFrontEnd(() => service.name, resource)) return frontEndReading(resource);
  return asSecret(resource) && holdsCertificate(resource) ? certificateReading(resource) : undefined;
}

/** A compute that becomes one of the other kind. */
function kindReading({ resource, kind }: Attachment, was: string): Reading {
  return {
    meaning: "reattach",
    because: [...(resource.parts.change?.replacing ?? []), ...(resource.parts.change?.changed ?? [])],
    consequence: `Makes the ${was} ${nameOf(resource)} a ${kind}: what is deployed to it is lost to it. First attach a compute of the new kind beside it, move what is served, and detach this one.`,
  };
}

function clusterReading(cluster: Resource): Reading | undefined {
  // What is deleted is known by the name that it had.
  const name = `the AKS cluster ${nameOf(cluster.isReplaced ? (cluster.before ?? cluster) : cluster)}`;
  const { actions } = cluster;
  const because = cluster.parts.change?.replacing ?? [];
  if (cluster.isReplaced)
    return {
      meaning: "rebuild-cluster",
      because,
      consequence: `Deletes ${name} and creates it again${reason(cluster)}: every deployment on it ends, and what is attached to it breaks. First deploy the models elsewhere, move the traffic and detach the cluster; or undo what forces it.`,
    };
  if (actions.includes("delete"))
    return {
      meaning: "destroy-cluster",
      because: [],
      consequence: `Deletes ${name}: every deployment on it ends, and nothing brings it back. First move what it serves elsewhere and detach the cluster.`,
    };
  if (actions.includes("create")) {
    const left = actions.includes("forget") ? " The one before stays, and Terraform looks after it no more." : "";
    return {
      meaning: "create-cluster",
      because: [],
      consequence: `Creates ${name}, which takes about 10 minutes.${left}`,
    };
  }
  if (actions.includes("forget"))
    return {
      meaning: "other",
      because: [],
      consequence: `Terraform forgets ${name}: it stays, and nothing here looks after it any more.`,
    };
  return updateReading(cluster, (path) => {
    const inPool = path.startsWith(`${POOL}.`) ? attributeIn(path.slice(POOL.length + 1)) : undefined;
    if (path === "kubernetes_version" || inPool === "orchestrator_version") return "upgrade";
    if (inPool === undefined) return "other";
    return ROTATING.has(inPool) ? "rotate-nodes" : SCALING.has(inPool) ? "scale" : "other";
  });
}

function poolReading(pool: Resource): Reading | undefined {
  const name = `the node pool ${nameOf(pool)}`;
  const { actions } = pool;
  if (pool.isReplaced)
    return {
      meaning: "rotate-nodes",
      because: pool.parts.change?.replacing ?? [],
      consequence: `Deletes ${name} and creates it again${reason(pool)}: what runs there stops until new nodes are there. First see that other nodes hold it, or add a pool and remove this one afterwards.`,
    };
  if (actions.includes("delete"))
    return {
      meaning: "scale",
      because: [],
      consequence: `Deletes ${name}: what runs there moves, or waits for room. First see that the other pools hold it.`,
    };
  if (actions.includes("create")) return { meaning: "scale", because: [], consequence: `Adds ${name}; nothing that is served stops.` };
  return updateReading(pool, (path) => {
    const attribute = attributeIn(path);
    if (attribute === "orchestrator_version") return "upgrade";
    return ROTATING.has(attribute) ? "rotate-nodes" : SCALING.has(attribute) ? "scale" : "other";
  });
}

function workspaceReading(workspace: Resource): Reading | undefined {
  const name = `the workspace ${nameOf(workspace)}`;
  if (workspace.isReplaced || workspace.actions.includes("delete"))
    return {
      meaning: "other",
      because: workspace.parts.change?.replacing ?? [],
      consequence: `Deletes ${name}${workspace.isReplaced ? ` and creates it again${reason(workspace)}` : ""}: every compute that is attached to it, its endpoints and its models are lost to it. First detach the clusters and move what is served.`,
    };
  if (workspace.actions.includes("create")) return { meaning: "other", because: [], consequence: `Creates ${name}.` };
  return updateReading(workspace, () => "other");
}

function attachmentReading(attachment: Attachment): Reading | undefined {
  const { resource } = attachment;
  const name = `the compute ${nameOf(resource)}`;
  const { actions } = resource;
  const { change, isImported } = resource.parts;
  if (change?.isDeposed && actions.includes("delete"))
    return {
      meaning: "detach",
      because: [],
      consequence: `Detaches what an earlier replacement left of ${name}: that can detach the cluster from its new compute too. First see which compute answers, and attach again afterwards if it is gone.`,
    };
  if (resource.isReplaced)
    return {
      meaning: "reattach",
      because: change?.replacing ?? [],
      consequence: `Detaches the cluster and attaches ${change?.replacing.includes(attachment.paths.clusterId) ? "another one in its place" : "it again"} as ${name}${reason(resource)}: its scoring endpoints are down meanwhile, and models may have to be deployed again. First announce it${attachment.kind === "AksCompute" ? ", and have the certificate and its key at hand; if attaching stops, remove what azureml-fe left in the namespace default" : ""}.`,
    };
  if (actions.includes("delete")) {
    const id = known(() => attachment.cluster.id);
    const isDeleted = id !== undefined && resource.model.removedWithId(id) !== undefined;
    const fate = isDeleted ? "its AKS cluster is deleted in the same run" : "the AKS cluster stays, and costs what it did";
    return {
      meaning: "detach",
      because: [],
      consequence: `Detaches ${name} from its workspace: nothing can be deployed to it any more, and its endpoints are no longer managed; ${fate}. First move or remove what is served there.`,
    };
  }
  if (actions.includes("forget") && !actions.includes("create"))
    return {
      meaning: "other",
      because: [],
      consequence: `Terraform forgets ${name}: it stays attached, and nothing here looks after it any more.`,
    };
  if (actions.includes("create")) {
    const left = actions.includes("forget") ? " The one before stays attached, and two attachments of a cluster break each other: detach it first." : "";
    const attaches = `Attaches ${clusterName(attachment)} to its workspace as ${name}, which takes about 5 minutes`;
    if (!(attachment instanceof AksCompute))
      return {
        meaning: "attach",
        because: [],
        consequence: `${attaches}: its jobs and endpoints run on what the extension serves.`,
      };
    const front = known(() => attachment.loadBalancerType) === "InternalLoadBalancer" ? "an internal" : "a public";
    return {
      meaning: "attach",
      because: [],
      consequence: `${attaches}: Azure ML puts its front end into the cluster, behind ${front} load balancer.${left}`,
    };
  }
  if (isImported && (change?.changed ?? []).length === 0)
    return { meaning: "other", because: [], consequence: `Takes over ${name} as it is: nothing changes in Azure.` };
  if (change?.changed.includes(attachment.paths.clusterId))
    return {
      meaning: "reattach",
      because: change.changed,
      consequence: `Puts another cluster behind ${name}, ${clusterName(attachment)}: what is deployed to it stays on the one before, and its endpoints no longer answer. First attach the new cluster as a compute of its own and move what is served.`,
    };
  if (!(attachment instanceof AksCompute)) return updateReading(resource, () => "update-attachment");
  const { paths } = attachment;
  const [loadBalancer, subnet] = [paths.loadBalancerType, paths.loadBalancerSubnet];
  return updateReading(resource, (path) => {
    if (path === loadBalancer || path === subnet) return "change-load-balancer";
    if (path.startsWith(paths.tls) || path.startsWith("sensitive_body") || path === "tags.certificateVersion") return "change-tls";
    return "update-attachment";
  });
}

/** The extension serves every KubernetesCompute of its cluster. */
function extensionReading({ resource, paths }: Extension): Reading | undefined {
  const name = `the Azure ML extension ${nameOf(resource)}`;
  const { actions } = resource;
  const because = resource.parts.change?.replacing ?? [];
  if (resource.isReplaced)
    return {
      meaning: "reattach",
      because,
      consequence: `Removes ${name} and installs it again${reason(resource)}: the jobs and endpoints of every KubernetesCompute on the cluster stop meanwhile. First announce it, or undo what forces it.`,
    };
  if (actions.includes("delete"))
    return {
      meaning: "other",
      because: [],
      consequence: `Removes ${name}: the jobs and endpoints of every KubernetesCompute on the cluster end, and the computes stay attached. First move what is served, and detach them.`,
    };
  if (actions.includes("create"))
    return {
      meaning: "other",
      because: [],
      consequence: `Installs ${name}, which takes about 15 minutes; nothing that is served stops.`,
    };
  return updateReading(resource, (path) => {
    if (/ssl|allowInsecureConnections/i.test(path) || paths.protectedSettings.some((settings) => path.startsWith(settings))) return "change-tls";
    return /LoadBalancer|inferenceRouterServiceType/.test(path) ? "change-load-balancer" : "update-attachment";
  });
}

function frontEndReading(resource: Resource): Reading | undefined {
  const because = resource.parts.change?.changed ?? [];
  const { actions } = resource;
  if (actions.length === 0 || (actions.includes("no-op") && because.length === 0)) return undefined;
  const what = actions.includes("delete") && !actions.includes("create") ? "Takes the annotations off" : "Sets annotations on";
  return {
    meaning: "change-load-balancer",
    because,
    consequence: `${what} the load balancer of the scoring endpoints: where that turns a public one internal or back, its address changes, its DNS name goes, and endpoints can stay unhealthy. First see what it is now, and tell who calls them.`,
  };
}

function certificateReading(resource: Resource): Reading | undefined {
  const { actions } = resource;
  if (actions.length === 0 || actions.includes("no-op")) return undefined;
  const isRemoved = actions.includes("delete") && !actions.includes("create");
  return {
    meaning: "change-tls",
    because: resource.parts.change?.changed ?? [],
    consequence: isRemoved
      ? `Deletes the secret ${nameOf(resource)} with the certificate: endpoints that read it lose TLS. First see that nothing does.`
      : `Writes the secret ${nameOf(resource)} with the certificate of the scoring endpoints. First see that the certificate covers their name and does not end soon.`,
  };
}

/** An update in place, by what its attributes mean. */
function updateReading(resource: Resource, meaningOf: (path: string) => Meaning): Reading | undefined {
  const change = resource.parts.change;
  if (!change || !resource.actions.includes("update")) return movedReading(resource);
  const because = change.changed;
  const meanings = new Set(because.map(meaningOf));
  const found = ORDER.filter((meaning) => meanings.has(meaning));
  const [meaning = "other"] = found;
  const sentences = (found.length > 0 ? found : [meaning]).map((each) =>
    sentenceOf(
      each,
      resource,
      because.filter((path) => meaningOf(path) === each),
    ),
  );
  return { meaning, because, consequence: sentences.join(" ") };
}

function movedReading(resource: Resource): Reading | undefined {
  if (resource.parts.isImported)
    return {
      meaning: "other",
      because: [],
      consequence: `Takes over ${nameOf(resource)} (${resource.type}) as it is: nothing changes in Azure.`,
    };
  const previous = resource.parts.change?.previousAddress;
  if (previous === undefined) return undefined;
  return {
    meaning: "other",
    because: [],
    consequence: `Terraform knows ${previous} by a new address: nothing changes in Azure.`,
  };
}

function sentenceOf(meaning: Meaning, resource: Resource, paths: readonly string[]): string {
  const pool = resource.type === "azurerm_kubernetes_cluster" ? `the cluster's own pool` : `the node pool ${nameOf(resource)}`;
  const list = paths.join(", ");
  switch (meaning) {
    case "rotate-nodes":
      return `Moves ${pool} to new nodes (${list}): a temporary pool takes over while the old nodes end, without being drained. First see that every model has a second replica elsewhere, and that the quota holds both.`;
    case "upgrade":
      return `Upgrades Kubernetes (${stepsOf(resource, paths)}): the nodes of every pool that follows are replaced one after another, and there is no way back. First see that Azure ML supports the version, and that every model has a second replica.`;
    case "scale":
      return `Changes the nodes of ${pool} (${stepsOf(resource, paths)}): where there are fewer, models without room wait. First see that those that stay hold all that is served.`;
    case "change-load-balancer":
      return `Changes the load balancer of the scoring endpoints (${stepsOf(resource, paths)}): their address changes, a DNS name of Azure's goes, and endpoints can stay unhealthy. First tell who calls them, and make ready to detach and attach again.`;
    case "change-tls":
      return `Changes the TLS of the scoring endpoints in place (${list}). First see that the certificate covers their name, and that who calls them trusts it.`;
    case "update-attachment":
      return `Updates the compute ${nameOf(resource)} in place (${list}): the cluster stays attached.`;
    default:
      return `Updates ${resource.type === "azurerm_machine_learning_workspace" ? "the workspace" : "the cluster"} in place${list === "" ? "" : ` (${list})`}: nothing is detached.`;
  }
}

/** `node_count from 3 to 5, ...`, as far as it is known. */
export function stepsOf(resource: Resource, paths: readonly string[]): string {
  const shown = paths.map((path) => {
    const [from, to] = [resource.before, resource].map((each) => each && known(() => each.text(path)));
    return `${path}${from === undefined ? "" : ` from ${from}`}${to === undefined ? "" : ` to ${to}`}`;
  });
  return shown.join(", ");
}

const REASONS: Readonly<Record<string, string>> = {
  replace_because_tainted: " because it is tainted",
  replace_by_request: " because -replace asks for it",
  replace_by_triggers: " because of replace_triggered_by",
};

function reason({ parts: { change } }: Resource): string {
  const because = change?.replacing ?? [];
  return because.length > 0 ? ` because of ${because.join(", ")}` : (REASONS[change?.reason ?? ""] ?? "");
}

function clusterName(attachment: Attachment): string {
  const cluster = known(() => attachment.cluster);
  if (cluster?.resource) return `the cluster ${nameOf(cluster.resource)}`;
  return cluster?.id === undefined ? "a cluster" : `the cluster ${cluster.id.split("/").at(-1)}`;
}

/** Its name in Azure or Kubernetes, or its address. */
function nameOf(resource: Resource): string {
  const path = resource.type.startsWith("kubernetes_") ? (resource.type === "kubernetes_manifest" ? "manifest.metadata.name" : "metadata[0].name") : "name";
  return known(() => resource.text(path)) ?? resource.address;
}

function isFrontEnd(name: () => string | undefined, resource: Resource): boolean {
  return known(name) === FRONT_END || (known(() => resource.keys("annotations")) ?? []).some((key) => key.startsWith(`${ANNOTATION_PREFIX}load-balancer`));
}

/** Whether a secret holds a certificate as Azure ML reads it. */
function holdsCertificate(resource: Resource): boolean {
  return ["data", "data_wo", "binary_data", "binary_data_wo"].some((path) => (known(() => resource.keys(path)) ?? []).includes("cert.pem"));
}
