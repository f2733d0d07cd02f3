/**
 * The month, such as `2026-11`, with which AKS ends the support of Kubernetes 1.<minor>, as published on 2026-08-05.
 * What is older is out of support; what is newer is not known.
 * https://learn.microsoft.com/azure/aks/supported-kubernetes-versions#aks-kubernetes-release-calendar
 */
const SUPPORTED_UNTIL: Readonly<Record<number, string>> = {
  24: "2023-07",
  25: "2024-01",
  26: "2024-03",
  27: "2024-07",
  28: "2025-01",
  29: "2025-03",
  30: "2025-07",
  31: "2025-11",
  32: "2026-03",
  33: "2026-07",
  34: "2026-11",
  35: "2027-03",
  36: "2027-06",
  37: "2027-10",
};

const OLDEST_MINOR = 24;

/**
 * Long-term support lasts a year more, and starts with this one.
 * https://learn.microsoft.com/azure/aks/long-term-support
 */
const FIRST_LONG_TERM_MINOR = 27;

/** A Kubernetes version; AKS takes `1.35` as an alias of the newest patch of it. */
export interface KubernetesVersion {
  readonly major: number;
  readonly minor: number;
  /** Absent in an alias. */
  readonly patch?: number;
}

/** Reads `1.35.1`, or the alias `1.35`; undefined where the text is neither. */
export function parseVersion(text: string): KubernetesVersion | undefined {
  const [, major, minor, patch] = /^v?(\d{1,3})\.(\d{1,3})(?:\.(\d{1,4}))?$/.exec(text) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  return { major: Number(major), minor: Number(minor), ...(patch === undefined ? {} : { patch: Number(patch) }) };
}

/** Kubernetes has three or four minor versions a year: these come years after the newest in the calendar. */
const MINORS_AHEAD = 10;

/** The newest minor version that may exist while this is in use. */
const LAST_MINOR = Math.max(...Object.keys(SUPPORTED_UNTIL).map(Number)) + MINORS_AHEAD;

/** What a text is not that should be a version for AKS, and what to write; undefined where it may be one. */
export function versionMistake(text: string): string | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)(?:\.\d+)?$/.exec(text) ?? [];
  if (major !== undefined && minor !== undefined)
    return major === "1" && Number(minor) <= LAST_MINOR
      ? undefined
      : "there is no such version of Kubernetes: `az aks get-versions` lists those of a region";
  const [, inside] = /(?:^|[^\d.])(1\.\d{1,2}(?:\.\d{1,3})?)(?:\.[x*])?\D*$/.exec(text) ?? [];
  const example = inside ? `write "${inside}"` : 'write a version such as "1.35" or "1.35.2"';
  return `${example}, or leave the key out for the AKS default version of the day`;
}

/**
 * Below 0 where the first is older, above 0 where it is newer; 0 where they are one, or one is an alias of the other's
 * minor version.
 */
export function compareVersions(a: KubernetesVersion, b: KubernetesVersion): number {
  return (
    a.major - b.major || a.minor - b.minor || (a.patch === undefined || b.patch === undefined ? 0 : a.patch - b.patch)
  );
}

/** Until which month a version is supported, and whether it is on a day. */
export interface Support {
  readonly isSupported: boolean;
  readonly until: string;
}

/**
 * The support of a version on a day, an ISO date; undefined where it is not known. `until` may be later than the end of
 * a very old version.
 */
export function supportOf(
  { major, minor }: KubernetesVersion,
  today: string,
  isLongTerm: boolean,
): Support | undefined {
  const community = SUPPORTED_UNTIL[Math.max(minor, OLDEST_MINOR)];
  if (major !== 1 || community === undefined) return undefined;
  const until =
    isLongTerm && minor >= FIRST_LONG_TERM_MINOR
      ? `${Number(community.slice(0, 4)) + 1}${community.slice(4)}`
      : community;
  return { isSupported: today.slice(0, 7) <= until, until };
}
