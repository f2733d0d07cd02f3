import { needsTrustedAccess } from "../azure/azureml-extension.ts";
import { isComputeName } from "../azure/names.ts";
import { formatResourceId, type ParsedResourceId, parseResourceId } from "../azure/resource-id.ts";
import type { AnyAttachment } from "../model/attachment.ts";
import { attachmentDraft } from "./attachment.ts";
import { createDraft, entraIdOf } from "./cluster.ts";
import { below, type Draft, type Remark, tidy } from "./draft.ts";
import { extensionDraft } from "./extension.ts";
import { Found } from "./found.ts";
import { type Subject, workspaceOf } from "./inventory.ts";

/** A cluster in an environment, with one of its attachments. */
export interface Member {
  readonly subject: Subject;
  readonly attachment: AnyAttachment | undefined;
  /** Whether it is the first of its cluster: it creates it, and installs the extension. */
  readonly isFirst: boolean;
}

/** What an environment says for its clusters. */
export interface Place {
  readonly subscriptionId: string;
  readonly location: string;
}

const NOT_TOLD =
  "not told: the compute. Give what `az rest` of the workspace's computes writes too; where there is none, take adopt away";

/** Stands for a compute of which nobody tells: it is imported, and never made by mistake. */
function standIn(name: string): Readonly<Record<string, unknown>> {
  return { kind: "KubernetesCompute", computeName: computeName(name), adopt: true };
}

/** A workspace alone tells of no cluster. */
export const NO_CLUSTER: Draft = {
  value: {
    existing: { resourceGroup: "rg-ml", name: "aks" },
    attachment: standIn("aks"),
  },
  remarks: [
    { path: ["existing"], text: "not told: the cluster, and how it is attached" },
    { path: ["existing"], text: "give what `az aks show -o json` and `az rest` of the workspace's computes write too" },
  ],
};

/** The name of an entry, after its cluster. */
export function entryName({ subject, attachment, isFirst }: Member): string {
  const compute = attachment && new Found(attachment.resource).text("name");
  const cluster =
    (subject.id && parseResourceId(subject.id)?.names.at(-1)) ??
    (subject.resource && new Found(subject.resource).text("name")) ??
    "aks";
  return isFirst || compute === undefined ? cluster : `${cluster}-${compute}`;
}

/** The entry of a cluster, and of one of its attachments. */
export function clusterDraft({ subject, attachment, isFirst }: Member, place: Place): Draft {
  const id = subject.id === undefined ? undefined : parseResourceId(subject.id);
  const cluster = clusterOf(subject, id, place, isFirst);
  const attached = attachedDraft(subject, attachment, isFirst);
  const needsOne = cluster.value.existing !== undefined && attached === undefined;
  const name = id?.names[0] ?? "aks";
  const other: Draft | undefined = needsOne
    ? {
        value: standIn(name),
        remarks: [{ path: ["computeName"], text: NOT_TOLD }],
      }
    : undefined;
  const draft = attached ?? other;
  const access = trustedAccess(subject, attachment);
  const { loadBalancer, tls } = draft?.value ?? {};
  const isPrivateTls = loadBalancer !== undefined && typeof tls === "object" && tls !== null && "cname" in tls;
  return {
    value: {
      ...cluster.value,
      ...(draft ? { attachment: { ...draft.value, ...(access ? { trustedAccess: access.value } : {}) } } : {}),
      // The one combination that somebody must answer for, and somebody did when it was attached.
      ...(isPrivateTls && attachment?.kind === "AksCompute" ? { acknowledge: [PRIVATE_TLS] } : {}),
    },
    remarks: [
      ...cluster.remarks,
      ...below(draft?.remarks ?? [], "attachment"),
      ...(access ? [{ path: ["attachment", "trustedAccess"], text: access.text }] : []),
    ],
  };
}

