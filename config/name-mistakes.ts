import { mapAt } from "./environments.ts";
import type { LocatedKey, LocatedMap } from "./located.ts";
import type { Mistake } from "./mistake.ts";
import { CLUSTER_STACKS, isName, NAME_RULE, type StackKind, stackName } from "./names.ts";

/** Names that cdktf, Terraform or a file system cannot bear, and names that would meet in one stack. */
export function nameMistakes(root: LocatedMap): Mistake[] {
  const mistakes: Mistake[] = [];
  const taken = new Map<string, string>();
  const bearable = (kind: string, name: string, at: LocatedKey): void => {
    if (!isName(name))
      mistakes.push({
        ...at,
        message: `the ${kind} name ${JSON.stringify(name)} cannot name a stack`,
        advice: NAME_RULE,
      });
  };
  const claim = (kind: StackKind, at: LocatedKey, environment: string, cluster?: string): void => {
    const stack = stackName(kind, environment, cluster);
    const owner = taken.get(stack.toLowerCase());
    if (owner)
      mistakes.push({
        ...at,
        message: `\`${at.path}\` and \`${owner}\` would both be the stack ${stack}`,
        advice: "rename one of them",
      });
    else taken.set(stack.toLowerCase(), at.path);
  };
  for (const [environment, entry] of mapAt(root, "environments")) {
    bearable("environment", environment, entry.key);
    claim("workspace", entry.key, environment);
    if (entry.value.kind !== "map") continue;
    for (const [cluster, { key }] of mapAt(entry.value, "clusters")) {
      bearable("cluster", cluster, key);
      for (const kind of CLUSTER_STACKS) claim(kind, key, environment, cluster);
    }
  }
  return mistakes;
}
