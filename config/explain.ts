import type { z } from "zod";
import { nearestTo } from "../model/nearest.ts";
import { EXTENSION } from "./environments.ts";
import type { Located, LocatedScalar } from "./located.ts";
import { type EmptyKey, isInherited, joinPath, place } from "./merge.ts";
import { MAX_MISTAKES, type Mistake } from "./mistake.ts";
import { NOT_EXPANDED, oddCharacter, placeholderIn, withoutOddCharacters } from "./odd-characters.ts";
import { quotedValue, shownKeys } from "./quoted.ts";
import { ConfigSchema, EnvironmentSchema, REMOVED_KEYS } from "./schema.ts";
import { literalOf, schemaAt, shapeOf, unionOf, unwrap } from "./schema-at.ts";

/** Turns what zod found into mistakes that name the place, the value, what is allowed and what to change. */
export function explain(
  issues: readonly z.core.$ZodIssue[],
  root: Located,
  schema: z.ZodType,
  emptyKeys: readonly EmptyKey[] = [],
): Mistake[] {
  const unknown = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.slice(0, MAX_MISTAKES).map((key) => [...issue.path, key]) : [],
  );
  // A key that is there, and was written so that it is not seen, is not missing too.
  const meant = new Set([
    ...unknown.flatMap((path) => meantPath(path, schema, root) ?? []),
    ...emptyKeys.flatMap(({ path }) => meantPath(path, EnvironmentSchema) ?? []),
  ]);
  const isMeant = (path: readonly PropertyKey[]): boolean => meant.has(path.join()) || meant.has(path.slice(2).join());
  return issues.flatMap((issue): Mistake[] => {
    if (issue.code === "unrecognized_keys")
      return issue.keys.slice(0, MAX_MISTAKES).map((key) => unknownKey([...issue.path, key], root, schema));
    const at = place(root, issue.path);
    const key = lastKey(issue.path);
    if (at.found === undefined) {
      // The environment's own key is reported as missing already.
      if (isInherited(issue.path.slice(2)) || isMeant(issue.path)) return [];
      if (issue.code === "invalid_union")
        return [{ ...where(at), message: `\`${key}\` is missing`, advice: `add \`${key}\`: ${optionsOf(issue)}` }];
      return [
        {
          ...where(at),
          message: `\`${key}\` is missing`,
          advice: `add \`${key}\`${describe(schemaAt(schema, issue.path, root))}`,
        },
      ];
    }
    if (issue.code === "invalid_key") {
      const advice = issue.issues.map(({ message }) => message).join("; ");
      return [
        {
          ...where(place(root, issue.path, { key: true })),
          message: `the name ${JSON.stringify(key)} is not allowed here`,
          advice,
        },
      ];
    }
    if (needsQuotes(issue, at.found)) {
      return [
        {
          ...where(at),
          message: `\`${key}\`: ${at.found.text} is ${typeNameOf(at.found)}, not text`,
          advice: `put it in quotation marks: "${shownKeys(at.found.text)}"`,
        },
      ];
    }
    const advice = hint(at.found) ?? expectation(issue, schema, root);
    return [{ ...where(at), message: `\`${key}\` ${wrong(issue, at.found)}`, advice }];
  });
}

function where(at: { offset: number; configPath: string }): Pick<Mistake, "offset" | "path"> {
  return { offset: at.offset, path: at.configPath };
}

/** Keys without a value that removed nothing: unknown ones, and names that should have something below them. */
export function emptyKeyMistakes(keys: readonly EmptyKey[], schema: z.ZodType): Mistake[] {
  return keys.flatMap(({ path, key, follows }): Mistake[] => {
    const at = { offset: key.offset, configPath: key.path };
    const parent = schemaAt(schema, path.slice(0, -1));
    // A name of the user's own: a cluster needs something below it, a tag that is not there needs none.
    if (parent && !shapeOf(parent))
      return shapeOf(schemaAt(schema, path)) === undefined
        ? []
        : [{ ...where(at), message: `\`${path.at(-1)}\` is empty`, advice: "give it a value, or remove it" }];
    // A known key without a value is as good as none.
    return parent && !Object.hasOwn(shapeOf(parent) ?? {}, path.at(-1) as string)
      ? [unknownKeyAt(at, path, schema, { follows })]
      : [];
  });
}

