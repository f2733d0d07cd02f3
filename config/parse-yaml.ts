import {
  type Alias,
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  type Scalar,
  type YAMLMap,
  YAMLParseError,
  type YAMLSeq,
} from "yaml";
import { isSecretText } from "../model/redaction.ts";
import { brokenYaml, templateAt } from "./broken-yaml.ts";
import {
  type Entry,
  joinPath,
  type Located,
  type LocatedList,
  type LocatedMap,
  type LocatedScalar,
} from "./located.ts";
import type { Mistake } from "./mistake.ts";
import { MAX_DEPTH, MAX_TEXT, SlowYaml, slownessWatch, tooDeep, unbearable } from "./yaml-limits.ts";

export interface ParsedYaml {
  readonly root: Located | undefined;
  readonly mistakes: readonly Mistake[];
  readonly lines: Lines;
}

/** Says in which line and column a character is. */
export type Lines = Pick<LineCounter, "linePos">;

/** Aliases multiply: this many values is far beyond any real configuration, and still quick to read. */
const MAX_VALUES = 1_000_000;

const BAD_ALIAS = "define the anchor (&name) before the alias (*name) that uses it";

/**
 * Reads YAML into values with positions, without evaluating anything: the file is data. Of a part of a file, `lineOf`
 * says which line of the whole a line is.
 */
export function parseYaml(text: string, lineOf?: (line: number) => number): ParsedYaml {
  const counter = new LineCounter();
  const lines = lineOf ? movedLines(counter, lineOf) : counter;
  const fail = (mistakes: readonly Mistake[]): ParsedYaml => ({ root: undefined, mistakes, lines });
  const { contents, mistakes: syntax } = readDocument(text, counter);
  if (syntax.length > 0 || contents === null) return fail(syntax);
  const reader = new NodeReader(text, lines);
  const root = reader.read(contents, "", 0);
  return root && root.size > MAX_VALUES ? fail([tooManyValues(root.size)]) : { root, mistakes: reader.mistakes, lines };
}

function movedLines(counter: LineCounter, lineOf: (line: number) => number): Lines {
  return {
    linePos(offset) {
      const { line, col } = counter.linePos(offset);
      return { line: lineOf(line), col };
    },
  };
}

interface ReadDocument {
  readonly contents: Node | null;
  readonly mistakes: readonly Mistake[];
}

function readDocument(text: string, lineCounter: LineCounter): ReadDocument {
  try {
    // Duplicate keys are found below: the library compares every key with every other.
    const { contents, errors } = withoutTraces(() => composeDocument(text, lineCounter));
    const overflow = errors.find(({ message }) => /call stack/i.test(firstLine(message)));
    if (overflow) return { contents: null, mistakes: tooDeep(overflow.pos[0]) };
    return { contents, mistakes: errors.length === 0 ? [] : brokenYaml(text, errors) };
  } catch (error) {
    if (error instanceof SlowYaml) return { contents: null, mistakes: error.mistakes };
    if (!(error instanceof RangeError)) throw error;
    return { contents: null, mistakes: tooDeep(0) };
  }
}

/** As the library's own `parseDocument`, with a look at each word and sign before anything is made of it. */
function composeDocument(text: string, lineCounter: LineCounter): Document.Parsed {
  const composer = new Composer({ lineCounter, prettyErrors: false, uniqueKeys: false, logLevel: "error" });
  const tokens = new WatchedParser(lineCounter.addNewLine, slownessWatch(text)).parse(text);
  const documents = composer.compose(tokens, true, text.length);
  // There is always a first one, if an empty one.
  const document = documents.next().value as Document.Parsed;
  const { value: second } = documents.next();
  if (second) {
    const [start, end] = second.range;
    document.errors.push(new YAMLParseError([start, end], "MULTIPLE_DOCS", "Source contains multiple documents"));
  }
  return document;
}

class WatchedParser extends Parser {
  constructor(
    onNewLine: (offset: number) => void,
    private readonly watch: (token: string) => void,
  ) {
    super(onNewLine);
  }

