import { stringify } from "yaml";
import { hasZones, regionName } from "../azure/regions.ts";

/** What is asked for a new configuration; every answer is text, as it is given. */
export interface Answers {
  readonly kind: string;
  /** yes or no. */
  readonly production: string;
  /** yes or no. */
  readonly private: string;
  readonly subscriptionId: string;
  readonly location: string;
  readonly resourceGroup: string;
  readonly workspace: string;
  readonly clusterName: string;
  readonly vmSize: string;
  /** A number. */
  readonly nodeCount: string;
  /** For a private cluster. */
  readonly subnetId: string;
  /** For an endpoint with a certificate of one's own. */
  readonly cname: string;
  readonly backend: string;
  readonly stateResourceGroup: string;
  readonly storageAccount: string;
  readonly container: string;
  readonly organization: string;
}

/** Answers that are given so far. */
export type GivenAnswers = { -readonly [K in keyof Answers]?: string };

/** A question, where it has to be asked. */
export interface Question {
  readonly text: string;
  /** What is taken where nothing is answered. */
  readonly suggestion: string | ((answers: GivenAnswers) => string);
  readonly choices?: readonly string[];
  readonly applies?: (answers: GivenAnswers) => boolean;
}

const isYes = (answer: string | undefined): boolean => answer === "yes";
const YES_OR_NO = ["yes", "no"];
const environment = ({ production }: GivenAnswers): string => (isYes(production) ? "prod" : "dev");
const hasOwnCertificate = ({ kind, production, private: isPrivate }: GivenAnswers): boolean =>
  kind === "KubernetesCompute" && (isYes(production) || isYes(isPrivate));

/** What is asked, in this order. The same names are flags. */
export const QUESTIONS: { readonly [K in keyof Answers]: Question } = {
  kind: {
    text: "kind of compute (AksCompute is out of support)",
    suggestion: "KubernetesCompute",
    choices: ["KubernetesCompute", "AksCompute"],
  },
  production: { text: "for production", suggestion: "no", choices: YES_OR_NO },
  private: { text: "private cluster and endpoint", suggestion: "no", choices: YES_OR_NO },
  subscriptionId: {
    text: "Azure subscription ID of the workspace",
    suggestion: "00000000-0000-0000-0000-000000000000",
  },
  location: { text: "Azure region", suggestion: "westeurope" },
  resourceGroup: {
    text: "resource group of the workspace and the cluster",
    suggestion: (answers) => `rg-ml-${environment(answers)}`,
  },
  workspace: {
    text: "name of the Azure Machine Learning workspace",
    suggestion: (answers) => `mlw-${environment(answers)}`,
  },
  clusterName: { text: "name of the new AKS cluster", suggestion: (answers) => `aks-ml-${environment(answers)}` },
  vmSize: { text: "VM size of its nodes", suggestion: "Standard_D4s_v5" },
  nodeCount: { text: "number of nodes", suggestion: ({ production }) => (isYes(production) ? "3" : "1") },
  subnetId: {
    text: "resource ID of the nodes' subnet",
    suggestion: ({ subscriptionId }) =>
      `/subscriptions/${subscriptionId}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet-ml/subnets/snet-aks`,
    applies: (answers) => isYes(answers.private),
  },
  cname: { text: "domain name of the endpoint", suggestion: "ml.contoso.com", applies: hasOwnCertificate },
  backend: {
    text: "where Terraform keeps its states",
    suggestion: "local",
    choices: ["local", "azurerm", "cloud"],
  },
  stateResourceGroup: {
    text: "resource group of the storage account of the states",
    suggestion: "rg-tfstate",
    applies: ({ backend }) => backend === "azurerm",
  },
  storageAccount: {
    text: "storage account of the states",
    suggestion: "sttfstate",
    applies: ({ backend }) => backend === "azurerm",
  },
  container: {
    text: "blob container of the states",
    suggestion: "tfstate",
    applies: ({ backend }) => backend === "azurerm",
  },
  organization: {
    text: "HCP Terraform organization",
    suggestion: "contoso",
    applies: ({ backend }) => backend === "cloud",
  },
};

