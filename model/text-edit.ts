/** A part of a text that becomes another: characters from `start` to before `end`. */
export interface TextEdit {
  /** The file, as findings name it. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A text with edits of it, which do not touch each other. */
export function edited(text: string, edits: readonly Omit<TextEdit, "file">[]): string {
  let result = "";
  let at = 0;
  for (const { start, end, text: added } of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(at, start) + added;
    at = end;
  }
  return result + text.slice(at);
}

/** Where the line begins that a character is in. */
export function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/** Where the line ends that a character is in, before its line break. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  if (end === -1) return text.length;
  return text[end - 1] === "\r" && end > at ? end - 1 : end;
}

/** The white space that a line begins with. */
export function indentAt(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, at), lineEnd(text, at)))?.[0] ?? "";
}

/** The line break of a text. */
export function newlineOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** Whether nothing else stands on the lines of a part, but a comment behind it or a comma. */
function isAlone(text: string, start: number, end: number): boolean {
  return (
    text.slice(lineStart(text, start), start).trim() === "" &&
    /^\s*,?\s*((#|\/\/).*)?$/.test(text.slice(end, lineEnd(text, end)))
  );
}

/** Takes a part away: its lines, where nothing else stands there. What is added behind it stays behind it. */
export function cut(text: string, start: number, end: number): Omit<TextEdit, "file"> {
  if (!isAlone(text, start, end)) return { start, end, text: "" };
  const [first, last] = [lineStart(text, start), lineEnd(text, end)];
  if (first === 0) return { start: 0, end: text.indexOf("\n", last) + 1 || text.length, text: "" };
  return { start: text[first - 2] === "\r" ? first - 2 : first - 1, end: last, text: "" };
}

/** Takes an item of a list or map away, with the comma that sets it off from its neighbour. */
export function cutItem(text: string, start: number, end: number): Omit<TextEdit, "file"> {
  const comma = /^\s*,[ \t]*/.exec(text.slice(end))?.[0];
  if (comma !== undefined)
    return isAlone(text, start, end) ? cut(text, start, end) : { start, end: end + comma.length, text: "" };
  const before = /,\s*$/.exec(text.slice(0, start))?.[0];
  return before === undefined ? cut(text, start, end) : { start: start - before.length, end, text: "" };
}
