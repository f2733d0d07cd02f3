import { MachineLearningInferenceCluster } from "@cdktf/provider-azurerm/lib/machine-learning-inference-cluster/index.js";
import type { Construct } from "constructs";
import { type AttachWith, decideAttachWith } from "../azure/attach-with.ts";
import { addressOf } from "./address.ts";
import type { IAksCluster } from "./aks-cluster.ts";
import { AzapiResource } from "./azapi/resource.ts";
import { DataResource, type TerraformResourceLifecycle } from "./cdktf.ts";
import { type CertificateSource, readEphemerally, readIntoState } from "./certificate.ts";
import { azapiImportId, COMPUTE_TYPE, type ComputeIdentityProps, DETACH, identityOf } from "./compute.ts";
import { ImportBlock } from "./import-block.ts";
import { JudgedConstruct } from "./judged-construct.ts";
import { derive, entriesOf, inside, isSet, type Keyed, keyed, orElse } from "./keyed.ts";
import { MovedBlock } from "./moved-block.ts";
import { elementFrom, layOver, type Overrides } from "./origin.ts";

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
  readonly clusterPurpose?: "DevTest" | "FastProd" | "DenseProd";
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
  /** Attributes in Terraform's own names, laid over what the props make, deep; null takes one away. @default - none */
  readonly overrides?: Overrides;
}

const AZURERM = "azurerm_machine_learning_inference_cluster";

const MOVED = "keeps the attachment where the other provider attached before, and does nothing where it did not";

/**
 * Attaches an AKS cluster to a workspace as AksCompute. Destroying it detaches, and leaves the cluster running. Through
 * azurerm every change detaches and attaches again; through azapi it is an update in place. Going from azurerm to azapi
 * keeps the attachment; the way back is refused by Terraform, because azurerm cannot take over what azapi made.
 */
export class ComputeAttachment extends JudgedConstruct {
  /** The attachment itself, for what no prop sets. */
  readonly resource: MachineLearningInferenceCluster | AzapiResource;
  /** The provider that attaches: the stack needs it. */
  readonly attachedWith: AttachWith;
  private readonly lifecycle: TerraformResourceLifecycle;

  constructor(scope: Construct, id: string, props: ComputeAttachmentProps) {
    super(scope, id);
    const from = keyed(props);
    this.attachedWith =
      props.attachWith ??
      decideAttachWith({
        // A subnet too: what is wrong with it in front of a public one is for the rules to say.
        internalLoadBalancer: props.loadBalancer?.type === "InternalLoadBalancer" || isSet(from.loadBalancer.subnet),
        ownCertificate: isSet(from.tls.certificate),
        adoptsTls: props.adoptComputeId !== undefined && props.tls !== undefined,
      });
    const trigger = elementFrom(DataResource, this, "reattach", {
      // There from the first apply on: one that comes with the value would not make the replacement happen.
      // Terraform takes any value, and cdktf's type maps alone.
      input: derive(from.reattach, (word) => (word ?? "") as never),
    });
    trigger.addOverride("//.purpose", "a new value of reattach detaches the cluster and attaches it again");
    const { clusterPurpose, workspaceId, location } = props;
    const preconditions =
      props.cluster.conditionsFor?.({ clusterPurpose, workspaceId, workspaceRegion: location }) ?? [];
    this.lifecycle = {
      replaceTriggeredBy: [addressOf(trigger)],
      ...(preconditions.length > 0 ? { precondition: preconditions } : {}),
    };
    this.resource = this.attachedWith === "azapi" ? this.throughAzapi(from) : this.throughAzurerm(from);
    layOver(this.resource, from.overrides);
    const address = {
      azurerm: `${AZURERM}.${this.resource.friendlyUniqueId}`,
      azapi: `${AzapiResource.tfResourceType}.${this.resource.friendlyUniqueId}`,
    };
    const [before, to] =
      this.attachedWith === "azapi" ? [address.azurerm, address.azapi] : [address.azapi, address.azurerm];
    new MovedBlock(this, "moved", { from: before, to }, MOVED);
    if (props.adoptComputeId !== undefined) {
      // Taken over without a value, the trigger fires in the first apply already.
      if (props.reattach !== undefined)
        new ImportBlock(this, "reattach_import", { to: addressOf(trigger), id: "reattach" });
      const id = this.attachedWith === "azapi" ? azapiImportId(props.adoptComputeId) : props.adoptComputeId;
      new ImportBlock(this, "import", { to, id });
    }
  }

