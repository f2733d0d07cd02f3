import { formatResourceId, parseResourceId } from "../../azure/resource-id.ts";
import type { ResourceParts } from "../../model/resource.ts";
import { PartialList, Unknown, type Value } from "../../model/value.ts";
import {
  AUTOMATIC,
  CLUSTER,
  COMPUTE,
  EXTENSION,
  IDENTITY,
  NETWORK_TABLE,
  OWN_POOL,
  POOL,
  POOLS,
  ROLE_ASSIGNMENT,
  ROOT,
  SUBNET,
  SUBNETS,
  TRUSTED_ACCESS,
  WORKSPACE,
} from "./arm.ts";
import { BODIES, type Carrier, type Follow, FromArm, InlinePool, Recased, readAt } from "./arm-parts.ts";
import { type Spelling, stepsOf, type Table, valueAt } from "./table.ts";
import type { Facts, Translated } from "./translated.ts";

/**
 * What azapi_resource, azapi_update_resource and data.azapi_resource carry of Azure ML and AKS, in the vocabulary of
 * the model.
 */

/** What a stack tells of what is around a resource. */
export interface Surroundings {
  readonly follow: Follow;
  /** The subscription of what a value refers to. */
  readonly subscriptionOf: (value: Value) => string | undefined;
}

/** Types of Azure, in lower case, and what each is in the model. */
const TYPES: Readonly<Record<string, (given: ResourceParts, around: Surroundings) => Translated[]>> = {
  "microsoft.containerservice/managedclusters": clusterParts,
  "microsoft.containerservice/managedclusters/agentpools": poolParts,
  "microsoft.containerservice/managedclusters/trustedaccessrolebindings": (given, around) =>
    tableParts(given, around, {
      type: "azurerm_kubernetes_cluster_trusted_access_role_binding",
      table: [["parent_id", "kubernetes_cluster_id"], ...below("body", TRUSTED_ACCESS)],
    }),
  "microsoft.authorization/roleassignments": (given, around) =>
    tableParts(given, around, {
      type: "azurerm_role_assignment",
      table: [...below("body", ROLE_ASSIGNMENT), ["parent_id", "scope"]],
    }),
  "microsoft.managedidentity/userassignedidentities": (given, around) =>
    tableParts(given, around, {
      type: "azurerm_user_assigned_identity",
      azureType: "Microsoft.ManagedIdentity/userAssignedIdentities",
      table: [GROUP, ...below("body", IDENTITY)],
    }),
  "microsoft.network/virtualnetworks": networkParts,
  "microsoft.network/virtualnetworks/subnets": (given, around) =>
    tableParts(given, around, {
      type: "azurerm_subnet",
      azureType: "Microsoft.Network/virtualNetworks/subnets",
      table: [
        GROUP,
        ["parent_id", "virtual_network_name", lastName],
        ...below("body", [
          ...between("properties", "", SUBNET),
          ["properties.networkSecurityGroup.id", "network_security_group_id"],
          ["properties.routeTable.id", "route_table_id"],
        ]),
      ],
    }),
  "microsoft.machinelearningservices/workspaces": workspaceParts,
  "microsoft.machinelearningservices/workspaces/computes": (given, around) => recasedParts(given, COMPUTE, around),
  "microsoft.kubernetesconfiguration/extensions": (given, around) => recasedParts(given, EXTENSION, around),
};

/** A resource of azapi as the model has it; undefined where the model has no other name for it. */
export function azapiParts(given: ResourceParts, around: Surroundings): Translated[] | undefined {
  // Actions and lists name a type too, and make nothing of it.
  if (!CARRIERS.includes(given.type)) return undefined;
  const type = given.azureType?.split("@", 1)[0]?.toLowerCase() ?? "";
  // An update that is removed from Terraform leaves what it did.
  if (given.type === UPDATE && given.change?.actions.every((action) => action === "delete" || action === "forget"))
    return [];
  return Object.hasOwn(TYPES, type) ? TYPES[type]?.(given, around) : undefined;
}

const UPDATE = "azapi_update_resource";

/** What carries the body of a resource. */
const CARRIERS: readonly string[] = ["azapi_resource", UPDATE];

/** Where azapi keeps what is no part of a body. `resource_id` names what is updated or read. */
const ENVELOPE: Table = ["id", "name", "location", "tags", "identity", "lifecycle", "depends_on", "timeouts"].map(
  (name) => [name, name],
);

