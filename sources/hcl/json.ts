import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Place } from "../../model/finding.ts";
import { parseJson } from "../parse-json.ts";
import type { ParseHcl } from "./parse.ts";
import type { Attribute, Block, Body, Expression, ParsedFile, Span } from "./syntax.ts";

/** How many labels each block of a configuration has. https://developer.hashicorp.com/terraform/language/syntax/json */
const LABELS: Readonly<Record<string, number>> = {
  data: 2,
  ephemeral: 2,
  import: 0,
  locals: 0,
  module: 1,
  moved: 0,
  output: 1,
  provider: 1,
  removed: 0,
  resource: 2,
  terraform: 0,
  variable: 1,
};

/** Reads `.tf.json`: JSON is YAML, whose parser knows where everything stands. */
export function parseTerraformJson(text: string, file: string, parseHcl: ParseHcl): ParsedFile {
  return new JsonReader(text, file, parseHcl).file(LABELS);
}

/** Reads `.tfvars.json`: every key is a variable. */
export function parseVariablesJson(text: string, file: string, parseHcl: ParseHcl): ParsedFile {
  return new JsonReader(text, file, parseHcl).file({});
}

/** Nobody writes more by hand, and the parser with places takes its time. */
const MAX_LENGTH = 5 * 1024 * 1024;

/** Where it is no JSON; the parser with places would go on, and make an error of every bracket. */
function brokenAt(text: string): number | undefined {
  if (text.length > MAX_LENGTH) return 0;
  try {
    parseJson(text);
    return undefined;
  } catch (error) {
    return Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? 0);
  }
}

class JsonReader {
  private readonly lines = new LineCounter();
  private readonly errors: Place[] = [];

  constructor(
    private readonly text: string,
    private readonly fileName: string,
    private readonly parseHcl: ParseHcl,
  ) {}

  file(labels: Readonly<Record<string, number>>): ParsedFile {
    const broken = brokenAt(this.text);
    if (broken !== undefined) {
      this.lines.addNewLine(0);
      for (let end = this.text.indexOf("\n"); end !== -1; end = this.text.indexOf("\n", end + 1))
        this.lines.addNewLine(end + 1);
      this.errors.push(this.placeAt(broken));
      return this.nothing();
    }
    const document = parseDocument(this.text, { lineCounter: this.lines, schema: "json", strict: false });
    const [error] = document.errors;
    if (error || !isMap(document.contents)) {
      this.errors.push(this.placeAt(error?.pos[0] ?? 0));
      return this.nothing();
    }
    const attributes = new Map<string, Attribute>();
    const blocks: Block[] = [];
    for (const { name, key, value } of entriesOf(document.contents)) {
      if (name === "//") continue;
      const count = Object.hasOwn(labels, name) ? labels[name] : undefined;
      if (count === undefined) attributes.set(name, this.attribute(name, key, value));
      else blocks.push(...this.blocks(name, value, count, [], key));
    }
    return { ...this.nothing(), body: { attributes, blocks } };
  }

  private nothing(): ParsedFile {
    return { body: { attributes: new Map(), blocks: [] }, comments: [], errors: this.errors };
  }

  private *blocks(
    type: string,
    node: Node | null,
    labels: number,
    found: readonly string[],
    at: Node,
  ): Generator<Block> {
    if (isSeq(node)) {
      for (const item of node.items) yield* this.blocks(type, item as Node, labels, found, at);
      return;
    }
    if (!isMap(node)) return;
    if (labels === 0) yield { type, labels: found, body: this.body(node), place: this.placeOf(at) };
    else
      for (const { name, key, value } of entriesOf(node))
        if (name !== "//") yield* this.blocks(type, value, labels - 1, [...found, name], key);
  }

  /**
   * Whether an object is a block or a map only the provider knows: it is read as an attribute, which serves for both.
   */
  private body(node: Node): Body {
    const attributes = new Map<string, Attribute>();
    const blocks: Block[] = [];
    for (const { name, key, value } of entriesOf(node)) {
      if (name === "//") continue;
      if (name === "dynamic") {
        for (const block of this.blocks("dynamic", value, 1, [], key)) {
          const content = isMap(value) ? this.contentsOf(value, block.labels[0] ?? "") : [];
          blocks.push({ ...block, body: { ...block.body, blocks: content } });
        }
      } else attributes.set(name, this.attribute(name, key, value));
    }
    return { attributes, blocks, place: this.placeOf(node) };
  }

  private contentsOf(dynamic: Node, label: string): Block[] {
    if (!isMap(dynamic)) return [];
    return [dynamic.get(label, true) as Node | undefined].flatMap((node) => {
      const bodies = isSeq(node) ? (node.items as Node[]) : node ? [node] : [];
      return bodies.flatMap((each) =>
        isMap(each) ? [...this.blocks("content", (each.get("content", true) as Node) ?? null, 0, [], each)] : [],
      );
    });
  }

  private attribute(name: string, key: Node, value: Node | null): Attribute {
    const expression = this.expression(value, key);
    return { name, value: expression, place: { ...this.placeOf(key), end: expression.place.end } };
  }

  private expression(node: Node | null, at: Node): Expression {
    const place = this.placeOf(node ?? at);
    if (isMap(node))
      return {
        kind: "object",
        entries: entriesOf(node)
          .filter(({ name }) => name !== "//")
          .map(({ name, key, value }) => {
            const expression = this.expression(value, key);
            const place = this.placeOf(key);
            return {
              key: { kind: "literal", value: name, place },
              value: expression,
              place: { ...place, end: expression.place.end },
            };
          }),
        place,
      };
    if (isSeq(node))
      return { kind: "list", items: node.items.map((item) => this.expression(item as Node, node)), place };
    if (isScalar(node) && typeof node.value === "string") return this.template(node.value, place);
    const value = isScalar(node) ? node.value : null;
    if (isAlias(node)) return { kind: "unreadable", place };
    return { kind: "literal", value: typeof value === "number" || typeof value === "boolean" ? value : null, place };
  }

  /** A text is a template: it is read as one, in the form that needs no escaping. */
  private template(text: string, place: Span): Expression {
    if (!/[$%]\{/.test(text)) return { kind: "literal", value: text, place };
    let marker = "END";
    while (text.includes(marker)) marker += "_";
    const { body, errors } = this.parseHcl(`x = <<${marker}\n${text}\n${marker}\n`, this.fileName);
    const read = errors.length > 0 ? undefined : body.attributes.get("x")?.value;
    if (read?.kind !== "template") return { kind: "unreadable", place };
    const parts = read.parts.flatMap((part, index) => {
      if (typeof part !== "string" || index < read.parts.length - 1) return [part];
      const last = part.replace(/\n$/, "");
      return last === "" ? [] : [last];
    });
    return { kind: "template", parts: parts.map((part) => part), place };
  }

  private placeOf(node: Node): Span {
    const [start, end] = node.range ?? [0, 0];
    return { ...this.placeAt(start), start, end };
  }

  private placeAt(offset: number): Place {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.fileName, line: line || 1, column: col || 1 };
  }
}

interface Entry {
  readonly name: string;
  readonly key: Node;
  readonly value: Node | null;
}

function entriesOf(node: Node): Entry[] {
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) =>
    isScalar(key) ? [{ name: String(key.value), key, value: (value ?? null) as Node | null }] : [],
  );
}
