import { formatResourceId, normalizeResourceId, parseResourceId } from "../azure/resource-id.ts";
import { Resource, type ResourceParts } from "./resource.ts";
import { known, NotKnown, referencesOf, Unknown, type Value } from "./value.ts";

export interface StackParts {
  readonly name: string;
  readonly resources: readonly ResourceParts[];
  /** Of a plan: what it removes, as it was. Default: nothing. */
  readonly removed?: readonly ResourceParts[];
  /** Of a plan: what was changed outside of Terraform. Default: nothing. */
  readonly drifted?: readonly ResourceParts[];
  /**
   * What may be there once, more often or not at all. A module that is not here has the type `module`, and what it is
   * given for attributes. Default: nothing.
   */
  readonly uncertain?: readonly ResourceParts[];
  /** Values of outputs, unknown where they are not known. */
  readonly outputs: Readonly<Record<string, Value>>;
  /** What the conditions and check blocks of its configuration say where they do not hold. Default: not known. */
  readonly conditions?: readonly string[];
}

/** What a Terraform type is in Azure: the resource type, and which attributes give the names in its ID. */
interface AzureType {
  readonly type: string;
  /** Undefined where only Azure tells the ID. */
  readonly names?: readonly string[];
}

/** The Terraform types whose Azure resource ID is told by their attributes, before Azure tells it. */
const AZURE_TYPES: ReadonlyMap<string, AzureType> = new Map([
  ["azurerm_kubernetes_cluster", { type: "Microsoft.ContainerService/managedClusters", names: ["name"] }],
  ["azurerm_kubernetes_cluster_node_pool", { type: "Microsoft.ContainerService/managedClusters/agentPools" }],
  ["azurerm_machine_learning_workspace", { type: "Microsoft.MachineLearningServices/workspaces", names: ["name"] }],
  ["azurerm_virtual_network", { type: "Microsoft.Network/virtualNetworks", names: ["name"] }],
  ["azurerm_subnet", { type: "Microsoft.Network/virtualNetworks/subnets", names: ["virtual_network_name", "name"] }],
  ["azurerm_route_table", { type: "Microsoft.Network/routeTables", names: ["name"] }],
  ["azurerm_network_security_group", { type: "Microsoft.Network/networkSecurityGroups", names: ["name"] }],
  ["azurerm_private_dns_zone", { type: "Microsoft.Network/privateDnsZones", names: ["name"] }],
  ["azurerm_user_assigned_identity", { type: "Microsoft.ManagedIdentity/userAssignedIdentities", names: ["name"] }],
]);

/** The other way round: Azure resource type in lower case to Terraform type. */
const TERRAFORM_TYPES = new Map([...AZURE_TYPES].map(([terraform, { type }]) => [type.toLowerCase(), terraform]));

/** Something in Azure: the resource where it is made or read in the model, and its ID where that is known. */
export interface ResourceOrId {
  readonly resource?: Resource;
  readonly id?: string;
}

/** A reference that is followed this often goes in circles. */
const MAX_HOPS = 20;

/** The resources of an app or of one or more plans, with their references followed, also from stack to stack. */
export class Model {
  /** What is created, changed, kept or read. */
  readonly resources: readonly Resource[];
  /** What plans remove, as it was before. */
  readonly removed: readonly Resource[];
  /** What was changed outside of Terraform, as it is now. */
  readonly drifted: readonly Resource[];
  /** What may be there once, more often or not at all. */
  private readonly uncertain: readonly Resource[];
  private readonly byType = new Map<string, Resource[]>();
  /** The resources of each stack by address, from when somebody asks for one. */
  private cachedAddresses: ReadonlyMap<string, Addresses> | undefined;
  /**
   * Of each Terraform type that was asked for, by Azure resource ID in lower case; "" for all types without a line
   * above.
   */
  private readonly byId = new Map<string, ReadonlyMap<string, Resource>>();
  /** What updates a resource that the model has as a whole. */
  private readonly updates = new Map<Resource, Resource[]>();
  private readonly outputs = new Map<string, StackParts["outputs"]>();
  private readonly conditions = new Map<string, readonly string[]>();
  private hops = 0;

