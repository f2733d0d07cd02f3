import { Model } from "./model.ts";
import type { Change, ResourceParts } from "./resource.ts";

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

function partsBefore(parts: ResourceParts): ResourceParts | undefined {
  const attributes = parts.mode === "data" ? parts.attributes : parts.change?.before;
  if (attributes === undefined) return undefined;
  const change: Change = { actions: ["no-op"], before: attributes, changed: [], replacing: [], isDeposed: false };
  const authored = parts.authored && partsBefore(parts.authored);
  // In the state all is as if it were written down.
  const written = authored && (parts.asWritten?.(authored.attributes) ?? authored.attributes);
  const own = { attributes, change, written, authored };
  return Object.create(parts, Object.fromEntries(Object.entries(own).map(([name, value]) => [name, { value }])));
}
