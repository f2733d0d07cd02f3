import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
} from "yaml";

/** A value of the configuration file that knows where it was written. */
export type Located = LocatedScalar | LocatedMap | LocatedList;

/** Where something was written: `offset` counts characters, `path` is the key in the file. */
export interface Origin {
  readonly path: string;
  readonly offset: number;
}

interface Common extends Origin {
  /** Values in this one, itself included, with aliases expanded. */
  readonly size: number;
}

export interface LocatedScalar extends Common {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** The text in the file: `1.30` where `value` is 1.3. */
  readonly text: string;
}

export interface LocatedMap extends Common {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  readonly key: Origin;
  readonly value: Located;
}

export interface LocatedList extends Common {
  readonly kind: "list";
  readonly items: readonly Located[];
}

/** A mistake in the file, at a character offset. */
export interface Problem {
  readonly offset: number;
  readonly path?: string;
  readonly message: string;
  readonly advice?: string;
}

export interface ParsedFile {
  readonly root: Located | undefined;
  readonly problems: readonly Problem[];
  readonly lines: LineCounter;
}

/** Aliases multiply: this many values is far beyond any real configuration, and still quick to read. */
const MAX_VALUES = 1_000_000;
const MAX_DEPTH = 100;

/** The library takes 20 µs for a word or sign. 2,000 environments have 270,000. */
const MAX_TOKENS = 1_000_000;

/** A shorter text is read soon, whatever is in it. */
const SHORT = 50_000;

/** Nobody writes a longer value. */
const MAX_TEXT = 5_000;

/** CDKTF looks for its numbers in every text, and takes the square of the length of such a row for it. */
const DIGITS = /[-+|.\d]{200}/;

const SYNTAX_ADVICE: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "indent with spaces; YAML does not allow tabs there",
  BAD_INDENT: "indent the keys of one map equally, with spaces",
  MULTIPLE_DOCS: "keep one document in the file: remove the `---` line between them",
  MISSING_CHAR: "close the quotation mark or bracket, or put the value in quotation marks",
  BAD_ALIAS: "define the anchor (&name) before the alias (*name) that uses it",
};

/** Reads YAML into values with positions, without evaluating anything: the file is data. */
export function parseYaml(text: string): ParsedFile {
  const lines = new LineCounter();
  const problems: Problem[] = [];
  const fail = (reasons: readonly Problem[]): ParsedFile => ({ root: undefined, problems: reasons, lines });

  // The library takes minutes and gigabytes for what is nested thousands of levels deep.
  const opened = /(?:[[{]\s*){1000}/.exec(text);
  if (opened) return fail(tooDeep(opened.index));
  const slow = text.length > SHORT ? whatIsSlow(text) : undefined;
  if (slow) return fail(slow);
  let contents: Node | null;
  try {
    // Duplicate keys are found below: the library compares every key with every other.
    const document = withoutTraces(() =>
      parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, logLevel: "error" }),
    );
    for (const error of document.errors) {
      problems.push({
        offset: error.pos[0],
        message: `this is not valid YAML: ${firstLine(error.message)}`,
        advice: SYNTAX_ADVICE[error.code],
      });
    }
    contents = document.contents;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return fail(tooDeep(0));
  }
  const overflow = problems.find((problem) => /call stack/i.test(problem.message));
  if (overflow) return fail(tooDeep(overflow.offset));
  if (problems.length > 0 || contents === null) return fail(problems);

  const anchors = new Map<string, Located>();
  const root = convert(contents, "", 0);
  if (root && root.size > MAX_VALUES) {
    const bomb = {
      offset: 0,
      message: `its aliases expand to ${root.size.toLocaleString("en")} values`,
      advice: `write at most ${MAX_VALUES.toLocaleString("en")} values; an alias repeats everything below its anchor`,
    };
    return fail([bomb]);
  }
  return { root, problems, lines };

  function convert(node: Node, path: string, depth: number): Located | undefined {
    const offset = node.range?.[0] ?? 0;
    if (depth > MAX_DEPTH) {
      problems.push({ offset, path, message: `this is nested deeper than ${MAX_DEPTH} levels` });
      return undefined;
    }
    if (isAlias(node)) return convertAlias(node, path, offset);
    const located = convertValue(node, path, offset, depth);
    if (located && "anchor" in node && node.anchor) anchors.set(node.anchor as string, located);
    return located;
  }

  function convertAlias(node: Alias, path: string, offset: number): Located | undefined {
    const target = anchors.get(node.source);
    if (!target) {
      problems.push({
        offset,
        path,
        message: `the alias *${node.source} has no anchor before it`,
        advice: SYNTAX_ADVICE.BAD_ALIAS,
      });
    }
    return target;
  }

  function convertValue(node: Node, path: string, offset: number, depth: number): Located | undefined {
    if (isScalar(node)) return convertScalar(node, path, offset);
    if (isSeq(node)) {
      const items: Located[] = [];
      node.items.forEach((item, index) => {
        const located = convert(item as Node, `${path}[${index}]`, depth + 1);
        if (located) items.push(located);
      });
      return { kind: "list", items, path, offset, size: sum(items) };
    }
    if (!isMap(node)) return undefined;
    const entries = new Map<string, Entry>();
    for (const pair of node.items) {
      const keyNode = pair.key as Node | null;
      const keyOffset = keyNode?.range?.[0] ?? offset;
      if (!isScalar(keyNode) || keyNode.value === null) {
        problems.push({ offset: keyOffset, path, message: "a key must be plain text", advice: "write `key: value`" });
        continue;
      }
      const key = typeof keyNode.value === "string" ? keyNode.value : (keyNode.source ?? String(keyNode.value));
      const keyPath = joinPath(path, key);
      const reason =
        unbearable(key) ?? (key === "__proto__" ? "is not a key that a configuration may have" : undefined);
      if (reason) {
        // A private key is said to be one, and not repeated.
        const shown =
          reason.startsWith("is a private key") || key.length > MAX_TEXT
            ? "this key"
            : `the key ${JSON.stringify(key)}`;
        problems.push({ offset: keyOffset, path, message: `${shown} ${reason}`, advice: "remove it" });
        continue;
      }
      const first = entries.get(key);
      if (first) {
        const { line } = lines.linePos(first.key.offset);
        problems.push({
          offset: keyOffset,
          path: keyPath,
          message: `the key \`${key}\` is given twice`,
          advice: `keep this one or the one in line ${line}`,
        });
        continue;
      }
      const key_ = { path: keyPath, offset: keyOffset };
      const value = pair.value
        ? convert(pair.value as Node, keyPath, depth + 1)
        : ({ kind: "scalar", value: null, text: "", size: 1, ...key_ } as const);
      if (value) entries.set(key, { key: key_, value });
    }
    return { kind: "map", entries, path, offset, size: sum([...entries.values()].map((entry) => entry.value)) };
  }

  function convertScalar(node: Scalar, path: string, offset: number): Located | undefined {
    const value = node.value as LocatedScalar["value"];
    const reason = typeof value === "string" ? unbearable(value) : undefined;
    if (reason) {
      problems.push({ offset, path, message: `the value ${reason}`, advice: "remove it" });
      // Said once: what reads the value next gets an ordinary one.
      return { kind: "scalar", value: "removed", text: "removed", path, offset, size: 1 };
    }
    return { kind: "scalar", value, text: node.source ?? String(value), path, offset, size: 1 };
  }
}