/** The answers, completed by suggestions where there is none. */
export function completeAnswers(given: GivenAnswers): Answers {
  const answers: GivenAnswers = {};
  for (const [name, { suggestion }] of Object.entries(QUESTIONS) as [keyof Answers, Question][])
    answers[name] = given[name] ?? (typeof suggestion === "string" ? suggestion : suggestion(answers));
  return answers as Answers;
}

/** A commented configuration for a new cluster on an existing workspace. `schema` is the path of its JSON Schema. */
export function starterConfig(answers: Answers, schema: string): string {
  return [
    schemaLine(schema),
    "# AKS clusters for Azure Machine Learning: `azureml-aks check` judges this file, `azureml-aks deploy` applies it.",
    "# docs/configuration.md of the package has every key. `defaults` is merged into every environment.",
    "defaults:",
    `  subscriptionId: ${value(answers.subscriptionId)}`,
    `  location: ${value(answers.location)}`,
    "  # tags: { team: ml-platform }",
    `  backend: ${backend(answers)}`,
    "",
    "environments:",
    `  ${environment(answers)}:`,
    `    workspace: { resourceGroup: ${value(answers.resourceGroup)}, name: ${value(answers.workspace)} } # is there; create: { resourceGroup, name } makes one`,
    "    clusters:",
    "      ml:",
    ...indented(8, [...create(answers), ...attachment(answers)]),
    "",
  ].join("\n");
}

/** What gives editors completion and documentation, as the first line. */
export function schemaLine(schema: string): string {
  return `# yaml-language-server: $schema=${schema}`;
}

function backend(answers: Answers): string {
  switch (answers.backend) {
    case "azurerm":
      return `{ azurerm: { resourceGroup: ${value(answers.stateResourceGroup)}, storageAccount: ${value(answers.storageAccount)}, container: ${value(answers.container)} } } # a blob for each stack`;
    case "cloud":
      return `{ cloud: { organization: ${value(answers.organization)} } } # HCP Terraform, a workspace for each stack`;
    default:
      return "{ local: {} } # a file for each stack, beside this one; azurerm and cloud are for teams";
  }
}

function create(answers: Answers): string[] {
  const isProduction = isYes(answers.production);
  const isPrivate = isYes(answers.private);
  const pool = [
    `vmSize: ${value(answers.vmSize)}`,
    `nodeCount: ${/^\d+$/.test(answers.nodeCount) ? Number(answers.nodeCount) : value(answers.nodeCount)} # or minCount and maxCount, for autoscaling`,
    ...placement(answers),
  ];
  return [
    "create: # or existing: { resourceGroup, name }, for a cluster that is there",
    ...indented(2, [
      `resourceGroup: ${value(answers.resourceGroup)}`,
      `name: ${value(answers.clusterName)}`,
      '# kubernetesVersion: "1.35" # left out: the AKS default version of the day',
      ...(isProduction ? ["tier: Standard", "automaticUpgrade: patch"] : []),
      ...(isProduction ? systemPool(answers) : []),
      ...(isProduction ? ["nodePools:", "  models: # what Azure ML runs on"] : ["nodePool:"]),
      ...indented(isProduction ? 4 : 2, pool),
      ...(isPrivate
        ? [
            "network: { serviceCidr: 10.240.0.0/16, dnsServiceIp: 10.240.0.10 } # used by no network that this one reaches",
            "apiServer: { private: true } # who applies the stacks must reach its network",
          ]
        : []),
      ...(isProduction && answers.kind === "KubernetesCompute"
        ? ["entraId: { azureRbac: true, localAccountDisabled: true } # the workspace comes in by Trusted Access"]
        : []),
    ]),
  ];
}

