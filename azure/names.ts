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

/** What a name of a resource may be: a pattern, and the same in words. */
export interface NameRule {
  readonly pattern: RegExp;
  readonly says: string;
}

/**
 * Names that Azure refuses whoever asks.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
 */
export const NAME_RULES = {
  resourceGroup: {
    pattern: /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u,
    says: "a resource group's name has 1-90 letters, digits and - _ . ( ), no dot at its end",
  },
  cluster: {
    pattern: /^[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$/,
    says: "an AKS cluster's name has 1-63 of the letters A-Z and a-z, digits, - and _, a letter or digit at both ends",
  },
  workspace: {
    pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{2,32}$/,
    says: "a workspace's name has 3-33 of the letters A-Z and a-z, digits, - and _, a letter or digit first",
  },
  storageAccount: {
    pattern: /^[a-z0-9]{3,24}$/,
    says: "a storage account's name has 3-24 lower-case letters and digits",
  },
  container: {
    pattern: /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/,
    says: "a container's name has 3-63 lower-case letters, digits and single hyphens, a letter or digit at both ends",
  },
  keyVault: {
    pattern: /^(?=.{3,24}$)[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$/,
    says: "a key vault's name has 3-24 letters, digits and single hyphens, a letter first, a letter or digit last",
  },
  keyVaultObject: {
    pattern: /^[A-Za-z0-9-]{1,127}$/,
    says: "the name of a secret or certificate in a key vault has 1-127 letters, digits and hyphens",
  },
  applicationInsights: {
    pattern: /^[^%&\\?/<>\s]{1,260}$/,
    says: "the name of an Application Insights has 1-260 characters, and no white space or % & \\ ? / < >",
  },
} as const satisfies Record<string, NameRule>;

/** First part of the API server's name where none is given: letters, digits and hyphens, 54 at most, none of them last. */
export function dnsPrefix(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9]+/g, "-")
    .slice(0, 54)
    .replaceAll(/^-+|-+$/g, "");
}
