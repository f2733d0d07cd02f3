import type { CertificateFiles } from "../azure/certificate.ts";
import { type AksCompute, type AnyAttachment, aksComputesOf, asAttachment } from "../model/attachment.ts";
import { asExtension, EXTENSION_TYPES, type Extension, extensionsOf } from "../model/extension.ts";
import type { Level } from "../model/finding.ts";
import type { FixValue } from "../model/fix.ts";
import type { Model } from "../model/model.ts";
import { Resource } from "../model/resource.ts";
import type { ExistingAttachment, PlanCondition } from "./existing-cluster.ts";

/**
 * `synthesis` judges synthesized Terraform JSON, `plan` a plan of any origin; both are one implementation. `apply` is
 * enforced by Terraform itself, through a condition or check block that carries the rule's id and text.
 */
export type Phase = "synthesis" | "plan" | "apply";

/** What is wrong with one subject. */
export interface Problem {
  /** Terraform path in the subject's resource, for example `default_node_pool[0].vm_size`. */
  readonly attribute?: string;
  /** The resource it stands in. Default: the subject's. */
  readonly resource?: Resource;
  /** What is wrong with the value given. */
  readonly message: string;
  /** What is allowed, or what to change. */
  readonly advice: Advice;
  /**
   * What would resolve it, where that is a value. A function may read what the check did not: where that is not known,
   * there is no fix. Default: none.
   */
  readonly fix?: Fix | (() => Fix | undefined);
  /** Default: the rule's. */
  readonly level?: Level;
  /** False where this one cannot be acknowledged, though the rule can. */
  readonly canBeAcknowledged?: boolean;
  /** Whether this one is a constraint of Azure ML alone. Default: the rule's. */
  readonly isOfAzureMl?: boolean;
}

/**
 * What would resolve a problem. It is proven before anybody is offered it, so that it may be what is most likely meant,
 * and nothing where that is not clear.
 */
export interface Fix {
  /** Attributes by their Terraform path, and what they are set to; null takes one away, undefined leaves it. */
  readonly set?: Readonly<Record<string, FixValue | null | undefined>>;
  /** Attributes by their Terraform path, and the names that they get. */
  readonly rename?: Readonly<Record<string, string | undefined>>;
  /** The resource that these stand in. Default: the problem's. */
  readonly resource?: Resource;
  /**
   * The same in a configuration: keys below the cluster, for example `create.network.mode`. Default: the keys that the
   * attributes come from.
   */
  readonly configuration?: Readonly<Record<string, FixValue | null>>;
}

/** One text, or one in the words of Terraform and one in the keys of the configuration. */
export type Advice = string | { readonly terraform: string; readonly configuration: string };

/** A part of a check that is judged by itself: what is not known in it hides nothing in the other parts. */
export type Part = () => Iterable<Problem | Part>;

/** What a rule is asked about, one at a time, so that something unknown in one says nothing of the others. */
export type Subject =
  | Resource
  | {
      /** The resource that it stands in. */
      readonly resource: Resource;
    };

/** The resource that a finding on a subject stands at. */
export function resourceOf(subject: Subject): Resource {
  return subject instanceof Resource ? subject : subject.resource;
}

/** What a rule may know beside Terraform. */
export interface Circumstances {
  /** ISO date. */
  readonly today: string;
  /** Whether the stacks of a configuration are judged: advice names its keys then. Default: advice is for Terraform. */
  readonly isConfiguration?: boolean;
  /** A certificate and its key that somebody gave to be judged, before anything is deployed. */
  readonly certificateFiles?: CertificateFiles;
}

/** Terraform JSON that a rule passes, refuses or cannot decide. */
export interface Example {
  /** What it shows, as a phrase. */
  readonly shows: string;
  /** Stack name to its Terraform JSON. */
  readonly stacks: Readonly<Record<string, object>>;
  /**
   * What exists before, where the example is a change of it; then it is an example for plans alone. Default: nothing.
   */
  readonly before?: Readonly<Record<string, object>>;
  /** Attributes that force Terraform to replace a resource, by its address. Default: none. */
  readonly replacing?: Readonly<Record<string, readonly string[]>>;
  /** Beside the date. Default: none. */
  readonly circumstances?: Partial<Circumstances>;
}

