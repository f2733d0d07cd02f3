import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Unknown } from "../../model/value.ts";
import { type ReadHcl, readHcl } from "../../sources/hcl/hcl.ts";
import type { ParseHcl } from "../../sources/hcl/parse.ts";
import { azuremlAks, type Json, temporaryFolder } from "../helpers.ts";
import { parserOfHcl } from "./parser.ts";

let parse: ParseHcl;
beforeAll(async () => {
  parse = await parserOfHcl();
});

/** Reads files that are given by their paths, the root folder being `m`. */
function read(files: Readonly<Record<string, string>>, options: { variables?: Record<string, string> } = {}): ReadHcl {
  const folders = new Map<string, Map<string, string>>();
  for (const [path, text] of Object.entries(files)) {
    const folder = join("m", dirname(path));
    folders.set(folder, (folders.get(folder) ?? new Map<string, string>()).set(path.split("/").at(-1) ?? "", text));
  }
  return readHcl({ name: "stack", folder: "m", ...options }, (folder) => folders.get(folder), parse);
}

/** Addresses and names of what was read. */
const names = ({ stack }: ReadHcl): Json =>
  Object.fromEntries(stack.resources.map(({ address, attributes }) => [address, (attributes as Json).name]));

describe("a folder of Terraform", () => {
  it("is all of its files, those that override last", () => {
    const files = {
      "a.tf": 'resource "r" "one" {\n  name = "a"\n  part {\n    x = 1\n  }\n}\n',
      "b.tf.json": '{"resource": {"r": {"two": {"name": "${local.name}"}}}, "locals": {"name": "b"}}',
      "c_override.tf": 'resource "r" "one" {\n  name = "over"\n}\n',
      "notes.txt": "not Terraform",
    };
    expect(names(read(files))).toEqual({ "r.one": "over", "r.two": "b" });
  });
  it("takes variables from defaults, terraform.tfvars, *.auto.tfvars and arguments, in this order", () => {
    const main = 'variable "name" {\n  default = "default"\n}\nresource "r" "a" {\n  name = var.name\n}\n';
    const all = [
      ["terraform.tfvars", 'name = "tfvars"\n'],
      ["b.auto.tfvars.json", '{"name": "auto"}'],
    ] as const;
    expect(names(read({ "main.tf": main }))).toEqual({ "r.a": "default" });
    expect(names(read({ "main.tf": main, [all[0][0]]: all[0][1] }))).toEqual({ "r.a": "tfvars" });
    const both = { "main.tf": main, ...Object.fromEntries(all) };
    expect(names(read(both))).toEqual({ "r.a": "auto" });
    expect(names(read(both, { variables: { name: "argument" } }))).toEqual({ "r.a": "argument" });
  });
  it("has the instances of count and for_each, and their references", () => {
    const main = `
variable "on" { default = false }
resource "r" "counted" {
  count = 2
  name  = "n\${count.index}"
}
resource "r" "off" {
  count = var.on ? 1 : 0
  name  = "off"
}
resource "r" "each" {
  for_each = toset(["x", "y"])
  name     = "\${each.key}-\${r.counted[1].name}"
}
`;
    expect(names(read({ "main.tf": main }))).toEqual({
      "r.counted[0]": "n0",
      "r.counted[1]": "n1",
      'r.each["x"]': "x-n1",
      'r.each["y"]': "y-n1",
    });
  });
  it("leaves out what it cannot count, and says so", () => {
    const main =
      'variable "n" {}\nresource "r" "a" {\n  count = var.n\n}\nmodule "far" {\n  source = "Azure/aks/azurerm"\n}\n';
    const { stack, notExpanded } = read({ "main.tf": main });
    expect(stack.resources).toEqual([]);
    expect(notExpanded).toMatchObject([
      { address: "r.a", references: ["var.n"], place: { file: "m/main.tf", line: 2 } },
      { address: "module.far", references: [], place: { line: 5 } },
    ]);
  });
  it("reads modules beside it, and those that terraform init fetched", () => {
    const child =
      'variable "name" {}\nresource "r" "inner" {\n  name = var.name\n}\noutput "name" {\n  value = "out-${r.inner.name}"\n}\n';
    const files = {
      "main.tf": `
module "near" {
  source   = "./near"
  for_each = { k = "one" }
  name     = each.value
}
module "far" {
  source = "Azure/aks/azurerm"
  name   = module.near["k"].name
}
resource "r" "root" {
  name = module.far.name
}
`,
      "near/main.tf": child,
      "fetched/main.tf": child,
      ".terraform/modules/modules.json": '{"Modules": [{"Key": "far", "Source": "x", "Dir": "fetched"}]}',
    };
    expect(names(read(files))).toEqual({
      "r.root": "out-out-one",
      'module.near["k"].r.inner': "one",
      "module.far.r.inner": "out-one",
    });
  });
  it("knows dynamic blocks, provider aliases, imports and a module that calls itself", () => {
    const main = `
provider "azurerm" {
  features {}
  alias           = "other"
  subscription_id = "00000000-0000-0000-0000-00000000000A"
}
import {
  to = r.a
  id = "x"
}
resource "r" "a" {
  provider = azurerm.other
  dynamic "part" {
    for_each = { p = 1, q = 2 }
    iterator = it
    content {
      text = "\${it.key}\${it.value}"
    }
  }
}
module "self" {
  source = "."
}
`;
    const [resource] = read({ "main.tf": main }).stack.resources;
    expect(resource).toMatchObject({
      provider: "azurerm.other",
      subscriptionId: "00000000-0000-0000-0000-00000000000a",
      isImported: true,
      attributes: { part: [{ text: "p1" }, { text: "q2" }] },
    });
    expect(resource?.place?.("part[1].text")).toMatchObject({ file: "m/main.tf", line: 17, column: 7 });
  });
  it("knows what azapi makes by a version of the API that is not known", () => {
    const { stack } = read({
      "main.tf":
        'variable "api" {}\nresource "azapi_resource" "aks" {\n  type = "Microsoft.ContainerService/managedClusters@${var.api}"\n  name = "aks"\n}\n',
    });
    expect(stack.resources[0]?.type).toBe("azurerm_kubernetes_cluster");
  });
  it("reads what is left where a part is no Terraform", () => {
    const { stack, errors } = read({
      "main.tf": 'resource "r" "a" {\n  name = "a"\n}\nresource "r" "b" {\n  name = = 1\n}\n',
      "more.tf": "}}}}\n",
    });
    expect(stack.resources.map(({ address }) => address)).toContain("r.a");
    expect(errors.length).toBeGreaterThanOrEqual(2);
  });
});

