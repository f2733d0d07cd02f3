import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  applied,
  evaluateAll,
  findings,
  hasTerraform,
  type Json,
  load,
  small,
  synthesized,
  temporaryFolder,
} from "../helpers.ts";

const CLUSTER_ID =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/Microsoft.ContainerService/managedClusters/aks";
const SERVES = { enableInference: true, inferenceRouterServiceType: "loadBalancer" };
const TLS = { cname: "www.contoso.com", certificate: { variables: true } };
const INTERNAL = { type: "InternalLoadBalancer" };

function config(extension: object | undefined, rest: object = {}, create: object = {}): Json {
  return small({
    create,
    attachment: { kind: "KubernetesCompute", clusterPurpose: undefined, namespace: "ml", extension, ...rest },
  });
}

const installed = (...args: Parameters<typeof config>): Json => synthesized(config(...args))["dev-scoring-attachment"];
const settings = (...args: Parameters<typeof config>): Json =>
  installed(...args).resource.azurerm_kubernetes_cluster_extension.extension.configuration_settings;
const errors = (...args: Parameters<typeof config>): string[] =>
  findings(config(...args)).flatMap(({ rule, verdict, message }) =>
    rule === "kubernetes/extension-settings" && verdict === "fail" ? [message] : [],
  );

/** What `az k8s-extension create` adds for an AKS cluster by itself. */
const DERIVED = {
  cluster_name: CLUSTER_ID,
  clusterId: CLUSTER_ID,
  "prometheus.prometheusSpec.externalLabels.cluster_name": CLUSTER_ID,
  cluster_name_friendly: "aks",
  domain: "westeurope.cloudapp.azure.com",
  location: "westeurope",
  jobSchedulerLocation: "westeurope",
  "servicebus.enabled": "false",
  "relayserver.enabled": "false",
  "nginxIngress.enabled": "true",
};

/** The documented defaults. Given one by one, the tool sends them as they are. */
const BASE = {
  enableTraining: "False",
  enableInference: "False",
  clusterPurpose: "FastProd",
  installNvidiaDevicePlugin: "False",
  installDcgmExporter: "False",
  installPromOp: "True",
  installVolcano: "True",
};
const INFERENCE = {
  ...BASE,
  enableInference: "True",
  inferenceRouterServiceType: "loadBalancer",
  allowInsecureConnections: "False",
  inferenceRouterHA: "True",
};
const SECRET = { sslCname: "www.contoso.com", sslSecret: "azureml-tls", "scoringFe.sslSecret": "azureml-tls" };

