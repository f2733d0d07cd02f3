import { UserError } from "../../errors/user-error.ts";
import { Model, type StackParts } from "../../model/model.ts";
import type { ResourceParts } from "../../model/resource.ts";
import { DEFAULT_MAX_BYTES, type ExpectedJson, readJsonFile } from "../json-file.ts";
import { isObject, type JsonObject, step } from "../json-value.ts";
import { inOneVocabulary } from "../vocabulary/vocabulary.ts";
import { type ArmJson, partsOfArm, readArm } from "./arm.ts";
import { type ObjectJson, partsOfObject, readObject } from "./kubernetes.ts";
import { isRawState, isState, readRawState, readShownState, type StateJson, stackOfState } from "./state.ts";

/** What a file tells of what is there: a state, or what Azure or Kubernetes answer. Secrets are covered. */
export interface Inventory {
  /** The state, where it is one. Then there is nothing else. */
  readonly state?: StateJson;
  /** What Azure answers. */
  readonly resources: readonly ArmJson[];
  /** What Kubernetes answers. */
  readonly objects: readonly ObjectJson[];
  /** Why something is missing in it, as a sentence with what to do. */
  readonly gaps: readonly Gap[];
}

/** What an inventory does not hold, though it seems to. */
export interface Gap {
  readonly message: string;
  readonly advice: string;
}

/** An inventory, and where it was read. */
export interface NamedInventory {
  /** Name of the stack in the findings. */
  readonly name: string;
  /** The file, as the findings name it. */
  readonly file: string;
  /** What `readInventory` gives. */
  readonly inventory: Inventory;
}

const MAKE =
  "give a state (`terraform show -json`), or what `az ... -o json`, `az rest` or `kubectl get ... -o json` writes";

const INVENTORY: ExpectedJson = {
  noun: "state or answer",
  howToMake: MAKE,
  again: "the same command",
};

/**
 * The JSON in the bytes of a file: UTF-8 or UTF-16, with or without a byte order mark, gzipped or not. Throws
 * UserError, which says what was given instead.
 */
export function readInventoryFile(content: Uint8Array, maxBytes = DEFAULT_MAX_BYTES): unknown {
  return readJsonFile(content, maxBytes, INVENTORY);
}

/**
 * What JSON tells of what is there: a Terraform state in either form, what Azure Resource Manager, the Azure CLI or
 * Resource Graph answer of one resource or of several, or objects of Kubernetes. Throws UserError for all else.
 */
export function readInventory(json: unknown): Inventory {
  if (isObject(json)) {
    const other = whatElse(json);
    if (other !== undefined) throw new UserError(other);
    if (isState(json)) return { ...NOTHING, state: isRawState(json) ? readRawState(json) : readShownState(json) };
  }
  const { items, isContinued } = itemsOf(json);
  const found: { resources: ArmJson[]; objects: ObjectJson[]; gaps: Gap[] } = { resources: [], objects: [], gaps: [] };
  let unread = 0;
  for (const item of items) {
    const gap = isObject(item) ? unsupported(item) : undefined;
    const object = isObject(item) && !gap ? readObject(item) : undefined;
    const resource = isObject(item) && !gap && !object ? readArm(asArm(item)) : undefined;
    if (gap) found.gaps.push(gap);
    else if (object) found.objects.push(object);
    else if (resource) found.resources.push(resource);
    else unread++;
  }
  if (unread > 0 && unread === items.length) throw new UserError(`is JSON, but holds nothing that is judged: ${MAKE}`);
  if (unread > 0)
    found.gaps.push({
      message: `${unread} of ${items.length} items tell neither their ID nor their type, and are not judged`,
      advice: "leave out --query, and project id, name, type and properties in Resource Graph",
    });
  if (isContinued)
    found.gaps.push({
      message: "this is the first page of a longer list: what is on the others is not judged",
      advice: "ask for the other pages too (nextLink, or --skip-token), and give them beside this one",
    });
  return found;
}

const NOTHING: Inventory = { resources: [], objects: [], gaps: [] };

