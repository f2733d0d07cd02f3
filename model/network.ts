import { formatResourceId } from "../azure/resource-id.ts";
import { type Model, oncePerModel, type ResourceOrId } from "./model.ts";
import type { Resource } from "./resource.ts";
import { known, NotKnown, Unknown } from "./value.ts";

export const NETWORK = "azurerm_virtual_network";
export const SUBNET = "azurerm_subnet";

/** Where somebody asks for something: what is not known is not known there. */
interface Asked {
  readonly resource: Resource;
  readonly path: string;
}

/** What is attached to a subnet, and what in the model attaches it: an association, the subnet, or its network. */
export interface AttachedToSubnet extends ResourceOrId {
  readonly by: Resource;
}

/**
 * A subnet that an attribute names: made or read in the model, a block of a virtual network, or known by its Azure
 * resource ID alone. What is not in sight is NotKnown at the attribute that asks.
 */
export class Subnet {
  constructor(
    private readonly asked: Asked,
    /** The subnet, or the virtual network that it is a block of; undefined where neither is in the model. */
    readonly resource: Resource | undefined,
    /** Terraform path of the block in its network; empty for a subnet that is a resource of its own. */
    readonly path: string,
    /** Azure resource ID, where it is known. */
    readonly id: string | undefined,
  ) {}

  /** Terraform path of one of its attributes. */
  at(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }

  /** How to name it in a sentence. */
  get title(): string {
    const name = this.resource?.value(this.at("name")) ?? this.id?.split("/").at(-1);
    return typeof name === "string" ? `the subnet ${name}` : (this.resource?.address ?? "the subnet");
  }

  /** Its address ranges, as CIDR. */
  get ranges(): string[] {
    const { resource, asked } = this;
    const path = ["address_prefixes", "address_prefix"]
      .map((name) => this.at(name))
      .find((each) => resource?.isSet(each));
    if (!resource || path === undefined)
      return asked.resource.notKnown(asked.path, asked.resource.references(asked.path));
    return [...resource.items(path)];
  }

  /**
   * The virtual network that it is in; undefined where nothing says which. Throws NotKnown where what says it is not
   * known.
   */
  get network(): Network | undefined {
    return networkOf(this.asked.resource.model, this);
  }

  /** Services that it is delegated to, for example `Microsoft.ContainerInstance/containerGroups`. */
  get delegations(): string[] {
    const { resource, asked } = this;
    // Azure says it of a subnet that is read, but azurerm does not pass it on.
    if (!resource || (this.path === "" && resource.parts.mode === "data")) return asked.resource.notKnown(asked.path);
    return resource
      .blocks(this.at("delegation"))
      .map((path) => resource.text(`${path}.service_delegation[0].name`) ?? "");
  }

  /** Its route table; undefined where it is sure to have none. */
  get routeTable(): AttachedToSubnet | undefined {
    return this.attached({
      type: "azurerm_route_table",
      association: "azurerm_subnet_route_table_association",
      path: "route_table_id",
      inBlock: "route_table_id",
    });
  }

  /** Its network security group; undefined where it is sure to have none. */
  get securityGroup(): AttachedToSubnet | undefined {
    return this.attached({
      type: "azurerm_network_security_group",
      association: "azurerm_subnet_network_security_group_association",
      path: "network_security_group_id",
      inBlock: "security_group",
    });
  }

  /** Whether it is another one's, as far as both are known. */
  isSame(other: Subnet): boolean {
    if (this.id !== undefined && other.id !== undefined) return this.id.toLowerCase() === other.id.toLowerCase();
    return this.resource !== undefined && this.resource === other.resource && this.path === other.path;
  }

