import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { adoptedConfiguration } from "../../adopt/configuration.ts";
import { assess } from "../../assess/assess.ts";
import { type LoadedConfig, parseConfig } from "../../config/load.ts";
import { auditOf } from "../../review/audit.ts";
import { RULES } from "../../rules/catalogue.ts";
import { readInventory } from "../../sources/inventory/inventory.ts";
import type { Json } from "../helpers.ts";
import { changesOf } from "./provider.ts";

/**
 * Clusters as Azure Resource Manager answered them, from the recordings of the Azure CLI's own tests, and what azurerm
 * 4.55 read of each when it imported it, where it can.
 */
const CLUSTERS: Readonly<Record<string, { readonly body: Json; readonly imported?: Json }>> = JSON.parse(
  readFileSync(join(import.meta.dirname, "clusters.json"), "utf8"),
);
const ANSWERS = join(import.meta.dirname, "../answers");
const answer = (name: string): Json => JSON.parse(readFileSync(join(ANSWERS, `${name}.json`), "utf8"));
const TODAY = "2026-11-27";

const inventories = (...bodies: Json[]) =>
  bodies.map((body, index) => ({ name: `file ${index}`, file: `${index}.json`, inventory: readInventory(body) }));

interface Adopted {
  readonly text: string;
  readonly loaded: LoadedConfig;
}

const known = new Map<string, Adopted>();

/** The configuration of what runs, which several tests ask for. */
function adopted(...bodies: Json[]): Adopted {
  const name = JSON.stringify(bodies);
  const result = known.get(name) ?? newlyAdopted(...bodies);
  known.set(name, result);
  return result;
}

function newlyAdopted(...bodies: Json[]): Adopted {
  const { text } = adoptedConfiguration(inventories(...bodies));
  const result = parseConfig(text, "azureml-aks.yaml", { rules: RULES });
  if (!result.ok) throw new Error(`${JSON.stringify(result.findings, null, 2)}\n${text}`);
  return { text, loaded: result.loaded };
}

/** Why a cluster is named, and not created. */
const reasonIn = (text: string): string | undefined => /# not created here: (.*)/.exec(text)?.[1];

/** The rules that a configuration breaks, and those that an audit of the same answers names. */
function broken(...bodies: Json[]): Readonly<Record<"byConfiguration" | "byAudit" | "errors", string[]>> {
  const { loaded } = adopted(...bodies);
  const { findings } = assess(loaded, "cdktf.out", { today: TODAY });
  const failing = (findings: readonly { verdict: string; rule: string }[]): string[] =>
    findings.flatMap(({ verdict, rule }) => (verdict === "fail" ? [rule] : []));
  return {
    byConfiguration: failing(findings),
    errors: failing(findings.filter(({ level, acknowledged }) => level === "error" && !acknowledged)),
    byAudit: failing(auditOf(inventories(...bodies), { today: TODAY }).findings),
  };
}

const BODIES: readonly (readonly [name: string, bodies: readonly Json[]])[] = [
  ...Object.entries(CLUSTERS).map(([name, { body }]) => [name, [body]] as const),
  ...[
    "az-aks-show",
    "az-aks-show.without-id",
    "az-k8s-extension-show",
    "az-rest-computes",
    "az-rest-kubernetes-compute",
    "az-rest-trusted-access",
    "az-rest-workspace",
  ].map((name) => [name, [answer(name)]] as const),
  ["all of a cluster", ["az-aks-show", "az-rest-computes", "az-rest-workspace"].map(answer)],
];

const WORKSPACE_ID =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/mlw";
const compute = (resourceId: string, computeType: string, properties: object): Json => ({
  id: `${WORKSPACE_ID}/computes/scoring`,
  name: "scoring",
  location: "westeurope",
  properties: { computeType, resourceId, properties },
});

/** How a cluster may be attached, as Azure answers it. */
const ATTACHED: Readonly<Record<string, (id: string) => Json[]>> = {
  production: (id) => [compute(id, "AKS", { clusterPurpose: "FastProd", loadBalancerType: "PublicIp" })],
  "a private endpoint": (id) => [
    compute(id, "AKS", {
      clusterPurpose: "DevTest",
      loadBalancerType: "InternalLoadBalancer",
      loadBalancerSubnet: "snet",
      sslConfiguration: { status: "Enabled", cname: "a.contoso.com" },
    }),
  ],
  "a certificate from Microsoft": (id) => [
    compute(id, "AKS", { clusterPurpose: "DevTest", sslConfiguration: { status: "Auto", leafDomainLabel: "contoso" } }),
  ],
  "the extension": (id) => [
    compute(id, "Kubernetes", { namespace: "ml" }),
    { ...answer("az-k8s-extension-show"), id: `${id}/providers/Microsoft.KubernetesConfiguration/extensions/azureml` },
  ],
};

