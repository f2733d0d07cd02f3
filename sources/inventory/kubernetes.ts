import { shownText } from "../../model/redaction.ts";
import type { ResourceParts } from "../../model/resource.ts";
import { isObject, type JsonObject, step } from "../json-value.ts";
import { Cover, CoveredJson, readValue } from "../plan/values.ts";
import { SECRET_OBJECT, unchanged } from "./state.ts";

/** An object that Kubernetes answers, with all that is secret covered. */
export interface ObjectJson {
  /** As `kubectl` names it: `azureml/Service/azureml-fe`. */
  readonly name: string;
  readonly object: CoveredJson;
}

/** An object of Kubernetes; undefined for what is none. */
export function readObject(json: JsonObject): ObjectJson | undefined {
  const { kind, apiVersion, metadata } = json;
  const name = step(metadata, "name");
  if (typeof kind !== "string" || typeof apiVersion !== "string" || typeof name !== "string") return undefined;
  const namespace = step(metadata, "namespace");
  const isSecret = kind === "Secret";
  return {
    name: [namespace, kind, name]
      .filter((part) => typeof part === "string")
      .map((part) => shownText(String(part)))
      .join("/"),
    object: new CoveredJson(isSecret ? withoutLastApplied(json) : json, Cover.of(isSecret ? SECRET_OBJECT : undefined)),
  };
}

/** `kubectl apply` keeps the whole object in an annotation, the data of a secret too. */
function withoutLastApplied(json: JsonObject): JsonObject {
  const metadata = json.metadata;
  if (!isObject(metadata)) return json;
  const { annotations, managedFields, ...rest } = metadata;
  return { ...json, metadata: rest };
}

/** The resource of the model that an object makes: what a manifest in Terraform would be. */
export function partsOfObject(stack: string, file: string, { name, object }: ObjectJson): ResourceParts {
  const attributes = { manifest: readValue(object, undefined, "yes") ?? {} };
  return {
    stack,
    address: name,
    mode: "managed",
    type: "kubernetes_manifest",
    attributes,
    written: {},
    hasSecretLiterals: false,
    provider: "kubernetes",
    place: () => ({ file }),
    change: unchanged(attributes),
    isFound: true,
    writtenAs: (path) => path.replace(/^manifest\./, ""),
  };
}
