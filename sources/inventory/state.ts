import { UserError } from "../../errors/user-error.ts";
import type { StackParts } from "../../model/model.ts";
import { shownText } from "../../model/redaction.ts";
import type { Change, ResourceParts } from "../../model/resource.ts";
import { Redacted, type Value } from "../../model/value.ts";
import { checkedJson } from "../checked-json.ts";
import { isObject, type JsonObject, listOf, objectOf, step } from "../json-value.ts";
import { once } from "../once.ts";
import { parseJson } from "../parse-json.ts";
import { Cover, CoveredJson, readValue } from "../plan/values.ts";

const { list, map, needed, optionalMap, text } = checkedJson("state of Terraform");

/** A resource of a state, as far as it may be seen. */
interface StateResource {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly provider: string;
  readonly values: CoveredJson;
  readonly sensitive: unknown;
}

/** What a state holds, with all that is secret covered. */
export interface StateJson {
  readonly resources: readonly StateResource[];
  readonly outputs: Readonly<Record<string, CoveredJson>>;
}

/**
 * A state as `terraform show -json` writes it. https://developer.hashicorp.com/terraform/internals/json-format
 */
export function readShownState(json: JsonObject): StateJson {
  const values = optionalMap(json.values, "values");
  return { resources: [...shownResources(values.root_module)], outputs: outputsOf(values.outputs, "values.outputs") };
}

/** Modules nest as deep as somebody made them: no recursion. */
function* shownResources(root: unknown): Generator<StateResource> {
  const modules = [{ value: root, where: "values.root_module" }];
  for (let module = modules.pop(); module; module = modules.pop()) {
    const { resources, child_modules } = optionalMap(module.value, module.where);
    for (const [index, entry] of list(resources, `${module.where}.resources`).entries()) {
      const at = `${module.where}.resources[${index}]`;
      const { address, mode, type, provider_name, values, sensitive_values } = map(entry, at);
      // What a replacement could not remove is no longer what the configuration means.
      if (typeof step(entry, "deposed_key") === "string") continue;
      yield resourceOf({
        address: needed(address, `${at}.address`),
        mode,
        type: needed(type, `${at}.type`),
        provider: text(provider_name, `${at}.provider_name`),
        values: optionalMap(values, `${at}.values`),
        sensitive: sensitive_values,
      });
    }
    for (const [index, value] of list(child_modules, `${module.where}.child_modules`).entries())
      modules.push({ value, where: `${module.where}.child_modules[${index}]` });
  }
}

/**
 * A state as Terraform keeps it, of version 4. It marks what variables made sensitive, and not always what the provider
 * says is: what no rule asks about is covered as a whole.
 */
export function readRawState(json: JsonObject): StateJson {
  if (json.version !== 4)
    throw new UserError(
      `is a Terraform state of version ${typeof json.version === "number" ? json.version : "(not said)"}, and version 4 is known: give the output of \`terraform show -json\``,
    );
  const resources = list(json.resources, "resources").flatMap((entry, index): StateResource[] => {
    const at = `resources[${index}]`;
    const resource = map(entry, at);
    const type = needed(resource.type, `${at}.type`);
    const name = needed(resource.name, `${at}.name`);
    const module = text(resource.module, `${at}.module`) ?? "";
    return list(resource.instances, `${at}.instances`).flatMap((given, number): StateResource[] => {
      const where = `${at}.instances[${number}]`;
      const { attributes, sensitive_attributes, index_key, deposed } = map(given, where);
      if (typeof deposed === "string") return [];
      const values = optionalMap(attributes, `${where}.attributes`);
      const prefix = `${module === "" ? "" : `${module}.`}${resource.mode === "data" ? "data." : ""}`;
      return [
        resourceOf({
          address: `${prefix}${type}.${name}${indexText(index_key)}`,
          mode: resource.mode,
          type,
          provider: text(resource.provider, `${at}.provider`),
          values,
          sensitive: ASKED_ABOUT.test(type) ? marksOf(listOf(sensitive_attributes)) : true,
        }),
      ];
    });
  });
  return { resources, outputs: outputsOf(json.outputs, "outputs") };
}

/** Types of which rules ask something; passwords, keys and the like are of others. */
const ASKED_ABOUT =
  /^(azapi_(update_)?resource|azurerm_(kubernetes_\w+|machine_learning_(workspace|inference_cluster)|virtual_network(_peering)?|subnet\w*|route\w*|network_security_\w+|network_service_tags|private_dns_zone\w*|user_assigned_identity|role_(assignment|definition)|resource_group|subscription|management_group)|helm_release|kubernetes_(annotations|config_map|ingress_class|deployment|labels|manifest|namespace|secret|service)(_v1)?)$/;

/** Terraform's marks, in the shape that `terraform show -json` gives them. */
function marksOf(paths: readonly unknown[]): unknown {
  const marks: Record<string, unknown> = {};
  for (const path of paths) {
    // A deeper mark covers the whole attribute: the key of a map may be the secret.
    const first = step(listOf(path)[0], "value");
    // What cannot be read may mark anything.
    if (typeof first !== "string") return true;
    marks[first] = true;
  }
  return marks;
}

