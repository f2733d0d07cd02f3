import {
  type AksCompute,
  ATTACHING_TYPES,
  aksComputesOf,
  asAttachment,
  attachmentsOf,
  kubernetesComputesOf,
} from "../model/attachment.ts";
import { asExtension, EXTENSION_TYPES, extensionsOf } from "../model/extension.ts";
import { annotation, clusterBehind, FRONT_END, servicesOf } from "../model/kubernetes.ts";
import { type Model, oncePerModel, type ResourceOrId } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import { known, NotKnown } from "../model/value.ts";

/** What members are compared by: the cluster or workspace, and a name where one is asked for. */
interface Key {
  readonly target: ResourceOrId;
  readonly name?: string;
}

interface Member {
  readonly resource: Resource;
}

const WORKSPACE = "azurerm_machine_learning_workspace";

/** An output of every stack that is synthesized here. */
export const STACK_OUTPUT = "azureml_aks_stack";

type List<T> = (model: Model) => readonly T[];

/**
 * The other members of a list with the same key. Where it finds none, but one of them may have it,
 * because its key is not known, the answer depends on it, and NotKnown is thrown.
 */
export function siblings<T extends Member>(list: List<T>, keyOf: (member: T) => Key): (member: T) => T[] {
  const find = groupedBy(list, keyOf);
  return (member) => find(member.resource.model, keyOf(member), member);
}

/**
 * The members of a list that belong to a cluster by resource or ID; NotKnown where one could, of a cluster that is not
 * known.
 */
function ofCluster<T extends Member & { readonly cluster: ResourceOrId }>(
  list: List<T>,
): (model: Model, cluster: ResourceOrId) => T[] {
  const find = groupedBy(list, ({ cluster }) => ({ target: cluster }));
  return (model, cluster) => find(model, { target: cluster });
}

const attachmentsAt = ofCluster(attachmentsOf);
export const aksComputesAt = ofCluster(aksComputesOf);
export const kubernetesComputesAt = ofCluster(kubernetesComputesOf);
export const extensionsAt = ofCluster(extensionsOf);

/** The attachments of a cluster that is created. */
export function attachmentsTo(cluster: Resource): ReturnType<typeof attachmentsAt> {
  return attachmentsAt(cluster.model, { resource: cluster, id: cluster.model.idOf(cluster) });
}

/**
 * Whether a cluster has to do with Azure ML, as far as anybody sees: something attaches it or extends it, a workspace
 * is beside it, or a stack of ours makes it. Throws NotKnown where something may be of it.
 */
export function isForAzureMl(cluster: Resource): boolean {
  const { model, stack } = cluster;
  if (
    typeof model.output(stack, STACK_OUTPUT) === "string" ||
    model.ofTypeOrRead(WORKSPACE).length > 0 ||
    [WORKSPACE, ...EXTENSION_TYPES].some((type) => model.perhaps(type).some((each) => isOfAzureMl(each))) ||
    perhapsAttached(model)
  )
    return true;
  if (model.ofType("azurerm_kubernetes_cluster_trusted_access_role_binding").length > 0) return true;
  const target = { resource: cluster, id: model.idOf(cluster) };
  const found = known(() => extensionsAt(model, target)) ?? [];
  return found.length > 0 || attachmentsAt(model, target).length > 0 || extensionsAt(model, target).length > 0;
}

function isOfAzureMl(perhaps: Resource): boolean {
  return perhaps.type === WORKSPACE || asExtension(perhaps) !== undefined;
}

/** Whether there is an attachment of which it is not known whether it is made. */
export function perhapsAttached(model: Model): boolean {
  return ATTACHING_TYPES.some((type) => model.perhaps(type).some((each) => asAttachment(each) !== undefined));
}

/** Whether Azure ML reaches the API server of a cluster by Trusted Access, for every attachment of it. */
export function hasTrustedAccess(attached: ReturnType<typeof attachmentsAt>): boolean {
  return attached.length > 0 && attached.every((each) => each.kind === "KubernetesCompute" && each.hasTrustedAccess);
}

/** Whether the scoring endpoint is private: as the attachment asks, or by the annotations of its Service. */
export function isInternal(attachment: AksCompute): boolean {
  if (attachment.loadBalancerType === "InternalLoadBalancer") return true;
  return frontEnds(attachment.resource.model).some(
    (service) =>
      annotation(service, "load-balancer-internal") === "true" &&
      aksComputesAt(service.resource.model, clusterBehind(service.resource)).includes(attachment),
  );
}

/** The Services azureml-fe that are annotated. */
const frontEnds = oncePerModel((model) => servicesOf(model).filter(({ name }) => name === FRONT_END));

interface Group<T> {
  readonly key: Key;
  readonly members: T[];
}

function groupedBy<T extends Member>(
  list: List<T>,
  keyOf: (member: T) => Key,
): (model: Model, key: Key, except?: T) => T[] {
  const groupsOf = oncePerModel((model) => group(list(model), keyOf));
  return (model, key, except) => {
    const { groups, undecided, withoutId, withId } = groupsOf(model);
    const found = (groups.get(textOf(key))?.members ?? []).filter(({ resource }) => !except?.resource.is(resource));
    if (found.length > 0) return found;
    if (undecided) throw undecided;
    // What is known by its ID alone and what is known by its place alone may be the same.
    const [other] = (key.target.id === undefined ? withId : withoutId).filter(({ key: { name } }) => name === key.name);
    if (other) {
      const resource = other.key.target.resource ?? key.target.resource;
      throw new NotKnown(resource?.address ?? "", "id", []);
    }
    return [];
  };
}

interface Groups<T> {
  readonly groups: ReadonlyMap<string, Group<T>>;
  /** Why some member has no key. */
  readonly undecided?: NotKnown;
  readonly withId: readonly Group<T>[];
  readonly withoutId: readonly Group<T>[];
}

function group<T>(members: readonly T[], keyOf: (member: T) => Key): Groups<T> {
  const groups = new Map<string, Group<T>>();
  let undecided: NotKnown | undefined;
  for (const member of members) {
    try {
      const key = keyOf(member);
      const same = groups.get(textOf(key));
      if (same) same.members.push(member);
      else groups.set(textOf(key), { key, members: [member] });
    } catch (error) {
      if (!(error instanceof NotKnown)) throw error;
      undecided ??= error;
    }
  }
  const all = [...groups.values()];
  const withoutId = all.filter(({ key }) => key.target.id === undefined);
  return {
    groups,
    undecided,
    withoutId,
    withId: withoutId.length === all.length ? [] : all.filter(({ key }) => key.target.id !== undefined),
  };
}

function textOf({ target: { resource, id }, name = "" }: Key): string {
  return `${(id ?? `${resource?.stack} ${resource?.address}`).toLowerCase()} ${name}`;
}

/** A warning for what is all taken over: it is so already. Default: the level of the rule. */
export function levelIfTakenOver(members: readonly Member[]): { readonly level?: "warning" } {
  return members.every(({ resource }) => resource.isTakenOver) ? { level: "warning" } : {};
}

/** How to name attachments or extensions to a reader: a few of them, where there are many. */
export function namesOf(members: readonly Member[]): string {
  const names = members.slice(0, 3).map(({ resource }) => `${resource.address} of stack ${resource.stack}`);
  return [...names, ...(members.length > 3 ? [`${members.length - 3} more`] : [])].join(" and ");
}
