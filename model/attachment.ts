import { TRUSTED_ACCESS_ROLE } from "../azure/azureml-extension.ts";
import { oncePerModel, type ResourceOrId } from "./model.ts";
import { Resource } from "./resource.ts";
import { NotKnown, Unknown, type Value } from "./value.ts";

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

const TRUSTED_ACCESS = "azurerm_kubernetes_cluster_trusted_access_role_binding";
const CLUSTER = "azurerm_kubernetes_cluster";
const WORKSPACE = "azurerm_machine_learning_workspace";

const AKS = "body.properties.properties";
const SSL = "properties.properties.sslConfiguration";

const COMPUTE_TYPE = "body.properties.computeType";

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

  /** Ends a check where it may be a compute of another kind. */
  assertIsAks(): void {
    if (this.resource.isOfAzapi) this.resource.text(COMPUTE_TYPE);
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
    const { byPair, undecided } = bindingsOf(this.resource.model);
    const [cluster, workspace] = [nameOf(this.cluster), nameOf(this.workspace)];
    const own = byPair.get(`${cluster.key} ${workspace.key}`) ?? [];
    if (own.some((binding) => [...binding.items("roles")].includes(TRUSTED_ACCESS_ROLE))) return true;
    if (undecided) throw undecided;
    for (const one of [cluster.key, cluster.maybe])
      for (const other of [workspace.key, workspace.maybe]) {
        const [binding] = byPair.get(`${one} ${other}`) ?? [];
        if (binding && binding !== own[0]) return binding.notKnown("id");
      }
    this.resource.model.assertNoneOf(this.cluster, TRUSTED_ACCESS, "kubernetes_cluster_id");
    this.resource.assertWhole(this.paths.clusterId, "a Trusted Access role binding of its workspace");
    return false;
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
  const kind = resource.value(COMPUTE_TYPE);
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

/** The Terraform types that attach a cluster, the second among others. */
export const ATTACHING_TYPES: readonly string[] = ["azurerm_machine_learning_inference_cluster", "azapi_resource"];

/** Every attachment of a model. */
export const attachmentsOf = oncePerModel((model): readonly AnyAttachment[] =>
  ATTACHING_TYPES.flatMap((type) => model.ofType(type)).flatMap((resource) => asAttachment(resource) ?? []),
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

/**
 * What a cluster or a workspace is known by: its ID, else its place in Terraform. Where only one of them is known, it may
 * be any other of which only the other one is known.
 */
function nameOf({ resource, id }: ResourceOrId): {
  readonly key: string;
  readonly kind: string;
  readonly maybe?: string;
} {
  if (id === undefined) return { key: `${resource?.stack} ${resource?.address}`, kind: "by place", maybe: "by ID" };
  return { key: id.toLowerCase(), ...(resource ? { kind: "by both" } : { kind: "by ID", maybe: "by place" }) };
}

interface Bindings {
  /** By what their cluster and their workspace are known by, and by how that is known. */
  readonly byPair: ReadonlyMap<string, readonly Resource[]>;
  /** Why it is not known of some binding what it binds. */
  readonly undecided?: NotKnown;
}

/** Trusted Access of workspaces to clusters. */
const bindingsOf = oncePerModel((model): Bindings => {
  const byPair = new Map<string, Resource[]>();
  let undecided: NotKnown | undefined;
  for (const binding of model.ofType(TRUSTED_ACCESS)) {
    try {
      const cluster = nameOf(model.target(binding, "kubernetes_cluster_id", CLUSTER));
      const workspace = nameOf(model.target(binding, "source_resource_id", WORKSPACE));
      for (const one of [cluster.key, cluster.kind])
        for (const other of [workspace.key, workspace.kind]) {
          const same = byPair.get(`${one} ${other}`);
          if (same) same.push(binding);
          else byPair.set(`${one} ${other}`, [binding]);
        }
    } catch (error) {
      if (!(error instanceof NotKnown)) throw error;
      undecided ??= error;
    }
  }
  return { byPair, undecided };
});
