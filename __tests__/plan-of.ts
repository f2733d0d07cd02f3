import { readString, referencesIn } from "../model/expression.ts";
import { Unknown } from "../model/value.ts";
import type { Json } from "./helpers.ts";

/**
 * Attributes whose type is a map or anything: in a plan they stay what they are, where a block becomes a list of one.
 */
export const MAPS = new Set([
  "tags",
  "node_labels",
  "labels",
  "annotations",
  "body",
  "output",
  "sensitive_body",
  "delete_query_parameters",
  "data",
  "data_wo",
  "binary_data_wo",
  "input",
  "triggers_replace",
  "configuration_settings",
  "configuration_protected_settings",
  "manifest",
]);
const META = new Set(["//", "lifecycle", "provider", "depends_on", "provisioner", "connection", "count", "for_each"]);

export interface PlanOptions {
  /** The Terraform JSON of what exists. Default: nothing. */
  readonly before?: Json;
  /** Attributes that force a replacement, by address. */
  readonly replacing?: Readonly<Record<string, readonly string[]>>;
}

/**
 * The plan JSON that Terraform would make of synthesized JSON: expressions are unknown and stand with their text and
 * their references in `configuration`, one-item blocks are lists, data sources wait for the apply.
 * https://developer.hashicorp.com/terraform/internals/json-format
 */
export function planOf(json: Json, { before = {}, replacing = {} }: PlanOptions = {}): Json {
  const configured: Json[] = [];
  const changes: Json[] = [];
  const earlier = new Map(blocksOf(before).map((block) => [block.address, block]));
  for (const { address, mode, type, name, body } of blocksOf(json)) {
    const attributes = attributesOf(body);
    const { after, unknown } = planned(attributes, true);
    const existing = mode === "managed" ? earlier.get(address) : undefined;
    earlier.delete(address);
    const was = existing && stateOf(existing, json);
    const actions =
      mode === "data"
        ? ["read"]
        : existing
          ? address in replacing
            ? ["delete", "create"]
            : [JSON.stringify({ ...was, id: undefined }) === JSON.stringify(after) ? "no-op" : "update"]
          : body.lifecycle?.create_before_destroy
            ? ["create", "delete"]
            : ["create"];
    const importing = (json.import ?? []).find(({ to }: Json) => to === address);
    changes.push({
      address,
      mode,
      type,
      name,
      change: {
        ...(importing ? { importing: { id: importing.id } } : {}),
        actions,
        before: was ?? null,
        after: was?.id && !(address in replacing) ? { ...after, id: was.id } : after,
        after_unknown: { ...unknown, ...(was?.id && !(address in replacing) ? {} : { id: true }) },
        after_sensitive: {},
        ...(address in replacing ? { replace_paths: replacing[address]?.map((path) => [path]) } : {}),
      },
    });
    configured.push({
      address,
      mode,
      type,
      name,
      provider_config_key: body.provider ?? type.split("_", 1)[0],
      ...(body.depends_on ? { depends_on: body.depends_on } : {}),
      expressions: expressions(attributes, true),
    });
  }
  for (const { address, mode, type, name, body } of earlier.values()) {
    if (mode === "data") continue;
    changes.push({
      address,
      mode,
      type,
      name,
      change: {
        actions: ["delete"],
        before: stateOf({ address, mode, type, name, body }, before),
        after: null,
        after_unknown: {},
      },
    });
  }
  const outputs = Object.entries<Json>(json.output ?? {}).map(([name, { value }]) => {
    const known = typeof value === "string" ? readString(value) : value;
    return [name, known instanceof Unknown ? { sensitive: false } : { sensitive: false, value: known }];
  });
  const configuredOutputs = Object.entries<Json>(json.output ?? {}).map(([name, { value }]) => [
    name,
    { expression: expressions({ value }, false).value },
  ]);
  return {
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: { outputs: Object.fromEntries(outputs), root_module: {} },
    resource_changes: changes,
    configuration: {
      provider_config: providerConfig({ ...before.provider, ...json.provider }),
      root_module: { outputs: Object.fromEntries(configuredOutputs), resources: configured },
    },
  };
}