describe("the extension's settings are, key for key, what Azure's own tool sends for the same options", () => {
  it.each<[what: string, expected: object, extension: object, rest?: object, create?: object]>([
    ["training alone", { ...BASE, enableTraining: "True" }, { enableTraining: true }],
    ["inference over TLS, by a secret", { ...INFERENCE, ...SECRET }, SERVES, { tls: TLS }],
    [
      "inference over HTTP",
      { ...INFERENCE, allowInsecureConnections: "True" },
      { ...SERVES, allowInsecureConnections: true },
    ],
    [
      "an internal load balancer, with TLS",
      {
        ...INFERENCE,
        ...SECRET,
        internalLoadBalancerProvider: "azure",
        "scoringFe.serviceType.internalLoadBalancer": "True",
      },
      SERVES,
      { tls: TLS, loadBalancer: INTERNAL },
    ],
    ["a public load balancer", { ...INFERENCE, ...SECRET }, SERVES, { tls: TLS, loadBalancer: { type: "PublicIp" } }],
    [
      "node ports",
      { ...INFERENCE, ...SECRET, inferenceRouterServiceType: "nodePort", "scoringFe.serviceType.nodePort": "True" },
      { ...SERVES, inferenceRouterServiceType: "nodePort" },
      { tls: TLS },
    ],
    [
      "a cluster address",
      { ...INFERENCE, ...SECRET, inferenceRouterServiceType: "clusterIP" },
      { ...SERVES, inferenceRouterServiceType: "clusterIP" },
      { tls: TLS },
    ],
    [
      "a cluster of two nodes: no high availability, and for development",
      { ...INFERENCE, ...SECRET, inferenceRouterHA: "False", clusterPurpose: "DevTest" },
      SERVES,
      { tls: TLS },
      { nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 2 } },
    ],
    [
      "a cluster that scales from two nodes, for production all the same",
      { ...INFERENCE, ...SECRET, inferenceRouterHA: "True" },
      { ...SERVES, inferenceRouterHA: true },
      { tls: TLS, clusterPurpose: "FastProd" },
      { nodePool: { vmSize: "Standard_D4s_v5", minCount: 2, maxCount: 9 } },
    ],
    [
      "a purpose",
      { ...BASE, enableTraining: "True", clusterPurpose: "DevTest" },
      { enableTraining: true },
      { clusterPurpose: "DevTest" },
    ],
    [
      "labels of nodes",
      { ...BASE, enableTraining: "True", "nodeSelector.pool": "ml", "nodeSelector.kubernetes.io/arch": "amd64" },
      { enableTraining: true, nodeSelector: { pool: "ml", "kubernetes.io/arch": "amd64" } },
    ],
    [
      "everything else that it installs",
      {
        ...BASE,
        enableTraining: "True",
        installNvidiaDevicePlugin: "True",
        installDcgmExporter: "True",
        installPromOp: "False",
        installVolcano: "False",
      },
      {
        enableTraining: true,
        installNvidiaDevicePlugin: true,
        installDcgmExporter: true,
        installPromOp: false,
        installVolcano: false,
      },
    ],
    [
      "beside an AksCompute",
      { ...INFERENCE, ...SECRET, "scoringFe.enableUpgrade": "true" },
      { ...SERVES, enableUpgrade: true },
      { tls: TLS },
    ],
    [
      "HTTP with a certificate, which is then not used",
      { ...INFERENCE, allowInsecureConnections: "True", sslCname: "www.contoso.com", sslSecret: "azureml-tls" },
      { ...SERVES, allowInsecureConnections: true },
      { tls: TLS },
    ],
  ])("%s", (_, expected, extension, rest, create) => {
    expect(settings(extension, rest, create)).toEqual({ ...DERIVED, ...expected });
  });
  it("of a certificate as protected settings: its PEM text in base64", () => {
    const { resource, variable } = installed(SERVES, { tls: { ...TLS, passedBy: "protectedSettings" } });
    const extension = resource.azurerm_kubernetes_cluster_extension.extension;
    expect(extension.configuration_settings).toEqual({ ...DERIVED, ...INFERENCE, sslCname: "www.contoso.com" });
    expect(extension.configuration_protected_settings).toEqual({
      "scoringFe.sslCert": "${base64encode(var.tls_certificate)}",
      "scoringFe.sslKey": "${base64encode(var.tls_key)}",
    });
    // Only write-only attributes take an ephemeral value.
    expect(variable.tls_key.ephemeral).toBeUndefined();
  });
  it("of an existing cluster are read from it", () => {
    const existing = config({ enableTraining: true });
    const { create: _, ...scoring } = existing.environments.dev.clusters.scoring;
    existing.environments.dev.clusters.scoring = { existing: { resourceGroup: "rg-shared", name: "aks" }, ...scoring };
    const { configuration_settings, cluster_id } =
      synthesized(existing)["dev-scoring-attachment"].resource.azurerm_kubernetes_cluster_extension.extension;
    const read = (attribute: string): string => `\${data.azapi_resource.cluster.${attribute}}`;
    expect(configuration_settings).toMatchObject({
      cluster_name: read("id"),
      clusterId: read("id"),
      cluster_name_friendly: read("name"),
      location: read("location"),
      domain: `${read("location")}.cloudapp.azure.com`,
    });
    expect(cluster_id).toBe(read("id"));
  });
});