function unknownKey(path: readonly PropertyKey[], root: Located, schema: z.ZodType): Mistake {
  const at = place(root, path, { key: true });
  return unknownKeyAt(at, path, schema, { root, follows: at.found?.kind === "scalar" ? at.found.follows : undefined });
}

/** The known key that somebody wrote without its colon or space, or with a special character: `name:aks`. */
function meantKey(
  key: string,
  known: readonly string[],
): { readonly name: string; readonly advice: string } | undefined {
  const odd = oddCharacter(key);
  const trimmed = withoutOddCharacters(key);
  const [name = trimmed] = /^[\w.-]+(?=[^\w.-])/.exec(trimmed) ?? [];
  if (name === key || !known.includes(name)) return undefined;
  return { name, advice: odd?.advice ?? `write \`${name}: value\`, with a colon and a space between the two` };
}

function meantPath(path: readonly PropertyKey[], schema: z.ZodType, root?: Located): string | undefined {
  const parent = path.slice(0, -1);
  const meant = meantKey(String(path.at(-1)), Object.keys(shapeOf(schemaAt(schema, parent, root)) ?? {}));
  return meant && [...parent, meant.name].join();
}

interface UnknownKey {
  readonly root?: Located;
  /** The key before it, where it has no colon. */
  readonly follows?: string;
}

function unknownKeyAt(
  at: { offset: number; configPath: string },
  path: readonly PropertyKey[],
  schema: z.ZodType,
  { root, follows }: UnknownKey,
): Mistake {
  const key = String(path.at(-1));
  const message = `\`${key}\` is not a known key here`;
  const removed = Object.hasOwn(REMOVED_KEYS, key) ? REMOVED_KEYS[key] : undefined;
  if (removed) return { ...where(at), message: `\`${key}\` no longer exists`, advice: removed };
  const parent = schemaAt(schema, path.slice(0, -1), root);
  // `defaults` is gone when the rest is validated.
  const known = [
    ...(path.length === 1 && schema === ConfigSchema ? ["defaults"] : []),
    ...Object.keys(shapeOf(parent) ?? {}),
  ];
  const nearest = nearestTo(key, known);
  const advice = meantKey(key, known)?.advice ?? oddCharacter(key)?.advice;
  if (advice) return { ...where(at), message, advice };
  if (follows !== undefined && !nearest?.isLikely) {
    const advice =
      follows === ""
        ? "write `key: value`"
        : `if it belongs to the text of \`${follows}\`, put that text in quotation marks: a comma ends it otherwise`;
    return { ...where(at), message: `${quotedValue(key)} is a key without a value`, advice };
  }
  if (key.startsWith(EXTENSION))
    return { ...where(at), message, advice: "keys that start with x- stand at the top level of the file" };
  const elsewhere = parent && findBelow(parent, key);
  const form = formWith(schema, path.slice(0, -1), key);
  const hint = form
    ? `it is for ${form}. `
    : nearest?.isLikely
      ? `did you mean \`${nearest.name}\`? `
      : elsewhere
        ? `it belongs in \`${elsewhere}\`. `
        : nearest
          ? `the nearest known key is \`${nearest.name}\`. `
          : "";
  return { ...where(at), message, advice: `${hint}known here: ${known.join(", ")}` };
}

/** What is wrong with a text whatever is allowed in its place. */
function hint(found: Located | undefined): string | undefined {
  if (found?.kind !== "scalar" || typeof found.value !== "string") return undefined;
  const placeholder = placeholderIn(found.value);
  return placeholder === undefined
    ? oddCharacter(found.value)?.advice
    : `\`${shownKeys(placeholder)}\` stays as it is: ${NOT_EXPANDED}`;
}

function needsQuotes(issue: z.core.$ZodIssue, found: Located | undefined): found is LocatedScalar {
  return (
    issue.code === "invalid_type" && issue.expected === "string" && found?.kind === "scalar" && found.value !== null
  );
}

