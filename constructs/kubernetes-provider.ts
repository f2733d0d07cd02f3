import type { DataAzurermKubernetesCluster } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster/index.js";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider/index.js";
import type { Construct } from "constructs";
import { Fn } from "./cdktf.ts";
import { ClusterEndpoint } from "./cluster-endpoint.ts";

/**
 * Application ID of AKS's server side in Entra ID, the same in every tenant.
 * https://azure.github.io/kubelogin/concepts/aks.html
 */
const AKS_SERVER_ID = "6dae42f8-4368-4678-94ff-3960e28e3630";

/** How the kubernetes provider signs in to the cluster. */
export interface ClusterAccessProps {
  /** Whether the cluster knows its users from Entra ID: the provider then signs in with kubelogin. @default false */
  readonly entraId?: boolean;
}

/**
 * Adds the kubernetes provider to a stack, configured from the cluster as it is read at plan time. With Entra ID it
 * runs kubelogin as the user of `az login`; the variable AAD_LOGIN_METHOD makes it another, for example
 * workloadidentity. azurerm's data source keeps the cluster's kubeconfig in the state; a ClusterEndpoint, which is for
 * Entra ID, keeps none.
 */
export function addKubernetesProvider(
  scope: Construct,
  cluster: DataAzurermKubernetesCluster | ClusterEndpoint,
  { entraId }: ClusterAccessProps,
): void {
  const endpoint = cluster instanceof ClusterEndpoint ? cluster : undefined;
  const kubeconfig = cluster instanceof ClusterEndpoint ? undefined : cluster.kubeConfig.get(0);
  new KubernetesProvider(scope, "kubernetes", {
    host: endpoint?.host ?? kubeconfig?.host,
    clusterCaCertificate:
      endpoint?.clusterCaCertificate ?? (kubeconfig && Fn.base64decode(kubeconfig.clusterCaCertificate)),
    ...(entraId || !kubeconfig
      ? {
          exec: [
            {
              apiVersion: "client.authentication.k8s.io/v1beta1",
              command: "kubelogin",
              // As arguments: cdktf would write the names of environment variables in lower case.
              args: ["get-token", "--login", "azurecli", "--server-id", AKS_SERVER_ID],
            },
          ],
        }
      : {
          clientCertificate: Fn.base64decode(kubeconfig.clientCertificate),
          clientKey: Fn.base64decode(kubeconfig.clientKey),
        }),
  });
}