const GROUP: Spelling = [
  "parent_id",
  "resource_group_name",
  (id) => (typeof id === "string" ? /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] : undefined),
];

function clusterParts(given: ResourceParts, around: Surroundings): Translated[] {
  const type = "azurerm_kubernetes_cluster";
  const { follow } = around;
  const isRead = given.mode === "data";
  const derive: Carrier["derive"] = (attributes) => [
    ...idParts(attributes, around, "Microsoft.ContainerService/managedClusters"),
    ...defaults(given, attributes, follow),
  ];
  const spell = (attributes: Value): Table => [
    ...ENVELOPE,
    GROUP,
    ...bodies(given).flatMap((body) => [
      ...below(body, ROOT),
      ...below(body, CLUSTER),
      ...poolsIn(attributes, body, isRead, follow),
    ]),
  ];
  const cluster = new FromArm(given, factsOf(given, around, type), { spell, derive, follow });
  return isRead ? [cluster] : [cluster, ...inlinePools(given, around)];
}

/** The spellings of the pools that stand in a cluster: its own, or all of a cluster that is read. */
function poolsIn(attributes: Value, body: string, isRead: boolean, follow: Follow): Table {
  const list = readAt(attributes, stepsOf(`${body}.${POOLS}`), follow);
  const path = `${body}.${POOLS}`;
  if (list instanceof Unknown || list instanceof PartialList)
    return [
      [
        path,
        isRead ? "agent_pool_profile" : "default_node_pool[0]",
        (value) => (value instanceof PartialList ? value.rest : value),
      ],
    ];
  if (isRead && (!Array.isArray(list) || list.length === 0)) return [[path, "agent_pool_profile"]];
  if (!Array.isArray(list)) return [];
  const own = ownPool(list, follow);
  const named: Table = [["name", "name"], ...(isRead ? READ_POOL : OWN_POOL)];
  return list.flatMap((_, index) => {
    if (isRead) return between(`${path}[${index}]`, `agent_pool_profile[${index}]`, named);
    return index === own ? between(`${path}[${index}]`, "default_node_pool[0]", named) : [];
  });
}

/** azurerm counts the nodes of a pool that it reads under another name. */
const READ_POOL: Table = POOL.map(([authored, canonical, convert]) => [
  authored,
  canonical === "node_count" ? "count" : canonical,
  convert,
]);

/**
 * Which pool azurerm takes for the cluster's own: the first that runs the system. Before there were modes, it was the
 * first.
 */
function ownPool(list: readonly Value[], follow: Follow): number {
  const system = list.findIndex((pool) => {
    const mode = readAt(pool, ["mode"], follow);
    return typeof mode === "string" && mode.toLowerCase() === "system";
  });
  const hasMode = list.some((pool) => readAt(pool, ["mode"], follow) !== undefined);
  return system !== -1 ? system : hasMode ? -1 : 0;
}

/** The other pools that stand in a cluster, before or after a change. */
function inlinePools(given: ResourceParts, around: Surroundings): Translated[] {
  const { follow } = around;
  const listOf = (
    attributes: Value,
  ): { readonly path: string; readonly names: readonly string[]; readonly own: number } => {
    for (const body of bodies(given)) {
      const path = `${body}.${POOLS}`;
      const list = readAt(attributes, stepsOf(path), follow);
      if (Array.isArray(list))
        return { path, names: list.map((pool, index) => nameOf(pool, index, follow)), own: ownPool(list, follow) };
    }
    return { path: "", names: [], own: -1 };
  };
  const [after, before] = [given.attributes, given.change?.before].map(listOf) as [
    ReturnType<typeof listOf>,
    ReturnType<typeof listOf>,
  ];
  const owns = new Set([after.names[after.own], before.names[before.own]]);
  const names = new Set([...after.names, ...before.names].filter((name) => !owns.has(name)));
  const id = valueAt(given.attributes, ["id"]);
  const cluster: Value = typeof id === "string" ? id : new Unknown([`${given.address}.id`], `${given.address}.id`);
  return [...names].map((name) => {
    const spell = (attributes: Value): Table => {
      const { path, names } = listOf(attributes);
      const index = names.indexOf(name);
      return index === -1 ? [] : between(`${path}[${index}]`, "", [["name", "name"], ...POOL]);
    };
    const facts = { ...factsOf(given, around, "azurerm_kubernetes_cluster_node_pool"), isInline: true };
    return new InlinePool(given, facts, { spell, derive: () => [["kubernetes_cluster_id", cluster]], follow });
  });
}

