import type { Construct } from "constructs";
import { EXTENSION_NAMESPACE } from "../azure/azureml-extension.ts";
import { parseResourceId } from "../azure/resource-id.ts";
import type { AksAttachmentConfig, AttachedClusterConfig, AttachmentConfig } from "../config/schema.ts";
import { addressOf } from "../constructs/address.ts";
import { ImportBlock } from "../constructs/import-block.ts";
import { InternalLoadBalancer, type InternalLoadBalancerProps } from "../constructs/internal-load-balancer.ts";
import { derive, isSet, type Keyed, keyed, orElse, type Traced, valueAt } from "../constructs/keyed.ts";
import { Namespace } from "../constructs/namespace.ts";
import { constructFrom } from "../constructs/origin.ts";
import { TlsSecret, type TlsSecretShape } from "../constructs/tls-secret.ts";
import { AzureStack, type AzureStackProps } from "./azure-stack.ts";
import type { StackIdentity } from "./backend.ts";
import { certificateSource } from "./certificate.ts";
import { addClusterAccess } from "./cluster-access.ts";
import { targetOf } from "./target.ts";

/** What a kubernetes stack is made from. */
export interface KubernetesStackProps extends AzureStackProps {
  /** The cluster and how it is attached. */
  readonly cluster: AttachedClusterConfig;
  /** Where the cluster stands in the configuration. */
  readonly clusterPath: readonly string[];
}

interface SecretConfig {
  readonly id: string;
  readonly entry: Traced<unknown>;
  readonly shape: TlsSecretShape;
  readonly name: Traced<string>;
  readonly namespace: Traced<string>;
  readonly adopt: boolean;
}

/** The secrets that an attachment asks for, and who reads them. */
function secretsOf({ kind, tls }: Keyed<AttachmentConfig>): SecretConfig[] {
  const { certificate, passedBy, secret, ingressSecret } = tls;
  if (!isSet(certificate)) return [];
  // Where somebody else keeps the secret, or the extension gets the certificate otherwise, it reads none of ours.
  const isRead =
    valueAt(kind) === "AksCompute" || (!isSet(certificate.clusterSecret) && valueAt(passedBy) !== "protectedSettings");
  return [
    ...(isSet(secret) && isRead ? [secretConfig("tls_secret", "azureml", secret)] : []),
    ...(isSet(ingressSecret) ? [secretConfig("ingress_secret", "ingress", ingressSecret)] : []),
  ];
}

type SecretEntry = Keyed<{ readonly name: string; readonly namespace?: string; readonly adopt?: boolean }>;

function secretConfig(id: string, shape: TlsSecretShape, entry: SecretEntry): SecretConfig {
  const { name, namespace, adopt } = entry;
  // The extension reads it in a namespace of its own, which no key names.
  return { id, entry, shape, name, namespace: orElse(namespace, EXTENSION_NAMESPACE), adopt: valueAt(adopt) === true };
}

interface NamespaceConfig {
  readonly id: string;
  readonly name: Traced<string>;
  /** What has it created. */
  readonly created: Traced<unknown>;
}

/** The namespaces that are created for a KubernetesCompute. */
function namespacesOf(attachment: Keyed<AttachmentConfig>): NamespaceConfig[] {
  if (valueAt(attachment.kind) !== "KubernetesCompute") return [];
  const name = orElse(attachment.namespace, "default");
  const { createNamespace, tls } = attachment;
  const isCreated = valueAt(createNamespace) ?? valueAt(name) !== "default";
  const createsAzureMl = tls.secret.createNamespace;
  const needsAzureMl =
    secretsOf(attachment).some(({ shape }) => shape === "azureml") && valueAt(name) !== EXTENSION_NAMESPACE;
  return [
    ...(isCreated ? [{ id: "namespace", name, created: createNamespace }] : []),
    ...(needsAzureMl && valueAt(createsAzureMl) !== false
      ? [{ id: "azureml_namespace", name: derive(createsAzureMl, () => EXTENSION_NAMESPACE), created: createsAzureMl }]
      : []),
  ];
}

