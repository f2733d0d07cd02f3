import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AksCluster } from "../../constructs/aks-cluster.ts";
import { App } from "../../stacks/app.ts";
import { AzureStack } from "../../stacks/azure-stack.ts";
import {
  azuremlAks,
  evaluateAll,
  findings,
  hasTerraform,
  type Json,
  ROOT,
  small,
  synthesized,
  temporaryFolder,
} from "../helpers.ts";

const SUBSCRIPTION = "00000000-0000-0000-0000-000000000001";
const CLUSTER_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-shared/providers/Microsoft.ContainerService/managedClusters/aks-shared`;
const BY_NAME = { resourceGroup: "rg-shared", name: "aks-shared" };

function config(attachment: object = {}, existing: object = BY_NAME, cluster: object = {}): Json {
  const result = small({ attachment: { clusterPurpose: "FastProd", ...attachment } });
  const { scoring } = result.environments.dev.clusters;
  delete scoring.create;
  result.environments.dev.clusters.scoring = { existing, ...scoring, ...cluster };
  return result;
}

const stack = (...args: Parameters<typeof config>): Json => synthesized(config(...args))["dev-scoring-attachment"];
const compute = (stackJson: Json): Json =>
  stackJson.resource.azurerm_machine_learning_inference_cluster?.attachment ??
  stackJson.resource.azapi_resource.attachment;
const errors = (value: object): string[] =>
  findings(value).flatMap(({ rule, level, verdict }) => (level === "error" && verdict === "fail" ? [rule] : []));

describe("an existing cluster", () => {
  it.each([
    ["by name", BY_NAME],
    ["by resource ID", { resourceId: CLUSTER_ID }],
    ["by resource ID in the article's casing", { resourceId: CLUSTER_ID.replace("resourceGroups", "resourcegroups") }],
  ])("%s is read, and attached in a stack of its own", (_, existing) => {
    const stacks = synthesized(config({}, existing));
    expect(Object.keys(stacks)).toEqual(["dev-scoring-attachment"]);
    const { data, output, resource } = stacks["dev-scoring-attachment"];
    expect(data.azapi_resource.cluster.resource_id).toBe(CLUSTER_ID);
    expect(resource.azurerm_machine_learning_inference_cluster.attachment.kubernetes_cluster_id).toBe(
      "${data.azapi_resource.cluster.id}",
    );
    // Its kubeconfig would be in the state.
    expect(data.azurerm_kubernetes_cluster).toBeUndefined();
    expect(output.cluster_id.value).toBe(CLUSTER_ID);
    expect(output.get_credentials.value).toContain("--resource-group rg-shared --name aks-shared");
  });
  it("of another subscription is refused", () => {
    const other = CLUSTER_ID.replace("000000000001", "000000000002");
    expect(errors(config({}, { resourceId: other }))).toContain("attachment/same-subscription");
    expect(stack({}, { resourceId: other }).data.azapi_resource).toBeUndefined();
  });
  it("that is attached twice is refused, wherever and however it is named", () => {
    const twice = config();
    twice.environments.other = config(
      { computeName: "other" },
      { resourceId: CLUSTER_ID.toUpperCase() },
    ).environments.dev;
    expect(errors(twice).filter((rule) => rule === "attachment/one-per-cluster")).toHaveLength(2);
    const created = small({
      create: { resourceGroup: "rg-shared", name: "AKS-shared" },
      attachment: { computeName: "created" },
    });
    twice.environments.other = created.environments.dev;
    expect(errors(twice).filter((rule) => rule === "attachment/one-per-cluster")).toHaveLength(2);
  });
  it("beside another one in one workspace works", () => {
    const two = config();
    two.environments.dev.clusters.second = config(
      { computeName: "second" },
      { resourceGroup: "rg-shared", name: "aks-second" },
    ).environments.dev.clusters.scoring;
    expect(errors(two)).toEqual([]);
  });
  it("is not known before the plan: what only Azure knows is unknown", () => {
    const unknown = findings(config()).filter(({ verdict }) => verdict === "unknown");
    expect(unknown.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(["attachment/production-size", "attachment/production-nodes"]),
    );
    expect(unknown.find(({ rule }) => rule === "attachment/production-size")?.advice).toContain("Terraform checks it");
  });
  it("is read for what is asked of it alone, by both kinds of attachment and whoever attaches", () => {
    for (const attachment of [
      {},
      { attachWith: "azapi" },
      { kind: "KubernetesCompute", namespace: "ml", clusterPurpose: undefined },
    ]) {
      const { data, provider } = stack(attachment);
      expect(provider.azapi).toEqual([{ ignore_no_op_changes: false, subscription_id: SUBSCRIPTION }]);
      const read = data.azapi_resource.cluster.response_export_values;
      expect(read).toContain("properties.agentPoolProfiles");
      expect(
        read.filter((path: string) => /^(\*|properties)?$|secret|kube_?config|servicePrincipal/i.test(path)),
      ).toEqual([]);
    }
  });
  it("with Entra ID, no kubeconfig is kept, wherever the provider is needed", () => {
    const secret = { tls: { cname: "a.b", certificate: { clusterSecret: "azuremlfessl" }, secret: { name: "s" } } };
    for (const cluster of [{ entraId: { localAccountDisabled: true } }, {}]) {
      const stacks = synthesized(config(secret, BY_NAME, cluster));
      const signsIn = Object.keys(cluster).length > 0;
      for (const name of ["dev-scoring-attachment", "dev-scoring-kubernetes"]) {
        const { data, ephemeral, provider } = stacks[name];
        expect(data.azurerm_kubernetes_cluster === undefined, name).toBe(signsIn);
        expect(ephemeral !== undefined, name).toBe(signsIn);
        expect(JSON.stringify(provider.kubernetes).includes(".kube_config"), name).toBe(!signsIn);
      }
    }
  });
  it.runIf(hasTerraform)("with Entra ID, its endpoint is where its kubeconfig says", () => {
    const json = synthesized(
      config({ loadBalancer: { type: "InternalLoadBalancer", subnet: "snet" } }, BY_NAME, {
        entraId: { localAccountDisabled: true },
      }),
    );
    const { provider, ephemeral, data } = json["dev-scoring-kubernetes"];
    expect(data.azapi_resource.cluster.response_export_values).toEqual(["properties.fqdn", "properties.privateFQDN"]);
    expect(ephemeral.azapi_resource_action.cluster_user).toMatchObject({
      resource_id: CLUSTER_ID,
      action: "listClusterUserCredential",
    });
    const [{ host, cluster_ca_certificate }] = provider.kubernetes;
    const at = (properties: object) => [host, { "data.azapi_resource.cluster": { output: { properties } } }] as const;
    const kubeconfig = `clusters:\n- cluster:\n    certificate-authority-data: ${btoa("PEM")}\n    server: https://a\n`;
    const ca = (output: object) =>
      [cluster_ca_certificate, { "ephemeral.azapi_resource_action.cluster_user": { output } }] as const;
    expect(
      evaluateAll([
        at({ fqdn: "a.hcp.westeurope.azmk8s.io" }),
        at({ fqdn: "a.hcp.westeurope.azmk8s.io", privateFQDN: "a.privatelink.westeurope.azmk8s.io" }),
        at({ fqdn: null, privateFQDN: "" }),
        ca({ kubeconfigs: [{ name: "clusterUser", value: btoa(kubeconfig) }] }),
        ca({ kubeconfigs: [] }),
      ]),
    ).toEqual([
      "https://a.hcp.westeurope.azmk8s.io:443",
      "https://a.privatelink.westeurope.azmk8s.io:443",
      "https://unknown.invalid:443",
      "PEM",
      "",
    ]);
  });
  it("signs in with kubelogin where its local accounts are off", () => {
    const kubernetes = (entraId?: object): Json =>
      synthesized(
        config({ loadBalancer: { type: "InternalLoadBalancer", subnet: "snet" } }, BY_NAME, entraId ? { entraId } : {}),
      )["dev-scoring-kubernetes"].provider.kubernetes[0];
    expect(kubernetes({ localAccountDisabled: true }).exec[0].command).toBe("kubelogin");
    expect(kubernetes({ localAccountDisabled: false }).exec).toBeUndefined();
    expect(kubernetes().client_certificate).toContain("base64decode");
  });
  it.each([
    [{ ...BY_NAME, resourceId: CLUSTER_ID }, /name the cluster by resourceGroup and name, or by resourceId/],
    [{ resourceGroup: "rg" }, /name the cluster by resourceGroup and name/],
    [{ resourceGroup: "rg/x", name: "k" }, /a resource group's name has/],
    [{ resourceGroup: "rg", name: "-k/1" }, /an AKS cluster's name has/],
    [{ resourceId: `${CLUSTER_ID}\n` }, /must be a resource ID of the form/],
    [{ resourceId: CLUSTER_ID.replace(SUBSCRIPTION, "my-sub") }, /must be a resource ID of the form/],
    [{ resourceId: `${CLUSTER_ID}/agentPools/a` }, /must be a resource ID of the form/],
    [{ resourceId: CLUSTER_ID.replace("ContainerService", "Compute") }, /must be a resource ID of the form/],
  ])("%j is a mistake", (existing, message) => {
    expect(() => config({}, existing) && synthesized(config({}, existing))).toThrow(message);
  });
});

