import type { Finding } from "../finding.ts";
import { adviceOf, kindOf, oneLine, placeOf, type Report, verdictOf } from "./report.ts";

const SIGNS = { error: "❌", warning: "⚠️", note: "ℹ️", unknown: "❔", acknowledged: "✔️" } as const;

/** For a pull request: the verdict first, then a table of what counts, and the rest to be opened. */
export function renderMarkdown(report: Report): string {
  const counts = (finding: Finding): boolean => ["error", "warning"].includes(kindOf(finding));
  const [first, rest] = [report.findings.filter(counts), report.findings.filter((finding) => !counts(finding))];
  const sign = first.some((finding) => kindOf(finding) === "error") ? SIGNS.error : first.length > 0 ? SIGNS.warning : "✅";
  const parts = [`**azureml-aks: ${sign} ${verdictOf(report)}**`];
  if (first.length > 0) parts.push(table(first));
  if (rest.length > 0)
    parts.push(`<details><summary>${rest.length} more: notes, what is not known yet, and what is acknowledged</summary>\n\n${table(rest)}\n\n</details>`);
  return `${parts.join("\n\n")}\n`;
}

function table(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => {
    const kind = kindOf(finding);
    const rule = finding.source ? `[${shown(finding.rule)}](${finding.source})` : shown(finding.rule);
    const todo = adviceOf(finding);
    return `| ${SIGNS[kind]} ${kind} | ${shown(placeOf(finding.where))} | ${rule} | ${shown(finding.message)}${todo ? `<br>→ ${shown(todo)}` : ""} |`;
  });
  return `| | where | rule | what, and what to do |\n|---|---|---|---|\n${rows.join("\n")}`;
}

/** Text that means something to Markdown or HTML is shown as it is; an @ calls nobody. */
function shown(text: string): string {
  return oneLine(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_[\]{}()#+!|~@$:-]/g, (character) => `&#${character.charCodeAt(0)};`);
}
