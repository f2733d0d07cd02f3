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
}

const INFERENCE_CLUSTER: Paths = {
  name: "name",
  purpose: "cluster_purpose",
  clusterId: "kubernetes_cluster_id",
  workspaceId: "machine_learning_workspace_id",
  location: "location",
};

const AZAPI: Paths = {
  name: "name",
  purpose: "body.properties.properties.clusterPurpose",
  clusterId: "body.properties.resourceId",
  workspaceId: "parent_id",
  location: "location",
  loadBalancerType: "body.properties.properties.loadBalancerType",
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

  /** The cluster, where it is created or read in the picture, and its ID, where that is known. Throws Missing where neither is. */
  get cluster(): { readonly resource?: Resource; readonly id?: string } {
    return this.resource.picture.target(this.resource, this.paths.clusterId);
  }

  /** The workspace, in the same way. */
  get workspace(): { readonly resource?: Resource; readonly id?: string } {
    return this.resource.picture.target(this.resource, this.paths.workspaceId);
  }
}

/** Every AksCompute of a picture. */
export const attachmentsOf = oncePerPicture((picture): readonly Attachment[] => {
  const azapi = picture.ofType("azapi_resource").filter((resource) => {
    const type = resource.value("type");
    return (
      typeof type === "string" &&
      /^Microsoft\.MachineLearningServices\/workspaces\/computes@/i.test(type) &&
      resource.value("body.properties.computeType") === "AKS"
    );
  });
  return [
    ...picture.ofType("azurerm_machine_learning_inference_cluster").map((resource) => new Attachment(resource, INFERENCE_CLUSTER)),
    ...azapi.map((resource) => new Attachment(resource, AZAPI)),
  ];
});
