import * as list from "./list.ts";
import type { Phase, Rule } from "./rule.ts";

/** Every rule, in the order of the ids. */
export const RULES: readonly Rule[] = Object.values(list).sort((a, b) => (a.id < b.id ? -1 : 1));

/** The rules of a phase. */
export function rulesOf(phase: Phase): readonly Rule[] {
  return RULES.filter(({ phases }) => phases.includes(phase));
}
