import { Buffer } from "node:buffer";
import { constants, gunzipSync, inflateSync } from "node:zlib";
import {
  AGE,
  BASIC,
  BEARER,
  END_OF_PEM,
  IN_ADDRESS,
  JSON_WEB_KEY,
  KEY,
  KEY_BYTES,
  KEY_WORDS,
  LONG,
  PEM,
  SECRET_NAMES,
  SIGNATURE,
  TOKEN,
  TOKEN_WORDS,
  XML_KEY,
} from "./secret-forms.ts";

/**
 * What a secret in a text is; the first here is the one to name where several meet. The last is what could not be
 * looked through.
 */
export const SECRET_KINDS = ["kubeconfig", "private key", "token", "password", "key", "text"] as const;
export type SecretKind = (typeof SECRET_KINDS)[number];

/** A secret in a text. */
export interface Secret {
  readonly start: number;
  readonly end: number;
  readonly kind: SecretKind;
}

/** No value in a plan has as many characters. */
const MAX_TEXT = 1_000_000;

/** Nobody wraps a secret more often: base64 in JSON in base64. */
const MAX_LAYERS = 6;

/**
 * Characters that are decoded of a text, and for each of its own. A release of Helm has 20 times its size, and little
 * enough text that is no attack has as much.
 */
const MAX_DECODED = 20_000;
const MAX_DECODED_EACH = 40;

/** What stands in place of a secret. */
const MARK = new RegExp(`^\\((?:${SECRET_KINDS.join("|")}) not shown\\)`);

const UNSEEN_CHARACTERS = String.raw`\0\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff`;

/** What nobody sees in a text: a secret that has it inside is whole again in a report, which drops it. */
const UNSEEN = String.raw`[${UNSEEN_CHARACTERS}]|\u001b\[[0-?]*[ -/]*[@-~]?`;

/**
 * What every text has that holds a secret: most have nothing of it. The long run of letters is looked for where one
 * starts, and not from each letter.
 */
const SUSPECT = new RegExp(
  String.raw`[=:\\%@<\u001b${UNSEEN_CHARACTERS}]|(?<![\w+/-])[\w+/-]{20}|--\w|key\b|Q~|(?:bearer|basic)\s`,
  "i",
);

/** Whether a text has anything of what all that hold a secret have. */
export function isSuspect(text: string): boolean {
  return text.length >= 8 && SUSPECT.test(text);
}

/** The secrets in a text, in their order; none in another. */
export function secretsIn(text: string): readonly Secret[] {
  if (text.length > MAX_TEXT) return [{ start: 0, end: text.length, kind: "text" }];
  if (!isSuspect(text)) return [];
  const budget: Budget = { left: MAX_DECODED + text.length * MAX_DECODED_EACH };
  const secrets = merged(find(text, 0, budget));
  // What could not be looked through is not shown.
  return budget.left < 0 ? [{ start: 0, end: text.length, kind: worst(secrets) ?? "text" }] : secrets;
}

interface Budget {
  /** Characters that may still be decoded. */
  left: number;
}

function spent(characters: number, budget: Budget): boolean {
  budget.left -= characters;
  return budget.left >= 0;
}

function* find(text: string, layers: number, budget: Budget): Generator<Secret> {
  yield* written(text);
  if (layers >= MAX_LAYERS) return;
  yield* inBase64(text, layers, budget);
  const plain = unescaped(text);
  if (plain === undefined || !spent(plain.text.length, budget)) return;
  for (const { start, end, kind } of find(plain.text, layers + 1, budget))
    yield { start: plain.place(start), end: plain.place(end), kind };
}

/** Secrets that are written as they are. */
function* written(text: string): Generator<Secret> {
  if (/PRIVATE KEY|PuTTY-User-Key|AGE-SECRET-KEY/i.test(text)) yield* keysIn(text);
  if (text.includes(":")) yield* kubeconfigIn(text);
  if (TOKEN_WORDS.test(text)) yield* matches(text, TOKEN, "token");
  if (KEY_WORDS.test(text)) yield* matches(text, KEY, "key");
  if (text.length >= 52) yield* matches(text, LONG, "key");
  if (text.includes("=")) yield* matches(text, SIGNATURE, "key");
  if (/[=:]|--\w/.test(text)) yield* assignedIn(text);
  if (/bearer|basic|"auth"/i.test(text)) yield* headersIn(text);
  if (text.includes("@")) yield* matches(text, IN_ADDRESS, "password");
  if (text.includes("<")) yield* matches(text, XML_KEY, "private key");
  if (text.includes('"kty"')) yield* matches(text, JSON_WEB_KEY, "private key");
}

/** Keys in PEM form and alike, whole or cut off at either end. */
function* keysIn(text: string): Generator<Secret> {
  yield* matches(text, PEM, "private key");
  yield* matches(text, AGE, "private key");
  let last = 0;
  for (const { index, 0: end } of text.matchAll(END_OF_PEM)) {
    let start = index;
    while (start > last && /[A-Za-z0-9+/=\s]/.test(text[start - 1] as string)) start--;
    last = index + end.length;
    yield { start, end: last, kind: "private key" };
  }
}

