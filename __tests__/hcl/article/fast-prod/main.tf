terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000000"
}

variable "prefix" {
  type    = string
  default = "mlops"
}

locals {
  location = "westeurope"
  pool = {
    size  = "Standard_DS2_v2"
    nodes = 3
  }
}

resource "azurerm_resource_group" "main" {
  name     = "rg-${var.prefix}"
  location = local.location
}

resource "azurerm_kubernetes_cluster" "inference" {
  name                = "aks-${var.prefix}"
  location            = azurerm_resource_group.main.location
  resource_group_name = azurerm_resource_group.main.name
  dns_prefix          = "aks-${var.prefix}"

  default_node_pool {
    name       = "default"
    # finds: cluster/vm-size-retired warning
    vm_size    = local.pool.size
    # finds: attachment/production-size error
    node_count = local.pool.nodes
  }

  identity {
    type = "SystemAssigned"
  }
}

data "azurerm_machine_learning_workspace" "main" {
  name                = "mlw-${var.prefix}"
  resource_group_name = azurerm_resource_group.main.name
}

# finds: attachment/legacy warning
resource "azurerm_machine_learning_inference_cluster" "scoring" {
  name                          = "scoring"
  location                      = azurerm_resource_group.main.location
  cluster_purpose               = "FastProd"
  kubernetes_cluster_id         = azurerm_kubernetes_cluster.inference.id
  machine_learning_workspace_id = data.azurerm_machine_learning_workspace.main.id
}
