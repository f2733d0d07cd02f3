import { BlockList } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Cidr,
  contains,
  formatCidr,
  formatIpv4,
  isCovered,
  overlaps,
  parseCidr,
  parseIpv4,
} from "../azure/cidr.ts";
import { endsInHyphenDigits, isComputeName } from "../azure/names.ts";
import { regionPair } from "../azure/regions.ts";
import { formatResourceId, normalizeResourceId, parseResourceId } from "../azure/resource-id.ts";
import { azureMachineLearningTag, SERVICE_TAGS_DATE } from "../azure/service-tags.ts";
import { isBurstable, vmRetirement, vmSize } from "../azure/vm-sizes.ts";

const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const cidr = fc
  .tuple(address, fc.integer({ min: 0, max: 32 }))
  .map(([ip, prefix]) => parseCidr(`${formatIpv4(ip)}/${prefix}`) as Cidr);

describe("CIDR arithmetic", () => {
  it.each<[text: string, expected: string | undefined, isNetworkAddress?: boolean]>([
    ["10.0.0.0/16", "10.0.0.0/16", true],
    ["10.0.1.2/16", "10.0.0.0/16", false],
    ["203.0.113.7", "203.0.113.7/32", true],
    ["0.0.0.0/0", "0.0.0.0/0", true],
    ["256.0.0.0/8", undefined],
    ["10.0.0/8", undefined],
    ["010.0.0.0/8", undefined],
    ["10.0.0.0/33", undefined],
    ["10.0.0.0/08", undefined],
    ["10.0.0.0/", undefined],
    ["10.0.0.0/8 ", undefined],
    ["2001:db8::/32", undefined],
    ["", undefined],
  ])("%s is %s", (text, expected, isNetworkAddress) => {
    const parsed = parseCidr(text);
    expect(parsed && formatCidr(parsed)).toBe(expected);
    expect(parsed?.isNetworkAddress).toBe(isNetworkAddress);
  });
  it("an address survives writing and reading", () => {
    fc.assert(fc.property(address, (ip) => parseIpv4(formatIpv4(ip)) === ip));
  });
  it("a range contains itself, and what its parts contain", () => {
    fc.assert(fc.property(cidr, (a) => contains(a, a)));
    fc.assert(fc.property(cidr, cidr, cidr, (a, b, c) => !(contains(a, b) && contains(b, c)) || contains(a, c)));
  });
  it("overlap has no direction, and two ranges overlap where one contains the other", () => {
    fc.assert(
      fc.property(
        cidr,
        cidr,
        (a, b) => overlaps(a, b) === overlaps(b, a) && overlaps(a, b) === (contains(a, b) || contains(b, a)),
      ),
    );
  });
  it("a range is covered by its halves, and by neither alone", () => {
    const divisible = cidr.filter(({ prefix }) => prefix < 32);
    fc.assert(
      fc.property(divisible, (range) => {
        const prefix = range.prefix + 1;
        const halves = [range.first, range.first + 2 ** (32 - prefix)].map(
          (ip) => parseCidr(`${formatIpv4(ip)}/${prefix}`) as Cidr,
        );
        return isCovered(range, halves.reverse()) && halves.every((half) => !isCovered(range, [half]));
      }),
    );
  });
  it("agrees with Node's own lists", () => {
    fc.assert(
      fc.property(cidr, address, (range, ip) => {
        const list = new BlockList();
        list.addSubnet(formatIpv4(range.first), range.prefix, "ipv4");
        return list.check(formatIpv4(ip), "ipv4") === contains(range, parseCidr(formatIpv4(ip)) as Cidr);
      }),
    );
  });
});

describe("compute names", () => {
  it("follow the definition, character by character", () => {
    const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const digits = "0123456789";
    const defined = (name: string): boolean =>
      name.length >= 3 &&
      name.length <= 24 &&
      letters.includes(name[0] as string) &&
      [...name].every((character) => `${letters}${digits}-`.includes(character)) &&
      `${letters}${digits}`.includes(name.at(-1) as string);
    const name = fc.string({ unit: fc.constantFrom(..."abzAZ019-_.é\n"), maxLength: 26 });
    fc.assert(
      fc.property(name, (text) => isComputeName(text) === defined(text)),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9-]{0,24}$/), (text) => isComputeName(text) === defined(text)),
    );
  });
  it.each([
    ["scoring-1", true],
    ["scoring-01", true],
    ["scoring1", false],
    ["1-scoring", false],
    ["a-1-b", false],
  ])("%s ends in a hyphen and digits: %s", (name, expected) => {
    expect(endsInHyphenDigits(name)).toBe(expected);
  });
});

