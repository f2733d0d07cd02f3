import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import {
  attachment,
  azapiAttachment,
  cluster,
  clusterId,
  example,
  frontEnd,
  kubernetesSecret,
  nodePool,
  workspaceId,
} from "../../rules/examples.ts";
import type { Json } from "../helpers.ts";
import { ROOT } from "../helpers.ts";
import { planOf } from "../plan-of.ts";

/** Inputs of every kind that is read, broken in many ways, as texts. */

/** No report may say it: it is masked, under a secret's name, or looks like a key, each time in another way. */
export const SECRET = "EXAMPLE-KEY";
const KEY = `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----\n`;

function plans(): Json[] {
  const stackOf = (...parts: object[]): Json => example("", ...parts).stacks.stack;
  const tls = planOf(
    stackOf(cluster(), nodePool(), attachment({ ssl: { cname: "www.contoso.com", cert: "CERT", key: KEY } })),
    {
      before: stackOf(cluster({ default_node_pool: { node_count: 5 } }), attachment()),
      replacing: { "azurerm_machine_learning_inference_cluster.attachment": ["ssl"] },
    },
  );
  tls.variables = { key: { value: KEY } };
  for (const { change } of tls.resource_changes)
    Object.assign(change.after, { kube_config_raw: KEY, password: KEY, description: KEY });
  tls.resource_drift = structuredClone(tls.resource_changes.slice(0, 1));
  tls.checks = [
    {
      address: { kind: "check", to_display: "check.x" },
      status: "fail",
      instances: [{ problems: [{ message: KEY }] }],
    },
  ];
  const others = planOf(
    stackOf(
      azapiAttachment(),
      frontEnd({ "load-balancer-internal": "true" }),
      kubernetesSecret({ data: { "cert.pem": "C", "key.pem": KEY } }),
    ),
  );
  others.prior_state = {
    values: {
      root_module: {
        child_modules: [
          {
            address: "module.m",
            resources: [{ address: "data.a.b", mode: "data", type: "a", values: { token: KEY } }],
          },
        ],
      },
    },
  };
  const modules = planOf(stackOf(cluster(), attachment()));
  for (const entry of modules.resource_changes)
    Object.assign(entry, { address: `module.m["k"].${entry.address}`, module_address: 'module.m["k"]' });
  modules.configuration.root_module = {
    module_calls: {
      m: { for_each_expression: { references: ["var.x"] }, expressions: {}, module: modules.configuration.root_module },
    },
  };
  return [tls, others, modules];
}

/** What Azure and Terraform answer of what is there, with secrets where they have them. */
function inventories(): Json[] {
  const aks = {
    id: clusterId("aks"),
    name: "aks",
    type: "Microsoft.ContainerService/managedClusters",
    location: "westeurope",
    tags: { note: KEY },
    sku: { name: "Base", tier: "Free" },
    properties: {
      provisioningState: "Succeeded",
      kubernetesVersion: "1.33.1",
      agentPoolProfiles: [
        { name: "system", mode: "System", count: 3, vmSize: "Standard_D4s_v5", type: "VirtualMachineScaleSets" },
        { name: "gpu", mode: "User", count: 1, vmSize: "Standard_NC4as_T4_v3", nodeTaints: ["sku=gpu:NoSchedule"] },
      ],
      networkProfile: { networkPlugin: "kubenet", loadBalancerSku: "basic", outboundType: "loadBalancer" },
      apiServerAccessProfile: { authorizedIPRanges: ["203.0.113.0/24"], enablePrivateCluster: false },
      servicePrincipalProfile: { clientId: "msi", secret: KEY },
    },
  };
  const compute = {
    id: `${workspaceId("mlw")}/computes/scoring`,
    name: "scoring",
    type: "Microsoft.MachineLearningServices/workspaces/computes",
    properties: {
      computeType: "AKS",
      resourceId: aks.id,
      properties: { clusterPurpose: "FastProd", sslConfiguration: { status: "Enabled", cert: "C", key: KEY } },
    },
  };
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "azuremlfessl", namespace: "azureml" },
    data: { "cert.pem": "Qw==", "key.pem": Buffer.from(KEY).toString("base64") },
    stringData: { token: KEY },
  };
  const state = {
    format_version: "1.0",
    terraform_version: "1.14.0",
    values: {
      root_module: {
        resources: [
          {
            address: "azurerm_kubernetes_cluster.cluster",
            mode: "managed",
            type: "azurerm_kubernetes_cluster",
            name: "cluster",
            values: { id: aks.id, name: "aks", location: "westeurope", kube_config_raw: KEY, tags: { note: KEY } },
          },
        ],
      },
    },
  };
  return [{ value: [aks, compute] }, aks, { kind: "List", apiVersion: "v1", items: [secret] }, state];
}

