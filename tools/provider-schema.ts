/** Checks Terraform JSON against the output of `terraform providers schema -json`. */

interface Attribute {
  readonly type?: unknown;
  readonly nested_type?: { readonly attributes: Record<string, Attribute>; readonly nesting_mode: string };
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
}

interface Block {
  readonly attributes?: Record<string, Attribute>;
  readonly block_types?: Record<
    string,
    { readonly block: Block; readonly nesting_mode: string; readonly min_items?: number; readonly max_items?: number }
  >;
}

type Schemas = Record<string, { readonly block: Block }>;

export interface ProvidersSchema {
  readonly provider_schemas: Record<
    string,
    {
      readonly provider: { readonly block: Block };
      readonly resource_schemas?: Schemas;
      readonly data_source_schemas?: Schemas;
      readonly ephemeral_resource_schemas?: Schemas;
    }
  >;
}

// biome-ignore lint/suspicious/noExplicitAny: Terraform JSON is anything
type Json = any;

const KINDS = {
  resource: "resource_schemas",
  data: "data_source_schemas",
  ephemeral: "ephemeral_resource_schemas",
} as const;
/** Terraform's own, on every resource. `timeouts` is in the provider's schema. */
const META_ARGUMENTS = new Set([
  "//",
  "count",
  "for_each",
  "depends_on",
  "provider",
  "lifecycle",
  "provisioner",
  "connection",
]);
/**
 * Terraform's built-in provider is in no provider's schema.
 * https://developer.hashicorp.com/terraform/language/resources/terraform-data
 */
const BUILT_IN: Record<string, Schemas> = {
  resource_schemas: {
    terraform_data: {
      block: {
        attributes: {
          id: { computed: true },
          input: { optional: true },
          output: { computed: true },
          triggers_replace: { optional: true },
        },
      },
    },
  },
  data_source_schemas: {
    terraform_remote_state: {
      block: {
        attributes: {
          backend: { required: true, type: "string" },
          config: { optional: true },
          defaults: { optional: true },
          workspace: { optional: true, type: "string" },
        },
      },
    },
  },
};

/** One line for each thing that the providers would refuse; empty where there is none. */
export function checkAgainstSchema(config: Json, schema: ProvidersSchema): string[] {
  const sources: Record<string, { source?: string }> = config.terraform?.required_providers ?? {};
  const problems: string[] = [];

  for (const [name, instances] of Object.entries<Json>(config.provider ?? {})) {
    const block = providerOf(name)?.provider.block;
    if (!block) problems.push(`provider.${name}: not in the schema`);
    else
      for (const instance of [instances].flat())
        checkBlock(omit(instance, ["alias"]), block, `provider.${name}`, problems);
  }
  for (const [kind, key] of Object.entries(KINDS)) {
    for (const [type, instances] of Object.entries<Json>(config[kind] ?? {})) {
      const provider = providerOf(type.split("_", 1)[0] as string);
      // A selection of a schema leaves out whole kinds, and says nothing of them.
      if (provider && kind === "ephemeral" && provider[key] === undefined) continue;
      const found = type.startsWith("terraform_") ? BUILT_IN[key]?.[type] : provider?.[key]?.[type];
      for (const [name, body] of Object.entries<Json>(instances)) {
        const address = `${kind === "resource" ? "" : `${kind}.`}${type}.${name}`;
        if (found) checkBlock(omit(body, META_ARGUMENTS), found.block, address, problems);
        else problems.push(`${address}: the type ${type} is not in the schema`);
      }
    }
  }
  return problems;

  function providerOf(localName: string): ProvidersSchema["provider_schemas"][string] | undefined {
    const source = (sources[localName]?.source ?? localName).toLowerCase();
    const full = source.includes("/") ? source : `hashicorp/${source}`;
    return schema.provider_schemas[full.split("/").length === 3 ? full : `registry.terraform.io/${full}`];
  }
}

function omit(body: Json, keys: Iterable<string>): Json {
  const dropped = new Set(keys);
  return Object.fromEntries(Object.entries(body).filter(([key]) => !dropped.has(key)));
}

function checkBlock(body: Json, block: Block, path: string, problems: string[]): void {
  const attributes = block.attributes ?? {};
  const blocks = block.block_types ?? {};
  for (const [key, value] of Object.entries<Json>(body)) {
    if (Object.hasOwn(attributes, key)) checkAttribute(value, attributes[key] as Attribute, `${path}.${key}`, problems);
    else if (Object.hasOwn(blocks, key)) {
      const nested = blocks[key] as NonNullable<Block["block_types"]>[string];
      const items = [value].flat();
      if (nested.max_items && items.length > nested.max_items)
        problems.push(`${path}.${key}: ${items.length} blocks, at most ${nested.max_items} allowed`);
      for (const item of items) {
        if (typeof item === "object" && item !== null) checkBlock(item, nested.block, `${path}.${key}`, problems);
        else if (!isExpression(item)) problems.push(`${path}.${key}: a block, but ${JSON.stringify(item)} is given`);
      }
    } else problems.push(`${path}.${key}: no such attribute or block`);
  }
  for (const [key, attribute] of Object.entries(attributes))
    if (attribute.required && body[key] === undefined) problems.push(`${path}.${key}: required, and missing`);
  for (const [key, nested] of Object.entries(blocks))
    if (nested.min_items && body[key] === undefined) problems.push(`${path}.${key}: a required block, and missing`);
}

function checkAttribute(value: Json, attribute: Attribute, path: string, problems: string[]): void {
  if (attribute.computed && !attribute.optional && !attribute.required)
    problems.push(`${path}: decided by the provider, and cannot be set`);
  if (attribute.nested_type) {
    for (const item of [value].flat())
      if (typeof item === "object" && item !== null) checkBlock(item, attribute.nested_type, path, problems);
  } else if (!fits(value, attribute.type))
    problems.push(`${path}: ${JSON.stringify(value)} is not of type ${JSON.stringify(attribute.type)}`);
}

/**
 * Whether a literal fits a type of Terraform; an expression always may, and text converts to numbers and truth values.
 */
function fits(value: Json, type: unknown): boolean {
  if (type === undefined || type === "dynamic" || value === null || isExpression(value)) return true;
  if (type === "string") return ["string", "number", "boolean"].includes(typeof value);
  if (type === "number")
    return (
      typeof value === "number" || (typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value)))
    );
  if (type === "bool") return typeof value === "boolean" || value === "true" || value === "false";
  const [kind, inner] = type as [string, unknown];
  if (kind === "list" || kind === "set") return Array.isArray(value) && value.every((item) => fits(item, inner));
  if (typeof value !== "object" || Array.isArray(value)) return false;
  if (kind === "map") return Object.values(value).every((item) => fits(item, inner));
  const fields = inner as Record<string, unknown>;
  return Object.entries(value).every(([key, item]) => Object.hasOwn(fields, key) && fits(item, fields[key]));
}

function isExpression(value: Json): boolean {
  return typeof value === "string" && /(^|[^$])\$\{/.test(value);
}
