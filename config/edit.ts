import {
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parse,
  parseDocument,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Change, FixValue } from "../model/fix.ts";
import { cut, cutItem, lineStart, newlineOf, type TextEdit } from "../model/text-edit.ts";
import { endOf } from "./entry-end.ts";
import { joinPath, type Located, type LocatedMap } from "./located.ts";

type Edit = Omit<TextEdit, "file">;
type Key = readonly PropertyKey[];

/**
 * The edits of a configuration's text that change what stands at a key, where it was written: in an environment, in
 * `defaults` or behind an anchor. What is not there yet is added to the nearest map around it. Undefined where the key
 * holds keys of its own.
 */
export function editsOf(text: string, root: Located, path: Key, change: Change): readonly Edit[] | undefined {
  const nodes = new Nodes(text);
  const [found, rest] = deepest(root, path);
  if ("name" in change) return rest.length === 0 ? nodes.renamed(found, change.name) : undefined;
  if (change.to === null) return rest.length > 0 ? [] : nodes.removed(found);
  if (rest.length === 0) return found.kind === "map" ? undefined : nodes.replaced(found, change.to);
  if (found.kind !== "map" || !rest.every((step) => typeof step === "string")) return undefined;
  return nodes.added(found, rest, change.to);
}

/** Keys and texts of a map in a list. */
type Item = Readonly<Record<string, string>>;

/**
 * The edits that put a map behind the last one of a list at a key of the map at a path; the list is made where there is
 * none. Undefined where that map is not written at this path, but stands behind an anchor or in `defaults`.
 */
export function itemAdded(
  text: string,
  root: Located,
  path: readonly string[],
  key: string,
  item: Item,
): readonly Edit[] | undefined {
  const [owner, rest] = deepest(root, path);
  const isWrittenHere = rest.length === 0 && owner.path === path.reduce(joinPath, "");
  return isWrittenHere && owner.kind === "map" ? new Nodes(text).withItem(owner, key, item) : undefined;
}

/** How far a path leads, and what is left of it. */
function deepest(root: Located, path: Key): [Located, Key] {
  let at = root;
  for (const [index, step] of path.entries()) {
    const next: Located | undefined =
      at.kind === "map" ? at.entries.get(String(step))?.value : at.kind === "list" ? at.items[Number(step)] : undefined;
    if (!next) return [at, path.slice(index)];
    at = next;
  }
  return [at, []];
}

/** What stands around a node. */
interface Parent {
  readonly collection: YAMLMap<Node, Node | null> | YAMLSeq<Node>;
  /** In a map. */
  readonly pair?: Pair<Node, Node | null>;
  readonly above?: Parent;
}

/** The nodes of a text, by where they begin. */
class Nodes {
  private readonly scalars = new Map<number, Node>();
  private readonly collections = new Map<number, Node[]>();
  private readonly parents = new Map<Node, Parent>();

  constructor(private readonly text: string) {
    const { contents } = parseDocument(text, { uniqueKeys: false, logLevel: "error" });
    if (contents) this.read(contents, undefined);
  }

