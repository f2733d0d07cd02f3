import type { YAMLError } from "yaml";
import type { Mistake } from "./mistake.ts";
import { NOT_EXPANDED, oddCharacter, placeholderIn } from "./odd-characters.ts";
import { Brackets, type LoneBracket, type YamlToken, yamlTokens } from "./yaml-tokens.ts";

/**
 * What is wrong where YAML cannot be read. The library says what it could not take and where it noticed; its author
 * needs what was written wrong, and the place of that. One mistake for a line: the others follow from it.
 */
export function brokenYaml(text: string, errors: readonly YAMLError[]): Mistake[] {
  const conflicts = [...text.matchAll(/^<{7}(?= |$)/gm)].map(({ index }) => ({
    offset: index,
    message: "this is a conflict of Git that nobody resolved",
    advice: "keep one of the two versions, and remove the lines with <<<<<<<, ======= and >>>>>>>",
  }));
  if (conflicts.length > 0) return conflicts;
  const found = brokenTokens(text);
  const first = Math.min(...found.map(({ offset }) => offset));
  // Behind a bracket or quotation mark without its partner, nothing is what it seems.
  const before = errors.filter(({ pos }) => pos[0] < first).map((error) => brokenLine(text, error));
  return onePerLine(text, [...before, ...found]);
}

type Placed = Mistake & { readonly offset: number };

function onePerLine(text: string, mistakes: readonly Placed[]): Placed[] {
  const byLine = new Map<number, Placed>();
  for (const mistake of mistakes) {
    const start = lineStart(text, mistake.offset);
    const known = byLine.get(start);
    if (!known || mistake.offset < known.offset) byLine.set(start, mistake);
  }
  return [...byLine.values()];
}

/** What single words and signs show: placeholders, and brackets and quotation marks without a partner. */
function brokenTokens(text: string): Placed[] {
  const found: Placed[] = [];
  const brackets = new Brackets(text);
  let previous: YamlToken | undefined;
  for (const token of yamlTokens(text)) {
    const placeholder = placeholderAt(text, token, previous);
    if (placeholder) found.push(placeholder);
    if (isOpenQuote(token)) {
      found.push({
        offset: token.offset,
        message: "the quotation mark is not closed",
        advice: `close it with ${token.text[0]} in the same line, or remove it`,
      });
      brackets.rest();
    } else found.push(...brackets.lone(token).map(loneBracket));
    previous = token;
  }
  found.push(...brackets.rest().map(loneBracket));
  return found;
}

