import { styleText } from "node:util";
import type { Finding } from "../finding.ts";
import { kindOf, type Report, summarize } from "./report.ts";

export interface TextOptions {
  /** @default false */
  readonly colour?: boolean;
}

type Format = Parameters<typeof styleText>[0];

const COLOURS = { error: "red", warning: "yellow", note: "blue", unknown: "magenta", acknowledged: "green" } as const;

/** For people: grouped by file, each finding with what is wrong, what to do and who says so. */
export function renderText(report: Report, { colour = false }: TextOptions = {}): string {
  const style = (format: Format, text: string): string => (colour ? styleText(format, text, { validateStream: false }) : text);
  const groups = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    const name = finding.where.file ?? finding.where.stack ?? "";
    const group = groups.get(name);
    if (group) group.push(finding);
    else groups.set(name, [finding]);
  }
  let output = "";
  for (const [group, findings] of groups) {
    const places = findings.map(({ where }) => placeOf(group, where));
    const [placeWidth, kindWidth] = [width(places), width(findings.map(kindOf))];
    findings.forEach((finding, index) => {
      const kind = kindOf(finding);
      const place = (places[index] as string).padEnd(placeWidth);
      output += `${style("bold", place)}  ${style(COLOURS[kind], kind.padEnd(kindWidth))}  ${finding.rule}\n`;
      for (const line of details(finding, style)) output += `    ${line}\n`;
      output += "\n";
    });
  }
  return `${output}${style("bold", summary(report))}\n`;
}

function placeOf(group: string, { file, line, column, address }: Finding["where"]): string {
  if (file === undefined) return [group, address].filter(Boolean).join(" ");
  return line === undefined ? file : `${file}:${line}:${column}`;
}

function details({ message, advice, source, acknowledged }: Finding, style: (format: Format, text: string) => string): string[] {
  const until = acknowledged?.until === undefined ? "" : ` (until ${acknowledged.until})`;
  const todo = acknowledged ? `acknowledged${until}: ${acknowledged.reason}` : advice;
  return [oneLine(message), todo && `→ ${oneLine(todo)}`, source && style("dim", source)].filter((line) => line !== undefined && line !== "") as string[];
}

/** A name from the outside must not be able to draw lines or move the cursor. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");
}

function width(texts: readonly string[]): number {
  return texts.reduce((longest, text) => Math.max(longest, text.length), 0);
}

function summary(report: Report): string {
  const { checked, unknown, acknowledged, ...levels } = summarize(report);
  const counted = Object.entries(levels)
    .filter(([, count]) => count > 0)
    .map(([level, count]) => `${count} ${level}${count === 1 ? "" : "s"}`);
  const apart = [
    unknown > 0 ? `${unknown} not known before the apply` : "",
    acknowledged > 0 ? `${acknowledged} acknowledged` : "",
    checked > 0 ? `${checked} checks` : "",
  ];
  return [counted.join(", ") || "0 problems", ...apart].filter(Boolean).join("; ");
}
