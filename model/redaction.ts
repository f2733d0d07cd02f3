import { SECRET_NAMES } from "./secret-forms.ts";
import { isSuspect, type Secret, secretsIn } from "./secrets.ts";

/** Blocks in which `key` is a private key. */
const TLS_BLOCKS = new Set(["ssl", "sslConfiguration"]);

/** Names of attributes that providers take and never give back. */
const WRITE_ONLY = /(^sensitive_body|_wo)$/;

/** Plans have few names and few short texts, each thousands of times. */
const MAX_KNOWN = 20_000;
const MAX_KNOWN_LENGTH = 300;
const knownNames = new Map<string, boolean>();
const knownTexts = new Map<string, readonly Secret[]>();

/** Whether a text of that name is a secret; `parent` is the nearest name around it. */
export function isSecretName(name: string, parent: string | undefined): boolean {
  if (name === "key") return parent !== undefined && TLS_BLOCKS.has(parent);
  return remembered(knownNames, name, () => SECRET_NAMES.test(name) || isWriteOnlyName(name));
}

export function isWriteOnlyName(name: string): boolean {
  return WRITE_ONLY.test(name);
}

/** Whether a text is or holds a private key, in any form in which one is passed on. */
export function isPrivateKey(text: string): boolean {
  return secretsOf(text).some(({ kind }) => kind === "private key");
}

/** Whether a text is or holds a kubeconfig. */
export function isKubeconfig(text: string): boolean {
  return secretsOf(text).some(({ kind }) => kind === "kubeconfig");
}

/** Whether a text is or holds a secret by its looks. */
export function isSecretText(text: string): boolean {
  return secretsOf(text).length > 0;
}

/** A text from outside as it may be seen: what is a secret by its looks is named in its place, and the rest stays. */
export function shownText(text: string): string {
  const secrets = secretsOf(text);
  if (secrets.length === 0) return text;
  let shown = "";
  let at = 0;
  for (const { start, end, kind } of secrets) {
    shown += `${text.slice(at, start)}(${kind} not shown)`;
    at = end;
  }
  return shown + text.slice(at);
}

/** The same of every text in a value of lists and maps, such as a finding. */
export function shownTexts<T>(value: T): T {
  return shownIn(value) as T;
}

/** The value itself where nothing of it is hidden: most hold no secret. */
function shownIn(value: unknown): unknown {
  if (typeof value === "string") return shownText(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const shown = value.map(shownIn);
    return shown.some((item, index) => item !== value[index]) ? shown : value;
  }
  let shown: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const item = (value as Readonly<Record<string, unknown>>)[key];
    const seen = shownIn(item);
    if (seen === item) continue;
    shown ??= { ...value };
    shown[key] = seen;
  }
  return shown ?? value;
}

function secretsOf(text: string): readonly Secret[] {
  if (text.length > MAX_KNOWN_LENGTH) return secretsIn(text);
  const known = knownTexts.get(text);
  if (known) return known;
  // Nothing is kept of the many that are harmless at first sight.
  return isSuspect(text) ? remembered(knownTexts, text, () => secretsIn(text)) : [];
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, value);
  }
  return value;
}
