import type { Resource } from "../model/resource.ts";

/** Where a cluster has its authorized ranges. */
export const RANGES = "api_server_access_profile[0].authorized_ip_ranges";

export interface AzureMachineLearningTags {
  /** The location filter of each service tag that the ranges are taken from; undefined for the tag of all regions. */
  readonly filters: readonly (string | undefined)[];
  /** Whether the ranges are taken from regional tags of Azure ML, and from nothing else that is not known. */
  readonly areAll: boolean;
}

/** The AzureMachineLearning service tags that a cluster's authorized ranges are taken from. */
export function azureMachineLearningTagsIn(target: Resource): AzureMachineLearningTags {
  const references = target.references(RANGES);
  const filters = references.flatMap((reference) => {
    if (!/\.(ipv4_cidrs|address_prefixes)$/.test(reference)) return [];
    const data = target.model.referenced(target.stack, reference);
    if (data?.type !== "azurerm_network_service_tags" || data.text("service") !== "AzureMachineLearning") return [];
    return [data.text("location_filter")];
  });
  return {
    filters,
    areAll:
      filters.length > 0 && filters.length === references.length && filters.every((filter) => filter !== undefined),
  };
}
