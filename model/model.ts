import { formatResourceId, normalizeResourceId, parseResourceId } from "../azure/resource-id.ts";
import { readString } from "./expression.ts";
import { Resource, type ResourceParts } from "./resource.ts";
import { known, Unknown, type Value } from "./value.ts";

export interface StackParts {
  readonly name: string;
  readonly resources: readonly ResourceParts[];
  /** Of a plan: what it removes, as it was. Default: nothing. */
  readonly removed?: readonly ResourceParts[];
  /** Of a plan: what was changed outside of Terraform. Default: nothing. */
  readonly drifted?: readonly ResourceParts[];
  /** Values of outputs, unknown where they are not known. */
  readonly outputs: Readonly<Record<string, Value>>;
}

/** Azure resource type of the Terraform types that name a resource by resource group and name. */
const AZURE_TYPES: Readonly<Record<string, string>> = {
  azurerm_kubernetes_cluster: "Microsoft.ContainerService/managedClusters",
  azurerm_kubernetes_cluster_node_pool: "Microsoft.ContainerService/managedClusters/agentPools",
  azurerm_machine_learning_workspace: "Microsoft.MachineLearningServices/workspaces",
};

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
  private readonly byType = new Map<string, Resource[]>();
  private readonly byAddress = new Map<string, Resource>();
  /** Of a block with instances: the instance, where there is one. */
  private readonly onlyInstance = new Map<string, Resource | undefined>();
  private readonly byId = new Map<string, Resource>();
  /** What updates a resource that the model has as a whole. */
  private readonly updates = new Map<Resource, Resource[]>();
  private readonly outputs = new Map<string, StackParts["outputs"]>();
  private hops = 0;

  constructor(stacks: readonly StackParts[]) {
    for (const stack of stacks) this.outputs.set(stack.name, stack.outputs);
    this.resources = stacks.flatMap((stack) => stack.resources.map((parts) => new Resource(parts, this)));
    this.removed = stacks.flatMap((stack) => (stack.removed ?? []).map((parts) => new Resource(parts, this)));
    this.drifted = stacks.flatMap((stack) => (stack.drifted ?? []).map((parts) => new Resource(parts, this)));
    for (const resource of this.resources) {
      const key = resource.parts.mode === "managed" ? resource.type : `${resource.parts.mode}.${resource.type}`;
      const same = this.byType.get(key);
      if (same) same.push(resource);
      else this.byType.set(key, [resource]);
      // A pool in the list of a cluster has the address of the cluster.
      if (resource.parts.isInline) continue;
      this.byAddress.set(`${resource.stack} ${resource.address}`, resource);
      if (!resource.address.endsWith("]")) continue;
      const [module, block] = partsOf(resource.address);
      const place = `${resource.stack} ${module}${block}`;
      this.onlyInstance.set(place, this.onlyInstance.has(place) ? undefined : resource);
    }
    for (const resource of this.resources) {
      const id = resource.type in AZURE_TYPES ? this.idOf(resource)?.toLowerCase() : undefined;
      const other = id === undefined ? undefined : this.byId.get(id);
      if (id !== undefined && (other === undefined || rankOf(resource) < rankOf(other))) this.byId.set(id, resource);
    }
    for (const resource of this.resources) if (resource.isPart && resource.parts.mode === "managed") this.layOver(resource);
  }

  /** Has what an update says count for what it updates, where the model has that as a whole. */
  private layOver(update: Resource): void {
    const found = known(() => this.target(update, "id", update.type).resource);
    if (found === undefined || found.isPart || found.parts.mode !== "managed") return;
    this.updates.set(found, [...(this.updates.get(found) ?? []), update]);
    const same = this.byType.get(update.type) ?? [];
    this.byType.set(
      update.type,
      same.filter((each) => each !== update),
    );
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

  /** The value of an output, where it is known and given. */
  output(stack: string, name: string): Value {
    const outputs = this.outputs.get(stack);
    return outputs && Object.hasOwn(outputs, name) ? outputs[name] : undefined;
  }

  /** The cluster or workspace of an Azure resource ID, created or read in any stack. */
  withId(id: string): Resource | undefined {
    return this.byId.get(id.toLowerCase());
  }

  /** The cluster or workspace of an Azure resource ID, among what plans remove. */
  removedWithId(id: string): Resource | undefined {
    return removedById(this).get(id.toLowerCase());
  }

  /** The resource ID of a cluster or workspace, from its name, resource group and subscription; undefined where these are not known. */
  idOf(resource: Resource): string | undefined {
    const type = AZURE_TYPES[resource.type];
    const id = resource.value("id");
    const known = type !== undefined && typeof id === "string" ? normalizeResourceId(id, type) : undefined;
    if (known !== undefined) return known;
    const [name, resourceGroup] = [resource.value("name"), resource.value("resource_group_name")];
    const { subscriptionId } = resource.parts;
    if (type === undefined || typeof name !== "string" || typeof resourceGroup !== "string" || subscriptionId === undefined) return undefined;
    return formatResourceId({ subscriptionId, resourceGroup, type, names: [name] });
  }

  /**
   * The cluster or workspace, as its Terraform type says, that an attribute holds the ID of: the resource where the model has it, else the ID
   * alone. Throws NotKnown where neither is known.
   */
  target(resource: Resource, path: string, type: string): { readonly resource?: Resource; readonly id?: string } {
    const value = resource.value(path);
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

  /** What a reference such as `azurerm_kubernetes_cluster.cluster.name` is known to be. */
  valueOf(stack: string, reference: string): Value {
    if (this.hops > MAX_HOPS) return undefined;
    this.hops++;
    try {
      const output = this.outputOf(reference);
      if (output) {
        const value = typeof output.value === "string" ? readString(output.value) : output.value;
        if (!(value instanceof Unknown) || value.exact === undefined) return value;
        const found = this.valueOf(output.stack, value.exact);
        return found === undefined || found instanceof Unknown ? undefined : found;
      }
      const target = this.referenced(stack, reference);
      if (!target) return undefined;
      const attribute = partsOf(reference)[3];
      if (attribute === "" || attribute === "id") return undefined;
      const written = target.asWritten;
      const value = written.value(attribute);
      if (!(value instanceof Unknown)) return value;
      // What it is given is what it gives, though Terraform says so only later.
      const input = target.type === "terraform_data" && attribute.startsWith("output") ? written.value(attribute.replace("output", "input")) : undefined;
      return input instanceof Unknown ? undefined : input;
    } finally {
      this.hops--;
    }
  }

  /** The resource that a reference points at, through outputs of other stacks. */
  referenced(stack: string, reference: string): Resource | undefined {
    const output = this.outputOf(reference);
    if (output) {
      const value = typeof output.value === "string" ? readString(output.value) : output.value;
      return value instanceof Unknown && value.only !== undefined ? this.referenced(output.stack, value.only) : undefined;
    }
    const [module, block, index] = partsOf(reference);
    const place = `${stack} ${module}${block}`;
    return this.byAddress.get(place + index) ?? this.byAddress.get(place) ?? (index === "" ? this.onlyInstance.get(place) : undefined);
  }

  /** The cluster or workspace that a value comes from: what it refers to, or the only one of the type among that. */
  private ofTypeIn(value: Unknown, stack: string, type: string): Resource | undefined {
    const found = new Set(value.references.map((reference) => this.leadsTo(reference, stack, type, 0)).filter((resource) => resource !== undefined));
    return found.size === 1 ? [...found][0] : undefined;
  }

  /** The cluster or workspace behind a reference, also by way of an attribute of something else that holds its ID. */
  private leadsTo(reference: string, stack: string, type: string, hops: number): Resource | undefined {
    const found = this.referenced(stack, reference);
    if (found === undefined || found.type === type || hops > MAX_HOPS) return found?.type === type ? found : undefined;
    const attribute = partsOf(reference)[3];
    const value = attribute === "" || attribute === "id" ? undefined : found.asWritten.value(attribute);
    if (typeof value === "string") return this.withId(value);
    return value instanceof Unknown && value.only !== undefined ? this.leadsTo(value.only, found.stack, type, hops + 1) : undefined;
  }

  /** cdktf joins stacks by a remote state whose name tells the stack. */
  private outputOf(reference: string): { stack: string; value: Value } | undefined {
    const [, stack, name] = /^data\.terraform_remote_state\.cross-stack-reference-input-(.+?)\.outputs\.([\w-]+)/.exec(reference) ?? [];
    const outputs = stack === undefined ? undefined : this.outputs.get(stack);
    return stack !== undefined && name !== undefined && outputs && Object.hasOwn(outputs, name) ? { stack, value: outputs[name] } : undefined;
  }
}

/** What says more of a resource: where it is made, where it is read, where it is updated. */
function rankOf({ isPart, parts }: Resource): number {
  return parts.mode === "managed" ? (isPart ? 2 : 0) : 1;
}

const removedById = oncePerModel((model): ReadonlyMap<string, Resource> => {
  const removed = model.removed.filter(({ type }) => type in AZURE_TYPES);
  return new Map(removed.map((resource) => [model.idOf(resource)?.toLowerCase() ?? "", resource]));
});

/** Computes something once for each model: an index that every check of a rule uses. */
export function oncePerModel<T>(make: (model: Model) => T): (model: Model) => T {
  const made = new WeakMap<Model, T>();
  return (model) => {
    if (!made.has(model)) made.set(model, make(model));
    return made.get(model) as T;
  };
}

/** Module, block and instance of an address or reference, and the attribute that it goes on with. */
function partsOf(reference: string): [module: string, block: string, index: string, attribute: string] {
  const [, module = "", block = "", index = "", attribute = ""] =
    /^((?:module\.[\w-]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.)*)((?:(?:data|ephemeral)\.)?[\w-]+\.[\w-]+)(\[(?:\d+|"(?:[^"\\]|\\.)*"|\*)\])?\.?(.*)$/s.exec(
      reference,
    ) ?? [];
  return [module, block, index, attribute];
}