/** The cluster, created where the configuration can, and else named with the reason. */
function clusterOf(subject: Subject, id: ParsedResourceId | undefined, place: Place, isFirst: boolean): Draft {
  const { resource } = subject;
  const found = resource && new Found(resource);
  const name = id?.names[0] ?? found?.text("name");
  const resourceGroup = id?.resourceGroup ?? found?.text("resource_group_name");
  const isElsewhere = id !== undefined && id.subscriptionId !== place.subscriptionId;
  const why = (): string | undefined => {
    if (!isFirst) return "another entry has the cluster";
    if (resource === undefined) return "give what `az aks show -o json` writes of it too, and it is created here";
    if (subject.isRead) return "the state only reads it";
    if (isElsewhere) return "it is in another subscription than the workspace";
    if (name === undefined || resourceGroup === undefined) return "its resource ID is not told";
    return undefined;
  };
  const reason = why();
  const draft =
    reason === undefined && resource && name !== undefined && resourceGroup !== undefined
      ? createDraft({ resource, pools: subject.pools }, { resourceGroup, name, location: place.location })
      : { reason: reason ?? "" };
  if (!("reason" in draft)) return { value: { create: draft.value }, remarks: below(draft.remarks, "create") };
  const remarks: Remark[] = [{ path: ["existing"], text: `not created here: ${draft.reason}` }];
  if (name === undefined || resourceGroup === undefined)
    remarks.push({ path: ["existing"], text: "not told: its resource group and name" });
  return {
    remarks,
    value: tidy({
      existing:
        isElsewhere && id
          ? { resourceId: formatResourceId({ ...id, type: "Microsoft.ContainerService/managedClusters" }) }
          : { resourceGroup: resourceGroup ?? "rg-ml", name: name ?? "aks" },
      entraId: found && entraIdOf(found),
    }),
  };
}

/** How it is attached; undefined where nothing tells. */
function attachedDraft(
  { extension, id }: Subject,
  attachment: AnyAttachment | undefined,
  isFirst: boolean,
): Draft | undefined {
  const own = attachment && attachmentDraft(attachment);
  const isKubernetes = attachment === undefined || attachment.kind === "KubernetesCompute";
  if (extension === undefined || !isKubernetes || !isFirst) return own;
  const installed = extensionDraft(extension);
  const name = nameOf(id) ?? "aks";
  const base: Draft = own ?? {
    value: { ...standIn(name), identity: { systemAssigned: true } },
    remarks: [{ path: ["computeName"], text: NOT_TOLD }],
  };
  return { value: { ...base.value, ...installed.value }, remarks: [...base.remarks, ...installed.remarks] };
}

const PRIVATE_TLS = {
  rule: "tls/internal-load-balancer",
  reason: "it was attached so before, and is taken over as it is",
};

/** A role binding that is there would be made again. */
function trustedAccess(
  { resource, trusted }: Subject,
  attachment: AnyAttachment | undefined,
): { readonly value: false; readonly text: string } | undefined {
  if (attachment?.kind !== "KubernetesCompute") return undefined;
  const workspace = workspaceOf(attachment)?.toLowerCase();
  const found = resource && new Found(resource);
  if (trusted.some((id) => id.toLowerCase() === workspace))
    return { value: false, text: "its role binding is there, and is left as it is: true would make another" };
  const isNeeded = needsTrustedAccess({
    localAccountDisabled: found?.flag("local_account_disabled"),
    authorizedIpRanges: found?.texts("api_server_access_profile[0].authorized_ip_ranges"),
  });
  return isNeeded
    ? {
        value: false,
        text: "not told whether its role binding is there: `az aks trustedaccess rolebinding list` says it. Where there is none, set true",
      }
    : undefined;
}

/** A name that a compute may have, after another. */
function computeName(name: string): string {
  const letters = name.replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^[-0-9]+|-+\d*$/g, "");
  const candidate = letters.slice(0, 24).replace(/-+\d*$/, "");
  return isComputeName(candidate) ? candidate : "aks-cluster";
}

/** The name at the end of an ID. */
export function nameOf(id: string | undefined): string | undefined {
  return id === undefined ? undefined : parseResourceId(id)?.names.at(-1);
}
