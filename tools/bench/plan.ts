import { closeSync, openSync, writeSync } from "node:fs";
import { attachment, cluster, example } from "../../rules/examples.ts";

// biome-ignore lint/suspicious/noExplicitAny: plan JSON is anything
type Json = any;

/**
 * Writes plan JSON of about the size given: modules, each with resources that change and their state and configuration,
 * and in as many of them as are asked for an AKS cluster that is attached, with a kubeconfig.
 */
export function writePlan(file: string, megabytes: number, clusters: number): void {
  const perModule = 40;
  const others = Array.from({ length: perModule }, (_, index) => storageAccount(index));
  // The state stands in the plan twice.
  const sizeOf = (part: ReturnType<typeof moduleParts>): number => JSON.stringify([part, part.state]).length;
  const rest = megabytes * 1e6 - clusters * sizeOf(moduleParts(0, others, true));
  const modules = clusters + Math.max(0, Math.ceil(rest / sizeOf(moduleParts(0, others, false))));
  const parts = Array.from({ length: modules }, (_, index) => moduleParts(index, others, index < clusters));
  const output = openSync(file, "w");
  // In pieces: the whole as one text would be larger than what a string holds in some versions.
  const write = (text: string): void => {
    writeSync(output, text);
  };
  const list = (pick: (part: (typeof parts)[number]) => Json[]): void => {
    for (const [index, part] of parts.entries())
      write((index > 0 ? "," : "") + JSON.stringify(pick(part)).slice(1, -1));
  };
  write('{"format_version":"1.2","terraform_version":"1.11.4","resource_changes":[');
  list(({ changes }) => changes);
  write('],"planned_values":{"root_module":{"child_modules":[');
  list(({ state }) => [state]);
  write(']}},"prior_state":{"format_version":"1.0","values":{"root_module":{"child_modules":[');
  list(({ state }) => [state]);
  write(
    `]}}},"configuration":{"provider_config":{"azurerm":{"name":"azurerm","expressions":{"subscription_id":{"constant_value":"00000000-0000-0000-0000-000000000000"}}}},"root_module":{"module_calls":{`,
  );
  for (const [index, { name, configuration }] of parts.entries())
    write(`${index > 0 ? "," : ""}${JSON.stringify(name)}:${JSON.stringify({ source: "./m", module: configuration })}`);
  write("}}}}");
  closeSync(output);
}

/** Writes plan JSON of as many small resources that stay as they are: instances of one block. */
export function writeManyResources(file: string, count: number): void {
  const output = openSync(file, "w");
  writeSync(output, '{"format_version":"1.2","terraform_version":"1.11.4","resource_changes":[');
  const atOnce = 10_000;
  for (let start = 0; start < count; start += atOnce) {
    const entries = Array.from({ length: Math.min(atOnce, count - start) }, (_, index) =>
      JSON.stringify(smallResource(start + index)),
    );
    writeSync(output, (start > 0 ? "," : "") + entries.join());
  }
  writeSync(output, '],"configuration":{"root_module":{}}}');
  closeSync(output);
}

function smallResource(index: number): Json {
  const values = { id: String(index), triggers: null };
  return {
    address: `null_resource.small[${index}]`,
    mode: "managed",
    type: "null_resource",
    name: "small",
    index,
    provider_name: "registry.terraform.io/hashicorp/null",
    change: {
      actions: ["no-op"],
      before: values,
      after: values,
      after_unknown: {},
      before_sensitive: {},
      after_sensitive: {},
    },
  };
}

function moduleParts(
  index: number,
  others: Json[],
  hasCluster: boolean,
): { name: string; changes: Json[]; state: Json; configuration: Json } {
  const address = `module.m${index}`;
  const resources = hasCluster ? [...attachedCluster(index), ...others] : others;
  return {
    name: `m${index}`,
    changes: resources.map(({ type, name, before, after }) => ({
      address: `${address}.${type}.${name}`,
      module_address: address,
      mode: "managed",
      type,
      name,
      provider_name: "registry.terraform.io/hashicorp/azurerm",
      change: {
        actions: [before === after ? "no-op" : "update"],
        before,
        after,
        after_unknown: {},
        before_sensitive: {},
        after_sensitive: {},
      },
    })),
    state: {
      address,
      resources: resources.map(({ type, name, before }) => ({
        address: `${address}.${type}.${name}`,
        mode: "managed",
        type,
        name,
        values: before,
        sensitive_values: {},
      })),
    },
    configuration: {
      resources: resources.map(({ type, name, after }) => ({
        address: `${type}.${name}`,
        mode: "managed",
        type,
        name,
        provider_config_key: "azurerm",
        expressions: Object.fromEntries(
          Object.entries<Json>(after).flatMap(([key, value]) =>
            COMPUTED.has(key) ? [] : [[key, { constant_value: value }]],
          ),
        ),
      })),
    },
  };
}

/** What the configuration of a resource does not give. */
const COMPUTED = new Set(["id", "kube_config", "primary_access_key"]);

interface Planned {
  readonly type: string;
  readonly name: string;
  readonly before: Json;
  readonly after: Json;
}

function storageAccount(index: number): Planned {
  const before = {
    name: `stdata${index}`,
    resource_group_name: "rg-data",
    location: "westeurope",
    account_tier: "Standard",
    tags: { team: "data", cost: "1234" },
    network_rules: [{ default_action: "Deny", ip_rules: Array.from({ length: 12 }, (_, host) => `203.0.113.${host}`) }],
    primary_access_key: "0".repeat(88),
  };
  return {
    type: "azurerm_storage_account",
    name: `s${index}`,
    before,
    after: { ...before, tags: { team: "data", cost: "4321" } },
  };
}

function attachedCluster(index: number): Planned[] {
  const name = `aks-${index}`;
  const { resource } = example("", cluster({ name }), attachment({ name: `compute-${index}` })).stacks.stack as Json;
  const id = `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/${name}`;
  const aks = {
    ...resource.azurerm_kubernetes_cluster.cluster,
    id,
    kube_config: [{ host: "https://aks", client_key: "0".repeat(3000), password: "0".repeat(128) }],
  };
  const compute = { ...resource.azurerm_machine_learning_inference_cluster.attachment, kubernetes_cluster_id: id };
  return [
    { type: "azurerm_kubernetes_cluster", name: "cluster", before: aks, after: { ...aks, tags: { team: "ml" } } },
    { type: "azurerm_machine_learning_inference_cluster", name: "attachment", before: compute, after: compute },
  ];
}