  constructor(stacks: readonly StackParts[]) {
    for (const { name, outputs, conditions = [] } of stacks) {
      this.outputs.set(name, outputs);
      this.conditions.set(name, conditions);
    }
    this.resources = stacks.flatMap((stack) => stack.resources.map((parts) => new Resource(parts, this)));
    this.removed = stacks.flatMap((stack) => (stack.removed ?? []).map((parts) => new Resource(parts, this)));
    this.drifted = stacks.flatMap((stack) => (stack.drifted ?? []).map((parts) => new Resource(parts, this)));
    this.uncertain = stacks.flatMap((stack) => (stack.uncertain ?? []).map((parts) => new Resource(parts, this)));
    for (const resource of this.resources) {
      const key = resource.parts.mode === "managed" ? resource.type : `${resource.parts.mode}.${resource.type}`;
      const same = this.byType.get(key);
      if (same) same.push(resource);
      else this.byType.set(key, [resource]);
    }
    const isLaidOver = new Set(
      this.resources.filter(
        (resource) => resource.isPart && resource.parts.mode === "managed" && this.layOver(resource),
      ),
    );
    for (const type of new Set([...isLaidOver].map(({ type }) => type)))
      this.byType.set(
        type,
        this.ofType(type).filter((each) => !isLaidOver.has(each)),
      );
  }

  /** Has what an update says count for what it updates, where the model has that as a whole; false where it has not. */
  private layOver(update: Resource): boolean {
    const found = known(() => this.target(update, "id", update.type).resource);
    if (found === undefined || found.isPart || found.parts.mode !== "managed") return false;
    const same = this.updates.get(found);
    if (same) same.push(update);
    else this.updates.set(found, [update]);
    return true;
  }

  /** What updates a resource beside itself: what it says counts. */
  updatesOf(resource: Resource): readonly Resource[] {
    return this.updates.size === 0 ? [] : (this.updates.get(resource) ?? []);
  }

  /** A value, or what it refers to where that is known. */
  followed(stack: string, value: Value): Value {
    return value instanceof Unknown && value.exact !== undefined ? (this.valueOf(stack, value.exact) ?? value) : value;
  }

  /** Resources of a type; data sources as `data.<type>`. */
  ofType(type: string): readonly Resource[] {
    return this.byType.get(type) ?? [];
  }

  /** What may be there once, more often or not at all, of a type. */
  perhaps(type: string): readonly Resource[] {
    return this.uncertain.filter((each) => each.type === type && each.parts.mode === "managed");
  }

  /**
   * Ends a check that concludes something from what is not here, where it may be: as a resource whose number is not
   * known, or in a module that is not here and is given something of a resource.
   */
  assertNone(
    type: string,
    { mayBe, given }: { readonly mayBe: (each: Resource) => boolean; readonly given: readonly Resource[] },
  ): void {
    const end = (found: Resource | undefined, reason: string): void => {
      if (found) throw new NotKnown(found.address, "", [], reason);
    };
    end(this.perhaps(type).find(mayBe), "how many there are of it is not known");
    const isGiven = ({ stack, parts }: Resource): boolean =>
      referencesOf(parts.attributes)
        .map((reference) => this.referenced(stack, reference))
        .some((found) => found !== undefined && given.includes(found));
    end(this.perhaps("module").find(isGiven), "the files of this module are not here");
  }

  /** The same for a type that leads to a target by an attribute. */
  assertNoneOf(target: ResourceOrId, type: string, path: string): void {
    const { resource, id } = target;
    const mayBe = (each: Resource): boolean => {
      const found = known(() => this.target(each, path, resource?.type ?? ""));
      if (found?.resource !== undefined && resource !== undefined) return found.resource === resource;
      return found?.id === undefined || id === undefined || found.id.toLowerCase() === id.toLowerCase();
    };
    this.assertNone(type, { mayBe, given: resource ? [resource] : [] });
  }

