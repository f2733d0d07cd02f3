import { UserError } from "../errors/user-error.ts";
import { nearestTo } from "../model/nearest.ts";

/** A stack that Terraform can be run in. */
export interface DeployableStack {
  readonly name: string;
  /** Its folder. */
  readonly directory: string;
  /** Names of the stacks that are applied before it. */
  readonly dependsOn: readonly string[];
}

/** The stacks that are asked for by name, or by a pattern such as `dev-*`, in their order; all of them for none. */
export function selectStacks(stacks: readonly DeployableStack[], asked: readonly string[]): readonly DeployableStack[] {
  if (asked.length === 0) return stacks;
  const names = stacks.map(({ name }) => name);
  const chosen = new Set(asked.flatMap((pattern) => matching(pattern, names)));
  return stacks.filter(({ name }) => chosen.has(name));
}

function matching(pattern: string, names: readonly string[]): readonly string[] {
  const expression = new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`);
  const found = names.filter((name) => expression.test(name));
  if (found.length > 0) return found;
  const nearest = nearestTo(pattern, names);
  const hint = nearest?.isLikely ? `did you mean ${nearest.name}?` : `there are ${names.join(", ")}`;
  throw new UserError(`there is no stack ${JSON.stringify(pattern)}: ${hint}`);
}

function escaped(text: string): string {
  return text.replaceAll(/[^\w-]/g, "\\$&");
}

/**
 * Groups of stacks: those of a group depend on none of the same group, and on those of the groups before alone. What a
 * stack depends on counts where it is among the stacks itself.
 */
export function inGroups(stacks: readonly DeployableStack[]): readonly (readonly DeployableStack[])[] {
  const level = new Map<string, number>();
  // A stack stands behind those that it depends on.
  for (const { name, dependsOn } of stacks)
    level.set(name, Math.max(0, ...dependsOn.map((other) => (level.get(other) ?? -1) + 1)));
  const groups: DeployableStack[][] = [];
  for (const stack of stacks) {
    const index = level.get(stack.name) as number;
    groups[index] = [...(groups[index] ?? []), stack];
  }
  return groups;
}

/** Stacks that depend on a chosen one, directly or not, and are not chosen. */
export function dependentsLeft(
  stacks: readonly DeployableStack[],
  chosen: readonly DeployableStack[],
): readonly DeployableStack[] {
  const reached = new Set(chosen.map(({ name }) => name));
  return stacks.filter(({ name, dependsOn }) => {
    if (reached.has(name) || !dependsOn.some((other) => reached.has(other))) return false;
    reached.add(name);
    return true;
  });
}
