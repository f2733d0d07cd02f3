import { Model } from "./model.ts";
import type { Change, ResourceParts } from "./resource.ts";
import type { Value } from "./value.ts";

/** The model of what was there before plans are applied: from the state that they hold. */
export function beforeOf(model: Model): Model {
  const stacks = new Map<string, ResourceParts[]>();
  for (const resource of [...model.resources, ...model.removed]) {
    const parts = partsBefore(resource.parts);
    if (!parts) continue;
    const same = stacks.get(resource.stack);
    if (same) same.push(parts);
    else stacks.set(resource.stack, [parts]);
  }
  return new Model([...stacks].map(([name, resources]) => ({ name, resources, outputs: {} })));
}

/** Read when somebody asks: most of what was there nobody asks for. */
function partsBefore(parts: ResourceParts): ResourceParts | undefined {
  if (!wasThere(parts)) return undefined;
  const authored = parts.authored && partsBefore(parts.authored);
  const attributes = (): Value => (parts.mode === "data" ? parts.attributes : parts.change?.before) ?? {};
  const before: ResourceParts = Object.create(parts, {
    authored: { value: authored },
    attributes: readOnce(attributes),
    change: readOnce((): Change => {
      const { attributes } = before;
      return { actions: ["no-op"], before: attributes, changed: [], replacing: [], isDeposed: false };
    }),
    // In the state all is as if it were written down.
    written: readOnce(() => authored && (parts.asWritten?.(authored.attributes) ?? authored.attributes)),
  });
  return before;
}

function wasThere({ mode, change, authored }: ResourceParts): boolean {
  if (mode === "data") return true;
  const { actions } = authored?.change ?? change ?? { actions: [] };
  return actions.some((action) => action !== "create" && action !== "invoke" && action !== "read");
}

function readOnce<T>(read: () => T): PropertyDescriptor {
  let known: { readonly value: T } | undefined;
  return {
    get: () => {
      known ??= { value: read() };
      return known.value;
    },
  };
}