const CLUSTER = `
variable "size" {
  default = "Standard_DS2_v2"
}
provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000000"
}
resource "azurerm_kubernetes_cluster" "aks" {
  name                = "aks-ml"
  location            = "westeurope"
  resource_group_name = "rg-ml"
  dns_prefix          = "aks"
  default_node_pool {
    name       = "default"
    vm_size    = var.size
    node_count = 3
  }
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_machine_learning_inference_cluster" "scoring" {
  name                          = "scoring"
  location                      = "westeurope"
  cluster_purpose               = "FastProd"
  kubernetes_cluster_id         = azurerm_kubernetes_cluster.aks.id
  machine_learning_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/mlw"
}
`;

describe("a folder that nobody waits for, or that names what is not there", () => {
  const local = (value: string, more = ""): string =>
    `locals {\n${more}  value = ${value}\n}\nresource "r" "a" {\n  name = local.value\n}\n`;
  const doubled = (of: (name: string) => string): string =>
    Array.from({ length: 60 }, (_, index) => `  d${index + 1} = ${of(`local.d${index}`)}\n`).join("");
  const redos = '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"';
  it.each<[what: string, value: string, more?: string]>([
    ["a pattern with a repetition in a repetition", `can(regex("^(a+)+$", ${redos}))`],
    ["one with alternatives in it", `replace(${redos}, "/^(a|a)*$/", "b")`],
    ["one that is found often", `regexall("((x|a)+b?)+c", ${redos})`],
    ["a product of large sets", "length(setproduct(range(1000), range(1000), range(1000)))"],
    ["a list that doubles", "length(local.d60)", `  d0 = ["a"]\n${doubled((name) => `concat(${name}, ${name})`)}`],
    ["a text that doubles", "local.d60", `  d0 = "a"\n${doubled((name) => `"\${${name}}\${${name}}"`)}`],
    ["templates that are deep", `"${"%{ if true }".repeat(2_000)}x${"%{ endif }".repeat(2_000)}"`],
    ...["constructor", "__proto__", "toString", "valueOf"].map((name): [string, string] => [
      `a function ${name}`,
      `${name}("a")`,
    ]),
  ])("is not known where it has %s", (_, value, more) => {
    expect(names(read({ "main.tf": local(value, more) }))["r.a"]).toBeInstanceOf(Unknown);
  });
  it("is read with groups of many, and with comments that stand on each other", () => {
    const many = '{ for i in flatten([for a in range(100) : range(1000)]) : "all" => i... }';
    const comments = "# azureml-aks:ignore a/b -- c\n".repeat(5_000);
    const found = read({ "main.tf": comments + local(`length(${many}["all"])`) });
    expect(names(found)["r.a"]).toBe(100_000);
    expect(new Set(found.ignores.map(({ below }) => below.line))).toEqual(new Set([5_001]));
  });
  it("has no more instances than anybody has, and a module that calls itself twice ends", () => {
    const calls = 'module "a" {\n  source = "./"\n}\nmodule "b" {\n  source = "./"\n}\nresource "r" "x" {}\n';
    expect(read({ "main.tf": calls }).stack.resources.length).toBeLessThanOrEqual(10_000);
    const counted = (inner: string): string => `module "m" {\n  source = "${inner}"\n  count  = 100\n}\n`;
    const files = {
      "main.tf": counted("./b"),
      "b/main.tf": counted("../c"),
      "c/main.tf": 'resource "r" "x" {\n  count = 10\n}\n',
    };
    const { stack, notExpanded } = read(files);
    expect(stack.resources.length).toBeLessThanOrEqual(10_000);
    expect(notExpanded.length).toBeGreaterThan(0);
  });
});

