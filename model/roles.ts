import { allows, type Permission, roleName } from "../azure/roles.ts";
import { attributeOfReference, type Model, type ResourceOrId, terraformTypeOf } from "./model.ts";
import { NETWORK, SUBNET, Subnet } from "./network.ts";
import type { Resource } from "./resource.ts";
import { known, NotKnown, Unknown } from "./value.ts";

/** Who a role may be given to. Throws NotKnown where an assignment could be its own. */
export type Holder = (assignment: Resource) => boolean;

/** What the role assignments of a model say of one question. */
export interface RoleAnswer {
  /** Whether somebody is given it. */
  readonly isHeld: boolean;
  /** Assignments that would give it, were they not another identity's. */
  readonly ofOthers: readonly Resource[];
}

/**
 * Whether a holder is allowed something in a place, by a role there or above it: on the virtual network, the resource
 * group or the subscription of a subnet. Throws NotKnown where nothing known gives it, and an assignment that is not
 * known could.
 */
export function isAllowed(
  model: Model,
  holder: Holder,
  permission: Permission,
  place: ResourceOrId | Subnet,
): RoleAnswer {
  const places = placesOf(model, place);
  const ofOthers: Resource[] = [];
  let unknown: NotKnown | undefined;
  for (const assignment of model.ofType("azurerm_role_assignment")) {
    const isRight = all([() => gives(assignment, permission), () => reaches(assignment, places)]);
    if (isRight === false) continue;
    const isHolder = all([() => holder(assignment)]);
    if (isRight === true && isHolder === true) return { isHeld: true, ofOthers: [] };
    if (isHolder === false) {
      if (isRight === true) ofOthers.push(assignment);
      continue;
    }
    unknown ??= isRight instanceof NotKnown ? isRight : isHolder instanceof NotKnown ? isHolder : undefined;
  }
  if (unknown) throw unknown;
  model.assertNone("azurerm_role_assignment", {
    mayBe: (each) => all([() => gives(each, permission), () => reaches(each, places), () => holder(each)]) !== false,
    given: places.resources,
  });
  return { isHeld: false, ofOthers };
}

/**
 * The identity with which AKS works for a cluster: its system-assigned identity or one that is assigned to it. The
 * kubelet's identity is another.
 */
export function identityOf(cluster: Resource): Holder {
  return (assignment) => {
    const principal = assignment.value("principal_id");
    if (typeof principal === "string") return hasPrincipal(cluster, principal, assignment);
    if (!(principal instanceof Unknown) || principal.references.length === 0)
      return assignment.notKnown("principal_id", principal instanceof Unknown ? principal : []);
    const found = principal.references.map((reference) => {
      const target = cluster.model.referenced(assignment.stack, reference);
      if (target === undefined) return undefined;
      if (isSameCluster(target, cluster)) return attributeOfReference(reference).startsWith("identity");
      if (target.type === "azurerm_user_assigned_identity")
        return assignedTo(cluster).some(({ resource, id }) => isSame(target, resource, id));
      return cluster.isSet("service_principal") && target.type.startsWith("azuread_") ? undefined : false;
    });
    if (found.includes(true)) return true;
    return found.includes(undefined) ? assignment.notKnown("principal_id", principal) : false;
  };
}

function isSameCluster(target: Resource, cluster: Resource): boolean {
  if (target.is(cluster)) return true;
  const id = target.type === cluster.type ? target.model.idOf(target) : undefined;
  return id !== undefined && target.model.withId(id)?.is(cluster) === true;
}

function isSame(identity: Resource, resource: Resource | undefined, id: string | undefined): boolean {
  return (
    identity === resource || (id !== undefined && identity.model.idOf(identity)?.toLowerCase() === id.toLowerCase())
  );
}

/** The user-assigned identities of a cluster. */
export function assignedTo(cluster: Resource): ResourceOrId[] {
  return cluster.model.targets(cluster, "identity[0].identity_ids", "azurerm_user_assigned_identity");
}

