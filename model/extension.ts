import {
  BOOLEAN_SETTINGS,
  EXTENSION_NAMESPACE,
  EXTENSION_TYPE,
  INTERNAL_LOAD_BALANCER,
  SSL_SECRET,
} from "../azure/azureml-extension.ts";
import { oncePerModel, type ResourceOrId } from "./model.ts";
import type { Toleration } from "./node-pools.ts";
import type { Resource } from "./resource.ts";

/** Where each Terraform type that installs the extension keeps what it is given. */
interface ExtensionPaths {
  readonly clusterId: string;
  readonly settings: string;
  readonly protectedSettings: readonly string[];
  readonly namespace: string;
}

const AZURERM: ExtensionPaths = {
  clusterId: "cluster_id",
  settings: "configuration_settings",
  protectedSettings: ["configuration_protected_settings"],
  namespace: "release_namespace",
};

const AZAPI: ExtensionPaths = {
  clusterId: "parent_id",
  settings: "body.properties.configurationSettings",
  protectedSettings: [
    "sensitive_body.properties.configurationProtectedSettings",
    "body.properties.configurationProtectedSettings",
  ],
  namespace: "body.properties.scope.cluster.releaseNamespace",
};

/** The Azure ML extension of a cluster: the scoring endpoint of every KubernetesCompute there. */
export class Extension {
  constructor(
    readonly resource: Resource,
    readonly paths: ExtensionPaths,
  ) {}

  /**
   * The cluster, where it is created or read in the model, and its ID, where that is known. Throws NotKnown where
   * neither is.
   */
  get cluster(): ResourceOrId {
    return this.resource.model.target(this.resource, this.paths.clusterId, "azurerm_kubernetes_cluster");
  }

  /** Terraform path of a setting. */
  at(name: string): string {
    return `${this.paths.settings}["${name}"]`;
  }

  get clusterPath(): string {
    return this.paths.clusterId;
  }

  get cnamePath(): string {
    return this.at("sslCname");
  }

  get tlsPath(): string {
    return this.at("sslCname");
  }

  get loadBalancerPath(): string {
    return this.at("internalLoadBalancerProvider");
  }

  setting(name: string): string | undefined {
    return this.resource.text(this.at(name));
  }

  /** A setting that is True or False, or what Azure ML takes where it is not given. */
  flag(name: keyof typeof BOOLEAN_SETTINGS): boolean {
    const text = this.setting(name);
    return text === undefined ? BOOLEAN_SETTINGS[name] : isTrue(text);
  }

  /** Where a protected setting is written down, those that reach the state last; empty where it is not. */
  protectedPaths(name: string): string[] {
    return this.paths.protectedSettings
      .map((settings) => `${settings}["${name}"]`)
      .filter((path) => this.resource.isSet(path));
  }

  get servesModels(): boolean {
    return this.flag("enableInference");
  }

  /** What the cluster is for; Azure ML takes it to be production where it is not said. */
  get purpose(): string {
    return this.setting("clusterPurpose") ?? "FastProd";
  }

  get isProduction(): boolean {
    return this.purpose !== "DevTest";
  }

  /** `InternalLoadBalancer`, `PublicIp`, or `None` where the router has no load balancer. */
  get loadBalancerType(): string {
    if (!this.servesModels || this.setting("inferenceRouterServiceType")?.toLowerCase() !== "loadbalancer")
      return "None";
    return isTrue(this.setting(INTERNAL_LOAD_BALANCER) ?? "") ? "InternalLoadBalancer" : "PublicIp";
  }

  /**
   * Labels of the nodes on which it and what it runs may be: its settings `nodeSelector.<label>`. An empty one is
   * refused.
   */
  get nodeSelector(): Readonly<Record<string, string>> {
    const names = this.resource.keys(this.paths.settings).filter((name) => name.startsWith(NODE_SELECTOR));
    const labels = names.map((name) => [name.slice(NODE_SELECTOR.length), this.setting(name) ?? ""] as const);
    return Object.fromEntries(labels.filter(([, value]) => value !== ""));
  }

  /** What its settings let jobs and models tolerate: `workLoadToleration[0].key`, and `toleration[0].key`. */
  get tolerations(): readonly Toleration[] {
    const found = new Map<string, Record<string, string>>();
    for (const name of this.resource.keys(this.paths.settings)) {
      const [, item, part] = /^((?:workLoadT|t)oleration\[\d+\])\.(key|operator|value|effect)$/.exec(name) ?? [];
      if (item === undefined || part === undefined) continue;
      found.set(item, { ...found.get(item), [part]: this.setting(name) ?? "" });
    }
    return [...found.values()].map((each) => ({ operator: "Equal", ...each }));
  }

  /** Name of the secret that it reads its certificate from. */
  get sslSecret(): string | undefined {
    return this.setting(SSL_SECRET);
  }

  get namespace(): string {
    return this.resource.text(this.paths.namespace) ?? EXTENSION_NAMESPACE;
  }
}

const NODE_SELECTOR = "nodeSelector.";

export function isTrue(text: string): boolean {
  return text.toLowerCase() === "true";
}

/** Types of the resources that may be an extension. */
export const EXTENSION_TYPES: readonly string[] = ["azurerm_kubernetes_cluster_extension", "azapi_resource"];

/** The Azure ML extension that a resource is, if it is one. */
export function asExtension(resource: Resource): Extension | undefined {
  const isAzureMl = (path: string): boolean => {
    const type = resource.value(path);
    return typeof type === "string" && type.toLowerCase() === EXTENSION_TYPE.toLowerCase();
  };
  if (resource.type === "azurerm_kubernetes_cluster_extension" && isAzureMl("extension_type"))
    return new Extension(resource, AZURERM);
  return resource.type === "azapi_resource" && isAzureMl("body.properties.extensionType")
    ? new Extension(resource, AZAPI)
    : undefined;
}

/** Every Azure ML extension of a model. */
export const extensionsOf = oncePerModel((model): readonly Extension[] =>
  EXTENSION_TYPES.flatMap((type) => model.ofType(type)).flatMap((resource) => asExtension(resource) ?? []),
);
