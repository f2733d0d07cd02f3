import type { LoadedConfig } from "../config/load.ts";
import type { AcknowledgeableRule } from "../model/acknowledgement.ts";
import { RULES } from "../rules/catalogue.ts";
import { emit } from "./options.ts";

/** The configuration of a file. Undefined where it has mistakes, which are then reported: the exit status is 2. */
export async function loadOrReport(
  file: string,
  environments?: readonly string[],
  rules: readonly AcknowledgeableRule[] = RULES,
): Promise<LoadedConfig | undefined> {
  // Some commands read a configuration only where they are asked to.
  const { loadConfig } = await import("../config/load.ts");
  const result = loadConfig(file, { rules, environments });
  if (result.ok) return result.loaded;
  await emit({ findings: result.findings, checked: 0 }, {});
  return undefined;
}