  override *next(source: string): ReturnType<Parser["next"]> {
    this.watch(source);
    yield* super.next(source);
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
  /** Entries that merge keys brought, which are copied where an alias is not. */
  private mergedEntries = 0;

  constructor(
    private readonly text: string,
    private readonly lines: Lines,
  ) {}

  read(node: Node, path: string, depth: number): Located | undefined {
    const offset = node.range?.[0] ?? 0;
    if (depth > MAX_DEPTH) {
      this.mistakes.push({ offset, path, message: `this is nested deeper than ${MAX_DEPTH} levels` });
      return undefined;
    }
    if (isAlias(node)) return this.readAlias(node, path, offset);
    if (node.tag !== undefined && !node.tag.startsWith(STANDARD_TAG))
      return this.wrong(tagMistake(node.tag, offset, path));
    const located = this.readValue(node, path, offset, depth);
    if (located && "anchor" in node && node.anchor) this.anchors.set(node.anchor as string, located);
    return located;
  }

  private readAlias({ source }: Alias, path: string, offset: number): Located {
    const target = this.anchors.get(source);
    return (
      target ?? this.wrong({ offset, path, message: `the alias *${source} has no anchor before it`, advice: BAD_ALIAS })
    );
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
    return this.wrong({ offset, path, message: `the value ${reason}`, advice: "remove it" });
  }

  /** Said once: what reads the value next gets an ordinary one, and nothing is said of that. */
  private wrong(mistake: PlacedMistake): LocatedScalar {
    const { offset, path } = mistake;
    this.mistakes.push(mistake);
    return { kind: "scalar", value: "removed", text: "removed", path, offset, size: 1 };
  }

  private readList(node: YAMLSeq, path: string, offset: number, depth: number): LocatedList {
    const items = node.items.flatMap((item, index) => this.read(item as Node, `${path}[${index}]`, depth + 1) ?? []);
    return { kind: "list", items, path, offset, size: sum(items) };
  }

  private readMap(node: YAMLMap, path: string, offset: number, depth: number): LocatedMap | LocatedScalar {
    const template = templateAt(this.text, offset);
    if (template) return this.wrong({ ...template, offset, path });
    const entries = new Map<string, Entry>();
    const merged: LocatedMap[] = [];
    for (const { key: keyNode, value: valueNode } of node.items as Pair<Node | null, Node | null>[]) {
      const keyOffset = keyNode?.range?.[0] ?? offset;
      if (isMergeKey(keyNode)) {
        merged.push(...this.readMerged(valueNode, path, keyOffset, depth));
        continue;
      }
      const key = this.readKey(keyNode, path, keyOffset, entries);
      if (key === undefined) continue;
      const place = { path: joinPath(path, key), offset: keyOffset };
      const value = valueNode
        ? this.read(valueNode, place.path, depth + 1)
        : ({
            kind: "scalar",
            value: null,
            text: "",
            size: 1,
            follows: [...entries.keys()].at(-1) ?? "",
            ...place,
          } as const);
      if (value) entries.set(key, { key: place, value });
    }
    // What is written in a map itself comes before what is merged into it, and of several the first.
    for (const { entries: others } of merged)
      for (const [key, entry] of others) if (!entries.has(key)) entries.set(key, entry);
    return { kind: "map", entries, path, offset, size: sum([...entries.values()].map((entry) => entry.value)) };
  }

  /** The maps of a merge key: `<<: *name`, or `<<: [*first, *second]`. https://yaml.org/type/merge.html */
  private readMerged(node: Node | null, path: string, offset: number, depth: number): LocatedMap[] {
    const known = this.mistakes.length;
    const value = node ? this.read(node, path, depth + 1) : undefined;
    const values = value?.kind === "list" ? value.items : value ? [value] : [];
    const maps = values.filter((each) => each.kind === "map");
    if ((maps.length < values.length || value === undefined) && this.mistakes.length === known)
      this.mistakes.push({
        offset,
        path,
        message: "the merge key << takes a map, or a list of maps",
        advice: "give the alias of a map that stands before, as in `<<: *name`",
      });
    this.mergedEntries += maps.reduce((total, { entries }) => total + entries.size, 0);
    if (this.mergedEntries <= MAX_VALUES) return maps;
    if (this.mistakes.length === known) this.mistakes.push({ ...tooManyValues(this.mergedEntries), offset });
    return [];
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

interface PlacedMistake extends Mistake {
  readonly offset: number;
  readonly path: string;
}

/** Those of YAML itself, such as !!str. */
const STANDARD_TAG = "tag:yaml.org,2002:";

function tagMistake(tag: string, offset: number, path: string): PlacedMistake {
  const message = `the tag \`${tag}\` has no meaning here`;
  return { offset, path, message, advice: "put a value that starts with ! in quotation marks; tags are not evaluated" };
}

function isMergeKey(node: Node | null): boolean {
  return isScalar(node) && node.value === "<<" && node.type === "PLAIN";
}

function sum(values: readonly Located[]): number {
  return values.reduce((total, value) => total + value.size, 1);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] as string;
}