/** Parts that hold secrets, whatever the state marks. */
const SECRET_PARTS: Readonly<Record<string, unknown>> = {
  kubernetes_secret: { data: true, binary_data: true },
  kubernetes_config_map: { data: true, binary_data: true },
  kubernetes_deployment: { spec: true },
  azurerm_kubernetes_cluster_extension: { configuration_protected_settings: true },
  helm_release: { set_sensitive: true, set_wo: true, metadata: true, manifest: true },
  azapi_resource: { sensitive_body: true, sensitive_output: true },
};

/** What of an object of Kubernetes holds secrets. */
export const SECRET_OBJECT = { data: true, stringData: true, binaryData: true };

function secretParts(type: string, { manifest }: JsonObject): unknown {
  if (type === "kubernetes_manifest")
    return { manifest: step(manifest, "kind") === "Secret" ? SECRET_OBJECT : {}, object: true };
  const name = type.replace(/_v1$/, "");
  return Object.hasOwn(SECRET_PARTS, name) ? SECRET_PARTS[name] : undefined;
}

function resourceOf(given: {
  readonly address: string;
  readonly mode: unknown;
  readonly type: string;
  readonly provider: string | undefined;
  readonly values: JsonObject;
  readonly sensitive: unknown;
}): StateResource {
  const { address, mode, type, provider, values, sensitive } = given;
  return {
    address: shownText(address),
    mode: mode === "data" ? "data" : "managed",
    type: shownText(type),
    provider: shownText(/([\w-]+)"?\]?(?:\.[\w-]+)?$/.exec(provider ?? "")?.[1] ?? (type.split("_", 1)[0] as string)),
    values: new CoveredJson(
      type.startsWith("azapi_") ? withBodies(values) : values,
      Cover.of(sensitive, secretParts(type, values)),
    ),
    sensitive,
  };
}

/** azapi before version 2 kept bodies as JSON text. */
function withBodies(values: JsonObject): JsonObject {
  const texts = ["body", "output"].flatMap((name): [string, unknown][] => {
    const value = values[name];
    if (typeof value !== "string") return [];
    try {
      return [[name, parseJson(value)]];
    } catch {
      return [];
    }
  });
  return { ...values, ...Object.fromEntries(texts) };
}

function indexText(index: unknown): string {
  if (typeof index === "number") return `[${index}]`;
  return typeof index === "string" ? `[${JSON.stringify(index).replaceAll(/[$%](?=\{)/g, "$&$&")}]` : "";
}

function outputsOf(outputs: unknown, where: string): StateJson["outputs"] {
  return Object.fromEntries(
    Object.entries(optionalMap(outputs, where)).map(([name, entry]) => {
      const { value, sensitive } = map(entry, `${where}.${shownText(name)}`);
      return [shownText(name), new CoveredJson(value, Cover.of(sensitive))];
    }),
  );
}

/** The stack of a state. */
export function stackOfState(name: string, file: string, { resources, outputs }: StateJson): StackParts {
  return {
    name,
    resources: resources.map((resource) => new InState(name, file, resource)),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([id, value]) => [
        id,
        value.isCovered ? new Redacted() : readValue(value, undefined, "state"),
      ]),
    ),
  };
}

/** A resource of a state. All of it is read when somebody asks. */
class InState implements ResourceParts {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly provider: string;
  readonly hasSecretLiterals = false;
  readonly sensitive: unknown;

  constructor(
    readonly stack: string,
    private readonly file: string,
    private readonly resource: StateResource,
  ) {
    const { address, mode, type, provider, sensitive } = resource;
    this.address = address;
    this.mode = mode;
    this.type = type;
    this.provider = provider;
    this.sensitive = sensitive;
  }

  get attributes(): Value {
    // What is a map of anything is as somebody wrote it, zeros and empty texts too.
    const given = /^(azapi_|kubernetes_manifest$)/.test(this.type) ? "yes" : "state";
    return once(this, "attributes", () => readValue(this.resource.values, undefined, given) ?? {});
  }

  /** A state does not tell what its author wrote, and what the provider added. */
  get written(): Value {
    return this.mode === "managed" ? {} : undefined;
  }

  get azureType(): string | undefined {
    return this.type.startsWith("azapi_") ? this.resource.values.at("type").text : undefined;
  }

  get subscriptionId(): string | undefined {
    const id = this.resource.values.at("id").text;
    return id === undefined ? undefined : /^\/subscriptions\/([0-9a-f-]{36})\//i.exec(id)?.[1]?.toLowerCase();
  }

  get change(): Change | undefined {
    return this.mode === "managed" ? unchanged(this.attributes) : undefined;
  }

  get place(): ResourceParts["place"] {
    return () => ({ file: this.file });
  }
}

/** Of what is there, nothing is created and nothing changes. */
export function unchanged(attributes: Value): Change {
  return { actions: ["no-op"], before: attributes, changed: [], replacing: [], isDeposed: false };
}

/** Whether an object is a state, in either form. */
export function isState(json: JsonObject): boolean {
  return isRawState(json) || "values" in json || Object.keys(objectOf(json)).join() === "format_version";
}

/** Whether an object is a state as Terraform keeps it. */
export function isRawState(json: JsonObject): boolean {
  return isObject(json) && "lineage" in json && "serial" in json;
}
