import { styleText } from "node:util";
import type { Finding } from "../model/finding.ts";
import { oneLine } from "../model/harmless.ts";
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
  const groups = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    // Somebody has seen it.
    if (finding.isInBaseline) continue;
    const name = finding.where.file ?? finding.where.stack ?? "";
    const group = groups.get(name);
    if (group) group.push(finding);
    else groups.set(name, [finding]);
  }
  let output = "";
  for (const change of report.changes ?? []) {
    const { meaning, because, consequence } = change;
    const cause = because.length > 0 ? `  because of ${because.join(", ")}` : "";
    output += `${style("bold", oneLine(`${signOf(change)} ${placeOf(change)}`))}  ${style(isSerious(change) ? "red" : "cyan", meaning)}${oneLine(cause)}\n    ${oneLine(consequence)}\n\n`;
  }
  for (const findings of groups.values()) {
    const places = findings.map(({ where }) => oneLine(placeOf(where)));
    const [placeWidth, kindWidth] = [width(places), width(findings.map(countedAs))];
    findings.forEach((finding, index) => {
      const kind = countedAs(finding);
      const place = (places[index] as string).padEnd(placeWidth);
      output += `${style("bold", place)}  ${style(COLOURS[kind], kind.padEnd(kindWidth))}  ${finding.rule}\n`;
      for (const line of details(finding, style)) output += `    ${line}\n`;
      output += "\n";
    });
  }
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
