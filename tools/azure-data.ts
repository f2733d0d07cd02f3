import { parseCidr } from "../azure/cidr.ts";

/**
 * Turns what Microsoft and its tools publish into the tables of azure/data. What a table knows of the past stays in it.
 */

// biome-ignore lint/suspicious/noExplicitAny: published JSON is anything
type Json = any;

export interface SizesTable {
  readonly source: string;
  readonly fields: string;
  readonly sizes: readonly string[];
}

/**
 * The sizes of cluster-autoscaler's Go table; a constrained size such as Standard_M128-32ms has the second number of
 * vCPUs.
 */
export function sizesFromGo(text: string, table: SizesTable): SizesTable {
  const field = (body: string, name: string): string => new RegExp(`\\b${name}:\\s*(\\d+)`).exec(body)?.[1] ?? "0";
  const found = [...text.matchAll(/InstanceType:\s*"([^"]+)"([^}]*)/g)].map(
    ([, name = "", body = ""]): [string, string] => {
      const constrained = /^[A-Za-z]+_[A-Za-z]+\d+-(\d+)/.exec(name)?.[1];
      return [name, `${name} ${constrained ?? field(body, "VCPU")} ${field(body, "MemoryMb")} ${field(body, "GPU")}`];
    },
  );
  if (found.length === 0) throw new Error("no VM sizes in this file: is it azure_instance_types.go?");
  const sizes = new Map(table.sizes.map((line) => [line.slice(0, line.indexOf(" ")), line]));
  for (const [name, line] of found) sizes.set(name, line);
  return { ...table, sizes: [...sizes.values()].sort() };
}

export interface RegionsTable {
  readonly source: string;
  readonly pairs: Readonly<Record<string, string>>;
  readonly noPair: readonly string[];
  /** Regions with availability zones, and those without; what is in neither is not known. */
  readonly zones: readonly string[];
  readonly noZones: readonly string[];
}

/** The pairs and zones of Azure's list of locations. Sovereign clouds are not in it, and stay as they are. */
export function regionsFromLocations(json: Json, table: RegionsTable): RegionsTable {
  const locations: Json[] = json.locals?.locations_cached?.value ?? json.value ?? [];
  const physical = locations.filter(({ metadata }) => metadata?.regionType === "Physical");
  if (physical.length === 0) throw new Error("no regions in this file: is it Azure's list of locations?");
  const pairs = new Map(Object.entries(table.pairs));
  const noPair = new Set(table.noPair);
  const zones = new Set(table.zones);
  const noZones = new Set(table.noZones);
  for (const { name, metadata, availabilityZoneMappings } of physical) {
    if (/euap$|stg$/.test(name)) continue;
    const [is, isNot] = availabilityZoneMappings?.length > 0 ? [zones, noZones] : [noZones, zones];
    is.add(name);
    isNot.delete(name);
    const pair = metadata.pairedRegion?.[0]?.name;
    if (pair === undefined) {
      pairs.delete(name);
      noPair.add(name);
    } else {
      noPair.delete(name);
      pairs.set(name, pair);
    }
  }
  return {
    ...table,
    pairs: Object.fromEntries([...pairs].sort()),
    noPair: [...noPair].sort(),
    zones: [...zones].sort(),
    noZones: [...noZones].sort(),
  };
}

export interface TagsTable {
  readonly source: string;
  readonly date: string;
  readonly regions: Readonly<Record<string, { readonly code?: string; readonly ipv4: readonly string[] }>>;
}

/** The AzureMachineLearning tags of Microsoft's Service Tags file, by the name of the region. */
export function tagsFromServiceTags(json: Json, date: string): Omit<TagsTable, "source"> {
  const regional: Json[] = (json.values ?? []).filter(({ name }: Json) => name.startsWith("AzureMachineLearning."));
  if (regional.length === 0)
    throw new Error("no AzureMachineLearning.<region> in this file: is it ServiceTags_Public?");
  const regions = regional.map(({ name, properties }): [string, Json] => {
    const region = name.slice("AzureMachineLearning.".length).toLowerCase();
    const ipv4 = properties.addressPrefixes.filter((prefix: string) => parseCidr(prefix) !== undefined);
    return [region, { ...(properties.region === region ? {} : { code: properties.region }), ipv4 }];
  });
  return { date, regions: Object.fromEntries(regions.sort(([a], [b]) => (a < b ? -1 : 1))) };
}
