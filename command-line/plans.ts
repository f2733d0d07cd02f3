import { basename } from "node:path";
import { UserError } from "../errors/user-error.ts";
import { FileProblem } from "../files/problem.ts";
import { readInput } from "../files/read.ts";
import type { PlanOfFile } from "../review/review.ts";
import { DEFAULT_MAX_BYTES, tooLarge } from "../sources/json-file.ts";
import { readPlanFile } from "../sources/plan/file.ts";
import { readPlan } from "../sources/plan/json.ts";
import { STDIN } from "./stdin.ts";

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

const MEGABYTE = 1024 * 1024;
const MAX_SIZE_DEFAULT = DEFAULT_MAX_BYTES / MEGABYTE;

/** V8 has no longer texts. */
const MAX_SIZE_MOST = 512;

/** Their option that allows more. */
export const MAX_SIZE = {
  type: "number",
  nargs: 1,
  requiresArg: true,
  describe: `the largest plan that is read, unpacked, in MB, up to ${MAX_SIZE_MOST}; each takes several times that in memory [default: ${MAX_SIZE_DEFAULT}]`,
} as const;

/** Reads plans and finds the name of the stack that each is of. */
export function readPlans(
  files: readonly string[],
  stacks: readonly string[] = [],
  maxSize = MAX_SIZE_DEFAULT,
): PlanOfFile[] {
  if (!(Number.isInteger(maxSize) && maxSize >= 1 && maxSize <= MAX_SIZE_MOST))
    throw new UserError(`--max-size: give a whole number of MB, 1 to ${MAX_SIZE_MOST}`);
  const maxBytes = maxSize * MEGABYTE;

  if (stacks.length > 0 && stacks.length !== files.length)
    throw new UserError(
      `--stack is given ${stacks.length} times for ${files.length} plan${files.length === 1 ? "" : "s"}: give one for each, in their order`,
    );
  if (files.length === 0) throw new UserError("name the plans, or - for standard input");
  if (files.filter((file) => file === STDIN).length > 1)
    throw new UserError("standard input (-) can be read once only");
  const plans = files.map((file, index) => {
    try {
      const plan = readPlan(readPlanFile(readInput(file, { maxBytes }), maxBytes));
      return { file, plan, name: stacks[index] ?? (plan.outputs.azureml_aks_stack?.text || nameOfFile(file)) };
    } catch (error) {
      if (error instanceof FileProblem && error.reason === "folder")
        throw new UserError(`${file}: this is a folder, and files are needed: name the plans in it`);
      const invalid = error instanceof FileProblem && error.reason === "too-large" ? tooLarge(maxBytes) : error;
      // A problem of the file names it already.
      if (!(invalid instanceof UserError) || invalid instanceof FileProblem) throw invalid;
      throw new UserError(`${file === STDIN ? "standard input" : file} ${invalid.message}`);
    }
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

function nameOfFile(file: string): string {
  return file === STDIN ? "stdin" : basename(file).replace(/(\.(tf)?plan)?(\.json)?(\.gz)?$/, "") || basename(file);
}