/** Terraform JSON that a rule refuses, and where. */
export interface FailingExample extends Example {
  /**
   * Terraform path of the attribute that each finding names, in the order of the findings; WHOLE_RESOURCE for one that
   * names no attribute.
   */
  readonly finds: readonly string[];
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
export interface Rule<S extends Subject = Subject> {
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
  /** False where no acknowledgement acknowledges it. Default: true. */
  readonly canBeAcknowledged?: boolean;
  /** The file of somebody's own that it is in. Default: it is one of the package. */
  readonly file?: string;
  /**
   * True where it matters when something is created or changed: Azure or a provider refuses it then, or nobody should
   * choose it any more. What a plan finds as it is and leaves so is a note. Default: false.
   */
  readonly isRefused?: boolean;
  /**
   * True where it is a constraint of Azure ML, and no other user of a cluster needs to mind it. Of a cluster without a
   * workspace, an attachment or an extension in sight it is a note. Default: false.
   */
  readonly isOfAzureMl?: boolean;
  /** What is asked about: all of it in a model. */
  on(model: Model): readonly S[];
  /**
   * Gives what is wrong. It reads what it needs and handles nothing unknown by itself: a read of what is not known
   * ends it, and the verdict is unknown. Ask first for what decides whether the rule applies at all. What does not
   * depend on each other is given as parts: `yield () => tls(subject)`.
   */
  check(subject: S, circumstances: Circumstances): Iterable<Problem | Part>;
  /**
   * What Terraform itself checks in the plan where a cluster that exists is attached, because only Azure knows.
   * Default: nothing.
   */
  conditions?(attachment: ExistingAttachment): readonly PlanCondition[];
  /** The same as configuration: what passes and what is found; or why a configuration cannot break it. */
  readonly configuration: string | { readonly passing?: ConfigurationPart; readonly failing: ConfigurationPart };
  /**
   * Terraform JSON that shows what it means; the tests run every one. A getter makes them when somebody asks, and not
   * at each start.
   */
  readonly examples: {
    readonly passing: readonly Example[];
    readonly failing: readonly FailingExample[];
    readonly unknown: readonly Example[];
  };
}

/** Defines a rule, with the type of its subjects checked. */
export function rule<S extends Subject>(definition: Rule<S>): Rule {
  return definition as Rule;
}

/** Every Azure ML extension that a plan removes, as it was: also one that something else takes the place of. */
export const deletedExtensions = (model: Model): readonly Extension[] =>
  [...model.resources, ...model.removed]
    .filter((resource) => EXTENSION_TYPES.includes(resource.type) && resource.actions.includes("delete"))
    .flatMap((resource) => asExtension(resource.before ?? resource) ?? []);

/** Every scoring endpoint: an AksCompute, or the extension that serves the KubernetesComputes of a cluster. */
export const endpoints = (model: Model): readonly (AksCompute | Extension)[] => [
  ...aksComputesOf(model),
  ...extensionsOf(model),
];

const CLUSTER = "azurerm_kubernetes_cluster";

/** Every AKS cluster that is created. */
export const createdClusters = resourcesOf(CLUSTER);

/** Every AKS cluster that a plan creates, changes or removes. */
export const plannedClusters = (model: Model): readonly Resource[] => [
  ...model.ofType(CLUSTER),
  ...model.removed.filter(({ type }) => type === CLUSTER),
];

/** Every attachment, of either kind, that a plan removes. */
export const removedAttachments = ({ removed }: Model): readonly AnyAttachment[] =>
  removed.flatMap((resource) => asAttachment(resource) ?? []);

/** Every node pool beside a cluster's own. */
export const nodePoolResources = resourcesOf("azurerm_kubernetes_cluster_node_pool");

/** A node pool: the resource that it stands in, and its path there; empty where it is a resource of its own. */
interface NodePoolAt {
  readonly resource: Resource;
  readonly path: string;
}

/** Every node pool that is created: a cluster's own, and those beside it. */
export const allNodePools = (model: Model): readonly NodePoolAt[] => [
  ...createdClusters(model).map((resource) => ({ resource, path: "default_node_pool[0]" })),
  ...nodePoolResources(model).map((resource) => ({ resource, path: "" })),
];

/** Every resource, data source and ephemeral resource. */
export const allResources = ({ resources }: Model): readonly Resource[] => resources;

/** Every resource of the kubernetes provider: objects that Terraform makes or changes. */
export const kubernetesResources = ({ resources }: Model): readonly Resource[] =>
  resources.filter(({ type, parts }) => parts.mode === "managed" && !parts.isFound && type.startsWith("kubernetes_"));

function resourcesOf(type: string): (model: Model) => readonly Resource[] {
  return (model) => model.ofType(type);
}