describe("azureml-aks check with a folder", () => {
  function check(text: string, ...args: string[]): { status: number | null; findings: Json[]; stderr: string } {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "infra"));
    writeFileSync(join(folder, "infra/main.tf"), text);
    const { status, stdout, stderr } = azuremlAks(["check", "infra", "--format", "json", ...args], { cwd: folder });
    return { status, stderr, findings: stdout === "" ? [] : JSON.parse(stdout).findings };
  }
  it("finds what a plan would show, at its line", () => {
    const { status, findings } = check(CLUSTER);
    const size = findings.find(({ rule }) => rule === "attachment/production-size");
    expect(size).toMatchObject({
      verdict: "fail",
      level: "error",
      where: { file: "infra/main.tf", line: 17, column: 5 },
    });
    expect(status).toBe(1);
  });
  const SUBNET = `
resource "azurerm_subnet" "aks" {
  name                 = "snet"
  resource_group_name  = "rg-ml"
  virtual_network_name = "vnet"
  address_prefixes     = ["10.1.0.0/20"]
}
`;
  const CRITICAL = CLUSTER.replace(
    "    node_count",
    "    only_critical_addons_enabled = true\n    vnet_subnet_id = azurerm_subnet.aks.id\n    node_count",
  ).replace("  identity {", '  network_profile {\n    outbound_type = "userDefinedRouting"\n  }\n  identity {');
  it.each([
    ["nothing else", "", ["attachment/serving-nodes", "cluster/route-table"], []],
    [
      "pools of a map that is not known",
      'variable "pools" {}\nresource "azurerm_kubernetes_cluster_node_pool" "more" {\n  for_each = var.pools\n' +
        "  name = each.key\n  kubernetes_cluster_id = azurerm_kubernetes_cluster.aks.id\n}\n",
      ["cluster/route-table"],
      ["attachment/serving-nodes"],
    ],
    [
      "a route table of which it is not known whether it is there",
      'variable "routed" {}\nresource "azurerm_subnet_route_table_association" "aks" {\n  count = var.routed ? 1 : 0\n' +
        "  subnet_id = azurerm_subnet.aks.id\n}\n",
      ["attachment/serving-nodes"],
      ["cluster/route-table"],
    ],
    [
      "pools of another cluster",
      'variable "pools" {}\nresource "azurerm_kubernetes_cluster_node_pool" "more" {\n  for_each = var.pools\n  name = each.key\n' +
        '  kubernetes_cluster_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.ContainerService/managedClusters/other"\n}\n',
      ["attachment/serving-nodes", "cluster/route-table"],
      [],
    ],
    [
      "a module that is not here and is given the cluster",
      'module "pools" {\n  source = "git::https://example.com/pools.git"\n  cluster = { id = azurerm_kubernetes_cluster.aks.id }\n}\n',
      ["cluster/route-table"],
      ["attachment/serving-nodes"],
    ],
    [
      "a module that is not here and is given nothing of it",
      'module "names" {\n  source = "Azure/naming/azurerm"\n}\n',
      ["attachment/serving-nodes", "cluster/route-table"],
      [],
    ],
  ])("concludes nothing from what is not there where it may be: %s", (_, more, fail, unknown) => {
    const found = check(CRITICAL + SUBNET + more).findings.filter(
      ({ rule }) => rule === "attachment/serving-nodes" || rule === "cluster/route-table",
    );
    const rulesWith = (verdict: string): string[] =>
      found.filter((each) => each.verdict === verdict).map(({ rule }) => rule);
    expect(rulesWith("fail").sort()).toEqual(fail);
    expect(rulesWith("unknown")).toEqual(unknown);
  });
  it.each([
    ["a value that is not typed yet", "    a = \n"],
    ["a text that does not end", '    a = "\n'],
    ["a brace that is missing", "    a = {\n"],
  ])("says of a block with %s only what stands there", (_, broken) => {
    const text = CLUSTER.replace(
      '"aks-ml"',
      '"aks-ml"\n  network_profile {\n    network_policy = "cilium"\n  }',
    ).replace('  dns_prefix          = "aks"\n', `  tags = {\n${broken}  }\n  dns_prefix = "aks"\n`);
    const errors = check(text).findings.filter(({ verdict, level }) => verdict === "fail" && level === "error");
    expect(errors.map(({ rule }) => rule)).not.toContain("cluster/dns-prefix");
  });
  it("is no twin of itself where the block is not closed", () => {
    const id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers";
    const { findings } = check(`resource "azurerm_machine_learning_inference_cluster" "compute" {
  name = "scoring"
  kubernetes_cluster_id = "${id}/Microsoft.ContainerService/managedClusters/aks"
  machine_learning_workspace_id = "${id}/Microsoft.MachineLearningServices/workspaces/mlw"
`);
    const found = findings.filter(({ verdict }) => verdict === "fail").map(({ rule }) => rule);
    expect(found).toContain("hcl/unreadable");
    expect(found).not.toContain("attachment/one-per-cluster");
    expect(found).not.toContain("attachment/compute-name-unique");
  });
  it("takes a module whose source is no name of a folder for one that is not here", () => {
    const { status, findings } = check(`${CLUSTER}module "odd" {\n  source = "./a\\u0000b"\n}\n`);
    expect(status).toBe(1);
    expect(findings.map(({ rule, where }) => `${rule} ${where.address}`)).toContain("hcl/not-judged module.odd");
  });
  it("takes variables, so that the finding goes", () => {
    const { findings } = check(CLUSTER, "--var", "size=Standard_D4s_v5");
    expect(findings.map(({ rule }) => rule)).not.toContain("attachment/production-size");
  });
  it("is acknowledged by a comment above the block or the attribute, and says which comment does nothing", () => {
    const comment = "# azureml-aks:ignore attachment/production-size until=2999-01-01 -- a trial";
    const useless = "# azureml-aks:ignore cluster/kubenet -- nothing here has it";
    const broken = "# azureml-aks:ignore cluster/kubenet";
    const unknown = "# azureml-aks:ignore cluster/kubnet -- a slip";
    const text = CLUSTER.replace("    node_count", `    ${comment}\n    node_count`).replace(
      "  identity {",
      `  ${useless}\n  ${broken}\n  ${unknown}\n  identity {`,
    );
    const { findings } = check(text);
    expect(findings.find(({ rule }) => rule === "attachment/production-size").acknowledged).toEqual({
      reason: "a trial",
      until: "2999-01-01",
    });
    expect(
      findings
        .filter(({ rule }) => rule.startsWith("acknowledgement/"))
        .map(({ rule, where }) => `${rule} ${where.line}`),
    ).toEqual(["acknowledgement/unused 20", "acknowledgement/invalid 21", "acknowledgement/invalid 22"]);
    const ended = check(text.replace("2999", "2020")).findings.find(
      ({ rule }) => rule === "attachment/production-size",
    );
    expect(ended.acknowledged).toBeUndefined();
    expect(ended.advice).toContain("ended on 2020-01-01");
  });
  it.each([
    [["--config", "a.yaml"], "--config is for a configuration"],
    [["--var", "x"], "give a name and a value"],
    [["nowhere"], "nowhere: there is no such file or folder"],
    [["."], ".: there is no Terraform in this folder (.tf or .tf.json); name the folders that have some: infra"],
  ])("refuses %j in a sentence", (args, message) => {
    const { status, stderr } = check(CLUSTER, ...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
