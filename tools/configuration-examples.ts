const yaml = (text: string): string => `\`\`\`yaml\n${text.trim()}\n\`\`\`\n`;
const subnet = (name: string): string =>
  `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet-ml/subnets/${name}`;

/** Examples of docs/configuration.md: each is what stands at the place that its section names. */
export const CONFIGURATION_EXAMPLES: {
  readonly whole: string;
  readonly acknowledge: string;
  readonly sections: Readonly<Record<string, string>>;
} = {
  whole: yaml(`
defaults:
  subscriptionId: 00000000-0000-0000-0000-000000000000
  location: westeurope
environments:
  dev:
    workspace: { resourceGroup: rg-ml-dev, name: mlw-dev }
    clusters:
      ml:
        existing: { resourceGroup: rg-ml-dev, name: aks-shared }
        attachment: { kind: KubernetesCompute, computeName: ml-dev }
`),
  acknowledge: yaml(`
acknowledge:
  - { rule: attachment/legacy, reason: "SDK v1 stays until the migration, in June", until: 2027-06-30 }
`),
  sections: {
    "Where states are kept": yaml(
      "backend: { azurerm: { resourceGroup: rg-tfstate, storageAccount: sttfstate, container: tfstate } }",
    ),
    Workspace: yaml("workspace: { resourceGroup: rg-ml, name: mlw-prod } # one that is there"),
    "New workspace": yaml(
      "workspace: { create: { resourceGroup: rg-ml, name: mlw-prod, publicNetworkAccess: false } }",
    ),
    "New cluster": yaml(`
create:
  resourceGroup: rg-ml
  name: aks-ml
  tier: Standard
  automaticUpgrade: patch
  nodePool: { vmSize: Standard_D4s_v5, nodeCount: 3 }
`),
    "Node pool": yaml(`
nodePool:
  vmSize: Standard_D4s_v5
  minCount: 3
  maxCount: 6
  zones: ["1", "2", "3"]
  subnetId: ${subnet("snet-aks")}
`),
    "Further node pools": yaml(`
nodePools:
  gpu:
    vmSize: Standard_NC24ads_A100_v4
    minCount: 0
    maxCount: 4
    labels: { pool: gpu }
    taints: [sku=gpu:NoSchedule]
`),
    Network: yaml("network: { mode: overlay, policy: cilium, serviceCidr: 10.240.0.0/16, dnsServiceIp: 10.240.0.10 }"),
    "API server": yaml(`
apiServer:
  authorizedIpRanges: [203.0.113.0/24]
  includeAzureMachineLearning: true
`),
    "Maintenance windows": yaml(`
maintenanceWindows:
  autoUpgrade: { frequency: Weekly, dayOfWeek: Sunday, startTime: "01:00", durationHours: 6 }
`),
    KubernetesCompute: yaml(`
attachment:
  kind: KubernetesCompute
  computeName: ml-prod
  namespace: ml
  identity: { systemAssigned: true }
  extension: { enableTraining: true }
`),
    "The Azure ML extension": yaml(`
extension:
  enableTraining: true
  enableInference: true
  inferenceRouterServiceType: loadBalancer
  allowInsecureConnections: true # HTTP, for development
`),
    "TLS of a KubernetesCompute": yaml("tls: { cname: ml.contoso.com, certificate: { variables: true } }"),
    AksCompute: yaml(`
attachment:
  kind: AksCompute
  computeName: scoring
  clusterPurpose: DevTest
  loadBalancer: { type: InternalLoadBalancer, subnet: snet-aks }
`),
    "TLS of an AksCompute": yaml("tls: { leafDomainLabel: contoso } # a certificate from Microsoft"),
  },
};
