import { TRUSTED_ACCESS_ROLE } from "../azure/azureml-extension.ts";
import { type Model, oncePerModel, type ResourceOrId } from "./model.ts";
import { Resource } from "./resource.ts";
import { Unknown, type Value } from "./value.ts";

/** Where a Terraform type that attaches a cluster keeps what Azure ML calls by one name. */
interface Paths {
  readonly name: string;
  readonly clusterId: string;
  readonly workspaceId: string;
  readonly location: string;
}

/** The same for an AksCompute. */
interface AksPaths extends Paths {
  readonly purpose: string;
  /** Absent where the type has no argument for it: the load balancer is then public. */
  readonly loadBalancerType?: string;
  readonly loadBalancerSubnet?: string;
  /** The block of TLS. */
  readonly tls: string;
  readonly leafDomainLabel: string;
  readonly overwriteExistingDomain: string;
  readonly cname: string;
  /** Where the certificate and the key may stand, those that reach the state last. */
  readonly certificate: readonly string[];
  readonly key: readonly string[];
}

const INFERENCE_CLUSTER: AksPaths = {
  name: "name",
  purpose: "cluster_purpose",
  clusterId: "kubernetes_cluster_id",
  workspaceId: "machine_learning_workspace_id",
  location: "location",
  tls: "ssl",
  leafDomainLabel: "ssl[0].leaf_domain_label",
  overwriteExistingDomain: "ssl[0].overwrite_existing_domain",
  cname: "ssl[0].cname",
  certificate: ["ssl[0].cert"],
  key: ["ssl[0].key"],
};

const CLUSTER = "azurerm_kubernetes_cluster";
const WORKSPACE = "azurerm_machine_learning_workspace";

const AKS = "body.properties.properties";
const SSL = "properties.properties.sslConfiguration";

const COMPUTE: Paths = {
  name: "name",
  clusterId: "body.properties.resourceId",
  workspaceId: "parent_id",
  location: "location",
};

const AZAPI: AksPaths = {
  ...COMPUTE,
  purpose: `${AKS}.clusterPurpose`,
  loadBalancerType: `${AKS}.loadBalancerType`,
  loadBalancerSubnet: `${AKS}.loadBalancerSubnet`,
  tls: `body.${SSL}`,
  leafDomainLabel: `body.${SSL}.leafDomainLabel`,
  overwriteExistingDomain: `body.${SSL}.overwriteExistingDomain`,
  cname: `body.${SSL}.cname`,
  certificate: [`sensitive_body.${SSL}.cert`, `body.${SSL}.cert`],
  key: [`sensitive_body.${SSL}.key`, `body.${SSL}.key`],
};

/** A cluster's attachment to a workspace, of either kind. */
export abstract class Attachment<P extends Paths = Paths> {
  /** `Compute` is one whose kind is not known. */
  abstract readonly kind: "AksCompute" | "KubernetesCompute" | "Compute";

  constructor(
    readonly resource: Resource,
    readonly paths: P,
  ) {}

  get name(): string | undefined {
    return this.resource.text(this.paths.name);
  }

  /**
   * The cluster, where it is created or read in the model, and its ID, where that is known. Throws NotKnown where
   * neither is.
   */
  get cluster(): ResourceOrId {
    return this.resource.model.target(this.resource, this.paths.clusterId, CLUSTER);
  }

  /** The workspace, in the same way. */
  get workspace(): ResourceOrId {
    return this.resource.model.target(this.resource, this.paths.workspaceId, WORKSPACE);
  }
}

/** An AksCompute, whichever provider makes it. It is the scoring endpoint too. */
export class AksCompute extends Attachment<AksPaths> {
  readonly kind = "AksCompute";
  get clusterPath(): string {
    return this.paths.clusterId;
  }

  get cnamePath(): string {
    return this.paths.cname;
  }

  get tlsPath(): string {
    return this.paths.tls;
  }

  get loadBalancerPath(): string | undefined {
    return this.paths.loadBalancerType;
  }

  /** No purpose means production. */
  get purpose(): string {
    return this.resource.text(this.paths.purpose) ?? "FastProd";
  }

  get isProduction(): boolean {
    return this.purpose !== "DevTest";
  }

  /** `PublicIp` or `InternalLoadBalancer`; none given means public. */
  get loadBalancerType(): string {
    const { loadBalancerType } = this.paths;
    return (loadBalancerType === undefined ? undefined : this.resource.text(loadBalancerType)) ?? "PublicIp";
  }

  get loadBalancerSubnet(): string | undefined {
    const { loadBalancerSubnet } = this.paths;
    return loadBalancerSubnet === undefined ? undefined : this.resource.text(loadBalancerSubnet);
  }