  /** The value of an output, where it is known and given. */
  output(stack: string, name: string): Value {
    const outputs = this.outputs.get(stack);
    return outputs && Object.hasOwn(outputs, name) ? outputs[name] : undefined;
  }

  /** Names of its stacks. */
  get stacks(): readonly string[] {
    return [...this.outputs.keys()];
  }

  /** Whether Terraform itself checks a rule in a stack: a condition of ours begins with the id of its rule. */
  hasCondition(stack: string, rule: string): boolean {
    return this.conditions.get(stack)?.some((message) => message.startsWith(`${rule}: `)) === true;
  }

  /** Resources and data sources of a type: those that are made first. */
  ofTypeOrRead(type: string): readonly Resource[] {
    return [...this.ofType(type), ...this.ofType(`data.${type}`)];
  }

  /** The resource with an Azure resource ID, created or read in any stack. */
  withId(id: string): Resource | undefined {
    const parsed = parseResourceId(id);
    const type = parsed && (TERRAFORM_TYPES.get(parsed.type.toLowerCase()) ?? "");
    return type === undefined ? undefined : this.idsOf(type).get(id.toLowerCase());
  }

  /** The resource with an Azure resource ID, among what plans remove. */
  removedWithId(id: string): Resource | undefined {
    return removedById(this).get(id.toLowerCase());
  }

  /** The Azure resource ID, as it is or from the names that it is made of; undefined where these are not known. */
  idOf(resource: Resource): string | undefined {
    const azure = AZURE_TYPES.get(resource.type);
    const id = resource.value("id");
    const known =
      typeof id !== "string" ? undefined : azure ? normalizeResourceId(id, azure.type) : parseResourceId(id) && id;
    if (known !== undefined || azure?.names === undefined) return known;
    const names = azure.names.map((path) => resource.value(path));
    const resourceGroup = resource.value("resource_group_name");
    const { subscriptionId } = resource.parts;
    const isName = (name: Value): name is string => typeof name === "string" && name !== "" && !name.includes("/");
    if (!names.every(isName) || !isName(resourceGroup) || subscriptionId === undefined) return undefined;
    return formatResourceId({ subscriptionId, resourceGroup, type: azure.type, names });
  }

  /**
   * What an attribute holds the Azure resource ID of, a resource of the Terraform type given: the resource where the
   * model has it, else the ID alone. Throws NotKnown where neither is known.
   */
  target(resource: Resource, path: string, type: string): ResourceOrId {
    return this.targetOf(resource, path, resource.value(path), type);
  }

  /** The same for each item of a list. */
  targets(resource: Resource, path: string, type: string): ResourceOrId[] {
    const value = resource.value(path);
    const items = Array.isArray(value) ? value : value === undefined ? [] : [value];
    return items.map((item) => this.targetOf(resource, path, item, type));
  }

  private targetOf(resource: Resource, path: string, value: Value, type: string): ResourceOrId {
    if (value instanceof Unknown) {
      const found = this.ofTypeIn(value, resource.stack, type);
      if (!found) return resource.notKnown(path, value);
      const id = this.idOf(found);
      return { resource: (id === undefined ? undefined : this.withId(id)) ?? found, id };
    }
    if (typeof value !== "string") return resource.notKnown(path);
    const id = parseResourceId(value);
    return { resource: this.withId(value), id: id ? value : undefined };
  }

