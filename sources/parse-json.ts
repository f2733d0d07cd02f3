import { UserError } from "../errors/user-error.ts";

/** Deeper than any plan is nested: a module in a module takes three levels. */
const MAX_LEVELS = 1000;

/** A plan has far fewer values for its length; each takes many times the memory of its text. */
const BYTES_PER_VALUE = 10;

/** What nobody misses the limit of. */
const FEW_VALUES = 1_000_000;

const [QUOTATION_MARK, COMMA, BRACKET, CLOSING_BRACKET, BRACE, CLOSING_BRACE] = [0x22, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Parses JSON that is nested no deeper, and has no more values for its length, than what programs write: JSON.parse
 * would take gigabytes for the rest, and whoever reads it the stack.
 */
export function parseJson(text: string, reviver?: (key: string, value: unknown) => unknown): unknown {
  const maxValues = Math.max(FEW_VALUES, text.length / BYTES_PER_VALUE);
  let level = 0;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTATION_MARK:
        at = endOfText(text, at);
        break;
      case BRACKET:
      case BRACE:
        values++;
        if (++level > MAX_LEVELS) throw new UserError(`is nested deeper than ${MAX_LEVELS} levels`);
        break;
      case CLOSING_BRACKET:
      case CLOSING_BRACE:
        level--;
        break;
      case COMMA:
        if (++values > maxValues) throw new UserError("holds more values than a text of its length has");
    }
  }
  return JSON.parse(text, reviver);
}

/** The closing quotation mark of a JSON text. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