/** The documented table: allowed values, default, and what excludes what. */
describe("each row of the documented table", () => {
  const refuses =
    (extension: object, rest: object = {}): (() => unknown) =>
    () =>
      load(config(extension, rest));
  const TRUTHS = [
    "enableTraining",
    "enableInference",
    "allowInsecureConnections",
    "inferenceRouterHA",
    "installNvidiaDevicePlugin",
    "installDcgmExporter",
    "installPromOp",
    "installVolcano",
    "enableUpgrade",
  ];
  it.each(TRUTHS)("%s is true or false", (key) => {
    expect(refuses({ enableTraining: true, [key]: "maybe" })).toThrow(/give true or false/);
    for (const value of [true, false]) expect(refuses({ enableTraining: true, [key]: value })).not.toThrow();
  });
  it.each<[row: string, setting: string, byDefault: string | undefined]>([
    ["enableTraining", "enableTraining", "False"],
    ["enableInference", "enableInference", "False"],
    ["allowInsecureConnections", "allowInsecureConnections", undefined],
    ["inferenceRouterServiceType", "inferenceRouterServiceType", undefined],
    ["internalLoadBalancerProvider", "internalLoadBalancerProvider", undefined],
    ["sslSecret", "scoringFe.sslSecret", undefined],
    ["sslCname", "sslCname", undefined],
    ["inferenceRouterHA", "inferenceRouterHA", undefined],
    ["clusterPurpose", "clusterPurpose", "FastProd"],
    ["nodeSelector", "nodeSelector.pool", undefined],
    ["installNvidiaDevicePlugin", "installNvidiaDevicePlugin", "False"],
    ["installPromOp", "installPromOp", "True"],
    ["installVolcano", "installVolcano", "True"],
    ["installDcgmExporter", "installDcgmExporter", "False"],
    ["scoringFe.enableUpgrade", "scoringFe.enableUpgrade", undefined],
  ])("%s has its default", (_, setting, byDefault) => {
    expect(settings({})[setting]).toBe(byDefault);
  });
  it("inferenceRouterServiceType is one of three, and inference needs it", () => {
    expect(refuses({ ...SERVES, inferenceRouterServiceType: "ingress" })).toThrow(
      /allowed: loadBalancer, nodePort, clusterIP/,
    );
    expect(errors({ enableInference: true }, { tls: TLS })).toEqual([
      "inference is on, and inferenceRouterServiceType is missing",
    ]);
    expect(errors({ enableTraining: true })).toEqual([]);
  });
  it("training or inference is on", () => {
    expect(errors({})).toEqual(["neither training nor inference is on"]);
    expect(errors({ enableTraining: true })).toEqual([]);
    expect(errors(SERVES, { tls: TLS })).toEqual([]);
  });
  it("an internal load balancer excludes node ports", () => {
    expect(errors({ ...SERVES, inferenceRouterServiceType: "nodePort" }, { tls: TLS, loadBalancer: INTERNAL })).toEqual(
      ["the router type is nodePort, which has no load balancer, and an internal load balancer is set"],
    );
    expect(errors(SERVES, { tls: TLS, loadBalancer: INTERNAL })).toEqual([]);
  });
  it("HTTPS needs a name and a certificate, HTTP must be allowed, and one excludes the other", () => {
    expect(errors(SERVES)).toEqual(["endpoints have no certificate, and HTTP is not allowed"]);
    expect(errors(SERVES, { tls: { cname: "www.contoso.com" } })).toEqual([
      "TLS is on, and the certificate and its key are missing",
    ]);
    expect(errors(SERVES, { tls: { certificate: { variables: true } } })).toEqual([
      "TLS is on, and its name (sslCname) is missing",
    ]);
    expect(errors({ ...SERVES, allowInsecureConnections: true })).toEqual([]);
    expect(errors({ ...SERVES, allowInsecureConnections: true }, { tls: TLS })).toEqual([
      "endpoints answer over HTTP, and the certificate is not used",
    ]);
  });
  it("the pair and the secret exclude each other", () => {
    expect(
      refuses(SERVES, { tls: { ...TLS, passedBy: "protectedSettings", certificate: { clusterSecret: "mine" } } }),
    ).toThrow(/clusterSecret is passed by that secret/);
  });
  it("high availability has three nodes", () => {
    const two = { nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 2 } };
    expect(errors({ ...SERVES, inferenceRouterHA: true }, { tls: TLS }, two)).toEqual([
      "2 nodes, and a highly available router needs 3 (E40002)",
    ]);
    expect(errors(SERVES, { tls: TLS }, two)).toEqual([]);
  });
  it("clusterPurpose is one of two", () => {
    expect(refuses({ enableTraining: true }, { clusterPurpose: "DenseProd" })).toThrow(/allowed: DevTest, FastProd/);
  });
  it("no value is empty", () => {
    expect(errors({ enableTraining: true, nodeSelector: { pool: "" } })).toEqual([
      "the setting nodeSelector.pool is empty",
    ]);
  });
  it("settings of the extension without the extension are a mistake", () => {
    for (const rest of [{ tls: TLS }, { loadBalancer: INTERNAL }, { clusterPurpose: "DevTest" }])
      expect(() => load(config(undefined, rest))).toThrow(/give extension too/);
  });
});

