import table from "./data/regions.json" with { type: "json" };

/**
 * What is known of a region's pair: Azure ML's control plane spans both.
 * https://learn.microsoft.com/azure/reliability/regions-paired
 */
export type RegionPair = { readonly known: true; readonly pair: string | undefined } | { readonly known: false };

/**
 * The pair of a region such as `westeurope`. It has a direction: brazilsouth's pair is southcentralus, whose pair is
 * northcentralus.
 */
export function regionPair(region: string): RegionPair {
  const pairs: Readonly<Record<string, string>> = table.pairs;
  if (Object.hasOwn(pairs, region)) return { known: true, pair: pairs[region] };
  return table.noPair.includes(region) ? { known: true, pair: undefined } : { known: false };
}

/**
 * Whether a region has availability zones; undefined where the table does not know it.
 * https://learn.microsoft.com/azure/reliability/regions-list
 */
export function hasZones(region: string): boolean | undefined {
  return table.zones.includes(region) ? true : table.noZones.includes(region) ? false : undefined;
}

/** Azure takes `West Europe` and `westeurope`; the second is the name. */
export function regionName(text: string): string {
  return text.toLowerCase().replaceAll(" ", "");
}
