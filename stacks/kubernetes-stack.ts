import type { Construct } from "constructs";
import { EXTENSION_NAMESPACE } from "../azure/azureml-extension.ts";
import { parseResourceId } from "../azure/resource-id.ts";
import type {
  AksAttachmentConfig,
  AttachedClusterConfig,
  AttachmentConfig,
  CreateConfig,
  KubernetesAttachmentConfig,
} from "../config/schema.ts";
import { addressOf } from "../constructs/address.ts";
import { ImportBlock } from "../constructs/import-block.ts";
import { InternalLoadBalancer, type InternalLoadBalancerProps } from "../constructs/internal-load-balancer.ts";
import { Namespace } from "../constructs/namespace.ts";
import { configuredBy } from "../constructs/origin.ts";
import { TlsSecret, type TlsSecretShape } from "../constructs/tls-secret.ts";
import { AzureStack, type AzureStackProps } from "./azure-stack.ts";
import type { StackIdentity } from "./backend.ts";
import { certificateKeys, certificateSource } from "./certificate.ts";
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
  /** Key below `tls`. */
  readonly key: "secret" | "ingressSecret";
  readonly shape: TlsSecretShape;
  readonly name: string;
  readonly namespace: string;
  readonly adopt?: boolean;
}

/** The secrets that an attachment asks for, and who reads them. */
function secretsOf(attachment: AttachmentConfig): SecretConfig[] {
  const { tls } = attachment;
  if (!tls?.certificate) return [];
  const passed = attachment.kind === "AksCompute" ? attachment.tls?.secret : passedSecretOf(attachment);
  return [
    ...(passed ? [{ id: "tls_secret", key: "secret", shape: "azureml", ...passed } as const] : []),
    ...(tls.ingressSecret
      ? [{ id: "ingress_secret", key: "ingressSecret", shape: "ingress", ...tls.ingressSecret } as const]
      : []),
  ];
}

/**
 * The secret that the extension reads, unless somebody else keeps it, or the extension gets the certificate otherwise.
 */
function passedSecretOf({
  tls,
}: KubernetesAttachmentConfig): Pick<SecretConfig, "name" | "namespace" | "adopt"> | undefined {
  if (!tls?.certificate || tls.certificate.clusterSecret !== undefined || tls.passedBy === "protectedSettings")
    return undefined;
  const { name, adopt } = tls.secret;
  return { name, adopt, namespace: EXTENSION_NAMESPACE };
}

const CREATES_AZUREML = ["tls", "secret", "createNamespace"];

interface NamespaceConfig {
  readonly id: string;
  readonly name: string;
  /** Keys below the attachment that name it, and that have it created. */
  readonly key: readonly string[];
  readonly created: readonly string[];
}

/** The namespaces that are created for a KubernetesCompute. */
function namespacesOf(attachment: AttachmentConfig): NamespaceConfig[] {
  if (attachment.kind !== "KubernetesCompute") return [];
  const { namespace, createNamespace = namespace !== "default", tls } = attachment;
  const writesSecret = secretsOf(attachment).some(({ key }) => key === "secret");
  return [
    ...(createNamespace
      ? [{ id: "namespace", name: namespace, key: ["namespace"], created: ["createNamespace"] }]
      : []),
    ...(writesSecret && tls?.secret.createNamespace !== false && namespace !== EXTENSION_NAMESPACE
      ? [{ id: "azureml_namespace", name: EXTENSION_NAMESPACE, key: CREATES_AZUREML, created: CREATES_AZUREML }]
      : []),
  ];
}

/** Whether anything belongs into the cluster. */
export function needsKubernetesStack(attachment: AttachmentConfig): boolean {
  return (
    internalLoadBalancerOf(attachment) !== undefined ||
    secretsOf(attachment).length > 0 ||
    namespacesOf(attachment).length > 0
  );
}