/** What stands in for a value. */
const REPLACEMENTS: readonly (() => Json)[] = [
  () => null,
  () => undefined,
  () => "",
  () => 0,
  () => -1e308,
  () => true,
  () => [],
  () => ({}),
  () => [null],
  () => [[]],
  () => ({ references: ["each.value.id", "var.a", "module.m.b", "local.c", 7, null] }),
  () => ({ constant_value: "${concat([1], var.x)}", references: ["var.x"] }),
  () => "${${${",
  () => "x".repeat(50_000),
  () => '["'.repeat(5_000),
  () => "[".repeat(5_000),
  () => JSON.parse('{"__proto__":{"x":1},"constructor":1,"toString":null,"hasOwnProperty":[]}'),
  () => nested(3_000),
  () => Array.from({ length: 500 }, () => null),
  () => 'module.m["k"].azurerm_kubernetes_cluster.cluster',
  () => "azurerm_kubernetes_cluster.cluster",
  () => "\u0000\u001b[31m\ud800##vso[x]<script>",
];

function nested(depth: number): Json {
  let value: Json = "end";
  for (let index = 0; index < depth; index++) value = index % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Every place in a value: the object or list, and the key in it. What refers to itself is gone through once. */
function placesIn(value: Json): [Json, string | number][] {
  const found: [Json, string | number][] = [];
  const owners = new Set([value]);
  for (const owner of owners) {
    if (typeof owner !== "object" || owner === null) continue;
    for (const key of Object.keys(owner)) {
      found.push([owner, key]);
      owners.add(owner[key]);
    }
  }
  return found;
}

/** JSON with parts of it removed, doubled, moved or replaced. */
function mutated(
  text: string,
  changes: readonly { readonly at: number; readonly how: number; readonly action: number }[],
): string {
  const plan = JSON.parse(text);
  for (const { at, how, action } of changes) {
    const places = placesIn(plan);
    if (places.length === 0) break;
    const [owner, key] = places[at % places.length] as [Json, string];
    if (action === 0) delete owner[key];
    else if (action === 1 && Array.isArray(owner)) owner.push(owner[Number(key)]);
    else if (action === 2) owner[key] = (places[how % places.length] as [Json, string])[0];
    else owner[key] = REPLACEMENTS[how % REPLACEMENTS.length]?.();
  }
  try {
    return JSON.stringify(plan);
  } catch {
    // What refers to itself is no JSON.
    return text;
  }
}

const anyChange = fc.record({ at: fc.nat(100_000), how: fc.nat(100_000), action: fc.nat(9) });

/** JSON of one of several, broken, and now and then cut off. */
function brokenJson(values: readonly Json[]): fc.Arbitrary<string> {
  const texts = values.map((value) => JSON.stringify(value));
  return fc
    .tuple(fc.nat(texts.length - 1), fc.array(anyChange, { minLength: 1, maxLength: 5 }), fc.nat(1000))
    .map(([which, changes, cut]) => {
      const text = mutated(texts[which] as string, changes);
      return cut < 100 ? text.slice(0, Math.floor((text.length * cut) / 100)) : text;
    });
}

/** What is put into a text. */
const SNIPPETS = [
  "",
  " ",
  "\n",
  "\t",
  "\ufeff",
  "\u0000",
  "\u001b[31m",
  "\u202e",
  "\ud800",
  "::error::x",
  "##vso[task.complete]",
  "${",
  "}",
  "%{ for x in y }",
  '"',
  "'",
  "<<EOT\n",
  "/*",
  "#",
  "[",
  "]",
  "{",
  "&a ",
  "*a",
  "<<: *a",
  "? ",
  "- ",
  "| \n",
  "!!binary ",
  "---\n",
  "__proto__: 1\n",
  "constructor",
  "TfToken[TOKEN.0]",
  "1e999",
  "null",
  "-----BEGIN PRIVATE KEY-----",
  "each.value[0].x",
  "merge(var.a, {}...)",
  "[for k, v in local.x : k => v... if true]",
  "x".repeat(20_000),
  "[".repeat(2_000),
  "${".repeat(500),
  "9".repeat(300),
] as const;

const anyEdit = fc.record({
  at: fc.nat(1_000_000),
  length: fc.nat(60),
  how: fc.nat(SNIPPETS.length - 1),
  action: fc.nat(3),
});

/** A text of which parts are removed, doubled, moved or replaced. */
function brokenText(texts: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(fc.nat(texts.length - 1), fc.array(anyEdit, { minLength: 1, maxLength: 6 })).map(([which, edits]) =>
    edits.reduce((text, { at, length, how, action }) => {
      const start = at % (text.length + 1);
      const end = start + (action === 3 ? length * 20 : length);
      const part = text.slice(start, end);
      const middle = [SNIPPETS[how], part + part, SNIPPETS[how] + part, ""][action] as string;
      return text.slice(0, start) + middle + text.slice(end);
    }, texts[which] as string),
  );
}

const TERRAFORM = `variable "size" {
  default = "Standard_D4s_v5"
}
locals {
  pools = { a = { count = 3 }, b = { count = 1 } }
  name  = "aks-\${var.size}-%{if true}x%{endif}"
}
resource "azurerm_kubernetes_cluster" "cluster" {
  name                = local.name
  location            = "westeurope"
  resource_group_name = azurerm_resource_group.rg.name
  kubernetes_version  = null
  default_node_pool {
    name       = "system"
    vm_size    = var.size
    node_count = max(1, length(local.pools))
  }
  network_profile {
    network_plugin    = "kubenet"
    load_balancer_sku = "basic"
  }
  dynamic "api_server_access_profile" {
    for_each = ["203.0.113.0/24"]
    content {
      authorized_ip_ranges = [api_server_access_profile.value]
    }
  }
  # azureml-aks:ignore cluster/destroy until=2030-01-01 -- on purpose
  tags = merge({ a = 1 }, { for k, v in local.pools : k => v.count if v.count > 0 })
}
resource "azurerm_kubernetes_cluster_node_pool" "pool" {
  for_each              = local.pools
  name                  = each.key
  kubernetes_cluster_id = azurerm_kubernetes_cluster.cluster.id
  vm_size               = var.size
  node_count            = each.value.count
}
resource "azurerm_machine_learning_inference_cluster" "attachment" {
  count                         = var.size == "" ? 0 : 1
  name                          = "scoring"
  cluster_purpose               = "FastProd"
  kubernetes_cluster_id         = azurerm_kubernetes_cluster.cluster.id
  machine_learning_workspace_id = <<-EOT
    /subscriptions/\${"$"}{x}
  EOT
}
`;

const configurations = ["__tests__/full.yaml", "azureml-aks.yaml"].map((file) =>
  readFileSync(join(ROOT, file), "utf8"),
);

/** By kind. */
export const INPUTS = {
  plan: brokenJson(plans()),
  inventory: brokenJson(inventories()),
  terraform: brokenText([TERRAFORM]),
  configuration: brokenText(configurations),
} as const;

export type InputKind = keyof typeof INPUTS;
