import { describe, expect, it } from "vitest";
import type { Finding } from "../model/finding.ts";
import { RULES } from "../rules/catalogue.ts";
import { attachment, clusterId, example, merge, nodePool, SUBSCRIPTION } from "../rules/examples.ts";
import { judge } from "../rules/judge.ts";
import { readPlan } from "../sources/plan/json.ts";
import { fromPlan } from "../sources/plan/plan.ts";
import { fromSynthesis } from "../sources/synthesis.ts";
import type { Json } from "./helpers.ts";
import { planOf } from "./plan-of.ts";

/** A cluster in the names of azurerm 4, and in those of ARM. */
const AZURERM = {
  name: "aks-cluster",
  resource_group_name: "rg",
  location: "westeurope",
  dns_prefix: "aks",
  identity: { type: "SystemAssigned" },
  default_node_pool: { name: "agentpool", vm_size: "Standard_D4s_v5", node_count: 3 },
  network_profile: { network_plugin: "azure", load_balancer_sku: "standard", outbound_type: "loadBalancer" },
};
const ARM = {
  dnsPrefix: "aks",
  agentPoolProfiles: { name: "agentpool", mode: "System", vmSize: "Standard_D4s_v5", count: 3 },
  networkProfile: { networkPlugin: "azure", loadBalancerSku: "standard", outboundType: "loadBalancer" },
};

/** One thing that is wrong, in each vocabulary. */
interface Case {
  readonly rule: string;
  readonly azurerm: object;
  /** In the names of azurerm 3, where they differ: over the same cluster. Null removes a name. */
  readonly azurerm3?: object;
  /** Over the properties of ARM; a pool is the first one. */
  readonly arm: object;
  /** Attribute that is found: in azurerm 4, azurerm 3 and the body of ARM. */
  readonly at: readonly [azurerm: string, azurerm3: string, arm: string];
  /** Whether the cluster is attached as AksCompute. Default: it is not. */
  readonly isAttached?: boolean;
}

const pool = (changes: object): object => ({ default_node_pool: changes });
const network = (changes: object): object => ({ network_profile: changes });
const inPool = (name: string, arm: string): Case["at"] => [
  `default_node_pool[0].${name}`,
  `default_node_pool[0].${name}`,
  `agentPoolProfiles[0].${arm}`,
];
const inNetwork = (name: string, arm: string): Case["at"] => [
  `network_profile[0].${name}`,
  `network_profile[0].${name}`,
  `networkProfile.${arm}`,
];

