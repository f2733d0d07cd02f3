import { MachineLearningInferenceCluster } from "@cdktf/provider-azurerm/lib/machine-learning-inference-cluster/index.js";
import { Construct } from "constructs";
import type { IAksCluster } from "./aks-cluster.ts";
import { judgeOnSynthesis } from "./judgement.ts";
import { comesFrom } from "./origin.ts";

/** A certificate that Microsoft issues for `<label>######.<region>.cloudapp.azure.com`. */
export interface MicrosoftCertificate {
  /** First part of the domain name, without the random characters that Azure adds. */
  readonly leafDomainLabel: string;
  /** Whether an existing domain of that label may be taken over. @default false */
  readonly overwriteExistingDomain?: boolean;
}

/** @see https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs/resources/machine_learning_inference_cluster */
export interface ComputeAttachmentProps {
  /** Name of the compute in the workspace. */
  readonly computeName: string;
  /** Resource ID of the Azure Machine Learning workspace. */
  readonly workspaceId: string;
  /** Region of the workspace; the region of the cluster is read from the cluster. */
  readonly location: string;
  /** The cluster that is attached. */
  readonly cluster: IAksCluster;
  /** `DevTest`, `FastProd` or `DenseProd`. @default - FastProd, by Azure */
  readonly clusterPurpose?: string;
  /** Free text. @default - none */
  readonly description?: string;
  /** Whether the compute has an identity of its own. @default false */
  readonly systemAssignedIdentity?: boolean;
  /** Resource IDs of user-assigned identities. @default - none */
  readonly userAssignedIdentityIds?: readonly string[];
  /** Azure tags of the compute. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
  /** TLS of the scoring endpoint. @default - none */
  readonly tls?: MicrosoftCertificate;
}

const ATTRIBUTES: Readonly<Record<string, keyof ComputeAttachmentProps | "tls.leafDomainLabel" | "tls.overwriteExistingDomain">> = {
  name: "computeName",
  machine_learning_workspace_id: "workspaceId",
  location: "location",
  kubernetes_cluster_id: "cluster",
  cluster_purpose: "clusterPurpose",
  description: "description",
  "identity.type": "systemAssignedIdentity",
  "identity.identity_ids": "userAssignedIdentityIds",
  tags: "tags",
  ssl: "tls",
  "ssl.leaf_domain_label": "tls.leafDomainLabel",
  "ssl.overwrite_existing_domain": "tls.overwriteExistingDomain",
};

/**
 * Attaches an AKS cluster to a workspace as AksCompute. Azure has no update for it: every change detaches and attaches
 * again, and destroying it detaches and leaves the cluster running.
 */
export class ComputeAttachment extends Construct {
  readonly resource: MachineLearningInferenceCluster;

  constructor(scope: Construct, id: string, props: ComputeAttachmentProps) {
    super(scope, id);
    judgeOnSynthesis(this);
    const identityTypes = [...(props.systemAssignedIdentity ? ["SystemAssigned"] : []), ...(props.userAssignedIdentityIds ? ["UserAssigned"] : [])];
    this.resource = new MachineLearningInferenceCluster(this, "Resource", {
      name: props.computeName,
      machineLearningWorkspaceId: props.workspaceId,
      location: props.location,
      kubernetesClusterId: props.cluster.clusterId,
      clusterPurpose: props.clusterPurpose,
      description: props.description,
      tags: props.tags && { ...props.tags },
      identity:
        identityTypes.length > 0
          ? { type: identityTypes.join(", "), identityIds: props.userAssignedIdentityIds && [...props.userAssignedIdentityIds] }
          : undefined,
      ssl: props.tls && { leafDomainLabel: props.tls.leafDomainLabel, overwriteExistingDomain: props.tls.overwriteExistingDomain },
    });
    comesFrom(this.resource, ATTRIBUTES);
  }

  /** Resource ID of the compute. */
  get computeId(): string {
    return this.resource.id;
  }
}