  /**
   * What an attribute holds the name of, a resource of the Terraform type given in the same resource group: by the name
   * where all of that is known, else by what the configuration refers to there. Undefined where the model has none.
   */
  named(resource: Resource, path: string, type: string): Resource | undefined {
    const [name, group] = [resource.value(path), resource.value("resource_group_name")];
    const { subscriptionId, stack, provider } = resource.parts;
    const isSame = (other: Resource): boolean =>
      lower(other.value("name")) === lower(name) &&
      lower(other.value("resource_group_name")) === lower(group) &&
      (other.parts.subscriptionId === undefined || subscriptionId === undefined
        ? other.stack === stack && other.parts.provider === provider
        : other.parts.subscriptionId === subscriptionId);
    const found =
      typeof name === "string" && typeof group === "string" ? this.ofTypeOrRead(type).find(isSame) : undefined;
    return found ?? this.ofTypeIn(new Unknown(resource.writtenReferences(path)), resource.stack, type);
  }

  /** The resources of a type by their IDs. */
  private idsOf(type: string): ReadonlyMap<string, Resource> {
    const known = this.byId.get(type);
    if (known) return known;
    const isOther = (resource: Resource): boolean =>
      !AZURE_TYPES.has(resource.type) && resource.parts.mode !== "ephemeral";
    const resources = type === "" ? this.resources.filter(isOther) : this.ofTypeOrRead(type);
    const found = new Map<string, Resource>();
    for (const resource of resources) {
      const id = this.idOf(resource)?.toLowerCase();
      const other = id === undefined ? undefined : found.get(id);
      if (id !== undefined && (other === undefined || rankOf(resource) < rankOf(other))) found.set(id, resource);
    }
    this.byId.set(type, found);
    return found;
  }

  /** What a reference such as `azurerm_kubernetes_cluster.cluster.name` is known to be. */
  valueOf(stack: string, reference: string): Value {
    if (this.hops > MAX_HOPS) return undefined;
    this.hops++;
    try {
      const output = this.outputOf(reference);
      if (output) {
        const { value } = output;
        if (!(value instanceof Unknown) || value.exact === undefined) return value;
        const found = this.valueOf(output.stack, value.exact);
        return found === undefined || found instanceof Unknown ? undefined : found;
      }
      const target = this.referenced(stack, reference);
      if (!target) return undefined;
      const attribute = partsOf(reference)[3];
      if (attribute === "" || attribute === "id") return undefined;
      const written = target.asWritten;
      // What it is given is what it gives, though Terraform says so only later, and a configuration never does.
      const isOutput = target.type === "terraform_data" && /^output\b/.test(attribute);
      const value = written.value(attribute);
      if (!(value instanceof Unknown) && !(isOutput && value === undefined)) return value;
      const input = isOutput ? written.value(attribute.replace("output", "input")) : undefined;
      return input instanceof Unknown ? undefined : input;
    } finally {
      this.hops--;
    }
  }

  /** The resource that a reference points at, through outputs of other stacks. */
  referenced(stack: string, reference: string): Resource | undefined {
    const output = this.outputOf(reference);
    if (output) {
      const { value } = output;
      return value instanceof Unknown && value.only !== undefined
        ? this.referenced(output.stack, value.only)
        : undefined;
    }
    const [module, block, index] = partsOf(reference);
    const place = module + block;
    this.cachedAddresses ??= addressesOf(this.resources);
    const { byAddress, onlyInstance } = this.cachedAddresses.get(stack) ?? {};
    return (
      byAddress?.get(place + index) ?? byAddress?.get(place) ?? (index === "" ? onlyInstance?.get(place) : undefined)
    );
  }

  /** The resource of a type that a value comes from: what it refers to, or the only one of the type among that. */
  private ofTypeIn(value: Unknown, stack: string, type: string): Resource | undefined {
    const found = new Set(
      value.references
        .map((reference) => this.leadsTo(reference, stack, type, 0))
        .filter((resource) => resource !== undefined),
    );
    return found.size === 1 ? [...found][0] : undefined;
  }

  /** The resource of a type behind a reference, also by way of an attribute of something else that holds its ID. */
  private leadsTo(reference: string, stack: string, type: string, hops: number): Resource | undefined {
    const found = this.referenced(stack, reference);
    if (found === undefined || found.type === type || hops > MAX_HOPS) return found?.type === type ? found : undefined;
    const attribute = partsOf(reference)[3];
    const value = attribute === "" || attribute === "id" ? undefined : found.asWritten.value(attribute);
    if (typeof value === "string") return this.withId(value);
    return value instanceof Unknown && value.only !== undefined
      ? this.leadsTo(value.only, found.stack, type, hops + 1)
      : undefined;
  }

