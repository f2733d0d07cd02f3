import { stringify } from "yaml";
import { exampleConfiguration } from "./examples.ts";
import type { ConfigurationPart } from "./rule.ts";

/** The clusters of the configuration that a part of one stands for, as YAML. */
export function exampleYaml(part: ConfigurationPart): string {
  const { environments } = exampleConfiguration(part) as { environments: { prod: { clusters: object } } };
  return stringify({ clusters: environments.prod.clusters }, { lineWidth: 0 });
}
