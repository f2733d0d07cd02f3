import { Document } from "yaml";
import { isComputeName } from "../azure/names.ts";
import { regionName } from "../azure/regions.ts";
import { formatResourceId, type ParsedResourceId, parseResourceId } from "../azure/resource-id.ts";
import { comment } from "../config/comment.ts";
import { isName } from "../config/names.ts";
import { UserError } from "../errors/user-error.ts";
import type { AnyAttachment } from "../model/attachment.ts";
import type { Model } from "../model/model.ts";
import { fromInventories, type NamedInventory } from "../sources/inventory/inventory.ts";
import { attachmentDraft } from "./attachment.ts";
import { createDraft, entraIdOf } from "./cluster.ts";
import { below, type Draft, type Remark, tidy } from "./draft.ts";
import { extensionDraft } from "./extension.ts";
import { Found } from "./found.ts";
import { type Subject, subjectsOf, workspaceOf } from "./inventory.ts";

/** A configuration of what runs. */
export interface Adopted {
  /** Commented YAML. */
  readonly text: string;
  /** What the files do not tell, as sentences. */
  readonly notes: readonly string[];
}

const HEAD = ` What runs, as Azure answered it; what is not written is as the default. Read the remarks below first.
 Then \`azureml-aks synth\`, \`terraform plan\` in each stack, and \`azureml-aks review --expect-no-changes\` on the plans:
 the first ones import, and change nothing. docs/recipes/adopt.md in the package says more.`;

/** Stands for what nothing tells. */
const NO_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";
const NO_LOCATION = "westeurope";

/** The configuration of what inventories tell, all together. Throws UserError where they tell nothing of it. */
export function adoptedConfiguration(inventories: readonly NamedInventory[]): Adopted {
  const model = fromInventories(inventories);
  const environments = environmentsOf(model);
  if (environments.length === 0)
    throw new UserError(
      "nothing here is a workspace, an AKS cluster, a compute that attaches one, or the Azure ML extension: give what `az aks show -o json` and `az rest` of the workspace's computes write",
    );
  const names = new Names();
  const drafts = environments.map((environment) => ({
    name: names.free(nameOf(environment.workspaceId) ?? "main"),
    draft: environmentDraft(environment),
  }));
  const document = new Document({
    environments: Object.fromEntries(drafts.map(({ name, draft }) => [name, draft.value])),
  });
  document.commentBefore = HEAD;
  for (const { name, draft } of drafts)
    for (const { path, text } of draft.remarks)
      comment(document, existing(document, ["environments", name, ...path]), text);
  const gaps = inventories.flatMap(({ file, inventory }) =>
    inventory.gaps.map(({ message, advice }) => `${file}: ${message}: ${advice}`),
  );
  return { text: document.toString({ lineWidth: 0 }), notes: gaps };
}

/** The path, as far as something stands there. */
function existing(document: Document, path: readonly string[]): readonly string[] {
  let end = path.length;
  while (end > 0 && !document.hasIn(path.slice(0, end))) end--;
  return path.slice(0, end);
}

/** A workspace, and what is attached to it. */
interface FoundEnvironment {
  readonly workspaceId: string | undefined;
  readonly workspace: Found | undefined;
  readonly members: readonly Member[];
}

/** A cluster in an environment, with one of its attachments. */
interface Member {
  readonly subject: Subject;
  readonly attachment: AnyAttachment | undefined;
  /** Whether it is the first of its cluster: it creates it, and installs the extension. */
  readonly isFirst: boolean;
}

function environmentsOf(model: Model): FoundEnvironment[] {
  const workspaces = new Map(
    model.ofTypeOrRead("azurerm_machine_learning_workspace").flatMap((resource) => {
      const id = model.idOf(resource);
      return id === undefined ? [] : [[id.toLowerCase(), { id, found: new Found(resource) }] as const];
    }),
  );
  const ids = new Map([...workspaces].map(([key, { id }]) => [key, id]));
  const members = new Map<string | undefined, Member[]>([...workspaces.keys()].map((key) => [key, []]));
  const subjects = subjectsOf(model);
  for (const { attachments, trusted } of subjects)
    for (const id of [...attachments.map(workspaceOf), ...trusted]) if (id !== undefined) ids.set(id.toLowerCase(), id);
  const [only] = ids.size === 1 ? ids.keys() : [];
  for (const subject of subjects) {
    const attached = subject.attachments.map((attachment) => ({ attachment, id: workspaceOf(attachment) }));
    const all = attached.length > 0 ? attached : [{ attachment: undefined, id: subject.trusted[0] }];
    for (const [index, { attachment, id }] of all.entries()) {
      const key = id?.toLowerCase() ?? only;
      const list = members.get(key) ?? [];
      members.set(key, list);
      list.push({ subject, attachment, isFirst: index === 0 });
    }
  }
  return [...members].map(([key, list]) => ({
    workspaceId: key === undefined ? undefined : ids.get(key),
    workspace: key === undefined ? undefined : workspaces.get(key)?.found,
    members: list,
  }));
}

