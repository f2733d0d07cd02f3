/**
 * Constructs for a CDKTF program of one's own. Findings of the rules become annotations when its app is synthesized.
 */
export type { AttachWith } from "../azure/attach-with.ts";
export type {
  ExtensionOptions,
  ExtensionPurpose,
  ExtensionToleration,
  RouterServiceType,
} from "../azure/azureml-extension.ts";
export { type Acknowledgement, acknowledge } from "../constructs/acknowledgement.ts";
export { addressOf } from "../constructs/address.ts";
export {
  AksCluster,
  type AksClusterProps,
  type AttachmentContext,
  type IAksCluster,
  type LoadBalancerProfile,
  type MaintenancePause,
  type MaintenanceSchedule,
  type MaintenanceWindow,
  type NatGatewayProfile,
} from "../constructs/aks-cluster.ts";
export { AzapiDataResource, type AzapiDataResourceConfig } from "../constructs/azapi/data-resource.ts";
export { AzapiProvider, type AzapiProviderConfig } from "../constructs/azapi/provider.ts";
export { AzapiResource, type AzapiResourceConfig } from "../constructs/azapi/resource.ts";
export { AzureMlExtension, type AzureMlExtensionProps, type ExtensionTls } from "../constructs/azureml-extension.ts";
export type { CertificateSource } from "../constructs/certificate.ts";
export { ClusterEndpoint, type ClusterEndpointProps } from "../constructs/cluster-endpoint.ts";
export type { LogAnalytics, ManagedPrometheus } from "../constructs/cluster-monitoring.ts";
export type { ComputeIdentityProps } from "../constructs/compute.ts";
export {
  ComputeAttachment,
  type ComputeAttachmentProps,
  type LoadBalancer,
  type MicrosoftCertificate,
  type OwnCertificate,
} from "../constructs/compute-attachment.ts";
export type { TerraformCondition } from "../constructs/condition.ts";
export { EphemeralResource } from "../constructs/ephemeral-resource.ts";
export { ExistingAksCluster, type ExistingAksClusterProps } from "../constructs/existing-aks-cluster.ts";
export { ImportBlock } from "../constructs/import-block.ts";
export {
  type InstanceType,
  InstanceTypeManifest,
  type InstanceTypeManifestProps,
} from "../constructs/instance-type.ts";
export {
  InternalLoadBalancer,
  type InternalLoadBalancerProps,
  type PrivateLinkService,
} from "../constructs/internal-load-balancer.ts";
export { judgeOnSynthesis } from "../constructs/judgement.ts";
export { KubernetesCompute, type KubernetesComputeProps } from "../constructs/kubernetes-compute.ts";
export { addKubernetesProvider, type ClusterAccessProps } from "../constructs/kubernetes-provider.ts";
export { MovedBlock } from "../constructs/moved-block.ts";
export { Namespace, type NamespaceProps } from "../constructs/namespace.ts";
export {
  AksNodePool,
  type AksNodePoolProps,
  type NodeCount,
  type NodePoolOptions,
  type UpgradeSettings,
  type UserNodePoolOptions,
} from "../constructs/node-pool.ts";
export { TlsSecret, type TlsSecretProps, type TlsSecretShape } from "../constructs/tls-secret.ts";
export { Workspace, type WorkspaceProps } from "../constructs/workspace.ts";
export { WorkspaceAccess, type WorkspaceAccessProps } from "../constructs/workspace-access.ts";
