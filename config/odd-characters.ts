/** Characters that look like others, which editors and web pages put into a text without being asked. */

const SPACES = "\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000";

/** White space that YAML takes for a part of a word. */
const ODD_SPACE = new RegExp(`[${SPACES}]`);

const QUOTE = /[\u2018-\u201f\u00ab\u00bb\u2039\u203a\u201a\u201e]/;

/** A colon of another script, which ends no key. */
const COLON = /[\uff1a\ufe55\ufe13]/;

/** What a text has that was not typed, and what to do about it; undefined where there is nothing of that. */
export function oddCharacter(text: string): { readonly index: number; readonly advice: string } | undefined {
  for (const [pattern, advice] of [
    [ODD_SPACE, (code: string) => `replace the special space (${code}) by an ordinary one`],
    [COLON, (code: string) => `replace the special colon (${code}) by an ordinary one`],
    [QUOTE, (code: string) => `replace the typographic quotation marks (${code}) by "`],
  ] as const) {
    const found = pattern.exec(text);
    if (found) return { index: found.index, advice: advice(codeOf(found[0])) };
  }
  return undefined;
}

/** Removes them at both ends. */
export function withoutOddCharacters(text: string): string {
  const ends = `[\\s${SPACES}\\u2018-\\u201f\\u00ab\\u00bb\\u2039\\u203a]+`;
  return text.replaceAll(new RegExp(`^${ends}|${ends}$`, "g"), "");
}

function codeOf(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** What other tools would put a value in place of: `${NAME}`, `$NAME`, `$(name)`, `%NAME%`, `{{ name }}`, `<name>`. */
const PLACEHOLDER = /\$\{[^}]*\}?|\$\([^)]*\)?|\$\w+|%\w+%|\{\{.*?(\}\}|$)|<[^<>]+>|__\w+__|#\{[^}]*\}#?/;

/** The first placeholder in a text. */
export function placeholderIn(text: string): string | undefined {
  return PLACEHOLDER.exec(text)?.[0];
}

/** Said of every placeholder. */
export const NOT_EXPANDED =
  "variables and templates are not expanded here: write the value itself, or fill it in before this file is read";
