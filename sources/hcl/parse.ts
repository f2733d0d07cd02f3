import { Language, type Node, Parser } from "web-tree-sitter";
import type { Place } from "../../model/finding.ts";
import { IGNORE } from "./ignore.ts";
import type {
  Attribute,
  Block,
  Body,
  Comment,
  Expression,
  ObjectEntry,
  ParsedFile,
  Span,
  Step,
  TemplatePart,
} from "./syntax.ts";

/**
 * Bytes of the two WebAssembly modules that parsing needs: the parser's own, and the grammar of Terraform's language.
 */
export interface GrammarModules {
  readonly parser: Uint8Array;
  readonly grammar: Uint8Array;
}

/** Reads text as Terraform's language. Never throws: what it cannot read, it lists. */
export type ParseHcl = (text: string, file: string) => ParsedFile;

/** Loads the parser, once for a process. */
export async function loadParser({ parser: wasmBinary, grammar }: GrammarModules): Promise<ParseHcl> {
  await Parser.init({ wasmBinary });
  const parser = new Parser().setLanguage(await Language.load(grammar));
  return (text, file) => {
    // A byte order mark is not part of the language.
    const source = text.replace(/^\uFEFF/, "");
    const tree = parser.parse(source);
    if (!tree) throw new Error(`the parser gave nothing for ${file}`);
    try {
      return new FileReader(source, file, text.length - source.length).file(tree.rootNode);
    } finally {
      tree.delete();
    }
  };
}

/** Deeper than anybody writes. */
const MAX_DEPTH = 100;

const NOTHING: Body = { attributes: new Map(), blocks: [] };

/** Turns the nodes of one file into plain values: the nodes themselves are slow, and end with their tree. */
class FileReader {
  private readonly errors: Place[] = [];
  private depth = 0;

  constructor(
    private readonly source: string,
    private readonly fileName: string,
    /** Characters before the source that are not part of it. */
    private readonly skipped: number,
  ) {}

  file(root: Node): ParsedFile {
    const body = root.namedChildren.find((child) => child?.type === "body");
    if (root.hasError) this.findErrors(root);
    return {
      body: body ? this.body(body) : NOTHING,
      // Nothing else that a comment says matters, and to look for them takes time.
      comments: this.source.includes(IGNORE)
        ? root.descendantsOfType("comment").flatMap((node) => (node ? [this.comment(node)] : []))
        : [],
      errors: this.errors,
    };
  }

  private findErrors(root: Node): void {
    const open = [root];
    for (let node = open.pop(); node; node = open.pop()) {
      if (node.isError || node.isMissing) this.errors.push(this.placeOf(node));
      else if (node.hasError) for (const child of childrenOf(node).reverse()) open.push(child);
    }
  }

