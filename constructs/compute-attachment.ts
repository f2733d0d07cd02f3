import { MachineLearningInferenceCluster } from "@cdktf/provider-azurerm/lib/machine-learning-inference-cluster/index.js";
import { Construct } from "constructs";
import { type AttachWith, decideAttachWith } from "../azure/attach-with.ts";
import { addressOf } from "./address.ts";
import type { IAksCluster } from "./aks-cluster.ts";
import { AzapiResource } from "./azapi/resource.ts";
import { DataResource, type TerraformResourceLifecycle } from "./cdktf.ts";
import { type CertificateSource, readEphemerally, readIntoState } from "./certificate.ts";
import { azapiImportId, COMPUTE_TYPE, type ComputeIdentityProps, DETACH, identityOf } from "./compute.ts";
import { ImportBlock } from "./import-block.ts";
import { judgeOnSynthesis } from "./judgement.ts";
import { MovedBlock } from "./moved-block.ts";
import { comesFrom } from "./origin.ts";

/** A certificate that Microsoft issues for `<label>######.<region>.cloudapp.azure.com`. */
export interface MicrosoftCertificate {
  /** First part of the domain name, without the random characters that Azure adds. */
  readonly leafDomainLabel: string;
  /** Whether an existing domain of that label may be taken over. @default false */
  readonly overwriteExistingDomain?: boolean;
}

/** A certificate of one's own, for a domain of one's own. */
export interface OwnCertificate {
  /** Domain name of the scoring endpoint; its DNS record is yours to make. */
  readonly cname: string;
  /** Where the certificate and its key are kept. */
  readonly certificate: CertificateSource;
}

/** Where the scoring endpoint listens. */
export type LoadBalancer =
  | {
      /** `PublicIp`: a public address; `InternalLoadBalancer`: a private one in the cluster's network. */
      readonly type: "PublicIp";
    }
  | {
      /** The private one; azapi alone attaches with it. */
      readonly type: "InternalLoadBalancer";
      /** Name of a subnet in the cluster's virtual network. */
      readonly subnet: string;
    };

/** @see https://learn.microsoft.com/azure/templates/microsoft.machinelearningservices/2025-06-01/workspaces/computes */
export interface ComputeAttachmentProps extends ComputeIdentityProps {
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
  /** Azure tags of the compute. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
  /** Where the scoring endpoint listens. @default - a public load balancer */
  readonly loadBalancer?: LoadBalancer;
  /** TLS of the scoring endpoint. @default - none */
  readonly tls?: MicrosoftCertificate | OwnCertificate;
  /**
   * Resource ID of a compute that exists already and is taken over, instead of failing.
   * @default - a new one is made
   */
  readonly adoptComputeId?: string;
  /** A new value detaches and attaches once, which updates the Azure ML components. @default - never */
  readonly reattach?: string;
  /** The provider that attaches. @default - the decision table in azure/attach-with.ts */
  readonly attachWith?: AttachWith;
}

/** The union as one shape, of which a configuration may give any part; rules judge what is missing. */
type Tls = Partial<MicrosoftCertificate & OwnCertificate>;

const AZURERM = "azurerm_machine_learning_inference_cluster";

const AZURERM_ATTRIBUTES: Readonly<Record<string, string>> = {
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
  "ssl.cname": "tls.cname",
  "ssl.cert": "tls.certificate",
  "ssl.key": "tls.certificate",
};

const AKS = "body.properties.properties";

const AZAPI_ATTRIBUTES: Readonly<Record<string, string>> = {
  type: "attachWith",
  name: "computeName",
  parent_id: "workspaceId",
  location: "location",
  "body.properties.resourceId": "cluster",
  "body.properties.description": "description",
  [`${AKS}.clusterPurpose`]: "clusterPurpose",
  [`${AKS}.loadBalancerType`]: "loadBalancer.type",
  [`${AKS}.loadBalancerSubnet`]: "loadBalancer.subnet",
  [`${AKS}.sslConfiguration`]: "tls",
  [`${AKS}.sslConfiguration.cname`]: "tls.cname",
  [`${AKS}.sslConfiguration.leafDomainLabel`]: "tls.leafDomainLabel",
  [`${AKS}.sslConfiguration.overwriteExistingDomain`]: "tls.overwriteExistingDomain",
  sensitive_body: "tls.certificate",
  "identity.type": "systemAssignedIdentity",
  "identity.identity_ids": "userAssignedIdentityIds",
  tags: "tags",
  "tags.certificateVersion": "certificate.version",
};

/**
 * Attaches an AKS cluster to a workspace as AksCompute. Destroying it detaches, and leaves the cluster running. Through
 * azurerm every change detaches and attaches again; through azapi it is an update in place. Going from azurerm to azapi
 * keeps the attachment; the way back is refused by Terraform, because azurerm cannot take over what azapi made.
 */
export class ComputeAttachment extends Construct {
  /** The attachment itself, for what no prop sets. */
  readonly resource: MachineLearningInferenceCluster | AzapiResource;
  /** The provider that attaches: the stack needs it. */
  readonly attachedWith: AttachWith;
  private readonly lifecycle: TerraformResourceLifecycle;

