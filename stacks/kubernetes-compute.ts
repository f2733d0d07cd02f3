import type { Construct } from "constructs";
import { HIGH_AVAILABILITY_NODES } from "../azure/azureml-extension.ts";
import type { AttachmentConfig, ClusterConfig, KubernetesAttachmentConfig } from "../config/schema.ts";
import { AzureMlExtension, type ExtensionTls } from "../constructs/azureml-extension.ts";
import type { TerraformCondition } from "../constructs/condition.ts";
import { KubernetesCompute } from "../constructs/kubernetes-compute.ts";
import { configuredBy } from "../constructs/origin.ts";
import { WorkspaceAccess } from "../constructs/workspace-access.ts";
import { certificateKeys, certificateSource } from "./certificate.ts";
import { type ComputeContext, computeKeys, computeProps } from "./compute.ts";

type ExtensionConfig = NonNullable<KubernetesAttachmentConfig["extension"]>;

export interface KubernetesComputeOptions extends ComputeContext {
  readonly workspaceName: string;
  /** Resource ID of the workspace's user-assigned identity, where it has one. */
  readonly userAssignedIdentityId: string | undefined;
  readonly create: ClusterConfig["create"];
  readonly entraId: ClusterConfig["entraId"];
}

/** The extension, what lets the workspace in, and the compute, in this order. */
export function addKubernetesCompute(
  scope: Construct,
  attachment: KubernetesAttachmentConfig,
  options: KubernetesComputeOptions,
): KubernetesCompute {
  const { workspace, workspaceRegion, workspacePath, cluster, clusterPath, self } = options;
  const clusterPurpose = purposeOf(attachment, options.create) as KubernetesAttachmentConfig["clusterPurpose"];
  const inferenceRouterHA = attachment.extension?.inferenceRouterHA ?? (isSmall(options.create) ? false : undefined);
  const trustedAccess = needsTrustedAccess(attachment, options);
  const preconditions =
    cluster.conditionsFor?.({
      clusterPurpose,
      workspaceId: workspace.id,
      workspaceRegion,
      kubernetesCompute: {
        installsExtension: attachment.extension !== undefined,
        inferenceRouterHA: attachment.extension?.enableInference === true && inferenceRouterHA !== false,
        trustedAccess,
      },
    }) ?? [];

  const extension =
    attachment.extension &&
    addExtension(scope, attachment, attachment.extension, {
      ...options,
      clusterPurpose,
      inferenceRouterHA,
      preconditions,
    });
  const access = new WorkspaceAccess(scope, "access", {
    cluster,
    workspace,
    userAssignedIdentityId: options.userAssignedIdentityId,
    trustedAccess: trustedAccess ? { name: bindingName(options.workspaceName) } : undefined,
  });
  configuredBy(access, {
    self,
    props: {
      cluster: clusterPath,
      userAssignedIdentityId: [...workspacePath, "userAssignedIdentity"],
      trustedAccess: [...self, "trustedAccess"],
      "trustedAccess.name": [...workspacePath, "name"],
    },
  });

  const { instanceTypes = {} } = attachment;
  const compute = new KubernetesCompute(scope, "attachment", {
    ...computeProps(attachment, options),
    namespace: attachment.namespace,
    instanceTypes: attachment.instanceTypesAs === "manifests" ? undefined : attachment.instanceTypes,
    defaultInstanceType: attachment.defaultInstanceType,
    dependsOn: [...(extension ? [extension.resource] : []), ...access.resources],
    // They stop whatever comes first.
    preconditions: extension ? [] : preconditions,
  });
  const partsOf = (name: string): [string, string[]][] =>
    ["nodeSelector", "requests", "limits"].map((part) => [
      `instanceTypes.${name}.${part}`,
      [...self, "instanceTypes", name, part],
    ]);
  configuredBy(compute, {
    self,
    props: {
      ...computeKeys(options),
      namespace: [...self, "namespace"],
      instanceTypes: [...self, "instanceTypes"],
      ...Object.fromEntries(Object.keys(instanceTypes).flatMap(partsOf)),
      defaultInstanceType: [...self, "defaultInstanceType"],
    },
  });
  return compute;
}

interface ExtensionContext extends KubernetesComputeOptions {
  readonly clusterPurpose: KubernetesAttachmentConfig["clusterPurpose"];
  readonly inferenceRouterHA: boolean | undefined;
  readonly preconditions: readonly TerraformCondition[];
}

