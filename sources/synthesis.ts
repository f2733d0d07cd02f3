import { readString } from "../model/expression.ts";
import { Model, type StackParts } from "../model/model.ts";
import type { ResourceParts } from "../model/resource.ts";
import { stepInto, Unknown, type Value } from "../model/value.ts";
import { isObject, type JsonObject, objectOf, step } from "./json-value.ts";
import { HOST_PATHS } from "./provider-host.ts";
import { inOneVocabulary } from "./vocabulary/vocabulary.ts";

/** cdktf's own in a resource. */
const COMMENT = "//";

/** Where Terraform JSON keeps the blocks of each mode. */
const MODES = { resource: "managed", data: "data", ephemeral: "ephemeral" } as const;

/** The model of an app, from the Terraform JSON of its stacks. */
export function fromSynthesis(stacks: readonly { readonly name: string; readonly json: JsonObject }[]): Model {
  return new Model(stacks.map(({ name, json }) => inOneVocabulary(writtenStack(name, json))));
}

/** A stack of Terraform JSON, in the words of whoever wrote it. */
export function writtenStack(name: string, json: JsonObject): StackParts {
  const providers = providersOf(objectOf(json.provider));
  const imported = new Set([json.import ?? []].flat().map((block) => step(block, "to")));
  const resources: ResourceParts[] = [];
  const conditions = [...messagesIn(json.check)];
  for (const [key, mode] of Object.entries(MODES)) {
    for (const [type, instances] of Object.entries(objectOf(json[key]))) {
      for (const [id, body] of Object.entries(objectOf(instances))) {
        conditions.push(...messagesIn(step(body, "lifecycle")));
        const [given, azureType] = [step(body, "provider"), step(body, "type")];
        const provider = typeof given === "string" ? given : (type.split("_", 1)[0] as string);
        const address = `${mode === "managed" ? "" : `${mode}.`}${type}.${id}`;
        resources.push({
          stack: name,
          address,
          isImported: imported.has(address),
          mode,
          type,
          attributes: read(body),
          ...(type.startsWith("azapi_") && typeof azureType === "string" ? { azureType } : {}),
          provider,
          ...providers.get(provider),
        });
      }
    }
  }
  const outputs = Object.entries(objectOf(json.output)).map(([id, output]) => [id, read(step(output, "value"))]);
  return { name, resources, outputs: Object.fromEntries(outputs), conditions };
}

/** What matters of each provider configuration: the subscription it works in, and the cluster it talks to. */
function providersOf(providers: JsonObject): Map<string, Pick<ResourceParts, "subscriptionId" | "providerHost">> {
  const entries = Object.entries(providers).flatMap(([name, configurations]) =>
    [configurations].flat().map((configuration) => ({ name, configuration })),
  );
  return new Map(
    entries.map(({ name, configuration }) => {
      const { alias, subscription_id } = objectOf(configuration);
      const subscription = typeof subscription_id === "string" ? readString(subscription_id) : undefined;
      const server = HOST_PATHS.map((path) => path.reduce<Value>(stepInto, read(configuration))).find(
        (value) => value instanceof Unknown,
      );
      return [
        alias ? `${name}.${alias}` : name,
        {
          ...(typeof subscription === "string" ? { subscriptionId: subscription.toLowerCase() } : {}),
          ...(server instanceof Unknown ? { providerHost: server.references } : {}),
        },
      ];
    }),
  );
}

/** What conditions say where they do not hold. */
function* messagesIn(json: unknown): Generator<string> {
  if (typeof json !== "object" || json === null) return;
  for (const [key, value] of Object.entries(json)) {
    if (key === "error_message" && typeof value === "string") yield value;
    else yield* messagesIn(value);
  }
}

function read(json: unknown): Value {
  if (typeof json === "string") return readString(json);
  if (typeof json === "number" || typeof json === "boolean") return json;
  if (Array.isArray(json)) return json.map(read);
  if (!isObject(json)) return undefined;
  const result: Record<string, Value> = {};
  for (const key of Object.keys(json)) if (key !== COMMENT) result[key] = read(json[key]);
  return result;
}
