import { type AcknowledgeableRule, whyNotAcknowledged } from "../model/acknowledgement.ts";
import { maps } from "./environments.ts";
import type { LocatedMap } from "./located.ts";
import type { Mistake } from "./mistake.ts";

/** Acknowledgements of rules that do not exist or cannot be acknowledged. */
export function acknowledgementMistakes(root: LocatedMap, rules: readonly AcknowledgeableRule[]): Mistake[] {
  const environments = maps(root, "environments");
  return [root, ...environments, ...environments.flatMap((environment) => maps(environment, "clusters"))].flatMap(
    (owner) => {
      const list = owner.entries.get("acknowledge")?.value;
      return (list?.kind === "list" ? list.items : []).flatMap((item): Mistake[] => {
        const named = item.kind === "map" ? item.entries.get("rule")?.value : undefined;
        if (named?.kind !== "scalar" || typeof named.value !== "string") return [];
        const mistake = whyNotAcknowledged(named.value, rules);
        return mistake ? [{ offset: named.offset, path: named.path, ...mistake }] : [];
      });
    },
  );
}
