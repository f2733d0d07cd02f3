import { Model } from "./model.ts";
import type { Resource, ResourceParts } from "./resource.ts";

/** The model of what was there before plans are applied: from the state that they hold. */
export function beforeOf(model: Model): Model {
  const stacks = new Map<string, ResourceParts[]>();
  for (const resource of [...model.resources, ...model.removed]) {
    const parts = partsBefore(resource);
    if (parts) stacks.set(resource.stack, [...(stacks.get(resource.stack) ?? []), parts]);
  }
  return new Model([...stacks].map(([name, resources]) => ({ name, resources, outputs: {} })));
}

function partsBefore({ parts }: Resource): ResourceParts | undefined {
  const { stack, address, mode, type, provider, providerHost, subscriptionId, change } = parts;
  const attributes = mode === "data" ? parts.attributes : change?.before;
  return attributes === undefined ? undefined : { stack, address, mode, type, provider, providerHost, subscriptionId, attributes };
}