describe("AksCluster.fromExisting in a program of one's own", () => {
  const from = (props: object): AksCluster["clusterId"] => {
    const own = new AzureStack(
      new App(),
      { name: "s", environment: "e", kind: "attachment" },
      { subscriptionId: SUBSCRIPTION, backend: { local: {} }, stateDirectory: "." },
    );
    return AksCluster.fromExisting(own, "cluster", { subscriptionId: SUBSCRIPTION, ...props } as never).clusterId;
  };
  it("takes a name or an ID", () => {
    expect(from({ resourceGroupName: "rg", name: "aks" })).toMatch(/TfToken/);
    expect(from({ resourceId: CLUSTER_ID })).toMatch(/TfToken/);
  });
  it.each([
    `${CLUSTER_ID}/x`,
    CLUSTER_ID.slice(1),
    CLUSTER_ID.replace("Microsoft.ContainerService", "Microsoft.Compute"),
    "aks",
  ])("refuses %s with the shape that is needed", (resourceId) => {
    expect(() => from({ resourceId })).toThrow(/is not that of an AKS cluster: give \/subscriptions\//);
  });
});

describe("adopting a compute", () => {
  const COMPUTE_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/mlw/computes/scoring`;
  it.each<[attachment: object, to: string, id: string]>([
    [{ adopt: true }, "azurerm_machine_learning_inference_cluster.attachment", COMPUTE_ID],
    [
      { adopt: true, tls: { leafDomainLabel: "contoso" } },
      "azapi_resource.attachment",
      `${COMPUTE_ID}?api-version=2025-06-01`,
    ],
    [
      { adopt: true, tls: { cname: "a.b", certificate: { variables: true } } },
      "azapi_resource.attachment",
      `${COMPUTE_ID}?api-version=2025-06-01`,
    ],
  ])("%j", (attachment, to, id) => {
    expect(stack(attachment).import).toEqual([{ to, id }]);
    expect(synthesized(small({ attachment }))["dev-scoring-attachment"].import).toEqual([{ to, id }]);
  });
  it("with TLS through azurerm is refused: it would replace the compute at once", () => {
    expect(errors(config({ adopt: true, attachWith: "azurerm", tls: { leafDomainLabel: "contoso" } }))).toContain(
      "attachment/adopt",
    );
    expect(errors(config({ adopt: true, attachWith: "azurerm" }))).not.toContain("attachment/adopt");
  });
  it("is not done unasked", () => {
    expect(stack().import).toBeUndefined();
  });
  it("is done for a secret that exists", () => {
    const tls = {
      cname: "a.b",
      certificate: { variables: true },
      secret: { name: "s", namespace: "ml", adopt: true },
      ingressSecret: { name: "i" },
    };
    expect(synthesized(config({ tls }))["dev-scoring-kubernetes"].import).toEqual([
      { to: "kubernetes_secret_v1.tls_secret", id: "ml/s" },
    ]);
  });
});

describe("attaching again", () => {
  it("has its trigger from the first apply on, and a new value replaces the attachment once", () => {
    for (const [reattach, input] of [
      [undefined, ""],
      ["2026-11", "2026-11"],
    ]) {
      const result = stack({ reattach });
      expect(result.resource.terraform_data.attachment_reattach.input).toBe(input);
      expect(compute(result).lifecycle.replace_triggered_by).toEqual(["terraform_data.attachment_reattach"]);
    }
  });
});

describe("the certificate from the cluster", () => {
  const result = stack({ tls: { cname: "www.contoso.com", certificate: { clusterSecret: "azuremlfessl" } } });
  it("is read, decoded by the provider, and used", () => {
    expect(result.data.kubernetes_secret_v1.attachment_cluster_secret.metadata).toEqual({
      name: "azuremlfessl",
      namespace: "default",
    });
    const reference = (key: string): string => `\${data.kubernetes_secret_v1.attachment_cluster_secret.data["${key}"]}`;
    expect(compute(result).sensitive_body.properties.properties.sslConfiguration).toEqual({
      cert: reference("cert.pem"),
      key: reference("key.pem"),
    });
    expect(result.provider.kubernetes[0].host).toContain("data.azurerm_kubernetes_cluster.cluster.kube_config");
  });
  it("is found to be in the state", () => {
    const found = findings(
      config({ tls: { cname: "www.contoso.com", certificate: { clusterSecret: "azuremlfessl" } } }),
    ).find(({ rule }) => rule === "tls/key-in-state");
    expect(found).toMatchObject({
      level: "warning",
      advice: expect.stringContaining("key vault"),
      where: { configPath: expect.stringContaining("certificate") },
    });
  });
  it("is read of a created cluster too", () => {
    const created = synthesized(
      small({ attachment: { tls: { cname: "a.b", certificate: { clusterSecret: "azuremlfessl" } } } }),
    )["dev-scoring-attachment"];
    expect(created.data.azurerm_kubernetes_cluster.cluster).toMatchObject({ name: "aks" });
  });
});

describe("synthesizing", () => {
  it("needs nothing but node on the PATH, on any configuration", () => {
    const bin = temporaryFolder();
    symlinkSync(process.execPath, join(bin, "node"));
    const full = join(ROOT, "__tests__/full.yaml");
    const env = { PATH: bin, TF_TOKEN_app_terraform_io: "" };
    const args = ["--config", full, "--output", join(bin, "out"), "--fail-on", "never"];
    expect(azuremlAks(["synth", ...args], { env }).status).toBe(0);
    const stacks = ["stacks", "--config", full, "--format", "json"];
    expect(azuremlAks(stacks, { env })).toEqual(azuremlAks(stacks));
  });
});
