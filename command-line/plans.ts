import { UserError } from "../errors/user-error.ts";
import { planOfFile } from "../review/named.ts";
import type { PlanOfFile } from "../review/review.ts";
import { readPlanFile } from "../sources/plan/file.ts";
import { readPlan } from "../sources/plan/json.ts";
import { readInputs } from "./inputs.ts";

/** The positional argument of the commands that read plans. */
export const PLANS = {
  type: "string",
  array: true,
  describe:
    "output of `terraform show -json`, in UTF-8 or UTF-16, gzipped or not; - for standard input; several are taken together",
} as const;

/** Their option that names the stacks. */
export const STACK = {
  type: "string",
  array: true,
  nargs: 1,
  requiresArg: true,
  describe:
    "the stack that a plan is of, in the order of the plans [default: its output azureml_aks_stack, or the file's name]",
} as const;

/** Reads plans and finds the name of the stack that each is of. */
export function readPlans(files: readonly string[], stacks: readonly string[] = [], maxSize?: number): PlanOfFile[] {
  if (stacks.length > 0 && stacks.length !== files.length)
    throw new UserError(
      `--stack is given ${stacks.length} times for ${files.length} plan${files.length === 1 ? "" : "s"}: give one for each, in their order`,
    );
  const plans = readInputs(files, { maxSize, noun: "plans" }, (bytes, maxBytes, index) => {
    const file = files[index] as string;
    return planOfFile(file, readPlan(readPlanFile(bytes, maxBytes)), stacks[index]);
  });
  const byName = new Map<string, string>();
  for (const { name, file } of plans) {
    const other = byName.get(name);
    if (other !== undefined)
      throw new UserError(
        `${other} and ${file} are both plans of the stack ${name}: give the newer one, or name them with --stack`,
      );
    byName.set(name, file);
  }
  return plans;
}
