import { readString } from "../model/expression.ts";
import { CLUSTER, POOL } from "../sources/vocabulary/arm.ts";
import { stepsOf, type Table } from "../sources/vocabulary/table.ts";
import type { Json } from "./helpers.ts";
import { MAPS, planOf } from "./plan-of.ts";

/** The same Terraform JSON as each other origin has it. */

/** Blocks of Terraform by how many labels they have. */
const LABELS: Readonly<Record<string, number>> = {
  resource: 2,
  data: 2,
  ephemeral: 2,
  provider: 1,
  output: 1,
  variable: 1,
  module: 1,
  check: 1,
  locals: 0,
  terraform: 0,
  import: 0,
  moved: 0,
  removed: 0,
};

/** Terraform's own language. */
export function hclOf(json: Json): string {
  return Object.entries<Json>(json)
    .flatMap(([kind, body]) => blocksOf(kind, LABELS[kind] ?? 0, body, []))
    .join("\n");
}

function blocksOf(kind: string, labels: number, body: Json, given: readonly string[]): string[] {
  if (labels > 0)
    return Object.entries<Json>(body).flatMap(([label, inner]) => blocksOf(kind, labels - 1, inner, [...given, label]));
  return [body]
    .flat()
    .map((each) => `${[kind, ...given.map((each) => JSON.stringify(each))].join(" ")} {\n${contentOf(each)}}\n`);
}

/** Arguments and blocks: an object that is no map is a block, and so is each object of a list. */
function contentOf(body: Json): string {
  let text = "";
  for (const [key, value] of Object.entries<Json>(body)) {
    if (key === "//" || value === null || value === undefined) continue;
    const items = [value].flat();
    const isBlock =
      !MAPS.has(key) && items.length > 0 && items.every((item) => typeof item === "object" && item !== null);
    if (isBlock) for (const item of items) text += `${key} {\n${contentOf(item)}}\n`;
    else text += `${key} = ${BARE.has(key) ? bareOf(value) : textOf(value)}\n`;
  }
  return text;
}

/** Arguments that take references without quotation marks. */
const BARE = new Set(["provider", "depends_on", "ignore_changes", "replace_triggered_by", "to", "from"]);

function bareOf(value: Json): string {
  return Array.isArray(value) ? `[${value.map(bareOf).join(", ")}]` : String(value).replace(/^\$\{(.*)\}$/s, "$1");
}

