/** 3 to 24 letters, digits and hyphens, a letter first, a letter or digit last. */
export function isComputeName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]$/.test(name);
}

/** Names that Azure ML keeps for itself, in any casing. */
export const RESERVED_COMPUTE_NAMES: readonly string[] = ["amlcompute", "local", "containerinstance"];

/** Such as `scoring-1`, which API versions from 2025-12-01 refuse. */
export function endsInHyphenDigits(name: string): boolean {
  return /-\d+$/.test(name);
}
