import type { Finding, Level } from "../model/finding.ts";
import { BUILT_IN } from "../rules/built-in.ts";
import { countedAs, isLevel, LEVELS, type Report } from "./report.ts";

/** A finding as a baseline remembers it: by where it is in Terraform, so that lines may move and messages change. */
export interface BaselineEntry {
  readonly rule: string;
  readonly level: Level;
  readonly stack?: string;
  readonly address?: string;
  readonly attribute?: string;
  /** Of one that is at no resource: its key of the configuration, or its file. */
  readonly place?: string;
  /** How many there are of the same. Default: 1. */
  readonly count?: number;
}

/** What a baseline of a report holds: what counts in it. A mistake in a configuration, or in a rule, is never one. */
export function baselineOf({ findings }: Report): BaselineEntry[] {
  const entries = new Map<string, BaselineEntry>();
  for (const finding of findings) {
    if (NEVER.has(finding.rule) || !isCounted(finding)) continue;
    const entry = entryOf(finding);
    const key = keyOf(entry);
    const same = entries.get(key);
    const level = same && LEVELS.indexOf(same.level) < LEVELS.indexOf(entry.level) ? same.level : entry.level;
    entries.set(key, { ...entry, level, ...(same ? { count: (same.count ?? 1) + 1 } : {}) });
  }
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

const NEVER: ReadonlySet<string> = new Set(["config/invalid", "rule/crashed", "baseline/gone"]);

/**
 * The report, in which what a baseline holds does not count, unless its level is higher now. What the baseline holds
 * and is gone is said, where the stack that it was in has been judged.
 */
export function againstBaseline(report: Report, baseline: readonly BaselineEntry[], file: string): Report {
  const left = new Map(baseline.map((entry) => [keyOf(entry), { entry, count: entry.count ?? 1 }]));
  const findings = report.findings.map((finding): Finding => {
    const known = NEVER.has(finding.rule) || !isCounted(finding) ? undefined : left.get(keyOf(entryOf(finding)));
    if (!known || known.count === 0) return finding;
    known.count--;
    const isWorse = LEVELS.indexOf(finding.level) < LEVELS.indexOf(known.entry.level);
    return isWorse ? finding : { ...finding, isInBaseline: true };
  });
  const isJudged = ({ stack }: BaselineEntry): boolean =>
    stack === undefined || report.stacks === undefined || report.stacks.includes(stack);
  const gone = [...left.values()].filter(({ entry, count }) => count > 0 && isJudged(entry));
  return {
    ...report,
    hasBaseline: true,
    findings: [...findings, ...gone.map(({ entry, count }) => goneFinding(entry, count, file))],
  };
}

function goneFinding({ rule, stack, address, attribute, place }: BaselineEntry, count: number, file: string): Finding {
  const at = [stack, address, attribute, place].filter((part) => part !== undefined).join(" ");
  return {
    rule: "baseline/gone",
    verdict: "fail",
    level: BUILT_IN["baseline/gone"].level,
    message: `${rule} is not found any more${count > 1 ? `, ${count} times` : ""}: ${at}`,
    advice: `write the baseline again, so that it counts when it comes back: --write-baseline ${file}`,
    where: {},
  };
}

function isCounted(finding: Finding): boolean {
  return isLevel(countedAs(finding));
}

function entryOf({ rule, level, where: { stack, address, attribute, configPath, file } }: Finding): BaselineEntry {
  const place = address === undefined ? (configPath ?? file) : undefined;
  return {
    rule,
    level,
    ...(stack === undefined ? {} : { stack }),
    ...(address === undefined ? {} : { address }),
    ...(attribute === undefined ? {} : { attribute }),
    ...(place === undefined ? {} : { place }),
  };
}

function keyOf({ rule, stack = "", address = "", attribute = "", place = "" }: BaselineEntry): string {
  return JSON.stringify([rule, stack, address, attribute, place]);
}
