import { moduleOf } from "./model.ts";
import type { Resource } from "./resource.ts";
import { PartialList, Unknown, type Value } from "./value.ts";

/** Whether Terraform makes a resource after another one: by a reference or by `depends_on`, also through others. */
export function waitsFor(resource: Resource, other: Resource): boolean {
  const seen = new Set([resource]);
  for (const each of seen) {
    for (const reference of referencesOf(each)) {
      if (isIn(other.address, reference)) return true;
      const found = resource.model.referenced(each.stack, reference);
      if (found === other) return true;
      if (found) seen.add(found);
    }
  }
  return false;
}

/** Whether an address is a reference, or in the module that the reference is. */
function isIn(address: string, reference: string): boolean {
  return address.startsWith(reference) && /^($|[.[])/.test(address.slice(reference.length));
}

function referencesOf({ parts, address }: Resource): string[] {
  const { written = parts.attributes } = parts;
  const module = moduleOf(address);
  const names = namesIn(entry(written, "depends_on"));
  return [...referencesIn(written), ...names.map((name) => (name.startsWith(module) ? name : module + name))];
}

function entry(value: Value, key: string): Value {
  return typeof value === "object" && Object.hasOwn(value, key)
    ? (value as { readonly [key: string]: Value })[key]
    : undefined;
}

/** Names of what is in the same module, where Terraform takes no expressions. */
function namesIn(value: Value): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function* referencesIn(value: Value): Generator<string> {
  if (value instanceof Unknown) yield* value.references;
  else if (value instanceof PartialList) {
    yield* value.rest.references;
    yield* referencesIn(value.items);
  } else if (typeof value === "object") for (const item of Object.values(value)) yield* referencesIn(item);
}
