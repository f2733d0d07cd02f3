import { fileURLToPath, pathToFileURL } from "node:url";
import { type Diagnostic, DiagnosticSeverity, type Range, type TextEdit } from "vscode-languageserver/node";
import type { Finding } from "../../model/finding.ts";
import type { FixEdit } from "../../model/fix.ts";
import { visible } from "../../model/harmless.ts";
import { shownText } from "../../model/redaction.ts";
import { RULES } from "../../rules/catalogue.ts";

/** The name that editors show beside a diagnostic. */
const SOURCE = "azureml-aks";

/** The lines of a text, without their breaks. */
export function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/);
}

/** A finding as editors show it; undefined where it is acknowledged: then nothing is to be done. */
export function diagnosticOf(finding: Finding, lines: readonly string[]): Diagnostic | undefined {
  if (finding.acknowledged) return undefined;
  const { rule, message, advice, source } = finding;
  return {
    range: rangeOf(finding, lines),
    severity: severityOf(finding),
    source: SOURCE,
    code: rule,
    ...(source ? { codeDescription: { href: source } } : {}),
    message: shown(advice ? `${message}\n${advice}` : message),
  };
}

/** Text of others as an editor may show it. */
export function shown(text: string): string {
  return visible(shownText(text));
}

function severityOf({ verdict, level }: Finding): DiagnosticSeverity {
  // What is not known before Terraform runs is nothing that can be changed here.
  if (verdict === "unknown") return DiagnosticSeverity.Hint;
  return { error: DiagnosticSeverity.Error, warning: DiagnosticSeverity.Warning, note: DiagnosticSeverity.Information }[
    level
  ];
}

/** The word or value that a finding stands at. */
export function rangeOf({ where: { line = 1, column = 1 } }: Finding, lines: readonly string[]): Range {
  const start = { line: line - 1, character: column - 1 };
  const rest = (lines[line - 1] ?? "").slice(column - 1);
  const [word = ""] = /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s:#,\]}=]|[:#](?=\S))+)/.exec(rest) ?? [];
  return { start, end: { line: start.line, character: start.character + (word.length || rest.trimEnd().length) } };
}

/** An edit as editors take it. */
export function textEditOf({ line, column, endLine, endColumn, text }: FixEdit): TextEdit {
  return {
    range: {
      start: { line: line - 1, character: column - 1 },
      end: { line: endLine - 1, character: endColumn - 1 },
    },
    newText: text,
  };
}

/** Whether a finding is one that an acknowledgement can be of. */
export function canBeAcknowledged({ rule: id, verdict, canBeAcknowledged }: Finding): boolean {
  const rule = RULES.find((each) => each.id === id);
  return verdict === "fail" && rule !== undefined && rule.canBeAcknowledged !== false && canBeAcknowledged !== false;
}

/** The file of a URI; undefined where it is none, as of a text that was never saved. */
export function fileOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

export function uriOf(file: string): string {
  return pathToFileURL(file).href;
}
