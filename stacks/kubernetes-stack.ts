import { DataAzurermKubernetesCluster } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster/index.js";
import type { Construct } from "constructs";
import { parseResourceId } from "../azure/resource-id.ts";
import type { AttachmentConfig, ClusterConfig, CreateConfig } from "../config/schema.ts";
import { addressOf } from "../constructs/address.ts";
import { ImportBlock } from "../constructs/import-block.ts";
import { InternalLoadBalancer, type InternalLoadBalancerProps } from "../constructs/internal-load-balancer.ts";
import { addKubernetesProvider } from "../constructs/kubernetes-provider.ts";
import { comesFrom, configuredBy } from "../constructs/origin.ts";
import { TlsSecret, type TlsSecretShape } from "../constructs/tls-secret.ts";
import { AzureStack, type AzureStackProps } from "./azure-stack.ts";
import type { StackIdentity } from "./backend.ts";
import { certificateKeys, certificateSource } from "./certificate.ts";
import { targetOf } from "./target.ts";

/** What a kubernetes stack is made from. */
export interface KubernetesStackProps extends AzureStackProps {
  /** The cluster and how it is attached. */
  readonly cluster: ClusterConfig;
  /** Where the cluster stands in the configuration. */
  readonly clusterPath: readonly string[];
}

/** The secrets that an attachment asks for: id, key below `tls`, and who reads them. */
const SECRETS = [
  ["tls_secret", "secret", "azureml"],
  ["ingress_secret", "ingressSecret", "ingress"],
] as const satisfies readonly (readonly [id: string, key: string, shape: TlsSecretShape])[];

/** Whether anything belongs into the cluster. */
export function needsKubernetesStack({ loadBalancer, tls }: AttachmentConfig): boolean {
  return loadBalancer?.type === "InternalLoadBalancer" || (tls?.certificate !== undefined && SECRETS.some(([, key]) => tls[key] !== undefined));
}

/** What belongs into the cluster, after the attachment has made its own objects there. */
export class KubernetesStack extends AzureStack {
  constructor(scope: Construct, stack: StackIdentity, props: KubernetesStackProps) {
    super(scope, stack, props);
    const { create, attachment } = props.cluster;
    const target = targetOf(props.cluster, props.subscriptionId, props.clusterPath);
    const cluster = new DataAzurermKubernetesCluster(this, "cluster", { name: target.name, resourceGroupName: target.resourceGroup });
    comesFrom(cluster, { name: "name", resource_group_name: "resourceGroup" });
    configuredBy(cluster, { self: target.path, props: { name: target.namePath, resourceGroup: target.resourceGroupPath } });
    addKubernetesProvider(this, cluster, { entraId: target.hasEntraId });

    const attachmentPath = [...props.clusterPath, "attachment"];
    this.secrets(attachment, attachmentPath);
    const network = create && networkOf(create, props.subscriptionId);
    this.loadBalancer(attachment, [...attachmentPath, "loadBalancer"], network, [...target.path, "nodePool", "subnetId"]);
    if (create?.apiServer?.private) {
      this.output(
        "run_from",
        "inside the cluster's network",
        "The API server has only a private address: run this stack there, in HCP Terraform with an agent",
      );
    }
  }

  private secrets({ tls }: AttachmentConfig, attachmentPath: readonly string[]): void {
    for (const [id, key, shape] of SECRETS) {
      const secret = tls?.[key];
      if (!tls?.certificate || !secret) continue;
      const construct = new TlsSecret(this, id, { name: secret.name, namespace: secret.namespace, shape, certificate: certificateSource(tls.certificate) });
      if (secret.adopt) new ImportBlock(this, `${id}_import`, { to: addressOf(construct.resource), id: `${secret.namespace}/${secret.name}` });
      const self = [...attachmentPath, "tls", key];
      configuredBy(construct, { self, props: { ...certificateKeys(attachmentPath), name: [...self, "name"], namespace: [...self, "namespace"] } });
    }
  }

  private loadBalancer(
    { loadBalancer }: AttachmentConfig,
    self: readonly string[],
    network: InternalLoadBalancerProps["network"],
    networkPath: readonly string[],
  ): void {
    if (loadBalancer?.type !== "InternalLoadBalancer") return;
    const { type: _type, ...props } = loadBalancer;
    const construct = new InternalLoadBalancer(this, "azureml_fe", { ...props, network });
    configuredBy(construct, {
      self,
      props: { ...Object.fromEntries(["subnet", "ip", "allowedIpRanges", "privateLinkService"].map((prop) => [prop, [...self, prop]])), network: networkPath },
    });
  }
}

/** The virtual network of the nodes, where the stack's provider can read it. */
function networkOf({ nodePool }: CreateConfig, subscriptionId: string): InternalLoadBalancerProps["network"] {
  const subnet = nodePool.subnetId === undefined ? undefined : parseResourceId(nodePool.subnetId);
  return subnet?.subscriptionId === subscriptionId ? { virtualNetworkName: subnet.names[0] as string, resourceGroupName: subnet.resourceGroup } : undefined;
}