describe("the extension", () => {
  it("is installed for the cluster, in the namespace and from the train that Azure ML fixes, or at a version", () => {
    const of = (extension: object): Json =>
      installed({ enableTraining: true, ...extension }).resource.azurerm_kubernetes_cluster_extension.extension;
    expect(of({})).toMatchObject({
      name: "azureml",
      cluster_id: CLUSTER_ID,
      extension_type: "Microsoft.AzureML.Kubernetes",
      release_namespace: "azureml",
      release_train: "stable",
    });
    expect(of({ name: "ml", version: "1.1.70" })).toMatchObject({ name: "ml", version: "1.1.70" });
    expect(of({ version: "1.1.70" }).release_train).toBeUndefined();
  });
  it("reads its secret again when the certificate's version is raised, with the request that Azure's own tool sends", () => {
    const { resource } = installed(SERVES, {
      tls: { ...TLS, certificate: { variables: true, version: 3 }, secret: { name: "mine" } },
    });
    expect(resource.terraform_data.extension_certificate_version.input).toBe("3");
    expect(resource.azapi_resource_action.extension_read_certificate).toMatchObject({
      method: "PATCH",
      resource_id: "${azurerm_kubernetes_cluster_extension.extension.id}",
      body: { properties: { configurationSettings: { sslSecret: "mine", "scoringFe.sslSecret": "mine" } } },
      lifecycle: { replace_triggered_by: ["terraform_data.extension_certificate_version"] },
    });
    expect(installed(SERVES, { tls: TLS }).resource.terraform_data.extension_certificate_version.input).toBe("1");
    expect(installed({ enableTraining: true }).resource.azapi_resource_action).toBeUndefined();
  });
  it.runIf(hasTerraform)(
    "is not updated by the apply that installs it, and once by one that raises the version",
    () => {
      const folder = temporaryFolder();
      const sent = [4, 5, 5].map((version) => {
        const { azapi_resource_action, terraform_data } = installed(SERVES, {
          tls: { ...TLS, certificate: { variables: true, version } },
        }).resource;
        const { count, lifecycle } = azapi_resource_action.extension_read_certificate;
        // In place of the request a resource that needs no provider: it is sent when that is created.
        writeFileSync(
          join(folder, "main.tf.json"),
          JSON.stringify({ resource: { terraform_data: { ...terraform_data, request: { count, lifecycle } } } }),
        );
        return applied(folder).filter(
          ({ address, action }) => address.startsWith("terraform_data.request") && action === "create",
        ).length;
      });
      expect(sent).toEqual([0, 1, 0]);
    },
  );
});

describe("what only Azure knows of an existing cluster stops the extension", () => {
  const existing = config(SERVES, { tls: TLS });
  const { create: _, ...scoring } = existing.environments.dev.clusters.scoring;
  existing.environments.dev.clusters.scoring = { existing: { resourceGroup: "rg-shared", name: "aks" }, ...scoring };
  const json = synthesized(existing)["dev-scoring-attachment"];
  const pool = (vmSize: string, count: number, rest: object = {}): object => ({
    vmSize,
    count,
    osType: "Linux",
    enableAutoScaling: false,
    ...rest,
  });
  const condition = (rule: string): string =>
    json.resource.azurerm_kubernetes_cluster_extension.extension.lifecycle.precondition.find(
      ({ error_message }: Json) => error_message.startsWith(`${rule}: `),
    ).condition;

  it.runIf(hasTerraform)("and Terraform finds what it is about", () => {
    const cases: [rule: string, what: string, pools: object[], expected: boolean][] = [
      ["attachment/production-size", "4 vCPUs and 16 GB", [pool("Standard_D4s_v5", 1)], true],
      ["attachment/production-size", "2 vCPUs", [pool("Standard_D2s_v5", 1)], false],
      ["attachment/production-size", "4 vCPUs and 8 GB", [pool("Standard_F4s_v2", 1)], false],
      ["attachment/production-size", "a size that nobody knows", [pool("Standard_Z1", 1)], true],
      [
        "kubernetes/extension-settings",
        "three nodes, of which two are for critical add-ons",
        [
          pool("Standard_D4s_v5", 1),
          pool("Standard_D4s_v5", 2, { nodeTaints: ["CriticalAddonsOnly=true:NoSchedule"] }),
        ],
        false,
      ],
      [
        "kubernetes/extension-settings",
        "three nodes, all for critical add-ons",
        [pool("Standard_D4s_v5", 3, { nodeTaints: ["CriticalAddonsOnly=true:NoSchedule"] })],
        true,
      ],
      ["kubernetes/extension-settings", "two nodes", [pool("Standard_D4s_v5", 2)], false],
      [
        "kubernetes/extension-settings",
        "three nodes, of which two are for Windows",
        [pool("Standard_D4s_v5", 1), pool("Standard_D4s_v5", 2, { osType: "Windows" })],
        false,
      ],
      [
        "kubernetes/extension-settings",
        "autoscaling from two, with nine now",
        [pool("Standard_D4s_v5", 9, { enableAutoScaling: true, minCount: 2 })],
        true,
      ],
      [
        "kubernetes/extension-settings",
        "autoscaling from three, with two now",
        [pool("Standard_D4s_v5", 2, { enableAutoScaling: true, minCount: 3 })],
        true,
      ],
    ];
    const found = evaluateAll(
      cases.map(([rule, , agentPoolProfiles]) => [
        condition(rule),
        {
          "data.azapi_resource.cluster": { output: { properties: { agentPoolProfiles } } },
          "local.cluster_vcpus_unlike_name": json.locals.cluster_vcpus_unlike_name,
          "local.cluster_memory_gib_unlike_name": json.locals.cluster_memory_gib_unlike_name,
        },
      ]),
    );
    expect(cases.map(([rule, what, pools], at) => [rule, what, pools, found[at]])).toEqual(cases);
  });
});
