import { closest, distance } from "fastest-levenshtein";
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

/** The regions of the table. */
export function regionNames(): readonly string[] {
  return [...new Set([...Object.keys(table.pairs), ...table.noPair, ...table.zones, ...table.noZones])];
}

/** What the name of every region has, beside those of governments. */
const DIRECTION = /north|south|east|west|central/;
const GOVERNMENT = /^us(gov|dod|nat|sec)/;

/** A name without directions and numbers, in which regions of one country differ. */
function placeOf(name: string): string {
  return name.replaceAll(new RegExp(`${DIRECTION.source}|\\d+`, "g"), "");
}

/**
 * Whether a name can be that of a region, and which is meant where it cannot. There are regions that the table does
 * not know: another number or direction than those of a country that has regions may be one.
 */
export function regionGuess(text: string): { readonly isPossible: boolean; readonly meant?: string } {
  const name = text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const known = regionNames();
  if (known.includes(name)) return { isPossible: regionName(text) === name, meant: name };
  const letters = (each: string): string => [...each].toSorted().join("");
  // `europewest`, as other clouds have it.
  const turned = known.find((each) => letters(each) === letters(name));
  if (turned) return { isPossible: false, meant: turned };
  const isRegion = /^[a-z][a-z0-9 ]*$/i.test(text) && (DIRECTION.test(name) || GOVERNMENT.test(name));
  if (isRegion && known.some((each) => placeOf(each) === placeOf(name))) return { isPossible: true };
  const nearest = closest(name, known);
  const isNear = distance(name, nearest) <= 2;
  return { isPossible: isRegion && !isNear, meant: isNear ? nearest : undefined };
}
