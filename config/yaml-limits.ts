import { isKubeconfig, isPrivateKey } from "../model/redaction.ts";
import { loneBracket } from "./broken-yaml.ts";
import type { Mistake } from "./mistake.ts";
import { Brackets, TokenPlaces } from "./yaml-tokens.ts";

/** What no configuration needs, and what the YAML library or CDKTF cannot bear. */

export const MAX_DEPTH = 100;

/** The library takes 20 µs for a word or sign. 2,000 environments have 270,000. */
const MAX_TOKENS = 1_000_000;

/** A shorter text is read soon, whatever is in it. */
const SHORT = 50_000;

/** Nobody writes a longer value. */
export const MAX_TEXT = 5_000;

/** CDKTF looks for its numbers in every text, and takes the square of the length of such a row for it. */
const DIGITS = /[-+|.\d]{200}/;

/** Thrown where the library would take minutes and gigabytes. */
export class SlowYaml extends Error {
  constructor(readonly mistakes: readonly Mistake[]) {
    super("this would take too long");
  }
}

/**
 * Sees the words and signs of a text before the library builds anything of them, and throws at what it is slow for:
 * thousands of levels, brackets that do not belong together, each an error of its own, and far too much.
 */
export function slownessWatch(text: string): (token: string) => void {
  const opened = /(?:[[{]\s*){1000}/.exec(text);
  if (opened) throw new SlowYaml(tooDeep(opened.index));
  if (text.length <= SHORT) return () => {};
  const places = new TokenPlaces();
  const brackets = new Brackets(text);
  let count = 0;
  return (word) => {
    const token = places.next(word);
    const { offset } = token;
    if (++count > MAX_TOKENS) {
      const message = `this has more than ${MAX_TOKENS.toLocaleString("en")} words and signs`;
      throw new SlowYaml([{ offset, message, advice: "is this the right file?" }]);
    }
    const [lone] = brackets.lone(token);
    if (brackets.depth > MAX_DEPTH) throw new SlowYaml(tooDeep(offset));
    if (lone) throw new SlowYaml([loneBracket(lone)]);
  };
}

export function tooDeep(offset: number): Mistake[] {
  return [{ offset, message: "this is nested too deeply to be read", advice: `nest at most ${MAX_DEPTH} levels` }];
}

/** CDKTF replaces its own markers wherever they stand, and no name, ID or tag in Azure bears a control character. */
export function unbearable(text: string): string | undefined {
  if (text.length > MAX_TEXT)
    return `has ${text.length.toLocaleString("en")} characters, and at most ${MAX_TEXT.toLocaleString("en")} are taken`;
  const secret = isKubeconfig(text) ? "a kubeconfig" : isPrivateKey(text) ? "a private key" : undefined;
  if (secret)
    return `is ${secret}, which has no place in a file: keep it in a key vault, and replace it, for it is known now`;
  if (DIGITS.test(text)) return "has 200 digits or signs in a row, which no name has";
  if (text.includes("TfToken[")) return "contains `TfToken[`, which CDKTF keeps for itself";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u0008\u000b-\u001f\u007f]|\p{Surrogate}/u.test(text)) return "contains a control character";
  if (/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/.test(text))
    return "contains a character that cannot be seen, or that turns the text around";
  return undefined;
}
