import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

/** A configuration of as many environments, in a file: what `plain.ts` makes by hand. */
export function writeEnvironments(file: string, count: number): void {
  const environment = (name: string): object => ({
    workspace: { resourceGroup: "rg-ml-dev", name: "mlw-dev" },
    clusters: {
      scoring: {
        create: {
          resourceGroup: "rg-ml-dev",
          name: `aks-${name}`,
          nodePool: { vmSize: "Standard_D2s_v5", nodeCount: 1 },
        },
        attachment: {
          kind: "AksCompute",
          computeName: name,
          clusterPurpose: "DevTest",
          tls: { leafDomainLabel: "contoso" },
        },
      },
    },
  });
  const names = Array.from({ length: count }, (_, index) => `env${index}`);
  const configuration = {
    defaults: {
      subscriptionId: "00000000-0000-0000-0000-000000000000",
      location: "westeurope",
      tags: { team: "ml-platform" },
    },
    environments: Object.fromEntries(names.map((name) => [name, environment(name)])),
  };
  writeFileSync(file, stringify(configuration));
}

/** A folder of Terraform of at least as many lines: clusters with what is around them, and their attachments. */
export function writeHcl(folder: string, lines: number): void {
  mkdirSync(folder);
  const parts: string[] = [];
  for (let index = 0, written = 0; written < lines; index += 1) {
    const part = hclOf(index);
    parts.push(part);
    written += part.split("\n").length - 1;
  }
  writeFileSync(join(folder, "main.tf"), parts.join(""));
}

function hclOf(index: number): string {
  return `resource "azurerm_subnet" "nodes${index}" {
  name                 = "snet-${index}"
  resource_group_name  = var.resource_group
  virtual_network_name = "vnet"
  address_prefixes     = ["10.${index % 200}.0.0/22"]
}

resource "azurerm_kubernetes_cluster" "cluster${index}" {
  name                = "aks-\${var.name}-${index}"
  resource_group_name = var.resource_group
  location            = var.location
  dns_prefix          = "aks-${index}"
  kubernetes_version  = "1.34"

  default_node_pool {
    name                        = "system"
    vm_size                     = "Standard_D4s_v5"
    node_count                  = 3
    vnet_subnet_id              = azurerm_subnet.nodes${index}.id
    temporary_name_for_rotation = "systemtmp"
  }

  identity {
    type = "SystemAssigned"
  }

  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
    load_balancer_sku   = "standard"
  }

  tags = merge(var.tags, { index = "${index}" })
}

resource "azurerm_machine_learning_inference_cluster" "compute${index}" {
  name                          = "compute-${index}"
  location                      = var.location
  machine_learning_workspace_id = var.workspace_id
  kubernetes_cluster_id         = azurerm_kubernetes_cluster.cluster${index}.id
  cluster_purpose               = "FastProd"
}

`;
}

/** What Azure answers of as many clusters, each attached, as one list in a file. */
export function writeArm(file: string, bodies: number): void {
  const subscription = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers";
  const value = Array.from({ length: bodies / 2 }, (_, index) => {
    const id = `${subscription}/Microsoft.ContainerService/managedClusters/aks-${index}`;
    return [
      {
        id,
        name: `aks-${index}`,
        type: "Microsoft.ContainerService/managedClusters",
        location: "westeurope",
        sku: { name: "Base", tier: "Standard" },
        properties: {
          provisioningState: "Succeeded",
          kubernetesVersion: "1.34.1",
          agentPoolProfiles: [
            { name: "system", mode: "System", count: 3, vmSize: "Standard_D4s_v5", type: "VirtualMachineScaleSets" },
            { name: "models", mode: "User", count: 3, vmSize: "Standard_D8s_v5", type: "VirtualMachineScaleSets" },
          ],
          networkProfile: {
            networkPlugin: "azure",
            networkPluginMode: "overlay",
            loadBalancerSku: "standard",
            outboundType: "loadBalancer",
            podCidr: "10.244.0.0/16",
            serviceCidr: "10.0.0.0/16",
            dnsServiceIP: "10.0.0.10",
          },
        },
      },
      {
        id: `${subscription}/Microsoft.MachineLearningServices/workspaces/mlw/computes/compute-${index}`,
        name: `compute-${index}`,
        type: "Microsoft.MachineLearningServices/workspaces/computes",
        properties: { computeType: "AKS", resourceId: id, properties: { clusterPurpose: "FastProd" } },
      },
    ];
  }).flat();
  writeFileSync(file, JSON.stringify({ value }));
}
