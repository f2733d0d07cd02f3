import { styleText } from "node:util";
import type { Finding } from "../model/finding.ts";
import { oneLine } from "../model/harmless.ts";
import { type Group, groupsOf, missingInWords, othersInWords, withoutMissing } from "./groups.ts";
import { adviceOf, countedAs, isSerious, placeOf, type Report, signOf, verdictOf } from "./report.ts";

export interface TextOptions {
  /** @default false */
  readonly colour?: boolean;
}

type Format = Parameters<typeof styleText>[0];

const COLOURS = {
  error: "red",
  warning: "yellow",
  note: "blue",
  unknown: "magenta",
  acknowledged: "green",
  baseline: "green",
} as const;

/** For people: grouped by file, each finding with what is wrong, what to do and who says so. */
export function renderText(report: Report, { colour = false }: TextOptions = {}): string {
  const style = (format: Format, text: string): string =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  // What a baseline holds somebody has seen.
  const { rest, missing } = withoutMissing(groupsOf(report.findings.filter(({ isInBaseline }) => !isInBaseline)));
  const files = new Map<string, Group[]>();
  for (const group of rest) {
    const { file, stack } = group.findings[0].where;
    const name = file ?? stack ?? "";
    const same = files.get(name);
    if (same) same.push(group);
    else files.set(name, [group]);
  }
  let output = "";
  for (const change of report.changes ?? []) {
    const { meaning, because, consequence } = change;
    const cause = because.length > 0 ? `  because of ${because.join(", ")}` : "";
    output += `${style("bold", oneLine(`${signOf(change)} ${placeOf(change)}`))}  ${style(isSerious(change) ? "red" : "cyan", meaning)}${oneLine(cause)}\n    ${oneLine(consequence)}\n\n`;
  }
  for (const groups of files.values()) {
    const places = groups.map(({ findings: [{ where }] }) => oneLine(placeOf(where)));
    const [placeWidth, kindWidth] = [width(places), width(groups.map(({ findings: [first] }) => countedAs(first)))];
    groups.forEach(({ findings }, index) => {
      const [finding] = findings;
      const kind = countedAs(finding);
      const place = (places[index] as string).padEnd(placeWidth);
      output += `${style("bold", place)}  ${style(COLOURS[kind], kind.padEnd(kindWidth))}  ${finding.rule}\n`;
      for (const line of details(finding, style)) output += `    ${line}\n`;
      if (findings.length > 1) output += `    ${oneLine(`also: ${othersInWords(findings)}`)}\n`;
      output += "\n";
    });
  }
  for (const group of missing) {
    const { what, how } = missingInWords(group, report);
    output += `${style("bold", oneLine(placeOf(group.findings[0].where)))}  ${style(COLOURS.unknown, "unknown")}  ${oneLine(`${what} → ${how}`)}\n`;
  }
  if (missing.length > 0) output += "\n";
  return `${output}${style("bold", verdictOf(report))}\n`;
}

function details(finding: Finding, style: (format: Format, text: string) => string): string[] {
  const { message, source } = finding;
  const todo = adviceOf(finding);
  return [oneLine(message), todo && `→ ${oneLine(todo)}`, source && style("dim", source)].filter(
    (line) => line !== undefined && line !== "",
  ) as string[];
}

function width(texts: readonly string[]): number {
  return texts.reduce((longest, text) => Math.max(longest, text.length), 0);
}