  private attached({ type, association, path, inBlock }: Attachable): AttachedToSubnet | undefined {
    const { resource, asked } = this;
    const { model } = asked.resource;
    // What is attached may be a variable: that there is something is known all the same.
    const own = (from: Resource, at: string): AttachedToSubnet => ({
      ...known(() => model.target(from, at, type)),
      by: from,
    });
    let unknown: NotKnown | undefined;
    for (const each of model.ofType(association)) {
      try {
        const subnet = subnetAt(each, "subnet_id");
        if (subnet && this.isSame(subnet)) return own(each, path);
      } catch (error) {
        if (!(error instanceof NotKnown)) throw error;
        unknown ??= error;
      }
    }
    // Write-only, and its version, since azurerm 5.
    const places = this.path === "" ? [path, `${path}_wo`, `${path}_wo_version`] : [this.at(inBlock)];
    const given = places.find((at) => resource?.isSet(at) || resource?.isWritten(at));
    if (resource && given !== undefined) return own(resource, given);
    if (unknown) throw unknown;
    model.assertNoneOf({ resource, id: this.id }, association, "subnet_id");
    // Of a subnet that is made here, all is here, and one that was read tells all; of one that is there, another state
    // may have the rest.
    const isRead = this.path === "" && resource?.parts.mode === "data" && typeof resource.value("id") === "string";
    const isWhole = resource?.stack === asked.resource.stack && (resource.isMade || isRead);
    return isWhole
      ? undefined
      : asked.resource.notKnownBecause(asked.path, "what its subnet has is not to be seen here");
  }
}

/** Where a subnet's route table or security group may stand. */
interface Attachable {
  readonly type: string;
  readonly association: string;
  readonly path: string;
  readonly inBlock: string;
}

/** A virtual network: made or read in the model, or known by what its subnets say of it. */
export class Network {
  constructor(
    private readonly model: Model,
    /** What it is told from others by. */
    readonly key: string,
    readonly resource: Resource | undefined,
    /** Azure resource ID, where it is known. */
    readonly id: string | undefined,
  ) {}

  /** How to name it in a sentence. */
  get title(): string {
    const name = this.resource?.value("name") ?? this.id?.split("/").at(-1);
    return typeof name === "string" ? name : (this.resource?.address ?? "the virtual network");
  }

  /** Its address ranges, as CIDR; none where it is not in the model. */
  get ranges(): string[] {
    return [...(this.resource?.items("address_space") ?? [])];
  }

  /** The subnets of it that are in the model; there may be others. Then NotKnown, where one may be of any network. */
  *subnets(): Generator<Subnet> {
    const { byNetwork, unknown } = subnetsOf(this.model);
    const own = byNetwork.get(this.key) ?? [];
    yield* own;
    const names = new Set(own.map(({ resource }) => resource?.value("name")));
    const blocks = this.resource ? blocksOf(this.resource) : [];
    yield* blocks.filter(({ resource, path }) => !names.has(resource?.value(`${path}.name`)));
    if (unknown) throw unknown;
  }

  /**
   * The networks in the model that a peering there joins it with; there may be others. Then NotKnown, in the same way.
   */
  *peers(): Generator<Network> {
    const { pairs, unknown } = peeringsOf(this.model);
    const keys = new Set<string>();
    for (const [one, other] of pairs) {
      const peer = one.key === this.key ? other : other.key === this.key ? one : undefined;
      if (!peer || keys.has(peer.key)) continue;
      keys.add(peer.key);
      yield peer;
    }
    if (unknown) throw unknown;
  }
}

/** The subnet that an attribute names by reference or by ID; undefined where it names none. Throws NotKnown. */
export function subnetAt(resource: Resource, path: string): Subnet | undefined {
  const value = resource.value(path);
  if (value === undefined || value === "") return undefined;
  const { resource: found, id } = resource.model.target(resource, path, SUBNET);
  const asked = { resource, path };
  if (found?.type === SUBNET) return new Subnet(asked, found, "", id);
  const block = id === undefined ? undefined : blockWithId(resource.model, id);
  return new Subnet(asked, block?.resource, block?.path ?? "", id);
}

/**
 * The private DNS zone of one's own that a private cluster is given; undefined where AKS makes one or none. Throws
 * NotKnown.
 */
export function privateDnsZoneOf(cluster: Resource): ResourceOrId | undefined {
  if (cluster.flag("private_cluster_enabled") !== true) return undefined;
  const path = "private_dns_zone_id";
  const value = cluster.value(path);
  if (value === undefined || (typeof value === "string" && ["", "system", "none"].includes(value.toLowerCase())))
    return undefined;
  return cluster.model.target(cluster, path, "azurerm_private_dns_zone");
}

/** The rules of a network security group: its own blocks, and the resources that add one. */
export function securityRules(group: Resource): readonly { readonly resource: Resource; readonly path: string }[] {
  const own = group.blocks("security_rule").map((path) => ({ resource: group, path }));
  const added = group.model
    .ofType("azurerm_network_security_rule")
    .filter(
      (each) => group.model.named(each, "network_security_group_name", "azurerm_network_security_group") === group,
    );
  return [...own, ...added.map((resource) => ({ resource, path: "" }))];
}

