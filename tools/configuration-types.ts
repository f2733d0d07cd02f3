import { ConfigSchema } from "../config/schema.ts";

interface Node {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly properties?: Record<string, Node>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
}

/** Paths in the configuration of the types that have a name: those that config/schema.ts exports. */
const NAMES: Readonly<Record<string, string>> = {
  "": "Config",
  "environments.*": "EnvironmentConfig",
  "environments.*.backend": "BackendConfig",
  "environments.*.providers": "ProvidersConfig",
  "environments.*.clusters.*": "ClusterConfig",
  "environments.*.clusters.*.create": "CreateConfig",
  "environments.*.clusters.*.attachment": "AttachmentConfig",
  "environments.*.clusters.*.attachment.AksCompute": "AksAttachmentConfig",
  "environments.*.clusters.*.attachment.KubernetesCompute": "KubernetesAttachmentConfig",
  "acknowledge.*": "AcknowledgementConfig",
  "environments.*.acknowledge.*": "AcknowledgementConfig",
  "environments.*.clusters.*.acknowledge.*": "AcknowledgementConfig",
};

/** What config/schema.ts makes of two of them. */
const ATTACHED =
  "export type AttachedClusterConfig = ClusterConfig & {\n/** How it is attached. */\nreadonly attachment: AttachmentConfig;\n};";

/**
 * The types of config/schema.ts, written out with the descriptions of their keys: who uses the library needs no zod,
 * and reads in an editor what a key means.
 */
export function configurationTypes(): string {
  const interfaces = new Map<string, string>();
  // What was not given has its default: a key with one is always there.
  typeOf(ConfigSchema.toJSONSchema({ io: "input" }) as Node, "", interfaces);
  const types = [...interfaces].map(([name, body]) =>
    body.startsWith("{") ? `export interface ${name} ${body}` : `export type ${name} = ${body};`,
  );
  return `${[...types, ATTACHED].join("\n")}\n`;
}

function typeOf(node: Node, path: string, interfaces: Map<string, string>): string {
  const name = NAMES[path];
  if (name === undefined) return shapeOf(node, path, interfaces);
  if (!interfaces.has(name)) {
    interfaces.set(name, "");
    interfaces.set(name, shapeOf(node, path, interfaces));
  }
  return name;
}

function shapeOf(node: Node, path: string, interfaces: Map<string, string>): string {
  const below = (child: Node, key: string): string => typeOf(child, path === "" ? key : `${path}.${key}`, interfaces);
  if (node.enum) return node.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.anyOf) return node.anyOf.map((option) => shapeOf(option, path, interfaces)).join(" | ");
  // Forms of one map, told apart by their kind; those without keys only say which keys go together.
  const forms = node.oneOf?.filter(({ properties }) => properties) ?? [];
  if (forms.length > 0) return forms.map((form) => below(form, String(form.properties?.kind?.const))).join(" | ");
  if (node.type === "array") return `Array<${below(node.items ?? {}, "*")}>`;
  if (typeof node.additionalProperties === "object") return `Record<string, ${below(node.additionalProperties, "*")}>`;
  if (node.properties) {
    const { properties, required = [] } = node;
    // Of forms that exclude each other, the keys of one are there, and those of the others are not.
    const exclusive = node.oneOf?.map((form) => form.required ?? []) ?? [];
    const all = new Set(exclusive.flat());
    const form = (own: readonly string[]): string => {
      const keys = Object.entries(properties).map(([key, child]) => {
        const comment = child.description ? `/** ${child.description.replaceAll("*/", "*\\/")} */\n` : "";
        if (all.has(key) && !own.includes(key)) return `${comment}${key}?: undefined;\n`;
        const isThere = own.includes(key) || required.includes(key) || child.default !== undefined;
        return `${comment}${key}${isThere ? "" : "?"}: ${below(child, key)};\n`;
      });
      return `{\n${keys.join("")}}`;
    };
    return exclusive.length > 0 ? `(${exclusive.map(form).join(" | ")})` : form([]);
  }
  if (node.type === "object") return "Record<string, never>";
  if (node.type === undefined) return "unknown";
  return { string: "string", integer: "number", number: "number", boolean: "boolean" }[node.type] ?? unknownType(path);
}

function unknownType(path: string): never {
  throw new Error(`${path}: its type cannot be written out; teach tools/configuration-types.ts how`);
}
