import type { CertificateMaterial } from "../azure/certificate.ts";
import type { Level } from "../finding.ts";
import { type AksCompute, aksComputesOf, asAttachment, attachmentsOf, type KubernetesCompute, kubernetesComputesOf } from "../terraform/attachment.ts";
import { asExtension, type Extension, extensionsOf } from "../terraform/extension.ts";
import { type Secret, type Service, secretsOf, servicesOf } from "../terraform/kubernetes.ts";
import type { Picture } from "../terraform/picture.ts";
import type { Resource } from "../terraform/resource.ts";

/**
 * S judges synthesized Terraform JSON, P a plan of any origin; both are one implementation. A is enforced by Terraform
 * itself, through a condition or check block that carries the rule's id and text.
 */
export type Phase = "S" | "P" | "A";

/** What is wrong with one subject. */
export interface Problem {
  /** Terraform path in the subject's resource, for example `default_node_pool[0].vm_size`. */
  readonly attribute?: string;
  /** The resource it stands in. Default: the subject's. */
  readonly resource?: Resource;
  /** What is wrong with the value given. */
  readonly message: string;
  /** What is allowed, or what to change. */
  readonly advice: string;
  /** Default: the rule's. */
  readonly level?: Level;
  /** False where this one cannot be waived, though the rule can. */
  readonly waivable?: boolean;
}

/** What a rule is asked about, one at a time, so that something unknown in one says nothing of the others. */
export interface Subjects<S> {
  /** All of them in a picture. */
  list(picture: Picture): readonly S[];
  /** The resource that a finding on one stands at. */
  resource(subject: S): Resource;
}

/** What a rule may know beside Terraform. */
export interface Circumstances {
  /** ISO date. */
  readonly today: string;
  /** A certificate and its key that somebody gave to be judged, before anything is deployed. */
  readonly material?: CertificateMaterial;
}

/** Terraform JSON that a rule passes, refuses or cannot decide. */
export interface Example {
  /** What it shows, as a phrase. */
  readonly shows: string;
  /** Stack name to its Terraform JSON. */
  readonly stacks: Readonly<Record<string, object>>;
  /** What exists before, where the example is a change of it; then it is an example for plans alone. Default: nothing. */
  readonly before?: Readonly<Record<string, object>>;
  /** Attributes that force Terraform to replace a resource, by its address. Default: none. */
  readonly replacing?: Readonly<Record<string, readonly string[]>>;
  /** Beside the date. Default: none. */
  readonly circumstances?: Partial<Circumstances>;
}

/**
 * Parts of a cluster in the configuration, laid over an ordinary one (null removes a key); `second` is a second cluster
 * beside it.
 */
export interface ConfigurationPart {
  /** Keys of `create`; null leaves it out. */
  readonly create?: object | null;
  /** Keys of `existing`. */
  readonly existing?: object;
  /** Keys of `attachment`. */
  readonly attachment?: object;
  /** A second cluster, whole. */
  readonly second?: object;
}

/** One constraint, as a document states it. */
export interface Rule<S = unknown> {
  /** The path of its file below rules/, without the ending. */
  readonly id: string;
  /** How much it matters. */
  readonly level: Level;
  /** What should hold, in one sentence. */
  readonly fact: string;
  /** What happens otherwise. */
  readonly why: string;
  /** Public address of the document that says so. */
  readonly source: string;
  /** Where it is enforced. */
  readonly phases: readonly Phase[];
  /** What alone enforces it, in words, where that is less than its phases. */
  readonly onlyBy?: string;
  /** False where no acknowledgement waives it. Default: true. */
  readonly waivable?: boolean;
  /** What is asked about. */
  readonly on: Subjects<S>;
  /**
   * Gives what is wrong. It reads what it needs and handles nothing unknown by itself: a read of what is not known
   * ends it, and the verdict is unknown.
   */
  check(subject: S, circumstances: Circumstances): Iterable<Problem>;
  /** The same as configuration: what passes and what is found; or why a configuration cannot break it. */
  readonly configuration: string | { readonly passing?: ConfigurationPart; readonly failing: ConfigurationPart };
  /** Terraform JSON that shows what it means; the tests run every one. */
  readonly examples: {
    readonly passing: readonly Example[];
    readonly failing: readonly Example[];
    readonly unknown: readonly Example[];
  };
}

