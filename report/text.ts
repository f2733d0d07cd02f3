import { styleText } from "node:util";
import type { Finding, Level } from "../finding.ts";
import type { Report } from "./report.ts";

export interface TextOptions {
  /** @default false */
  readonly colour?: boolean;
}

const COLOURS = { error: "red", warning: "yellow", note: "blue" } as const;

/** For people: grouped by file, each finding with what is wrong, what to do and who says so. */
export function renderText(report: Report, { colour = false }: TextOptions = {}): string {
  const style = (format: Parameters<typeof styleText>[0], text: string): string => (colour ? styleText(format, text, { validateStream: false }) : text);
  const groups = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    const group = finding.where.file ?? finding.where.stack ?? "";
    groups.set(group, [...(groups.get(group) ?? []), finding]);
  }
  let output = "";
  for (const [group, findings] of groups) {
    if (group) output += `${style("underline", group)}\n`;
    for (const finding of findings) output += `${lines(finding, style)}\n`;
  }
  return `${output}${style("bold", summary(report.findings))}\n`;
}

function lines(finding: Finding, style: (format: Parameters<typeof styleText>[0], text: string) => string): string {
  const { where, level, rule, message, advice, source } = finding;
  const place = where.file === undefined ? "" : where.line === undefined ? where.file : `${where.file}:${where.line}:${where.column}`;
  const head = [place, style(COLOURS[level], level), style("dim", rule)].filter(Boolean).join("  ");
  const detail = [message, advice && `→ ${advice}`, source && style("dim", source)].filter(Boolean);
  return `  ${head}\n${detail.map((line) => `      ${line}\n`).join("")}`;
}

function summary(findings: readonly Finding[]): string {
  const count = (level: Level): number => findings.filter((finding) => finding.verdict === "fail" && finding.level === level).length;
  const parts = (["error", "warning", "note"] as const)
    .filter((level) => count(level) > 0)
    .map((level) => `${count(level)} ${level}${count(level) === 1 ? "" : "s"}`);
  return parts.length > 0 ? parts.join(", ") : "0 problems";
}
