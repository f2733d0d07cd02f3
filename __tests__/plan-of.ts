import { readString, referencesIn } from "../terraform/expression.ts";
import { Unknown } from "../terraform/value.ts";
import type { Json } from "./helpers.ts";

/** Attributes whose type is a map or anything: in a plan they stay what they are, where a block becomes a list of one. */
const MAPS = new Set([
  "tags",
  "labels",
  "annotations",
  "body",
  "sensitive_body",
  "delete_query_parameters",
  "data",
  "data_wo",
  "binary_data_wo",
  "input",
  "triggers_replace",
  "configuration_settings",
  "configuration_protected_settings",
]);
const META = new Set(["//", "lifecycle", "provider", "depends_on", "provisioner", "connection", "count", "for_each"]);

/**
 * The plan JSON that Terraform would make of synthesized JSON whose resources do not exist yet: expressions are unknown
 * and keep their references in `configuration`, one-item blocks are lists, data sources wait for the apply.
 * https://developer.hashicorp.com/terraform/internals/json-format
 */
export function planOf(json: Json): Json {
  const changes: Json[] = [];
  const configured: Json[] = [];
  for (const [kind, mode] of [
    ["resource", "managed"],
    ["data", "data"],
  ] as const) {
    for (const [type, instances] of Object.entries<Json>(json[kind] ?? {})) {
      for (const [name, body] of Object.entries<Json>(instances)) {
        const address = `${mode === "data" ? "data." : ""}${type}.${name}`;
        const attributes = Object.fromEntries(Object.entries<Json>(body).filter(([key]) => !META.has(key)));
        const { after, unknown } = planned(attributes, true);
        const actions = mode === "data" ? ["read"] : body.lifecycle?.create_before_destroy ? ["create", "delete"] : ["create"];
        const provider = body.provider ?? type.split("_", 1)[0];
        const importing = (json.import ?? []).find(({ to }: Json) => to === address);
        changes.push({
          address,
          mode,
          type,
          name,
          change: {
            ...(importing ? { importing: { id: importing.id } } : {}),
            actions,
            before: null,
            after,
            after_unknown: { ...unknown, id: true },
            after_sensitive: {},
          },
        });
        configured.push({ address, mode, type, name, provider_config_key: provider, expressions: expressions(attributes, true) });
      }
    }
  }
  const outputs = Object.entries<Json>(json.output ?? {}).map(([name, { value }]) => {
    const known = typeof value === "string" ? readString(value) : value;
    return [name, known instanceof Unknown ? { sensitive: false } : { sensitive: false, value: known }];
  });
  return {
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: { outputs: Object.fromEntries(outputs), root_module: {} },
    resource_changes: changes,
    configuration: { provider_config: providerConfig(json.provider ?? {}), root_module: { resources: configured } },
  };
}

function providerConfig(providers: Json): Json {
  return Object.fromEntries(
    Object.entries<Json>(providers).flatMap(([name, instances]) =>
      [instances].flat().map(({ alias, ...rest }: Json) => [alias ? `${name}.${alias}` : name, { name, expressions: expressions(rest, false) }]),
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
    const isNestedBlock = isBlock && !MAPS.has(key) && typeof item === "object" && item !== null && !Array.isArray(item);
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
      if (isBlock && !MAPS.has(key) && isObject && (!Array.isArray(item) || item.some((each) => typeof each === "object"))) {
        return [key, [item].flat().map((each) => expressions(each, true))];
      }
      const references = strings(item).flatMap((text) => (readString(text) === text ? [] : referencesIn(text)));
      if (references.length === 0) return [key, { constant_value: item }];
      return [key, { references: references.flatMap((reference) => [reference, reference.replace(/\.[^.]+$/, "")]) }];
    }),
  );
}

function strings(value: Json): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(strings) : [];
}