function environmentDraft({ workspaceId, workspace, members }: FoundEnvironment): Draft {
  const id = workspaceId === undefined ? undefined : parseResourceId(workspaceId);
  const clusterIds = members.flatMap(({ subject }) => (subject.id && parseResourceId(subject.id)) || []);
  const subscriptionId = id?.subscriptionId ?? clusterIds[0]?.subscriptionId;
  const regions = [
    workspace?.text("location"),
    ...members.map(({ attachment }) => attachment && new Found(attachment.resource).text("location")),
    ...members.map(({ subject }) => subject.resource && new Found(subject.resource).text("location")),
  ];
  const location = regions.find((region) => region !== undefined);
  const place: Place = {
    subscriptionId: subscriptionId ?? NO_SUBSCRIPTION,
    location: regionName(location ?? NO_LOCATION),
  };
  const names = new Names();
  const clusters = (members.length > 0 ? members : [undefined]).map((member) => {
    const name = names.free(member === undefined ? "aks" : entryName(member));
    return { name, draft: member === undefined ? NO_CLUSTER : clusterDraft(member, place) };
  });
  const remarks: Remark[] = [
    ...(subscriptionId === undefined ? [{ path: ["subscriptionId"], text: "not told: the subscription" }] : []),
    ...(location === undefined ? [{ path: ["location"], text: "not told: the region" }] : []),
    ...(id === undefined
      ? [{ path: ["workspace", "resourceGroup"], text: "not told: the workspace, and its resource group" }]
      : workspaceRemarks(workspace, members)),
    ...clusters.flatMap(({ name, draft }) => below(draft.remarks, "clusters", name)),
  ];
  return {
    remarks,
    value: {
      ...place,
      backend: { local: {} },
      workspace: { resourceGroup: id?.resourceGroup ?? "rg-ml", name: id?.names[0] ?? "mlw" },
      clusters: Object.fromEntries(clusters.map(({ name, draft }) => [name, draft.value])),
    },
  };
}

/** Roles that are there already would be given again. */
function workspaceRemarks(workspace: Found | undefined, members: readonly Member[]): Remark[] {
  const isUserAssigned = /UserAssigned/i.test(workspace?.text("identity[0].type") ?? "");
  const hasKubernetes = members.some(({ attachment }) => attachment?.kind === "KubernetesCompute");
  return isUserAssigned && hasKubernetes
    ? [
        {
          path: ["workspace", "name"],
          text: "it has a user-assigned identity, whose roles on the cluster are taken to be there: userAssignedIdentity would give them",
        },
      ]
    : [];
}

interface Place {
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
const NO_CLUSTER: Draft = {
  value: {
    existing: { resourceGroup: "rg-ml", name: "aks" },
    attachment: standIn("aks"),
  },
  remarks: [
    { path: ["existing"], text: "not told: the cluster, and how it is attached" },
    { path: ["existing"], text: "give what `az aks show -o json` and `az rest` of the workspace's computes write too" },
  ],
};

function entryName({ subject, attachment, isFirst }: Member): string {
  const compute = attachment && new Found(attachment.resource).text("name");
  const cluster =
    (subject.id && parseResourceId(subject.id)?.names.at(-1)) ??
    (subject.resource && new Found(subject.resource).text("name")) ??
    "aks";
  return isFirst || compute === undefined ? cluster : `${cluster}-${compute}`;
}

function clusterDraft({ subject, attachment, isFirst }: Member, place: Place): Draft {
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
  return {
    value: { ...cluster.value, ...(draft ? { attachment: draft.value } : {}) },
    remarks: [...cluster.remarks, ...below(draft?.remarks ?? [], "attachment")],
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
  { extension, trusted, id }: Subject,
  attachment: AnyAttachment | undefined,
  isFirst: boolean,
): Draft | undefined {
  const own = attachment && attachmentDraft(attachment);
  const isKubernetes = attachment === undefined || attachment.kind === "KubernetesCompute";
  if (extension === undefined || !isKubernetes || !isFirst) return own && withTrustedAccess(own, trusted, attachment);
  const installed = extensionDraft(extension);
  const name = nameOf(id) ?? "aks";
  const base: Draft = own ?? {
    value: { ...standIn(name), identity: { systemAssigned: true } },
    remarks: [{ path: ["computeName"], text: NOT_TOLD }],
  };
  return withTrustedAccess(
    { value: { ...base.value, ...installed.value }, remarks: [...base.remarks, ...installed.remarks] },
    trusted,
    attachment,
  );
}

/** A role binding that is there would be made again. */
function withTrustedAccess(draft: Draft, trusted: readonly string[], attachment: AnyAttachment | undefined): Draft {
  if (attachment?.kind !== "KubernetesCompute") return draft;
  const workspace = workspaceOf(attachment)?.toLowerCase();
  const isThere = trusted.some((id) => id.toLowerCase() === workspace);
  if (!isThere) return draft;
  return {
    value: { ...draft.value, trustedAccess: false },
    remarks: [
      ...draft.remarks,
      { path: ["trustedAccess"], text: "its role binding is there, and is left as it is: true would make another" },
    ],
  };
}

/** A name that a compute may have, after another. */
function computeName(name: string): string {
  const letters = name.replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^[-0-9]+|-+\d*$/g, "");
  const candidate = letters.slice(0, 24).replace(/-+\d*$/, "");
  return isComputeName(candidate) ? candidate : "aks-cluster";
}

function nameOf(id: string | undefined): string | undefined {
  return id === undefined ? undefined : parseResourceId(id)?.names.at(-1);
}

/** Names of entries, each once. */
class Names {
  private readonly taken = new Set<string>();

  /** The name as the configuration takes it, with a number where it is taken. */
  free(wanted: string): string {
    const letters = wanted
      .replaceAll(/[^A-Za-z0-9_-]+/g, "-")
      .replace(/^[^A-Za-z]+/, "")
      .slice(0, 38)
      .replace(/[-_]+$/, "");
    const base = isName(letters) ? letters : "aks";
    let name = base;
    for (let number = 2; this.taken.has(name); number++) name = `${base.slice(0, 34)}-${number}`;
    this.taken.add(name);
    return name;
  }
}
