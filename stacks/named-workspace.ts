import type { EnvironmentConfig } from "../config/schema.ts";
import { type Key, keyed, type Traced } from "../constructs/keyed.ts";

/** The workspace of an environment, existing or new, as the configuration names it. */
export interface NamedWorkspace {
  readonly entry: Traced<unknown>;
  readonly name: Traced<string>;
  readonly resourceGroup: Traced<string>;
  readonly location: Traced<string>;
}

export function namedWorkspace(workspace: EnvironmentConfig["workspace"], path: Key): NamedWorkspace {
  const entry = workspace.create ? keyed(workspace.create, [...path, "create"]) : keyed(workspace, path);
  const { name, resourceGroup, location } = entry;
  // Where an existing workspace has none, the loader gave it the environment's.
  return { entry, name, resourceGroup, location: location as Traced<string> };
}
