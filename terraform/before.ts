import { Picture } from "./picture.ts";
import type { Resource, ResourceParts } from "./resource.ts";

/** The picture of what was there before plans are applied: from the state that they hold. */
export function beforeOf(picture: Picture): Picture {
  const stacks = new Map<string, ResourceParts[]>();
  for (const resource of [...picture.resources, ...picture.removed]) {
    const parts = partsBefore(resource);
    if (parts) stacks.set(resource.stack, [...(stacks.get(resource.stack) ?? []), parts]);
  }
  return new Picture([...stacks].map(([name, resources]) => ({ name, resources, outputs: {} })));
}

function partsBefore({ parts }: Resource): ResourceParts | undefined {
  const { stack, address, mode, type, provider, providerHost, subscriptionId, change } = parts;
  const attributes = mode === "data" ? parts.attributes : change?.before;
  return attributes === undefined ? undefined : { stack, address, mode, type, provider, providerHost, subscriptionId, attributes };
}
