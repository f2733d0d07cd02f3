import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { isSecretText } from "../model/redaction.ts";
import {
  type Entry,
  joinPath,
  type Located,
  type LocatedList,
  type LocatedMap,
  type LocatedScalar,
} from "./located.ts";
import type { Mistake } from "./mistake.ts";
import { CLOSE_IT, MAX_DEPTH, MAX_TEXT, tooDeep, unbearable, whatIsSlow } from "./yaml-limits.ts";

export interface ParsedYaml {
  readonly root: Located | undefined;
  readonly mistakes: readonly Mistake[];
  readonly lines: LineCounter;
}

/** Aliases multiply: this many values is far beyond any real configuration, and still quick to read. */
const MAX_VALUES = 1_000_000;

const BAD_ALIAS = "define the anchor (&name) before the alias (*name) that uses it";

const SYNTAX_ADVICE: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "indent with spaces; YAML does not allow tabs there",
  BAD_INDENT: "indent the keys of one map equally, with spaces",
  MULTIPLE_DOCS: "keep one document in the file: remove the `---` line between them",
  MISSING_CHAR: CLOSE_IT,
  BAD_ALIAS,
};

/** Reads YAML into values with positions, without evaluating anything: the file is data. */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  const fail = (mistakes: readonly Mistake[]): ParsedYaml => ({ root: undefined, mistakes, lines });
  const slow = whatIsSlow(text);
  if (slow) return fail(slow);
  const { contents, mistakes: syntax } = readDocument(text, lines);
  if (syntax.length > 0 || contents === null) return fail(syntax);
  const reader = new NodeReader(lines);
  const root = reader.read(contents, "", 0);
  return root && root.size > MAX_VALUES ? fail([tooManyValues(root.size)]) : { root, mistakes: reader.mistakes, lines };
}

interface ReadDocument {
  readonly contents: Node | null;
  readonly mistakes: readonly Mistake[];
}

function readDocument(text: string, lineCounter: LineCounter): ReadDocument {
  try {
    // Duplicate keys are found below: the library compares every key with every other.
    const { contents, errors } = withoutTraces(() =>
      parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false, logLevel: "error" }),
    );
    const overflow = errors.find(({ message }) => /call stack/i.test(firstLine(message)));
    if (overflow) return { contents: null, mistakes: tooDeep(overflow.pos[0]) };
    const mistakes = errors.map(({ pos, message, code }) => ({
      offset: pos[0],
      message: `this is not valid YAML: ${firstLine(message)}`,
      advice: SYNTAX_ADVICE[code],
    }));
    return { contents, mistakes };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { contents: null, mistakes: tooDeep(0) };
  }
}

function tooManyValues(size: number): Mistake {
  return {
    offset: 0,
    message: `its aliases expand to ${size.toLocaleString("en")} values`,
    advice: `write at most ${MAX_VALUES.toLocaleString("en")} values; an alias repeats everything below its anchor`,
  };
}

/** Reads the library's nodes, and notes what is wrong with them. */
class NodeReader {
  readonly mistakes: Mistake[] = [];
  private readonly anchors = new Map<string, Located>();

  constructor(private readonly lines: LineCounter) {}

  read(node: Node, path: string, depth: number): Located | undefined {
    const offset = node.range?.[0] ?? 0;
    if (depth > MAX_DEPTH) {
      this.mistakes.push({ offset, path, message: `this is nested deeper than ${MAX_DEPTH} levels` });
      return undefined;
    }
    if (isAlias(node)) return this.readAlias(node, path, offset);
    const located = this.readValue(node, path, offset, depth);
    if (located && "anchor" in node && node.anchor) this.anchors.set(node.anchor as string, located);
    return located;
  }

  private readAlias({ source }: Alias, path: string, offset: number): Located | undefined {
    const target = this.anchors.get(source);
    if (!target)
      this.mistakes.push({ offset, path, message: `the alias *${source} has no anchor before it`, advice: BAD_ALIAS });
    return target;
  }

  private readValue(node: Node, path: string, offset: number, depth: number): Located | undefined {
    if (isScalar(node)) return this.readScalar(node, path, offset);
    if (isSeq(node)) return this.readList(node, path, offset, depth);
    return isMap(node) ? this.readMap(node, path, offset, depth) : undefined;
  }

  private readScalar(node: Scalar, path: string, offset: number): LocatedScalar {
    const value = node.value as LocatedScalar["value"];
    const reason = typeof value === "string" ? unbearable(value) : undefined;
    if (reason === undefined)
      return { kind: "scalar", value, text: node.source ?? String(value), path, offset, size: 1 };
    this.mistakes.push({ offset, path, message: `the value ${reason}`, advice: "remove it" });
    // Said once: what reads the value next gets an ordinary one.
    return { kind: "scalar", value: "removed", text: "removed", path, offset, size: 1 };
  }

  private readList(node: YAMLSeq, path: string, offset: number, depth: number): LocatedList {
    const items = node.items.flatMap((item, index) => this.read(item as Node, `${path}[${index}]`, depth + 1) ?? []);
    return { kind: "list", items, path, offset, size: sum(items) };
  }

  private readMap(node: YAMLMap, path: string, offset: number, depth: number): LocatedMap {
    const entries = new Map<string, Entry>();
    for (const { key: keyNode, value: valueNode } of node.items as Pair<Node | null, Node | null>[]) {
      const keyOffset = keyNode?.range?.[0] ?? offset;
      const key = this.readKey(keyNode, path, keyOffset, entries);
      if (key === undefined) continue;
      const place = { path: joinPath(path, key), offset: keyOffset };
      const value = valueNode
        ? this.read(valueNode, place.path, depth + 1)
        : ({ kind: "scalar", value: null, text: "", size: 1, ...place } as const);
      if (value) entries.set(key, { key: place, value });
    }
    return { kind: "map", entries, path, offset, size: sum([...entries.values()].map((entry) => entry.value)) };
  }

  /** The text of a key; undefined, with the mistake noted, where it cannot be one. */
  private readKey(
    node: Node | null,
    path: string,
    offset: number,
    taken: ReadonlyMap<string, Entry>,
  ): string | undefined {
    if (!isScalar(node) || node.value === null) {
      this.mistakes.push({ offset, path, message: "a key must be plain text", advice: "write `key: value`" });
      return undefined;
    }
    const key = typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
    const reason = unbearable(key) ?? (key === "__proto__" ? "is not a key that a configuration may have" : undefined);
    if (reason) {
      // A secret is said to be one, and not repeated.
      const isShown = !isSecretText(key) && key.length <= MAX_TEXT;
      const message = `${isShown ? `the key ${JSON.stringify(key)}` : "this key"} ${reason}`;
      this.mistakes.push({ offset, path, message, advice: "remove it" });
      return undefined;
    }
    const first = taken.get(key);
    if (!first) return key;
    this.mistakes.push({
      offset,
      path: joinPath(path, key),
      message: `the key \`${key}\` is given twice`,
      advice: `keep this one or the one in line ${this.lines.linePos(first.key.offset).line}`,
    });
    return undefined;
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

function sum(values: readonly Located[]): number {
  return values.reduce((total, value) => total + value.size, 1);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] as string;
}
