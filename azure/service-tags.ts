import table from "./data/service-tags.json" with { type: "json" };

/** Day of the table: the prefixes change every few weeks. */
export const SERVICE_TAGS_DATE = table.date;

/** The AzureMachineLearning service tag of a region. https://www.microsoft.com/download/details.aspx?id=56519 */
export interface RegionalTag {
  /**
   * What `location_filter` of azurerm_network_service_tags compares with; for ten regions it is not the region's name.
   */
  readonly locationFilter: string;
  /** IPv4 prefixes on SERVICE_TAGS_DATE. */
  readonly ipv4Prefixes: readonly string[];
}

/** Undefined where no tag of the region was published. */
export function azureMachineLearningTag(region: string): RegionalTag | undefined {
  const regions: Readonly<Record<string, { readonly code?: string; readonly ipv4: readonly string[] }>> = table.regions;
  const entry = Object.hasOwn(regions, region) ? regions[region] : undefined;
  return entry && { locationFilter: entry.code ?? region, ipv4Prefixes: entry.ipv4 };
}