  constructor(scope: Construct, id: string, props: ComputeAttachmentProps) {
    super(scope, id);
    judgeOnSynthesis(this);
    const tls: Tls = props.tls ?? {};
    this.attachedWith =
      props.attachWith ??
      decideAttachWith({
        // A subnet too: what is wrong with it in front of a public one is for the rules to say.
        internalLoadBalancer:
          props.loadBalancer?.type === "InternalLoadBalancer" ||
          (props.loadBalancer !== undefined && "subnet" in props.loadBalancer),
        ownCertificate: tls.certificate !== undefined,
        adoptsTls: props.adoptComputeId !== undefined && props.tls !== undefined,
      });
    // There from the first apply on: one that comes with the value would not make the replacement happen.
    const trigger = new DataResource(this, "reattach", { input: (props.reattach ?? "") as never });
    comesFrom(trigger, { input: "reattach" });
    const { clusterPurpose, workspaceId, location } = props;
    const preconditions =
      props.cluster.conditionsFor?.({ clusterPurpose, workspaceId, workspaceRegion: location }) ?? [];
    this.lifecycle = {
      replaceTriggeredBy: [addressOf(trigger)],
      ...(preconditions.length > 0 ? { precondition: preconditions } : {}),
    };
    this.resource = this.attachedWith === "azapi" ? this.throughAzapi(props, tls) : this.throughAzurerm(props, tls);
    const address = {
      azurerm: `${AZURERM}.${this.resource.friendlyUniqueId}`,
      azapi: `${AzapiResource.tfResourceType}.${this.resource.friendlyUniqueId}`,
    };
    const [from, to] =
      this.attachedWith === "azapi" ? [address.azurerm, address.azapi] : [address.azapi, address.azurerm];
    new MovedBlock(this, "moved", { from, to });
    if (props.adoptComputeId !== undefined) {
      const id = this.attachedWith === "azapi" ? azapiImportId(props.adoptComputeId) : props.adoptComputeId;
      new ImportBlock(this, "import", { to, id });
    }
  }

  /** Resource ID of the compute. */
  get computeId(): string {
    return this.resource.id;
  }

  private throughAzurerm(props: ComputeAttachmentProps, tls: Tls): MachineLearningInferenceCluster {
    const own = tls.certificate && readIntoState(this, tls.certificate);
    const resource = new MachineLearningInferenceCluster(this, "Resource", {
      lifecycle: this.lifecycle,
      name: props.computeName,
      machineLearningWorkspaceId: props.workspaceId,
      location: props.location,
      kubernetesClusterId: props.cluster.clusterId,
      clusterPurpose: props.clusterPurpose,
      description: props.description,
      tags: props.tags && { ...props.tags },
      identity: identityOf(props),
      ssl: props.tls && {
        leafDomainLabel: tls.leafDomainLabel,
        overwriteExistingDomain: tls.overwriteExistingDomain,
        cname: tls.cname,
        cert: own?.certificate,
        key: own?.key,
      },
    });
    comesFrom(resource, AZURERM_ATTRIBUTES);
    return resource;
  }

  private throughAzapi(props: ComputeAttachmentProps, tls: Tls): AzapiResource {
    const own = tls.certificate && readEphemerally(this, tls.certificate);
    const tags = {
      ...props.tags,
      ...(tls.certificate ? { certificateVersion: String(tls.certificate.version ?? 1) } : {}),
    };
    const resource = new AzapiResource(this, "Resource", {
      lifecycle: this.lifecycle,
      type: COMPUTE_TYPE,
      name: props.computeName,
      parentId: props.workspaceId,
      location: props.location,
      identity: identityOf(props),
      tags: Object.keys(tags).length > 0 ? tags : undefined,
      body: {
        properties: {
          computeType: "AKS",
          resourceId: props.cluster.clusterId,
          description: props.description ?? "",
          properties: aksProperties(props, tls),
        },
      },
      // Without a version, so that every request carries both: with one, the next update would leave them out.
      sensitiveBody: own && {
        properties: { properties: { sslConfiguration: { cert: own.certificate, key: own.key } } },
      },
      deleteQueryParameters: DETACH,
    });
    comesFrom(resource, AZAPI_ATTRIBUTES);
    return resource;
  }
}

/** What is not asked for is sent as what it then is: left out, Azure ML would keep what was there before. */
function aksProperties({ clusterPurpose = "FastProd", loadBalancer }: ComputeAttachmentProps, tls: Tls): object {
  const { type = "PublicIp", subnet } = (loadBalancer ?? {}) as { type?: string; subnet?: string };
  return {
    clusterPurpose,
    loadBalancerType: type,
    ...(subnet === undefined ? {} : { loadBalancerSubnet: subnet }),
    ...sslConfiguration(tls),
  };
}

function sslConfiguration({ leafDomainLabel, overwriteExistingDomain, cname, certificate }: Tls): object {
  if ((leafDomainLabel ?? cname ?? certificate) === undefined) return { sslConfiguration: { status: "Disabled" } };
  return {
    sslConfiguration: {
      status: leafDomainLabel === undefined ? "Enabled" : "Auto",
      ...(leafDomainLabel === undefined ? {} : { leafDomainLabel, overwriteExistingDomain: false }),
      ...(overwriteExistingDomain === undefined ? {} : { overwriteExistingDomain }),
      ...(cname === undefined ? {} : { cname }),
    },
  };
}
