import { readString } from "../model/expression.ts";
import { Model, type StackParts } from "../model/model.ts";
import type { ResourceParts } from "../model/resource.ts";
import { Unknown, type Value } from "../model/value.ts";
import { inOneVocabulary } from "./vocabulary/vocabulary.ts";

// biome-ignore lint/suspicious/noExplicitAny: Terraform JSON is anything
type Json = any;

/** cdktf's own in a resource. */
const COMMENT = "//";

/** Where Terraform JSON keeps the blocks of each mode. */
const MODES = { resource: "managed", data: "data", ephemeral: "ephemeral" } as const;

/** The model of an app, from the Terraform JSON of its stacks. */
export function fromSynthesis(stacks: readonly { readonly name: string; readonly json: Json }[]): Model {
  return new Model(
    stacks.map(({ name, json }): StackParts => {
      const providers = providersOf(json.provider ?? {});
      const imported = new Set([json.import ?? []].flat().map(({ to }: Json) => to));
      const resources: ResourceParts[] = [];
      for (const [key, mode] of Object.entries(MODES)) {
        for (const [type, instances] of Object.entries<Json>(json[key] ?? {})) {
          for (const [id, body] of Object.entries<Json>(instances)) {
            const provider = body.provider ?? type.split("_", 1)[0];
            const address = `${mode === "managed" ? "" : `${mode}.`}${type}.${id}`;
            resources.push({
              stack: name,
              address,
              isImported: imported.has(address),
              mode,
              type,
              attributes: read(body),
              ...(type.startsWith("azapi_") && typeof body.type === "string" ? { azureType: body.type } : {}),
              provider,
              ...providers.get(provider),
            });
          }
        }
      }
      const outputs = Object.fromEntries(Object.entries<Json>(json.output ?? {}).map(([id, output]) => [id, output.value]));
      return inOneVocabulary({ name, resources, outputs });
    }),
  );
}

/** What matters of each provider configuration: the subscription it works in, and the cluster it talks to. */
function providersOf(providers: Json): Map<string, Pick<ResourceParts, "subscriptionId" | "providerHost">> {
  const entries = Object.entries<Json>(providers).flatMap(([name, configurations]) =>
    [configurations].flat().map((configuration: Json) => ({ name, configuration })),
  );
  return new Map(
    entries.map(({ name, configuration }) => {
      const { alias, subscription_id, host } = configuration;
      const subscription = typeof subscription_id === "string" ? readString(subscription_id) : undefined;
      const server = typeof host === "string" ? readString(host) : undefined;
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

function read(json: Json): Value {
  if (typeof json === "string") return readString(json);
  if (Array.isArray(json)) return json.map(read);
  if (typeof json !== "object") return json;
  if (json === null) return undefined;
  const result: Record<string, Value> = {};
  for (const key of Object.keys(json)) if (key !== COMMENT) result[key] = read(json[key]);
  return result;
}
