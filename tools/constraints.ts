import { RULES } from "../rules/catalogue.ts";
import { PHASES_SHORT } from "../rules/phases.ts";
import { cell } from "./rule-pages.ts";

const ARTICLE = "https://learn.microsoft.com/azure/machine-learning/v1/how-to-create-attach-kubernetes";

export interface Constraint {
  /** What the article says, in short. */
  readonly says: string;
  /** Ids of the rules that enforce it. */
  readonly rules?: readonly string[];
  /** Name of the test that shows that what is synthesized cannot break it. */
  readonly byDesign?: string;
  /** Why it cannot be checked, or need not be. */
  readonly reason?: string;
}

/** Every constraint of the source article, in its order. */
export const CONSTRAINTS: readonly Constraint[] = [
  {
    says: "The workspace must exist",
    byDesign: "finds the workspace by a data source and the cluster by the ID that the configuration gives",
  },
  {
    says: "CLI extension, Python SDK or VS Code extension are needed",
    reason: "They are not needed here: Terraform does the work.",
  },
  {
    says: "To secure traffic in a virtual network, read the article on network isolation first",
    reason: "An advice to read.",
  },
  {
    says: "Creating gives a Basic load balancer, a Standard one must be attached",
    rules: ["cluster/standard-load-balancer"],
  },
  {
    says: "A policy that forbids public IPs makes creating fail",
    rules: ["cluster/outbound-path", "cluster/inbound-public-ip"],
  },
  {
    says: "Egress may be locked down, except for some names",
    reason: "The names are rules of a firewall, which Terraform need not know.",
    rules: ["cluster/outbound-path"],
  },
  {
    says: "The way out is a public IP of the load balancer, or a firewall behind a user-defined route",
    rules: ["cluster/outbound-path"],
  },
  {
    says: "The control plane talks to the API server, never to that public IP",
    reason: "A statement, which asks for nothing.",
    rules: ["cluster/authorized-ranges-azureml"],
  },
  { says: "Authorized IP ranges include those of the control plane", rules: ["cluster/authorized-ranges-azureml"] },
  { says: "They are those of both regions of the pair", rules: ["cluster/authorized-ranges-azureml"] },
  {
    says: "Without access to the API server, no pods can be deployed",
    rules: ["cluster/authorized-ranges-azureml", "cluster/authorized-ranges-egress"],
  },
  { says: "Authorized IP ranges need a Standard load balancer", rules: ["cluster/authorized-ranges-standard-lb"] },
  { says: "Cluster and workspace are in one subscription", rules: ["attachment/same-subscription"] },
  { says: "A private cluster is created first, then attached", byDesign: "declare the order in which they apply" },
  {
    says: "The compute name: unique, 3 to 24 characters",
    rules: ["attachment/compute-name", "attachment/compute-name-unique"],
  },
  {
    says: "GPU and FPGA models need a cluster made of that size; a second pool is no target",
    rules: ["cluster/serving-pool"],
  },
  { says: "No purpose means production", rules: ["attachment/purpose-stated"] },
  { says: "DevTest is not for production traffic", rules: ["attachment/dev-test-traffic"] },
  { says: "Production needs 12 vCPUs", rules: ["attachment/production-size"] },
  { says: "DevTest needs 2 vCPUs", rules: ["attachment/dev-test-size"] },
  { says: "Only the number of nodes can be scaled, not their size", rules: ["cluster/rotation-name"] },
  { says: "Nothing that Azure ML made is edited through YAML", rules: ["kubernetes/azureml-owned"] },
  { says: "Creating is not idempotent", rules: ["attachment/adopt"] },
  { says: "Nor are ARM templates", rules: ["attachment/adopt"] },
  { says: "Creating gives no choice of the Kubernetes version", byDesign: "that is not given has no condition" },
  { says: "A version out of support cannot be attached", rules: ["cluster/kubernetes-version"] },
  { says: "Preview versions carry no service level agreement", rules: ["cluster/kubernetes-version"] },
  {
    says: "How to look up the default version",
    rules: ["cluster/kubernetes-version"],
  },
  {
    says: "Creating takes 10 minutes, attaching 5",
    byDesign: "explain one: the fact, why, where it is enforced, how to acknowledge it, and examples",
  },
  { says: "A deleted cluster must be created again", byDesign: "destroying is refused" },
  {
    says: "Parameters for an existing virtual network",
    rules: ["cluster/service-cidr", "cluster/vnet-set", "cluster/network-contributor"],
  },
  { says: "Creating by the CLI", byDesign: "azureml SDK v1, provisioning_configuration" },
  { says: "Cluster and workspace may be in different regions", rules: ["attachment/region"] },
  {
    says: "A cluster is never attached twice",
    rules: ["attachment/one-per-cluster", "attachment/create-before-destroy"],
  },
  { says: "Detach before attaching again", rules: ["attachment/create-before-destroy"] },
  { says: "Attach as DevTest with fewer than 12 vCPUs", rules: ["attachment/production-size"] },
  { says: "Attaching takes the cluster's resource ID", byDesign: "is read, and attached in a stack of its own" },
  { says: "TLS is enabled when creating or attaching", byDesign: "enable_ssl" },
  { says: "Microsoft's certificate by a leaf domain label", rules: ["tls/leaf-domain-label"] },
  {
    says: "A certificate of one's own: certificate, key and name",
    rules: ["tls/certificate-complete", "tls/one-source"],
  },
  { says: "The DNS record of one's own domain is one's own to make", rules: ["tls/dns-record"] },
  {
    says: "With an internal load balancer, endpoints are private",
    byDesign: "asks for the load balancer at attach time",
  },
  { says: "Asked for when creating", rules: ["load-balancer/internal-from-the-start"] },
  {
    says: "Asked for when attaching, with its subnet",
    rules: ["load-balancer/internal-from-the-start", "load-balancer/subnet-needs-internal"],
  },
  { says: "No TLS termination at an internal load balancer", rules: ["tls/internal-load-balancer"] },
  {
    says: "Detaching does not delete the cluster",
    byDesign: "is what azurerm would send, and detaches when it is destroyed",
  },
  { says: "Detaching by the CLI", byDesign: "az ml computetarget detach: destroying the stack" },
  {
    says: "Updates of the components are manual: detach and attach again",
    byDesign: "has its trigger from the first apply on, and a new value replaces the attachment once",
  },
  { says: "Certificate and key are given again when attaching again", byDesign: "and keeps it nowhere" },
  {
    says: "A lost certificate is in the secret azuremlfessl",
    byDesign: "is read, decoded by the provider, and used",
    rules: ["tls/secret-shape"],
  },
  {
    says: "Debugging is by kubectl",
    byDesign: "the outputs give the ID and the command for kubectl, never a kubeconfig",
  },
  {
    says: "The attach configuration is validated before attaching",
    byDesign: "gives all of them in one run, each with its line",
  },
];

