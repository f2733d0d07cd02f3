import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { assess } from "../../assess/assess.ts";
import type { Finding } from "../../model/finding.ts";
import { reviewOf } from "../../review/review.ts";
import { RULES } from "../../rules/catalogue.ts";
import { readPlan } from "../../sources/plan/json.ts";
import { today } from "../../sources/today.ts";
import { type Json, load, ROOT, small } from "../helpers.ts";
import { planOf } from "../plan-of.ts";

/** Rules that judge what is synthesized and plans alike. */
const BOTH = new Set(
  RULES.filter(({ phases }) => phases.includes("synthesis") && phases.includes("plan")).map(({ id }) => id),
);

const told = (findings: readonly Finding[]): string[] =>
  findings
    .filter(({ rule }) => BOTH.has(rule))
    .map(({ rule, verdict, where }) => `${rule} ${verdict} ${where.stack} ${where.address}`)
    .sort();

/** What `check` says of a configuration, and what `review` says of plans of the same Terraform JSON. */
function bothWays(config: string | object): { readonly checked: string[]; readonly reviewed: string[] } {
  const { app, findings } = assess(load(config), "cdktf.out", { today: today() });
  const plans = app.stacks.map((stack) => ({
    name: stack.node.id,
    file: stack.node.id,
    plan: readPlan(planOf(JSON.parse(JSON.stringify(stack.toTerraform())))),
  }));
  return { checked: told(findings), reviewed: told(reviewOf(plans, { today: today() }).findings) };
}

it("says of the shipped configuration what it says of its plans", () => {
  const { checked, reviewed } = bothWays(readFileSync(join(ROOT, "azureml-aks.yaml"), "utf8"));
  expect(reviewed).toEqual(checked);
  expect(checked.length).toBeGreaterThan(8);
});

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const size = fc.constantFrom(
  "Standard_D4s_v5",
  "Standard_DS2_v2",
  "Standard_B2s",
  "Standard_NC6s_v3",
  "Standard_Unknown_v9",
);

const nodePool = fc.oneof(
  fc.record({ vmSize: size, nodeCount: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ vmSize: size, minCount: fc.integer({ min: 1, max: 3 }), maxCount: fc.integer({ min: 3, max: 9 }) }),
);

const subnetId =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/snet-aks";

const vaultId =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-ml";

const create = fc.record(
  {
    nodePool: fc.tuple(nodePool, fc.boolean()).map(([pool, hasSubnet]) => (hasSubnet ? { ...pool, subnetId } : pool)),
    kubernetesVersion: fc.constantFrom("1.34", "1.35"),
    apiServer: fc.record(
      {
        authorizedIpRanges: fc.subarray(["203.0.113.0/24", "198.51.100.7/32", "203.0.113.5/24"], { minLength: 1 }),
        includeAzureMachineLearning: fc.boolean(),
        private: fc.boolean(),
      },
      { requiredKeys: ["authorizedIpRanges"] },
    ),
    network: fc.record(
      {
        plugin: fc.constantFrom("azure", "kubenet"),
        outboundType: fc.constantFrom("loadBalancer", "userDefinedRouting"),
        serviceCidr: fc.constantFrom("10.0.0.0/16", "10.2.0.0/16", "172.30.0.0/16"),
        dnsServiceIp: fc.constantFrom("10.0.0.10", "10.2.0.1", "10.9.0.10"),
      },
      { requiredKeys: [] },
    ),
    entraId: fc.record({ localAccountDisabled: fc.boolean() }),
    tags: fc.constant({ team: "ml" }),
  },
  { requiredKeys: ["nodePool"] },
);

const tls = fc.oneof(
  fc.record({ leafDomainLabel: fc.constantFrom("contoso", "-bad-"), overwriteExistingDomain: fc.boolean() }),
  fc.record({
    cname: fc.constant("scoring.contoso.com"),
    certificate: fc.constantFrom<Json>(
      { variables: true },
      { keyVault: { id: vaultId, certificateSecret: "cert", keySecret: "key" } },
    ),
  }),
);

const attachment = fc.record(
  {
    computeName: fc.constantFrom("scoring", "scoring-1", "a"),
    clusterPurpose: fc.constantFrom("FastProd", "DevTest", "DenseProd"),
    tls: maybe(tls),
    loadBalancer: maybe(fc.constant({ type: "InternalLoadBalancer", subnet: "snet-aks" })),
    attachWith: maybe(fc.constantFrom("azurerm", "azapi")),
    adopt: fc.boolean(),
  },
  { requiredKeys: ["computeName"] },
);

it("says of any configuration what it says of its plans", () => {
  fc.assert(
    fc.property(create, attachment, maybe(attachment), (first, one, second) => {
      const config = small({ create: first, attachment: one });
      if (second)
        config.environments.dev.clusters.other = {
          ...config.environments.dev.clusters.scoring,
          attachment: { kind: "AksCompute", ...second },
        };
      const text = JSON.parse(JSON.stringify(config));
      const ways = bothWays(text);
      expect(ways.reviewed).toEqual(ways.checked);
    }),
    { numRuns: 50 },
  );
});
