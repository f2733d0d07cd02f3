import { loadConfig } from "../config/load.ts";
import { graphOf } from "../picture/graph.ts";
import { toSvg } from "../picture/svg.ts";
import { RULES } from "../rules/catalogue.ts";
import { assess } from "../stacks/assess.ts";

/** docs/picture.svg: the shipped configuration, drawn. */
export async function shippedPicture(): Promise<string> {
  const result = loadConfig("azureml-aks.yaml", { rules: RULES });
  if (!result.ok) throw new Error(JSON.stringify(result.findings));
  return toSvg(graphOf(assess(result.loaded, ".").picture));
}
