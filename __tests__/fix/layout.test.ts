import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { configSource } from "../../fix/config-source.ts";
import { hclSource } from "../../fix/hcl-source.ts";
import { fixAll, provenFix } from "../../fix/prove.ts";
import { temporaryFolder } from "../helpers.ts";
import { TODAY } from "../rules/outcome.ts";

/** A configuration around a cluster and its attachment, as they are written. */
const configuration = (create: string, attachment = ATTACHMENT, defaults = ""): string =>
  `${defaults}environments:
  prod:
    subscriptionId: "00000000-0000-0000-0000-000000000000"
    location: westeurope
    workspace: { resourceGroup: rg, name: mlw }
    clusters:
      scoring:
        create:
          resourceGroup: rg
          name: aks
${create}        attachment:
${attachment}`;

const NODES = "          nodePool: { vmSize: Standard_D4s_v5, nodeCount: 3 }\n";
const ATTACHMENT = "          kind: AksCompute\n          computeName: scoring\n          clusterPurpose: FastProd\n";

/** What `fix` makes of a configuration, by the findings of one rule. */
function fixedConfig(text: string, rule: string): string {
  const { files } = fixAll(configSource("a.yaml", text, { today: TODAY }), (finding) => finding.rule === rule);
  return files[0]?.after ?? text;
}

describe("a configuration that is fixed keeps comments and layout", () => {
  const cases: [shows: string, rule: string, before: string, after: string][] = [
    [
      "a value with a comment behind it, in lines",
      "attachment/production-nodes",
      configuration(
        "          nodePool:\n            vmSize: Standard_D16s_v5 # size\n            nodeCount: 1   # few\n\n",
      ),
      configuration(
        "          nodePool:\n            vmSize: Standard_D16s_v5 # size\n            nodeCount: 3   # few\n\n",
      ),
    ],
    [
      "a value in braces",
      "attachment/production-nodes",
      configuration("          nodePool: {vmSize: Standard_D16s_v5,nodeCount: 1} # one\n"),
      configuration("          nodePool: {vmSize: Standard_D16s_v5,nodeCount: 3} # one\n"),
    ],
    [
      "quotation marks",
      "cluster/dns-prefix",
      configuration(`${NODES}          dnsPrefix: 'aks-'\n`),
      configuration(`${NODES}          dnsPrefix: 'aks'\n`),
    ],
    [
      "a version stays text",
      "cluster/upgrade-channel",
      configuration(`${NODES}          automaticUpgrade: patch\n          kubernetesVersion: 1.35.1\n`),
      configuration(`${NODES}          automaticUpgrade: patch\n          kubernetesVersion: "1.35"\n`),
    ],
    [
      "a key that is added, before the comment of what comes next",
      "cluster/network-policy",
      configuration(
        `${NODES}          network:\n            dataPlane: cilium\n            # inside\n          # the next\n          tier: Standard\n`,
      ),
      configuration(
        `${NODES}          network:\n            dataPlane: cilium\n            mode: overlay\n            # inside\n          # the next\n          tier: Standard\n`,
      ),
    ],
    [
      "a key that is added in braces",
      "cluster/network-policy",
      configuration(`${NODES}          network: { dataPlane: cilium }\n`),
      configuration(`${NODES}          network: { dataPlane: cilium, mode: overlay }\n`),
    ],
    [
      "keys that are added with what holds them",
      "attachment/compute-identity",
      configuration(
        NODES,
        "          kind: KubernetesCompute\n          computeName: ml\n          namespace: ml\n          extension: { enableTraining: true }\n",
      ),
      configuration(
        NODES,
        "          kind: KubernetesCompute\n          computeName: ml\n          namespace: ml\n          extension: { enableTraining: true }\n          identity:\n            systemAssigned: true\n",
      ),
    ],
    [
      "a list that goes, with its comments, and the key before it",
      "cluster/authorized-ranges-private",
      configuration(
        `${NODES}          apiServer:\n            private: true # so\n            authorizedIpRanges:\n              - 203.0.113.0/24 # office\n          # behind\n          tier: Standard\n`,
      ),
      configuration(
        `${NODES}          apiServer:\n            private: true # so\n          # behind\n          tier: Standard\n`,
      ),
    ],
    [
      "an item of a list",
      "cluster/authorized-ranges-private",
      configuration(
        `${NODES}          apiServer:\n            includeAzureMachineLearning: true\n            authorizedIpRanges:\n              - 203.0.113.7/24 # office\n              - 198.51.100.0/24\n`,
      ),
      configuration(
        `${NODES}          apiServer:\n            includeAzureMachineLearning: true\n            authorizedIpRanges:\n              - 203.0.113.0/24 # office\n              - 198.51.100.0/24\n`,
      ),
    ],
  ];
  it.each(cases)("%s", (_, rule, before, after) => {
    expect(fixedConfig(before, rule)).toBe(after);
    expect(fixedConfig(before.replaceAll("\n", "\r\n"), rule)).toBe(after.replaceAll("\n", "\r\n"));
  });
  it("changes what stands in defaults, or behind an anchor, where it is written", () => {
    const defaults = `defaults:
  clusters:
    scoring:
      attachment: { kind: AksCompute, computeName: scoring-1, clusterPurpose: FastProd } # for all
`;
    const inDefaults = configuration(NODES, "          tags: { a: b }\n", defaults);
    expect(fixedConfig(inDefaults, "attachment/compute-name-future")).toBe(inDefaults.replace("scoring-1", "scoring1"));
    const anchored = configuration(
      "          nodePool: { vmSize: Standard_D16s_v5, nodeCount: &few 1, maxPods: 110 }\n          nodePools: { cpu: { vmSize: Standard_D16s_v5, nodeCount: *few } }\n",
    );
    expect(fixedConfig(anchored, "attachment/production-nodes")).toBe(anchored.replace("&few 1", "&few 2"));
  });
});

