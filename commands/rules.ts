import type { Argv } from "yargs";
import { type TextOrJson, textOrJson } from "../command-line/options.ts";
import { print, printDocument } from "../command-line/output.ts";
import { harmlessJson } from "../model/harmless.ts";
import { RULES } from "../rules/catalogue.ts";
import type { Rule } from "../rules/rule.ts";

export function builder(args: Argv): Argv<TextOrJson> {
  return textOrJson(args);
}

export function handler({ format }: TextOrJson): number {
  if (format === "json") printDocument(`${harmlessJson(RULES.map(describeRule))}\n`);
  else print(table());
  return 0;
}

/** What programs are told of a rule. */
export function describeRule({ id, level, fact, why, source, phases, canBeAcknowledged = true }: Rule): object {
  return { id, level, fact, why, source, phases, canBeAcknowledged };
}

function table(): string {
  const width = Math.max(...RULES.map(({ id }) => id.length));
  const lines = RULES.map(({ id, level, fact }) => `${id.padEnd(width)}  ${level.padEnd(7)}  ${fact}`);
  return `${lines.join("\n")}\n\n${RULES.length} rules; \`azureml-aks explain RULE\` tells more of one\n`;
}
