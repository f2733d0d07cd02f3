import { DataAzurermMachineLearningWorkspace } from "@cdktf/provider-azurerm/lib/data-azurerm-machine-learning-workspace/index.js";
import type { Construct } from "constructs";
import { formatResourceId } from "../azure/resource-id.ts";
import type { AksAttachmentConfig, AttachedClusterConfig, EnvironmentConfig } from "../config/schema.ts";
import { AksCluster, type IAksCluster } from "../constructs/aks-cluster.ts";
import { AzapiProvider } from "../constructs/azapi/provider.ts";
import { ComputeAttachment, type ComputeAttachmentProps, type LoadBalancer } from "../constructs/compute-attachment.ts";
import { derive, inside, isSet, type Keyed, keyed, type Traced, valueAt, valuesOf } from "../constructs/keyed.ts";
import { constructFrom, elementFrom, madeFrom } from "../constructs/origin.ts";
import { AzureStack, type AzureStackProps } from "./azure-stack.ts";
import type { StackIdentity } from "./backend.ts";
import { certificateSource } from "./certificate.ts";
import { addClusterAccess } from "./cluster-access.ts";
import { type ComputeContext, computeProps } from "./compute.ts";
import { addKubernetesCompute } from "./kubernetes-compute.ts";
import { type NamedWorkspace, namedWorkspace } from "./named-workspace.ts";
import { type Target, targetOf } from "./target.ts";

/** What an attachment stack is made from. */
export interface AttachmentStackProps extends AzureStackProps {
  /** The workspace, existing or new. */
  readonly workspace: EnvironmentConfig["workspace"];
  /** The cluster and how it is attached. */
  readonly cluster: AttachedClusterConfig;
  /** Where the environment stands in the configuration: `["environments", name]`. */
  readonly environmentPath: readonly string[];
  /** Where the cluster stands in the configuration: the environment's path, `clusters` and its name. */
  readonly clusterPath: readonly string[];
}

/** The compute in the workspace, and for KubernetesCompute the extension that it needs. */
export class AttachmentStack extends AzureStack {
  constructor(scope: Construct, stack: StackIdentity, props: AttachmentStackProps) {
    super(scope, stack, props);
    const { create, entraId, attachment } = props.cluster;
    const attachmentPath = [...props.clusterPath, "attachment"];
    const target = targetOf(keyed(props.cluster, props.clusterPath), props.subscriptionId);
    const workspacePath = [...props.environmentPath, "workspace"];
    const named = namedWorkspace(props.workspace, workspacePath);

    const workspace = elementFrom(
      DataAzurermMachineLearningWorkspace,
      this,
      "workspace",
      { name: named.name, resourceGroupName: named.resourceGroup },
      named.entry,
    );
    const context: ComputeContext = {
      workspace,
      named,
      cluster: this.cluster(props.cluster, target, props.subscriptionId, named.location),
      target,
      adoptComputeId: attachment.adopt ? computeId(props.subscriptionId, named, attachment.computeName) : undefined,
    };
    const compute =
      attachment.kind === "AksCompute"
        ? this.attach(keyed(attachment, attachmentPath), context)
        : addKubernetesCompute(this, keyed(attachment, attachmentPath), {
            ...context,
            create,
            entraId,
            userAssignedIdentityId: keyed(props.workspace, workspacePath).userAssignedIdentity,
          });
    // None of azurerm's default sets registers it.
    // https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs
    if (attachment.kind === "KubernetesCompute" && attachment.extension)
      this.azurerm.resourceProvidersToRegister = ["Microsoft.KubernetesConfiguration"];
    if (!(compute instanceof ComputeAttachment) || compute.attachedWith === "azapi")
      this.addAzapi(props.subscriptionId);
    if (!create) {
      this.output("cluster_id", formatResourceId(target.id), "Resource ID of the cluster");
      this.credentialsOutput(target.id.subscriptionId, {
        resourceGroup: valueAt(target.resourceGroup),
        name: valueAt(target.name),
      });
    }
    this.output("compute_id", compute.computeId, "Resource ID of the compute in the workspace");
  }

  /** Once, whoever asks for it. */
  private addAzapi(subscriptionId: string): void {
    if (!this.node.tryFindChild("azapi")) new AzapiProvider(this, "azapi", { subscriptionId });
  }

  private attach(attachment: Keyed<AksAttachmentConfig>, context: ComputeContext): ComputeAttachment {
    return constructFrom(ComputeAttachment, this, "attachment", attachment, {
      ...computeProps(attachment, context),
      clusterPurpose: attachment.clusterPurpose,
      // The schema takes any part of either form, and the rules say what is missing.
      loadBalancer: attachment.loadBalancer as Traced<LoadBalancer | undefined>,
      tls: tlsOf(attachment),
      reattach: attachment.reattach,
      attachWith: attachment.attachWith,
    });
  }

  /** The cluster to attach, and where it is needed the provider that reads a secret of it. */
  private cluster(
    { attachment, create }: AttachedClusterConfig,
    target: Target,
    subscriptionId: string,
    location: Traced<string>,
  ): IAksCluster {
    // A KubernetesCompute leaves the secret to its extension.
    const needsAccess = attachment.kind === "AksCompute" && attachment.tls?.certificate?.clusterSecret !== undefined;
    const props = { subscriptionId, resourceId: derive(target.idKey, () => formatResourceId(target.id)) };
    if (create) {
      // Known from the configuration, and judged in its own stack.
      if (needsAccess) addClusterAccess(this, "cluster", target);
      return { clusterId: valueAt(props.resourceId), name: valueAt(target.name), location: create.location };
    }
    const cluster = AksCluster.fromExisting(this, "cluster", valuesOf(props));
    // The ranges of Azure ML, which it asks for, are those of the workspace's region.
    madeFrom(cluster, { ...props, azureMachineLearningRegion: { location } }, target.entry);
    if (cluster.data) this.addAzapi(subscriptionId);
    // Beside the cluster, whose address it keeps where it is of another type.
    if (needsAccess && cluster.data) addClusterAccess(cluster, target.hasEntraId ? "access" : "Default", target);
    return cluster;
  }
}

/** Resource ID of a compute that is there. */
function computeId(subscriptionId: string, { resourceGroup, name }: NamedWorkspace, computeName: string): string {
  return formatResourceId({
    subscriptionId,
    resourceGroup: valueAt(resourceGroup),
    type: "Microsoft.MachineLearningServices/workspaces/computes",
    names: [valueAt(name), computeName],
  });
}

/** The schema takes any part of either form, and the rules say what is missing: hence the cast. */
function tlsOf({ tls }: Keyed<AksAttachmentConfig>): Traced<ComputeAttachmentProps["tls"]> {
  return inside(tls, ({ leafDomainLabel, overwriteExistingDomain, cname, certificate }) => ({
    leafDomainLabel,
    overwriteExistingDomain,
    cname,
    certificate: isSet(certificate) ? certificateSource(certificate) : undefined,
  })) as Traced<ComputeAttachmentProps["tls"]>;
}