  /** Whether a certificate of one's own is written down, whatever it turns out to be. */
  get hasCertificate(): boolean {
    return this.paths.certificate.some((path) => this.resource.isSet(path));
  }

  get hasKey(): boolean {
    return this.paths.key.some((path) => this.resource.isSet(path));
  }
}

/** A KubernetesCompute. Its scoring endpoint is the extension of its cluster. */
export class KubernetesCompute extends Attachment {
  readonly kind = "KubernetesCompute";

  get namespace(): string {
    return this.resource.text(NAMESPACE) ?? "default";
  }

  /** Whether its workspace reaches the cluster by Trusted Access; NotKnown where a binding may be its own. */
  get hasTrustedAccess(): boolean {
    const { resource, paths } = this;
    const isGiven = bindingsOf(resource.model).some(
      (binding) =>
        isSame(this.cluster, targetOf(binding, "kubernetes_cluster_id", CLUSTER), binding) &&
        isSame(this.workspace, targetOf(binding, "source_resource_id", WORKSPACE), binding) &&
        [...binding.items("roles")].includes(TRUSTED_ACCESS_ROLE),
    );
    if (!isGiven) resource.assertWhole(paths.clusterId, "a Trusted Access role binding of its workspace");
    return isGiven;
  }
}

/** A compute whose body does not tell its kind before the apply: it may attach a cluster, in either way. */
export class Compute extends Attachment {
  readonly kind = "Compute";
}

/** Any attachment of a cluster. */
export type AnyAttachment = AksCompute | KubernetesCompute | Compute;

/** Where a KubernetesCompute keeps its namespace and its instance types. */
export const NAMESPACE = "body.properties.properties.namespace";
export const INSTANCE_TYPES = "body.properties.properties.instanceTypes";
export const DEFAULT_INSTANCE_TYPE = "body.properties.properties.defaultInstanceType";

/** The attachment that a resource is, if it is one. */
export function asAttachment(resource: Resource): AnyAttachment | undefined {
  if (resource.type === "azurerm_machine_learning_inference_cluster")
    return new AksCompute(resource, INFERENCE_CLUSTER);
  if (resource.type !== "azapi_resource") return undefined;
  const type = resource.value("type");
  if (typeof type !== "string" || !/^Microsoft\.MachineLearningServices\/workspaces\/computes@/i.test(type))
    return undefined;
  const kind = resource.value("body.properties.computeType");
  if (kind instanceof Unknown) return new Compute(withoutBody(resource, kind), COMPUTE);
  return kind === "AKS"
    ? new AksCompute(resource, AZAPI)
    : kind === "Kubernetes"
      ? new KubernetesCompute(resource, COMPUTE)
      : undefined;
}

/** A compute of which nothing in the body is known: what stands there means another thing for each kind. */
function withoutBody(resource: Resource, kind: Unknown): Resource {
  const { attributes } = resource.parts;
  const veiled = { ...(attributes as { readonly [key: string]: Value }), body: kind, sensitive_body: kind };
  return new Resource(Object.create(resource.parts, { attributes: { value: veiled } }), resource.model);
}

/** Every attachment of a model. */
export const attachmentsOf = oncePerModel((model): readonly AnyAttachment[] =>
  [...model.ofType("azurerm_machine_learning_inference_cluster"), ...model.ofType("azapi_resource")].flatMap(
    (resource) => asAttachment(resource) ?? [],
  ),
);

/** Every AksCompute of a model, and every compute that may be one. */
export const aksComputesOf = oncePerModel((model): readonly AksCompute[] =>
  attachmentsOf(model).flatMap((each) =>
    each.kind === "AksCompute" ? each : each.kind === "Compute" ? new AksCompute(each.resource, AZAPI) : [],
  ),
);

/** Every KubernetesCompute of a model, and every compute that may be one. */
export const kubernetesComputesOf = oncePerModel((model): readonly KubernetesCompute[] =>
  attachmentsOf(model).flatMap((each) =>
    each.kind === "KubernetesCompute"
      ? each
      : each.kind === "Compute"
        ? new KubernetesCompute(each.resource, COMPUTE)
        : [],
  ),
);

const bindingsOf = (model: Model): readonly Resource[] =>
  model.ofType("azurerm_kubernetes_cluster_trusted_access_role_binding");

const targetOf = (resource: Resource, path: string, type: string): ResourceOrId =>
  resource.model.target(resource, path, type);

/** Whether two are one; NotKnown where one is known by its ID alone and the other by its place alone. */
function isSame(one: ResourceOrId, other: ResourceOrId, asked: Resource): boolean {
  if (one.id !== undefined && other.id !== undefined) return one.id.toLowerCase() === other.id.toLowerCase();
  if (one.resource !== undefined && other.resource !== undefined) return one.resource === other.resource;
  return asked.notKnown("id");
}
