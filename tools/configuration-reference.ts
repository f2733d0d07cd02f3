import { ConfigSchema } from "../config/schema.ts";
import { CONFIGURATION_EXAMPLES } from "./configuration-examples.ts";

interface Node {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly const?: string;
  readonly properties?: Record<string, Node>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
}

/** Parts that have a section of their own, below an environment; the others stand where they are used. */
const SECTIONS: readonly (readonly [title: string, path: string])[] = [
  ["An environment", ""],
  ["Where states are kept", "backend"],
  ["Workspace", "workspace"],
  ["New workspace", "workspace.create"],
  ["Clusters", "clusters.<cluster>"],
  ["New cluster", "clusters.<cluster>.create"],
  ["Node pool", "clusters.<cluster>.create.nodePool"],
  ["Further node pools", "clusters.<cluster>.create.nodePools.<pool>"],
  ["Network", "clusters.<cluster>.create.network"],
  ["API server", "clusters.<cluster>.create.apiServer"],
  ["Maintenance windows", "clusters.<cluster>.create.maintenanceWindows"],
  ["KubernetesCompute", "clusters.<cluster>.attachment kind=KubernetesCompute"],
  ["The Azure ML extension", "clusters.<cluster>.attachment kind=KubernetesCompute.extension"],
  ["TLS of a KubernetesCompute", "clusters.<cluster>.attachment kind=KubernetesCompute.tls"],
  ["AksCompute", "clusters.<cluster>.attachment kind=AksCompute"],
  ["TLS of an AksCompute", "clusters.<cluster>.attachment kind=AksCompute.tls"],
];

/** Every key of the configuration, from the schema that validates, by section. */
export function configurationReference(): string {
  const root = ConfigSchema.toJSONSchema({ io: "input" }) as Node;
  const environment = root.properties?.environments?.additionalProperties as Node;
  const contents = SECTIONS.map(([title]) => `- [${title}](#${anchor(title)})`).join("\n");
  return `<!-- Written by \`npm run docs\` from config/schema.ts and tools/configuration-examples.ts. -->
# Configuration

One YAML file, \`azureml-aks.yaml\`. \`--config FILE\` or \`AZUREML_AKS_CONFIG\` names another one, \`--config -\` is standard input.
\`azureml-aks init\` writes one to start from; its first line gives editors completion and the text of this page.

${CONFIGURATION_EXAMPLES.whole}
- \`defaults\` takes any key of an environment and is merged into every one; required keys may come from there. Maps merge deeply,
  lists are replaced, and \`null\` removes a default. \`backend\`, \`workspace\`, \`create\`, \`existing\`, \`tls\` and its \`certificate\` are
  choices and are replaced whole.
- An environment and a cluster have a name of your own: 1 to 38 letters, digits, hyphens and underscores.
- Everything in the file is data: \`\${...}\` in it is text, and no variable is expanded.
- Anchors (\`&name\`), aliases (\`*name\`) and merge keys (\`<<: *name\`) do what they do in YAML. Keys at the top level that
  start with \`x-\` hold what anchors are for.
- \`overrides\` sets what no key sets, in Terraform's own names.

${contents}

${SECTIONS.map(([title, path]) => section(title, path, environment)).join("\n")}
## Acknowledgements

\`acknowledge\` stands at a cluster, at an environment, or at the top level beside \`environments\`, where it counts everywhere.

${CONFIGURATION_EXAMPLES.acknowledge}`;
}

function anchor(title: string): string {
  return title.toLowerCase().replaceAll(" ", "-");
}

function section(title: string, path: string, environment: Node): string {
  const node = nodeAt(path, environment);
  const example = CONFIGURATION_EXAMPLES.sections[title];
  // What the pools in nodePools have like the cluster's own is described there.
  const like = title === "Further node pools" ? nodeAt("clusters.<cluster>.create.nodePool", environment) : undefined;
  const shown = path.replace(/ kind=\w+/, "");
  const about = node.description ? `${node.description.replaceAll("<", "&lt;")}\n\n` : "";
  const same = like ? "Every key of a [node pool](#node-pool) but `criticalAddonsOnly`, and:\n\n" : "";
  return `## ${title}

${shown === "" ? "" : `\`${shown}\`\n\n`}${about}${example ? `${example}\n` : ""}${same}${items(node, path, 0, like).join("\n")}
`;
}

function nodeAt(path: string, environment: Node): Node {
  let node = environment;
  for (const step of path === "" ? [] : path.split(".")) {
    const [key = "", kind] = step.split(" kind=");
    const child = step.startsWith("<") ? (node.additionalProperties as Node) : node.properties?.[key];
    const form = kind && child?.oneOf?.find(({ properties }) => properties?.kind?.const === kind);
    node = (form || child) as Node;
  }
  return node;
}

/** The keys of a map, and below each what it holds, unless that has a section of its own. */
function items(node: Node, path: string, depth: number, like?: Node): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    if (like && JSON.stringify(like.properties?.[key]) === JSON.stringify(child)) return [];
    const here = path === "" ? key : `${path}.${key}`;
    const required = node.required?.includes(key) && !child.description?.includes("Default:") ? ", required" : "";
    const text = (child.description ?? "").replaceAll("<", "&lt;");
    const links = linksBelow(here);
    const item = `${"  ".repeat(depth)}- **\`${key}\`** (${typeOf(child)}${required})${text ? `: ${text}` : ""}${links}`;
    return links === "" ? [item, ...below(key, child, here, depth)] : [item];
  });
}

/** Links to the sections of what is below a key. */
function linksBelow(path: string): string {
  const titles = SECTIONS.filter(
    ([, each]) => each === path || each.startsWith(`${path} kind=`) || each === `${path}.<${nameOf(path)}>`,
  ).map(([title]) => `[${title}](#${anchor(title)})`);
  return titles.length > 0 ? ` → ${titles.join(", ")}` : "";
}

function below(key: string, child: Node, path: string, depth: number): string[] {
  if (typeof child.additionalProperties === "object") {
    const inner = child.additionalProperties;
    if (!inner.properties) return [];
    const name = `<${NAMES[key] ?? "name"}>`;
    return [`${"  ".repeat(depth + 1)}- **\`${name}\`** (map)`, ...items(inner, `${path}.${name}`, depth + 2)];
  }
  return items(child.items ?? child, path, depth + 1);
}

/** What a name of one's own stands for. */
const NAMES: Readonly<Record<string, string>> = {
  clusters: "cluster",
  instanceTypes: "instance type",
  nodePools: "pool",
};

function nameOf(path: string): string {
  return NAMES[path.slice(path.lastIndexOf(".") + 1)] ?? "name";
}

function typeOf(node: Node): string {
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(", ");
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.anyOf) return node.anyOf.map(typeOf).join(", ");
  if (node.type === "array") return `list of ${typeOf(node.items ?? {})}`;
  if (node.type === "object" || node.oneOf) return "map";
  return { string: "text", integer: "whole number", boolean: "true or false" }[node.type ?? ""] ?? "anything";
}
