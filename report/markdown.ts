import type { Finding, PlanChange } from "../model/finding.ts";
import { harmless, visible } from "../model/harmless.ts";
import { type Group, groupsOf, missingInWords, othersInWords, withoutMissing } from "./groups.ts";
import { adviceOf, countedAs, isSerious, LEVELS, placeOf, type Report, signOf, verdictOf } from "./report.ts";

const SIGNS = { error: "❌", warning: "⚠️", note: "ℹ️", unknown: "❔", acknowledged: "✔️", baseline: "✔️" } as const;

/** What a comment on GitHub holds: its API refuses a longer body. */
const DEFAULT_MAX_LENGTH = 65_536;

/** Room for the sentence about what is left out, and for the ends of tables. */
const RESERVE = 600;

/** No name or message takes more of the whole than that part. */
const CELLS = 40;

type Show = (text: string) => string;

/** A table of the report, its rows in the order in which they matter. */
interface Table {
  readonly head: string;
  readonly rows: readonly string[];
  /** Where it is closed at first: what is to be opened. */
  readonly summary?: string;
}

/**
 * For a pull request: the verdict first, then what the plan does, then a table of what counts, and the rest to be
 * opened. Rows that have no room are counted, not cut.
 */
export function renderMarkdown(
  report: Report,
  { maxLength = DEFAULT_MAX_LENGTH }: { readonly maxLength?: number } = {},
): string {
  const counts = (finding: Finding): boolean => ["error", "warning"].includes(countedAs(finding));
  const { rest: groups, missing } = withoutMissing(
    groupsOf(report.findings.filter(({ isInBaseline }) => !isInBaseline)),
  );
  const first = groups.filter(({ findings: [each] }) => counts(each));
  const rest = groups.filter(({ findings: [each] }) => !counts(each));
  first.sort(({ findings: [a] }, { findings: [b] }) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
  const isSeriousPlan = (report.changes ?? []).some(isSerious);
  const sign = first.some(({ findings: [each] }) => countedAs(each) === "error")
    ? SIGNS.error
    : first.length > 0 || isSeriousPlan
      ? SIGNS.warning
      : "✅";
  const show: Show = (text) => shown(text, Math.max(300, Math.floor(maxLength / CELLS)));
  const tables: Table[] = [
    { head: CHANGES_HEAD, rows: (report.changes ?? []).map((change) => changeRow(change, show)) },
    { head: FINDINGS_HEAD, rows: first.map((group) => findingRow(group, show)) },
    {
      head: FINDINGS_HEAD,
      rows: [
        ...rest.map((group) => findingRow(group, show)),
        ...missing.map((group) => missingRow(group, report, show)),
      ],
      summary: `${rest.length + missing.length} more: notes, what is not known yet, and what is acknowledged`,
    },
  ];
  let text = `**azureml-aks: ${sign} ${show(verdictOf(report))}**\n`;
  let left = 0;
  for (const { head, rows, summary } of tables.filter(({ rows }) => rows.length > 0)) {
    let room = maxLength - RESERVE - text.length - head.length - (summary?.length ?? 0);
    const shownRows: string[] = [];
    for (const row of rows) {
      if (row.length > room) left++;
      else {
        shownRows.push(row);
        room -= row.length;
      }
    }
    if (shownRows.length === 0) continue;
    const table = `${head}${shownRows.join("")}`;
    text += summary === undefined ? `\n${table}` : `\n<details><summary>${summary}</summary>\n\n${table}\n</details>\n`;
  }
  for (const suggestion of suggestions(report.findings)) {
    if (text.length + suggestion.length > maxLength - RESERVE) left++;
    else text += suggestion;
  }
  if (left > 0)
    text += `\n${left} more ${left === 1 ? "row has" : "rows have"} no room in ${maxLength} characters: the other formats, for example json and html, hold all.\n`;
  return text;
}

const CHANGES_HEAD = "| | change | where | what it means, and what to do first |\n|---|---|---|---|\n";

function changeRow(change: PlanChange, shown: Show): string {
  const because = change.because.length > 0 ? `<br>because of ${shown(change.because.join(", "))}` : "";
  return `| ${shown(signOf(change))} | ${isSerious(change) ? "⚠️ " : ""}${change.meaning}${because} | ${shown(placeOf(change))} | ${shown(change.consequence)} |\n`;
}

const FINDINGS_HEAD = "| | where | rule | what, and what to do |\n|---|---|---|---|\n";

function findingRow({ findings }: Group, shown: Show): string {
  const [finding] = findings;
  const kind = countedAs(finding);
  const rule = finding.source ? `[${shown(finding.rule)}](${finding.source})` : shown(finding.rule);
  const todo = adviceOf(finding);
  const also = findings.length > 1 ? `<br>also: ${shown(othersInWords(findings))}` : "";
  return `| ${SIGNS[kind]} ${kind} | ${shown(placeOf(finding.where))} | ${rule} | ${shown(finding.message)}${todo ? `<br>→ ${shown(todo)}` : ""}${also} |\n`;
}

function missingRow(group: Group, report: Report, shown: Show): string {
  const { what, how } = missingInWords(group, report);
  return `| ${SIGNS.unknown} unknown | ${shown(placeOf(group.findings[0].where))} | | ${shown(what)}<br>→ ${shown(how)} |\n`;
}

/** Proven fixes, each as the lines that take the place of others: a comment on those lines applies them. */
function suggestions(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ rule, fix }) =>
    (fix?.lines ?? []).flatMap(({ file, line, endLine, text }) => {
      // Whoever applies it would get what a log must not hold in other words.
      if (harmless(text) !== text) return [];
      const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
      const lines = line === endLine ? `line ${line}` : `lines ${line} to ${endLine}`;
      const title = `${shown(`${rule}: ${fix?.description}`, 300)}, in ${shown(file, 300)}, ${lines}`;
      return `\n<details><summary>Fix of ${title}</summary>\n\n${fence}suggestion\n${text}\n${fence}\n\n</details>\n`;
    }),
  );
}

/** Text that means something to Markdown or HTML is shown as it is; an @ calls nobody. */
function shown(text: string, longest: number): string {
  return visible(
    (text.length > longest
      ? `${text.slice(0, longest)} ... (${text.length - longest} more characters)`
      : text
    ).replaceAll(/[\r\n]+/g, " "),
  )
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_[\]{}()#!|~@$]|:(?=[\w/])/g, (character) => `&#${character.charCodeAt(0)};`);
}
