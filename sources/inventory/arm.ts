import { parseResourceId } from "../../azure/resource-id.ts";
import { shownText } from "../../model/redaction.ts";
import type { ResourceParts } from "../../model/resource.ts";
import { isMap, stepInto, steps, Unknown, type Value } from "../../model/value.ts";
import { isObject, type JsonObject } from "../json-value.ts";
import { Cover, CoveredJson, readValue } from "../plan/values.ts";
import { azapiParts, type Surroundings } from "../vocabulary/azapi.ts";
import { keyOf, pathOf, type Step } from "../vocabulary/table.ts";
import { unchanged } from "./state.ts";

/** What Azure answers of one resource, in the shape of ARM, with all that is secret covered. */
export interface ArmJson {
  /** As Azure gives it; undefined where somebody left it out. */
  readonly id: string | undefined;
  /** `Microsoft.ContainerService/managedClusters` */
  readonly type: string;
  /** Whether the properties stood beside the name, as the Azure CLI has them. */
  readonly isFlat: boolean;
  readonly body: CoveredJson;
}

/** What stands beside the properties. All else is a property, where a tool has no `properties`. */
const ROOT = new Set([
  "id",
  "name",
  "type",
  "location",
  "tags",
  "identity",
  "sku",
  "kind",
  "zones",
  "plan",
  "managedBy",
  "extendedLocation",
  "systemData",
  "etag",
  "eTag",
  "resourceGroup",
  "subscriptionId",
  "tenantId",
]);

/**
 * What Azure never answers, and answers nothing or an empty map for: nobody can ask for it.
 */
const NEVER_ANSWERED = new Set(["configurationprotectedsettings", "secret", "cert", "key"]);

/** Maps of somebody's own keys: one that is not there is not given. */
const MAPS = new Set([
  "annotations",
  "configurationsettings",
  "instancetypes",
  "labels",
  "nodelabels",
  "nodeselector",
  "tags",
  "userassignedidentities",
]);

/** What stands beside a field, by its name in lower case. */
type Beside = (name: string) => Value;

const always = (): boolean => true;
const without =
  (...names: readonly string[]) =>
  (beside: Beside): boolean =>
    names.every((name) => beside(name) === undefined);
/** Nodes are in a network of AKS's own with these; with the others they are in a subnet of somebody's. */
const isInOwnNetwork = (_: Beside, answer: Value): boolean => {
  const path = ["properties", "networkProfile", "outboundType"];
  const type = path.reduce<Value>((at, step) => stepInto(at, keyIn(at, step)), answer);
  return typeof type === "string" && ["loadbalancer", "managednatgateway"].includes(type.toLowerCase());
};
/** Only a certificate from Microsoft has a label. */
const isNotMicrosofts = (beside: Beside): boolean => {
  const status = beside("status");
  return typeof status === "string" && ["enabled", "disabled"].includes(status.toLowerCase());
};
const isFixed = (beside: Beside): boolean => beside("enableautoscaling") === false;

/**
 * What Azure leaves out where it is off or empty, in lower case, and whether what is beside it agrees. No rule fails
 * because it is not there: without these, hardly anything of an ordinary cluster could be asked.
 */
const LEFT_OUT: Readonly<Record<string, (beside: Beside, answer: Value) => boolean>> = {
  addonprofiles: always,
  advancednetworking: always,
  apiserveraccessprofile: without("fqdnsubdomain", "privatefqdn", "privatelinkresources"),
  authorizedipranges: always,
  autoupgradeprofile: always,
  availabilityzones: always,
  costanalysis: always,
  enableautoscaling: without("mincount", "maxcount"),
  enableprivatecluster: without("privatednszone", "enableprivateclusterpublicfqdn"),
  fqdnsubdomain: without("privatefqdn"),
  gpuinstanceprofile: always,
  leafdomainlabel: isNotMicrosofts,
  maxcount: isFixed,
  maxsurge: always,
  metricsprofile: always,
  mincount: isFixed,
  networkmode: always,
  nodelabels: always,
  nodetaints: always,
  openservicemesh: always,
  podsubnetid: always,
  scalesetevictionpolicy: always,
  scalesetpriority: without("scalesetevictionpolicy", "spotmaxprice"),
  securityprofile: always,
  spotmaxprice: always,
  upgradechannel: always,
  vnetsubnetid: isInOwnNetwork,
  workloadidentity: always,
};

