import type { Resource } from "./resource.ts";

/** Whether a resource, data source or action of azapi asks Azure to do something with a resource of a type. */
export function isActionOn(resource: Resource, azureType: string): boolean {
  return azureTypeOf(resource)?.toLowerCase() === azureType.toLowerCase();
}

/** The type in Azure of what azapi does something with; undefined for anything else. */
export function azureTypeOf(resource: Resource): string | undefined {
  if (resource.type !== "azapi_resource_action") return undefined;
  const type = resource.value("type");
  return typeof type === "string" ? type.split("@", 1)[0] : undefined;
}
