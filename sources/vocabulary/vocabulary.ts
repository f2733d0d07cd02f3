import { Model, type StackParts } from "../../model/model.ts";
import type { ResourceParts } from "../../model/resource.ts";
import { Unknown, type Value } from "../../model/value.ts";
import { AUTOMATIC } from "./arm.ts";
import { azapiParts, type Surroundings } from "./azapi.ts";
import { AUTOMATIC_TABLE, AUTOMATIC_TYPE, DATA_SOURCES, RESOURCES } from "./azurerm.ts";
import { Respelled } from "./respelled.ts";
import { valueAt } from "./table.ts";

/**
 * A stack in the one vocabulary that the model and the rules speak, azurerm 4's: whichever version of azurerm, or ARM
 * by way of azapi, its author wrote. Each resource remembers how it was written.
 */
export function inOneVocabulary(stack: StackParts): StackParts {
  const around = surroundingsOf(stack);
  const resources: ResourceParts[] = [];
  const removed: ResourceParts[] = [];
  for (const given of stack.resources) {
    // A pool that goes leaves the cluster that it stands in.
    for (const parts of translated(given, around))
      (parts.isInline && parts.change?.actions.every((action) => action === "delete") ? removed : resources).push(
        parts,
      );
  }
  const all = (parts: readonly ResourceParts[] | undefined): ResourceParts[] =>
    (parts ?? []).flatMap((given) => translated(given, around));
  return {
    ...stack,
    resources,
    removed: [...all(stack.removed), ...removed],
    drifted: all(stack.drifted),
    uncertain: all(stack.uncertain),
  };
}

function translated(given: ResourceParts, around: Surroundings): readonly ResourceParts[] {
  if (given.azureType !== undefined) return azapiParts(given, around) ?? [given];
  const { type, mode, address } = given;
  if (mode === "managed" && type === AUTOMATIC_TYPE)
    return [new Respelled(given, { type: "azurerm_kubernetes_cluster" }, AUTOMATIC_TABLE, AUTOMATIC)];
  const tables = mode === "managed" ? RESOURCES : mode === "data" ? DATA_SOURCES : {};
  if (!Object.hasOwn(tables, type)) return [given];
  // One that was read has its ID: what else it could tell is there too.
  const isRead = mode === "data" && typeof valueAt(given.attributes, ["id"]) === "string";
  const facts = { type, ...(isRead ? { notTold: `the data source ${address} does not tell it` } : {}) };
  return [new Respelled(given, facts, tables[type] ?? [])];
}

/** References are followed as they are written, before anything is translated. */
function surroundingsOf(stack: StackParts): Surroundings {
  let model: Model | undefined;
  const written = (): Model => (model ??= new Model([stack]));
  return {
    follow: (value: Value): Value =>
      value instanceof Unknown && value.exact !== undefined ? written().followed(stack.name, value) : value,
    subscriptionOf: (value) => {
      const reference = value instanceof Unknown ? (value.exact ?? value.only) : undefined;
      return reference === undefined ? undefined : written().referenced(stack.name, reference)?.parts.subscriptionId;
    },
  };
}
