import type { Construct } from "constructs";
import { parseResourceId } from "../azure/resource-id.ts";
import type { AttachmentConfig, ClusterConfig } from "../config/schema.ts";
import { ClusterAccess } from "../constructs/cluster-access.ts";
import { InternalLoadBalancer, type InternalLoadBalancerProps } from "../constructs/internal-load-balancer.ts";
import { configuredBy } from "../constructs/origin.ts";
import { TlsSecret, type TlsSecretShape } from "../constructs/tls-secret.ts";
import { AzureStack, type AzureStackProps } from "./azure-stack.ts";
import { certificateKeys, certificateSource } from "./certificate.ts";

export interface KubernetesStackProps extends AzureStackProps {
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
  constructor(scope: Construct, name: string, props: KubernetesStackProps) {
    super(scope, name, props);
    const { create, attachment } = props.cluster;
    const createPath = [...props.clusterPath, "create"];
    const access = new ClusterAccess(this, "cluster", { name: create.name, resourceGroupName: create.resourceGroup, entraId: create.entraId !== undefined });
    configuredBy(access, { self: createPath, props: { name: [...createPath, "name"], resourceGroupName: [...createPath, "resourceGroup"] } });

    const attachmentPath = [...props.clusterPath, "attachment"];
    this.secrets(attachment, attachmentPath);
    this.loadBalancer(attachment, [...attachmentPath, "loadBalancer"], networkOf(create, props.subscriptionId), [...createPath, "nodePool", "subnetId"]);
    if (create.apiServer?.private) {
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
      const construct = new TlsSecret(this, id, { ...secret, shape, certificate: certificateSource(tls.certificate) });
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
function networkOf({ nodePool }: ClusterConfig["create"], subscriptionId: string): InternalLoadBalancerProps["network"] {
  const subnet = nodePool.subnetId === undefined ? undefined : parseResourceId(nodePool.subnetId);
  return subnet?.subscriptionId === subscriptionId ? { virtualNetworkName: subnet.names[0] as string, resourceGroupName: subnet.resourceGroup } : undefined;
}
