import { oncePerPicture } from "./picture.ts";
import type { Resource } from "./resource.ts";

/** Where each Terraform type that attaches a cluster keeps what Azure ML calls by one name. */
interface Paths {
  readonly name: string;
  readonly purpose: string;
  readonly clusterId: string;
  readonly workspaceId: string;
  readonly location: string;
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

const INFERENCE_CLUSTER: Paths = {
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

const AKS = "body.properties.properties";
const SSL = "properties.properties.sslConfiguration";

const AZAPI: Paths = {
  name: "name",
  purpose: `${AKS}.clusterPurpose`,
  clusterId: "body.properties.resourceId",
  workspaceId: "parent_id",
  location: "location",
  loadBalancerType: `${AKS}.loadBalancerType`,
  loadBalancerSubnet: `${AKS}.loadBalancerSubnet`,
  tls: `body.${SSL}`,
  leafDomainLabel: `body.${SSL}.leafDomainLabel`,
  overwriteExistingDomain: `body.${SSL}.overwriteExistingDomain`,
  cname: `body.${SSL}.cname`,
  certificate: [`sensitive_body.${SSL}.cert`, `body.${SSL}.cert`],
  key: [`sensitive_body.${SSL}.key`, `body.${SSL}.key`],
};

/** A cluster's attachment to a workspace as AksCompute, whichever provider makes it. */
export class Attachment {
  constructor(
    readonly resource: Resource,
    readonly paths: Paths,
  ) {}

  get name(): string | undefined {
    return this.resource.text(this.paths.name);
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
    return this.paths.certificate.some((path) => this.resource.isGiven(path));
  }

  get hasKey(): boolean {
    return this.paths.key.some((path) => this.resource.isGiven(path));
  }

  /** The cluster, where it is created or read in the picture, and its ID, where that is known. Throws Missing where neither is. */
  get cluster(): { readonly resource?: Resource; readonly id?: string } {
    return this.resource.picture.target(this.resource, this.paths.clusterId, "azurerm_kubernetes_cluster");
  }

  /** The workspace, in the same way. */
  get workspace(): { readonly resource?: Resource; readonly id?: string } {
    return this.resource.picture.target(this.resource, this.paths.workspaceId, "azurerm_machine_learning_workspace");
  }
}

/** The attachment that a resource is, if it is one. */
export function asAttachment(resource: Resource): Attachment | undefined {
  if (resource.type === "azurerm_machine_learning_inference_cluster") return new Attachment(resource, INFERENCE_CLUSTER);
  if (resource.type !== "azapi_resource") return undefined;
  const type = resource.value("type");
  const isCompute = typeof type === "string" && /^Microsoft\.MachineLearningServices\/workspaces\/computes@/i.test(type);
  return isCompute && resource.value("body.properties.computeType") === "AKS" ? new Attachment(resource, AZAPI) : undefined;
}

/** Every AksCompute of a picture. */
export const attachmentsOf = oncePerPicture((picture): readonly Attachment[] =>
  [...picture.ofType("azurerm_machine_learning_inference_cluster"), ...picture.ofType("azapi_resource")].flatMap((resource) => asAttachment(resource) ?? []),
);
