import type { Inventory, NamedInventory } from "../sources/inventory/inventory.ts";
import type { PlanJson } from "../sources/plan/json.ts";
import type { PlanOfFile } from "./review.ts";

/** A plan with the stack that it is of: the one given, the one that it names in an output, or the name of its file. */
export function planOfFile(file: string, plan: PlanJson, stack?: string): PlanOfFile {
  return { file, plan, name: stack ?? (plan.outputs.azureml_aks_stack?.text || nameOfFile(file)) };
}

/** An inventory with a name that no other has. */
export function inventoryOfFile(file: string, inventory: Inventory, names: Set<string>): NamedInventory {
  const own = inventory.state?.outputs.azureml_aks_stack?.text || nameOfFile(file);
  let name = own;
  for (let number = 2; names.has(name); number++) name = `${own} (${number})`;
  names.add(name);
  return { name, file, inventory };
}

/** The name of a stack, after the file. */
function nameOfFile(file: string): string {
  const base = file.split(/[\\/]/).findLast((part) => part !== "") ?? file;
  return base.replace(/(\.(tf)?plan)?(\.json)?(\.gz)?$/, "") || base;
}
