import { PartialList, Unknown, type Value } from "../../model/value.ts";

type Map = { readonly [key: string]: Value };

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isMap(value: Value): value is Map {
  return (
    typeof value === "object" && !Array.isArray(value) && !(value instanceof Unknown) && !(value instanceof PartialList)
  );
}

/** Whether all of a value is known. */
export function isKnown(value: Value): boolean {
  if (value instanceof Unknown || value instanceof PartialList) return false;
  if (isList(value)) return value.every(isKnown);
  return isMap(value) ? Object.values(value).every(isKnown) : true;
}

/** What is not known in a value depends on these. */
export function referencesOf(value: Value): readonly string[] {
  if (value instanceof Unknown) return value.references;
  if (value instanceof PartialList) return [...value.items.flatMap(referencesOf), ...value.rest.references];
  if (isList(value)) return value.flatMap(referencesOf);
  return isMap(value) ? Object.values(value).flatMap(referencesOf) : [];
}

/** What cannot be known, because something of these is not. */
export function unknownOf(values: readonly Value[]): Unknown {
  return new Unknown([...new Set(values.flatMap(referencesOf))]);
}

/** The items of several lists; what is not a list is not known. */
export function joinedLists(lists: readonly Value[]): Value {
  const items: Value[] = [];
  const unknown: Value[] = [];
  for (const list of lists) {
    if (isList(list)) items.push(...list);
    else if (list instanceof PartialList) {
      items.push(...list.items);
      unknown.push(list.rest);
    } else if (list !== undefined) unknown.push(list);
  }
  return unknown.length > 0 ? new PartialList(items, unknownOf(unknown)) : items;
}

/** Whether two known values are equal, as `==` compares them: a number is never equal to a text. */
export function same(one: Value, other: Value): boolean {
  if (isList(one) && isList(other))
    return one.length === other.length && one.every((item, index) => same(item, other[index]));
  if (isMap(one) && isMap(other)) {
    const keys = Object.keys(one);
    return (
      keys.length === Object.keys(other).length &&
      keys.every((key) => Object.hasOwn(other, key) && same(one[key], other[key]))
    );
  }
  return one === other;
}
