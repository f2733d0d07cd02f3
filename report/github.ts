import type { Finding, Level } from "../model/finding.ts";
import { harmless } from "../model/harmless.ts";
import { adviceOf, countedAs, isLevel, messageOf, type Report, verdictOf } from "./report.ts";

const COMMANDS: Readonly<Record<Level, string>> = { error: "error", warning: "warning", note: "notice" };

/**
 * Annotations of GitHub Actions. What does not count is not annotated.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function renderGithub(report: Report): string {
  const lines = report.findings.flatMap((finding) => {
    const kind = countedAs(finding);
    if (!isLevel(kind)) return [];
    const { file, line, column } = finding.where;
    const properties = Object.entries({ file, line, col: column, title: finding.rule }).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${property(value)}`],
    );
    return [
      `::${COMMANDS[kind]} ${properties.join(",")}::${data([messageOf(finding), adviceOf(finding), fixOf(finding), finding.source].filter(Boolean).join("\n"))}\n`,
    ];
  });
  return `${lines.join("")}${data(verdictOf(report))}\n`;
}

function fixOf({ rule, fix }: Finding): string | undefined {
  return fix && `azureml-aks fix --rule ${rule} does it: ${fix.description}`;
}

function data(text: string): string {
  return harmless(text).replaceAll("%", "%25").replaceAll("\n", "%0A");
}

function property(value: string | number): string {
  return data(String(value)).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
