import { harmless, oneLine } from "../model/harmless.ts";
import { adviceOf, countedAs, isLevel, messageOf, type Report, verdictOf } from "./report.ts";

/**
 * Issues of Azure Pipelines, which knows errors and warnings; a note is a line of the log.
 * https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
 */
export function renderAzureDevops(report: Report): string {
  const lines = report.findings.flatMap((finding) => {
    const kind = countedAs(finding);
    if (!isLevel(kind)) return [];
    const text = [messageOf(finding), adviceOf(finding), finding.source].filter(Boolean).join(" → ");
    if (kind === "note") return [`${logged(`note: ${finding.rule}: ${oneLine(text)}`)}\n`];
    const { file, line, column } = finding.where;
    const properties = Object.entries({
      type: kind,
      sourcepath: file,
      linenumber: line,
      columnnumber: column,
      code: finding.rule,
    }).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${logged(String(value)).replaceAll(";", "%3B").replaceAll("]", "%5D")};`],
    );
    return [`##vso[task.logissue ${properties.join("")}]${logged(text)}\n`];
  });
  return `${lines.join("")}${verdictOf(report)}\n`;
}

function logged(text: string): string {
  return harmless(text).replaceAll("%", "%AZP25").replaceAll("\n", "%0A");
}
