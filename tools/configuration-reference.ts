import { ConfigSchema } from "../config/schema.ts";

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

/** Every key of the configuration, from the schema that validates. */
export function configurationReference(): string {
  const root = ConfigSchema.toJSONSchema({ io: "input" }) as Node;
  return `<!-- Written by \`npm run docs\` from config/schema.ts. -->
# Configuration

\`defaults\` takes any key of an environment and is merged into every one. Required keys may come from there.
A name of your own stands for \`<environment>\` and \`<cluster>\`: 1 to 38 letters, digits, hyphens and underscores.

| key | type | |
|---|---|---|
${rows(root.properties?.environments?.additionalProperties as Node, "environments.<environment>").join("\n")}

\`acknowledge\` may also stand at the top level, beside \`environments\`: it then counts everywhere.
`;
}

function rows(node: Node, path: string): string[] {
  const forms = node.oneOf?.filter(({ properties }) => properties) ?? [];
  if (forms.length > 0)
    return forms.flatMap((form) => [`| | | **With kind ${form.properties?.kind?.const}:** |`, ...rows(form, path)]);
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const here = `${path}.${key}`;
    const required = node.required?.includes(key) && !child.description?.includes("Default:") ? "**Required.** " : "";
    const row = `| \`${here.replace("environments.<environment>.", "")}\` | ${typeOf(child)} | ${required}${(child.description ?? "").replaceAll("<", "&lt;")} |`;
    const below = rows(...belowOf(key, child, here));
    return [row, ...below];
  });
}

/** Where the keys below a key stand: in a map of names, in the items of a list, or in itself. */
function belowOf(key: string, child: Node, here: string): [node: Node, path: string] {
  if (typeof child.additionalProperties === "object")
    return [child.additionalProperties, `${here}.<${NAMES[key] ?? "name"}>`];
  return [child.items ?? child, child.items ? `${here}[]` : here];
}

/** What a name of one's own stands for. */
const NAMES: Readonly<Record<string, string>> = {
  clusters: "cluster",
  instanceTypes: "instance type",
  nodePools: "pool",
};

function typeOf(node: Node): string {
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(", ");
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.anyOf) return node.anyOf.map(typeOf).join(", ");
  if (node.type === "array") return `list of ${typeOf(node.items ?? {})}`;
  if (node.type === "object" || node.oneOf) return "map";
  return { string: "text", integer: "whole number", boolean: "true or false" }[node.type ?? ""] ?? "";
}