/** Whether a principal ID that is known is the cluster's. One that is known is none of an identity that is made. */
function hasPrincipal(cluster: Resource, principal: string, assignment: Resource): boolean {
  const same = (value: unknown): boolean =>
    typeof value === "string" && value.toLowerCase() === principal.toLowerCase();
  if (same(cluster.value("identity[0].principal_id"))) return true;
  const type = cluster.text("identity[0].type") ?? "";
  const assigned = type.includes("UserAssigned") ? assignedTo(cluster) : [];
  if (assigned.some(({ resource }) => resource !== undefined && same(resource.value("principal_id")))) return true;
  const isKnown = (resource: Resource | undefined, path: string): boolean =>
    resource !== undefined && (typeof resource.value(path) === "string" || resource.isMade);
  const isOther =
    type !== "" &&
    (!type.includes("SystemAssigned") || isKnown(cluster, "identity[0].principal_id")) &&
    assigned.every(({ resource }) => isKnown(resource, "principal_id"));
  return isOther ? false : assignment.notKnownBecause("principal_id", "whose identity it is, is not to be seen here");
}

/** Whether all of it holds; NotKnown where that depends on what is not known. */
function all(questions: readonly (() => boolean)[]): boolean | NotKnown {
  let answer: boolean | NotKnown = true;
  for (const question of questions) {
    try {
      if (!question()) return false;
    } catch (error) {
      if (!(error instanceof NotKnown)) throw error;
      answer = error;
    }
  }
  return answer;
}

/** Whether the role of an assignment allows something. */
function gives(assignment: Resource, { roles, action }: Permission): boolean {
  const { model } = assignment;
  const isOwn = (definition: Resource | undefined): boolean | undefined =>
    definition?.isSet("permissions") ? allows([...definition.items("permissions[0].actions")], action) : undefined;
  if (assignment.isSet("role_definition_name")) {
    const name = assignment.text("role_definition_name") ?? "";
    if (roles.includes(name)) return true;
    const definitions = model.ofTypeOrRead("azurerm_role_definition");
    const found = definitions.find((each) => each.value("name") === name);
    if (!found && definitions.some((each) => each.value("name") instanceof Unknown))
      return assignment.notKnown("role_definition_name");
    return isOwn(found) ?? false;
  }
  const value = assignment.value("role_definition_id");
  const [reference] = value instanceof Unknown && value.references.length === 1 ? value.references : [];
  const definition = reference === undefined ? undefined : model.referenced(assignment.stack, reference);
  const name = typeof value === "string" ? roleName(value) : definition?.value("name");
  if (typeof name === "string" && roles.includes(name)) return true;
  const found = isOwn(
    definition ?? model.ofTypeOrRead("azurerm_role_definition").find((each) => definedAs(each, value)),
  );
  return found ?? (typeof name === "string" ? false : assignment.notKnown("role_definition_id"));
}

function definedAs(definition: Resource, id: unknown): boolean {
  return ["role_definition_resource_id", "role_definition_id", "id"].some((path) => {
    const own = definition.value(path);
    return (
      typeof own === "string" &&
      typeof id === "string" &&
      own.split("/").at(-1)?.toLowerCase() === id.split("/").at(-1)?.toLowerCase()
    );
  });
}

/** A place and what it is in, as far as that is known. */
interface Places {
  readonly model: Model;
  /** The resource, its network and its resource group, where they are in the model. */
  readonly resources: readonly Resource[];
  /** Terraform types of the resource and of its network. */
  readonly types: readonly (string | undefined)[];
  readonly id: string | undefined;
  readonly resourceGroup: string | undefined;
  readonly subscriptionId: string | undefined;
  readonly provider: string | undefined;
}

