import { inventoryOfFile } from "../review/named.ts";
import { type NamedInventory, readInventory, readInventoryFile } from "../sources/inventory/inventory.ts";
import { readInputs, reportedAs } from "./inputs.ts";

/** Reads states and answers of Azure and Kubernetes. */
export function readInventories(files: readonly string[], maxSize?: number): NamedInventory[] {
  const names = new Set<string>();
  return readInputs(files, { maxSize, noun: "files" }, (bytes, maxBytes, index) =>
    inventoryOfFile(reportedAs(files[index] as string), readInventory(readInventoryFile(bytes, maxBytes)), names),
  );
}
