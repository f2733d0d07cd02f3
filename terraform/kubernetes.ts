import { oncePerPicture, type Picture } from "./picture.ts";
import type { Resource } from "./resource.ts";

/** Something in the cluster that has a name; Missing where the name is not known. */
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

/** A Kubernetes Secret. */
export class Secret extends Named {}

export const ANNOTATION_PREFIX = "service.beta.kubernetes.io/azure-";

/** The front end of Azure ML's scoring endpoints, which Azure ML makes in the cluster. */
export const FRONT_END = "azureml-fe";

/** Every Service of a picture that is made or annotated. */
export const servicesOf = oncePerPicture((picture): readonly Service[] => {
  const ofKind = (type: string, kind: string): Resource[] => picture.ofType(type).filter((resource) => resource.value(kind) === "Service");
  return [
    ...ofTypes(picture, ["kubernetes_service", "kubernetes_service_v1"]).map(
      (resource) => new Service(resource, "metadata[0].name", "metadata[0].annotations"),
    ),
    ...ofKind("kubernetes_annotations", "kind").map((resource) => new Service(resource, "metadata[0].name", "annotations")),
    ...ofKind("kubernetes_manifest", "manifest.kind").map((resource) => new Service(resource, "manifest.metadata.name", "manifest.metadata.annotations")),
  ];
});

/** Every Secret of a picture. */
export const secretsOf = oncePerPicture((picture): readonly Secret[] =>
  ofTypes(picture, ["kubernetes_secret", "kubernetes_secret_v1"]).map((resource) => new Secret(resource, "metadata[0].name")),
);

/** Kubernetes' kind of what each Terraform type makes. */
const KINDS: Readonly<Record<string, string>> = { service: "Service", secret: "Secret", config_map: "ConfigMap", deployment: "Deployment" };

/** The kind of an object that a resource makes or changes, and where its name stands. */
export function ownedKind(resource: Resource): { readonly kind: string; readonly namePath: string } | undefined {
  const { type } = resource;
  if (type === "kubernetes_manifest") return { kind: resource.text("manifest.kind") ?? "", namePath: "manifest.metadata.name" };
  if (type === "kubernetes_annotations" || type === "kubernetes_labels") return { kind: resource.text("kind") ?? "", namePath: "metadata[0].name" };
  const kind = KINDS[type.replace(/^kubernetes_/, "").replace(/_v1$/, "")];
  return kind === undefined ? undefined : { kind, namePath: "metadata[0].name" };
}

/** The value of an annotation, named without the prefix. */
export function annotation({ resource, annotations }: Service, name: string): string | undefined {
  return resource.text(annotationPath({ annotations }, name));
}

export function annotationPath({ annotations }: Pick<Service, "annotations">, name: string): string {
  return `${annotations}["${ANNOTATION_PREFIX}${name}"]`;
}

/** The cluster that a Kubernetes resource is in, from its provider; Missing where that does not say. */
export function clusterBehind(resource: Resource): { readonly resource?: Resource; readonly id?: string } {
  for (const reference of resource.parts.providerHost ?? []) {
    const data = resource.picture.referenced(resource.stack, reference);
    const id = data && resource.picture.idOf(data);
    if (data) return { resource: (id === undefined ? undefined : resource.picture.withId(id)) ?? data, id };
  }
  return resource.missing("provider", resource.parts.providerHost);
}

function ofTypes(picture: Picture, types: readonly string[]): Resource[] {
  return types.flatMap((type) => picture.ofType(type));
}
