import { DataAzurermMachineLearningWorkspace } from "@cdktf/provider-azurerm/lib/data-azurerm-machine-learning-workspace/index.js";
import type { Construct } from "constructs";
import { formatResourceId } from "../azure/resource-id.ts";
import type {
  AksAttachmentConfig,
  AttachedClusterConfig,
  AttachmentConfig,
  EnvironmentConfig,
} from "../config/schema.ts";
import { AksCluster, type IAksCluster } from "../constructs/aks-cluster.ts";
import { AzapiProvider } from "../constructs/azapi/provider.ts";
import { ComputeAttachment, type ComputeAttachmentProps, type LoadBalancer } from "../constructs/compute-attachment.ts";
import { comesFrom, configuredBy } from "../constructs/origin.ts";
import { AzureStack, type AzureStackProps } from "./azure-stack.ts";
import type { StackIdentity } from "./backend.ts";
import { certificateKeys, certificateSource } from "./certificate.ts";
import { addClusterAccess } from "./cluster-access.ts";
import { type ComputeContext, computeKeys, computeProps } from "./compute.ts";
import { addKubernetesCompute } from "./kubernetes-compute.ts";
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
    const { create, attachment } = props.cluster;
    const target = targetOf(props.cluster, props.subscriptionId, props.clusterPath);
    const workspacePath = [...props.environmentPath, "workspace", ...(props.workspace.create ? ["create"] : [])];
    const named = props.workspace.create ?? props.workspace;

    const workspace = new DataAzurermMachineLearningWorkspace(this, "workspace", {
      name: named.name as string,
      resourceGroupName: named.resourceGroup as string,
    });
    comesFrom(workspace, { name: "name", resource_group_name: "resourceGroup" });
    configuredBy(workspace, {
      self: workspacePath,
      props: { name: [...workspacePath, "name"], resourceGroup: [...workspacePath, "resourceGroup"] },
    });

    const cluster = this.cluster(props.cluster, target, props.subscriptionId, [...workspacePath, "location"]);
    const common = {
      workspace,
      workspaceRegion: named.location as string,
      workspacePath,
      cluster,
      clusterPath: target.path,
      adoptComputeId: attachment.adopt ? computeId(props.subscriptionId, named, attachment) : undefined,
      self: [...props.clusterPath, "attachment"],
    };
    const compute =
      attachment.kind === "AksCompute"
        ? this.attach(attachment, common)
        : addKubernetesCompute(this, attachment, {
            ...common,
            create,
            entraId: props.cluster.entraId,
            userAssignedIdentityId: props.workspace.userAssignedIdentity,
            workspaceName: named.name as string,
          });
    // None of azurerm's default sets registers it.
    // https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs
    if (attachment.kind === "KubernetesCompute" && attachment.extension)
      this.azurerm.resourceProvidersToRegister = ["Microsoft.KubernetesConfiguration"];
    if (!(compute instanceof ComputeAttachment) || compute.attachedWith === "azapi")
      this.addAzapi(props.subscriptionId);
    if (!create) {
      this.output("cluster_id", formatResourceId(target.id), "Resource ID of the cluster");
      this.credentialsOutput(target.id.subscriptionId, target);
    }
    this.output("compute_id", compute.computeId, "Resource ID of the compute in the workspace");
  }

  /** Once, whoever asks for it. */
  private addAzapi(subscriptionId: string): void {
    if (!this.node.tryFindChild("azapi")) new AzapiProvider(this, "azapi", { subscriptionId });
  }

  private attach(attachment: AksAttachmentConfig, context: ComputeContext): ComputeAttachment {
    const { self } = context;
    const compute = new ComputeAttachment(this, "attachment", {
      ...computeProps(attachment, context),
      clusterPurpose: attachment.clusterPurpose,
      // The schema takes any part of either form, and the rules say what is missing.
      loadBalancer: attachment.loadBalancer as LoadBalancer | undefined,
      tls: tlsOf(attachment),
      reattach: attachment.reattach,
      attachWith: attachment.attachWith,
    });
    configuredBy(compute, {
      self,
      props: {
        ...computeKeys(context),
        reattach: [...self, "reattach"],
        clusterPurpose: [...self, "clusterPurpose"],
        tls: [...self, "tls"],
        "tls.cname": [...self, "tls", "cname"],
        "loadBalancer.type": [...self, "loadBalancer", "type"],
        "loadBalancer.subnet": [...self, "loadBalancer", "subnet"],
        attachWith: [...self, "attachWith"],
        ...certificateKeys(self),
        "tls.leafDomainLabel": [...self, "tls", "leafDomainLabel"],
        "tls.overwriteExistingDomain": [...self, "tls", "overwriteExistingDomain"],
      },
    });
    if (attachment.reattach !== undefined)
      this.output(
        "delete_before_reattach",
        LEFTOVERS,
        "What detaching leaves in the cluster, and what must go before it is attached again",
      );
    return compute;
  }

  /** The cluster to attach, and where it is needed the provider that reads a secret of it. */
  private cluster(
    config: AttachedClusterConfig,
    target: Target,
    subscriptionId: string,
    workspaceRegionPath: readonly string[],
  ): IAksCluster {
    const { attachment, create } = config;
    // A KubernetesCompute leaves the secret to its extension.
    const needsAccess = attachment.kind === "AksCompute" && attachment.tls?.certificate?.clusterSecret !== undefined;
    const resourceId = formatResourceId(target.id);
    if (create) {
      // Known from the configuration, and judged in its own stack.
      if (needsAccess) addClusterAccess(this, "cluster", target);
      return { clusterId: resourceId, name: target.name, location: create.location };
    }
    const cluster = AksCluster.fromExisting(this, "cluster", { subscriptionId, resourceId });
    configuredBy(cluster, {
      self: target.path,
      props: { resourceId: target.path, "azureMachineLearningRegion.location": workspaceRegionPath },
    });
    if (cluster.data) this.addAzapi(subscriptionId);
    // Beside the cluster, whose address it keeps where it is of another type.
    if (needsAccess && cluster.data) addClusterAccess(cluster, target.hasEntraId ? "access" : "Default", target);
    return cluster;
  }
}

/** Resource ID of a compute that is there. */
function computeId(
  subscriptionId: string,
  { resourceGroup, name }: { readonly resourceGroup?: string; readonly name?: string },
  { computeName }: AttachmentConfig,
): string {
  return formatResourceId({
    subscriptionId,
    resourceGroup: resourceGroup as string,
    type: "Microsoft.MachineLearningServices/workspaces/computes",
    names: [name as string, computeName],
  });
}

/** https://learn.microsoft.com/azure/machine-learning/v1/how-to-create-attach-kubernetes */
const LEFTOVERS =
  "kubectl delete --namespace default --ignore-not-found serviceaccount/azureml-fe service/azureml-fe service/azureml-fe-int-http deployment/azureml-fe secret/azuremlfessl configmap/azuremlfeconfig clusterrole/azureml-fe-role clusterrolebinding/azureml-fe-binding";

function tlsOf({ tls }: AksAttachmentConfig): ComputeAttachmentProps["tls"] {
  if (!tls) return undefined;
  const { leafDomainLabel, overwriteExistingDomain, cname, certificate } = tls;
  return {
    leafDomainLabel,
    overwriteExistingDomain,
    cname,
    certificate: certificate && certificateSource(certificate),
  } as ComputeAttachmentProps["tls"];
}