  /** Resource ID of the compute. */
  get computeId(): string {
    return this.resource.id;
  }

  private throughAzurerm(from: From): MachineLearningInferenceCluster {
    const { certificate } = from.tls;
    const own = isSet(certificate) ? readIntoState(this, certificate) : undefined;
    return elementFrom(MachineLearningInferenceCluster, this, "Resource", {
      lifecycle: this.lifecycle,
      name: from.computeName,
      machineLearningWorkspaceId: from.workspaceId,
      location: from.location,
      kubernetesClusterId: from.cluster.clusterId,
      clusterPurpose: from.clusterPurpose,
      description: from.description,
      tags: from.tags,
      identity: identityOf(from),
      ssl: inside(from.tls, (tls) => ({
        leafDomainLabel: tls.leafDomainLabel,
        overwriteExistingDomain: tls.overwriteExistingDomain,
        cname: tls.cname,
        cert: derive(certificate, () => own?.certificate),
        key: derive(certificate, () => own?.key),
      })),
    });
  }

  private throughAzapi(from: From): AzapiResource {
    const { certificate } = from.tls;
    const own = isSet(certificate) ? readEphemerally(this, certificate) : undefined;
    const certificateVersion = own && derive(certificate.version, (version) => String(version ?? 1));
    return elementFrom(AzapiResource, this, "Resource", {
      lifecycle: this.lifecycle,
      type: derive(from.attachWith, () => COMPUTE_TYPE),
      name: from.computeName,
      parentId: from.workspaceId,
      location: from.location,
      identity: identityOf(from),
      tags: derive(from.tags, (tags) =>
        tags || own ? { ...entriesOf(from.tags), ...(certificateVersion ? { certificateVersion } : {}) } : undefined,
      ),
      body: {
        properties: {
          computeType: "AKS",
          resourceId: from.cluster.clusterId,
          description: orElse(from.description, ""),
          // What is not asked for is sent as what it then is: left out, Azure ML would keep what was there before.
          properties: {
            clusterPurpose: orElse(from.clusterPurpose, "FastProd"),
            loadBalancerType: derive(from.loadBalancer.type, (type) => type ?? "PublicIp"),
            loadBalancerSubnet: from.loadBalancer.subnet,
            sslConfiguration: derive(from.tls, () => sslConfiguration(from.tls)),
          },
        },
      },
      // Without a version, so that every request carries both: with one, the next update would leave them out.
      sensitiveBody: derive(
        certificate,
        () => own && { properties: { properties: { sslConfiguration: { cert: own.certificate, key: own.key } } } },
      ),
      deleteQueryParameters: DETACH,
    });
  }
}

type From = Keyed<ComputeAttachmentProps>;

/** A configuration may give any part of either form, and rules judge what is missing. */
function sslConfiguration({ leafDomainLabel, overwriteExistingDomain, cname, certificate }: From["tls"]): object {
  const isMicrosoft = isSet(leafDomainLabel);
  if (!isMicrosoft && !isSet(cname) && !isSet(certificate)) return { status: "Disabled" };
  return {
    status: isMicrosoft ? "Auto" : "Enabled",
    leafDomainLabel,
    overwriteExistingDomain: isMicrosoft ? orElse(overwriteExistingDomain, false) : overwriteExistingDomain,
    cname,
  };
}
