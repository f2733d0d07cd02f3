import { Picture, type StackParts } from "./picture.ts";
import type { ResourceParts } from "./resource.ts";
import { Unknown, type Value } from "./value.ts";

// biome-ignore lint/suspicious/noExplicitAny: plan JSON is anything
type Json = any;

/** The picture of what plans lead to, from `terraform show -json`. Attributes that are not known yet keep what they refer to. */
export function fromPlan(plans: readonly { readonly name: string; readonly json: Json }[]): Picture {
  return new Picture(plans.map(({ name, json }): StackParts => ({ name, resources: resources(name, json), outputs: outputs(json.planned_values?.outputs) })));
}

function outputs(planned: Json = {}): Record<string, Value> {
  return Object.fromEntries(Object.entries<Json>(planned).map(([id, output]) => [id, "value" in output ? output.value : new Unknown([])]));
}

function resources(stack: string, plan: Json): ResourceParts[] {
  const configured = new Map<string, Json>((plan.configuration?.root_module?.resources ?? []).map((resource: Json) => [resource.address, resource]));
  const providers = plan.configuration?.provider_config ?? {};
  return (plan.resource_changes ?? []).flatMap((entry: Json): ResourceParts[] => {
    const { change } = entry;
    if (change.after === null || entry.deposed) return [];
    const configuration = configured.get(entry.address.replace(/\[[^\]]*\]$/, ""));
    const settings = providers[configuration?.provider_config_key]?.expressions;
    const subscription = settings?.subscription_id?.constant_value;
    return [
      {
        stack,
        address: entry.address,
        mode: entry.mode,
        type: entry.type,
        attributes: read(change.after, change.after_unknown, configuration?.expressions),
        provider: configuration?.provider_config_key ?? entry.type.split("_", 1)[0],
        written: written(configuration?.expressions),
        providerHost: settings?.host?.references,
        sensitive: change.after_sensitive,
        actions: change.actions,
        isImported: change.importing !== undefined && change.importing !== null,
        subscriptionId: typeof subscription === "string" ? subscription.toLowerCase() : undefined,
      },
    ];
  });
}

/**
 * What is planned, with Unknown where Terraform says so and the references that the configuration gives there.
 * What the configuration does not give is left to the provider: absent, as in synthesized JSON.
 */
function read(after: Json, unknown: Json, expressions: Json, isGiven = true, isWriteOnly = false): Value {
  if (unknown === true) return isGiven ? unknownOf(expressions) : undefined;
  if (after === null || after === undefined) {
    // A write-only attribute is null in every plan, whatever is written to it.
    if (isWriteOnly) return written(expressions);
    if (typeof unknown !== "object" || unknown === null) return undefined;
    after = Array.isArray(unknown) ? [] : {};
  }
  if (Array.isArray(after)) {
    const length = Math.max(after.length, Array.isArray(unknown) ? unknown.length : 0);
    return Array.from({ length }, (_, index) => read(after[index], unknown?.[index], Array.isArray(expressions) ? expressions[index] : undefined));
  }
  if (typeof after !== "object") return after;
  const writeOnly = typeof expressions === "object" && expressions !== null ? Object.keys(expressions).filter(isWriteOnlyName) : [];
  const keys = new Set([...Object.keys(after), ...writeOnly, ...Object.keys(typeof unknown === "object" && unknown !== null ? unknown : {})]);
  const isBlock = typeof expressions === "object" && expressions !== null && !("references" in expressions) && !("constant_value" in expressions);
  return Object.fromEntries(
    [...keys].map((key) => [key, read(after[key], unknown?.[key], expressions?.[key], !isBlock || key in expressions, isWriteOnlyName(key))]),
  );
}

function unknownOf(expression: Json): Unknown {
  const references: string[] = Array.isArray(expression?.references) ? expression.references : [];
  // Terraform lists `a.b.id` and then `a.b`: the longest of them is the reference, the others are its parts.
  const whole = references.filter((reference) => !references.some((other) => other !== reference && other.startsWith(`${reference}.`)));
  return new Unknown(whole, whole.length === 1 ? whole[0] : undefined);
}

/** Names of attributes that providers take and never give back. */
function isWriteOnlyName(name: string): boolean {
  return name === "sensitive_body" || name.endsWith("_wo");
}

/** What the configuration writes, as far as the plan tells: constants, and Unknown for expressions. */
function written(expression: Json): Value {
  if (Array.isArray(expression)) return expression.map(written);
  if (typeof expression !== "object" || expression === null) return undefined;
  if ("constant_value" in expression) return expression.constant_value;
  if ("references" in expression) return unknownOf(expression);
  return Object.fromEntries(Object.entries(expression).map(([key, value]) => [key, written(value)]));
}