const CASES: readonly Case[] = [
  {
    rule: "attachment/production-size",
    azurerm: pool({ vm_size: "Standard_D2s_v5" }),
    arm: { agentPoolProfiles: { vmSize: "Standard_D2s_v5" } },
    at: inPool("node_count", "count"),
    isAttached: true,
  },
  {
    rule: "attachment/production-size",
    azurerm: pool({ auto_scaling_enabled: true, min_count: 1, max_count: 5, node_count: null }),
    azurerm3: pool({ enable_auto_scaling: true, auto_scaling_enabled: null }),
    arm: { agentPoolProfiles: { enableAutoScaling: true, minCount: 1, maxCount: 5, count: null } },
    at: inPool("min_count", "minCount"),
    isAttached: true,
  },
  {
    rule: "attachment/cluster-supported",
    azurerm: network({ outbound_type: "none" }),
    arm: { networkProfile: { outboundType: "none" } },
    at: inNetwork("outbound_type", "outboundType"),
    isAttached: true,
  },
  {
    rule: "attachment/serving-nodes",
    azurerm: pool({ only_critical_addons_enabled: true }),
    arm: { agentPoolProfiles: { nodeTaints: ["CriticalAddonsOnly=true:NoSchedule"] } },
    at: ["default_node_pool[0].only_critical_addons_enabled", "default_node_pool[0].only_critical_addons_enabled", ""],
    isAttached: true,
  },
  {
    rule: "cluster/local-accounts",
    azurerm: { local_account_disabled: true },
    arm: { disableLocalAccounts: true },
    at: ["local_account_disabled", "local_account_disabled", "disableLocalAccounts"],
    isAttached: true,
  },
  {
    rule: "cluster/authorized-ranges-azureml",
    azurerm: { api_server_access_profile: { authorized_ip_ranges: ["203.0.113.0/24"] } },
    azurerm3: { api_server_access_profile: null, api_server_authorized_ip_ranges: ["203.0.113.0/24"] },
    arm: { apiServerAccessProfile: { authorizedIPRanges: ["203.0.113.0/24"] } },
    at: [
      "api_server_access_profile[0].authorized_ip_ranges",
      "api_server_authorized_ip_ranges",
      "apiServerAccessProfile.authorizedIPRanges",
    ],
    isAttached: true,
  },
  {
    rule: "cluster/private-public-fqdn",
    azurerm: { private_cluster_enabled: true, private_cluster_public_fqdn_enabled: true },
    arm: { apiServerAccessProfile: { enablePrivateCluster: true, enablePrivateClusterPublicFQDN: true } },
    at: [
      "private_cluster_public_fqdn_enabled",
      "private_cluster_public_fqdn_enabled",
      "apiServerAccessProfile.enablePrivateClusterPublicFQDN",
    ],
    isAttached: true,
  },
  {
    rule: "cluster/max-pods",
    azurerm: pool({ max_pods: 5 }),
    arm: { agentPoolProfiles: { maxPods: 5 } },
    at: inPool("max_pods", "maxPods"),
  },
  {
    rule: "cluster/network-policy",
    azurerm: network({ network_policy: "cilium" }),
    arm: { networkProfile: { networkPolicy: "cilium" } },
    at: inNetwork("network_policy", "networkPolicy"),
  },
  {
    rule: "cluster/network-policy",
    azurerm: network({ network_data_plane: "cilium", network_policy: "cilium" }),
    azurerm3: network({ network_data_plane: null, ebpf_data_plane: "cilium" }),
    arm: { networkProfile: { networkDataplane: "cilium", networkPolicy: "cilium" } },
    at: [
      "network_profile[0].network_data_plane",
      "network_profile[0].ebpf_data_plane",
      "networkProfile.networkDataplane",
    ],
  },
  {
    rule: "cluster/network-mode",
    azurerm: network({ network_plugin: "kubenet", network_plugin_mode: "overlay" }),
    arm: { networkProfile: { networkPlugin: "kubenet", networkPluginMode: "overlay" } },
    at: inNetwork("network_plugin_mode", "networkPluginMode"),
  },
  {
    rule: "cluster/address-capacity",
    azurerm: network({ network_plugin_mode: "overlay", pod_cidr: "10.244.0.0/23" }),
    arm: { networkProfile: { networkPluginMode: "overlay", podCidr: "10.244.0.0/23" } },
    at: inNetwork("pod_cidr", "podCidr"),
  },
  {
    rule: "cluster/service-cidr",
    azurerm: network({ service_cidr: "10.240.0.0/16", dns_service_ip: "10.0.0.10" }),
    arm: { networkProfile: { serviceCidr: "10.240.0.0/16", dnsServiceIP: "10.0.0.10" } },
    at: inNetwork("dns_service_ip", "dnsServiceIP"),
  },
  {
    rule: "cluster/outbound-path",
    azurerm: network({ outbound_type: "userDefinedRouting" }),
    arm: { networkProfile: { outboundType: "userDefinedRouting" } },
    at: inNetwork("outbound_type", "outboundType"),
  },
  {
    rule: "cluster/kubernetes-version",
    azurerm: { kubernetes_version: "1.29" },
    arm: { kubernetesVersion: "1.29" },
    at: ["kubernetes_version", "kubernetes_version", "kubernetesVersion"],
  },
  {
    rule: "cluster/pool-version",
    azurerm: { kubernetes_version: "1.35", ...pool({ orchestrator_version: "1.36" }) },
    arm: { kubernetesVersion: "1.35", agentPoolProfiles: { orchestratorVersion: "1.36" } },
    at: inPool("orchestrator_version", "orchestratorVersion"),
  },
  {
    rule: "cluster/support-plan",
    azurerm: { support_plan: "AKSLongTermSupport" },
    arm: { supportPlan: "AKSLongTermSupport" },
    at: ["support_plan", "support_plan", "supportPlan"],
  },
  {
    rule: "cluster/upgrade-channel",
    azurerm: { kubernetes_version: "1.35.1", automatic_upgrade_channel: "patch" },
    azurerm3: { automatic_upgrade_channel: null, automatic_channel_upgrade: "patch" },
    arm: { kubernetesVersion: "1.35.1", autoUpgradeProfile: { upgradeChannel: "patch" } },
    at: ["kubernetes_version", "kubernetes_version", "kubernetesVersion"],
  },
  {
    rule: "cluster/system-pool-size",
    azurerm: pool({ vm_size: "Standard_B2s" }),
    arm: { agentPoolProfiles: { vmSize: "Standard_B2s" } },
    at: inPool("vm_size", "vmSize"),
  },
  {
    rule: "cluster/feature-retired",
    azurerm: { open_service_mesh_enabled: true },
    arm: { addonProfiles: { openServiceMesh: { enabled: true } } },
    at: ["open_service_mesh_enabled", "open_service_mesh_enabled", "addonProfiles.openServiceMesh.enabled"],
  },
  {
    rule: "cluster/workload-identity-issuer",
    azurerm: { workload_identity_enabled: true },
    arm: { securityProfile: { workloadIdentity: { enabled: true } } },
    at: ["workload_identity_enabled", "workload_identity_enabled", "securityProfile.workloadIdentity.enabled"],
  },
  {
    rule: "cluster/private-dns-identity",
    azurerm: { private_cluster_enabled: true, private_dns_zone_id: zone("privatelink.westeurope.azmk8s.io") },
    arm: {
      apiServerAccessProfile: {
        enablePrivateCluster: true,
        // ARM's default is another than azurerm's.
        enablePrivateClusterPublicFQDN: false,
        privateDNSZone: zone("privatelink.westeurope.azmk8s.io"),
      },
    },
    at: ["identity", "identity", ""],
  },
];