/** A single thing, or the list of an answer. */
function itemsOf(json: unknown): { readonly items: readonly unknown[]; readonly isContinued: boolean } {
  if (Array.isArray(json)) return { items: json, isContinued: false };
  if (!isObject(json)) return { items: [json], isContinued: false };
  const list = ["value", "data", "items"].map((key) => json[key]).find(Array.isArray);
  const isList =
    list !== undefined &&
    typeof json.id !== "string" &&
    (json.kind === undefined || (typeof json.kind === "string" && json.kind.endsWith("List")));
  if (!isList) return { items: [json], isContinued: false };
  const next = [json.nextLink, json.skip_token, json.skipToken, json.$skipToken, step(json.metadata, "continue")];
  return { items: list, isContinued: next.some((each) => typeof each === "string" && each !== "") };
}

/** What `az ml compute` of version 2 does not tell. */
function unsupported({ type }: JsonObject): Gap | undefined {
  if (typeof type !== "string" || !/unsupported compute type/i.test(type)) return undefined;
  return {
    message: "`az ml compute` does not tell what this compute is, and it is not judged",
    advice: "give what `az rest` answers of the workspace's computes",
  };
}

/** A KubernetesCompute as `az ml compute show` of version 2 has it, in the shape of ARM; all else as it is. */
function asArm(item: JsonObject): JsonObject {
  const { id, name, location, identity, resource_id, namespace, default_instance_type, instance_types, type } = item;
  if (typeof resource_id !== "string" || typeof type !== "string" || type.toLowerCase() !== "kubernetes") return item;
  return {
    id,
    name,
    location,
    identity,
    properties: {
      computeType: "Kubernetes",
      resourceId: resource_id,
      properties: { namespace, defaultInstanceType: default_instance_type, instanceTypes: instance_types },
    },
  };
}

/** What JSON is, where it tells nothing of what is there. */
function whatElse(json: JsonObject): string | undefined {
  const has = (key: string): boolean => Object.hasOwn(json, key);
  if (has("resource_changes") || has("planned_values"))
    return "is a plan: `azureml-aks review` reads it. For the state beside it, give the output of `terraform show -json` without a file";
  if (has("@level")) return `is a line of the log that Terraform writes with -json: ${MAKE}`;
  if (has("provider_schemas")) return `is the output of \`terraform providers schema -json\`: ${MAKE}`;
  if (typeof json.$schema === "string" && /deploymentTemplate\.json/i.test(json.$schema))
    return `is an ARM template, which says what is wanted and not what is there: ${MAKE}`;
  if (Array.isArray(json.values)) return `is an answer of Azure that tells nothing of what is there: ${MAKE}`;
  if (has("findings") && has("schemaVersion")) return "is a report of azureml-aks: give what it was made from";
  if (has("error") && isObject(json.error) && !has("code")) {
    const { code } = json.error;
    const shown = typeof code === "string" ? code.replaceAll(/[^\w.-]/g, "").slice(0, 60) : "without a code";
    return `is an error of Azure (${shown}): ask again`;
  }
  return undefined;
}

/**
 * The model of what is there, of all inventories together. Nothing in it is created or changed. What is told twice is
 * there once: an answer of Azure counts before a state, and of two answers the later one.
 */
export function fromInventories(inventories: readonly NamedInventory[]): Model {
  return new Model(stacksOfInventories(inventories));
}

/** The stacks of inventories, for a model of several origins. */
export function stacksOfInventories(inventories: readonly NamedInventory[]): StackParts[] {
  const latest = new Map<string, ArmJson>();
  for (const { inventory } of inventories)
    for (const each of inventory.resources) if (each.id !== undefined) latest.set(each.id.toLowerCase(), each);
  const isCurrent = (each: ArmJson): boolean => {
    const id = each.id?.toLowerCase();
    return id === undefined || (latest.get(id) === each && !isInCluster(id, latest));
  };
  return inventories.map(({ name, file, inventory: { state, resources, objects } }): StackParts => {
    if (state) return inOneVocabulary(stackOfState(name, file, state));
    const found: ResourceParts[] = [
      ...resources.filter(isCurrent).flatMap((each) => partsOfArm(name, file, each)),
      ...objects.map((each) => partsOfObject(name, file, each)),
    ];
    return { name, resources: found, outputs: {} };
  });
}

/** Whether a pool is told by its cluster too. */
function isInCluster(id: string, all: ReadonlyMap<string, ArmJson>): boolean {
  const [, cluster] = /^(.*\/microsoft\.containerservice\/managedclusters\/[^/]+)\/agentpools\/[^/]+$/.exec(id) ?? [];
  return cluster !== undefined && all.has(cluster);
}
