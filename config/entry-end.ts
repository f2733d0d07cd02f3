/**
 * The end of the last line of an entry, with the comments that stand as deep as what is in it, and none of the next
 * entry's.
 */
export function endOf(text: string, valueEnd: number, indent: number): number {
  const isComment = (line: string): boolean => line.trimStart().startsWith("#");
  const depth = (line: string): number => line.length - line.trimStart().length;
  let end = lineEnd(text, text.slice(0, valueEnd).trimEnd().length);
  for (let line = lineAt(text, end); isComment(line) && depth(line) <= indent; line = lineAt(text, end)) {
    end = text.slice(0, end - line.length).trimEnd().length;
  }
  for (let next = end + 1; next < text.length; next = lineEnd(text, next) + 1) {
    const line = text.slice(next, lineEnd(text, next));
    if (line.trim() === "") continue;
    if (!isComment(line) || depth(line) <= indent) break;
    end = lineEnd(text, next);
  }
  // A carriage return belongs to the end of its line.
  return text[end - 1] === "\r" ? end - 1 : end;
}

export function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

/** The line that ends at an offset. */
function lineAt(text: string, end: number): string {
  return text.slice(text.lastIndexOf("\n", end - 1) + 1, end);
}