  private comment(node: Node): Comment {
    const before = this.source.slice(this.source.lastIndexOf("\n", node.startIndex - 1) + 1, node.startIndex);
    return {
      text: node.text
        .replace(/^(#|\/\/|\/\*)/, "")
        .replace(/\*\/$/, "")
        .trim(),
      place: this.placeOf(node),
      isAlone: before.trim() === "",
    };
  }

  private body(node: Node): Body {
    const attributes = new Map<string, Attribute>();
    const blocks: Block[] = [];
    if (++this.depth <= MAX_DEPTH)
      for (const child of childrenOf(node)) {
        if (child.type === "attribute") {
          const attribute = this.attribute(child);
          if (attribute && !attributes.has(attribute.name)) attributes.set(attribute.name, attribute);
        } else if (child.type === "block") blocks.push(this.block(child));
      }
    this.depth--;
    return { attributes, blocks };
  }

  private attribute(node: Node): Attribute | undefined {
    const children = childrenOf(node);
    const name = children.find(({ type }) => type === "identifier");
    const value = children.find(({ type }) => type === "expression");
    if (!name) return undefined;
    const place = this.placeOf(node);
    // After a mistake the parser may take something else for the value.
    const isWhole = value !== undefined && !children.some((child) => child.isError);
    return { name: this.textOf(name), value: isWhole ? this.expression(value) : { kind: "unreadable", place }, place };
  }

  private block(node: Node): Block {
    const children = childrenOf(node);
    const [type, ...labels] = children.filter((child) => child.type === "identifier" || child.type === "string_lit");
    const body = children.find((child) => child.type === "body");
    return {
      type: type ? this.textOf(type) : "",
      labels: labels.map((label) => (label.type === "identifier" ? this.textOf(label) : this.literalText(label))),
      body: body ? this.body(body) : NOTHING,
      place: this.placeOf(node),
      ...(node.hasError || node.nextSibling?.isError ? { isBroken: true } : {}),
    };
  }

  private expression(node: Node): Expression {
    const simple = simpleExpression(this.textOf(node), () => this.placeOf(node));
    if (simple) return simple;
    if (++this.depth > MAX_DEPTH) {
      this.depth--;
      return this.unreadable(node);
    }
    const expression = this.term(childrenOf(node));
    this.depth--;
    return expression ?? this.unreadable(node);
  }

  /** A term and the steps that follow it, or an expression in brackets. */
  private term(nodes: readonly Node[]): Expression | undefined {
    const [first, ...rest] = nodes;
    if (!first || nodes.some((node) => node.isError || node.isMissing)) return undefined;
    if (first.type === "(") {
      const [inner, , ...steps] = rest;
      return inner && this.withSteps(this.expression(inner), steps);
    }
    return this.withSteps(this.single(first), rest);
  }

  private withSteps(start: Expression, nodes: readonly Node[]): Expression {
    return nodes.reduce<Expression>((of, node) => {
      const place = of.place;
      if (node.type === "splat") {
        const [kind] = childrenOf(node);
        const steps = kind ? childrenOf(kind).flatMap((child) => this.step(child) ?? []) : [];
        return { kind: "splat", of, steps, place };
      }
      const step = this.step(node);
      return step === undefined ? this.unreadable(node) : { kind: "step", of, step, place };
    }, start);
  }

  private step(node: Node): Step | undefined {
    if (node.type === "get_attr") return named(node, "identifier")[0]?.text;
    if (node.type !== "index") return undefined;
    const [index] = childrenOf(node);
    if (index?.type === "legacy_index")
      return { kind: "literal", value: Number(index.text.replace(/^\./, "")), place: this.placeOf(node) };
    const key = index && named(index, "expression")[0];
    return key && this.expression(key);
  }

  private single(node: Node): Expression {
    const place = this.placeOf(node);
    switch (node.type) {
      case "expression":
        return this.expression(node);
      case "literal_value":
        return this.literal(node);
      case "template_expr":
        return this.templateExpression(node);
      case "collection_value":
        return this.collection(node);
      case "variable_expr":
        return { kind: "name", name: node.text, place };
      case "function_call":
        return this.call(node);
      case "for_expr":
        return this.loop(node);
      case "operation":
        return this.operation(node);
      case "conditional": {
        const [condition, whenTrue, otherwise] = named(node, "expression").map((child) => this.expression(child));
        if (!condition || !whenTrue || !otherwise) return this.unreadable(node);
        return { kind: "conditional", condition, whenTrue, otherwise, place };
      }
      default:
        return this.unreadable(node);
    }
  }

  private literal(node: Node): Expression {
    const [literal] = childrenOf(node);
    const place = this.placeOf(node);
    switch (literal?.type) {
      case "numeric_lit":
        return { kind: "literal", value: Number(literal.text), place };
      case "bool_lit":
        return { kind: "literal", value: literal.text === "true", place };
      case "null_lit":
        return { kind: "literal", value: null, place };
      case "string_lit":
        return { kind: "literal", value: this.literalText(literal), place };
      default:
        return this.unreadable(node);
    }
  }

  private literalText(node: Node): string {
    return unescaped(this.source.slice(node.startIndex + 1, node.endIndex - 1), true);
  }

  private templateExpression(node: Node): Expression {
    const [template] = childrenOf(node);
    const place = this.placeOf(node);
    if (!template) return this.unreadable(node);
    const children = childrenOf(template);
    if (template.type === "quoted_template") {
      const inner = children.slice(1, -1);
      const parts = this.parts(inner, children[0]?.endIndex ?? 0, children.at(-1)?.startIndex ?? 0, true);
      return { kind: "template", parts, place };
    }
    const [start, marker] = children;
    const end = children.at(-1);
    if (!start || !marker || !end || end === marker || end.isMissing) return this.unreadable(node);
    const from = this.source.indexOf("\n", marker.endIndex) + 1;
    // The last line break and the indentation of the closing word belong to neither the text nor its template.
    const to = Math.max(from, this.source.lastIndexOf("\n", end.startIndex) + 1);
    const parts = this.parts(children.slice(2, -1), from, to, false);
    return { kind: "template", parts: start.text === "<<-" ? withoutIndentation(parts) : parts, place };
  }

  /**
   * The parts of a template between two offsets. White space at its edges has no nodes, so text is cut from the source.
   */
  private parts(nodes: readonly Node[], from: number, to: number, isQuoted: boolean): TemplatePart[] {
    const parts: TemplatePart[] = [];
    let at = from;
    let isStripped = false;
    const text = (end: number, stripsEnd: boolean): void => {
      let cut = this.source.slice(at, end);
      if (isStripped) cut = cut.trimStart();
      if (stripsEnd) cut = cut.trimEnd();
      if (cut !== "") parts.push(unescaped(cut, isQuoted));
    };
    for (const node of nodes) {
      if (node.type === "template_literal") continue;
      text(node.startIndex, opensStripped(node));
      parts.push(this.part(node, isQuoted));
      at = node.endIndex;
      isStripped = closesStripped(node);
    }
    text(to, false);
    return parts;
  }

  private part(node: Node, isQuoted: boolean): TemplatePart {
    if (node.type === "template_interpolation") {
      const [value] = named(node, "expression");
      return { kind: "value", of: value ? this.expression(value) : this.unreadable(node) };
    }
    const directive = ++this.depth <= MAX_DEPTH ? this.directive(node, isQuoted) : undefined;
    this.depth--;
    return directive ?? { kind: "value", of: this.unreadable(node) };
  }

  /** `%{ if }` or `%{ for }`, with all up to its end; undefined where it cannot be read. */
  private directive(node: Node, isQuoted: boolean): TemplatePart | undefined {
    const [directive] = childrenOf(node);
    const children = directive ? childrenOf(directive) : [];
    const between = (after: Node, before: Node): TemplatePart[] => {
      const inner = children.filter(
        (child) => child.startIndex >= after.endIndex && child.endIndex <= before.startIndex,
      );
      return stripEdges(
        this.parts(inner, after.endIndex, before.startIndex, isQuoted),
        strips(after, -1),
        strips(before, 0),
      );
    };
    const [intro] = children;
    const end = children.at(-1);
    const value = intro && named(intro, "expression")[0];
    if (!intro || !end || !value) return undefined;
    if (directive?.type === "template_for") {
      const [first = "", second] = named(intro, "identifier").map(({ text }) => text);
      const list = this.expression(value);
      const names = { keyName: second === undefined ? undefined : first, valueName: second ?? first };
      return { kind: "each", ...names, list, parts: between(intro, end) };
    }
    const otherwise = children.find(({ type }) => type === "template_else_intro");
    return {
      kind: "if",
      condition: this.expression(value),
      whenTrue: between(intro, otherwise ?? end),
      otherwise: otherwise ? between(otherwise, end) : [],
    };
  }

  private collection(node: Node): Expression {
    const [collection] = childrenOf(node);
    const place = this.placeOf(node);
    if (!collection) return this.unreadable(node);
    if (collection.type === "tuple")
      return { kind: "list", items: named(collection, "expression").map((item) => this.expression(item)), place };
    const entries = named(collection, "object_elem").flatMap((entry): ObjectEntry[] => {
      const [key, value] = [entry.childForFieldName("key"), entry.childForFieldName("val")];
      if (!key || !value) return [];
      const expression = this.expression(key);
      // A bare name is a text; in brackets it is a reference.
      const isName = expression.kind === "name" && !key.text.startsWith("(");
      return [
        {
          key: isName ? { kind: "literal", value: expression.name, place: expression.place } : expression,
          value: this.expression(value),
          place: this.placeOf(entry),
        },
      ];
    });
    return { kind: "object", entries, place };
  }

  private call(node: Node): Expression {
    const [name] = named(node, "identifier");
    const [list] = named(node, "function_arguments");
    const args = list ? named(list, "expression").map((arg) => this.expression(arg)) : [];
    const isSpread = list ? named(list, "ellipsis").length > 0 : false;
    return { kind: "call", name: name?.text ?? "", args, isSpread, place: this.placeOf(node) };
  }

  private loop(node: Node): Expression {
    const [form] = childrenOf(node);
    const intro = form && named(form, "for_intro")[0];
    const list = intro && named(intro, "expression")[0];
    if (!form || !intro || !list) return this.unreadable(node);
    const [first = "", second] = named(intro, "identifier").map(({ text }) => text);
    const results = named(form, "expression").map((result) => this.expression(result));
    const value = results.at(-1);
    if (!value) return this.unreadable(node);
    const condition = named(form, "for_cond")[0];
    const test = condition && named(condition, "expression")[0];
    return {
      kind: "for",
      loop: {
        keyName: second === undefined ? undefined : first,
        valueName: second ?? first,
        list: this.expression(list),
        key: form.type === "for_object_expr" ? results[0] : undefined,
        value,
        condition: test && this.expression(test),
        isGrouping: named(form, "ellipsis").length > 0,
      },
      place: this.placeOf(node),
    };
  }

  private operation(node: Node): Expression {
    const [operation] = childrenOf(node);
    const place = this.placeOf(node);
    const children = operation ? childrenOf(operation) : [];
    if (children.some((child) => child.isError || child.isMissing)) return this.unreadable(node);
    const at = children.findIndex((child) => !child.isNamed && OPERATORS.has(child.type));
    const operator = children[at]?.type ?? "";
    const right = this.term(children.slice(at + 1));
    if (!right) return this.unreadable(node);
    if (operation?.type === "unary_operation") return { kind: "unary", operator, operand: right, place };
    const left = this.term(children.slice(0, at));
    return left ? { kind: "binary", operator, left, right, place } : this.unreadable(node);
  }

  private unreadable(node: Node): Expression {
    return { kind: "unreadable", place: this.placeOf(node) };
  }

  private textOf(node: Node): string {
    return this.source.slice(node.startIndex, node.endIndex);
  }

  private placeOf({ startPosition: { row, column }, startIndex, endIndex }: Node): Span {
    return {
      file: this.fileName,
      line: row + 1,
      column: column + 1,
      start: startIndex + this.skipped,
      end: endIndex + this.skipped,
    };
  }
}

const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/**
 * Most expressions: a text without templates and escapes, a number, a word, a reference. To ask the parser about their
 * parts takes most of the time.
 */
function simpleExpression(text: string, placeOf: () => Span): Expression | undefined {
  if (/^"[^"\\$%\n]*"$/.test(text)) return { kind: "literal", value: text.slice(1, -1), place: placeOf() };
  if (/^\d+$/.test(text)) return { kind: "literal", value: Number(text), place: placeOf() };
  const word = LITERALS.get(text);
  if (word !== undefined) return { kind: "literal", value: word, place: placeOf() };
  if (!/^[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*$/.test(text)) return undefined;
  const [name = "", ...steps] = text.split(".");
  const place = placeOf();
  return steps.reduce<Expression>((of, step) => ({ kind: "step", of, step, place }), { kind: "name", name, place });
}

const OPERATORS = new Set(["-", "!", "+", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||"]);

function childrenOf(node: Node): Node[] {
  return node.children.filter((child) => child !== null && child.type !== "comment");
}

function named(node: Node, type: string): Node[] {
  return childrenOf(node).filter((child) => child.type === type);
}

/** Whether the first or the last sign of a directive takes away the white space beside it. */
function strips(node: Node, side: 0 | -1): boolean {
  const markers = childrenOf(node).filter((child) => child.isNamed);
  return (side === 0 ? markers[1] : markers.at(-2))?.type === "strip_marker";
}

function opensStripped(node: Node): boolean {
  if (node.type === "template_interpolation") return strips(node, 0);
  const first = node.firstNamedChild?.firstNamedChild;
  return first ? strips(first, 0) : false;
}

function closesStripped(node: Node): boolean {
  if (node.type === "template_interpolation") return strips(node, -1);
  const last = node.lastNamedChild?.lastNamedChild;
  return last ? strips(last, -1) : false;
}

function stripEdges(parts: TemplatePart[], atStart: boolean, atEnd: boolean): TemplatePart[] {
  return parts.map((part, index) => {
    if (typeof part !== "string") return part;
    const cut = atStart && index === 0 ? part.trimStart() : part;
    return atEnd && index === parts.length - 1 ? cut.trimEnd() : cut;
  });
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

function unescaped(text: string, isQuoted: boolean): string {
  const plain = text.replaceAll("$${", "${").replaceAll("%%{", "%{");
  if (!isQuoted) return plain;
  return plain.replaceAll(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs,
    (all, short?: string, long?: string, sign?: string) => {
      const code = short ?? long;
      if (code === undefined) return ESCAPES[sign ?? ""] ?? all;
      const point = Number.parseInt(code, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : all;
    },
  );
}

/** `<<-` takes away the indentation that all lines share. */
function withoutIndentation(parts: readonly TemplatePart[]): TemplatePart[] {
  const startsLine = (index: number): boolean => {
    const before = parts[index - 1];
    return index === 0 || (typeof before === "string" && before.endsWith("\n"));
  };
  let least = Number.POSITIVE_INFINITY;
  for (const [index, part] of parts.entries()) {
    if (typeof part !== "string") {
      if (startsLine(index)) least = 0;
      continue;
    }
    for (const [number, line] of part.split("\n").entries()) {
      const isLineStart = number > 0 || startsLine(index);
      const isEmptyEnd = line.trim() === "" && number === part.split("\n").length - 1 && index === parts.length - 1;
      if (isLineStart && !isEmptyEnd && line.trim() !== "")
        least = Math.min(least, line.length - line.trimStart().length);
      else if (isLineStart && line.trim() === "" && index < parts.length - 1 && number === part.split("\n").length - 1)
        least = Math.min(least, line.length);
    }
  }
  if (least === 0 || !Number.isFinite(least)) return [...parts];
  return parts.map((part, index) =>
    typeof part === "string"
      ? part
          .split("\n")
          .map((line, number) =>
            number > 0 || startsLine(index) ? line.slice(Math.min(least, line.length - line.trimStart().length)) : line,
          )
          .join("\n")
      : part,
  );
}
