import type { Finding, Level } from "../../model/finding.ts";
import { rendererOf } from "../../report/formats.ts";
import { countedAs, exitStatus, type FailOn, isSerious, LEVELS, type Report, verdictOf } from "../../report/report.ts";

/** One line of what HCP Terraform shows below the run task, which opens to its body. */
export interface Outcome {
  readonly id: string;
  readonly description: string;
  /** Markdown. */
  readonly body: string;
  readonly url?: string;
  readonly status: Tag;
  readonly severity: Tag;
}

interface Tag {
  readonly label: string;
  readonly level: "none" | "info" | "warning" | "error";
}

/** What a run task answers. */
export interface TaskResult {
  readonly status: "passed" | "failed";
  readonly message: string;
  readonly outcomes: readonly Outcome[];
}

/** What HCP Terraform takes; of the body, what the strictest of its documents says. */
const MAX = { message: 1000, url: 500, outcomes: 250, id: 64, description: 1000, body: 10_000 } as const;

/** What a review of a plan means for its run: one outcome for what changes, and one for each rule. */
export async function resultOf(report: Report, failOn: FailOn): Promise<TaskResult> {
  const groups = new Map<string, Finding[]>();
  for (const finding of report.findings) groups.set(finding.rule, [...(groups.get(finding.rule) ?? []), finding]);
  const ordered = [...groups].sort(([, one], [, other]) => rankOf(one) - rankOf(other));
  const shown = ordered.slice(0, MAX.outcomes - 2);
  const outcomes = [
    ...((report.changes ?? []).length > 0 ? [await changesOutcome(report)] : []),
    ...(await Promise.all(shown.map(([rule, findings]) => ruleOutcome(report, rule, findings, failOn)))),
  ];
  if (shown.length < ordered.length) outcomes.push(await restOutcome(ordered.slice(shown.length)));
  const broken = exitStatus(report, "never") === 3 ? "; a rule broke, which is a bug in azureml-aks" : "";
  return {
    status: exitStatus(report, failOn) === 0 ? "passed" : "failed",
    message: cut(`${verdictOf(report)}${broken}`, MAX.message),
    outcomes,
  };
}

async function changesOutcome(report: Report): Promise<Outcome> {
  const changes = report.changes ?? [];
  const meanings = [...new Set(changes.map(({ meaning }) => meaning))];
  const level = changes.some(isSerious) ? "warning" : "info";
  return {
    id: "changes",
    description: cut(`What the plan means: ${meanings.join(", ")}`, MAX.description),
    body: await markdown({ findings: [], changes, checked: 0 }),
    status: { label: "Plan", level },
    severity: { label: level === "warning" ? "Serious" : "Information", level },
  };
}

async function ruleOutcome(
  report: Report,
  rule: string,
  findings: readonly Finding[],
  failOn: FailOn,
): Promise<Outcome> {
  const fact = report.rules?.find(({ id }) => id === rule)?.fact;
  const source = findings.find((finding) => finding.source !== undefined)?.source;
  const count = findings.length > 1 ? ` (${findings.length})` : "";
  return {
    id: cut(rule, MAX.id),
    description: cut(`${rule}${count}${fact === undefined ? "" : `: ${fact}`}`, MAX.description),
    body: await markdown({ findings, checked: 0 }),
    url: source !== undefined && source.length <= MAX.url ? source : undefined,
    status: statusOf(findings, failOn),
    severity: SEVERITIES[levelOf(findings)],
  };
}

async function restOutcome(groups: readonly (readonly [string, readonly Finding[]])[]): Promise<Outcome> {
  const findings = groups.flatMap(([, group]) => group);
  return {
    id: "more",
    description: `${groups.length} more rules`,
    body: await markdown({ findings, checked: 0 }),
    status: { label: "More", level: "info" },
    severity: SEVERITIES[levelOf(findings)],
  };
}

const SEVERITIES: Readonly<Record<Level, Tag>> = {
  error: { label: "Error", level: "error" },
  warning: { label: "Warning", level: "warning" },
  note: { label: "Note", level: "info" },
};

function statusOf(findings: readonly Finding[], failOn: FailOn): Tag {
  if (exitStatus({ findings, checked: 0 }, failOn) !== 0) return { label: "Failed", level: "error" };
  const kinds = new Set(findings.map(countedAs));
  if (LEVELS.some((level) => kinds.has(level))) return { label: "Found", level: "info" };
  return kinds.has("unknown") ? { label: "Not known yet", level: "info" } : { label: "Acknowledged", level: "none" };
}

function levelOf(findings: readonly Finding[]): Level {
  return LEVELS.find((level) => findings.some((finding) => finding.level === level)) ?? "note";
}

const KINDS = [...LEVELS, "unknown", "acknowledged"];

/** The most serious first. */
function rankOf(findings: readonly Finding[]): number {
  return Math.min(...findings.map((finding) => KINDS.indexOf(countedAs(finding))));
}

async function markdown(report: Report): Promise<string> {
  const render = await rendererOf("markdown");
  return render(report, { colour: false, maxLength: MAX.body });
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 3)}...`;
}
