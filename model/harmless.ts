/**
 * Sequences that a terminal obeys: colours and the cursor, titles and links, and single ones.
 * https://ecma-international.org/publications-and-standards/standards/ecma-48/
 */
const ANSI = new RegExp(
  [
    String.raw`(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?`,
    String.raw`(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?`,
    String.raw`\u001b[ -/]*[0-~]?`,
  ].join("|"),
  "g",
);

/** Control characters other than the end of a line, and halves of characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\p{Surrogate}]+/gu;

/** What turns text around, joins it or has no width: a reader sees another text than there is. */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** Text of others without what a terminal obeys and without what cannot be seen. Lines stay lines. */
export function visible(text: string): string {
  return text.replaceAll(ANSI, "").replaceAll(UNSEEN, "").replaceAll(CONTROL, " ");
}

/**
 * Commands of pipelines: `##vso[` and `##[` of Azure Pipelines, which obeys them anywhere in a line, and `::` of GitHub
 * Actions; an IPv6 address is none.
 */
const COMMANDS = /##(?=(?:vso)?\[)|(?<![0-9a-f:]):{2,}|:{3,}|::(?![0-9a-f]{0,4}(?![\w:-]))/gi;

/** Text of others for a log or a terminal, which obey nothing in it. Lines stay lines. */
export function harmless(text: string): string {
  return visible(text).replaceAll(COMMANDS, (command) => (command === "##" ? "## " : [...command].join(" ")));
}

/** The same in one line. */
export function oneLine(text: string): string {
  return harmless(text.replaceAll(/[\r\n]+/g, " "));
}

/** The same for text with character references, as in HTML and XML: the reader sees what was written. */
export function withReferences(text: string): string {
  return visible(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(COMMANDS, (command) => command.replaceAll(":", "&#58;").replaceAll("#", "&#35;"));
}

/**
 * A value as JSON in which nothing is obeyed or unseen: such characters are written as escapes, which mean the same.
 */
export function harmlessJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replaceAll(/[\p{Cf}\p{Default_Ignorable_Code_Point}\u007f-\u009f\u2028\u2029]/gu, escaped)
    .replaceAll(COMMANDS, escaped);
}

function escaped(text: string): string {
  return text
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