/** Between brackets, `${NAME}` is text and then a map, and `{{ name }}` a map in a map. */
function placeholderAt(text: string, token: YamlToken, previous: YamlToken | undefined): Placed | undefined {
  if (token.text !== "{" || token.isPlain) return undefined;
  if (previous?.isPlain && /[$#%@]$/.test(previous.text)) return placeholder(text, previous.offset, token.offset);
  return text[token.offset + 1] === "{" ? placeholder(text, token.offset, token.offset) : undefined;
}

function placeholder(text: string, offset: number, brace: number): Placed {
  const [shown = ""] = /^\{+[^}\n]{0,40}\}*/.exec(text.slice(brace)) ?? [];
  return {
    offset,
    message: `this is not valid YAML: \`${text.slice(offset, brace)}${shown}\` is not text between brackets without quotation marks`,
    advice: `quote it, if it is meant as text; ${NOT_EXPANDED}`,
  };
}

/** A template where text belongs, which YAML reads as a map that is a key. */
export function templateAt(text: string, offset: number): Mistake | undefined {
  return text.startsWith("{{", offset) ? placeholder(text, offset, offset) : undefined;
}

function isOpenQuote({ text, isPlain }: YamlToken): boolean {
  if (isPlain || !/^["']/.test(text)) return false;
  const quote = text[0] as string;
  // A quotation mark in the text is written with a backslash, or twice.
  const inner = quote === "'" ? text.slice(1).replaceAll("''", "") : text.slice(1).replaceAll(/\\./gs, "");
  return !inner.endsWith(quote);
}

/** A bracket without its partner. */
export function loneBracket({ bracket, offset, isOpening }: LoneBracket): Placed {
  return isOpening
    ? {
        offset,
        message: `this is not valid YAML: the bracket ${bracket} is not closed`,
        advice: `close it with ${bracket === "{" ? "}" : "]"}, or put the text that it belongs to in quotation marks`,
      }
    : {
        offset,
        message: `this is not valid YAML: the bracket ${bracket} closes nothing here`,
        advice: "remove it, or put the text that it belongs to in quotation marks",
      };
}

const INDENT: Advised = [
  "is indented otherwise than its neighbours",
  "indent the keys of one map equally, with spaces",
];

const QUOTE_IT = "put the whole value in quotation marks";

type Advised = readonly [message: string, advice: string];

/** What an error of the library means where the code alone tells it. */
const BY_CODE: Readonly<Record<string, Advised>> = {
  TAB_AS_INDENT: ["a tab stands where the line is indented", "indent with spaces; YAML does not allow tabs there"],
  BAD_INDENT: [`this line ${INDENT[0]}`, INDENT[1]],
  MULTIPLE_DOCS: [
    "a second YAML document starts here",
    "keep one document in the file: remove the line `---` or `...` before this; one file has several environments",
  ],
  BAD_ALIAS: ["the alias has no anchor", "define the anchor (&name) before the alias (*name) that uses it"],
  BAD_SCALAR_START: ["a value cannot start with this character", QUOTE_IT],
  BAD_DQ_ESCAPE: [
    "this backslash starts no escape sequence",
    "write \\\\ for a backslash, or use single quotation marks",
  ],
};

/** What an error of the library means, by the line in which it stands. */
function brokenLine(text: string, { pos, code, message }: YAMLError): Placed {
  const start = lineStart(text, pos[0]);
  const end = text.indexOf("\n", pos[0]) === -1 ? text.length : text.indexOf("\n", pos[0]);
  const line = text.slice(start, end);
  const at = (column: number, [said, advice]: Advised): Placed => ({
    offset: start + column,
    message: `this is not valid YAML: ${said}`,
    advice,
  });
  const odd = oddCharacter(line.replace(/ #.*/, ""));
  if (odd) return at(odd.index, ["a special character stands where YAML needs an ordinary one", odd.advice]);
  const [indent = ""] = /^\s*(- +)*/.exec(line) ?? [];
  const content = line.slice(indent.length);
  if (/^-[^\s-]/.test(content))
    return at(indent.length, ["a space is missing behind the hyphen", "write an item of a list as `- item`"]);
  const [unspaced, key = ""] = /^([\w.-]+):(?=[^\s:])/.exec(content) ?? [];
  if (unspaced !== undefined)
    return at(indent.length + key.length, ["a space is missing behind the colon", `write \`${key}: value\``]);
  if (code === "BAD_INDENT" && /^Flow /.test(message)) return at(pos[0] - start, BY_CODE.BAD_INDENT as Advised);
  if (code === "BAD_SCALAR_START" && placeholderIn(text.slice(pos[0], end)))
    return at(pos[0] - start, ["a value cannot start with this character", NOT_EXPANDED]);
  const known = BY_CODE[code];
  if (known) return at(pos[0] - start, known);
  const rest = text.slice(pos[0], end);
  if (!/:(\s|$)/.test(content)) return at(indent.length, withoutColon(content));
  if (/:(\s|$)/.test(rest) && /^(Nested mappings|Block collections|Implicit)/.test(message))
    return at(pos[0] - start, [
      "a colon and a space stand in the middle of a value",
      `${QUOTE_IT}; where another key starts there, put a comma or a new line before it`,
    ]);
  if (/^(Nested mappings|Implicit)/.test(message))
    return {
      ...nextLine(text, end),
      message: `this is not valid YAML: this line ${INDENT[0]}`,
      advice: `${INDENT[1]}; a value ends in its line`,
    };
  if (/at node end/.test(message))
    return at(pos[0] - start, [
      "text stands behind a value that has ended",
      `${QUOTE_IT}, and write a quotation mark in it twice ('') or use the other kind`,
    ]);
  return at(pos[0] - start, [firstLine(message), QUOTE_IT]);
}

function withoutColon(content: string): Advised {
  const [, key = ""] = /^([\w.-]+)/.exec(content) ?? [];
  return [
    "a colon is missing",
    key === "" ? "write `key: value`" : `write \`${key}: value\`, or \`${key}:\` with its keys below`,
  ];
}

function nextLine(text: string, end: number): { readonly offset: number } {
  const [spaces = ""] = /^\s*/.exec(text.slice(end)) ?? [];
  return { offset: end + spaces.length };
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] as string;
}