/** Defines a rule, with the type of its subjects checked. */
export function rule<S>(definition: Rule<S>): Rule {
  return definition as Rule;
}

/** Every attachment, of either kind. */
export const attachments: Subjects<AksCompute | KubernetesCompute> = { list: attachmentsOf, resource: ({ resource }) => resource };

/** Every AksCompute. */
export const aksComputes: Subjects<AksCompute> = { list: aksComputesOf, resource: ({ resource }) => resource };

/** Every KubernetesCompute. */
export const kubernetesComputes: Subjects<KubernetesCompute> = { list: kubernetesComputesOf, resource: ({ resource }) => resource };

/** Every Azure ML extension. */
export const extensions: Subjects<Extension> = { list: extensionsOf, resource: ({ resource }) => resource };

/** Every Azure ML extension that a plan creates, changes or removes. */
export const plannedExtensions: Subjects<Extension> = {
  list: (picture) => [...extensionsOf(picture), ...picture.removed.flatMap((resource) => asExtension(resource) ?? [])],
  resource: ({ resource }) => resource,
};

/** Every scoring endpoint: an AksCompute, or the extension that serves the KubernetesComputes of a cluster. */
export const endpoints: Subjects<AksCompute | Extension> = {
  list: (picture) => [...aksComputesOf(picture), ...extensionsOf(picture)],
  resource: ({ resource }) => resource,
};

/** Every AKS cluster that is created. */
export const createdClusters = resourcesOf("azurerm_kubernetes_cluster");

/** Every AKS cluster that a plan creates, changes or removes. */
export const plannedClusters: Subjects<Resource> = {
  list: (picture) => [...picture.ofType("azurerm_kubernetes_cluster"), ...picture.removed.filter(({ type }) => type === "azurerm_kubernetes_cluster")],
  resource: (resource) => resource,
};

/** Every attachment, of either kind, that a plan removes. */
export const removedAttachments: Subjects<AksCompute | KubernetesCompute> = {
  list: ({ removed }) => removed.flatMap((resource) => asAttachment(resource) ?? []),
  resource: ({ resource }) => resource,
};

/** Every node pool beside a cluster's own. */
export const nodePoolResources = resourcesOf("azurerm_kubernetes_cluster_node_pool");

/** Every node pool that is created: a cluster's own, and those beside it. */
export const allNodePools: Subjects<{ readonly resource: Resource; readonly path: string }> = {
  list: (picture) => [
    ...createdClusters.list(picture).map((resource) => ({ resource, path: "default_node_pool[0]" })),
    ...nodePoolResources.list(picture).map((resource) => ({ resource, path: "" })),
  ],
  resource: ({ resource }) => resource,
};

/** Every resource, data source and ephemeral resource. */
export const allResources: Subjects<Resource> = { list: (picture) => picture.resources, resource: (resource) => resource };

/** Every resource of the kubernetes provider. */
export const kubernetesResources: Subjects<Resource> = {
  list: (picture) => picture.resources.filter(({ type, parts }) => parts.mode === "managed" && type.startsWith("kubernetes_")),
  resource: (resource) => resource,
};

/** Every Kubernetes Service that is made or annotated. */
export const services: Subjects<Service> = { list: servicesOf, resource: ({ resource }) => resource };

/** Every Kubernetes Secret. */
export const secrets: Subjects<Secret> = { list: secretsOf, resource: ({ resource }) => resource };

function resourcesOf(type: string): Subjects<Resource> {
  return { list: (picture) => picture.ofType(type), resource: (resource) => resource };
}
