import { type CompletionItem, CompletionItemKind, InsertTextFormat } from "vscode-languageserver/node";
import type { z } from "zod";
import { regionNames } from "../../azure/regions.ts";
import { vmSizeNames } from "../../azure/vm-sizes.ts";
import { type Cursor, cursorAt } from "../../config/cursor.ts";
import type { Located } from "../../config/located.ts";
import { ConfigSchema, EnvironmentSchema } from "../../config/schema.ts";
import { literalOf, schemaAt, shapeOf, unionOf } from "../../config/schema-at.ts";
import { RULES } from "../../rules/catalogue.ts";
import { ruleText, sizeText } from "./explanations.ts";

/** Suggestions for a place, each with the part of the text that it replaces. */
export interface Suggestions {
  readonly items: readonly CompletionItem[];
  readonly start: number;
  readonly end: number;
}

/** What can be written at a place of a configuration: keys that are not there yet, or values. */
export function suggestionsAt(text: string, offset: number): Suggestions | undefined {
  const cursor = cursorAt(text, offset);
  if (!cursor) return undefined;
  const { start, end, isValue, path } = cursor;
  const items = isValue
    ? valueItems(path, schemaOf(path, cursor.root), formsAt(path))
    : keyItems(cursor, text[end] === ":");
  return { items, start, end };
}

/** What there is to say of a key or value of a configuration, as Markdown. */
export function explanationAt(text: string, offset: number): string | undefined {
  const cursor = cursorAt(text, offset);
  if (!cursor || cursor.start === cursor.end) return undefined;
  const { path, isValue, start, end } = cursor;
  const word = text.slice(start, end);
  const key = String(path.at(-1));
  const about = isValue ? aboutValue(key, word) : undefined;
  const schema = schemaOf(path, cursor.root);
  const description = schema?.description ?? TOP[path.length === 1 ? key : ""];
  const forms = formsAt(path);
  const values = forms.length > 0 ? forms : valuesOf(schema);
  const allowed = values.length > 0 ? `Allowed: ${values.map((value) => `\`${value}\``).join(", ")}.` : undefined;
  const parts = [description && `**${key}**: ${description}`, allowed, about].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join("\n\n") : undefined;
}

function aboutValue(key: string, word: string): string | undefined {
  if (key === "rule") return ruleText(word);
  return key === "vmSize" ? sizeText(word) : undefined;
}

/** What stands at the top level of a file, and is no part of the configuration after it is merged. */
const TOP: Readonly<Record<string, string>> = {
  defaults: "Merged into every environment: maps merge deeply, lists are replaced, null removes a default.",
  environments: "The environments, each under a name of your own.",
};

/** The schema of a key; where values choose between forms, of the form that they choose. */
function schemaOf(path: readonly PropertyKey[], root?: Located): z.ZodType | undefined {
  const [first, ...rest] = path;
  const below = first === "environments" ? rest.slice(1) : first === "defaults" ? rest : undefined;
  const environment = below && root && valueAt(root, path.slice(0, path.length - below.length));
  return below ? schemaAt(EnvironmentSchema, below, environment) : schemaAt(ConfigSchema, path, root);
}

function valueAt(root: Located, path: readonly PropertyKey[]): Located | undefined {
  return path.reduce<Located | undefined>(
    (at, step) =>
      at?.kind === "map"
        ? at.entries.get(String(step))?.value
        : at?.kind === "list"
          ? at.items[Number(step)]
          : undefined,
    root,
  );
}

function keyItems(cursor: Cursor, isWritten: boolean): CompletionItem[] {
  const parent = cursor.path.slice(0, -1);
  const map = valueAt(cursor.root, parent);
  const taken = map?.kind === "map" ? new Set(map.entries.keys()) : new Set<string>();
  taken.delete(String(cursor.path.at(-1)));
  const schema = parent.length === 0 ? ConfigSchema : schemaOf(parent, cursor.root);
  const known = Object.keys({ ...shapeOf(schema), ...(parent.length === 0 ? TOP : {}) });
  return known
    .filter((key) => !taken.has(key))
    .map((key) => {
      const child = schemaOf([...parent, key], cursor.root);
      const holdsKeys = parent.length === 0 || shapeOf(child) !== undefined || isRecord(child);
      return {
        label: key,
        kind: CompletionItemKind.Property,
        documentation: child?.description ?? (parent.length === 0 ? TOP[key] : undefined),
        insertText: isWritten ? key : holdsKeys ? `${key}:` : `${key}: `,
        insertTextFormat: InsertTextFormat.PlainText,
      };
    });
}

function isRecord(schema: z.ZodType | undefined): boolean {
  return (schema?._zod.def as { valueType?: z.ZodType } | undefined)?.valueType !== undefined;
}

/** Where a key chooses between the forms of the map that it is in: what it can be. */
function formsAt(path: readonly PropertyKey[]): readonly string[] {
  // Without the values that are there, no form is chosen.
  const union = unionOf(schemaOf(path.slice(0, -1)));
  if (!union || union.discriminator !== path.at(-1)) return [];
  return union.options.map((option) => String(literalOf(option, union.discriminator)));
}

function valueItems(
  path: readonly PropertyKey[],
  schema: z.ZodType | undefined,
  forms: readonly string[],
): CompletionItem[] {
  const values = forms.length > 0 ? forms : valuesOf(schema);
  if (values.length > 0) return values.map((label) => ({ label, kind: CompletionItemKind.EnumMember }));
  const key = path.at(-1);
  if (key === "rule" && path.at(-3) === "acknowledge") return ruleItems();
  // Nothing else of the schema says of which kind a text is.
  if (schema && key === "vmSize") return sizeItems();
  return schema && key === "location" ? regionItems() : [];
}

/** The values of an enumeration, a choice or a truth value; none where there is no end of them. */
function valuesOf(schema: z.ZodType | undefined): readonly string[] {
  const def = schema?._zod.def as
    | { type?: string; entries?: Readonly<Record<string, string>>; values?: readonly unknown[] }
    | undefined;
  if (def?.type === "boolean") return ["true", "false"];
  if (def?.type === "enum") return Object.values(def.entries ?? {}).map(String);
  return def?.type === "literal" ? (def.values ?? []).map(String) : [];
}

export function ruleItems(): CompletionItem[] {
  return RULES.filter(({ canBeAcknowledged = true }) => canBeAcknowledged).map(({ id, fact }) => ({
    label: id,
    kind: CompletionItemKind.Reference,
    documentation: fact,
  }));
}

export function sizeItems(): CompletionItem[] {
  return vmSizeNames().map((label) => ({ label, kind: CompletionItemKind.Value, detail: sizeText(label) }));
}

export function regionItems(): CompletionItem[] {
  return regionNames().map((label) => ({ label, kind: CompletionItemKind.Value }));
}
