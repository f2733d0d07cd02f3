import type { Graph } from "../diagram/graph.ts";
import { type Finding, type Level, type Meaning, type PlanChange, SERIOUS_MEANINGS } from "../model/finding.ts";
import { shownTexts } from "../model/redaction.ts";

/** What a report says of a rule. */
export interface RuleInformation {
  readonly id: string;
  readonly level: Level;
  readonly fact: string;
  readonly why: string;
  readonly source: string;
}

/** What every format renders. */
export interface Report {
  /** The rules that were asked about anything. Default: none, where a configuration has mistakes. */
  readonly rules?: readonly RuleInformation[];
  /** What does not hold, and what is not known. */
  readonly findings: readonly Finding[];
  /** What plans change, the most serious first. Default: no plan was reviewed. */
  readonly changes?: readonly PlanChange[];
  /** Draws what there is, before a plan and after it. Default: no picture. */
  readonly draw?: () => { readonly before?: Graph; readonly after: Graph };
  /** The day for which it was judged, as an ISO date. Default: not said. */
  readonly date?: string;
  /** How often a rule was asked about something. */
  readonly checked: number;
  /** Names of the stacks that were judged. Default: not said. */
  readonly stacks?: readonly string[];
  /** Whether it was compared with a baseline. Default: false. */
  readonly hasBaseline?: boolean;
  /** What was judged: it decides how more gets known. Default: plans. */
  readonly origin?: "configuration" | "terraform" | "what-is-there";
  /** All findings, where `findings` are only some of them: they are counted. Default: `findings`. */
  readonly all?: readonly Finding[];
}

/** A report in which nothing looks like a secret, whatever a finding or a change quotes. */
export function withoutSecrets<T extends Report>(report: T): T {
  return { ...report, findings: shownTexts(report.findings), changes: shownTexts(report.changes) };
}

/** How many findings of each level count; those that are unknown or acknowledged are counted apart. */
export interface Summary extends Readonly<Record<Level, number>> {
  readonly unknown: number;
  readonly acknowledged: number;
  /** Those that a baseline holds, where there is one. */
  readonly baseline?: number;
  readonly checked: number;
}

export function summarize({ findings, all = findings, checked, hasBaseline = false }: Report): Summary {
  const counts = { error: 0, warning: 0, note: 0, unknown: 0, acknowledged: 0, baseline: 0 };
  for (const finding of all) counts[countedAs(finding)]++;
  const { baseline, ...others } = counts;
  return { ...others, ...(hasBaseline ? { baseline } : {}), checked };
}

/** One sentence for the start of a report. */
export function verdictOf(report: Report): string {
  const { error, warning, note, unknown, acknowledged, baseline = 0, checked } = summarize(report);
  const counted = Object.entries({ error, warning, note }).flatMap(([level, count]) =>
    count > 0 ? [`${count} ${level}${count === 1 ? "" : "s"}`] : [],
  );
  const apart = [
    unknown > 0 ? `${unknown} not known${report.origin === "what-is-there" ? "" : " before the apply"}` : "",
    acknowledged > 0 ? `${acknowledged} acknowledged` : "",
    baseline > 0 ? `${baseline} in the baseline` : "",
    checked > 0 ? `${checked} check${checked === 1 ? "" : "s"}` : "",
  ];
  return [counted.join(", ") || "0 problems", changesInWords(report), ...apart].filter(Boolean).join("; ");
}

/** What the plans do, in a few words. */
function changesInWords({ changes }: Report): string {
  if (!changes) return "";
  const counts = new Map<string, number>();
  for (const { meaning } of changes) counts.set(meaning, (counts.get(meaning) ?? 0) + 1);
  const words = [...counts].map(([meaning, count]) => (count > 1 ? `${count} x ${meaning}` : meaning));
  return words.length > 0 ? `the plan: ${words.join(", ")}` : "the plan changes no AKS cluster and nothing of Azure ML";
}

/** `-/+`, as Terraform writes it. */
export function signOf({ actions }: PlanChange): string {
  return actions.map((action) => SIGNS.get(action) ?? action).join("/");
}

const SIGNS: ReadonlyMap<string, string> = new Map([
  ["create", "+"],
  ["delete", "-"],
  ["update", "~"],
  ["forget", "."],
  ["read", "<="],
  ["no-op", "="],
]);

/** Whether a change wants to be looked at before the others. */
export function isSerious({ meaning }: PlanChange): boolean {
  return (SERIOUS_MEANINGS as readonly Meaning[]).includes(meaning);
}

/** What to do, or why it does not matter. */
export function adviceOf({ advice, acknowledged }: Finding): string | undefined {
  if (!acknowledged) return advice;
  return `acknowledged${acknowledged.until === undefined ? "" : ` (until ${acknowledged.until})`}: ${acknowledged.reason}`;
}

/**
 * `file:line:column`, or as much of it as is known; where there is no file, the stack, the address and the attribute.
 */
export function placeOf({ file, line, column, stack, address, attribute }: Finding["where"]): string {
  if (line !== undefined) return `${file}:${line}:${column}`;
  return [file ?? stack, address, attribute].filter(Boolean).join(" ");
}

/** What is wrong, with its place where no line can be pointed at. */
export function messageOf({ message, where }: Finding): string {
  const place = where.line === undefined ? placeOf(where) : "";
  return place === "" ? message : `${place}: ${message}`;
}

/** What a finding is counted as. */
export type Kind = Level | "unknown" | "acknowledged" | "baseline";

/** Its level where it counts. */
export function countedAs({ verdict, level, acknowledged, isInBaseline }: Finding): Kind {
  if (acknowledged) return "acknowledged";
  if (isInBaseline) return "baseline";
  return verdict === "unknown" ? "unknown" : level;
}

/** Whether it is one of the three kinds that count, or may. */
export function isLevel(kind: Kind): kind is Level {
  return (LEVELS as readonly Kind[]).includes(kind);
}

/** The most serious first. */
export const LEVELS: readonly Level[] = ["error", "warning", "note"];

export const FAIL_ON = [...LEVELS, "never"] as const;

export type FailOn = (typeof FAIL_ON)[number];

/** The report with no more findings than decide the exit status. */
export function onlyCounting(report: Report, failOn: FailOn): Report {
  const { findings, all = findings } = report;
  return { ...report, all, findings: findings.filter((finding) => counts(finding, failOn)) };
}

function counts(finding: Finding, failOn: FailOn): boolean {
  const counting: readonly Kind[] = failOn === "never" ? [] : LEVELS.slice(0, LEVELS.indexOf(failOn) + 1);
  return counting.includes(countedAs(finding)) || ALWAYS.has(finding.rule);
}

/** What gives an exit status of its own. */
const ALWAYS: ReadonlySet<string> = new Set(["rule/crashed", "config/invalid"]);

/** 0: nothing at or above the level; 1: findings; 2: the configuration is wrong; 3: a rule is. */
export function exitStatus({ findings }: Report, failOn: FailOn): 0 | 1 | 2 | 3 {
  if (findings.some(({ rule }) => rule === "rule/crashed")) return 3;
  if (findings.some(({ rule }) => rule === "config/invalid")) return 2;
  return findings.some((finding) => counts(finding, failOn)) ? 1 : 0;
}
