/** A range of IPv4 addresses; addresses are unsigned 32-bit numbers. */
export interface Cidr {
  /** First address of the range, the network address. */
  readonly first: number;
  /** Last address of the range. */
  readonly last: number;
  readonly prefix: number;
  /** Whether the text named the first address: 10.0.0.0/16 does, 10.0.0.1/16 does not. */
  readonly isNetworkAddress: boolean;
}

/** Dotted decimal without leading zeros, which some programs read as octal. */
export function parseIpv4(text: string): number | undefined {
  const octets = text.split(".");
  if (octets.length !== 4 || !octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255))
    return undefined;
  return octets.reduce((address, octet) => address * 256 + Number(octet), 0);
}

/** `10.0.0.0/16`, or an address alone, which is a range of one. */
export function parseCidr(text: string): Cidr | undefined {
  const [, address = "", prefixText] = /^([^/]*)(?:\/(0|[1-9]\d?))?$/.exec(text) ?? [];
  const ip = parseIpv4(address);
  const prefix = prefixText === undefined ? 32 : Number(prefixText);
  if (ip === undefined || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  const first = Math.floor(ip / size) * size;
  return { first, last: first + size - 1, prefix, isNetworkAddress: ip === first };
}

export function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

export function formatCidr({ first, prefix }: Cidr): string {
  return `${formatIpv4(first)}/${prefix}`;
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** Whether every address of a range is in one of the others. */
export function isCovered(inner: Cidr, outers: readonly Cidr[]): boolean {
  let next = inner.first;
  for (const outer of [...outers].sort((a, b) => a.first - b.first)) {
    if (outer.first > next) break;
    next = Math.max(next, outer.last + 1);
  }
  return next > inner.last;
}
