import { assess } from "../assess/assess.ts";
import { loadConfig } from "../config/load.ts";
import { graphOf } from "../diagram/graph.ts";
import { toSvg } from "../diagram/svg.ts";
import { RULES } from "../rules/catalogue.ts";
import { today } from "../sources/today.ts";

/** docs/picture.svg: the shipped configuration, drawn. */
export async function shippedPicture(): Promise<string> {
  const result = loadConfig("azureml-aks.yaml", { rules: RULES });
  if (!result.ok) throw new Error(JSON.stringify(result.findings));
  return toSvg(graphOf(assess(result.loaded, ".", { today: today() }).model));
}