function zone(name: string): string {
  return `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/${name}`;
}

/** The body of ARM for a case. */
const propertiesOf = ({ arm }: Pick<Case, "arm">): Json => {
  const { agentPoolProfiles, ...rest }: Json = merge(ARM, arm);
  return { ...rest, agentPoolProfiles: [agentPoolProfiles] };
};
const azurerm = (attributes: object): object => ({ resource: { azurerm_kubernetes_cluster: { cluster: attributes } } });
const azapi = (body: unknown): object => ({
  resource: {
    azapi_resource: {
      cluster: {
        type: "Microsoft.ContainerService/managedClusters@2025-10-01",
        name: "aks-cluster",
        parent_id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg`,
        location: "westeurope",
        identity: { type: "SystemAssigned" },
        body,
      },
    },
  },
});
const inLowerCase = (value: Json): Json =>
  Array.isArray(value)
    ? value.map(inLowerCase)
    : typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key.toLowerCase(), inLowerCase(item)]))
      : value;

/** Every way to write the cluster of a case, and how its author finds an attribute there. */
const SPELLINGS: Readonly<Record<string, (each: Case) => { readonly json: object; readonly at: string } | undefined>> =
  {
    "azurerm 3": ({ azurerm: changes, azurerm3, at }) =>
      azurerm3 && { json: azurerm(merge(merge(AZURERM, changes) as object, azurerm3) as object), at: at[1] },
    azapi: (each) => ({ json: azapi({ properties: propertiesOf(each) }), at: inBody(each.at[2]) }),
    "azapi, in another case": (each) => ({
      json: azapi(inLowerCase({ properties: propertiesOf(each) })),
      at: inBody(each.at[2]).toLowerCase(),
    }),
    "azapi 1, as JSON text": (each) => ({
      json: azapi(JSON.stringify({ properties: propertiesOf(each) })),
      at: inBody(each.at[2]),
    }),
    "azapi, by way of terraform_data": (each) => ({
      json: merge(azapi("${terraform_data.body.output}"), {
        resource: { terraform_data: { body: { input: { properties: propertiesOf(each) } } } },
      }) as object,
      at: inBody(each.at[2]),
    }),
  };

function inBody(path: string): string {
  return path === "" ? "" : `body.properties.${path}`;
}

const TODAY = "2026-11-26";
/** Judges Terraform JSON as it is and as a plan: both say the same. */
function judged(json: object, { isAttached = false }: Pick<Case, "isAttached"> = {}): Finding[][] {
  const { stack } = example("", json, ...(isAttached ? [attachment()] : [])).stacks as { stack: Json };
  const models = [
    fromSynthesis([{ name: "stack", json: stack }]),
    fromPlan([{ name: "stack", plan: readPlan(planOf(stack)) }]),
  ];
  return models.map((model) => [...judge(model, RULES, { today: TODAY }).findings]);
}

/** What is asked of azurerm alone: ARM has no such name. */
const OF_AZURERM = ["cluster/rotation-name"];
const told = (findings: readonly Finding[]): string[] =>
  findings
    .filter(({ rule }) => !OF_AZURERM.includes(rule))
    .map(({ rule, verdict, level }) => `${rule} ${verdict} ${level}`)
    .sort();

describe("the same cluster in another spelling", () => {
  const rows = CASES.flatMap((each) =>
    Object.entries(SPELLINGS).flatMap(([name, spell]) => {
      const spelled = spell(each);
      return spelled ? [[each.rule, name, each, spelled] as const] : [];
    }),
  );
  it.each(rows)("%s: %s says what azurerm 4 says, at its author's own attribute", (rule, _, each, { json, at }) => {
    const [expected = []] = judged(azurerm(merge(AZURERM, each.azurerm) as object), each);
    expect(expected.find((finding) => finding.rule === rule && finding.verdict === "fail")?.where.attribute).toBe(
      each.at[0],
    );
    for (const findings of judged(json, each)) {
      expect(told(findings)).toEqual(told(expected));
      if (at.startsWith("body")) expect(findings.map((finding) => finding.rule)).not.toContain(OF_AZURERM[0]);
      if (at !== "") expect(findings.find((finding) => finding.rule === rule)?.where.attribute).toBe(at);
    }
  });
  it("is advised in its author's names", () => {
    const overlay = { networkProfile: { networkDataplane: "cilium", networkPolicy: "cilium" } };
    for (const findings of judged(azapi({ properties: propertiesOf({ arm: overlay }) })))
      expect(findings.find(({ rule }) => rule === "cluster/network-policy")?.advice).toBe(
        "set networkPluginMode to overlay, or podSubnetID of the node pool",
      );
    const old = merge(AZURERM, pool({ enable_auto_scaling: false, min_count: 1, max_count: 3 })) as object;
    for (const findings of judged(azurerm(old)))
      expect(findings.find(({ rule }) => rule === "cluster/autoscaling-bounds")?.advice).toBe(
        "set enable_auto_scaling to true, or set node_count only",
      );
  });
  it.each(Object.entries(SPELLINGS))("of which nothing is wrong, in %s, is as silent", (_, spell) => {
    const healthy = spell({ rule: "", azurerm: {}, azurerm3: {}, arm: {}, at: ["", "", ""] });
    for (const findings of judged(healthy?.json ?? {}, { isAttached: true }))
      expect(findings.filter(({ verdict, level }) => verdict === "fail" && level === "error")).toEqual([]);
  });
  it("has pools of its own, inline or as resources, in each", () => {
    const spot = { name: "spot", vm_size: "Standard_D4s_v5", node_count: 1, priority: "Regular", spot_max_price: 1 };
    const [expected = []] = judged(merge(azurerm(AZURERM), nodePool(spot)) as object);
    const arm = { vmSize: "Standard_D4s_v5", count: 1, mode: "User", scaleSetPriority: "Regular", spotMaxPrice: 1 };
    const child = {
      resource: {
        azapi_resource: {
          pool: {
            type: "Microsoft.ContainerService/managedClusters/agentPools@2025-10-01",
            name: "spot",
            parent_id: clusterId("aks-cluster"),
            body: { properties: arm },
          },
        },
      },
    };
    const own = propertiesOf({ arm: {} });
    const inline = { ...own, agentPoolProfiles: [...own.agentPoolProfiles, { name: "spot", ...arm }] };
    for (const json of [merge(azapi({ properties: own }), child) as object, azapi({ properties: inline })])
      for (const findings of judged(json)) expect(told(findings)).toEqual(told(expected));
  });
});

describe("a cluster that is updated beside where it is made", () => {
  const SKU = { sku_tier: "Premium", support_plan: "AKSLongTermSupport" };
  const update = (version: string): Json => ({
    resource: {
      azapi_update_resource: {
        version: {
          type: "Microsoft.ContainerService/managedClusters@2025-10-01",
          resource_id: clusterId("aks-cluster"),
          body: { properties: { kubernetesVersion: version } },
        },
      },
    },
  });
  const made = (changes: object = {}): Json => azurerm({ ...AZURERM, kubernetes_version: "1.34.4", ...changes });
  it.each<[what: string, before: Json, after: Json, expected: string[]]>([
    ["one minor version", [made(), update("1.34.4")], [made(), update("1.35.1")], []],
    ["skips one", [made(), update("1.34.4")], [made(), update("1.36.1")], ["error"]],
    ["for the first time, skips one", [made()], [made(), update("1.36.1")], ["error"]],
    ["with long-term support", [made(SKU), update("1.34.4")], [made(SKU), update("1.36.1")], []],
    ["goes back", [made(), update("1.34.4")], [made(), update("1.33.1")], ["error"]],
    ["an alias", [made(), update("1.34.4")], [made(), update("1.34")], []],
    ["skips one, of a cluster that is not here", [update("1.34.4")], [update("1.36.1")], ["warning"]],
    ["goes back, of a cluster that is not here", [update("1.34.4")], [update("1.33.1")], ["error"]],
  ])("is upgraded there: %s", (_, before, after, expected) => {
    const [from, to] = [before, after].map((parts) => example("", ...parts).stacks.stack as Json);
    const model = fromPlan([{ name: "stack", plan: readPlan(planOf(to, { before: from })) }]);
    const found = judge(model, RULES, { today: TODAY }).findings.filter(({ rule }) => rule === "cluster/upgrade-path");
    expect(found.map(({ verdict, level, where }) => [verdict, level, where.address, where.attribute])).toEqual(
      expected.map((level) => ["fail", level, "azapi_update_resource.version", "body.properties.kubernetesVersion"]),
    );
  });
  it("as AKS Automatic needs no name of one's own", () => {
    const automatic = {
      resource: { azurerm_kubernetes_automatic_cluster: { cluster: { name: "aks", location: "westeurope" } } },
    };
    for (const findings of judged(automatic))
      expect(findings.map(({ rule }) => rule)).not.toContain("cluster/dns-prefix");
  });
});

describe("a compute of which it is not known what it is", () => {
  const compute = {
    type: "Microsoft.MachineLearningServices/workspaces/computes@2025-06-01",
    name: "scoring",
    parent_id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/mlw`,
  };
  it.each([
    ["its body", { azapi_resource: { compute: { ...compute, body: "${var.body}" } } }],
    [
      "its TLS",
      {
        azapi_resource: {
          compute: {
            ...compute,
            body: {
              properties: {
                computeType: "AKS",
                resourceId: clusterId("aks-cluster"),
                properties: { clusterPurpose: "DevTest", sslConfiguration: "${var.tls}" },
              },
            },
          },
        },
      },
    ],
    [
      "the block of its TLS",
      { azurerm_machine_learning_inference_cluster: { compute: { name: "scoring", ssl: "${var.tls}" } } },
    ],
  ])("has nothing wrong with what is not known: %s", (_, resource) => {
    for (const findings of judged({ resource }))
      expect(findings.filter(({ rule, verdict }) => rule.startsWith("tls/") && verdict === "fail")).toEqual([]);
  });
});
