import { STDIN } from "../files/stdin.ts";
import { type NamedInventory, readInventory, readInventoryFile } from "../sources/inventory/inventory.ts";
import { nameOfFile, readInputs } from "./inputs.ts";

/** Reads states and answers of Azure and Kubernetes. */
export function readInventories(files: readonly string[], maxSize?: number): NamedInventory[] {
  const names = new Set<string>();
  return readInputs(files, { maxSize, noun: "files" }, (bytes, maxBytes, index) =>
    inventoryOfFile(files[index] as string, readInventory(readInventoryFile(bytes, maxBytes)), names),
  );
}

/** An inventory with a name that no other has. */
export function inventoryOfFile(
  file: string,
  inventory: NamedInventory["inventory"],
  names: Set<string>,
): NamedInventory {
  const own = inventory.state?.outputs.azureml_aks_stack?.text || nameOfFile(file);
  let name = own;
  for (let number = 2; names.has(name); number++) name = `${own} (${number})`;
  names.add(name);
  return { name, file: file === STDIN ? "stdin" : file, inventory };
}
