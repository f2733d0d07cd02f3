import { isActionOn } from "./action.ts";
import { type Model, oncePerModel } from "./model.ts";
import type { Resource } from "./resource.ts";

/** Something in the cluster that has a name; NotKnown where the name is not known. */
class Named {
  constructor(
    readonly resource: Resource,
    private readonly namePath: string,
  ) {}

  get name(): string | undefined {
    return this.resource.text(this.namePath);
  }
}

/** A Service: one that is made, one that is only annotated, or a manifest. */
export class Service extends Named {
  constructor(
    resource: Resource,
    namePath: string,
    /** Terraform path of its annotations. */
    readonly annotations: string,
  ) {
    super(resource, namePath);
  }
}

/** A Kubernetes Secret: one of its own type, or a manifest. */
export class Secret extends Named {
  constructor(
    resource: Resource,
    namePath: string,
    /** Terraform paths of its parts; its data may stand in several. */
    readonly paths: { readonly namespace: string; readonly type: string; readonly data: readonly string[] },
  ) {
    super(resource, namePath);
  }
}

const OWN_SECRET = {
  namespace: "metadata[0].namespace",
  type: "type",
  data: ["data", "data_wo", "binary_data", "binary_data_wo"],
};
const MANIFEST_SECRET = {
  namespace: "manifest.metadata.namespace",
  type: "manifest.type",
  data: ["manifest.data", "manifest.stringData"],
};

export const ANNOTATION_PREFIX = "service.beta.kubernetes.io/azure-";

/** The front end of Azure ML's scoring endpoints, which Azure ML makes in the cluster. */
export const FRONT_END = "azureml-fe";

const MANIFEST = "kubernetes_manifest";

/** The Service that a resource makes or annotates, if it does. */
export function asService(resource: Resource): Service | undefined {
  const { type } = resource;
  if (type === "kubernetes_service" || type === "kubernetes_service_v1")
    return new Service(resource, "metadata[0].name", "metadata[0].annotations");
  if (type === "kubernetes_annotations" && resource.value("kind") === "Service")
    return new Service(resource, "metadata[0].name", "annotations");
  if (type === MANIFEST && resource.value("manifest.kind") === "Service")
    return new Service(resource, "manifest.metadata.name", "manifest.metadata.annotations");
  return undefined;
}

/** The Secret that a resource makes, if it does. */
export function asSecret(resource: Resource): Secret | undefined {
  const { type } = resource;
  if (type === "kubernetes_secret" || type === "kubernetes_secret_v1")
    return new Secret(resource, "metadata[0].name", OWN_SECRET);
  if (type === MANIFEST && resource.value("manifest.kind") === "Secret")
    return new Secret(resource, "manifest.metadata.name", MANIFEST_SECRET);
  return undefined;
}

/** Every Service of a model that is made or annotated. */
export const servicesOf = oncePerModel((model): readonly Service[] =>
  ofTypes(model, ["kubernetes_service", "kubernetes_service_v1", "kubernetes_annotations", MANIFEST]).flatMap(
    (resource) => asService(resource) ?? [],
  ),
);

/** Every Secret of a model. */
export const secretsOf = oncePerModel((model): readonly Secret[] =>
  ofTypes(model, ["kubernetes_secret", "kubernetes_secret_v1", MANIFEST]).flatMap(
    (resource) => asSecret(resource) ?? [],
  ),
);

/** Kubernetes' kind of what each Terraform type makes. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ["service", "Service"],
  ["secret", "Secret"],
  ["config_map", "ConfigMap"],
  ["deployment", "Deployment"],
]);

/** The kind of an object that a resource makes or changes, and where its name stands. */
export function ownedKind(resource: Resource): { readonly kind: string; readonly namePath: string } | undefined {
  const { type } = resource;
  if (type === "kubernetes_manifest")
    return { kind: resource.text("manifest.kind") ?? "", namePath: "manifest.metadata.name" };
  if (type === "kubernetes_annotations" || type === "kubernetes_labels")
    return { kind: resource.text("kind") ?? "", namePath: "metadata[0].name" };
  const kind = KINDS.get(type.replace(/^kubernetes_/, "").replace(/_v1$/, ""));
  return kind === undefined ? undefined : { kind, namePath: "metadata[0].name" };
}

/** The value of an annotation, named without the prefix. */
export function annotation({ resource, annotations }: Service, name: string): string | undefined {
  return resource.text(annotationPath({ annotations }, name));
}

export function annotationPath({ annotations }: Pick<Service, "annotations">, name: string): string {
  return `${annotations}["${ANNOTATION_PREFIX}${name}"]`;
}

const CLUSTER_TYPE = "azurerm_kubernetes_cluster";
const CLUSTER = "Microsoft.ContainerService/managedClusters";

/** The cluster that a Kubernetes resource is in, from its provider; NotKnown where that does not say. */
export function clusterBehind(resource: Resource): { readonly resource?: Resource; readonly id?: string } {
  for (const reference of resource.parts.providerHost ?? []) {
    const found = resource.model.referenced(resource.stack, reference);
    // Credentials that azapi asks for.
    if (found && isActionOn(found, CLUSTER)) return resource.model.target(found, "resource_id", CLUSTER_TYPE);
    if (found?.type !== CLUSTER_TYPE) continue;
    const id = resource.model.idOf(found);
    return { resource: (id === undefined ? undefined : resource.model.withId(id)) ?? found, id };
  }
  return resource.notKnown("provider", resource.parts.providerHost);
}

function ofTypes(model: Model, types: readonly string[]): Resource[] {
  return types.flatMap((type) => model.ofType(type));
}