/** A resource as it is in the state: a cluster has its ID. */
function stateOf({ type, body }: Block, json: Json): Json {
  const { after } = planned(attributesOf(body), true);
  if (type !== "azurerm_kubernetes_cluster") return after;
  const { subscription_id } = [json.provider?.azurerm ?? {}].flat()[0];
  const group = `/subscriptions/${subscription_id}/resourceGroups/${body.resource_group_name}`;
  return { ...after, id: `${group}/providers/Microsoft.ContainerService/managedClusters/${body.name}` };
}

interface Block {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  readonly body: Json;
}

function blocksOf(json: Json): Block[] {
  return (["resource", "data"] as const).flatMap((kind) => {
    const mode = kind === "data" ? "data" : "managed";
    return Object.entries<Json>(json[kind] ?? {}).flatMap(([type, instances]) =>
      Object.entries<Json>(instances).map(
        ([name, body]) =>
          ({ address: `${mode === "data" ? "data." : ""}${type}.${name}`, mode, type, name, body }) as const,
      ),
    );
  });
}

function attributesOf(body: Json): Json {
  return Object.fromEntries(Object.entries<Json>(body).filter(([key]) => !META.has(key)));
}

function providerConfig(providers: Json): Json {
  return Object.fromEntries(
    Object.entries<Json>(providers).flatMap(([name, instances]) =>
      [instances]
        .flat()
        .map(({ alias, ...rest }: Json) => [
          alias ? `${name}.${alias}` : name,
          { name, expressions: expressions(rest, false) },
        ]),
    ),
  );
}

/** A value as it is planned, and the mask of what is not known. */
function planned(value: Json, isBlock: boolean): { after: Json; unknown: Json } {
  if (typeof value === "string") {
    const known = readString(value);
    const isKnown = typeof known !== "object";
    return isKnown ? { after: known ?? null, unknown: false } : { after: undefined, unknown: true };
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => planned(item, isBlock));
    // Sets and lists of plain values with one that is unknown are unknown as a whole.
    if (items.some((item) => item.unknown === true)) return { after: undefined, unknown: true };
    return { after: items.map((item) => item.after), unknown: items.map((item) => item.unknown) };
  }
  if (typeof value !== "object" || value === null) return { after: value, unknown: false };
  const after: Json = {};
  const unknown: Json = {};
  for (const [key, item] of Object.entries<Json>(value)) {
    // Write-only attributes are null in every plan.
    if (key === "sensitive_body" || key.endsWith("_wo")) {
      after[key] = null;
      continue;
    }
    const isNestedBlock =
      isBlock && !MAPS.has(key) && typeof item === "object" && item !== null && !Array.isArray(item);
    const result = planned(isNestedBlock ? [item] : item, isBlock && !MAPS.has(key));
    if (result.after !== undefined) after[key] = result.after;
    if (result.unknown !== false) unknown[key] = result.unknown;
  }
  return { after, unknown };
}

function expressions(value: Json, isBlock: boolean): Json {
  return Object.fromEntries(
    Object.entries<Json>(value).map(([key, item]) => {
      const isObject = typeof item === "object" && item !== null;
      if (
        isBlock &&
        !MAPS.has(key) &&
        isObject &&
        (!Array.isArray(item) || item.some((each) => typeof each === "object"))
      ) {
        return [key, [item].flat().map((each) => expressions(each, true))];
      }
      const references = strings(item).flatMap((text) => (readString(text) === text ? [] : referencesIn(text)));
      if (references.length === 0) return [key, { constant_value: item }];
      return [
        key,
        {
          constant_value: item,
          references: references.flatMap((reference) => [reference, reference.replace(/\.[^.]+$/, "")]),
        },
      ];
    }),
  );
}

function strings(value: Json): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(strings) : [];
}