function textOf(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(", ")}]`;
  if (typeof value === "string") return `"${partsOf(value).join("")}"`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries<Json>(value).map(([key, item]) => `${JSON.stringify(key)} = ${textOf(item)}`);
  return `{ ${entries.join(", ")} }`;
}

/** A text, with quotation marks escaped outside of its expressions alone. */
function partsOf(text: string): string[] {
  const start = /(?<!\$)\$\{/.exec(text)?.index;
  if (start === undefined) return [JSON.stringify(text).slice(1, -1)];
  let depth = 0;
  let end = start;
  for (; end < text.length; end++) {
    if (text[end] === "{") depth++;
    if (text[end] === "}" && --depth === 0) break;
  }
  return [
    JSON.stringify(text.slice(0, start)).slice(1, -1),
    text.slice(start, end + 1),
    ...partsOf(text.slice(end + 1)),
  ];
}

/** A plan that finds all of it as it is. */
export function unchangedPlanOf(json: Json): Json {
  return planOf(json, { before: json });
}

/** The state after an apply, as `terraform show -json` writes it. What is known only then is left out. */
export function stateOf(json: Json): Json {
  const { resource_changes, planned_values } = unchangedPlanOf(json);
  const resources = resource_changes.map(({ address, mode, type, name, change }: Json) => ({
    address,
    mode,
    type,
    name,
    provider_name: `registry.terraform.io/hashicorp/${type.split("_", 1)[0]}`,
    schema_version: 0,
    values: { ...change.after, ...(type === WORKSPACE ? { id: workspaceId(change.after) } : {}) },
    sensitive_values: {},
  }));
  return {
    format_version: "1.0",
    terraform_version: "1.11.4",
    values: { outputs: planned_values.outputs, root_module: { resources } },
  };
}

/** The same state as Terraform keeps it. */
export function rawStateOf(json: Json): Json {
  const { values } = stateOf(json);
  const resources = values.root_module.resources.map(
    ({ mode, type, name, provider_name, values: attributes }: Json) => ({
      mode,
      type,
      name,
      provider: `provider["${provider_name}"]`,
      instances: [{ schema_version: 0, attributes, sensitive_attributes: [] }],
    }),
  );
  return {
    version: 4,
    terraform_version: "1.11.4",
    serial: 1,
    lineage: "00000000-0000-0000-0000-000000000000",
    outputs: values.outputs,
    resources,
  };
}

const WORKSPACE = "azurerm_machine_learning_workspace";

const workspaceId = ({ resource_group_name, name }: Json): string =>
  `/subscriptions/${SUBSCRIPTION}/resourceGroups/${resource_group_name}/providers/Microsoft.MachineLearningServices/workspaces/${name}`;

const SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";

const ANSWERED = [
  "azurerm_kubernetes_cluster",
  "azurerm_kubernetes_cluster_node_pool",
  "azurerm_kubernetes_cluster_extension",
  "azurerm_machine_learning_inference_cluster",
  "azapi_resource",
];

/**
 * What Azure would answer of the clusters, their pools and their attachments, with all that the tables of ARM have a
 * name for; undefined where a value is not known.
 */
export function armOf(json: Json): Json[] | undefined {
  const types = Object.keys(json.resource ?? {});
  if (!isKnown(json) || json.data || json.output || types.some((type) => !ANSWERED.includes(type))) return undefined;
  const pools = Object.values<Json>(json.resource?.azurerm_kubernetes_cluster_node_pool ?? {});
  const clusters = Object.values<Json>(json.resource?.azurerm_kubernetes_cluster ?? {}).map((body) => {
    const id = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${body.resource_group_name}/providers/Microsoft.ContainerService/managedClusters/${body.name}`;
    const answer = answerOf({ ...body, default_node_pool: undefined }, CLUSTER);
    const profiles = [
      { ...body.default_node_pool, mode: "System" },
      ...pools.filter(({ kubernetes_cluster_id }) => kubernetes_cluster_id === id),
    ].map((pool) => ({ name: pool.name, ...answerOf(pool, POOL) }));
    answer.properties.agentPoolProfiles = profiles;
    return {
      id,
      name: body.name,
      type: "Microsoft.ContainerService/managedClusters",
      location: body.location,
      ...identityOf(body),
      ...answer,
    };
  });
  const computes = Object.values<Json>(json.resource?.azurerm_machine_learning_inference_cluster ?? {}).map((body) => ({
    id: `${body.machine_learning_workspace_id}/computes/${body.name}`,
    name: body.name,
    location: body.location,
    properties: {
      computeType: "AKS",
      resourceId: body.kubernetes_cluster_id,
      properties: { clusterPurpose: body.cluster_purpose, loadBalancerType: "PublicIp" },
    },
  }));
  const extensions = Object.values<Json>(json.resource?.azurerm_kubernetes_cluster_extension ?? {}).map((body) => ({
    id: `${body.cluster_id}/providers/Microsoft.KubernetesConfiguration/extensions/${body.name}`,
    name: body.name,
    properties: {
      extensionType: body.extension_type,
      configurationSettings: body.configuration_settings,
      configurationProtectedSettings: {},
      scope: body.target_namespace
        ? { namespace: { targetNamespace: body.target_namespace } }
        : { cluster: { releaseNamespace: body.release_namespace } },
    },
  }));
  const carried = Object.values<Json>(json.resource?.azapi_resource ?? {}).map(
    ({ type, name, parent_id, location, identity, body }) => ({
      id: /\/resourceGroups\/[^/]+$/i.test(parent_id)
        ? `${parent_id}/providers/${type.split("@")[0]}/${name}`
        : /extensions@/i.test(type)
          ? `${parent_id}/providers/Microsoft.KubernetesConfiguration/extensions/${name}`
          : `${parent_id}/${type.split("@")[0].split("/").at(-1)}/${name}`,
      name,
      location,
      ...identityOf({ identity }),
      ...body,
    }),
  );
  return [...clusters, ...computes, ...extensions, ...carried];
}

export function identityOf({ identity }: Json): Json {
  const { type, identity_ids = [] } = [identity ?? {}].flat()[0] ?? {};
  return type === undefined
    ? {}
    : { identity: { type, userAssignedIdentities: Object.fromEntries(identity_ids.map((id: string) => [id, {}])) } };
}

/** What a table says the other way round. */
export function answerOf(body: Json, table: Table): Json {
  const answer: Json = { properties: {} };
  for (const [authored, canonical, convert] of table) {
    const value = valueAt(body, stepsOf(canonical));
    if (value === undefined || value === null) continue;
    // Only what is read back as it was.
    const candidates = convert === undefined ? [value] : [value, `${value}`, !value, value ? "Enabled" : "Disabled"];
    const written = candidates.find(
      (each) => convert === undefined || JSON.stringify(convert(each)) === JSON.stringify(value),
    );
    if (written !== undefined && valueAt(answer, stepsOf(authored)) === undefined)
      place(answer, stepsOf(authored), written);
  }
  return answer;
}

function valueAt(value: Json, path: readonly (string | number)[]): Json {
  return path.reduce<Json>((at, step) => {
    if (at === undefined || at === null) return undefined;
    if (typeof step === "number") return Array.isArray(at) ? at[step] : step === 0 ? at : undefined;
    return (Array.isArray(at) ? at[0] : at)?.[step];
  }, value);
}

function place(target: Json, path: readonly (string | number)[], value: Json): void {
  const [step, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) target[step] = value;
  else {
    target[step] ??= {};
    place(target[step], rest, value);
  }
}

/** Whether all of it is known before the apply. */
export function isKnown(json: Json): boolean {
  const texts = (value: Json): string[] =>
    typeof value === "string"
      ? [value]
      : typeof value === "object" && value !== null
        ? Object.values(value).flatMap(texts)
        : [];
  return texts({ ...json.resource, ...json.data }).every((text) => typeof readString(text) !== "object");
}
