import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { azuremlAks, configFile, type Json, small, temporaryFolder } from "./helpers.ts";

/** Two environments that take a cluster's name for its compute, and its purpose, from `defaults`. */
function twice(): string {
  const cwd = temporaryFolder();
  const { environments } = small({ attachment: { computeName: undefined } });
  const text = stringify({
    defaults: { clusters: { scoring: { attachment: { computeName: "my_aks" } } } },
    environments: { dev: environments.dev, prod: environments.dev },
  });
  configFile(text, cwd);
  return cwd;
}

describe("findings of one cause", () => {
  it("are one in text and Markdown, with the others named, and each in JSON, under one key", () => {
    const cwd = twice();
    const text = azuremlAks(["check"], { cwd }).stdout;
    expect(text.match(/attachment\/compute-name$/gm)).toHaveLength(1);
    expect(text).toContain("    also: prod-scoring-attachment azurerm_machine_learning_inference_cluster.attachment\n");
    expect(text).toMatch(/^6 errors, /m);
    const markdown = azuremlAks(["check", "--format", "markdown"], { cwd }).stdout;
    expect(markdown.match(/\[attachment\/compute-name\]/g)).toHaveLength(1);
    const { findings } = JSON.parse(azuremlAks(["check", "--format", "json"], { cwd }).stdout);
    const found = findings.filter(({ rule }: Json) => rule === "attachment/compute-name");
    expect(found).toHaveLength(2);
    expect(found[0].group).toMatch(/^error attachment\/compute-name azureml-aks\.yaml:\d+:\d+/);
    expect(found[1].group).toBe(found[0].group);
    expect(findings.find(({ rule }: Json) => rule === "cluster/production-practice")?.group).toBeUndefined();
  });
});

it("what one rule says twice of one attribute are two things", () => {
  const cwd = temporaryFolder();
  configFile(small({ create: { nodePool: { vmSize: "Standard_B1ms", nodeCount: 3 } } }), cwd);
  const { stdout } = azuremlAks(["check"], { cwd });
  expect(stdout).toContain("Standard_B1ms is burstable");
  expect(stdout).toContain("Standard_B1ms has 1 vCPU");
});

describe("what is not known", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "tf"));
  writeFileSync(
    join(folder, "tf/main.tf"),
    `variable "nodes" {}
variable "size" {}
resource "azurerm_kubernetes_cluster" "aks" {
  name       = "aks"
  location   = "westeurope"
  dns_prefix = "aks"
  default_node_pool {
    name                        = "pool"
    vm_size                     = var.size
    node_count                  = var.nodes
    temporary_name_for_rotation = "tmp"
  }
}
resource "azurerm_machine_learning_inference_cluster" "compute" {
  name                          = "scoring"
  location                      = "westeurope"
  cluster_purpose               = "FastProd"
  kubernetes_cluster_id         = azurerm_kubernetes_cluster.aks.id
  machine_learning_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/mlw"
}
`,
  );
  it("is a line for each thing that is missing, with the rules that wait for it and how to make it known", () => {
    const { stdout } = azuremlAks(["check", "tf"], { cwd: folder });
    const lines = stdout.split("\n").filter((line) => line.includes("  unknown  var.nodes"));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /; for .*attachment\/production-nodes.* → give it with --var or --var-file, or review a plan$/,
    );
    const known = azuremlAks(["check", "tf", "--var", "nodes=3", "--var", "size=Standard_D4s_v5"], { cwd: folder });
    expect(known.stdout).not.toContain("var.nodes");
  });
  it("is each finding in JSON, under one key", () => {
    const { findings } = JSON.parse(azuremlAks(["check", "tf", "--format", "json"], { cwd: folder }).stdout);
    const waiting = findings.filter(({ message }: Json) => message.includes("var.nodes"));
    expect(waiting.length).toBeGreaterThan(1);
    expect(new Set(waiting.map(({ group }: Json) => group))).toEqual(new Set(["unknown tf var.nodes"]));
  });
});

describe("--quiet", () => {
  it("shows what decides the exit status, and counts all", () => {
    const cwd = twice();
    const whole = azuremlAks(["check"], { cwd });
    const quiet = azuremlAks(["check", "--quiet"], { cwd });
    expect(quiet.stdout).toContain("attachment/compute-name");
    expect(quiet.stdout).not.toMatch(/ (warning|note|unknown) /);
    expect(quiet.stdout.split("\n").at(-2)).toBe(whole.stdout.split("\n").at(-2));
    expect(quiet.status).toBe(whole.status);
    expect(azuremlAks(["check", "--quiet", "--fail-on", "warning"], { cwd }).stdout).toContain("attachment/legacy");
    const { findings, summary } = JSON.parse(azuremlAks(["check", "--quiet", "--format", "json"], { cwd }).stdout);
    expect(findings.every(({ level }: Json) => level === "error")).toBe(true);
    expect(summary.warning).toBeGreaterThan(0);
    configFile("environments: {}\n", cwd);
    expect(azuremlAks(["check", "--quiet", "--fail-on", "never"], { cwd }).stdout).toContain("config/invalid");
  });
});

it("explain shows the configuration before Terraform", () => {
  const { stdout } = azuremlAks(["explain", "cluster/max-pods"]);
  expect(stdout.indexOf("maxPods: 10")).toBeGreaterThan(0);
  expect(stdout.indexOf("maxPods: 10")).toBeLessThan(stdout.indexOf('"max_pods"'));
});
