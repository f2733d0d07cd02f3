import { DataAzurermKubernetesCluster } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster/index.js";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider/index.js";
import { Construct } from "constructs";
import { Fn } from "./cdktf.ts";
import { comesFrom } from "./origin.ts";

/** Application ID of AKS's server side in Entra ID, the same in every tenant. https://azure.github.io/kubelogin/concepts/aks.html */
const AKS_SERVER_ID = "6dae42f8-4368-4678-94ff-3960e28e3630";

export interface ClusterAccessProps {
  /** Name of the cluster in Azure. */
  readonly name: string;
  readonly resourceGroupName: string;
  /** Whether the cluster knows its users from Entra ID: the provider then signs in with kubelogin. @default false */
  readonly entraId?: boolean;
}

/**
 * The kubernetes provider, configured from the cluster as it is read at plan time. With Entra ID it runs kubelogin as the
 * user of `az login`; the variable AAD_LOGIN_METHOD makes it another, for example workloadidentity.
 */
export class ClusterAccess extends Construct {
  readonly cluster: DataAzurermKubernetesCluster;

  constructor(scope: Construct, id: string, props: ClusterAccessProps) {
    super(scope, id);
    this.cluster = new DataAzurermKubernetesCluster(this, "Resource", { name: props.name, resourceGroupName: props.resourceGroupName });
    comesFrom(this.cluster, { name: "name", resource_group_name: "resourceGroupName" });
    const access = this.cluster.kubeConfig.get(0);
    new KubernetesProvider(this, "provider", {
      host: access.host,
      clusterCaCertificate: Fn.base64decode(access.clusterCaCertificate),
      ...(props.entraId
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
        : { clientCertificate: Fn.base64decode(access.clientCertificate), clientKey: Fn.base64decode(access.clientKey) }),
    });
  }
}