const CLUSTER = (inside: string, rest = ""): string => `resource "azurerm_kubernetes_cluster" "aks" {
  name                = "aks" # its name
  location            = "westeurope"
  resource_group_name = "rg"
  dns_prefix          = "aks"

  default_node_pool {
    name                        = "agentpool"
    vm_size                     = "Standard_D4s_v5"
    node_count                  = 3
    temporary_name_for_rotation = "tmp"
  }
  identity {
    type = "SystemAssigned"
  }
${inside}}
${rest}`;

/** What `fix` makes of files of Terraform, by the findings of one rule. */
async function fixedTerraform(files: Record<string, string>, rule: string): Promise<Record<string, string>> {
  const root = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const source = await hclSource({ paths: [root] }, TODAY);
  const result = fixAll(source, (finding) => finding.rule === rule);
  return {
    ...files,
    ...Object.fromEntries(result.files.map(({ file, after }) => [file.slice(root.length + 1), after])),
  };
}

describe("Terraform that is fixed keeps comments and layout", () => {
  const cases: [shows: string, rule: string, before: Record<string, string>, after: Record<string, string>][] = [
    [
      "a value",
      "cluster/standard-load-balancer",
      {
        "main.tf": CLUSTER(
          '  network_profile {\n    network_plugin    = "azure"\n    load_balancer_sku = "basic" # old\n  }\n',
        ),
      },
      {
        "main.tf": CLUSTER(
          '  network_profile {\n    network_plugin    = "azure"\n    load_balancer_sku = "standard" # old\n  }\n',
        ),
      },
    ],
    [
      "an argument that is added below another",
      "cluster/workload-identity-issuer",
      { "main.tf": CLUSTER("  workload_identity_enabled = true # on\n") },
      { "main.tf": CLUSTER("  workload_identity_enabled = true # on\n  oidc_issuer_enabled       = true\n") },
    ],
    [
      "a block of one line that gets another argument",
      "cluster/kubenet",
      { "main.tf": CLUSTER('  network_profile { network_plugin = "kubenet" } # net\n') },
      {
        "main.tf": CLUSTER(
          '  network_profile {\n    network_plugin = "azure"\n    network_plugin_mode = "overlay"\n  } # net\n',
        ),
      },
    ],
    [
      "a block that goes",
      "cluster/outbound-path",
      {
        "main.tf": CLUSTER(
          '  network_profile {\n    network_plugin = "azure"\n    # ports\n    nat_gateway_profile {\n      idle_timeout_in_minutes = 10\n    }\n  }\n',
        ),
      },
      { "main.tf": CLUSTER('  network_profile {\n    network_plugin = "azure"\n    # ports\n  }\n') },
    ],
    [
      "the default of a variable, and a local value",
      "cluster/max-pods",
      {
        "main.tf": CLUSTER("").replace("node_count  ", "max_pods = local.pods\n    node_count  "),
        "locals.tf": "locals {\n  pods = var.pods\n}\n",
        "variables.tf": 'variable "pods" {\n  default = 5 # each\n}\n',
      },
      {
        "main.tf": CLUSTER("").replace("node_count  ", "max_pods = local.pods\n    node_count  "),
        "locals.tf": "locals {\n  pods = var.pods\n}\n",
        "variables.tf": 'variable "pods" {\n  default = 30 # each\n}\n',
      },
    ],
    [
      "a value of terraform.tfvars",
      "cluster/max-pods",
      {
        "main.tf": `${CLUSTER("").replace("node_count  ", "max_pods = var.pods\n    node_count  ")}variable "pods" {}\n`,
        "terraform.tfvars": "pods = 5 # each\n",
      },
      {
        "main.tf": `${CLUSTER("").replace("node_count  ", "max_pods = var.pods\n    node_count  ")}variable "pods" {}\n`,
        "terraform.tfvars": "pods = 30 # each\n",
      },
    ],
    [
      "what the call of a module gives",
      "cluster/max-pods",
      {
        "main.tf": 'module "aks" {\n  source = "./aks"\n  pods   = 5 # each\n}\n',
        "aks/main.tf": `${CLUSTER("").replace("node_count  ", "max_pods = var.pods\n    node_count  ")}variable "pods" {}\n`,
      },
      {
        "main.tf": 'module "aks" {\n  source = "./aks"\n  pods   = 30 # each\n}\n',
        "aks/main.tf": `${CLUSTER("").replace("node_count  ", "max_pods = var.pods\n    node_count  ")}variable "pods" {}\n`,
      },
    ],
    [
      "nothing, where a value is computed",
      "cluster/max-pods",
      { "main.tf": CLUSTER("").replace("node_count  ", "max_pods = 2 + 3\n    node_count  ") },
      { "main.tf": CLUSTER("").replace("node_count  ", "max_pods = 2 + 3\n    node_count  ") },
    ],
    [
      "nothing in a module that was fetched",
      "cluster/max-pods",
      {
        "main.tf": 'module "aks" {\n  source = "Azure/aks/azurerm"\n}\n',
        ".terraform/modules/modules.json": '{"Modules":[{"Key":"aks","Dir":".terraform/modules/aks"}]}',
        ".terraform/modules/aks/main.tf": CLUSTER("").replace("node_count  ", "max_pods = 5\n    node_count  "),
      },
      {
        "main.tf": 'module "aks" {\n  source = "Azure/aks/azurerm"\n}\n',
        ".terraform/modules/modules.json": '{"Modules":[{"Key":"aks","Dir":".terraform/modules/aks"}]}',
        ".terraform/modules/aks/main.tf": CLUSTER("").replace("node_count  ", "max_pods = 5\n    node_count  "),
      },
    ],
  ];
  it.each(cases)("%s", async (_, rule, before, after) => {
    expect(await fixedTerraform(before, rule)).toEqual(after);
  });
});

