import { describe, expect, it } from "vitest";
import { regionsFromLocations, sizesFromGo, tagsFromServiceTags } from "../../tools/azure-data.ts";

describe("the tables of azure/data are refreshed from their sources", () => {
  it("VM sizes: new ones join, changed ones change, old ones stay", () => {
    const go = `var InstanceTypes = map[string]*InstanceType{
	"Standard_D2s_v9": {
		InstanceType: "Standard_D2s_v9",
		VCPU:         2,
		MemoryMb:     8192,
		GPU:          0,
		Architecture: "amd64",
	},
	"Standard_M128-32ms": {
		InstanceType: "Standard_M128-32ms",
		VCPU:         128,
		MemoryMb:     3891200,
		GPU:          0,
	},
}`;
    expect(
      sizesFromGo(go, { source: "s", fields: "f", sizes: ["Standard_A1 1 1792 0", "Standard_D2s_v9 1 1 1"] }),
    ).toEqual({
      source: "s",
      fields: "f",
      sizes: ["Standard_A1 1 1792 0", "Standard_D2s_v9 2 8192 0", "Standard_M128-32ms 32 3891200 0"],
    });
    expect(() => sizesFromGo("package main", { source: "", fields: "", sizes: [] })).toThrow(/no VM sizes/);
  });
  it("regions: a pair or zones that come or go, and those of other clouds", () => {
    const region = (name: string, pair?: string, regionType = "Physical", zones: readonly string[] = []): object => ({
      name,
      ...(zones.length > 0 ? { availabilityZoneMappings: zones.map((logicalZone) => ({ logicalZone })) } : {}),
      metadata: { regionType, pairedRegion: pair ? [{ name: pair }] : [] },
    });
    const json = {
      locals: {
        locations_cached: {
          value: [
            region("a", "b", "Physical", ["1", "2"]),
            region("b"),
            region("global", undefined, "Logical"),
            region("centraluseuap", "x"),
          ],
        },
      },
    };
    const before = {
      pairs: { b: "a", usgovtexas: "usgovvirginia" },
      noPair: ["a"],
      zones: ["b", "usgovvirginia"],
      noZones: ["a"],
    };
    expect(regionsFromLocations(json, { source: "s", ...before })).toEqual({
      source: "s",
      pairs: { a: "b", usgovtexas: "usgovvirginia" },
      noPair: ["b"],
      zones: ["a", "usgovvirginia"],
      noZones: ["b"],
    });
    expect(() => regionsFromLocations({}, { source: "", pairs: {}, noPair: [], zones: [], noZones: [] })).toThrow(
      /no regions/,
    );
  });
  it("service tags: IPv4 alone, with the code where it is not the region's name", () => {
    const tag = (name: string, region: string): object => ({
      name,
      properties: { region, addressPrefixes: ["203.0.113.0/28", "2001:db8::/48"] },
    });
    const json = {
      values: [
        tag("AzureMachineLearning", ""),
        tag("AzureMachineLearning.WestEurope", "westeurope"),
        tag("AzureMachineLearning.FranceCentral", "centralfrance"),
      ],
    };
    expect(tagsFromServiceTags(json, "2026-01-01")).toEqual({
      date: "2026-01-01",
      regions: {
        francecentral: { code: "centralfrance", ipv4: ["203.0.113.0/28"] },
        westeurope: { ipv4: ["203.0.113.0/28"] },
      },
    });
    expect(() => tagsFromServiceTags({}, "2026-01-01")).toThrow(/AzureMachineLearning/);
  });
});
