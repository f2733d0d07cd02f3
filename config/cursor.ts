import type { Located } from "./located.ts";
import { parseYaml } from "./parse-yaml.ts";

/** What stands at a place of a configuration that is being written. */
export interface Cursor {
  /** The keys that lead to it, itself included; numbers are items of lists. */
  readonly path: readonly PropertyKey[];
  /** Whether it is a value, and not a key. */
  readonly isValue: boolean;
  /** The word at the place, which may be empty. */
  readonly start: number;
  readonly end: number;
  /** The configuration, with a key where one is begun. */
  readonly root: Located;
}

/** Letters of a word that is being written: a key or a value. */
const WORD = /[\w./-]*/;

/** Finds out what stands at a place; undefined where that is no key and no value of one, or nothing can be read. */
export function cursorAt(text: string, offset: number): Cursor | undefined {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  if (/(^|\s)#/.test(before)) return undefined;
  const start = offset - (new RegExp(`${WORD.source}$`).exec(before)?.[0].length ?? 0);
  const end = offset + (WORD.exec(text.slice(offset))?.[0].length ?? 0);
  const key = keyOfValue(text, lineStart, start);
  if (key !== undefined) return found(text, key, { isValue: true, start, end });
  const isWritten = /^["']?\s*:(\s|$)/.test(text.slice(end, end + 9));
  const word = start === end ? "x" : text.slice(start, end);
  const whole = isWritten ? text : `${text.slice(0, start)}${word}: ${text.slice(end)}`;
  return found(whole, start, { isValue: false, start, end });
}

/** Where the key begins whose value begins at a place, in the same line. */
function keyOfValue(text: string, lineStart: number, valueStart: number): number | undefined {
  const before = text.slice(lineStart, valueStart);
  const [whole, name] = /([\w-]+)["']?:\s+["']?$/.exec(before) ?? [];
  return whole === undefined || name === undefined ? undefined : valueStart - whole.length;
}

function found(text: string, key: number, rest: Omit<Cursor, "path" | "root">): Cursor | undefined {
  const { root } = parseYaml(text);
  const path = root && pathTo(root, key);
  return root && path ? { path, root, ...rest } : undefined;
}

function pathTo(at: Located, key: number): readonly PropertyKey[] | undefined {
  if (at.kind === "scalar") return undefined;
  const children: [PropertyKey, Located, number?][] =
    at.kind === "list"
      ? at.items.map((item, index) => [index, item])
      : [...at.entries].map(([name, entry]) => [name, entry.value, entry.key.offset]);
  for (const [step, value, offset] of children) {
    // A key may stand in quotation marks.
    if (offset === key || offset === key - 1) return [step];
    const below = pathTo(value, key);
    if (below) return [step, ...below];
  }
  return undefined;
}
