import * as dataAzurermKubernetesCluster from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster/index.js";
import * as dataAzurermKubernetesServiceVersions from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-service-versions/index.js";
import * as dataAzurermMachineLearningWorkspace from "@cdktf/provider-azurerm/lib/data-azurerm-machine-learning-workspace/index.js";
import * as dataAzurermNetworkServiceTags from "@cdktf/provider-azurerm/lib/data-azurerm-network-service-tags/index.js";
import * as dataAzurermSubnet from "@cdktf/provider-azurerm/lib/data-azurerm-subnet/index.js";
import * as kubernetesCluster from "@cdktf/provider-azurerm/lib/kubernetes-cluster/index.js";
import * as kubernetesClusterExtension from "@cdktf/provider-azurerm/lib/kubernetes-cluster-extension/index.js";
import * as machineLearningInferenceCluster from "@cdktf/provider-azurerm/lib/machine-learning-inference-cluster/index.js";
import * as azurermProvider from "@cdktf/provider-azurerm/lib/provider/index.js";
import * as roleAssignment from "@cdktf/provider-azurerm/lib/role-assignment/index.js";
import * as annotations from "@cdktf/provider-kubernetes/lib/annotations/index.js";
import * as dataKubernetesSecretV1 from "@cdktf/provider-kubernetes/lib/data-kubernetes-secret-v1/index.js";
import * as namespaceV1 from "@cdktf/provider-kubernetes/lib/namespace-v1/index.js";
import * as kubernetesProvider from "@cdktf/provider-kubernetes/lib/provider/index.js";
import * as secretV1 from "@cdktf/provider-kubernetes/lib/secret-v1/index.js";

/** Each binding by its deep path. */
export const DEEP_BINDINGS = {
  azurerm: {
    dataAzurermKubernetesCluster,
    dataAzurermKubernetesServiceVersions,
    dataAzurermMachineLearningWorkspace,
    dataAzurermNetworkServiceTags,
    dataAzurermSubnet,
    kubernetesCluster,
    kubernetesClusterExtension,
    machineLearningInferenceCluster,
    provider: azurermProvider,
    roleAssignment,
  },
  kubernetes: { annotations, dataKubernetesSecretV1, namespaceV1, provider: kubernetesProvider, secretV1 },
} as const;