function addExtension(
  scope: Construct,
  attachment: KubernetesAttachmentConfig,
  config: ExtensionConfig,
  context: ExtensionContext,
): AzureMlExtension {
  const { cluster, clusterPath, clusterPurpose, inferenceRouterHA, preconditions, self } = context;
  const extension = new AzureMlExtension(scope, "extension", {
    ...config,
    cluster,
    clusterPurpose,
    inferenceRouterHA,
    internalLoadBalancer: attachment.loadBalancer?.type === "InternalLoadBalancer",
    tls: tlsOf(attachment),
    preconditions,
  });
  const own = [...self, "extension"];
  const tls = [...self, "tls"];
  configuredBy(extension, {
    self: own,
    props: {
      ...Object.fromEntries(EXTENSION_KEYS.map((key) => [key, [...own, key]])),
      cluster: clusterPath,
      "cluster.location": context.create ? [...clusterPath, "location"] : clusterPath,
      clusterPurpose: [...self, "clusterPurpose"],
      internalLoadBalancer: [...self, "loadBalancer", "type"],
      ...certificateKeys(self),
      tls,
      "tls.cname": [...tls, "cname"],
      "tls.secretName":
        attachment.tls?.certificate?.clusterSecret === undefined
          ? [...tls, "secret", "name"]
          : [...tls, "certificate", "clusterSecret"],
      "tls.certificateVersion": [...tls, "certificate", "version"],
    },
  });
  return extension;
}

/** The keys below `extension`, which are props of the same name. */
const EXTENSION_KEYS = [
  "name",
  "version",
  "enableTraining",
  "enableInference",
  "inferenceRouterServiceType",
  "allowInsecureConnections",
  "inferenceRouterHA",
  "nodeSelector",
  "installNvidiaDevicePlugin",
  "installDcgmExporter",
  "installPromOp",
  "installVolcano",
  "enableUpgrade",
] as const satisfies readonly (keyof ExtensionConfig)[];

/** The schema takes any part of it, and the rules say what is missing. */
function tlsOf({ tls }: KubernetesAttachmentConfig): ExtensionTls | undefined {
  if (!tls) return undefined;
  const { cname, certificate, passedBy, secret } = tls;
  if (!certificate) return { cname } as ExtensionTls;
  if (passedBy === "protectedSettings") return { cname, certificate: certificateSource(certificate) } as ExtensionTls;
  return {
    cname,
    secretName: certificate.clusterSecret ?? secret.name,
    certificateVersion: certificate.version,
  } as ExtensionTls;
}

/**
 * Where it is not said: for a cluster whose API server Azure ML would not reach otherwise, as far as that is known
 * here.
 */
function needsTrustedAccess(
  { trustedAccess }: KubernetesAttachmentConfig,
  { create, entraId }: KubernetesComputeOptions,
): boolean {
  const isClosed =
    (create?.entraId ?? entraId)?.localAccountDisabled === true ||
    (create?.apiServer?.authorizedIpRanges ?? []).length > 0 ||
    create?.apiServer?.includeAzureMachineLearning === true;
  return trustedAccess ?? isClosed;
}

/** One binding a workspace: 1-24 letters, digits and hyphens. */
function bindingName(workspace: string): string {
  return workspace
    .replaceAll(/[^A-Za-z0-9]+/g, "-")
    .slice(0, 24)
    .replaceAll(/^-+|-+$/g, "");
}

/** What a cluster serves: where it is not said, a KubernetesCompute of few nodes is for development and test. */
export function purposeOf(
  attachment: AttachmentConfig | undefined,
  create: ClusterConfig["create"],
): AttachmentConfig["clusterPurpose"] {
  return (
    attachment?.clusterPurpose ?? (attachment?.kind === "KubernetesCompute" && isSmall(create) ? "DevTest" : undefined)
  );
}

/**
 * By the nodes that are sure to be there, as in Azure's own tool; of an existing cluster, Terraform counts them in the
 * plan.
 */
function isSmall(create: ClusterConfig["create"]): boolean {
  const nodes = create?.nodePool.nodeCount ?? create?.nodePool.minCount;
  return nodes !== undefined && nodes < HIGH_AVAILABILITY_NODES;
}