  /** cdktf joins stacks by a remote state whose name tells the stack. */
  private outputOf(reference: string): { stack: string; value: Value } | undefined {
    const [, stack, name] =
      /^data\.terraform_remote_state\.cross-stack-reference-input-(.+?)\.outputs\.([\w-]+)/.exec(reference) ?? [];
    const outputs = stack === undefined ? undefined : this.outputs.get(stack);
    return stack !== undefined && name !== undefined && outputs && Object.hasOwn(outputs, name)
      ? { stack, value: outputs[name] }
      : undefined;
  }
}

interface Addresses {
  readonly byAddress: Map<string, Resource>;
  /** Of a block with instances: the instance, where there is one. */
  readonly onlyInstance: Map<string, Resource | undefined>;
}

function addressesOf(resources: readonly Resource[]): ReadonlyMap<string, Addresses> {
  const stacks = new Map<string, Addresses>();
  for (const resource of resources) {
    // A pool in the list of a cluster has the address of the cluster.
    if (resource.parts.isInline) continue;
    const { stack, address } = resource;
    const addresses = stacks.get(stack) ?? { byAddress: new Map(), onlyInstance: new Map() };
    stacks.set(stack, addresses);
    const { byAddress, onlyInstance } = addresses;
    byAddress.set(address, resource);
    if (!address.endsWith("]")) continue;
    const [module, block] = partsOf(address);
    const place = module + block;
    onlyInstance.set(place, onlyInstance.has(place) ? undefined : resource);
  }
  return stacks;
}

/**
 * What says more of a resource: where it is made, where it is read (through azapi more than through azurerm), where it
 * is updated.
 */
function rankOf({ isPart, parts, address }: Resource): number {
  if (parts.mode !== "managed") return address.includes("data.azapi_resource.") ? 1 : 2;
  return isPart ? 3 : 0;
}

const removedById = oncePerModel((model): ReadonlyMap<string, Resource> => {
  return new Map(model.removed.map((resource) => [model.idOf(resource)?.toLowerCase() ?? "", resource]));
});

/** Computes something once for each model: an index that every check of a rule uses. */
export function oncePerModel<T>(make: (model: Model) => T): (model: Model) => T {
  const made = new WeakMap<Model, T>();
  return (model) => {
    if (!made.has(model)) made.set(model, make(model));
    return made.get(model) as T;
  };
}

/** The Terraform type of what has an Azure resource ID; undefined where none is known. */
export function terraformTypeOf(id: string): string | undefined {
  return TERRAFORM_TYPES.get(parseResourceId(id)?.type.toLowerCase() ?? "");
}

/** Names in Azure are compared without case. */
function lower(value: Value): Value {
  return typeof value === "string" ? value.toLowerCase() : value;
}

/** The attribute that a reference goes on with: `identity[0].principal_id`; empty where it is to the whole. */
export function attributeOfReference(reference: string): string {
  return partsOf(reference)[3];
}

/** Module, block and instance of an address or reference, and the attribute that it goes on with. */
/** The module instance at the start of an address, with its dot; empty for the root module. */
export function moduleOf(address: string): string {
  return partsOf(address)[0];
}

function partsOf(reference: string): [module: string, block: string, index: string, attribute: string] {
  const [, module = "", block = "", index = "", attribute = ""] =
    /^((?:module\.[\w-]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.)*)((?:(?:data|ephemeral)\.)?[\w-]+\.[\w-]+)(\[(?:\d+|"(?:[^"\\]|\\.)*"|\*)\])?\.?(.*)$/s.exec(
      reference,
    ) ?? [];
  return [module, block, index, attribute];
}
