import { Lexer } from "yaml";

/** What stands before a plain scalar among the tokens; a collection that nobody closed; the start of a document. */
const [SCALAR, NOT_CLOSED, DOCUMENT] = ["\u001f", "\u0018", "\u0002"];
/** These are not in the text. */
const WITHOUT_LENGTH = [SCALAR, NOT_CLOSED, DOCUMENT];

/** A word or sign of a YAML text. */
export interface YamlToken {
  readonly text: string;
  readonly offset: number;
  /** Whether it is text without quotation marks. */
  readonly isPlain: boolean;
}

/** The words and signs of a text, from left to right, and nothing more: no document is built. */
export function* yamlTokens(text: string): Generator<YamlToken> {
  const places = new TokenPlaces();
  for (const token of new Lexer().lex(text)) yield places.next(token);
}

/** Says where the words and signs of the lexer stand, one after another. */
export class TokenPlaces {
  private offset = 0;
  private isPlain = false;

  next(text: string): YamlToken {
    const { offset, isPlain } = this;
    if (isPlain || !WITHOUT_LENGTH.includes(text)) this.offset += text.length;
    this.isPlain = !isPlain && text === SCALAR;
    return { text, offset, isPlain };
  }
}

/** A bracket that has no partner. */
export interface LoneBracket {
  readonly bracket: string;
  readonly offset: number;
  readonly isOpening: boolean;
}

const CLOSING: Readonly<Record<string, string>> = { "[": "]", "{": "}" };

/** Follows the brackets of a text, token by token. */
export class Brackets {
  private open: LoneBracket[] = [];

  constructor(private readonly source: string) {}

  /** How deep the brackets are nested at this point. */
  get depth(): number {
    return this.open.length;
  }

  /** The brackets that this token shows to have no partner. */
  lone({ text, offset, isPlain }: YamlToken): readonly LoneBracket[] {
    if (isPlain) return [];
    // Where a bracket follows, that one says which it closes.
    if (text === NOT_CLOSED) return /[\]}]/.test(this.source[offset] ?? "") ? [] : this.rest();
    if (Object.hasOwn(CLOSING, text)) this.open.push({ bracket: text, offset, isOpening: true });
    return text === "]" || text === "}" ? this.close(text, offset) : [];
  }

  /** Those that are open at this point, and are forgotten. */
  rest(): readonly LoneBracket[] {
    const { open } = this;
    this.open = [];
    return open;
  }

  private close(bracket: string, offset: number): readonly LoneBracket[] {
    // At the start of a line, a bracket closes the one whose line is indented as this one.
    const indentation = indentationAt(this.source, offset);
    const partner =
      indentation === undefined ? -1 : this.open.findLastIndex((each) => this.indentationOf(each) === indentation);
    const lone = partner === -1 ? [] : this.open.splice(partner + 1);
    const last = this.open.pop();
    if (!last) return [...lone, { bracket, offset, isOpening: false }];
    return CLOSING[last.bracket] === bracket ? lone : [...lone, last];
  }

  private indentationOf({ offset }: LoneBracket): number {
    const start = this.source.lastIndexOf("\n", offset - 1) + 1;
    return (/^ */.exec(this.source.slice(start, offset)) as RegExpExecArray)[0].length;
  }
}

/** Columns before what stands first in its line; undefined where something else is before it. */
function indentationAt(text: string, offset: number): number | undefined {
  const before = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return before.trim() === "" ? before.length : undefined;
}
