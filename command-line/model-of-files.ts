import { UserError } from "../errors/user-error.ts";
import { isFolder } from "../files/read.ts";
import { STDIN } from "../files/stdin.ts";
import { Model, type StackParts } from "../model/model.ts";
import { inventoryOfFile, planOfFile } from "../review/named.ts";
import { readInventory, readInventoryFile, stacksOfInventories } from "../sources/inventory/inventory.ts";
import { isPlan, readPlan } from "../sources/plan/json.ts";
import { stacksOfPlans } from "../sources/plan/plan.ts";
import { readInputs, reportedAs } from "./inputs.ts";

/** The model of files of any origin, all together: plans, states, answers, and Terraform as it is written. */
export async function modelOfFiles(
  files: readonly string[],
  { stacks = [], maxSize }: { readonly stacks?: readonly string[]; readonly maxSize?: number },
): Promise<Model> {
  const written = files.filter((file) => file !== STDIN && (/\.tf(\.json)?$/.test(file) || isFolder(file)));
  const others = files.filter((file) => !written.includes(file));
  if (stacks.length > 0 && (written.length > 0 || stacks.length !== others.length))
    throw new UserError("--stack: give plans alone, and one --stack for each, in their order");
  const names = new Set<string>();
  const read =
    others.length === 0
      ? []
      : readInputs(others, { maxSize, noun: "files" }, (bytes, maxBytes, index) => {
          const json = readInventoryFile(bytes, maxBytes);
          const file = others[index] as string;
          return isPlan(json)
            ? { plan: planOfFile(file, readPlan(json), stacks[index]) }
            : { inventory: inventoryOfFile(reportedAs(file), readInventory(json), names) };
        });
  const parts: StackParts[] = [
    ...stacksOfPlans(read.flatMap(({ plan }) => plan ?? [])),
    ...stacksOfInventories(read.flatMap(({ inventory }) => inventory ?? [])),
  ];
  if (written.length > 0) {
    // Loads the parser, which nothing else needs.
    const { readHclFolders } = await import("../assess/assess-hcl.ts");
    parts.push(...(await readHclFolders({ paths: written })).map(({ stack }) => stack));
  }
  return new Model(parts);
}
