/** What `azureml-aks synth` does, step by step: a configuration is loaded, built, judged and written. */

export { type Assessment, assess } from "../assess/assess.ts";
export {
  type ConfigPlace,
  type LoadedConfig,
  type LoadOptions,
  type LoadResult,
  loadConfig,
  parseConfig,
} from "../config/load.ts";
export type {
  AcknowledgementConfig,
  AksAttachmentConfig,
  AttachedClusterConfig,
  AttachmentConfig,
  BackendConfig,
  ClusterConfig,
  Config,
  CreateConfig,
  EnvironmentConfig,
  KubernetesAttachmentConfig,
} from "../config/schema.ts";
export { App } from "../stacks/app.ts";
export { AttachmentStack, type AttachmentStackProps } from "../stacks/attachment-stack.ts";
export { AzureStack, type AzureStackProps } from "../stacks/azure-stack.ts";
export { StackBackend, type StackIdentity } from "../stacks/backend.ts";
export { type BuildOptions, build } from "../stacks/build.ts";
export { ClusterStack, type ClusterStackProps } from "../stacks/cluster-stack.ts";
export { KubernetesStack, type KubernetesStackProps, needsKubernetesStack } from "../stacks/kubernetes-stack.ts";
export { ManifestsStack } from "../stacks/manifests-stack.ts";
export { stateDirectory } from "../stacks/state-directory.ts";
export { WorkspaceStack, type WorkspaceStackProps } from "../stacks/workspace-stack.ts";
export { type WriteOptions, write } from "../stacks/write.ts";
