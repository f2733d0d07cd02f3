import type { Finding } from "../model/finding.ts";
import { harmlessJson } from "../model/harmless.ts";
import { sharedGroups } from "./groups.ts";
import { type Report, summarize } from "./report.ts";
import { TOOL } from "./tool.ts";

/** For programs: version 1 of a report that only ever gains keys. */
export function renderJson(report: Report): string {
  const groups = sharedGroups(report.findings);
  const result = {
    schemaVersion: 1,
    tool: TOOL,
    findings: report.findings.map((each) => finding(each, groups.get(each))),
    changes: report.changes,
    summary: summarize(report),
  };
  return `${harmlessJson(result)}\n`;
}

function finding(
  { rule, verdict, level, message, advice, source, where, fix, acknowledged, isInBaseline }: Finding,
  group: string | undefined,
): object {
  const { plan, stack, address, attribute, configPath, file, line, column } = where;
  return {
    rule,
    verdict,
    level,
    message,
    advice,
    source,
    where: { plan, stack, address, attribute, configPath, file, line, column },
    group,
    fix: fix && { description: fix.description, edits: fix.edits },
    acknowledged,
    baseline: isInBaseline,
  };
}
