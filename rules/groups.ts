import { type Attachment, attachmentsOf } from "../terraform/attachment.ts";
import { annotation, clusterBehind, FRONT_END, servicesOf } from "../terraform/kubernetes.ts";
import { oncePerPicture, type Picture } from "../terraform/picture.ts";
import type { Resource } from "../terraform/resource.ts";
import { Missing } from "../terraform/value.ts";

/** What attachments are compared by: the cluster or workspace, and a name where one is asked for. */
interface Key {
  readonly target: Attachment["cluster"];
  readonly name?: string;
}

/**
 * The other attachments with the same key. Where it finds none, but one of them may have it,
 * because its key is not known, the answer depends on it, and Missing is thrown.
 */
export function othersLike(keyOf: (attachment: Attachment) => Key): (attachment: Attachment) => Attachment[] {
  const find = groupedBy(keyOf);
  return (attachment) => find(attachment.resource.picture, keyOf(attachment), attachment);
}

const byCluster = groupedBy(({ cluster }) => ({ target: cluster }));

/** The attachments of a cluster that is created; Missing where one could be, of a cluster that is not known. */
export function attachmentsTo(cluster: Resource): Attachment[] {
  return attachmentsOfTarget(cluster.picture, { resource: cluster, id: cluster.picture.idOf(cluster) });
}

/** The same for a cluster by resource or ID. */
export function attachmentsOfTarget(picture: Picture, target: Attachment["cluster"]): Attachment[] {
  return byCluster(picture, { target });
}

/** Whether the scoring endpoint is private: as the attachment asks, or by the annotations of its Service. */
export function isInternal(attachment: Attachment): boolean {
  if (attachment.loadBalancerType === "InternalLoadBalancer") return true;
  return frontEnds(attachment.resource.picture).some(
    (service) =>
      annotation(service, "load-balancer-internal") === "true" &&
      attachmentsOfTarget(service.resource.picture, clusterBehind(service.resource)).includes(attachment),
  );
}

/** The Services azureml-fe that are annotated. */
const frontEnds = oncePerPicture((picture) => servicesOf(picture).filter(({ name }) => name === FRONT_END));

interface Group {
  readonly key: Key;
  readonly attachments: Attachment[];
}

function groupedBy(keyOf: (attachment: Attachment) => Key): (picture: Picture, key: Key, except?: Attachment) => Attachment[] {
  const groupsOf = oncePerPicture((picture) => group(picture, keyOf));
  return (picture, key, except) => {
    const { groups, undecided, withoutId, withId } = groupsOf(picture);
    const found = (groups.get(textOf(key))?.attachments ?? []).filter((attachment) => attachment !== except);
    if (found.length > 0) return found;
    if (undecided) throw undecided;
    // What is known by its ID alone and what is known by its place alone may be the same.
    const [other] = (key.target.id === undefined ? withId : withoutId).filter(({ key: { name } }) => name === key.name);
    if (other) throw new Missing(other.key.target.resource?.address ?? "", "id", []);
    return [];
  };
}

interface Groups {
  readonly groups: ReadonlyMap<string, Group>;
  /** Why some attachment has no key. */
  readonly undecided?: Missing;
  readonly withId: readonly Group[];
  readonly withoutId: readonly Group[];
}

function group(picture: Picture, keyOf: (attachment: Attachment) => Key): Groups {
  const groups = new Map<string, Group>();
  let undecided: Missing | undefined;
  for (const attachment of attachmentsOf(picture)) {
    try {
      const key = keyOf(attachment);
      const same = groups.get(textOf(key));
      if (same) same.attachments.push(attachment);
      else groups.set(textOf(key), { key, attachments: [attachment] });
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      undecided ??= error;
    }
  }
  const all = [...groups.values()];
  const withoutId = all.filter(({ key }) => key.target.id === undefined);
  return { groups, undecided, withoutId, withId: withoutId.length === all.length ? [] : all.filter(({ key }) => key.target.id !== undefined) };
}

function textOf({ target: { resource, id }, name = "" }: Key): string {
  return `${(id ?? `${resource?.stack} ${resource?.address}`).toLowerCase()} ${name}`;
}

/** How to name attachments to a reader: a few of them, where there are many. */
export function namesOf(attachments: readonly Attachment[]): string {
  const names = attachments.slice(0, 3).map(({ resource }) => `${resource.address} of stack ${resource.stack}`);
  return [...names, ...(attachments.length > 3 ? [`${attachments.length - 3} more`] : [])].join(" and ");
}