/** Whether anything belongs into the cluster. */
export function needsKubernetesStack(attachment: AttachmentConfig): boolean {
  const config = keyed(attachment);
  return hasInternalLoadBalancer(attachment) || secretsOf(config).length > 0 || namespacesOf(config).length > 0;
}

/**
 * Whether there is a load balancer whose annotations are kept. Those of a KubernetesCompute are the extension's own.
 */
function hasInternalLoadBalancer(attachment: AttachmentConfig): attachment is AksAttachmentConfig {
  return attachment.kind === "AksCompute" && attachment.loadBalancer?.type === "InternalLoadBalancer";
}

/**
 * What belongs into the cluster: for AksCompute after the attachment has made its own objects there, for
 * KubernetesCompute before, because the extension and the attachment find it there.
 */
export class KubernetesStack extends AzureStack {
  constructor(scope: Construct, stack: StackIdentity, props: KubernetesStackProps) {
    super(scope, stack, props);
    const entry = keyed(props.cluster, props.clusterPath);
    const { create, attachment } = props.cluster;
    addClusterAccess(this, "cluster", targetOf(entry, props.subscriptionId));

    const attachmentPath = [...props.clusterPath, "attachment"];
    this.secrets(keyed(attachment, attachmentPath));
    if (hasInternalLoadBalancer(attachment)) {
      const network = networkOf(entry.create.nodePool.subnetId, props.subscriptionId);
      this.loadBalancer(keyed(attachment, attachmentPath), network);
    }
    if (create?.apiServer?.private) {
      this.output(
        "run_from",
        "inside the cluster's network",
        "The API server has only a private address: run this stack there, in HCP Terraform with an agent",
      );
    }
  }

  private secrets(attachment: Keyed<AttachmentConfig>): void {
    const namespaces = this.namespaces(attachment);
    const { certificate } = attachment.tls;
    if (!isSet(certificate)) return;
    for (const { id, entry, shape, name, namespace, adopt } of secretsOf(attachment)) {
      const secret = constructFrom(TlsSecret, this, id, entry, {
        name,
        namespace,
        shape,
        certificate: certificateSource(certificate),
        dependsOn: [namespaces.get(valueAt(namespace))?.resource ?? []].flat(),
      });
      if (adopt)
        new ImportBlock(this, `${id}_import`, {
          to: addressOf(secret.resource),
          id: `${valueAt(namespace)}/${valueAt(name)}`,
        });
    }
  }

  private namespaces(attachment: Keyed<AttachmentConfig>): ReadonlyMap<string, Namespace> {
    const made = namespacesOf(attachment).map(
      ({ id, name, created }) => [valueAt(name), constructFrom(Namespace, this, id, created, { name })] as const,
    );
    return new Map(made);
  }

  private loadBalancer(
    { loadBalancer }: Keyed<AksAttachmentConfig>,
    network: Traced<InternalLoadBalancerProps["network"]>,
  ): void {
    constructFrom(InternalLoadBalancer, this, "azureml_fe", loadBalancer, {
      subnet: loadBalancer.subnet,
      ip: loadBalancer.ip,
      allowedIpRanges: loadBalancer.allowedIpRanges,
      privateLinkService: loadBalancer.privateLinkService,
      network,
      // Where Azure ML puts it.
      namespace: undefined,
    });
  }
}

/** The virtual network of the nodes, where the stack's provider can read it. */
function networkOf(
  subnetId: Traced<string | undefined>,
  subscriptionId: string,
): Traced<InternalLoadBalancerProps["network"]> {
  return derive(subnetId, (id) => {
    const subnet = id === undefined ? undefined : parseResourceId(id);
    if (subnet?.subscriptionId !== subscriptionId) return undefined;
    return { virtualNetworkName: subnet.names[0], resourceGroupName: subnet.resourceGroup };
  });
}
