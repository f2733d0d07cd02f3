import type { Change, FixValue } from "../../model/fix.ts";
import { cut, cutItem, indentAt, lineEnd, newlineOf, type TextEdit } from "../../model/text-edit.ts";
import type { Block, Body, Expression, ObjectEntry, Span } from "./syntax.ts";

/** What is around an attribute that is edited. */
export interface Surroundings {
  /** The text of a file. */
  textOf(file: string): string;
  /** What a plain reference stands for, where it is one literal: the default of a variable, a local value. */
  literalBehind(expression: Expression): Expression | undefined;
  /** Whether what is not there yet is a block, where it holds attributes. */
  readonly hasBlocks: boolean;
}

type Step = string | number;

/** Where a path leads: to a value that is there, or to what it would be added to. */
type Target =
  | {
      readonly kind: "value";
      readonly value: Expression;
      /** Its name, and all of it; none of what a reference stands for. */
      readonly name?: Span;
      readonly whole?: Span;
      readonly isItem: boolean;
    }
  | { readonly kind: "block"; readonly whole: Span }
  | { readonly kind: "absent"; readonly body: Body; readonly block: Span; readonly rest: readonly Step[] }
  | {
      readonly kind: "absent-entry";
      readonly object: Extract<Expression, { kind: "object" }>;
      readonly rest: readonly Step[];
    };

/** The edits that change what stands at a path in a block; undefined where that is no literal. */
export function editsOf(
  block: Block,
  path: readonly Step[],
  change: Change,
  around: Surroundings,
): readonly TextEdit[] | undefined {
  const target = targetOf(block, path, around);
  if (target === undefined) return undefined;
  if ("name" in change) return target.kind === "value" ? renamed(target, change.name, around) : undefined;
  const { to } = change;
  if (to === null) return removed(target, around);
  switch (target.kind) {
    case "block":
      return undefined;
    case "value":
      return replaced(target.value, to);
    case "absent":
      return isNamed(target.rest) ? added(target.body, target.block, target.rest, to, around) : undefined;
    case "absent-entry":
      return isNamed(target.rest) ? [addedEntry(target.object, target.rest, to, around)] : undefined;
  }
}

function isNamed(rest: readonly Step[]): rest is readonly [string, ...Step[]] {
  return typeof rest[0] === "string" && rest.every((step) => typeof step === "string" || step === 0);
}

function targetOf(block: Block, path: readonly Step[], around: Surroundings): Target | undefined {
  let at: { readonly body: Body; readonly place: Span } | undefined = block;
  let target: Target = { kind: "block", whole: block.place };
  for (const [position, step] of path.entries()) {
    if (at) {
      // The index of a block was minded when its name was.
      if (typeof step === "number") continue;
      const attribute = at.body.attributes.get(step);
      if (attribute) {
        const { value, place } = attribute;
        const name = { ...place, end: place.start + nameLength(around.textOf(place.file), place, step) };
        target = { kind: "value", value, name, whole: place, isItem: isJson(place.file) };
        at = undefined;
        continue;
      }
      if (at.body.blocks.some(({ type, labels }) => type === "dynamic" && labels[0] === step)) return undefined;
      const next = path[position + 1];
      const blocks: readonly Block[] = at.body.blocks.filter(({ type }) => type === step);
      const found = blocks[typeof next === "number" ? next : 0];
      if (!found)
        return blocks.length > 0
          ? undefined
          : { kind: "absent", body: at.body, block: at.place, rest: path.slice(position) };
      [at, target] = [found, { kind: "block", whole: found.place }];
      continue;
    }
    if (target.kind !== "value") return undefined;
    const value = literalOf(target.value, around);
    // JSON has an object where there is one block.
    if (value?.kind === "object" && step === 0) continue;
    if (value?.kind === "object") {
      const entry: ObjectEntry | undefined = value.entries.find(
        ({ key }) => key.kind === "literal" && String(key.value) === String(step),
      );
      if (!entry) return { kind: "absent-entry", object: value, rest: path.slice(position) };
      target = { kind: "value", value: entry.value, name: entry.key.place, whole: entry.place, isItem: true };
    } else if (value?.kind === "list" && typeof step === "number" && value.items[step]) {
      const item: Expression = value.items[step];
      target = { kind: "value", value: item, whole: item.place, isItem: true };
    } else if (value?.kind === "list" && typeof step === "string" && value.items.length === 1 && value.items[0]) {
      const only = literalOf(value.items[0], around);
      const entry: ObjectEntry | undefined =
        only?.kind === "object"
          ? only.entries.find(({ key }) => key.kind === "literal" && key.value === step)
          : undefined;
      if (only?.kind !== "object") return undefined;
      if (!entry) return { kind: "absent-entry", object: only, rest: path.slice(position) };
      target = { kind: "value", value: entry.value, name: entry.key.place, whole: entry.place, isItem: true };
    } else return undefined;
  }
  if (target.kind !== "value") return target;
  const literal = literalOf(target.value, around);
  if (literal === undefined) return { ...target, value: { kind: "unreadable", place: target.value.place } };
  return { ...target, value: literal };
}

