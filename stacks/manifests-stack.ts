import type { Construct } from "constructs";
import type { AttachmentConfig, KubernetesAttachmentConfig } from "../config/schema.ts";
import { InstanceTypeManifest } from "../constructs/instance-type.ts";
import { keyed } from "../constructs/keyed.ts";
import { constructFrom } from "../constructs/origin.ts";
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
    addClusterAccess(this, "cluster", targetOf(keyed(props.cluster, props.clusterPath), props.subscriptionId));
    for (const [name, value] of Object.entries(manifestsOf(props.cluster.attachment))) {
      const type = keyed(value, [...props.clusterPath, "attachment", "instanceTypes", name]);
      constructFrom(InstanceTypeManifest, this, `instance_type_${name}`, type, {
        name,
        nodeSelector: type.nodeSelector,
        requests: type.requests,
        limits: type.limits,
      });
    }
  }
}
