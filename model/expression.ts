import { Encoded, isKnown, joinedLists, Unknown, type Value } from "./value.ts";

/** Functions whose result holds the items of their lists and nothing else. */
const LIST_FUNCTIONS = new Set(["concat", "distinct", "flatten", "sort", "tolist", "toset"]);

const MAX_LENGTH = 20_000;
const MAX_DEPTH = 50;

/** What stands behind a backslash in a string of HCL. */
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** What a string of Terraform JSON stands for: text, or the value of its expression as far as that is known. */
export function readString(text: string): Value {
  if (!/(^|[^$%])[$%]\{/.test(text.replaceAll(/\$\$\{|%%\{/g, "")))
    return text.replaceAll("$${", "${").replaceAll("%%{", "%{");
  const inner = /^\$\{(.*)\}$/s.exec(text)?.[1];
  // `${a}-${b}` starts and ends like one expression.
  if (inner === undefined || hasOuterBrace(inner)) return new Unknown(referencesIn(text));
  return new ExpressionReader(inner).value();
}

/** Every `type.name.attribute` in an expression, outside quotation marks. */
export function referencesIn(expression: string): string[] {
  // Nobody writes longer ones by hand, and what is made by a program may go on for ever.
  const bare = withoutQuoted(expression.slice(0, MAX_LENGTH));
  return [
    ...new Set(
      [...bare.matchAll(/(?<![\w."-])[A-Za-z_][\w-]*(?:\.[A-Za-z_*][\w-]*|\.\d+|\[[^\]]{0,100}\])+/g)].map(
        ([reference]) => reference,
      ),
    ),
  ];
}

/** An expression without what stands in quotation marks, but with the expressions in there. */
function withoutQuoted(expression: string): string {
  let result = "";
  /** What is open: a quotation, an expression in one, or braces. */
  const open: string[] = [];
  for (let at = 0; at < expression.length; at++) {
    const character = expression[at] as string;
    if (open.at(-1) !== '"') {
      result += character;
      if (character === '"' || character === "{") open.push(character);
      else if (character === "}") open.pop();
    } else if (character === '"') {
      result += open.pop();
    } else if (character === "\\") at++;
    else if ((character === "$" || character === "%") && expression[at + 1] === "{") {
      open.push("{");
      result += "${";
      at++;
    }
  }
  return result;
}

function hasOuterBrace(inner: string): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < inner.length; at++) {
    const character = inner[at];
    if (character === "\\" && isQuoted) at++;
    else if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === "{") depth++;
    else if (character === "}" && --depth < 0) return true;
  }
  return false;
}

/** Reads literals, lists, references and list functions; everything else is unknown. */
class ExpressionReader {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  value(): Value {
    const value = this.expression();
    this.space();
    return this.at === this.text.length ? value : new Unknown(referencesIn(this.text));
  }

  private expression(): Value {
    this.depth++;
    const value = this.depth > MAX_DEPTH ? this.fail() : this.term();
    this.depth--;
    return value;
  }

  private term(): Value {
    this.space();
    const literal = this.take(/"((?:[^"\\$%]|\\["\\nrt])*)"/y)?.[1];
    if (literal !== undefined)
      return literal.replaceAll(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character);
    const number = this.take(/-?\d+(\.\d+)?/y);
    if (number) return Number(number[0]);
    if (this.take(/\[/y)) return this.items("]");
    if (this.take(/\{/y)) return this.object();
    const name = this.take(/[A-Za-z_][\w-]*(?:\.[A-Za-z_*][\w-]*|\.\d+|\[(?:\d+|"[^"]*"|\*)\])*/y)?.[0];
    if (name === undefined) return this.fail();
    if (name === "true" || name === "false") return name === "true";
    if (name === "null") return undefined;
    if (!this.take(/\(/y)) return name.includes(".") ? new Unknown([name], name) : this.fail();
    const start = this.at;
    const items = this.items(")");
    if (name === "jsonencode" && Array.isArray(items) && items.length === 1)
      return encoded(items[0], referencesIn(this.text.slice(start, this.at)));
    if (!LIST_FUNCTIONS.has(name)) return new Unknown(referencesIn(this.text.slice(start, this.at)));
    return joinedLists(Array.isArray(items) ? items : [items]);
  }

  private items(end: "]" | ")"): Value {
    const items: Value[] = [];
    for (;;) {
      this.space();
      if (this.take(end === "]" ? /\]/y : /\)/y)) return items;
      items.push(this.expression());
      this.space();
      if (!this.take(/,/y) && !/[\])]/.test(this.text[this.at] ?? "")) return this.fail();
    }
  }

  private object(): Value {
    const entries: [string, Value][] = [];
    for (;;) {
      this.space();
      if (this.take(/\}/y)) return Object.fromEntries(entries);
      const key = this.take(/"([^"\\$%]*)"|[A-Za-z_][\w-]*/y);
      this.space();
      if (!key || !this.take(/[=:](?!=)/y)) return this.fail();
      entries.push([key[1] ?? key[0], this.expression()]);
      const separated = this.take(/\s*(,|\n)?\s*/y)?.[0] ?? "";
      if (!/[,\n]/.test(separated) && this.text[this.at] !== "}") return this.fail();
    }
  }

  /** Gives up on the rest: what it depends on is all that can be said. */
  private fail(): Unknown {
    this.at = this.text.length;
    return new Unknown(referencesIn(this.text));
  }

  private space(): void {
    this.take(/\s+/y);
  }

  private take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }
}

/** JSON text, as far as its value is known. */
function encoded(value: Value, references: readonly string[]): Value {
  return isKnown(value) ? JSON.stringify(value ?? null) : new Encoded(value, references);
}