/** What is written down, also as the default of a variable, a local value or JSON text. */
function literalOf(expression: Expression, around: Surroundings): Expression | undefined {
  if (expression.kind === "literal" || expression.kind === "list" || expression.kind === "object") return expression;
  if (expression.kind === "call" && expression.name === "jsonencode" && expression.args[0])
    return literalOf(expression.args[0], around);
  return around.literalBehind(expression);
}

function isLiteral(expression: Expression): boolean {
  if (expression.kind === "list") return expression.items.every(isLiteral);
  return expression.kind === "literal";
}

function replaced(value: Expression, to: FixValue): readonly TextEdit[] | undefined {
  if (!isLiteral(value)) return undefined;
  const { file, start, end } = value.place;
  return [{ file, start, end, text: textOf(to) }];
}

function renamed(
  { name }: Extract<Target, { kind: "value" }>,
  to: string,
  around: Surroundings,
): readonly TextEdit[] | undefined {
  if (!name) return undefined;
  const { file, start, end } = name;
  const isQuoted = around.textOf(file)[start] === '"';
  return [{ file, start, end, text: isQuoted ? JSON.stringify(to) : keyText(to) }];
}

function removed(target: Target, around: Surroundings): readonly TextEdit[] | undefined {
  if (target.kind === "absent" || target.kind === "absent-entry") return [];
  const { whole } = target;
  if (!whole) return undefined;
  const { file, start, end } = whole;
  const text = around.textOf(file);
  return [{ file, ...(target.kind === "value" && target.isItem ? cutItem : cut)(text, start, end) }];
}

/** An attribute that a body has not yet, behind the last one that it has. */
function added(
  body: Body,
  block: Span,
  [name, ...rest]: readonly [string, ...Step[]],
  to: FixValue,
  around: Surroundings,
): readonly TextEdit[] {
  const { file } = block;
  const text = around.textOf(file);
  if (body.place) {
    const places = [...body.attributes.values()].map(({ place }) => place);
    return [{ file, ...inBraces(text, body.place, places, () => jsonEntry([name, ...rest], to), ",") }];
  }
  const newline = newlineOf(text);
  const open = text.indexOf("{", block.start);
  const outer = indentAt(text, block.start);
  const attributes = [...body.attributes.values()].map(({ place }) => place).sort((a, b) => a.start - b.start);
  const isOneLine = !text.slice(block.start, block.end).includes("\n");
  if (isOneLine) {
    // What stands between its braces gets a line of its own: a block of one line has one argument at most.
    const [start, end] = [open + 1, block.end - 1];
    const inner = text.slice(start, end);
    const lines = entryLines([name, ...rest], to, `${outer}  `, around).join(newline);
    const last = `${newline}${lines}${newline}${outer}`;
    if (inner.trim() === "") return [{ file, start, end, text: last }];
    const [before, behind] = [inner.length - inner.trimStart().length, inner.length - inner.trimEnd().length];
    return [
      { file, start, end: start + before, text: `${newline}${outer}  ` },
      { file, start: end - behind, end, text: last },
    ];
  }
  const nested = rest.some((step) => typeof step === "string");
  const last = attributes.at(-1);
  if (!last || (nested && around.hasBlocks && !MAPS.has(name))) {
    const items = [...attributes, ...body.blocks.map(({ place }) => place)].sort((a, b) => a.start - b.start);
    const behind = items.at(-1);
    const indent = behind ? indentAt(text, behind.start) : `${outer}  `;
    const at = behind ? lineEnd(text, behind.end) : lineEnd(text, open);
    const lines = [...(behind ? [""] : []), ...entryLines([name, ...rest], to, indent, around)];
    return [{ file, start: at, end: at, text: newline + lines.join(newline) }];
  }
  const at = lineEnd(text, last.end);
  const [first = "", ...more] = entryLines([name, ...rest], to, indentAt(text, last.start), around);
  const lines = [aligned(first, text.slice(last.start, last.end)), ...more];
  return [{ file, start: at, end: at, text: newline + lines.join(newline) }];
}