describe.each(Object.entries(ATTACHED))("a cluster that is attached for %s", (_, attached) => {
  it.each(["public-overlay-2026", "public-overlay-2025", "run-command-off", "automatic"])("%s", (name) => {
    const { body } = CLUSTERS[name] as (typeof CLUSTERS)[string];
    const { byConfiguration, byAudit, errors } = broken(body, ...attached(body.id));
    expect(byConfiguration.filter((rule) => !byAudit.includes(rule))).toEqual([]);
    expect(errors).toEqual([]);
  });
});

describe("a configuration of what runs", () => {
  it.each(BODIES)("breaks no rule that an audit does not name, and stops no synthesis: %s", (_, bodies) => {
    const { byConfiguration, byAudit, errors } = broken(...bodies);
    expect(byConfiguration.filter((rule) => !byAudit.includes(rule))).toEqual([]);
    expect(errors).toEqual([]);
  });

  it("names a cluster that cannot be created, with the reason", () => {
    const reasons = Object.entries(CLUSTERS).flatMap(([name, { body }]) => {
      const reason = reasonIn(adopted(body).text);
      return reason === undefined ? [] : [[name, reason]];
    });
    expect(Object.fromEntries(reasons)).toMatchInlineSnapshot(`
      {
        "automatic": "it is an AKS Automatic cluster, which decides most of it by itself",
        "automatic-hosted-system": "it is an AKS Automatic cluster, which decides most of it by itself",
        "basic-lb-availability-set": "it has a pool of type AvailabilitySet, which azurerm does not know",
        "managed-system-pool-only": "it has a pool of type VirtualMachines, which azurerm does not know",
        "old-2019-no-mode": "it signs in with a service principal, whose secret Azure does not tell: a managed identity is needed",
        "old-2020-service-principal": "it signs in with a service principal, whose secret Azure does not tell: a managed identity is needed",
        "outbound-block": "it has the outbound type block, which azurerm does not know",
        "private-custom-udr": "it has the outbound type userDefinedRouting, and no subnet of its nodes is told",
        "private-none-2020": "it signs in with a service principal, whose secret Azure does not tell: a managed identity is needed",
        "service-principal": "it signs in with a service principal, whose secret Azure does not tell: a managed identity is needed",
        "stopped": "it is stopped, and has no nodes: start it, and read it again",
        "virtual-machines-pool": "it has a pool of type VirtualMachines, which azurerm does not know",
      }
    `);
  });
});

/** Attributes that the first plan would change, and the configuration has Terraform ignore. */
const IGNORED: Readonly<Record<string, string>> = {
  linux_profile: "the SSH key of the nodes: Terraform replaces a cluster whose key is left out",
  node_os_upgrade_channel: "older API versions do not tell it, and the provider has a default of its own",
  support_plan: "older API versions do not tell it, and the provider has a default of its own",
};

/** What is sent otherwise than it is read. */
const RIGHT: Readonly<Record<string, readonly [from: unknown, to: unknown, why: string]>> = {
  sku_tier: ["Paid", "Standard", "the name that the tier had in older API versions; newer ones answer Standard"],
};

describe("the first plan imports a cluster and changes nothing", () => {
  const importable = Object.entries(CLUSTERS).flatMap(([name, { body, imported }]) =>
    imported === undefined || reasonIn(adopted(body).text) !== undefined ? [] : [[name, body, imported] as const],
  );

  it("of most that azurerm can import", () => {
    expect(importable.length).toBeGreaterThanOrEqual(22);
  });

  it.each(importable)("%s", (_, body, imported) => {
    const { app } = assess(adopted(body).loaded, "cdktf.out", { today: TODAY }, []);
    const stack: Json = app.stacks.find(({ node }) => node.id.endsWith("-cluster"))?.toTerraform();
    const resource = stack.resource.azurerm_kubernetes_cluster.cluster;
    const pools = Object.keys(stack.resource.azurerm_kubernetes_cluster_node_pool ?? {});
    expect(Object.keys(stack.resource)).toEqual(
      pools.length > 0
        ? ["azurerm_kubernetes_cluster", "azurerm_kubernetes_cluster_node_pool"]
        : ["azurerm_kubernetes_cluster"],
    );
    expect(stack.import.map(({ to }: Json) => to)).toEqual(
      expect.arrayContaining([
        "azurerm_kubernetes_cluster.cluster",
        ...pools.map((name) => `azurerm_kubernetes_cluster_node_pool.${name}`),
      ]),
    );
    const ignored = resource.lifecycle.ignore_changes.map((path: string) => path.replaceAll("[0]", ""));
    for (const [path, from, to] of changesOf(imported, resource)) {
      if (Object.hasOwn(RIGHT, path)) expect([from, to]).toEqual(RIGHT[path]?.slice(0, 2));
      else {
        expect(ignored, `${path} from ${JSON.stringify(from)} to ${JSON.stringify(to)}`).toContain(
          path.split(".", 1)[0],
        );
        expect(Object.keys(IGNORED)).toContain(path);
      }
    }
  });
});