function nameOf(pool: Value, index: number, follow: Follow): string {
  const name = readAt(pool, ["name"], follow);
  return typeof name === "string" ? name : `[${index}]`;
}

function poolParts(given: ResourceParts, around: Surroundings): Translated[] {
  const type = "Microsoft.ContainerService/managedClusters/agentPools";
  const table: Table = [
    ...ENVELOPE,
    ["parent_id", "kubernetes_cluster_id"],
    [
      "resource_id",
      "kubernetes_cluster_id",
      (id) => (typeof id === "string" ? id.replace(/\/agentPools\/[^/]*$/i, "") : undefined),
    ],
    ...bodies(given).flatMap((body) => [...below(body, ROOT), ...between(`${body}.properties`, "", POOL)]),
  ];
  const facts = factsOf(given, around, "azurerm_kubernetes_cluster_node_pool");
  return [
    new FromArm(given, facts, {
      spell: () => table,
      derive: (attributes) => idParts(attributes, around, type),
      follow: around.follow,
    }),
  ];
}

function workspaceParts(given: ResourceParts, around: Surroundings): Translated[] {
  const table: Table = [
    ...ENVELOPE,
    GROUP,
    ...bodies(given).flatMap((body) => [...below(body, ROOT), ...below(body, WORKSPACE)]),
  ];
  const derive: Carrier["derive"] = (attributes) =>
    idParts(attributes, around, "Microsoft.MachineLearningServices/workspaces");
  return [
    new FromArm(given, factsOf(given, around, "azurerm_machine_learning_workspace"), {
      spell: () => table,
      derive,
      follow: around.follow,
    }),
  ];
}

/** What one table tells: its body alone, or as a data source its answer. */
function tableParts(
  given: ResourceParts,
  around: Surroundings,
  { type, azureType, table }: { readonly type: string; readonly azureType?: string; readonly table: Table },
): Translated[] {
  const own = given.mode === "data" ? table.map(ofOutput) : table;
  return [
    new FromArm(given, factsOf(given, around, type), {
      spell: () => [...ENVELOPE, ...own],
      derive: (attributes) => (azureType === undefined ? [] : idParts(attributes, around, azureType)),
      follow: around.follow,
    }),
  ];
}

/** The same of an answer. */
function ofOutput([authored, canonical, convert]: Spelling): Spelling {
  return [authored.replace(/^body\./, "output."), canonical, convert];
}

/** A virtual network, with the subnets that stand in it. */
function networkParts(given: ResourceParts, around: Surroundings): Translated[] {
  const { follow } = around;
  const spell = (attributes: Value): Table => [
    ...ENVELOPE,
    GROUP,
    ...bodies(given).flatMap((body) => {
      const list = readAt(attributes, stepsOf(`${body}.${SUBNETS}`), follow);
      const subnets = Array.isArray(list) ? list : [];
      return [
        ...below(body, NETWORK_TABLE),
        ...subnets.flatMap((_, index) => between(`${body}.${SUBNETS}[${index}]`, `subnet[${index}]`, SUBNET_BLOCK)),
      ];
    }),
  ];
  const derive: Carrier["derive"] = (attributes) => idParts(attributes, around, "Microsoft.Network/virtualNetworks");
  return [new FromArm(given, factsOf(given, around, "azurerm_virtual_network"), { spell, derive, follow })];
}

const SUBNET_BLOCK: Table = [
  ["id", "id"],
  ["name", "name"],
  // The Azure CLI leaves the level out.
  ...["properties.", ""].flatMap(
    (level): Table => [
      ...SUBNET.map(([authored, canonical, convert]): Spelling => [`${level}${authored}`, canonical, convert]),
      [`${level}networkSecurityGroup.id`, "security_group"],
      [`${level}routeTable.id`, "route_table_id"],
    ],
  ),
];

/** The name at the end of an ID. */
function lastName(id: Value): Value {
  return typeof id === "string" ? id.split("/").at(-1) : id;
}

function recasedParts(given: ResourceParts, table: Table, around: Surroundings): Translated[] {
  return given.mode === "data"
    ? []
    : [new Recased(given, factsOf(given, around, "azapi_resource"), table, around.follow)];
}

