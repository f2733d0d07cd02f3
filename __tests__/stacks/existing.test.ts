import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AksCluster } from "../../constructs/aks-cluster.ts";
import { App } from "../../stacks/app.ts";
import { AzureStack } from "../../stacks/azure-stack.ts";
import { azuremlAks, evaluate, findings, hasTerraform, type Json, ROOT, small, synthesized, temporaryFolder } from "../helpers.ts";

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
  stackJson.resource.azurerm_machine_learning_inference_cluster?.attachment ?? stackJson.resource.azapi_resource.attachment;
const errors = (value: object): string[] => findings(value).flatMap(({ rule, level, verdict }) => (level === "error" && verdict === "fail" ? [rule] : []));

describe("an existing cluster", () => {
  it.each([
    ["by name", BY_NAME],
    ["by resource ID", { resourceId: CLUSTER_ID }],
    ["by resource ID in the article's casing", { resourceId: CLUSTER_ID.replace("resourceGroups", "resourcegroups") }],
  ])("%s is read, and attached in a stack of its own", (_, existing) => {
    const stacks = synthesized(config({}, existing));
    expect(Object.keys(stacks)).toEqual(["dev-scoring-attachment"]);
    const { data, output, resource } = stacks["dev-scoring-attachment"];
    expect(data.azurerm_kubernetes_cluster.cluster).toMatchObject({
      name: "aks-shared",
      resource_group_name: "rg-shared",
    });
    expect(resource.azurerm_machine_learning_inference_cluster.attachment.kubernetes_cluster_id).toBe("${data.azurerm_kubernetes_cluster.cluster.id}");
    expect(output.cluster_id.value).toBe(CLUSTER_ID);
    expect(output.get_credentials.value).toContain("--resource-group rg-shared --name aks-shared");
  });
  it("of another subscription is refused", () => {
    const other = CLUSTER_ID.replace("000000000001", "000000000002");
    expect(errors(config({}, { resourceId: other }))).toContain("attachment/same-subscription");
    expect(stack({}, { resourceId: other }).data.azurerm_kubernetes_cluster).toBeUndefined();
  });
  it("that is attached twice is refused, wherever and however it is named", () => {
    const twice = config();
    twice.environments.other = config({ computeName: "other" }, { resourceId: CLUSTER_ID.toUpperCase() }).environments.dev;
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
    expect(unknown.map(({ rule }) => rule)).toEqual(expect.arrayContaining(["attachment/production-size", "attachment/production-nodes"]));
    expect(unknown.find(({ rule }) => rule === "attachment/production-size")?.advice).toContain("Terraform checks it");
  });
  it("signs in with kubelogin where its local accounts are off", () => {
    const kubernetes = (entraId?: object): Json =>
      synthesized(config({ loadBalancer: { type: "InternalLoadBalancer", subnet: "snet" } }, BY_NAME, entraId ? { entraId } : {}))["dev-scoring-kubernetes"]
        .provider.kubernetes[0];
    expect(kubernetes({ localAccountDisabled: true }).exec[0].command).toBe("kubelogin");
    expect(kubernetes({ localAccountDisabled: false }).exec).toBeUndefined();
    expect(kubernetes().client_certificate).toContain("base64decode");
  });
  it.each([
    [{ ...BY_NAME, resourceId: CLUSTER_ID }, /name the cluster by resourceGroup and name, or by resourceId/],
    [{ resourceGroup: "rg" }, /name the cluster by resourceGroup and name/],
    [{ resourceGroup: "rg/x", name: "k" }, /must be the name alone/],
    [{ resourceGroup: "rg", name: "-k/1" }, /must be the name alone/],
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
  it.each([`${CLUSTER_ID}/x`, CLUSTER_ID.slice(1), CLUSTER_ID.replace("Microsoft.ContainerService", "Microsoft.Compute"), "aks"])(
    "refuses %s with the shape that is needed",
    (resourceId) => {
      expect(() => from({ resourceId })).toThrow(/is not that of an AKS cluster: give \/subscriptions\//);
    },
  );
});

/** What Terraform evaluates in the plan, with a cluster as the data source reads it. */
describe("what only Azure knows stops the plan, with the rule's id", () => {
  const pool = (vm_size: string, count: number, rest: object = {}): object => ({
    vm_size,
    count,
    min_count: 0,
    auto_scaling_enabled: false,
    node_taints: [],
    ...rest,
  });
  const GOOD = {
    id: CLUSTER_ID,
    location: "westeurope",
    current_kubernetes_version: "1.35.1",
    private_cluster_enabled: false,
    api_server_authorized_ip_ranges: [] as string[],
    network_profile: [{ load_balancer_sku: "standard" }],
    agent_pool_profile: [pool("Standard_D4s_v5", 3)],
  };
  const WORKSPACE = {
    id: `/subscriptions/${SUBSCRIPTION.toUpperCase()}/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/mlw`,
  };
  const CRITICAL = { node_taints: ["CriticalAddonsOnly=true:NoSchedule"] };
  const json = stack();
  const devTest = stack({ clusterPurpose: "DevTest" });

  function holds(condition: string, cluster: object, source: Json = json): unknown {
    return evaluate(condition, {
      "data.azurerm_kubernetes_cluster.cluster": { ...GOOD, ...cluster },
      "data.azurerm_machine_learning_workspace.workspace": WORKSPACE,
      "data.azurerm_network_service_tags.cluster_azureml_ranges": { ipv4_cidrs: ["13.69.64.192/28", "20.61.96.0/27"] },
      "data.azurerm_network_service_tags.cluster_azureml_pair_ranges": { ipv4_cidrs: ["13.69.227.192/28"] },
      "data.azurerm_kubernetes_service_versions.cluster_versions_and_previews": {
        versions: ["1.34.4", "1.35.1", "1.36.0"],
      },
      "data.azurerm_kubernetes_service_versions.cluster_versions": { versions: ["1.34.4", "1.35.1"] },
      "local.cluster_vcpus_of_vm_size": source.locals.cluster_vcpus_of_vm_size,
    });
  }
  const precondition = (rule: string): string => {
    const found = compute(json).lifecycle.precondition.find(({ error_message }: Json) => error_message.startsWith(`${rule}: `));
    expect(found?.error_message, rule).toMatch(/\. https:\/\/\S+$/);
    return found.condition;
  };

  it.runIf(hasTerraform).each<[rule: string, what: string, cluster: object, expected: boolean]>([
    ["attachment/production-size", "3 x 4 vCPUs", {}, true],
    ["attachment/production-size", "3 x 2 vCPUs", { agent_pool_profile: [pool("Standard_DS2_v2", 3)] }, false],
    ["attachment/production-size", "a size in another casing", { agent_pool_profile: [pool("STANDARD_d4S_v5", 3)] }, true],
    [
      "attachment/production-size",
      "autoscaling from 2 x 4",
      { agent_pool_profile: [pool("Standard_D4s_v5", 9, { auto_scaling_enabled: true, min_count: 2 })] },
      false,
    ],
    ["attachment/production-size", "two pools together", { agent_pool_profile: [pool("Standard_D4s_v5", 1), pool("Standard_D8s_v5", 1)] }, true],
    [
      "attachment/production-size",
      "one of them for add-ons only",
      { agent_pool_profile: [pool("Standard_D4s_v5", 1, CRITICAL), pool("Standard_D8s_v5", 1)] },
      false,
    ],
    ["attachment/production-size", "the only one, for add-ons", { agent_pool_profile: [pool("Standard_D4s_v5", 3, CRITICAL)] }, true],
    ["attachment/production-size", "taints that are null", { agent_pool_profile: [pool("Standard_D4s_v5", 3, { node_taints: null })] }, true],
    ["attachment/production-size", "a size that nobody knows", { agent_pool_profile: [pool("Standard_Z1", 1)] }, true],
    ["attachment/same-subscription", "one", {}, true],
    ["attachment/same-subscription", "another", { id: CLUSTER_ID.replace("000000000001", "000000000002") }, false],
    ["cluster/authorized-ranges-standard-lb", "no ranges and a Basic load balancer", { network_profile: [{ load_balancer_sku: "Basic" }] }, true],
    [
      "cluster/authorized-ranges-standard-lb",
      "ranges and a Basic one",
      { api_server_authorized_ip_ranges: ["203.0.113.0/24"], network_profile: [{ load_balancer_sku: "Basic" }] },
      false,
    ],
    [
      "cluster/authorized-ranges-standard-lb",
      "ranges and a Standard one",
      { api_server_authorized_ip_ranges: ["203.0.113.0/24"], network_profile: [{ load_balancer_sku: "Standard" }] },
      true,
    ],
    ["cluster/authorized-ranges-standard-lb", "no network profile to read, and no ranges", { network_profile: [{ load_balancer_sku: null }] }, true],
    ["cluster/authorized-ranges-azureml", "no ranges", {}, true],
    ["cluster/authorized-ranges-azureml", "only others", { api_server_authorized_ip_ranges: ["203.0.113.0/24"] }, false],
    [
      "cluster/authorized-ranges-azureml",
      "the ranges themselves",
      { api_server_authorized_ip_ranges: ["13.69.64.192/28", "20.61.96.0/27", "13.69.227.192/28"] },
      true,
    ],
    ["cluster/authorized-ranges-azureml", "wider ones", { api_server_authorized_ip_ranges: ["13.69.0.0/16", "20.61.0.0/16"] }, true],
    ["cluster/authorized-ranges-azureml", "the pair is missing", { api_server_authorized_ip_ranges: ["13.69.64.192/28", "20.61.96.0/27"] }, false],
    [
      "cluster/authorized-ranges-azureml",
      "narrower ones",
      { api_server_authorized_ip_ranges: ["13.69.64.192/29", "20.61.96.0/27", "13.69.227.192/28"] },
      false,
    ],
    ["cluster/kubernetes-version", "a supported one", {}, true],
    ["cluster/kubernetes-version", "one out of support", { current_kubernetes_version: "1.28.9" }, false],
  ])("%s: %s: %s", (rule, _, cluster, expected) => {
    expect(holds(precondition(rule), cluster)).toBe(expected);
  });
  it.runIf(hasTerraform).each<[what: string, source: Json, name: string, cluster: object, expected: boolean]>([
    ["3 nodes for production", json, "cluster_size", {}, true],
    ["2 nodes for production", json, "cluster_size", { agent_pool_profile: [pool("Standard_D16s_v5", 2)] }, false],
    ["2 vCPUs for DevTest", devTest, "cluster_size", { agent_pool_profile: [pool("Standard_D2s_v5", 1)] }, true],
    ["1 vCPU for DevTest", devTest, "cluster_size", { agent_pool_profile: [pool("Standard_D1_v2", 1)] }, false],
    ["a released version", json, "cluster_kubernetes_version", {}, true],
    ["a preview", json, "cluster_kubernetes_version", { current_kubernetes_version: "1.36.0" }, false],
    ["a public cluster", json, "cluster_private", {}, true],
    ["a private one", json, "cluster_private", { private_cluster_enabled: true }, false],
  ])("%s: %s", (_, source, name, cluster, expected) => {
    expect(holds(source.check[name].assert[0].condition, cluster, source)).toBe(expected);
  });
  it("does not ask 12 vCPUs of DevTest", () => {
    expect(JSON.stringify(compute(devTest).lifecycle.precondition)).not.toContain("production-size");
  });
});

describe("adopting a compute", () => {
  const COMPUTE_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/mlw/computes/scoring`;
  it.each<[attachment: object, to: string, id: string]>([
    [{ adopt: true }, "azurerm_machine_learning_inference_cluster.attachment", COMPUTE_ID],
    [{ adopt: true, tls: { leafDomainLabel: "contoso" } }, "azapi_resource.attachment", `${COMPUTE_ID}?api-version=2025-06-01`],
    [{ adopt: true, tls: { cname: "a.b", certificate: { variables: true } } }, "azapi_resource.attachment", `${COMPUTE_ID}?api-version=2025-06-01`],
  ])("%j", (attachment, to, id) => {
    expect(stack(attachment).import).toEqual([{ to, id }]);
    expect(synthesized(small({ attachment }))["dev-scoring-attachment"].import).toEqual([{ to, id }]);
  });
  it("with TLS through azurerm is refused: it would replace the compute at once", () => {
    expect(errors(config({ adopt: true, attachWith: "azurerm", tls: { leafDomainLabel: "contoso" } }))).toContain("attachment/adopt");
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
    expect(synthesized(config({ tls }))["dev-scoring-kubernetes"].import).toEqual([{ to: "kubernetes_secret_v1.tls_secret", id: "ml/s" }]);
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
  it("names what must go first", () => {
    expect(stack({ reattach: "x" }).output.delete_before_reattach.value).toMatch(
      /^kubectl delete .*deployment\/azureml-fe .*clusterrolebinding\/azureml-fe-binding$/,
    );
    expect(stack().output.delete_before_reattach).toBeUndefined();
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
    const found = findings(config({ tls: { cname: "www.contoso.com", certificate: { clusterSecret: "azuremlfessl" } } })).find(
      ({ rule }) => rule === "tls/key-in-state",
    );
    expect(found).toMatchObject({
      level: "warning",
      advice: expect.stringContaining("key vault"),
      where: { configPath: expect.stringContaining("certificate") },
    });
  });
  it("is read of a created cluster too", () => {
    const created = synthesized(small({ attachment: { tls: { cname: "a.b", certificate: { clusterSecret: "azuremlfessl" } } } }))["dev-scoring-attachment"];
    expect(created.data.azurerm_kubernetes_cluster.cluster).toMatchObject({ name: "aks" });
  });
});

describe("synthesizing", () => {
  it("needs nothing but node on the PATH, on any configuration", () => {
    const bin = temporaryFolder();
    symlinkSync(process.execPath, join(bin, "node"));
    const full = join(ROOT, "__tests__/full.yaml");
    const run = (output: string, env: NodeJS.ProcessEnv): Json => {
      expect(azuremlAks(["synth", "--config", full, "--output", join(bin, output), "--fail-on", "never"], { env }).status).toBe(0);
      return azuremlAks(["stacks", "--config", full, "--format", "json"], { env }).stdout;
    };
    expect(run("alone", { PATH: bin, TF_TOKEN_app_terraform_io: "" })).toBe(run("usual", {}));
  });
});
