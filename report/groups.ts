import type { Finding } from "../model/finding.ts";
import { countedAs, type Report } from "./report.ts";

/** Findings of one cause, in the order of the report. */
export interface Group {
  readonly key: string;
  readonly findings: readonly [Finding, ...Finding[]];
}

/**
 * What is found of one cause: of one value that several environments, instances or resources take, by one rule; or of
 * one thing that is not known, by several.
 */
export function groupsOf(findings: readonly Finding[]): readonly Group[] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  const counts = new Map<string, number>();
  for (const finding of findings) {
    const cause = causeOf(finding);
    // What one rule says twice of one attribute are two things.
    const { plan, stack, address, attribute } = finding.where;
    const place = JSON.stringify([cause, plan, stack, address, attribute]);
    const count = (counts.get(place) ?? 0) + 1;
    counts.set(place, count);
    const key = count === 1 || finding.missing ? cause : `${cause} ${count}`;
    const same = groups.get(key);
    if (same) same.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups].map(([key, findings]) => ({ key, findings }));
}

/** The key of each finding's group, where others are in it. */
export function sharedGroups(findings: readonly Finding[]): ReadonlyMap<Finding, string> {
  const shared = groupsOf(findings).filter((group) => group.findings.length > 1);
  return new Map(shared.flatMap(({ key, findings }) => findings.map((finding) => [finding, key] as const)));
}

function causeOf(finding: Finding): string {
  const { rule, missing, where } = finding;
  const { stack = "", address = "", attribute = "", file, line, column } = where;
  const kind = countedAs(finding);
  if (missing && kind === "unknown") return `unknown ${stack} ${missing.what}`;
  // Written in one place, whatever is made of it; in a plan, an instance of count or for_each.
  const place = line === undefined ? `${stack} ${address.replaceAll(/\[[^\]]*\]/g, "")}` : `${file}:${line}:${column}`;
  const other = line === undefined || attribute === "" ? attribute : attribute.replace(/^.*\./, "");
  return `${kind} ${rule} ${place} ${other}`.trimEnd();
}

/** What of a report is one thing that is not known, and what is the rest. */
export function withoutMissing(groups: readonly Group[]): {
  readonly rest: readonly Group[];
  readonly missing: readonly Group[];
} {
  const isMissing = ({ findings: [first] }: Group): boolean =>
    first.missing !== undefined && countedAs(first) === "unknown";
  return { rest: groups.filter((group) => !isMissing(group)), missing: groups.filter(isMissing) };
}

/** One thing that is not known: what, why, which rules wait for it, and how to make it known. */
export function missingInWords({ findings }: Group, report: Report): { readonly what: string; readonly how: string } {
  const [{ missing }] = findings;
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  const why = missing?.reason === undefined ? "" : `: ${missing.reason}`;
  return { what: `${missing?.what}${why}; for ${rules.join(", ")}`, how: howToKnow(findings[0], report) };
}

/** The others of a group, as a reader finds them. */
export function othersInWords([, ...others]: Group["findings"]): string {
  const names = [
    ...new Set(others.map(({ where: { plan, stack, address } }) => [plan, stack, address].filter(Boolean).join(" "))),
  ];
  const shown = names.slice(0, SHOWN);
  return `${shown.join(", ")}${names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ""}`;
}

const SHOWN = 5;

function howToKnow({ missing, advice = "" }: Finding, { origin }: Report): string {
  if (advice.startsWith("Terraform checks it in the plan")) return "Terraform checks it in the plan";
  const isElsewhere = missing?.reason?.endsWith("is not here") === true;
  switch (origin) {
    case "terraform":
      if (/(^|, |\.)var\./.test(missing?.what ?? "")) return "give it with --var or --var-file, or review a plan";
      return isElsewhere ? "name the folder that holds it beside this one, or review a plan" : "review a plan";
    case "configuration":
      return `review the plan of the stack${isElsewhere ? ", with the one that holds it" : ""}`;
    case "what-is-there":
      return isElsewhere ? "add the answer or state that holds it" : "nothing that is read here tells it";
    default:
      return isElsewhere ? "review the plan that holds it together with this one" : "audit the state after the apply";
  }
}
