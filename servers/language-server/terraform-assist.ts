import { steps } from "../../model/value.ts";
import { RULES } from "../../rules/catalogue.ts";
import type { Rule } from "../../rules/rule.ts";
import { IGNORE } from "../../sources/hcl/ignore.ts";
import { regionItems, ruleItems, type Suggestions, sizeItems } from "./configuration-assist.ts";
import { ruleText, sizeText } from "./explanations.ts";

/** What can be written at a place of Terraform's language: VM sizes, regions, and rules to acknowledge. */
export function suggestionsIn(text: string, offset: number): Suggestions | undefined {
  const before = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  const [, word = ""] = /([\w./-]*)$/.exec(before) ?? [];
  const [start, end] = [offset - word.length, offset + (/^[\w./-]*/.exec(text.slice(offset))?.[0].length ?? 0)];
  if (new RegExp(`(#|//)\\s*${IGNORE}\\s+[\\w/-]*$`).test(before)) return { items: ruleItems(), start, end };
  const [, attribute] = /(\w+)"?\s*[=:]\s*"[^"]*$/.exec(before) ?? [];
  if (attribute === "vm_size") return { items: sizeItems(), start, end };
  return attribute === "location" ? { items: regionItems(), start, end } : undefined;
}

/** What there is to say of an attribute, as Markdown: what rules ask of it. */
export function explanationIn(text: string, offset: number): string | undefined {
  const [lineStart, lineEnd] = [text.lastIndexOf("\n", offset - 1) + 1, text.indexOf("\n", offset)];
  const line = text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd);
  const [, rule] = new RegExp(`${IGNORE}\\s+([\\w/-]+)`).exec(line) ?? [];
  if (rule !== undefined) return ruleText(rule);
  const [, indent = "", name, value] = /^(\s*)(\w+)\s*(?:=\s*"?([\w.-]*)|\{)/.exec(line) ?? [];
  if (name === undefined) return undefined;
  if (offset - lineStart > indent.length + name.length) return value === undefined ? undefined : sizeText(value);
  const around = blocksAround(text.slice(0, lineStart));
  const [type, ...blocks] = around;
  if (type === undefined) return undefined;
  const path = [...blocks, name].join(".");
  const rules = rulesAbout(type, path);
  if (rules.length === 0) return undefined;
  const said = rules.map(({ id, fact, source }) => `- ${fact} [${id}](${source})`).join("\n");
  return `**${path}** of ${type}\n\n${said}`;
}

/** The type of the resource that a place is in, and the blocks in it; nothing outside of a resource. */
function blocksAround(before: string): readonly string[] {
  const open: (string | undefined)[] = [];
  for (const line of before.split("\n")) {
    const code = line.replace(/"(?:[^"\\]|\\.)*"/g, (text) => text.replaceAll(/[{}#]/g, "_")).replace(/(#|\/\/).*/, "");
    const [, resource] = /^\s*(?:resource|data)\s+"(\w+)"/.exec(code) ?? [];
    const [, block] = /^\s*(\w+)\s*=?\s*\{/.exec(code) ?? [];
    for (const [bracket] of code.matchAll(/[{}]/g))
      if (bracket === "{") open.push(resource ?? block);
      else open.pop();
  }
  return open.every((each) => each !== undefined) ? open : [];
}

let known: ReadonlyMap<string, ReadonlySet<Rule>> | undefined;

/** The rules whose examples find something at an attribute, or below it. */
function rulesAbout(type: string, path: string): readonly Rule[] {
  known ??= index();
  return [...(known.get(`${type} ${path}`) ?? [])];
}

function index(): ReadonlyMap<string, ReadonlySet<Rule>> {
  const all = new Map<string, Set<Rule>>();
  for (const rule of RULES)
    for (const { finds, stacks } of rule.examples.failing) {
      const resources = Object.values(stacks).flatMap((stack) => {
        const { resource = {} } = stack as { readonly resource?: Readonly<Record<string, object>> };
        return Object.entries(resource).flatMap(([type, named]) =>
          Object.values(named).map((body): [string, object] => [type, body as object]),
        );
      });
      for (const path of finds) {
        const names = steps(path).filter((step) => typeof step === "string");
        // Whose attribute it is: of the resources that have it, or its block.
        for (const [type, body] of resources)
          if (names[0] !== undefined && names[0] in body) {
            const key = `${type} ${names.join(".")}`;
            all.set(key, (all.get(key) ?? new Set()).add(rule));
          }
      }
    }
  return all;
}