function bodies({ mode }: ResourceParts): readonly string[] {
  return mode === "data" ? ["output"] : BODIES;
}

function below(prefix: string, table: Table): Table {
  return between(prefix, "", table);
}

function between(authoredPrefix: string, canonicalPrefix: string, table: Table): Table {
  return table.map(([authored, canonical, convert]) => [
    `${authoredPrefix}.${authored}`,
    canonicalPrefix === "" ? canonical : `${canonicalPrefix}.${canonical}`,
    convert,
  ]);
}

/** What the ID of a resource, or of what it is in, tells of it. */
function idParts(
  attributes: Value,
  { follow }: Surroundings,
  type: string,
): readonly (readonly [canonical: string, value: Value])[] {
  const [id, target, parent] = ["id", "resource_id", "parent_id"].map((key) => readAt(attributes, [key], follow));
  const own = target ?? (typeof id === "string" ? id : undefined);
  const hasGroup = !type.endsWith("/agentPools");
  if (own instanceof Unknown)
    return [
      ["id", own],
      ["name", attributeOf(own, "name")],
      ...(hasGroup ? [["resource_group_name", attributeOf(own, "resource_group_name")] as const] : []),
    ];
  if (typeof own !== "string")
    return hasGroup && parent instanceof Unknown ? [["resource_group_name", attributeOf(parent, "name")]] : [];
  const parsed = parseResourceId(own);
  if (!parsed) return [["id", own]];
  return [
    ["id", formatResourceId({ ...parsed, type })],
    ["name", parsed.names.at(-1)],
    ...(hasGroup ? [["resource_group_name", parsed.resourceGroup] as const] : []),
  ];
}

/** Another attribute of what an ID is of. */
function attributeOf(id: Unknown, name: string): Value {
  const reference = id.exact ?? id.only;
  if (reference === undefined || !reference.endsWith(".id")) return id;
  const other = `${reference.slice(0, -".id".length)}.${name}`;
  return new Unknown([other], other);
}

/** What AKS takes where a whole body does not say, and azurerm always says. */
function defaults(
  given: ResourceParts,
  attributes: Value,
  follow: Follow,
): readonly (readonly [canonical: string, value: Value])[] {
  if (given.type !== "azapi_resource" || given.mode === "data" || given.isFound) return [];
  const at = (path: string): Value =>
    bodies(given).reduce<Value>(
      (found, body) => found ?? readAt(attributes, stepsOf(`${body}.${path}`), follow),
      undefined,
    );
  const sku = at("sku.name");
  const isPrivate = at("properties.apiServerAccessProfile.enablePrivateCluster");
  const hasPublicName = at("properties.apiServerAccessProfile.enablePrivateClusterPublicFQDN");
  return [
    ...(hasPublicName === undefined && (isPrivate === true || isPrivate instanceof Unknown)
      ? [["private_cluster_public_fqdn_enabled", isPrivate] as const]
      : []),
    ...(typeof sku === "string" && sku.toLowerCase() === "automatic"
      ? AUTOMATIC.filter(([canonical]) => !isGiven(canonical, at))
      : []),
  ];
}

function isGiven(canonical: string, at: (path: string) => Value): boolean {
  return CLUSTER.some(([authored, other]) => other === canonical && at(authored) !== undefined);
}

function factsOf(given: ResourceParts, around: Surroundings, type: string): Facts {
  const { address } = given;
  return {
    type,
    ...(given.type === UPDATE
      ? { isUpdate: true, notTold: `${address} does not say it, review the plan of the whole resource too` }
      : {}),
    ...(given.mode === "data" && isRead(given)
      ? { notTold: `${address} does not read it: add it to response_export_values` }
      : {}),
    subscriptionId: subscriptionOf(given, around),
  };
}

/** Whether a data source was read: before, nothing of it is known. */
function isRead({ attributes }: ResourceParts): boolean {
  return valueAt(attributes, ["output"]) !== undefined;
}

function subscriptionOf(given: ResourceParts, { subscriptionOf }: Surroundings): string | undefined {
  for (const key of ["id", "resource_id", "parent_id"]) {
    const value = valueAt(given.attributes, [key]);
    const found = typeof value === "string" ? /^\/subscriptions\/([^/]+)/i.exec(value)?.[1] : subscriptionOf(value);
    if (found !== undefined) return found.toLowerCase();
  }
  return given.subscriptionId;
}