/** Every error of the library takes a stack trace, and nobody reads one: with many, that is half of the time. */
function withoutTraces<T>(run: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return run();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/**
 * What stands before a scalar among the tokens, and where a collection ends that nobody closed; neither is in the text.
 */
const [SCALAR, NOT_CLOSED] = ["\u001f", "\u0018"];
const WITHOUT_LENGTH = [SCALAR, NOT_CLOSED, "\u0002"];
const CLOSING: Readonly<Record<string, string>> = { "[": "]", "{": "}" };

/**
 * What the library takes long for: brackets that do not belong together, each an error of its own, and far too much.
 */
function whatIsSlow(text: string): Problem[] | undefined {
  const open: string[] = [];
  let offset = 0;
  let count = 0;
  let previous = "";
  for (const token of new Lexer().lex(text)) {
    if (++count > MAX_TOKENS)
      return [
        {
          offset,
          message: `this has more than ${MAX_TOKENS.toLocaleString("en")} words and signs`,
          advice: "is this the right file?",
        },
      ];
    if (previous !== SCALAR) {
      const closing = Object.hasOwn(CLOSING, token) ? CLOSING[token] : undefined;
      if (closing) open.push(closing);
      if (open.length > MAX_DEPTH) return tooDeep(offset);
      if (token === NOT_CLOSED)
        return [
          {
            offset,
            message: "this is not valid YAML: a bracket before it is not closed",
            advice: SYNTAX_ADVICE.MISSING_CHAR,
          },
        ];
      if ((token === "]" || token === "}") && open.pop() !== token)
        return [
          {
            offset,
            message: `this is not valid YAML: ${token} closes nothing here`,
            advice: SYNTAX_ADVICE.MISSING_CHAR,
          },
        ];
    }
    if (!WITHOUT_LENGTH.includes(token)) offset += token.length;
    previous = token;
  }
  return undefined;
}

function tooDeep(offset: number): Problem[] {
  return [{ offset, message: "this is nested too deeply to be read", advice: `nest at most ${MAX_DEPTH} levels` }];
}

/** CDKTF replaces its own markers wherever they stand, and no name, ID or tag in Azure bears a control character. */
function unbearable(text: string): string | undefined {
  if (text.length > MAX_TEXT)
    return `has ${text.length.toLocaleString("en")} characters, and at most ${MAX_TEXT.toLocaleString("en")} are taken`;
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY/.test(text))
    return "is a private key, which has no place in a file: keep it in a key vault, and replace it, for it is known now";
  if (DIGITS.test(text)) return "has 200 digits or signs in a row, which no name has";
  if (text.includes("TfToken[")) return "contains `TfToken[`, which CDKTF keeps for itself";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u0008\u000b-\u001f\u007f]|\p{Surrogate}/u.test(text)) return "contains a control character";
  if (/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/.test(text))
    return "contains a character that cannot be seen, or that turns the text around";
  return undefined;
}

/** `a.b`, with keys that are not plain words in quotation marks: `tags["cost.center"]`. */
export function joinPath(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

function sum(values: readonly Located[]): number {
  return values.reduce((total, value) => total + value.size, 1);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] as string;
}
