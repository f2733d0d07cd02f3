import type { Finding, Level } from "../finding.ts";

/** What every format renders. */
export interface Report {
  readonly findings: readonly Finding[];
  /** How often a rule was asked about something. */
  readonly checked: number;
}

/** How many findings of each level count; those that are unknown or acknowledged are counted apart. */
export interface Summary extends Readonly<Record<Level, number>> {
  readonly unknown: number;
  readonly acknowledged: number;
  readonly checked: number;
}

export function summarize({ findings, checked }: Report): Summary {
  const counts = { error: 0, warning: 0, note: 0, unknown: 0, acknowledged: 0 };
  for (const finding of findings) counts[kindOf(finding)]++;
  return { ...counts, checked };
}

/** Its level where it counts. */
export function kindOf({ verdict, level, acknowledged }: Finding): Level | "unknown" | "acknowledged" {
  if (acknowledged) return "acknowledged";
  return verdict === "unknown" ? "unknown" : level;
}

const LEVELS: readonly Level[] = ["error", "warning", "note"];

export const FAIL_ON = [...LEVELS, "never"] as const;

export type FailOn = (typeof FAIL_ON)[number];

/** 0: nothing at or above the level; 1: findings; 2: the configuration is wrong; 3: a rule is. */
export function exitStatus({ findings }: Report, failOn: FailOn): 0 | 1 | 2 | 3 {
  if (findings.some(({ rule }) => rule === "rule/crashed")) return 3;
  if (findings.some(({ rule }) => rule === "config/invalid")) return 2;
  const counting = failOn === "never" ? [] : LEVELS.slice(0, LEVELS.indexOf(failOn) + 1);
  return findings.some((finding) => (counting as readonly string[]).includes(kindOf(finding))) ? 1 : 0;
}
