import type { Extension } from "./extension.ts";
import type { Toleration, Workload } from "./node-pools.ts";

const anyValue = (...keys: string[]): Toleration[] => keys.map((key) => ({ key, operator: "Exists" }));

/**
 * What Azure ML runs tolerates a few taints of its own.
 * https://learn.microsoft.com/azure/machine-learning/reference-kubernetes
 */
const OVERALL = "ml.azure.com/amlarc";
const OF_JOBS = anyValue(
  OVERALL,
  "ml.azure.com/amlarc-workload",
  "ml.azure.com/resource-group",
  "ml.azure.com/workspace",
  "ml.azure.com/compute",
);

/** The models of an AksCompute, and its front end. */
export const MODELS: Workload = { tolerations: OF_JOBS };

/** The inference router of the extension. What its settings tolerate is for jobs and models, not for it. */
export function routerOf(extension: Extension): Workload {
  return { tolerations: anyValue(OVERALL, "ml.azure.com/amlarc-system"), nodeSelector: extension.nodeSelector };
}

/** The jobs and models that the extension runs. Without a type, those of the default instance type. */
export function jobsOf(extension: Extension): Workload {
  return { tolerations: [...OF_JOBS, ...extension.tolerations], nodeSelector: extension.nodeSelector };
}
