import type { Construct } from "constructs";
import { EXTENSION_NAME, hasFewNodes, needsTrustedAccess } from "../azure/azureml-extension.ts";
import { formatResourceId } from "../azure/resource-id.ts";
import type { ClusterConfig, KubernetesAttachmentConfig } from "../config/schema.ts";
import { AzureMlExtension, type ExtensionTls } from "../constructs/azureml-extension.ts";
import type { TerraformCondition } from "../constructs/condition.ts";
import { derive, firstSet, inside, isSet, type Keyed, type Traced, valueAt } from "../constructs/keyed.ts";
import { KubernetesCompute } from "../constructs/kubernetes-compute.ts";
import { constructFrom } from "../constructs/origin.ts";
import { WorkspaceAccess } from "../constructs/workspace-access.ts";
import { certificateSource } from "./certificate.ts";
import { type ComputeContext, clusterProp, computeProps, purposeOf } from "./compute.ts";

export interface KubernetesComputeOptions extends ComputeContext {
  /** Resource ID of the workspace's user-assigned identity, where it has one. */
  readonly userAssignedIdentityId: Traced<string | undefined>;
  readonly create: ClusterConfig["create"];
  readonly entraId: ClusterConfig["entraId"];
}

/** The extension, what lets the workspace in, and the compute, in this order. */
export function addKubernetesCompute(
  scope: Construct,
  attachment: Keyed<KubernetesAttachmentConfig>,
  options: KubernetesComputeOptions,
): KubernetesCompute {
  const { workspace, named, cluster, create, entraId } = options;
  // An extension that is there keeps what nobody says.
  const isThere = valueAt(attachment.extension.adopt) === true;
  const clusterPurpose = derive(attachment.clusterPurpose, (given) =>
    isThere ? given : purposeOf(valueAt(attachment), create),
  );
  const inferenceRouterHA = derive(
    attachment.extension.inferenceRouterHA,
    (given) => given ?? (hasFewNodes(create) && !isThere ? false : undefined),
  );
  const trustedAccess =
    valueAt(attachment.trustedAccess) ?? needsTrustedAccess({ ...(create?.entraId ?? entraId), ...create?.apiServer });
  const preconditions =
    cluster.conditionsFor?.({
      clusterPurpose: valueAt(clusterPurpose),
      workspaceId: workspace.id,
      workspaceRegion: valueAt(named.location),
      kubernetesCompute: {
        installsExtension: isSet(attachment.extension),
        inferenceRouterHA:
          valueAt(attachment.extension.enableInference) === true && valueAt(inferenceRouterHA) !== false,
        trustedAccess,
      },
    }) ?? [];

  const extension = isSet(attachment.extension)
    ? addExtension(scope, attachment, attachment.extension, {
        ...options,
        clusterPurpose,
        inferenceRouterHA,
        preconditions,
      })
    : undefined;
  const access = constructFrom(WorkspaceAccess, scope, "access", attachment, {
    cluster: clusterProp(options),
    workspace,
    userAssignedIdentityId: options.userAssignedIdentityId,
    trustedAccess: derive(attachment.trustedAccess, () =>
      trustedAccess ? { name: derive(named.name, bindingName) } : undefined,
    ),
  });
  return constructFrom(KubernetesCompute, scope, "attachment", attachment, {
    ...computeProps(attachment, options),
    namespace: attachment.namespace,
    instanceTypes: valueAt(attachment.instanceTypesAs) === "manifests" ? undefined : attachment.instanceTypes,
    defaultInstanceType: attachment.defaultInstanceType,
    dependsOn: [...(extension ? [extension.resource] : []), ...access.resources],
    // One place is enough: the extension comes first.
    preconditions: extension ? [] : preconditions,
  });
}

interface ExtensionContext extends KubernetesComputeOptions {
  readonly clusterPurpose: Traced<KubernetesAttachmentConfig["clusterPurpose"]>;
  readonly inferenceRouterHA: Traced<boolean | undefined>;
  readonly preconditions: readonly TerraformCondition[];
}

function addExtension(
  scope: Construct,
  attachment: Keyed<KubernetesAttachmentConfig>,
  extension: Keyed<NonNullable<KubernetesAttachmentConfig["extension"]>>,
  context: ExtensionContext,
): AzureMlExtension {
  return constructFrom(AzureMlExtension, scope, "extension", extension, {
    name: extension.name,
    adoptExtensionId: derive(extension.adopt, (adopt) => (adopt ? extensionId(context, extension.name) : undefined)),
    version: extension.version,
    enableTraining: extension.enableTraining,
    enableInference: extension.enableInference,
    inferenceRouterServiceType: extension.inferenceRouterServiceType,
    allowInsecureConnections: extension.allowInsecureConnections,
    inferenceRouterHA: context.inferenceRouterHA,
    nodeSelector: extension.nodeSelector,
    installNvidiaDevicePlugin: extension.installNvidiaDevicePlugin,
    installDcgmExporter: extension.installDcgmExporter,
    installPromOp: extension.installPromOp,
    installVolcano: extension.installVolcano,
    volcanoSchedulerConfigMap: extension.volcanoSchedulerConfigMap,
    skipResourceValidation: extension.skipResourceValidation,
    tolerations: extension.tolerations,
    enableUpgrade: extension.enableUpgrade,
    cluster: clusterProp(context),
    clusterPurpose: context.clusterPurpose,
    internalLoadBalancer: derive(attachment.loadBalancer.type, (type) => type === "InternalLoadBalancer"),
    tls: tlsOf(attachment),
    settings: extension.settings,
    overrides: extension.overrides,
    preconditions: context.preconditions,
  });
}

function extensionId({ target }: ExtensionContext, name: Traced<string | undefined>): string {
  return `${formatResourceId(target.id)}/providers/Microsoft.KubernetesConfiguration/extensions/${valueAt(name) ?? EXTENSION_NAME}`;
}

/** The schema takes any part of it, and the rules say what is missing: hence the cast. */
function tlsOf({ tls }: Keyed<KubernetesAttachmentConfig>): Traced<ExtensionTls | undefined> {
  return inside(tls, ({ cname, certificate, passedBy, secret }) => {
    if (!isSet(certificate)) return { cname };
    if (valueAt(passedBy) === "protectedSettings") return { cname, certificate: certificateSource(certificate) };
    return {
      cname,
      secretName: firstSet(certificate.clusterSecret, secret.name),
      certificateVersion: certificate.version,
    };
  }) as Traced<ExtensionTls | undefined>;
}

/** One binding a workspace: 1-24 letters, digits and hyphens. */
function bindingName(workspace: string): string {
  return workspace
    .replaceAll(/[^A-Za-z0-9]+/g, "-")
    .slice(0, 24)
    .replaceAll(/^-+|-+$/g, "");
}
