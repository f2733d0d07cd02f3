/** Lays changes over a base: maps merge deeply, anything else is replaced, null removes. */
export function merge(base: object, changes: object): object {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(changes)) {
    const before = Object.hasOwn(result, key) ? result[key] : undefined;
    if (value === null) delete result[key];
    else result[key] = isMap(before) && isMap(value) ? merge(before, value) : value;
  }
  return result;
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