function placesOf(model: Model, place: ResourceOrId | Subnet): Places {
  const { resource, id } = place;
  const network = place instanceof Subnet ? known(() => place.network)?.resource : undefined;
  const own = [resource, network].filter((each) => each !== undefined);
  const [, subscription, group] = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)/i.exec(id ?? "") ?? [];
  const named = own.map((each) => each.value("resource_group_name")).find((each) => typeof each === "string");
  const groups = own.map((each) => model.named(each, "resource_group_name", "azurerm_resource_group"));
  return {
    model,
    resources: [...own, ...groups.filter((each) => each !== undefined)],
    types: place instanceof Subnet ? [SUBNET, NETWORK] : [resource?.type ?? (id && terraformTypeOf(id))],
    id: id?.toLowerCase(),
    resourceGroup: (group ?? (typeof named === "string" ? named : undefined))?.toLowerCase(),
    subscriptionId: subscription?.toLowerCase() ?? own[0]?.parts.subscriptionId,
    provider: own[0] && `${own[0].stack} ${own[0].parts.provider}`,
  };
}

/** Whether the scope of an assignment is a place, or holds it. */
function reaches(assignment: Resource, places: Places): boolean {
  const scope = assignment.value("scope");
  if (typeof scope === "string") return isWithin(scope.toLowerCase().replace(/\/$/, ""), places, assignment);
  if (!(scope instanceof Unknown) || scope.references.length === 0)
    return assignment.notKnown("scope", scope instanceof Unknown ? scope : []);
  const found = scope.references.map((reference) => isPlace(assignment, reference, places, scope.exact !== undefined));
  if (found.includes(true)) return true;
  return found.includes(undefined) ? assignment.notKnown("scope", scope) : false;
}

/** Whether what a scope refers to is a place; undefined where that is not known. */
function isPlace(assignment: Resource, reference: string, places: Places, isExact: boolean): boolean | undefined {
  const target = places.model.referenced(assignment.stack, reference);
  if (target === undefined) return undefined;
  if (places.resources.includes(target)) return true;
  const id = places.model.idOf(target)?.toLowerCase();
  switch (target.type) {
    case "azurerm_subscription": {
      if (!isExact) return undefined;
      const given = target.value("subscription_id");
      if (typeof given === "string")
        return places.subscriptionId === undefined ? undefined : places.subscriptionId === given.toLowerCase();
      return given instanceof Unknown
        ? undefined
        : `${target.stack} ${target.parts.provider}` === places.provider || undefined;
    }
    case "azurerm_management_group":
      return undefined;
    case "azurerm_resource_group": {
      const name = target.value("name");
      if (places.resources.some(({ type }) => type === target.type)) return false;
      if (typeof name !== "string") return undefined;
      return places.resourceGroup === undefined ? undefined : places.resourceGroup === name.toLowerCase();
    }
    default:
      if (!places.types.includes(target.type) || places.resources.some(({ type }) => type === target.type))
        return false;
      return id === undefined || places.id === undefined ? undefined : `${places.id}/`.startsWith(`${id}/`);
  }
}

/** Whether a scope that is known holds a place. */
function isWithin(scope: string, places: Places, assignment: Resource): boolean {
  const notKnown = (): never =>
    assignment.notKnownBecause("scope", "whether it holds the place is not to be seen here");
  if (scope === "") return true;
  if (scope.startsWith("/providers/microsoft.management/managementgroups/")) return notKnown();
  if (places.id !== undefined) return `${places.id}/`.startsWith(`${scope}/`);
  const [, subscription, group, rest] =
    /^\/subscriptions\/([^/]+)(?:\/resourcegroups\/([^/]+)(\/.*)?)?$/.exec(scope) ?? [];
  if (subscription === undefined) return false;
  if (places.subscriptionId !== undefined && places.subscriptionId !== subscription) return false;
  if (group !== undefined && places.resourceGroup !== undefined && places.resourceGroup !== group) return false;
  if (rest !== undefined)
    return places.resources.some((each) => each.model.idOf(each)?.toLowerCase() === scope) || notKnown();
  return places.subscriptionId === undefined || (group !== undefined && places.resourceGroup === undefined)
    ? notKnown()
    : true;
}
