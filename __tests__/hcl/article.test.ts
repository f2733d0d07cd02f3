import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { assessHcl, type HclOptions } from "../../assess/assess-hcl.ts";
import { FORMAT_NAMES, rendererOf } from "../../report/formats.ts";
import type { Report } from "../../report/report.ts";
import { temporaryFolder } from "../helpers.ts";

const FOLDER = join(import.meta.dirname, "article");
const TODAY = "2026-11-26";

const check = (options: HclOptions): Promise<Report> => assessHcl(options, TODAY);

/** Comments say what is found in the line below them. */
function expected(text: string): string[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const [, rule, level] = /# finds: (\S+) (\w+)/.exec(line) ?? [];
    if (rule === undefined) return [];
    const below = lines.findIndex((each, at) => at > index && !each.includes("# finds:"));
    const column = (lines[below] as string).search(/\S/) + 1;
    return [`${rule} ${level} ${below + 1}:${column}`];
  });
}

it.each(readdirSync(FOLDER))("what readers of the article copy has findings at their lines: %s", async (name) => {
  const { findings } = await check({ paths: [join(FOLDER, name)] });
  const found = findings
    .filter(({ verdict }) => verdict === "fail")
    .map(({ rule, level, where }) => `${rule} ${level} ${where.line}:${where.column}`);
  const wanted = expected(readFileSync(join(FOLDER, name, "main.tf"), "utf8"));
  expect(wanted.length).toBeGreaterThan(0);
  expect(found).toEqual(expect.arrayContaining(wanted));
  for (const { where } of findings) expect(where.file).toBe(`__tests__/hcl/article/${name}/main.tf`);
});

it("no format repeats the key that is written in clear", async () => {
  const report = await check({ paths: [join(FOLDER, "key")] });
  for (const format of FORMAT_NAMES)
    expect(await (await rendererOf(format))(report, { colour: false }), format).not.toMatch(
      /EXAMPLEEXAMPLE|MIIBEXAMPLE/,
    );
});

it("every format has the line", async () => {
  const report = await check({ paths: [join(FOLDER, "ranges")] });
  const file = "__tests__/hcl/article/ranges/main.tf";
  const places: Record<string, RegExp> = {
    text: new RegExp(`^${file}:29:5 +error +cluster/authorized-ranges-azureml$`, "m"),
    json: /"line": 29,\s+"column": 5/,
    markdown: /ranges\/main\S*29/,
    sarif: /"startLine": 29,\s+"startColumn": 5/,
    junit: /main\.tf:29:5|line="29"/,
    html: /main\.tf:29:5/,
    github: /^::error file=\S*main\.tf,line=29,col=5/m,
    "azure-devops": /sourcepath=\S*main\.tf;linenumber=29;columnnumber=5/,
  };
  expect(Object.keys(places).sort()).toEqual([...FORMAT_NAMES].sort());
  for (const format of FORMAT_NAMES)
    expect(await (await rendererOf(format))(report, { colour: false }), format).toMatch(places[format] as RegExp);
});

it("values of files of variables count in their order, and those of sensitive variables are never shown", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "infra"));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  write(
    "infra/main.tf",
    `
variable "size" {}
variable "label" { sensitive = true }
variable "nodes" { type = number }
moved {
  from = azurerm_kubernetes_cluster.old
  to   = azurerm_kubernetes_cluster.aks
}
resource "azurerm_kubernetes_cluster" "aks" {
  name                = "aks"
  location            = "westeurope"
  resource_group_name = "rg"
  dns_prefix          = "aks"
  default_node_pool {
    name       = "pool"
    vm_size    = var.size
    node_count = var.nodes
  }
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_machine_learning_inference_cluster" "a" {
  name                          = "scoring"
  location                      = "westeurope"
  cluster_purpose               = "FastProd"
  kubernetes_cluster_id         = azurerm_kubernetes_cluster.aks.id
  machine_learning_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/mlw"
  ssl {
    leaf_domain_label = var.label
  }
}
`,
  );
  const files = [
    write("one.tfvars", 'size = "Standard_D16s_v5"\nnodes = 1\nlabel = "-hunter2-"\n'),
    write("two.tfvars.json", '{"size": "Standard_DS2_v2"}'),
  ];
  const of = async (variables: Record<string, string>): Promise<string> => {
    const report = await check({ paths: [join(folder, "infra")], variableFiles: files, variables });
    const all = JSON.stringify(report.findings);
    expect(all).not.toContain("hunter2");
    return report.findings.find(({ rule }) => rule === "attachment/production-size")?.message ?? "";
  };
  expect(await of({})).toMatch(/^1 x Standard_DS2_v2 = 2 vCPUs/);
  expect(await of({ nodes: "5" })).toMatch(/^5 x Standard_DS2_v2 = 10 vCPUs/);
  expect(await of({ nodes: "5", size: "Standard_D4s_v5" })).toBe("");
});
