/** Azure resource IDs. https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */

export interface ResourceId {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** Provider namespace and types, for example `Microsoft.Network/virtualNetworks/subnets`. */
  readonly type: string;
  /** One name for each type: `["vnet-ml", "snet-aks"]`. */
  readonly names: readonly string[];
}

/** An ID with the pair of type and name that each has. */
export interface ParsedResourceId extends ResourceId {
  readonly names: readonly [string, ...string[]];
}

/** Reads an ID in any casing; undefined where the text is not the ID of a resource in a resource group. */
export function parseResourceId(text: string): ParsedResourceId | undefined {
  const [empty, subscriptions, subscriptionId, groups, resourceGroup, providers, namespace, ...rest] = text.split("/");
  if (
    empty !== "" ||
    !same(subscriptions, "subscriptions") ||
    !same(groups, "resourceGroups") ||
    !same(providers, "providers")
  )
    return undefined;
  if (!subscriptionId || !resourceGroup || !namespace || rest.length === 0 || rest.length % 2 !== 0) return undefined;
  // Names hold no white space and none of what means something in an address.
  if (![subscriptionId, resourceGroup, namespace, ...rest].every((part) => /^[^\s?#%&\\<>]+$/.test(part)))
    return undefined;
  const types = rest.filter((_, index) => index % 2 === 0);
  return {
    subscriptionId: subscriptionId.toLowerCase(),
    resourceGroup,
    type: [namespace, ...types].join("/"),
    // The length of `rest` was checked.
    names: rest.filter((_, index) => index % 2 === 1) as [string, ...string[]],
  };
}

/** Writes an ID with Azure's own casing of the fixed parts; `type` gives the casing of the provider and its types. */
export function formatResourceId(id: ResourceId): string {
  const [namespace, ...types] = id.type.split("/");
  const tail = types.map((type, index) => `/${type}/${id.names[index]}`).join("");
  return `/subscriptions/${id.subscriptionId}/resourceGroups/${id.resourceGroup}/providers/${namespace}${tail}`;
}

/** The ID in canonical casing where it is of the given type; undefined otherwise. */
export function normalizeResourceId(text: string, type: string): string | undefined {
  const id = parseResourceId(text);
  return id && same(id.type, type) ? formatResourceId({ ...id, type }) : undefined;
}

function same(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}
