import type { z } from "zod";
import type { Located } from "./located.ts";

/**
 * The schema of a path, through optional, default and the like; of several forms, the one that the values there choose.
 */
export function schemaAt(schema: z.ZodType, path: readonly PropertyKey[], root?: Located): z.ZodType | undefined {
  let value = root;
  let at: z.ZodType | undefined = chosen(unwrap(schema), value);
  for (const step of path) {
    const def = at?._zod.def as { valueType?: z.ZodType; element?: z.ZodType } | undefined;
    at = shapeOf(at)?.[String(step)] ?? def?.valueType ?? def?.element;
    if (!at) return undefined;
    value =
      value?.kind === "map"
        ? value.entries.get(String(step))?.value
        : value?.kind === "list"
          ? value.items[Number(step)]
          : undefined;
    const description = at.description;
    at = chosen(unwrap(at), value);
    if (description && at && !at.description) at = at.describe(description);
  }
  return at;
}

interface Union {
  readonly options: readonly z.ZodType[];
  readonly discriminator: string;
}

/** The forms of a map, and the key that chooses between them; undefined where there is one form. */
export function unionOf(schema: z.ZodType | undefined): Union | undefined {
  const def = schema?._zod.def as Partial<Union> | undefined;
  return def?.options && def.discriminator !== undefined ? (def as Union) : undefined;
}

/** Of a union, the form whose discriminator is given; the union itself where none is. */
function chosen(schema: z.ZodType | undefined, value: Located | undefined): z.ZodType | undefined {
  const union = unionOf(schema);
  const given = union && value?.kind === "map" ? value.entries.get(union.discriminator)?.value : undefined;
  return (
    (given?.kind === "scalar"
      ? union?.options.find((option) => literalOf(option, union.discriminator) === given.value)
      : undefined) ?? schema
  );
}

/** The value by which a form is chosen. */
export function literalOf(option: z.ZodType, discriminator: string): unknown {
  const { values } = (shapeOf(option)?.[discriminator]?._zod.def ?? {}) as { values?: readonly unknown[] };
  return values?.[0];
}

/** What an optional key, or one with a default, holds. */
export function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  const inner = (schema?._zod.def as { innerType?: z.ZodType } | undefined)?.innerType;
  return inner ? unwrap(inner) : schema;
}

/** The keys of a map; of a union, those of all its forms. */
export function shapeOf(schema: z.ZodType | undefined): Record<string, z.ZodType> | undefined {
  const union = unionOf(schema);
  if (union) return Object.assign({}, ...union.options.map(shapeOf));
  return (schema?._zod.def as { shape?: Record<string, z.ZodType> } | undefined)?.shape;
}