/** For what the cluster itself needs. */
function systemPool(answers: Answers): string[] {
  const own = ["vmSize: Standard_D4s_v5", "nodeCount: 3", "criticalAddonsOnly: true", ...placement(answers)];
  return ["nodePool: # what the cluster itself needs", ...indented(2, own)];
}

/** Where nodes are. */
function placement(answers: Answers): string[] {
  const zones = isYes(answers.production) && hasZones(regionName(answers.location)) !== false;
  return [
    ...(zones ? ['zones: ["1", "2", "3"]'] : []),
    ...(isYes(answers.private) ? [`subnetId: ${value(answers.subnetId)}`] : []),
  ];
}

function attachment(answers: Answers): string[] {
  const isPrivate = isYes(answers.private);
  const isProduction = isYes(answers.production);
  const purpose = isProduction ? "FastProd # or DenseProd" : "DevTest # FastProd and DenseProd need 12 vCPUs or more";
  const own = [`cname: ${value(answers.cname)}`, "certificate: { variables: true } # or { keyVault: ... }"];
  const tls = hasOwnCertificate(answers) ? ["tls:", ...indented(2, own)] : [];
  const name = `computeName: ml-${environment(answers)}`;
  const common = [name, `clusterPurpose: ${purpose}`];
  if (answers.kind === "AksCompute") {
    const subnet = answers.subnetId.slice(answers.subnetId.lastIndexOf("/") + 1);
    return [
      "attachment:",
      ...indented(2, [
        "kind: AksCompute # out of support: KubernetesCompute is the current kind",
        ...common,
        ...(isPrivate ? [`loadBalancer: { type: InternalLoadBalancer, subnet: ${value(subnet)} }`] : []),
        ...(isPrivate ? [] : ["# tls: { leafDomainLabel: contoso } # a certificate from Microsoft"]),
      ]),
    ];
  }
  const http = tls.length > 0 ? [] : ["allowInsecureConnections: true # HTTP, for development; without it, give tls"];
  return [
    "attachment:",
    ...indented(2, [
      "kind: KubernetesCompute",
      ...common,
      "identity: { systemAssigned: true } # give it the roles that jobs need, on storage accounts and registries",
      "extension:",
      ...indented(2, [
        "enableTraining: true",
        "enableInference: true",
        "inferenceRouterServiceType: loadBalancer",
        ...http,
      ]),
      ...(isPrivate ? ["loadBalancer: { type: InternalLoadBalancer }"] : []),
      ...tls,
    ]),
  ];
}

function value(text: string): string {
  return stringify(text, {
    lineWidth: 0,
    defaultStringType: /^[\w./ -]+$/.test(text) ? "PLAIN" : "QUOTE_DOUBLE",
  }).trim();
}

function indented(columns: number, lines: readonly string[]): string[] {
  return lines.map((line) => `${" ".repeat(columns)}${line}`);
}

/** What `cdktf` needs beside the configuration: the name of each file, and what is in it. */
export const CDKTF_FILES: Readonly<Record<string, string>> = {
  "cdktf.json": `${JSON.stringify(
    {
      language: "typescript",
      app: "node main.mjs",
      output: "cdktf.out",
      projectId: "00000000-0000-0000-0000-000000000000",
      sendCrashReports: "false",
      terraformProviders: [],
      terraformModules: [],
      context: {},
    },
    undefined,
    2,
  )}\n`,
  "main.mjs": `// What cdktf runs: azureml-aks judges azureml-aks.yaml, or the file that AZUREML_AKS_CONFIG names, and writes its stacks.
import { spawnSync } from "node:child_process";

const { status } = spawnSync("npx --no-install azureml-aks synth", { stdio: "inherit", shell: true });
process.exitCode = status ?? 2;
`,
  ".gitignore": `node_modules/
cdktf.out/
cdktf.log
.terraform/
*.tfstate
*.tfstate.*
`,
};
