import type { Construct } from "constructs";
import type { AttachmentConfig, KubernetesAttachmentConfig } from "../config/schema.ts";
import { InstanceTypeManifest } from "../constructs/instance-type.ts";
import { configuredBy } from "../constructs/origin.ts";
import { AzureStack } from "./azure-stack.ts";
import type { StackIdentity } from "./backend.ts";
import { addClusterAccess } from "./cluster-access.ts";
import type { KubernetesStackProps } from "./kubernetes-stack.ts";
import { targetOf } from "./target.ts";

/** The instance types that are kept as objects in the cluster. */
export function manifestsOf(attachment: AttachmentConfig): NonNullable<KubernetesAttachmentConfig["instanceTypes"]> {
  return attachment.kind === "KubernetesCompute" && attachment.instanceTypesAs === "manifests"
    ? (attachment.instanceTypes ?? {})
    : {};
}

/** Objects of a kind that the extension makes known: planned after it is applied. */
export class ManifestsStack extends AzureStack {
  constructor(scope: Construct, stack: StackIdentity, props: KubernetesStackProps) {
    super(scope, stack, props);
    const target = targetOf(props.cluster, props.subscriptionId, props.clusterPath);
    addClusterAccess(this, "cluster", target);
    for (const [name, type] of Object.entries(manifestsOf(props.cluster.attachment))) {
      const self = [...props.clusterPath, "attachment", "instanceTypes", name];
      const manifest = new InstanceTypeManifest(this, `instance_type_${name}`, { name, ...type });
      configuredBy(manifest, {
        self,
        props: Object.fromEntries(["nodeSelector", "requests", "limits"].map((key) => [key, [...self, key]])),
      });
    }
  }
}
