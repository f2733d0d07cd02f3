/** Attributes that hold a secret, by the end of their names in the manner of Terraform or of Azure. */
const SECRET_NAMES =
  /(^|[_.-])(kube_?(admin_?)?config(_raw)?|secret|client_?key|key\.pem|tls\.key|sslKey)$|(pass(word|wd|phrase)|token|(client|shared|account|access|secret|private|primary|secondary|storage|instrumentation|host)_?(secret|key)(_pem)?|connection_?string|credentials?)$/i;

/** Blocks in which `key` is a private key. */
const TLS_BLOCKS = new Set(["ssl", "sslConfiguration"]);

/** Names of attributes that providers take and never give back. */
const WRITE_ONLY = /(^sensitive_body|_wo)$/;

/** Plans have few names, each thousands of times. */
const known = new Map<string, boolean>();
const MAX_KNOWN = 10_000;

/** Whether a text of that name is a secret; `parent` is the nearest name around it. */
export function isSecretName(name: string, parent: string | undefined): boolean {
  if (name === "key") return parent !== undefined && TLS_BLOCKS.has(parent);
  let isSecret = known.get(name);
  if (isSecret === undefined) {
    isSecret = SECRET_NAMES.test(name) || isWriteOnlyName(name);
    if (known.size < MAX_KNOWN) known.set(name, isSecret);
  }
  return isSecret;
}

export function isWriteOnlyName(name: string): boolean {
  return WRITE_ONLY.test(name);
}

const PEM_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/;
const BASE64_OF_DASHES = "LS0tLS1CRUdJTi";

/** Whether a text holds a private key in PEM form, also in base64. */
export function isPrivateKey(text: string): boolean {
  if (text.length < 40) return false;
  return (
    PEM_KEY.test(text) ||
    (text.includes(BASE64_OF_DASHES) && PEM_KEY.test(Buffer.from(text, "base64").toString("latin1")))
  );
}

/** A kubeconfig, a key of PuTTY's, or an address with a password in it. */
const SECRET_TEXT =
  /client-key-data["']?\s*:|\bkind["']?\s*:\s*["']?Config\b|PuTTY-User-Key-File|\w:\/\/[^\s/:@]{1,200}:[^\s/@]{1,200}@/;

/** Whether a text is a secret by its looks. */
export function isSecretText(text: string): boolean {
  return isPrivateKey(text) || (text.length > 20 && SECRET_TEXT.test(text));
}

/** A text from a plan that is shown as it is, unless it holds a secret. */
export function shownText(text: string): string {
  return isSecretText(text) ? "(not shown: it holds a secret)" : text;
}
