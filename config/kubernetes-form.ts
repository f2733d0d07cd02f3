import { EXTENSION_PURPOSES, hasFewNodes, needsTrustedAccess } from "../azure/azureml-extension.ts";
import { vmSize } from "../azure/vm-sizes.ts";
import type { AksAttachmentConfig, ClusterConfig, KubernetesAttachmentConfig } from "./schema.ts";

/** A value of the new entry, with what its reader must know of it. */
export interface Remark {
  /** Keys below the cluster; of what is not taken over, as the AksCompute has them. */
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
export function kubernetesForm(
  { create, existing, entraId }: ClusterConfig,
  attachment: AksAttachmentConfig,
  computeName: string,
): KubernetesForm {
  const remarks: Remark[] = [];
  const remark = (path: string, text: string, isToDo = false): void =>
    void remarks.push({ path: path.split("."), text, isToDo });
  const tls = tlsOf(attachment, remark);
  const access = create
    ? create.entraId && { ...create.entraId, adminGroups: create.entraId.adminGroups ?? [] }
    : entraId;
  const trustedAccess = needsTrustedAccess({ ...access, ...create?.apiServer });
  if (trustedAccess)
    remark("attachment.trustedAccess", "Azure ML reaches the API server without an address of its own");
  const isInternal = attachment.loadBalancer?.type === "InternalLoadBalancer";
  loadBalancerRemarks(attachment, remark);
  remark("existing", "the same cluster");
  remark("attachment.namespace", "not the AksCompute's");
  remark("attachment.extension.enableUpgrade", "beside the AksCompute, until it is detached");
  const [userAssigned, ...unused] = attachment.identity?.userAssigned ?? [];
  if (unused.length > 0)
    remark(
      "attachment.identity.userAssigned",
      `only the first of ${unused.length + 1}: Azure ML uses one, see that it is the right one`,
      true,
    );
  if (attachment.clusterPurpose === "DenseProd")
    remark(
      "attachment.clusterPurpose",
      "it was DenseProd, which the extension does not know: FastProd is for production too, see that it serves as fast",
      true,
    );
  gpuRemark(create, remark);
  return {
    remarks,
    cluster: {
      existing: create ? { resourceGroup: create.resourceGroup, name: create.name } : existing,
      ...(access ? { entraId: access } : {}),
      attachment: {
        kind: "KubernetesCompute",
        computeName,
        namespace: dnsLabel(computeName),
        ...purposeOf(attachment),
        ...(attachment.description === undefined ? {} : { description: attachment.description }),
        ...(attachment.identity
          ? { identity: { ...attachment.identity, ...(userAssigned ? { userAssigned: [userAssigned] } : {}) } }
          : {}),
        ...(attachment.tags ? { tags: attachment.tags } : {}),
        extension: {
          enableInference: true,
          inferenceRouterServiceType: "loadBalancer",
          ...(tls ? {} : { allowInsecureConnections: true }),
          ...((hasFewNodes(create) ?? attachment.clusterPurpose === "DevTest") ? { inferenceRouterHA: false } : {}),
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

/** What the extension does not take over from the load balancer. */
function loadBalancerRemarks({ loadBalancer }: AksAttachmentConfig, remark: RemarkOn): void {
  if (loadBalancer?.type !== "InternalLoadBalancer") return;
  const { ip, allowedIpRanges, privateLinkService } = loadBalancer;
  remark(
    "attachment.loadBalancer.type",
    "in the cluster's subnet: the extension takes no other, and no static address",
  );
  if (ip !== undefined)
    remark(
      "attachment.loadBalancer.ip",
      `${ip} is not kept: point DNS records and callers to the address that \`kubectl get service --namespace azureml\` shows`,
      true,
    );
  if (allowedIpRanges)
    remark(
      "attachment.loadBalancer.allowedIpRanges",
      `${allowedIpRanges.join(", ")} are not kept: allow them, and deny others, in the network security group of the cluster's subnet`,
      true,
    );
  if (privateLinkService)
    remark(
      "attachment.loadBalancer.privateLinkService",
      "is not kept: make one for the new load balancer, and have its callers connect to that",
      true,
    );
}

/**
 * An AksCompute serves on the GPUs of the cluster's own pool; a KubernetesCompute on those of any pool, where its
 * instance types say so.
 */
function gpuRemark(create: ClusterConfig["create"], remark: RemarkOn): void {
  const pools = create ? [create.nodePool, ...Object.values(create.nodePools ?? {})] : [];
  const { name, gpus } = pools.map((pool) => vmSize(pool.vmSize)).find((size) => size && size.gpus > 0) ?? {};
  if (gpus === undefined) return;
  const types = `{ gpu: { requests: { cpu: "2", memory: 8Gi }, limits: { cpu: "2", memory: 8Gi, nvidia.com/gpu: "${gpus}" } } }`;
  remark(
    "attachment.instanceTypes",
    `${name} has GPUs, which only an instance type gives: for example ${types}; name it in each deployment or as defaultInstanceType, and set extension.installNvidiaDevicePlugin: true where the nodes have no plug-in`,
    true,
  );
}

/** Always a certificate of one's own: Azure ML has none for this kind. */
function tlsOf(
  { tls }: AksAttachmentConfig,
  remark: RemarkOn,
): Partial<NonNullable<KubernetesAttachmentConfig["tls"]>> | undefined {
  if (!tls) {
    remark("attachment.extension.allowInsecureConnections", "as the AksCompute, which has no TLS");
    return undefined;
  }
  if (tls.secret)
    remark(
      "attachment.tls.secret",
      `${leaving(tls.secret)}: have what else reads it read another one, or write it elsewhere, before`,
      true,
    );
  if (tls.ingressSecret)
    remark(
      "attachment.tls.ingressSecret",
      `${leaving(tls.ingressSecret)}: where your ingress needs it, give ingressSecret to this entry afterwards`,
      true,
    );
  if (tls.leafDomainLabel !== undefined) {
    remark("attachment.tls.cname", "a domain of your own: this kind has no certificate from Microsoft", true);
    return { cname: `${dnsLabel(tls.leafDomainLabel)}.${PLACEHOLDER_DOMAIN}`, certificate: { variables: true } };
  }
  const { cname, certificate } = tls;
  if (certificate?.clusterSecret !== undefined) {
    remark(
      "attachment.tls.certificate.variables",
      `the certificate that is in secret ${certificate.clusterSecret}`,
      true,
    );
    return { cname, certificate: { variables: true } };
  }
  return { ...(cname === undefined ? {} : { cname }), ...(certificate ? { certificate } : {}) };
}

/** A secret that the AksCompute's own stack keeps until it is destroyed. */
function leaving({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name} goes with the stack of the AksCompute`;
}

/** The nearest that Kubernetes takes as a namespace, and DNS as a label. https://www.rfc-editor.org/rfc/rfc1123 */
function dnsLabel(name: string): string {
  const label = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "")
    .slice(0, 63)
    .replace(/-$/, "");
  return label === "" ? "scoring" : label;
}

/** DenseProd, which the extension does not know, is production. */
function purposeOf({ clusterPurpose }: AksAttachmentConfig): {
  clusterPurpose?: KubernetesAttachmentConfig["clusterPurpose"];
} {
  if (clusterPurpose === undefined) return {};
  return { clusterPurpose: EXTENSION_PURPOSES.find((purpose) => purpose === clusterPurpose) ?? "FastProd" };
}
