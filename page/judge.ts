import { UserError } from "../errors/user-error.ts";
import { type Report, withoutSecrets } from "../report/report.ts";
import { auditOf } from "../review/audit.ts";
import { inventoryOfFile, planOfFile } from "../review/named.ts";
import { type PlanOfFile, reviewOf } from "../review/review.ts";
import { type NamedInventory, readInventory, readInventoryFile } from "../sources/inventory/inventory.ts";
import { isPlan, readPlan } from "../sources/plan/json.ts";

/** The longest that a text can be in a browser. */
const MAX_BYTES = 2 ** 29;

/** A file as a browser gives it. */
export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What comes of the files: a review of the plans, an audit of all else, and what could not be read. */
export interface Judged {
  readonly review?: Report;
  readonly audit?: Report;
  /** Names of the files that were read. */
  readonly read: readonly string[];
  /** A sentence for each file that could not be read. */
  readonly problems: readonly string[];
}

/** The same as `azureml-aks review` says of the plans and `azureml-aks audit` of the rest; `today` is an ISO date. */
export function judgeFiles(files: readonly GivenFile[], today: string): Judged {
  const problems: string[] = [];
  const plans: PlanOfFile[] = [];
  const inventories: NamedInventory[] = [];
  const names = new Set<string>();
  for (const { name, bytes } of files) {
    try {
      const json = readInventoryFile(bytes, MAX_BYTES);
      if (isPlan(json)) plans.push(distinct(planOfFile(name, readPlan(json)), plans));
      else inventories.push(inventoryOfFile(name, readInventory(json), names));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(`${name} ${error.message}`);
    }
  }
  return {
    review: plans.length > 0 ? withoutSecrets(reviewOf(plans, { today })) : undefined,
    audit: inventories.length > 0 ? withoutSecrets(auditOf(inventories, { today })) : undefined,
    read: [...plans, ...inventories].map(({ file }) => file),
    problems,
  };
}

function distinct(plan: PlanOfFile, others: readonly PlanOfFile[]): PlanOfFile {
  const other = others.find(({ name }) => name === plan.name);
  if (other) throw new UserError(`is a plan of the stack ${plan.name}, and so is ${other.file}: give the newer one`);
  return plan;
}