/** With its equals sign below that of the attribute before it, where there is room. */
function aligned(line: string, before: string): string {
  const [, indent = "", name = "", rest = ""] = /^(\s*)(\S+)( = .*)$/s.exec(line) ?? [];
  const width = /^[\w-]+\s*(?==)/.exec(before)?.[0].length ?? 0;
  return name === "" ? line : `${indent}${name.padEnd(width - 1)}${rest}`;
}

/** The lines of an attribute, in blocks where these are not there yet. */
function entryLines(
  [name, ...rest]: readonly [string, ...Step[]],
  to: FixValue,
  indent: string,
  around: Surroundings,
): string[] {
  const names = rest.filter((step) => typeof step === "string");
  const [next, ...more] = names;
  if (next === undefined) return [`${indent}${name} = ${textOf(to)}`];
  const isBlock = around.hasBlocks && !MAPS.has(name);
  const inner = isBlock
    ? entryLines([next, ...more], to, `${indent}  `, around)
    : entryLines([keyText(next), ...more.map(keyText)], to, `${indent}  `, { ...around, hasBlocks: false });
  return [`${indent}${name} ${isBlock ? "" : "= "}{`, ...inner, `${indent}}`];
}

/** Arguments of azurerm that are maps, and no blocks. */
const MAPS = new Set(["configuration_settings", "node_labels", "tags", "annotations", "labels", "data"]);

/** A key that an object has not yet. */
function addedEntry(
  object: Extract<Expression, { kind: "object" }>,
  path: readonly [string, ...Step[]],
  to: FixValue,
  around: Surroundings,
): TextEdit {
  const { file } = object.place;
  const text = around.textOf(file);
  const places = object.entries.map(({ place }) => place);
  if (isJson(file)) return { file, ...inBraces(text, object.place, places, () => jsonEntry(path, to), ",") };
  const [last] = object.entries.slice(-1);
  const between = last ? text.slice(last.key.place.end, last.value.place.start).trim() : "=";
  const isQuoted = last !== undefined && text[last.key.place.start] === '"';
  const sign = between.startsWith(":") ? ":" : " =";
  const entry = (names: readonly Step[]): string => {
    const [name, ...rest] = names.filter((step) => typeof step === "string");
    const key = isQuoted ? JSON.stringify(name) : keyText(name ?? "");
    return `${key}${sign} ${rest.length === 0 ? textOf(to) : `{ ${entry(rest)} }`}`;
  };
  return { file, ...inBraces(text, object.place, places, () => entry(path), "") };
}

/** An entry behind the last one between braces, on a line of its own where those have lines of their own. */
function inBraces(
  text: string,
  braces: Span,
  entries: readonly Span[],
  write: () => string,
  comma: string,
): Omit<TextEdit, "file"> {
  const last = entries.at(-1);
  if (!last) return { start: braces.start, end: braces.end, text: `{ ${write()} }` };
  const isOneLine = !text.slice(braces.start, last.start).includes("\n");
  if (isOneLine) return { start: last.end, end: last.end, text: `, ${write()}` };
  const indent = indentAt(text, last.start);
  if (comma !== "") return { start: last.end, end: last.end, text: `${comma}${newlineOf(text)}${indent}${write()}` };
  const at = lineEnd(text, last.end);
  return { start: at, end: at, text: newlineOf(text) + indent + write() };
}

function jsonEntry(path: readonly Step[], to: FixValue): string {
  const [name, ...rest] = path.filter((step) => typeof step === "string");
  return `${JSON.stringify(name)}: ${rest.length === 0 ? textOf(to) : `{ ${jsonEntry(rest, to)} }`}`;
}

/** A value as Terraform's language has it, or JSON: a text of it is a template in both. */
function textOf(value: FixValue): string {
  if (typeof value === "string") return JSON.stringify(value).replaceAll(/[$%](?=\{)/g, "$&$&");
  if (typeof value === "object") return `[${value.map((item) => textOf(item)).join(", ")}]`;
  return String(value);
}

function keyText(name: string): string {
  return /^[A-Za-z_][\w-]*$/.test(name) ? name : JSON.stringify(name);
}

/** The length of a name as it is written, with its quotation marks in JSON. */
function nameLength(text: string, { start, file }: Span, name: string): number {
  return isJson(file) && text[start] === '"'
    ? (/^"(?:[^"\\]|\\.)*"/.exec(text.slice(start))?.[0].length ?? 0)
    : name.length;
}

function isJson(file: string): boolean {
  return file.endsWith(".json");
}