  replaced(found: Located, to: FixValue): readonly Edit[] | undefined {
    const node = this.nodeOf(found);
    if (!node?.range) return undefined;
    const parent = this.parents.get(node);
    const isFlow = isCollection(node) ? node.flow === true : isInFlow(parent);
    const [start, end] = node.range;
    const written = this.text.slice(start, end);
    // A list of lines begins below its key.
    if (isSeq(node) && !node.flow) {
      const colon = this.text.indexOf(":", parent?.pair?.key.range?.[1] ?? start);
      return parent?.pair && colon < start
        ? [{ start: colon + 1, end: start + written.trimEnd().length, text: ` ${rendered(to, false)}` }]
        : undefined;
    }
    return [{ start, end, text: rendered(to, isFlow, /^["']/.exec(written)?.[0]) }];
  }

  removed(found: Located): readonly Edit[] | undefined {
    const node = this.nodeOf(found);
    return node && this.cut(node);
  }

  private cut(node: Node): readonly Edit[] | undefined {
    const parent = this.parents.get(node);
    if (!parent) return undefined;
    const { collection, pair } = parent;
    // A map of nothing is no value.
    if (collection.items.length === 1 && pair) return this.cut(collection);
    const [start, end] = [(pair?.key ?? node).range?.[0], (node.range ?? pair?.key.range)?.[1]];
    if (start === undefined || end === undefined) return undefined;
    if (collection.flow) return [cutItem(this.text, start, end)];
    if (pair) {
      const indent = start - lineStart(this.text, start);
      const isFirstInList = this.text.slice(lineStart(this.text, start), start).trim() !== "";
      return isFirstInList ? undefined : [cut(this.text, start, endOf(this.text, end, indent))];
    }
    const dash = this.text.lastIndexOf("-", start - 1);
    return [cut(this.text, dash, end)];
  }

  renamed(found: Located, name: string): readonly Edit[] | undefined {
    const node = this.nodeOf(found);
    const key = node && this.parents.get(node)?.pair?.key;
    return key?.range ? [{ start: key.range[0], end: key.range[1], text: rendered(name, true) }] : undefined;
  }

  /** Keys behind the last one of a map, in the style of the map. */
  added(found: LocatedMap, path: readonly string[], to: Written): readonly Edit[] | undefined {
    const node = this.nodeOf(found);
    if (!isMap<Node, Node | null>(node) || !node.range) return undefined;
    const last = node.items.at(-1);
    const lastEnd = (last?.value?.range ?? last?.key.range)?.[1];
    if (node.flow) {
      const entry = flowEntry(path, to);
      if (!last || lastEnd === undefined) return [{ start: node.range[0], end: node.range[1], text: `{ ${entry} }` }];
      return [{ start: lastEnd, end: lastEnd, text: `, ${entry}` }];
    }
    const first = node.items[0]?.key.range?.[0];
    if (first === undefined || lastEnd === undefined) return undefined;
    const indent = first - lineStart(this.text, first);
    const at = endOf(this.text, lastEnd, indent);
    const newline = newlineOf(this.text);
    const lines = path.map((name, depth) => {
      const value = depth === path.length - 1 ? ` ${rendered(to, false)}` : "";
      return `${" ".repeat(indent + 2 * depth)}${rendered(name, false)}:${value}`;
    });
    return [{ start: at, end: at, text: newline + lines.join(newline) }];
  }

  /** A map behind the last one of a list. */
  withItem(owner: LocatedMap, key: string, item: Item): readonly Edit[] | undefined {
    const list = owner.entries.get(key)?.value;
    if (!list) return this.added(owner, [key], [item]);
    const node = this.nodeOf(list);
    if (!isSeq<Node>(node) || !node.range) return undefined;
    const [first, last] = [node.items[0]?.range, node.items.at(-1)?.range];
    if (!first || !last) return [{ start: node.range[0], end: node.range[1], text: rendered([item], true) }];
    if (node.flow) return [{ start: last[1], end: last[1], text: `, ${rendered(item, true)}` }];
    const dash = this.text.lastIndexOf("-", first[0] - 1);
    const indent = dash - lineStart(this.text, dash);
    const at = endOf(this.text, last[1], indent);
    return [{ start: at, end: at, text: `${newlineOf(this.text)}${" ".repeat(indent)}- ${rendered(item, true)}` }];
  }

  private nodeOf(located: Located): Node | undefined {
    if (located.kind === "scalar") return this.scalars.get(located.offset);
    return this.collections.get(located.offset)?.find((node) => (located.kind === "map" ? isMap(node) : isSeq(node)));
  }

  private read(node: Node, parent: Parent | undefined): void {
    if (parent) this.parents.set(node, parent);
    const start = node.range?.[0] ?? 0;
    if (isScalar(node)) this.scalars.set(start, node);
    if (!isCollection(node)) return;
    const same = this.collections.get(start);
    if (same) same.push(node);
    else this.collections.set(start, [node]);
    if (isMap<Node, Node | null>(node)) {
      for (const pair of node.items) if (pair.value) this.read(pair.value, { collection: node, pair, above: parent });
    } else if (isSeq<Node>(node)) for (const item of node.items) this.read(item, { collection: node, above: parent });
  }
}

function isInFlow(parent: Parent | undefined): boolean {
  return parent?.collection.flow === true || (parent?.above !== undefined && isInFlow(parent.above));
}

function flowEntry([name = "", ...rest]: readonly string[], to: Written): string {
  return `${rendered(name, true)}: ${rest.length === 0 ? rendered(to, true) : `{ ${flowEntry(rest, to)} }`}`;
}

type Written = FixValue | Item | readonly Item[];

/** A value as YAML, a text in the quotation marks that it had. */
function rendered(value: Written, isFlow: boolean, quote?: string): string {
  if (Array.isArray(value)) return `[${value.map((item: FixValue | Item) => rendered(item, true)).join(", ")}]`;
  if (typeof value === "object")
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${key}: ${rendered(item as FixValue, true)}`)
      .join(", ")} }`;
  if (typeof value !== "string") return String(value);
  if (quote === "'" && /^[\w./ :-]*$/.test(value)) return `'${value}'`;
  if (quote !== undefined) return JSON.stringify(value);
  const isPlain = /^[\w./-][\w./ :-]*$/.test(value) && parse(isFlow ? `[${value}]` : value, { logLevel: "silent" });
  return (isFlow ? Array.isArray(isPlain) && isPlain[0] === value : isPlain === value)
    ? value
    : stringify(value, { defaultStringType: "QUOTE_DOUBLE", lineWidth: 0 }).trim();
}
