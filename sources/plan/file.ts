import { UserError } from "../../errors/user-error.ts";
import { DEFAULT_MAX_BYTES, type ExpectedJson, readJsonFile } from "../json-file.ts";

const MAKE = "make a plan with `terraform plan -out tfplan` and `terraform show -json tfplan > plan.json`";

const AUDIT = "`azureml-aks audit` reads it";

const PLAN: ExpectedJson = {
  noun: "plan of Terraform",
  howToMake: MAKE,
  again: "`terraform show -json tfplan > plan.json`",
};

/**
 * The plan JSON in the bytes of a file: UTF-8 or UTF-16, with or without a byte order mark, gzipped or not. Throws
 * UserError, which says what was given instead and how to make what is needed. Neither what is unpacked nor what it
 * takes in memory goes far beyond the greatest number of bytes.
 */
export function readPlanFile(content: Uint8Array, maxBytes = DEFAULT_MAX_BYTES): unknown {
  const json = readJsonFile(content, maxBytes, PLAN);
  const other = whatElse(json);
  if (other) throw new UserError(other);
  return json;
}

/** What JSON is, where it is no plan. */
function whatElse(json: unknown): string | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return `is JSON, but not a plan: ${MAKE}`;
  const has = (key: string): boolean => Object.hasOwn(json, key);
  if (has("@level")) return `is a line of the log that \`terraform plan -json\` writes: ${MAKE}`;
  if (has("lineage") && has("serial")) return `is a Terraform state: ${AUDIT}. For a review, ${MAKE}`;
  if (has("provider_schemas")) return `is the output of \`terraform providers schema -json\`: ${MAKE}`;
  if (has("format_version")) {
    if (has("values") && !has("resource_changes"))
      return `is a state as \`terraform show -json\` writes it without a plan: ${AUDIT}. For a review, ${MAKE}`;
    return undefined;
  }
  if (has("findings") && has("schemaVersion")) return `is a report of azureml-aks: give the plan it was made from`;
  if (["resource", "provider", "terraform", "data"].some(has))
    return `is Terraform configuration in JSON: ${MAKE}. What azureml-aks synthesizes is judged by \`check\``;
  return `is JSON, but not a plan: ${MAKE}`;
}
