import fc from "fast-check";
import { expect } from "vitest";
import { stringify } from "yaml";
import { adoptedConfiguration } from "../../adopt/configuration.ts";
import { parseConfig } from "../../config/load.ts";
import { readInventory } from "../../sources/inventory/inventory.ts";
import { build } from "../../stacks/build.ts";
import type { Json } from "../helpers.ts";
import { asAnswered } from "./answer.ts";

const ID = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers";
const subnet = (name: string): string => `${ID}/Microsoft.Network/virtualNetworks/vnet/subnets/${name}`;
const identity = (name: string): string => `${ID}/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
const LOGS = `${ID}/Microsoft.OperationalInsights/workspaces/log`;

/** A map in which each key may be missing. */
const some = (keys: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Json> => fc.record(keys, { requiredKeys: [] });
/** Keys of one of several forms. */
const counts = (least: number) =>
  fc.oneof(
    fc.record({ nodeCount: fc.integer({ min: least, max: 9 }) }),
    fc.record({ minCount: fc.integer({ min: least, max: 3 }), maxCount: fc.integer({ min: 4, max: 9 }) }),
  );
const texts = fc.dictionary(fc.constantFrom("team", "stage", "cost"), fc.constantFrom("ml", "prod", "a b", "1"), {
  minKeys: 1,
});
const upgrade = {
  maxSurge: fc.constantFrom("10%", "33%", "1"),
  drainTimeoutMinutes: fc.constantFrom(20, 60),
  nodeSoakMinutes: fc.constantFrom(5),
  undrainableNodeBehavior: fc.constantFrom("Cordon", "Schedule"),
};

const pool = {
  zones: fc.constantFrom(["1"], ["1", "2", "3"]),
  osSku: fc.constantFrom("Ubuntu", "Ubuntu2204", "AzureLinux"),
  osDiskSizeGb: fc.constantFrom(64, 128, 256),
  osDiskType: fc.constantFrom("Managed", "Ephemeral"),
  kubeletDiskType: fc.constantFrom("OS", "Temporary"),
  maxPods: fc.constantFrom(30, 110, 250),
  labels: texts,
  gpuDriver: fc.constantFrom("Install", "None"),
  gpuInstance: fc.constantFrom("MIG1g", "MIG7g"),
  hostEncryption: fc.boolean(),
  fips: fc.boolean(),
  ultraSsd: fc.boolean(),
  tags: texts,
};
const vmSize = fc.constantFrom("Standard_D4s_v5", "Standard_D8s_v5", "Standard_NC24ads_A100_v4");
const subnets = fc.constantFrom(
  {},
  { subnetId: subnet("nodes") },
  { subnetId: subnet("nodes"), podSubnetId: subnet("pods") },
);
const merged = (...parts: fc.Arbitrary<object>[]): fc.Arbitrary<Json> =>
  fc.tuple(...parts).map((values) => Object.assign({}, ...values));

const ownPool = merged(
  fc.record({ vmSize }),
  counts(1),
  subnets,
  some({
    ...pool,
    name: fc.constantFrom("nodepool1", "system"),
    criticalAddonsOnly: fc.boolean(),
    upgradeSettings: some(upgrade),
  }),
);
const linuxPool = merged(
  fc.record({ vmSize }),
  counts(1),
  subnets,
  some({
    ...pool,
    mode: fc.constantFrom("User", "System"),
    taints: fc.constantFrom(["sku=gpu:NoSchedule"], ["a=b:NoExecute", "c:PreferNoSchedule"]),
    upgradeSettings: fc.oneof(some(upgrade), fc.constant({ maxUnavailable: "1" })),
  }),
);
const spotPool = merged(
  fc.record({
    vmSize,
    spot: some({ maxPrice: fc.constantFrom(-1, 0.5), evictionPolicy: fc.constantFrom("Delete", "Deallocate") }),
  }),
  counts(0),
  some({ labels: texts, taints: fc.constant(["sku=gpu:NoSchedule"]) }),
);
const windowsPool = merged(
  fc.record({
    vmSize: fc.constant("Standard_D4s_v5"),
    osType: fc.constant("Windows"),
    osSku: fc.constant("Windows2022"),
  }),
  counts(0),
);

const network = merged(
  fc.constantFrom(
    {},
    { plugin: "kubenet" },
    { mode: "overlay", podCidr: "10.200.0.0/16" },
    { mode: "overlay", policy: "cilium" },
    { plugin: "none" },
    { policy: "calico", dataPlane: "azure" },
    { mode: "overlay", dataPlane: "cilium" },
  ),
  fc.constantFrom({}, { serviceCidr: "10.240.0.0/16", dnsServiceIp: "10.240.0.10" }),
  fc.constantFrom(
    {},
    { loadBalancer: { managedOutboundIps: 2, idleTimeoutMinutes: 10, outboundPortsAllocated: 1024 } },
    { outboundType: "managedNATGateway", natGateway: { managedOutboundIps: 3, idleTimeoutMinutes: 8 } },
    { outboundType: "managedNATGateway" },
  ),
);
const apiServer = fc.constantFrom(
  {},
  { authorizedIpRanges: ["203.0.113.0/24", "198.51.100.7/32"] },
  { private: true },
  { private: true, privateDnsZone: "system" },
  { private: true, privateDnsZone: "none" },
  { private: true, privateDnsZone: `${ID}/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io` },
  { vnetIntegration: {} },
);
const create = merged(
  fc.record({ resourceGroup: fc.constant("rg"), name: fc.constantFrom("aks", "aks_prod-2"), nodePool: ownPool }),
  some({
    kubernetesVersion: fc.constantFrom("1.35", "1.34.2"),
    location: fc.constantFrom("westeurope", "northeurope"),
    dnsPrefix: fc.constantFrom("aks", "aks-dns"),
    nodeResourceGroup: fc.constant("rg-nodes"),
    nodePools: some({ gpu: linuxPool, agentpool2: linuxPool, spot: spotPool, win: windowsPool }),
    network,
    apiServer,
    identity: fc.constantFrom(
      { userAssigned: [identity("id-aks")] },
      { userAssigned: [identity("id-aks")], kubelet: identity("id-kubelet") },
    ),
    entraId: some({
      azureRbac: fc.boolean(),
      adminGroups: fc.constant(["00000000-0000-0000-0000-00000000000a"]),
      localAccountDisabled: fc.boolean(),
    }),
    oidcIssuer: fc.constant(true),
    workloadIdentity: fc.boolean(),
    keyVaultSecretsProvider: some({ secretRotation: fc.boolean(), rotationInterval: fc.constantFrom("2m", "5m") }),
    azurePolicy: fc.boolean(),
    defender: fc.constant({ workspaceId: LOGS }),
    diskEncryptionSetId: fc.constant(`${ID}/Microsoft.Compute/diskEncryptionSets/des`),
    imageCleaner: some({ intervalHours: fc.constantFrom(48, 168) }),
    costAnalysis: fc.boolean(),
    tier: fc.constantFrom("Free", "Standard", "Premium"),
    supportPlan: fc.constantFrom("KubernetesOfficial", "AKSLongTermSupport"),
    automaticUpgrade: fc.constantFrom("patch", "node-image"),
    nodeOsUpgrade: fc.constantFrom("NodeImage", "SecurityPatch", "None"),
    tags: texts,
  }),
);

const attachment = fc.oneof(
  merged(
    fc.record({ kind: fc.constant("AksCompute"), computeName: fc.constantFrom("scoring", "a-1b") }),
    some({
      clusterPurpose: fc.constantFrom("DevTest", "FastProd", "DenseProd"),
      description: fc.constant("scores"),
      tags: texts,
      identity: fc.constantFrom(
        { systemAssigned: true },
        { systemAssigned: true, userAssigned: [identity("id-compute")] },
      ),
    }),
    fc.constantFrom(
      {},
      { loadBalancer: { type: "InternalLoadBalancer", subnet: "snet-aks" } },
      { tls: { leafDomainLabel: "contoso" }, attachWith: "azapi" },
      { tls: { cname: "scoring.contoso.com", certificate: { variables: true } } },
    ),
  ),
  merged(
    fc.record({ kind: fc.constant("KubernetesCompute"), computeName: fc.constantFrom("batch", "k8s") }),
    some({
      namespace: fc.constantFrom("default", "training"),
      description: fc.constant("trains"),
      identity: fc.constant({ systemAssigned: true }),
      instanceTypes: fc.constant({
        gpu: {
          nodeSelector: { accelerator: "nvidia" },
          requests: { cpu: "4", memory: "16Gi" },
          limits: { cpu: "8", memory: "32Gi", "nvidia.com/gpu": "1" },
        },
      }),
    }),
    fc.constantFrom(
      {},
      {
        extension: { enableTraining: true, installVolcano: false, name: "ml" },
        clusterPurpose: "DevTest",
      },
      {
        extension: {
          enableInference: true,
          inferenceRouterServiceType: "loadBalancer",
          inferenceRouterHA: false,
          nodeSelector: { pool: "ml" },
          skipResourceValidation: true,
          settings: { "amlarc.example": "on" },
        },
        loadBalancer: { type: "InternalLoadBalancer" },
        tls: { cname: "batch.contoso.com", certificate: { clusterSecret: "their-tls" } },
      },
      { extension: { enableInference: true, inferenceRouterServiceType: "nodePort", allowInsecureConnections: true } },
    ),
  ),
);

/** The resources of a configuration that exist in Azure, by type and name. */
function resourcesOf(text: string): Record<string, Json> {
  const result = parseConfig(text, "azureml-aks.yaml", { rules: [] });
  if (!result.ok) throw new Error(`${JSON.stringify(result.findings, null, 2)}\n${text}`);
  const stacks = build(result.loaded.config, { stateDirectory: "." }).stacks.map(
    (stack): Json => JSON.parse(JSON.stringify(stack.toTerraform())),
  );
  return Object.fromEntries(
    stacks.flatMap(({ resource }) =>
      Object.entries<Json>(resource ?? {}).flatMap(([type, instances]) =>
        Object.entries<Json>(instances)
          .filter(() => IN_AZURE.includes(type))
          .map(([name, attributes]) => [`${type}.${name}`, attributes]),
      ),
    ),
  );
}

const IN_AZURE = [
  "azurerm_kubernetes_cluster",
  "azurerm_kubernetes_cluster_node_pool",
  "azurerm_kubernetes_cluster_extension",
  "azurerm_machine_learning_inference_cluster",
  "azapi_resource",
];

/** Takes so many configurations, each as Azure would answer what comes of it: it is read again as one of the same. */
export function tryRoundTrips(numRuns: number): void {
  fc.assert(
    fc.property(create, attachment, (cluster, attached) => {
      const config = {
        environments: {
          mlw: {
            subscriptionId: "00000000-0000-0000-0000-000000000001",
            location: "westeurope",
            workspace: { resourceGroup: "rg", name: "mlw" },
            clusters: { [cluster.name]: { create: cluster, attachment: attached } },
          },
        },
      };
      const text = stringify(config);
      const valid = parseConfig(text, "azureml-aks.yaml", { rules: [] });
      fc.pre(valid.ok);
      const before = resourcesOf(text);
      const answers = asAnswered(before, { region: "westeurope" });
      const again = adoptedConfiguration(
        answers.map(({ body, name }) => ({ name, file: name, inventory: readInventory(body) })),
      );
      const after = resourcesOf(again.text);
      const answeredAgain = asAnswered(after, { region: "westeurope" });
      expect(answeredAgain).toEqual(answers);
      expect(again.text).not.toContain("not created here");
    }),
    { seed: 20261127, numRuns },
  );
}
