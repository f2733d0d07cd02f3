import { shownText } from "../model/redaction.ts";

/** As much of a value as tells its author which one it is. More may be a secret that nothing knows by its looks. */
const MAX_VALUE = 24;

/** The longest keys have 30 characters. */
const MAX_KEY = 40;

/** A key or a name of the user's own: what has no space and is no path. */
const KEY = new RegExp(`[^\\s"'\`.,[\\]]{${MAX_KEY + 1},}`, "g");

/** A value that is refused, in quotation marks. */
export function quotedValue(text: string): string {
  return JSON.stringify(shortened(shownText(text), MAX_VALUE));
}

/** A text with keys and names of the user's own, or a path of them: no secret is in it, and no long part of one. */
export function shownKeys(text: string): string {
  return shownText(text).replaceAll(KEY, (key) => shortened(key, MAX_KEY));
}

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 3)}...` : text;
}
