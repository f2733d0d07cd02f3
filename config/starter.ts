import { stringify } from "yaml";

export interface Answers {
  readonly subscriptionId: string;
  readonly location: string;
  readonly resourceGroup: string;
  readonly workspace: string;
  readonly clusterName: string;
  readonly vmSize: string;
  /** A number, as text. */
  readonly nodeCount: string;
}

/** A commented configuration for a new cluster on an existing workspace. */
export function starterConfig(answers: Answers): string {
  const value = (text: string): string =>
    stringify(text, { lineWidth: 0, defaultStringType: /^[\w./ -]+$/.test(text) ? "PLAIN" : "QUOTE_DOUBLE" }).trim();
  return `# azureml-aks: AKS clusters for Azure Machine Learning.
# Every key is described by \`azureml-aks schema\`. \`defaults\` is merged into every environment.
defaults:
  subscriptionId: ${value(answers.subscriptionId)}
  location: ${value(answers.location)}
  # tags: { team: ml-platform }
  backend:
    local: {} # a state file beside this file, one per stack
    # cloud: { organization: contoso, project: ml-platform }                            # HCP Terraform, one workspace a stack
    # azurerm: { resourceGroup: rg-tfstate, storageAccount: sttfstate, container: tfstate }

environments:
  dev:
    workspace: { resourceGroup: ${value(answers.resourceGroup)}, name: ${value(answers.workspace)} } # exists already; or { create: { resourceGroup, name } }
    clusters:
      scoring:
        create: # or existing: { resourceGroup, name }, for a cluster that is there
          resourceGroup: ${value(answers.resourceGroup)}
          name: ${value(answers.clusterName)}
          # kubernetesVersion: "1.35" # left out: the AKS default version of the day
          nodePool:
            vmSize: ${value(answers.vmSize)}
            nodeCount: ${/^\d+$/.test(answers.nodeCount) ? answers.nodeCount : value(answers.nodeCount)} # or minCount and maxCount, for autoscaling
            # zones: ["1", "2", "3"]
            # subnetId: /subscriptions/.../virtualNetworks/vnet-ml/subnets/snet-aks
        attachment:
          kind: AksCompute # or KubernetesCompute, with the Azure ML extension
          computeName: scoring-dev
          clusterPurpose: DevTest # or FastProd, DenseProd: these need 12 vCPUs or more
          # tls: { leafDomainLabel: contoso } # a certificate from Microsoft
          # loadBalancer: { type: InternalLoadBalancer, subnet: snet-aks } # a private endpoint
`;
}
