import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { parseConfig } from "../config/load.ts";
import { type Json, small, synthesized } from "./helpers.ts";

const SUBNET =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/snet";

/**
 * Every parameter of `AksCompute.provisioning_configuration` of azureml SDK v1, and where it is in what is synthesized.
 * https://learn.microsoft.com/python/api/azureml-core/azureml.core.compute.aks.akscompute
 */
const PARAMETERS: readonly (readonly [
  parameter: string,
  create: object,
  attachment: object,
  find: (stacks: Record<string, Json>) => unknown,
  expected: unknown,
])[] = [
  [
    "agent_count",
    { nodePool: { vmSize: "Standard_D2s_v5", nodeCount: 5 } },
    {},
    (stacks) => cluster(stacks).default_node_pool.node_count,
    5,
  ],
  [
    "vm_size",
    { nodePool: { vmSize: "Standard_D3_v2", nodeCount: 3 } },
    {},
    (stacks) => cluster(stacks).default_node_pool.vm_size,
    "Standard_D3_v2",
  ],
  ["location", { location: "northeurope" }, {}, (stacks) => cluster(stacks).location, "northeurope"],
  [
    "vnet_resourcegroup_name",
    { nodePool: { vmSize: "Standard_D2s_v5", nodeCount: 3, subnetId: SUBNET } },
    {},
    (stacks) => cluster(stacks).default_node_pool.vnet_subnet_id.split("/")[4],
    "rg-net",
  ],
  [
    "vnet_name",
    { nodePool: { vmSize: "Standard_D2s_v5", nodeCount: 3, subnetId: SUBNET } },
    {},
    (stacks) => cluster(stacks).default_node_pool.vnet_subnet_id.split("/")[8],
    "vnet",
  ],
  [
    "subnet_name",
    { nodePool: { vmSize: "Standard_D2s_v5", nodeCount: 3, subnetId: SUBNET } },
    {},
    (stacks) => cluster(stacks).default_node_pool.vnet_subnet_id.split("/")[10],
    "snet",
  ],
  [
    "service_cidr",
    { network: { serviceCidr: "10.1.0.0/16", dnsServiceIp: "10.1.0.10" } },
    {},
    (stacks) => cluster(stacks).network_profile.service_cidr,
    "10.1.0.0/16",
  ],
  [
    "dns_service_ip",
    { network: { serviceCidr: "10.1.0.0/16", dnsServiceIp: "10.1.0.10" } },
    {},
    (stacks) => cluster(stacks).network_profile.dns_service_ip,
    "10.1.0.10",
  ],
  ["cluster_purpose", {}, { clusterPurpose: "DenseProd" }, (stacks) => attachment(stacks).cluster_purpose, "DenseProd"],
  [
    "leaf_domain_label (enable_ssl)",
    {},
    { tls: { leafDomainLabel: "contoso" } },
    (stacks) => attachment(stacks).ssl.leaf_domain_label,
    "contoso",
  ],
  [
    "overwrite_existing_domain (enable_ssl)",
    {},
    { tls: { leafDomainLabel: "contoso", overwriteExistingDomain: true } },
    (stacks) => attachment(stacks).ssl.overwrite_existing_domain,
    true,
  ],
];

const cluster = (stacks: Record<string, Json>): Json =>
  stacks["dev-scoring-cluster"].resource.azurerm_kubernetes_cluster.cluster;
const attachment = (stacks: Record<string, Json>): Json =>
  stacks["dev-scoring-attachment"].resource.azurerm_machine_learning_inference_cluster.attachment;

describe("azureml SDK v1, provisioning_configuration", () => {
  it.each(PARAMETERS)("%s", (_, create, attach, find, expected) => {
    expect(find(synthesized(small({ create, attachment: attach })))).toEqual(expected);
  });

  it("docker_bridge_cidr, which Azure has removed, is refused with the reason", () => {
    const result = parseConfig(
      stringify(small({ create: { network: { dockerBridgeCidr: "172.17.0.1/16" } } })),
      "f.yaml",
      { rules: [] },
    );
    expect(result.ok ? [] : result.findings).toMatchObject([
      { message: "`dockerBridgeCidr` no longer exists", advice: expect.stringContaining("AKS ignores it") },
    ]);
  });
});