/** docs/constraints.md: each constraint, its rule, and where it is enforced. */
export function constraintsPage(): string {
  const rows = CONSTRAINTS.map(({ says, rules = [], byDesign, reason }, index) => {
    const links = rules.map((id) => `[${id}](rules/${id}.md)`);
    const how = [...links, ...(byDesign ? [`by design: "${byDesign}"`] : []), ...(reason ? [reason] : [])].join("; ");
    return `| C${String(index + 1).padStart(2, "0")} | ${cell(says)} | ${cell(how)} | ${whereEnforced({ says, rules, byDesign, reason })} |`;
  });
  return `<!-- Written by \`npm run docs\` from tools/constraints.ts. -->
# Documented constraints, and where they are enforced

Every constraint of Microsoft's article [Create and attach an Azure Kubernetes Service cluster](${ARTICLE}), in its order. A rule names
its own source, which may be a later document. "By design" names the test that shows that what is synthesized cannot break it.

| | constraint | rule | enforced |
|---|---|---|---|
${rows.join("\n")}
`;
}

function whereEnforced({ rules = [], byDesign }: Constraint): string {
  const phases = new Set(rules.flatMap((id) => RULES.find((rule) => rule.id === id)?.phases ?? []));
  const names = (["synthesis", "plan", "apply"] as const)
    .filter((phase) => phases.has(phase))
    .map((phase) => PHASES_SHORT[phase]);
  if (byDesign) names.unshift("synthesis");
  return names.length > 0 ? [...new Set(names)].join(", ") : "nowhere";
}
