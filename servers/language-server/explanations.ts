import { vmSize } from "../../azure/vm-sizes.ts";
import { BUILT_IN } from "../../rules/built-in.ts";
import { RULES } from "../../rules/catalogue.ts";

/** What a rule asks for, and why, as Markdown; undefined where there is no such rule. */
export function ruleText(id: string): string | undefined {
  const rule = RULES.find((each) => each.id === id);
  if (rule) return `**${id}** (${rule.level})\n\n${rule.fact}\n${rule.why}\n\n[Source](${rule.source})`;
  const builtIn = Object.hasOwn(BUILT_IN, id) ? BUILT_IN[id as keyof typeof BUILT_IN] : undefined;
  return builtIn && `**${id}** (${builtIn.level})\n\n${builtIn.text}`;
}

/** What a VM size has; undefined where the table does not know it. */
export function sizeText(name: string): string | undefined {
  const size = vmSize(name);
  if (!size) return undefined;
  const gpus = size.gpus > 0 ? `, ${size.gpus} GPU${size.gpus === 1 ? "" : "s"}` : "";
  return `${size.vCpus} vCPU${size.vCpus === 1 ? "" : "s"}, ${size.memoryGiB} GiB of memory${gpus}`;
}