const KUBECONFIG_KEYS = /(["']?)\b(?:apiVersion|clusters|contexts|current-context|kind|users)\1\s*:/g;

/** A kubeconfig, from its first key to the end of the text. */
function* kubeconfigIn(text: string): Generator<Secret> {
  const isConfig = /\bkind["']?\s*:\s*["']?Config\b/.test(text);
  if (!isConfig && !/client-key-data|current-context/.test(text)) return;
  const keys = [...text.matchAll(KUBECONFIG_KEYS)];
  const names = new Set(keys.map(([key]) => key.replaceAll(/\W/g, "")));
  if (!text.includes("client-key-data") && !(names.has("users") || (names.has("clusters") && names.has("contexts"))))
    return;
  let start = keys[0]?.index ?? 0;
  while (start > 0 && /[\s{]/.test(text[start - 1] as string)) start--;
  yield { start, end: text.length, kind: "kubeconfig" };
}

/** A name that is given a value: `Password=`, `"token": `, `--account-key `. */
const NAME = /(?<![\w.-])(-{0,2}[A-Za-z_][\w.-]{0,80})["']?(\s{0,3}(?:=>|:=|[:=])\s{0,3}|\s{1,3}(?=[^\s-]))/g;

/** Its value: in quotation marks, up to the semicolon of a connection string, or one word. */
const QUOTED = /"((?:[^"\\]|\\.)*)(?:"|$)|'([^']*)(?:'|$)/dy;
const PART = /[^;"'\r\n]{1,2000}/y;
const WORD = /(?:[^\s"';,&<>]|,(?!\s{0,3}[\w .-]{1,40}=)){1,2000}/y;

/** An expression of Terraform names a secret, and is none; nor is a bracket, or a comparison. */
const NO_VALUE = /^(?:\$\{|[=[{]|(?:var|local|data|module|each|self|random_\w+)\.|[a-z_]+\()/;

function* assignedIn(text: string): Generator<Secret> {
  let last = 0;
  for (const { index, 0: whole, 1: given = "", 2: sign = "" } of text.matchAll(NAME)) {
    if (index < last) continue;
    const name = given.replace(/^-+/, "");
    const kind = kindOfValue(name);
    const isFlag = sign.trim() === "";
    if (kind === undefined || (isFlag && name === given)) continue;
    const at = index + whole.length;
    if (MARK.test(text.slice(at, at + 24).replace(/^["']/, ""))) continue;
    const quoted = matchAt(text, QUOTED, at);
    const [start, end] = quoted?.indices?.[1] ?? quoted?.indices?.[2] ?? [at, at];
    if (quoted) {
      if (end > start && !/^\$\{[^}]*\}+$/.test(text.slice(start, end))) yield { start, end, kind };
      continue;
    }
    const isPart =
      sign.includes("=") && text.includes(";") && /(?:^|;)\s*$/.test(text.slice(Math.max(0, index - 3), index));
    const value = matchAt(text, isPart ? PART : WORD, at)?.[0] ?? "";
    if (value === "" || NO_VALUE.test(value)) continue;
    // `password: must be long` is a sentence.
    if (sign.includes(":") && !/^\s*(?:$|[\n\r,}\]])/.test(text.slice(at + value.length, at + value.length + 40)))
      continue;
    last = at + value.length;
    yield { start: at, end: last, kind };
  }
}

function matchAt(text: string, pattern: RegExp, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Credentials of a request. */
function* headersIn(text: string): Generator<Secret> {
  yield* matches(text, BEARER, "token");
  for (const { index, 0: encoded } of text.matchAll(BASIC))
    if (Buffer.from(encoded, "base64").toString("latin1").includes(":"))
      yield { start: index, end: index + encoded.length, kind: "password" };
}

function kindOfValue(name: string): SecretKind | undefined {
  if (name === "_auth" || name === "_password") return "password";
  if (!SECRET_NAMES.test(name)) return undefined;
  if (/pass|pwd|credential|secret$/i.test(name)) return "password";
  return /token$/i.test(name) ? "token" : "key";
}

/** Base64 in either alphabet, also in several lines, whose ends may be escaped. */
const BASE64 = /[\w+/-]{24,}(?:(?:\r?\n|\\r\\n|\\n)[ \t]*[\w+/-]+)*={0,2}/g;
const MIN_BASE64 = 40;

/** What base64 has soon after each other, and the paths of Azure and Terraform have not. */
const CAPITALS = /(?:[A-Z][^A-Z]{0,7}){5}/;

function* inBase64(text: string, layers: number, budget: Budget): Generator<Secret> {
  for (const { index, 0: run } of text.matchAll(BASE64)) {
    if (run.length < MIN_BASE64 || !CAPITALS.test(run)) continue;
    const found = encoded(run, layers, budget);
    if (found) yield { start: index + found.start, end: index + run.length, kind: found.kind };
  }
}

type Found = Pick<Secret, "start" | "kind">;

/**
 * What a run of base64 holds, and where that starts. What stands before it may have moved it by one to three
 * characters.
 */
function encoded(run: string, layers: number, budget: Budget): Found | undefined {
  const digits = run.replaceAll(/\\r|\\n|\s/g, "");
  for (let skipped = 0; skipped < 4; skipped++) {
    if (!spent(digits.length, budget)) return undefined;
    const found = inBytes(Buffer.from(skipped === 0 ? digits : digits.slice(skipped), "base64"), layers, budget);
    if (!found) continue;
    const start = skipped + Math.floor((found.start * 4) / 3);
    return { start: digits.length === run.length ? start : 0, kind: found.kind };
  }
  return undefined;
}

function inBytes(bytes: Buffer, layers: number, budget: Budget): Found | undefined {
  const packed = unpacked(bytes, budget);
  if (packed) {
    const found = layers + 1 < MAX_LAYERS ? inBytes(packed, layers + 1, budget) : undefined;
    return found && { ...found, start: 0 };
  }
  const raw = bytes.toString("latin1");
  const key = raw.search(KEY_BYTES);
  if (key >= 0) return { start: key, kind: "private key" };
  // UTF-16 has a zero beside every letter. What was moved, or is no text, has nothing that can be read for long.
  const text = raw.includes("\0") ? raw.replaceAll("\0", "") : raw;
  const found: Found[] = [];
  for (const { index, 0: readable } of text.matchAll(/[\t\n\r\x20-\x7e]{24,}/g)) {
    for (const { start, kind } of find(readable, layers + 1, budget)) {
      found.push({ start: index + start, kind });
      // All of it is one.
      if (found.length === MANY) return { start: 0, kind: worst(found) as SecretKind };
    }
  }
  const kind = worst(found);
  return kind && { start: text === raw ? Math.min(...found.map(({ start }) => start)) : 0, kind };
}

const MANY = 100;

function unpacked(bytes: Buffer, budget: Budget): Buffer | undefined {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip && !(bytes[0] === 0x78 && bytes.readUInt16BE(0) % 31 === 0)) return undefined;
  try {
    // Also what is cut off.
    const unpacked = (isGzip ? gunzipSync : inflateSync)(bytes, {
      maxOutputLength: Math.max(1, budget.left),
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    budget.left -= unpacked.length;
    return unpacked;
  } catch (error) {
    if (error instanceof RangeError) budget.left = -1;
    return undefined;
  }
}

/** What an escape stands for. */
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

const ESCAPE = new RegExp(String.raw`\\(u[0-9a-f]{4}|[\s\S])|%[0-9a-f]{2}|${UNSEEN}`, "gi");
const ESCAPED = new RegExp(ESCAPE.source, "i");

/**
 * A text without the escapes of JSON and of addresses, and without what nobody sees, and what stands where in the text
 * given; undefined where it has none.
 */
function unescaped(text: string): { readonly text: string; place(at: number): number } | undefined {
  if (!ESCAPED.test(text)) return undefined;
  let plain = "";
  /** Where each escape ends, in both texts. */
  const ends: [plain: number, given: number][] = [[0, 0]];
  let at = 0;
  for (const { 0: written, 1: letter = "", index } of text.matchAll(ESCAPE)) {
    plain += text.slice(at, index);
    if (letter !== "")
      plain +=
        letter.length > 1 ? String.fromCharCode(Number.parseInt(letter.slice(1), 16)) : (ESCAPES[letter] ?? letter);
    else if (written.startsWith("%")) plain += String.fromCharCode(Number.parseInt(written.slice(1), 16));
    at = index + written.length;
    ends.push([plain.length, at]);
  }
  plain += text.slice(at);
  const place = (position: number): number => {
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((ends[middle] as [number, number])[0] <= position) low = middle;
      else high = middle - 1;
    }
    const [plainEnd, givenEnd] = ends[low] as [number, number];
    return Math.min(text.length, givenEnd + position - plainEnd);
  };
  return { text: plain, place };
}

function* matches(text: string, pattern: RegExp, kind: SecretKind): Generator<Secret> {
  for (const { index, 0: found } of text.matchAll(pattern))
    if (found !== "") yield { start: index, end: index + found.length, kind };
}

/** Those that meet as one. */
function merged(found: Iterable<Secret>): Secret[] {
  const result: Secret[] = [];
  for (const secret of [...found].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && secret.start < last.end) {
      result[result.length - 1] = {
        start: last.start,
        end: Math.max(last.end, secret.end),
        kind: worst([last, secret]) as SecretKind,
      };
    } else result.push(secret);
  }
  return result;
}

function worst(secrets: readonly Pick<Secret, "kind">[]): SecretKind | undefined {
  return SECRET_KINDS.find((kind) => secrets.some((secret) => secret.kind === kind));
}
