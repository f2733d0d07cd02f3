import { z } from "zod";
import { EXTENSION } from "./environments.ts";
import { ConfigSchema, EnvironmentSchema } from "./schema.ts";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * The JSON Schema of the configuration file, from the schema that validates. A file differs from what is validated in
 * that `defaults` may supply any key of an environment and null removes one, so nothing in it is required by itself.
 */
export function editorSchema(): JsonSchema {
  const { $schema, ...environment } = z.toJSONSchema(EnvironmentSchema, { io: "input" });
  const { acknowledge } = z.toJSONSchema(ConfigSchema, { io: "input" }).properties ?? {};
  return {
    $schema,
    title: "azureml-aks configuration",
    type: "object",
    additionalProperties: false,
    required: ["environments"],
    properties: {
      defaults: {
        ...relax(environment),
        description: "Merged into every environment: maps merge deeply, lists are replaced, null removes a default.",
      },
      environments: {
        type: "object",
        description: "The environments, each under a name of your own.",
        additionalProperties: { anyOf: [relax(environment), { type: "null" }] },
      },
      acknowledge: acknowledge as JsonSchema,
    },
    patternProperties: {
      [`^${EXTENSION}`]: { description: "Anything that an anchor names: it is read only where an alias repeats it." },
    },
  };
}

function relax(schema: JsonSchema): JsonSchema {
  const { required: _required, oneOf, ...kept } = schema;
  // Forms with keys of their own; those that only ask for keys are fulfilled by `defaults` and the file together.
  const forms = oneOf?.filter((form) => typeof form === "object" && form.properties !== undefined) as
    | JsonSchema[]
    | undefined;
  if (forms && forms.length > 0) return { ...kept, anyOf: forms.map(relax) };
  const properties =
    kept.properties &&
    Object.fromEntries(Object.entries(kept.properties).map(([key, child]) => [key, nullable(child as JsonSchema)]));
  const additional =
    typeof kept.additionalProperties === "object" ? nullable(kept.additionalProperties) : kept.additionalProperties;
  return {
    ...kept,
    ...(properties ? { properties } : {}),
    ...(additional === undefined ? {} : { additionalProperties: additional }),
  };
}

function nullable(schema: JsonSchema): JsonSchema {
  const { description, ...rest } = relax(schema);
  return { ...(description ? { description } : {}), anyOf: [rest, { type: "null" }] };
}