function networkOf(model: Model, { resource, path, id }: Subnet): Network | undefined {
  if (resource && path !== "") return madeNetwork(resource);
  if (id !== undefined) return networkWithId(model, networkId(id));
  return resource && parentOf(resource);
}

/** The network that a subnet or a peering names. */
function parentOf(resource: Resource): Network | undefined {
  const { model, stack, parts } = resource;
  const found = model.named(resource, "virtual_network_name", NETWORK);
  if (found) return madeNetwork(found);
  const [name, group] = [resource.text("virtual_network_name"), resource.text("resource_group_name")];
  if (name === undefined || group === undefined) return undefined;
  const { subscriptionId, provider } = parts;
  if (subscriptionId === undefined)
    return new Network(model, `${stack} ${provider} ${group}/${name}`.toLowerCase(), undefined, undefined);
  const type = "Microsoft.Network/virtualNetworks";
  return networkWithId(model, formatResourceId({ subscriptionId, resourceGroup: group, type, names: [name] }));
}

function networkWithId(model: Model, id: string): Network {
  const resource = model.withId(id);
  return resource ? madeNetwork(resource) : new Network(model, id.toLowerCase(), undefined, id);
}

function madeNetwork(resource: Resource): Network {
  const id = resource.model.idOf(resource);
  return new Network(resource.model, id?.toLowerCase() ?? `${resource.stack} ${resource.address}`, resource, id);
}

/** The subnets that are resources of their own, by their networks, and why one may be of any network. */
const subnetsOf = oncePerModel((model) => {
  const byNetwork = new Map<string, Subnet[]>();
  let unknown: NotKnown | undefined;
  // Those that are made come before those that are read.
  for (const resource of model.ofTypeOrRead(SUBNET)) {
    const subnet = new Subnet({ resource, path: "address_prefixes" }, resource, "", model.idOf(resource));
    const key = known(() => networkOf(model, subnet))?.key;
    if (key === undefined) {
      unknown ??= resource.isSet("virtual_network_name") ? notKnownAt(resource, "virtual_network_name") : undefined;
      continue;
    }
    const same = byNetwork.get(key) ?? [];
    // One that is made here and read again is one.
    if (!same.some((each) => each.resource?.value("name") === resource.value("name")))
      byNetwork.set(key, [...same, subnet]);
  }
  return { byNetwork, unknown };
});

/** The subnets that are blocks of their network; Azure answers there those that are resources of their own too. */
function blocksOf(network: Resource): Subnet[] {
  if (network.value("subnet") instanceof Unknown) return [];
  return network.blocks("subnet").map((path) => {
    const id = network.value(`${path}.id`);
    return new Subnet({ resource: network, path }, network, path, typeof id === "string" ? id : undefined);
  });
}

function blockWithId(model: Model, id: string): Subnet | undefined {
  const network = model.withId(networkId(id));
  const name = id.split("/").at(-1)?.toLowerCase();
  if (network?.type !== NETWORK) return undefined;
  return blocksOf(network).find(({ path }) => String(network.value(`${path}.name`)).toLowerCase() === name);
}

/** The pairs of networks that are peers, and why one more may be of any network. */
const peeringsOf = oncePerModel((model) => {
  const pairs: (readonly [Network, Network])[] = [];
  let unknown: NotKnown | undefined;
  for (const peering of model.ofType("azurerm_virtual_network_peering")) {
    const one = known(() => parentOf(peering));
    const remote = known(() => model.target(peering, "remote_virtual_network_id", NETWORK));
    const other = remote?.resource
      ? madeNetwork(remote.resource)
      : remote?.id === undefined
        ? undefined
        : networkWithId(model, remote.id);
    if (one && other) pairs.push([one, other]);
    else unknown ??= notKnownAt(peering, one ? "remote_virtual_network_id" : "virtual_network_name");
  }
  return { pairs, unknown };
});

function notKnownAt(resource: Resource, path: string): NotKnown {
  return new NotKnown(resource.address, path, resource.references(path));
}

/** The ID of the network, in that of a subnet. */
function networkId(id: string): string {
  return id.replace(/\/subnets\/[^/]*$/i, "");
}