function typeNameOf(value: Located): string {
  if (value.kind === "list") return "a list";
  if (value.kind === "map") return "a map of keys";
  if (typeof value.value === "string") return "text";
  return typeof value.value === "number" ? "a number" : value.value === null ? "empty" : "a truth value";
}

function wrong(issue: z.core.$ZodIssue, found: Located | undefined): string {
  if (!found) return "is wrong";
  if (found.kind === "scalar" && found.value === null) return "is empty";
  if (issue.code === "custom" && found.kind === "map")
    return found.entries.size === 0 ? "is empty" : `has ${[...found.entries.keys()].join(", ")}`;
  if (found.kind !== "scalar")
    return issue.code === "invalid_type" || issue.code === "invalid_union"
      ? `is ${typeNameOf(found)}`
      : "has the wrong number of values";
  const shown = quotedValue(found.text);
  return issue.code === "invalid_type"
    ? `is ${typeof found.value === "string" ? `the text ${shown}` : `${found.text}, ${typeNameOf(found)}`}`
    : `is ${typeof found.value === "string" ? shown : found.text}`;
}

function expectation(issue: z.core.$ZodIssue, schema: z.ZodType, root: Located): string {
  switch (issue.code) {
    case "invalid_type":
      return typeNeeded(issue.expected, issue, schema, root);
    case "invalid_union":
      return issue.discriminator === undefined ? issue.message : `allowed: ${optionsOf(issue)}`;
    case "invalid_value":
      return `allowed: ${issue.values.map(String).join(", ")}`;
    case "too_small":
    case "too_big":
      return bounds(issue);
    default:
      return issue.message;
  }
}

/** What chooses between the forms of a union. */
function optionsOf(issue: z.core.$ZodIssueInvalidUnion): string {
  return ((issue as { options?: readonly unknown[] }).options ?? []).join(", ");
}

function typeNeeded(expected: string, issue: z.core.$ZodIssue, schema: z.ZodType, root: Located): string {
  const target = schemaAt(schema, issue.path, root);
  const about = describe(target);
  switch (expected) {
    case "string":
      return `give text${about}`;
    case "int":
    case "number":
      return `give a whole number without quotation marks${about}`;
    case "boolean":
      return `give true or false${about}`;
    case "array":
      return `give a list, as in [a, b]${about}`;
    default: {
      const keys = Object.keys(shapeOf(target) ?? {});
      return keys.length > 0 ? `give a map with the keys ${keys.join(", ")}` : `give a map${about}`;
    }
  }
}

function describe(schema: z.ZodType | undefined): string {
  return schema?.description ? `: ${schema.description.replace(/\.$/, "")}` : "";
}

function bounds(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  if (issue.origin === "array" && issue.code === "too_small") return "give at least one";
  if (issue.origin === "number" || issue.origin === "int") {
    return issue.code === "too_small"
      ? `the least allowed is ${issue.minimum}`
      : `the greatest allowed is ${issue.maximum}`;
  }
  return issue.message;
}

function lastKey(path: readonly PropertyKey[]): string {
  const last = path.at(-1);
  return typeof last === "number" ? joinPath(String(path.at(-2)), last) : String(last ?? "configuration");
}

/** Of a key that another form has, at the same place: which form of which union above it. */
function formWith(schema: z.ZodType, path: readonly PropertyKey[], key: string): string | undefined {
  for (let length = path.length; length >= 0; length--) {
    const union = unionOf(schemaAt(schema, path.slice(0, length)));
    const option = union?.options.find((each) => Object.hasOwn(shapeOf(schemaAt(each, path.slice(length))) ?? {}, key));
    if (union && option) return `${union.discriminator}: ${literalOf(option, union.discriminator)}`;
  }
  return undefined;
}

/** Where a key stands that was written one or more levels too high: `nodePool.nodeCount`. */
function findBelow(schema: z.ZodType, key: string): string | undefined {
  for (const [name, child] of Object.entries(shapeOf(schema) ?? {})) {
    const below = unwrap(child) as z.ZodType;
    const shape = shapeOf(below);
    if (!shape) continue;
    if (Object.hasOwn(shape, key)) return `${name}.${key}`;
    const deeper = findBelow(below, key);
    if (deeper) return `${name}.${deeper}`;
  }
  return undefined;
}
