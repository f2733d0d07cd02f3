locals {
  certificate = <<-PEM
    -----BEGIN CERTIFICATE-----
    MIIBEXAMPLE
    -----END CERTIFICATE-----
  PEM
}

resource "azurerm_machine_learning_inference_cluster" "scoring" {
  name                          = "scoring"
  location                      = "westeurope"
  cluster_purpose               = "DevTest"
  kubernetes_cluster_id         = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-mlops/providers/Microsoft.ContainerService/managedClusters/aks-mlops"
  machine_learning_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-mlops/providers/Microsoft.MachineLearningServices/workspaces/mlw"

  ssl {
    cname = "scoring.contoso.com"
    cert  = local.certificate
    # finds: tls/key-by-reference error
    # finds: tls/key-in-state warning
    key   = <<-PEM
      -----BEGIN PRIVATE KEY-----
      EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE
      -----END PRIVATE KEY-----
    PEM
  }
}