/** The load balancer whose annotations are kept. Those of a KubernetesCompute are the extension's own. */
function internalLoadBalancerOf(attachment: AttachmentConfig): AksAttachmentConfig["loadBalancer"] {
  return attachment.kind === "AksCompute" && attachment.loadBalancer?.type === "InternalLoadBalancer"
    ? attachment.loadBalancer
    : undefined;
}

/**
 * What belongs into the cluster: for AksCompute after the attachment has made its own objects there, for
 * KubernetesCompute before, because the extension and the attachment find it there.
 */
export class KubernetesStack extends AzureStack {
  constructor(scope: Construct, stack: StackIdentity, props: KubernetesStackProps) {
    super(scope, stack, props);
    const { create, attachment } = props.cluster;
    const target = targetOf(props.cluster, props.subscriptionId, props.clusterPath);
    addClusterAccess(this, "cluster", target);

    const attachmentPath = [...props.clusterPath, "attachment"];
    this.secrets(attachment, attachmentPath, this.namespaces(attachment, attachmentPath));
    const network = create && networkOf(create, props.subscriptionId);
    this.loadBalancer(attachment, [...attachmentPath, "loadBalancer"], network, [
      ...target.path,
      "nodePool",
      "subnetId",
    ]);
    if (create?.apiServer?.private) {
      this.output(
        "run_from",
        "inside the cluster's network",
        "The API server has only a private address: run this stack there, in HCP Terraform with an agent",
      );
    }
  }

  private namespaces(attachment: AttachmentConfig, attachmentPath: readonly string[]): ReadonlyMap<string, Namespace> {
    return new Map(
      namespacesOf(attachment).map(({ id, name, key, created }) => {
        const namespace = new Namespace(this, id, { name });
        configuredBy(namespace, {
          self: [...attachmentPath, ...created],
          props: { name: [...attachmentPath, ...key] },
        });
        return [name, namespace];
      }),
    );
  }

  private secrets(
    attachment: AttachmentConfig,
    attachmentPath: readonly string[],
    namespaces: ReadonlyMap<string, Namespace>,
  ): void {
    const certificate = attachment.tls?.certificate;
    if (!certificate) return;
    for (const { id, key, shape, name, namespace, adopt } of secretsOf(attachment)) {
      const construct = new TlsSecret(this, id, {
        name,
        namespace,
        shape,
        certificate: certificateSource(certificate),
        dependsOn: [namespaces.get(namespace)?.resource ?? []].flat(),
      });
      if (adopt)
        new ImportBlock(this, `${id}_import`, { to: addressOf(construct.resource), id: `${namespace}/${name}` });
      const self = [...attachmentPath, "tls", key];
      configuredBy(construct, {
        self,
        props: { ...certificateKeys(attachmentPath), name: [...self, "name"], namespace: [...self, "namespace"] },
      });
    }
  }

  private loadBalancer(
    attachment: AttachmentConfig,
    self: readonly string[],
    network: InternalLoadBalancerProps["network"],
    networkPath: readonly string[],
  ): void {
    const loadBalancer = internalLoadBalancerOf(attachment);
    if (!loadBalancer) return;
    const { type: _type, ...props } = loadBalancer;
    const construct = new InternalLoadBalancer(this, "azureml_fe", { ...props, network });
    configuredBy(construct, {
      self,
      props: {
        ...Object.fromEntries(
          ["subnet", "ip", "allowedIpRanges", "privateLinkService"].map((prop) => [prop, [...self, prop]]),
        ),
        network: networkPath,
      },
    });
  }
}

/** The virtual network of the nodes, where the stack's provider can read it. */
function networkOf({ nodePool }: CreateConfig, subscriptionId: string): InternalLoadBalancerProps["network"] {
  const subnet = nodePool.subnetId === undefined ? undefined : parseResourceId(nodePool.subnetId);
  return subnet?.subscriptionId === subscriptionId
    ? { virtualNetworkName: subnet.names[0] as string, resourceGroupName: subnet.resourceGroup }
    : undefined;
}