describe("VM sizes", () => {
  it.each<[name: string, vCpus: number | undefined]>([
    ["Standard_D3_v2", 4],
    ["standard_ds2_V2", 2],
    ["Standard_A2_v2", 2],
    ["Standard_D11_v2", 2],
    ["Standard_NC6", 6],
    ["Standard_F72s_v2", 72],
    ["Standard_B2ms", 2],
    ["Standard_M128-32ms", 32],
    ["Standard_Nonsense", undefined],
    ["constructor", undefined],
  ])("%s has %s vCPUs", (name, vCpus) => {
    expect(vmSize(name)?.vCpus).toBe(vCpus);
  });
  it("have memory and GPUs", () => {
    expect(vmSize("Standard_D2s_v5")).toEqual({ name: "Standard_D2s_v5", vCpus: 2, memoryGiB: 8, gpus: 0 });
    expect(vmSize("Standard_NC6s_v3")?.gpus).toBe(1);
  });
  it.each<[name: string, date: string | undefined]>([
    ["Standard_NC6s_v3", "2025-09-30"],
    ["Standard_NV12s_v3", "2026-09-30"],
    ["Standard_NV4as_v4", "2026-09-30"],
    ["Standard_D3_v2", "2028-05-01"],
    ["Standard_DS3_v2", "2028-05-01"],
    ["Standard_D3", "2028-05-01"],
    ["Standard_DS14-8_v2", "2028-05-01"],
    ["Standard_L8s", "2028-05-01"],
    ["Standard_L8s_v2", "2028-11-15"],
    ["Standard_A2m_v2", "2028-11-15"],
    ["Standard_B2ms", "2028-11-15"],
    ["Standard_F4s_v2", "2028-11-15"],
    ["Standard_GS5-8", "2028-11-15"],
    ["Standard_B2as_v2", undefined],
    ["Standard_D4s_v3", undefined],
    ["Standard_D2s_v5", undefined],
    ["Standard_L8s_v3", undefined],
    ["Standard_F4as_v6", undefined],
  ])("%s retires on %s", (name, date) => {
    expect(vmRetirement(name)?.date).toBe(date);
  });
  it.each([
    ["Standard_B2ms", true],
    ["Standard_B2as_v2", true],
    ["Standard_D2s_v5", false],
  ])("%s is burstable: %s", (name, expected) => {
    expect(isBurstable(name)).toBe(expected);
  });
});

describe("regions and service tags", () => {
  it.each<[region: string, pair: string | undefined]>([
    ["westeurope", "northeurope"],
    ["brazilsouth", "southcentralus"],
    ["southcentralus", "northcentralus"],
    ["italynorth", undefined],
    ["usgovvirginia", "usgovtexas"],
  ])("the pair of %s is %s", (region, pair) => {
    expect(regionPair(region)).toEqual({ known: true, pair });
  });
  it.each(["atlantis", "constructor"])("%s is no region that is known", (region) => {
    expect(regionPair(region)).toEqual({ known: false });
    expect(azureMachineLearningTag(region)).toBeUndefined();
  });
  it("a tag's code is the region's name, except where it is not", () => {
    expect(azureMachineLearningTag("westeurope")?.locationFilter).toBe("westeurope");
    expect(azureMachineLearningTag("francecentral")?.locationFilter).toBe("centralfrance");
    expect(azureMachineLearningTag("belgiumcentral")).toBeUndefined();
  });
  it("every prefix of the table is an IPv4 range on its network address", () => {
    expect(SERVICE_TAGS_DATE).toMatch(/^\d{4}-\d\d-\d\d$/);
    for (const prefix of azureMachineLearningTag("westeurope")?.ipv4Prefixes ?? [])
      expect(parseCidr(prefix)?.isNetworkAddress).toBe(true);
    expect(azureMachineLearningTag("westeurope")?.ipv4Prefixes.length).toBeGreaterThan(0);
  });
});

describe("resource IDs", () => {
  const id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/n";
  it("are read in any casing and written in Azure's", () => {
    expect(normalizeResourceId(id.toUpperCase(), "Microsoft.Network/virtualNetworks/subnets")).toBe(
      "/subscriptions/s/resourceGroups/RG/providers/Microsoft.Network/virtualNetworks/V/subnets/N",
    );
    expect(formatResourceId(parseResourceId(id) as NonNullable<ReturnType<typeof parseResourceId>>)).toBe(id);
  });
  it.each([`${id}/`, id.slice(1), `${id}/x`, "", "/", id.replace("/rg/", "//"), id.replace("providers", "provider")])(
    "%j is none",
    (text) => {
      expect(parseResourceId(text)).toBeUndefined();
    },
  );
  it("of another type are refused", () => {
    expect(normalizeResourceId(id, "Microsoft.Network/virtualNetworks")).toBeUndefined();
  });
});