/** What Azure answers of a resource; undefined for what tells neither its ID nor its type. */
export function readArm(json: JsonObject): ArmJson | undefined {
  const id = typeof json.id === "string" && isResourceId(json.id) ? shownText(json.id) : undefined;
  const properties = json[keyOfJson(json, "properties") ?? "properties"];
  const isFlat = !isObject(properties);
  const body = withoutMissing(isFlat ? unflattened(json) : json);
  const type = id === undefined ? typeWithoutId(body) : typeOf(id);
  return type === undefined ? undefined : { id, type, isFlat, body: new CoveredJson(body, Cover.none) };
}

/** Only a cluster has pools. */
function typeWithoutId({ type, properties }: JsonObject): string | undefined {
  if (typeof type === "string" && /^Microsoft\.\w+(\/\w+)+$/i.test(type)) return type;
  return isObject(properties) && keyOfJson(properties, "agentpoolprofiles") !== undefined
    ? "Microsoft.ContainerService/managedClusters"
    : undefined;
}

/** A role may be assigned in a subscription, or above all of them. */
function isResourceId(id: string): boolean {
  return parseResourceId(id) !== undefined || /\/providers\/Microsoft\.Authorization\/\w+\/[\w-]+$/i.test(id);
}

function unflattened(json: JsonObject): JsonObject {
  const entries = Object.entries(json);
  return {
    ...Object.fromEntries(entries.filter(([key]) => ROOT.has(key))),
    properties: Object.fromEntries(entries.filter(([key]) => !ROOT.has(key))),
  };
}

/** A copy without what is null, and without what is never answered. */
function withoutMissing(json: JsonObject): JsonObject {
  const copy = (value: unknown, depth: number): unknown => {
    if (depth > 100) return undefined;
    if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1));
    if (!isObject(value)) return value;
    const entries = Object.entries(value).filter(
      ([key, item]) => item !== null && item !== undefined && !NEVER_ANSWERED.has(key.toLowerCase()),
    );
    return Object.fromEntries(entries.map(([key, item]) => [key, copy(item, depth + 1)]));
  };
  return copy(json, 0) as JsonObject;
}

function keyOfJson(json: JsonObject, name: string): string | undefined {
  return Object.keys(json).find((key) => key.toLowerCase() === name);
}

/** The resources of the model that an answer of Azure makes. */
export function partsOfArm(stack: string, file: string, { id, type, isFlat, body }: ArmJson): readonly ResourceParts[] {
  const value = readValue(body, undefined, "yes") ?? {};
  const read = (name: string): Value => stepInto(value, keyIn(value, name));
  const name = read("name") ?? id?.split("/").at(-1);
  const attributes: Value = {
    type: `${type}@`,
    ...given("id", id),
    ...given("parent_id", id?.replace(/(\/providers\/[^/]+)?\/[^/]+\/[^/]+$/, "")),
    ...given("name", name),
    ...given("location", read("location")),
    ...given("tags", read("tags")),
    ...given("identity", identityOf(read("identity"))),
    body: Object.fromEntries(
      ["identity", "sku", "kind", "properties"].flatMap((name) => {
        const part = read(name);
        return part === undefined ? [] : [[name, part]];
      }),
    ),
  };
  const carrier: ResourceParts = {
    stack,
    address: id ?? [type, name].filter((part) => typeof part === "string").join("/"),
    mode: "managed",
    type: "azapi_resource",
    attributes,
    written: {},
    hasSecretLiterals: false,
    isFound: true,
    provider: "azapi",
    subscriptionId: /^\/subscriptions\/([^/]+)/i.exec(id ?? "")?.[1]?.toLowerCase(),
    azureType: `${type}@`,
    place: () => ({ file }),
    change: unchanged(attributes),
  };
  const around: Surroundings = { follow: (value) => value, subscriptionOf: () => undefined };
  return (azapiParts(carrier, around) ?? []).map((parts) => asAnswered(parts, value, isFlat));
}

