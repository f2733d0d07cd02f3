import { readString } from "./expression.ts";
import { Picture, type StackParts } from "./picture.ts";
import type { ResourceParts } from "./resource.ts";
import type { Value } from "./value.ts";

// biome-ignore lint/suspicious/noExplicitAny: Terraform JSON is anything
type Json = any;

/** cdktf's own in a resource. */
const COMMENT = "//";

/** Where Terraform JSON keeps the blocks of each mode. */
const MODES = { resource: "managed", data: "data", ephemeral: "ephemeral" } as const;

/** The picture of an app, from the Terraform JSON of its stacks. */
export function fromSynthesis(stacks: readonly { readonly name: string; readonly json: Json }[]): Picture {
  return new Picture(
    stacks.map(({ name, json }): StackParts => {
      const subscriptions = providerSubscriptions(json.provider?.azurerm);
      const resources: ResourceParts[] = [];
      for (const [key, mode] of Object.entries(MODES)) {
        for (const [type, instances] of Object.entries<Json>(json[key] ?? {})) {
          for (const [id, body] of Object.entries<Json>(instances)) {
            resources.push({
              stack: name,
              address: `${mode === "managed" ? "" : `${mode}.`}${type}.${id}`,
              mode,
              type,
              attributes: read(body),
              provider: body.provider ?? type.split("_", 1)[0],
              subscriptionId: subscriptions[body.provider ?? "azurerm"],
            });
          }
        }
      }
      const outputs = Object.fromEntries(Object.entries<Json>(json.output ?? {}).map(([id, output]) => [id, output.value]));
      return { name, resources, outputs };
    }),
  );
}

function providerSubscriptions(providers: Json): Record<string, string> {
  return Object.fromEntries(
    [providers ?? []].flat().flatMap((provider: Json) => {
      const subscription = typeof provider.subscription_id === "string" ? readString(provider.subscription_id) : undefined;
      return typeof subscription === "string" ? [[provider.alias ? `azurerm.${provider.alias}` : "azurerm", subscription.toLowerCase()]] : [];
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
