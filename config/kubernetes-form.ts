import { EXTENSION_PURPOSES, HIGH_AVAILABILITY_NODES } from "../azure/azureml-extension.ts";
import type { AksAttachmentConfig, ClusterConfig, KubernetesAttachmentConfig } from "./schema.ts";

/** A value of the new entry, with what its reader must know of it. */
export interface Remark {
  /** Keys below the cluster. */
  readonly path: readonly string[];
  readonly text: string;
  /** Whether it asks for a decision, and is not only said. */
  readonly isToDo?: boolean;
}

export interface KubernetesForm {
  readonly cluster: object;
  readonly remarks: readonly Remark[];
}

/** A name for the domain of one's own that takes the place of Microsoft's. https://www.rfc-editor.org/rfc/rfc2606 */
const PLACEHOLDER_DOMAIN = "example.com";

/** The KubernetesCompute that takes the place of an AksCompute, on the same cluster and beside it. */
export function kubernetesForm({ create, existing, entraId }: ClusterConfig, attachment: AksAttachmentConfig, computeName: string): KubernetesForm {
  const remarks: Remark[] = [];
  const remark = (path: string, text: string, isToDo = false): void => void remarks.push({ path: path.split("."), text, isToDo });
  const tls = tlsOf(attachment, remark);
  const access = create ? create.entraId && { ...create.entraId, adminGroups: create.entraId.adminGroups ?? [] } : entraId;
  const ranges = create?.apiServer?.authorizedIpRanges ?? [];
  const trustedAccess = access?.localAccountDisabled || ranges.length > 0 || create?.apiServer?.includeAzureMachineLearning;
  if (trustedAccess) remark("attachment.trustedAccess", "Azure ML reaches the API server without an address of its own");
  const isInternal = attachment.loadBalancer?.type === "InternalLoadBalancer";
  if (isInternal) remark("attachment.loadBalancer.type", "in the cluster's subnet: the extension takes no other, and no static address");
  remark("existing", "the same cluster");
  remark("attachment.namespace", "not the AksCompute's");
  remark("attachment.extension.enableUpgrade", "beside the AksCompute, until it is detached");
  const [userAssigned] = attachment.identity?.userAssigned ?? [];
  return {
    remarks,
    cluster: {
      existing: create ? { resourceGroup: create.resourceGroup, name: create.name } : existing,
      ...(access ? { entraId: access } : {}),
      attachment: {
        kind: "KubernetesCompute",
        computeName,
        namespace: computeName.toLowerCase(),
        ...purposeOf(attachment),
        ...(attachment.description === undefined ? {} : { description: attachment.description }),
        ...(attachment.identity ? { identity: { ...attachment.identity, ...(userAssigned ? { userAssigned: [userAssigned] } : {}) } } : {}),
        ...(attachment.tags ? { tags: attachment.tags } : {}),
        extension: {
          enableInference: true,
          inferenceRouterServiceType: "loadBalancer",
          ...(tls ? {} : { allowInsecureConnections: true }),
          ...(isSmall(create, attachment) ? { inferenceRouterHA: false } : {}),
          enableUpgrade: true,
        },
        ...(isInternal ? { loadBalancer: { type: "InternalLoadBalancer" } } : {}),
        ...(tls ? { tls } : {}),
        ...(trustedAccess ? { trustedAccess: true } : {}),
      },
    },
  };
}

type RemarkOn = (path: string, text: string, isToDo?: boolean) => void;

/** Always a certificate of one's own: Azure ML has none for this kind. */
function tlsOf({ tls }: AksAttachmentConfig, remark: RemarkOn): Partial<NonNullable<KubernetesAttachmentConfig["tls"]>> | undefined {
  if (!tls) {
    remark("attachment.extension.allowInsecureConnections", "as the AksCompute, which has no TLS");
    return undefined;
  }
  if (tls.leafDomainLabel !== undefined) {
    remark("attachment.tls.cname", "a domain of your own: this kind has no certificate from Microsoft", true);
    return { cname: `${tls.leafDomainLabel}.${PLACEHOLDER_DOMAIN}`, certificate: { variables: true } };
  }
  const { cname, certificate } = tls;
  if (certificate?.clusterSecret !== undefined) {
    remark("attachment.tls.certificate.variables", `the certificate that is in secret ${certificate.clusterSecret}`, true);
    return { cname, certificate: { variables: true } };
  }
  return { ...(cname === undefined ? {} : { cname }), ...(certificate ? { certificate } : {}) };
}

/** DenseProd, which the extension does not know, is production. */
function purposeOf({ clusterPurpose }: AksAttachmentConfig): { clusterPurpose?: KubernetesAttachmentConfig["clusterPurpose"] } {
  if (clusterPurpose === undefined) return {};
  return { clusterPurpose: EXTENSION_PURPOSES.find((purpose) => purpose === clusterPurpose) ?? "FastProd" };
}

/** By the nodes that are sure to be there; a cluster for development and test may have one. */
function isSmall(create: ClusterConfig["create"], { clusterPurpose }: AksAttachmentConfig): boolean {
  const nodes = create?.nodePool.nodeCount ?? create?.nodePool.minCount;
  return nodes === undefined ? clusterPurpose === "DevTest" : nodes < HIGH_AVAILABILITY_NODES;
}
