/** Documents that several rules quote. */

const LEARN = "https://learn.microsoft.com/azure";

export const CREATE_ATTACH = `${LEARN}/machine-learning/v1/how-to-create-attach-kubernetes`;
export const SECURE_INFERENCING_VNET = `${LEARN}/machine-learning/v1/how-to-secure-inferencing-vnet`;
export const DEPLOY_EXTENSION = `${LEARN}/machine-learning/how-to-deploy-kubernetes-extension`;
export const SECURE_WEB_SERVICE = `${LEARN}/machine-learning/v1/how-to-secure-web-service`;
export const INTERNAL_LB = `${LEARN}/aks/internal-lb`;
export const AUTHORIZED_RANGES = `${LEARN}/aks/api-server-authorized-ip-ranges`;
export const EGRESS = `${LEARN}/aks/egress-outboundtype`;
export const IP_PLANNING = `${LEARN}/aks/concepts-network-ip-address-planning`;
export const QUOTAS = `${LEARN}/aks/quotas-skus-regions`;
export const SYSTEM_POOLS = `${LEARN}/aks/use-system-pools`;
export const RETIRED_SIZES = `${LEARN}/virtual-machines/sizes/retirement/retired-sizes-list`;
export const AZURERM_CLUSTER =
  "https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs/resources/kubernetes_cluster";
export const AZURERM_NODE_POOL =
  "https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs/resources/kubernetes_cluster_node_pool";
