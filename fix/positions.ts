import type { Proposal } from "../assess/proposal.ts";
import type { Fix, FixEdit, FixLines } from "../model/fix.ts";
import { shownText } from "../model/redaction.ts";
import { edited, lineEnd, lineStart, type TextEdit } from "../model/text-edit.ts";
import type { Judged } from "./source.ts";

/** A fix by lines and columns, as editors and reports have it. */
export function fixIn({ texts, nameOf }: Judged, { description, edits }: Proposal): Fix {
  const inFile = [...new Set(edits.map(({ file }) => file))].map((file) => ({
    file,
    text: texts.get(file) ?? "",
    own: edits.filter((edit) => edit.file === file).sort((a, b) => a.start - b.start || a.end - b.end),
  }));
  return {
    description,
    edits: inFile.flatMap(({ file, text, own }) =>
      own.map((edit) => ({ file: nameOf(file), ...positioned(edit, text) })),
    ),
    lines: inFile.flatMap(({ file, text, own }) => linesOf(own, text).map((each) => ({ file: nameOf(file), ...each }))),
  };
}

function positioned({ start, end, text }: TextEdit, source: string): Omit<FixEdit, "file"> {
  const [from, to] = [positionAt(source, start), positionAt(source, end)];
  return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column, text };
}

function positionAt(text: string, at: number): { readonly line: number; readonly column: number } {
  return { line: text.slice(0, at).split("\n").length, column: at - lineStart(text, at) + 1 };
}

/** Whole lines; edits in the same ones are one. */
function linesOf(edits: readonly TextEdit[], source: string): Omit<FixLines, "file">[] {
  const groups: { start: number; end: number; edits: TextEdit[] }[] = [];
  for (const edit of edits) {
    const [start, end] = [lineStart(source, edit.start), lineEnd(source, edit.end)];
    const last = groups.at(-1);
    if (last && start <= last.end) {
      last.end = Math.max(last.end, end);
      last.edits.push(edit);
    } else groups.push({ start, end, edits: [edit] });
  }
  const lines = groups.map(({ start, end, edits: own }) => ({
    line: positionAt(source, start).line,
    endLine: positionAt(source, end).line,
    text: edited(
      source.slice(start, end),
      own.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start })),
    ),
  }));
  // A line that holds a secret is not shown.
  return lines.filter(({ text }) => shownText(text) === text);
}
