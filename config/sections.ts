/**
 * The environments of a configuration by their lines: a text is taken apart without being read as YAML, so that one
 * environment of a thousand is judged without the others.
 */
export interface Sections {
  readonly environments: readonly Section[];
  /** What stands around them, which all of them share. */
  readonly shared: string;
  /** A text with these environments alone, and which line of the whole each of its lines is. Lines begin at 1. */
  excerpt(wanted: ReadonlySet<Section>): Excerpt;
}

/** An environment. */
export interface Section {
  readonly name: string;
  readonly text: string;
  /** The first line, and the one behind the last. */
  readonly line: number;
  readonly endLine: number;
}

/** A part of a configuration that is one itself. */
export interface Excerpt {
  readonly text: string;
  lineOf(line: number): number;
}

/** Takes a text apart; undefined where it is written in another way than one environment below another. */
export function sectionsOf(text: string): Sections | undefined {
  // With their line breaks.
  const lines = text.split(/(?<=\n)/);
  const first = lines.findIndex((line) => /^environments:[ \t]*(#.*)?$/.test(line.trimEnd()));
  if (first === -1 || !lines.slice(0, first).every((line) => isShared(line) || line.trimEnd() === "---"))
    return undefined;
  const starts: number[] = [];
  let indent = 0;
  let end = first + 1;
  for (; end < lines.length; end++) {
    const line = lines[end] as string;
    const depth = line.search(/[^ ]/);
    // A line break alone is blank; a comment stands anywhere.
    if (depth === -1 || /[\r\n#]/.test(line[depth] as string)) continue;
    if (line[depth] === "\t") return undefined;
    if (depth === 0) break;
    if (indent === 0) indent = depth;
    if (depth < indent) return undefined;
    if (depth === indent) starts.push(end);
  }
  if (starts.length === 0 || !lines.slice(end).every(isShared)) return undefined;
  const environments = starts.map((start, index): Section | undefined => {
    const behind = starts[index + 1] ?? end;
    const name = nameIn(lines[start] as string);
    return name === undefined
      ? undefined
      : { name, text: lines.slice(start, behind).join(""), line: start + 1, endLine: behind + 1 };
  });
  if (!environments.every((each) => each !== undefined)) return undefined;
  const [head, tail] = [lines.slice(0, starts[0]), lines.slice(end)];
  const shared = [...head, ...tail].join("");
  const isApart = new Set(environments.map(({ name }) => name)).size === environments.length;
  if (!isApart || sharesAnchors(environments, shared)) return undefined;
  return {
    environments,
    shared,
    excerpt: (wanted) => {
      const chosen = environments.filter((each) => wanted.has(each));
      const parts = [
        { line: 1, lines: head.length, text: head.join("") },
        ...chosen.map(({ line, endLine, text }) => ({ line, lines: endLine - line, text })),
        { line: end + 1, lines: tail.length + 1, text: tail.join("") },
      ];
      return { text: parts.map((part) => part.text).join(""), lineOf: lineIn(parts) };
    },
  };
}

/** Which environment a line stands in. */
export function sectionAt({ environments }: Sections, line: number): Section | undefined {
  return environments.find((each) => each.line <= line && line < each.endLine);
}

function lineIn(parts: readonly { readonly line: number; readonly lines: number }[]): (line: number) => number {
  return (line) => {
    let before = 0;
    for (const part of parts) {
      if (line <= before + part.lines) return part.line + line - before - 1;
      before += part.lines;
    }
    return line;
  };
}

/** A line outside of the environments: below a key, a key, an item of a list, or nothing. */
function isShared(line: string): boolean {
  return /^(\s|#|$|- |-$|["']?[\w-]+["']?:(\s|$))/.test(line) && !/^environments:/.test(line);
}

function nameIn(line: string): string | undefined {
  return /^ *(?:"([^"\\]*)"|'([^']*)'|([\w.-]+)) *:(?=\s|$)/
    .exec(line)
    ?.slice(1)
    .find((name) => name !== undefined);
}

/** Whether one of them has an anchor that is used outside of it. */
function sharesAnchors(environments: readonly Section[], shared: string): boolean {
  return environments.some((own) =>
    own.text.includes("&")
      ? [...own.text.matchAll(/(?<=[\s,:[{-])&([^\s,[\]{}]+)/g)].some(([, name]) => {
          const alias = `*${name}`;
          return shared.includes(alias) || environments.some((other) => other !== own && other.text.includes(alias));
        })
      : false,
  );
}
