import { isList, isMap, Unknown, type Value } from "../../model/value.ts";
import type { Expression } from "./syntax.ts";

/**
 * A value as the type of its variable has it: numbers become text where text is asked for, and attributes of an object
 * that are left out get their defaults. What does not fit stays as it is: Terraform refuses it.
 * https://developer.hashicorp.com/terraform/language/expressions/type-constraints
 */
export function converted(
  value: Value,
  type: Expression | undefined,
  constant: (expression: Expression) => Value,
): Value {
  if (type === undefined || value === undefined || value instanceof Unknown) return value;
  if (type.kind === "name") return primitive(value, type.name);
  if (type.kind !== "call") return value;
  const [inner] = type.args;
  switch (type.name) {
    case "optional":
      return converted(value, inner, constant);
    case "list":
      return isList(value) ? value.map((item) => converted(item, inner, constant)) : value;
    case "set":
      return isList(value) ? unique(value.map((item) => converted(item, inner, constant))) : value;
    case "tuple":
      return isList(value) && inner?.kind === "list"
        ? value.map((item, index) => converted(item, inner.items[index], constant))
        : value;
    case "map":
      return isMap(value) ? mapped(value, (item) => converted(item, inner, constant)) : value;
    case "object":
      return isMap(value) && inner?.kind === "object" ? objectOf(value, inner.entries, constant) : value;
    default:
      return value;
  }
}

function objectOf(
  value: { readonly [key: string]: Value },
  entries: readonly { readonly key: Expression; readonly value: Expression }[],
  constant: (expression: Expression) => Value,
): Value {
  const result: Record<string, Value> = {};
  for (const { key, value: type } of entries) {
    if (key.kind !== "literal") return value;
    const name = String(key.value);
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    const [inner, otherwise] = type.kind === "call" && type.name === "optional" ? type.args : [type, undefined];
    result[name] =
      given === undefined && otherwise
        ? converted(constant(otherwise), inner, constant)
        : converted(given, inner, constant);
  }
  return result;
}

function primitive(value: Value, name: string): Value {
  if (typeof value === "object") return value;
  if (name === "string") return String(value);
  if (name === "number" && typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value)))
    return Number(value);
  if (name === "bool" && (value === "true" || value === "false")) return value === "true";
  return value;
}

function mapped(map: { readonly [key: string]: Value }, convert: (value: Value) => Value): Value {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, convert(value)]));
}

function unique(items: readonly Value[]): Value[] {
  return items.filter((item, index) => typeof item === "object" || items.indexOf(item) === index);
}