/** The type of what an ID is of: an extension stands below what it extends, with a provider of its own. */
function typeOf(id: string): string {
  const [namespace = "", ...rest] = id
    .slice(id.toLowerCase().lastIndexOf("/providers/") + "/providers/".length)
    .split("/");
  return [namespace, ...rest.filter((_, index) => index % 2 === 0)].join("/");
}

function given(name: string, value: Value): { readonly [key: string]: Value } {
  return value === undefined ? {} : { [name]: value };
}

/** The identity of a resource, in the shape of Terraform. */
function identityOf(value: Value): Value {
  if (!isMap(value)) return undefined;
  const ids = value[keyIn(value, "userAssignedIdentities")];
  return {
    ...given("type", value[keyIn(value, "type")]),
    ...given("identity_ids", isMap(ids) ? Object.keys(ids) : undefined),
  };
}

function keyIn(value: Value, name: string): string {
  return (typeof value === "object" && !(value instanceof Unknown) && keyOf(value as never, name)) || name;
}

/** A resource that tells what Azure answered: what is missing there is not known, unless Azure leaves it out. */
function asAnswered(parts: ResourceParts, answer: Value, isFlat: boolean): ResourceParts {
  const rawPath = (path: string): readonly Step[] => {
    const [first, ...rest] = steps(parts.writtenAs?.(path) ?? path);
    // What a resource is in, its ID tells.
    if (first === "parent_id") return ["id"];
    if (first === "default_node_pool") return isFlat ? ["agentPoolProfiles"] : ["properties", "agentPoolProfiles"];
    if (first !== "body" && first !== "sensitive_body") return first === undefined ? [] : [first, ...rest];
    return isFlat && rest[0] === "properties" ? rest.slice(1) : rest;
  };
  return Object.create(parts, {
    isFound: { value: true },
    notTold: { value: "Azure's answer does not have it" },
    writtenAs: { value: (path: string) => pathOf(rawPath(path)) },
    written: { value: {} },
    tells: {
      value: (path: string) => {
        // The answer was read with its properties apart.
        const [first, ...rest] = steps(parts.writtenAs?.(path) ?? path);
        // What has none has no word of it.
        if (first === "identity") return true;
        return (first === "body" || first === "sensitive_body") && isLeftOut(answer, rest);
      },
    },
    isForeign: { value: (path: string) => isForeign(parts, path) },
  });
}

/** Whether what is not there is left out, because it is off or empty, or a key of somebody's own map. */
function isLeftOut(answer: Value, path: readonly Step[]): boolean {
  let at = answer;
  for (const [index, step] of path.entries()) {
    const inside = Array.isArray(at) && typeof step === "string" ? at[0] : at;
    const key = typeof step === "string" ? keyIn(inside, step) : step;
    const next = stepInto(inside, key);
    if (next !== undefined) {
      at = next;
      continue;
    }
    const around = path[index - 1];
    if (typeof around === "string" && MAPS.has(around.toLowerCase())) return true;
    const name = String(step).toLowerCase();
    return (
      Object.hasOwn(LEFT_OUT, name) &&
      LEFT_OUT[name]?.((other) => stepInto(inside, keyIn(inside, other)), answer) === true
    );
  }
  return true;
}

/** What is of Terraform alone, and no resource in Azure has. */
const TERRAFORMS = /^(lifecycle|depends_on|timeouts|provider|schema_validation_enabled|ignore_\w+|retry)\b/;

/** What the table of a type does not spell, Azure has no word for; and some it never tells. */
function isForeign(parts: ResourceParts, path: string): boolean {
  if (TERRAFORMS.test(path) || steps(path).some((step) => NEVER_ANSWERED.has(String(step).toLowerCase()))) return true;
  const isSpelled = (each: string): boolean =>
    /^(body|sensitive_body|id|name|location|tags|parent_id|identity|type)\b/.test(parts.writtenAs?.(each) ?? each);
  // Which pool is the cluster's own may not be known.
  return !isSpelled(path) && (!path.startsWith("default_node_pool") || isSpelled("default_node_pool[0].vm_size"));
}
