provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000000"
}

variable "office" {
  type    = list(string)
  default = ["203.0.113.0/24"]
}

resource "azurerm_kubernetes_cluster" "inference" {
  name                = "aks-mlops"
  location            = "westeurope"
  resource_group_name = "rg-mlops"
  dns_prefix          = "aks-mlops"

  default_node_pool {
    name       = "default"
    vm_size    = "Standard_D4s_v5"
    node_count = 3
  }

  identity {
    type = "SystemAssigned"
  }

  api_server_access_profile {
    # finds: cluster/authorized-ranges-azureml error
    authorized_ip_ranges = concat(var.office, ["198.51.100.7/32"])
  }
}

resource "azurerm_machine_learning_inference_cluster" "scoring" {
  name                          = "scoring"
  location                      = "westeurope"
  cluster_purpose               = "FastProd"
  kubernetes_cluster_id         = azurerm_kubernetes_cluster.inference.id
  machine_learning_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-mlops/providers/Microsoft.MachineLearningServices/workspaces/mlw"
}