describe("a fix as an editor asks for it", () => {
  it("is proven for one finding, in the text that is not saved yet", () => {
    const saved = configuration(NODES);
    const source = configSource("a.yaml", saved, { today: TODAY });
    expect(source.judge().report.findings.filter(({ level }) => level === "error")).toEqual([]);
    const open = configuration(`${NODES}          dnsPrefix: aks-\n`);
    const judged = source.judge(new Map([["a.yaml", open]]));
    const finding = judged.report.findings.find(({ rule }) => rule === "cluster/dns-prefix");
    expect(finding && provenFix(source, judged, finding)).toMatchObject({
      description: "set create.dnsPrefix to aks",
      edits: [{ file: "a.yaml", line: 12, column: 22, endLine: 12, endColumn: 26, text: "aks" }],
    });
    const other = judged.report.findings.find(({ rule }) => rule === "attachment/legacy");
    expect(other && provenFix(source, judged, other)).toBeUndefined();
  });
  it("is proven beside files that are not saved yet, or are on no disk", async () => {
    const root = temporaryFolder();
    writeFileSync(join(root, "main.tf"), CLUSTER(""));
    const source = await hclSource({ paths: [root] }, TODAY);
    const open = new Map([
      [`${root}/main.tf`, CLUSTER("").replace("node_count  ", "max_pods = var.pods\n    node_count  ")],
      [`${root}/new.tf`, 'variable "pods" {\n  default = 5\n}\n'],
    ]);
    const judged = source.judge(open);
    const finding = judged.report.findings.find(({ rule }) => rule === "cluster/max-pods");
    expect(finding && provenFix(source, judged, finding)?.edits).toMatchObject([{ line: 2, column: 13, text: "30" }]);
  });
});

it("what a rule proposes is no fix where another rule refuses it", () => {
  // The wider range that the nodes need meets the range of the services.
  const network =
    "          network: { mode: overlay, podCidr: 10.241.0.0/24, serviceCidr: 10.240.128.0/17, dnsServiceIp: 10.240.128.10 }\n";
  const free = configuration(
    `          nodePool: { vmSize: Standard_D4s_v5, nodeCount: 200 }\n${network.replace("10.241.", "10.100.")}`,
  );
  expect(fixedConfig(free, "cluster/address-capacity")).toContain("podCidr: 10.100.0.0/16");
  const taken = free.replace("10.100.0.0/24", "10.240.0.0/24");
  expect(fixedConfig(taken, "cluster/address-capacity")).toBe(taken);
});
