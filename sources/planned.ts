import { Model, type StackParts } from "../model/model.ts";
import type { Change, ResourceParts } from "../model/resource.ts";
import { isList, isMap, type Value } from "../model/value.ts";
import type { JsonObject } from "./json-value.ts";
import { writtenStack } from "./synthesis.ts";
import { inOneVocabulary } from "./vocabulary/vocabulary.ts";

/** A stack as it is to be, and as it was. */
interface PlannedStack {
  readonly name: string;
  readonly json: JsonObject;
  /** Default: nothing was there. */
  readonly before?: JsonObject;
  /** Attributes that force a resource to be replaced, by its address. Default: none. */
  readonly replacing?: Readonly<Record<string, readonly string[]>>;
}

/** The model of plans that make Terraform JSON out of what was there: for the examples of rules. */
export function fromChange(stacks: readonly PlannedStack[]): Model {
  return new Model(stacks.map(planned));
}

function planned({ name, json, before = {}, replacing = {} }: PlannedStack): StackParts {
  const was = new Map(writtenStack(name, before).resources.map((parts) => [parts.address, parts]));
  const stack = writtenStack(name, json);
  const resources = stack.resources.map((parts): ResourceParts => {
    const old = was.get(parts.address);
    was.delete(parts.address);
    if (parts.mode !== "managed") return parts;
    return {
      ...parts,
      change: changeOf(parts, old, Object.hasOwn(replacing, parts.address) ? replacing[parts.address] : undefined),
    };
  });
  const removed = [...was.values()]
    .filter(({ mode }) => mode === "managed")
    .map((parts): ResourceParts => ({ ...parts, change: change(["delete"], parts.attributes) }));
  return inOneVocabulary({ ...stack, resources, removed });
}

function changeOf(
  parts: ResourceParts,
  old: ResourceParts | undefined,
  replacing: readonly string[] | undefined,
): Change {
  const isMadeFirst =
    isMap(parts.attributes) &&
    isMap(parts.attributes.lifecycle) &&
    parts.attributes.lifecycle.create_before_destroy === true;
  const replaced = isMadeFirst ? ["create", "delete"] : ["delete", "create"];
  if (!old) return change(isMadeFirst ? replaced : ["create"], undefined);
  const changed = [...differences(old.attributes, parts.attributes, "")];
  if (replacing) return { ...change(replaced, old.attributes, changed), replacing };
  return change([changed.length > 0 ? "update" : "no-op"], old.attributes, changed);
}

function change(actions: readonly string[], before: Value, changed: readonly string[] = []): Change {
  return { actions, before, changed, replacing: [], isDeposed: false };
}

/** Paths of what differs, the outermost of each. */
function* differences(before: Value, after: Value, path: string): Generator<string> {
  if (isMap(before) && isMap(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const step = /^[\w-]+$/.test(key) ? `${path === "" ? "" : "."}${key}` : `[${JSON.stringify(key)}]`;
      yield* differences(before[key], after[key], path + step);
    }
  } else if (isList(before) && isList(after) && before.length === after.length) {
    for (const [index, item] of before.entries()) yield* differences(item, after[index], `${path}[${index}]`);
  } else if (before !== after && JSON.stringify(before) !== JSON.stringify(after)) yield path;
}
