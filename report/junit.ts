import type { Finding } from "../model/finding.ts";
import { withReferences } from "../model/harmless.ts";
import { adviceOf, countedAs, isLevel, placeOf, type Report } from "./report.ts";
import { TOOL } from "./tool.ts";

/**
 * For the test tab of Azure DevOps, Jenkins and others: a test case for each finding, and one for each rule that found
 * nothing. An error fails, warnings and notes pass. What is unknown, acknowledged or in a baseline is no test case: it neither passes
 * nor fails, and one of the schemas knows no skipped ones. The text of all is in the output of the suite.
 * https://learn.microsoft.com/azure/devops/pipelines/tasks/reference/publish-test-results-v2
 */
export function renderJunit(report: Report): string {
  const found = new Set(report.findings.map(({ rule }) => rule));
  const passing = (report.rules ?? []).filter(({ id }) => !found.has(id));
  const counted = report.findings.filter((finding) => isLevel(countedAs(finding)));
  const cases = [
    ...counted.map((finding) => testCase(`${finding.rule} ${placeOf(finding.where)}`, failure(finding))),
    ...passing.map(({ id }) => testCase(id, "")),
  ];
  const failures = report.findings.filter((finding) => countedAs(finding) === "error").length;
  // The schemas ask for a time and a host; both are what they are on every machine.
  const head = `id="0" package="azureml-aks" name="azureml-aks" hostname="localhost" timestamp="${report.date ?? "1970-01-01"}T00:00:00" tests="${cases.length}" failures="${failures}" errors="0" time="0"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite ${head}>
    <properties><property name="version" value="${TOOL.version}"/></properties>
${cases.join("")}    <system-out>${content(report.findings.map(textOf).join("\n\n"))}</system-out>
    <system-err/>
  </testsuite>
</testsuites>
`;
}

function testCase(name: string, inner: string): string {
  return `    <testcase classname="azureml-aks" name="${attribute(name)}" time="0">${inner}</testcase>\n`;
}

function textOf(finding: Finding): string {
  return [
    `${placeOf(finding.where)} ${countedAs(finding)} ${finding.rule}`,
    finding.message,
    adviceOf(finding),
    finding.source,
  ]
    .filter((line) => line !== undefined)
    .map(inOneLine)
    .join("\n");
}

function failure(finding: Finding): string {
  if (countedAs(finding) !== "error") return "";
  return `<failure message="${attribute(finding.message)}" type="${attribute(finding.rule)}">${content(textOf(finding))}</failure>`;
}

function attribute(text: string): string {
  return content(inOneLine(text)).replaceAll('"', "&quot;");
}

function inOneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, " ");
}

/** XML 1.0 has no way to write some characters. */
function content(text: string): string {
  return withReferences(text.replaceAll(/[\ufffe\uffff]/g, "\ufffd"));
}
