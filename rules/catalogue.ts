import * as list from "./list.ts";
import type { Phase, Rule } from "./rule.ts";

/** Every rule, in the order of the ids. */
export const RULES: readonly Rule[] = Object.values(list).sort((a, b) => (a.id < b.id ? -1 : 1));

/** The rules of a phase, among those of the package or others. */
export function rulesOf(phase: Phase, rules: readonly Rule[] = RULES): readonly Rule[] {
  return rules.filter(({ phases }) => phases.includes(phase));
}
