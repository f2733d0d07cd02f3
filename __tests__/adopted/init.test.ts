import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { adoptedConfiguration } from "../../adopt/configuration.ts";
import { parseConfig } from "../../config/load.ts";
import { migrate } from "../../config/migrate.ts";
import { UserError } from "../../errors/user-error.ts";
import { readInventory } from "../../sources/inventory/inventory.ts";
import { azuremlAks, findings, type Json, temporaryFolder } from "../helpers.ts";

const ANSWERS = join(import.meta.dirname, "../answers");
const answer = (name: string): Json => JSON.parse(readFileSync(join(ANSWERS, `${name}.json`), "utf8"));

const SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001";
const CLUSTER_ID = `${SUBSCRIPTION}/resourcegroups/rg/providers/Microsoft.ContainerService/managedClusters/aks-prod`;
const WORKSPACE_ID = `${SUBSCRIPTION}/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/mlw`;

const text = (...bodies: Json[]): string =>
  adoptedConfiguration(
    bodies.map((body, index) => ({ name: `${index}`, file: `${index}.json`, inventory: readInventory(body) })),
  ).text;
const configuration = (...bodies: Json[]): Json => parse(text(...bodies)).environments;

const cluster = (properties: object = {}, changes: object = {}): Json => ({
  id: CLUSTER_ID,
  name: "aks-prod",
  location: "westeurope",
  sku: { name: "Base", tier: "Free" },
  identity: { type: "SystemAssigned" },
  ...changes,
  properties: {
    kubernetesVersion: "1.35",
    dnsPrefix: "aks-prod",
    agentPoolProfiles: [
      { name: "agentpool", mode: "System", type: "VirtualMachineScaleSets", vmSize: "Standard_D4s_v5", count: 3 },
    ],
    networkProfile: { networkPlugin: "azure", loadBalancerSku: "standard", outboundType: "loadBalancer" },
    ...properties,
  },
});
const compute = (properties: object = {}, changes: object = {}): Json => ({
  id: `${WORKSPACE_ID}/computes/scoring`,
  name: "scoring",
  location: "northeurope",
  ...changes,
  properties: { computeType: "AKS", resourceId: CLUSTER_ID, properties },
});

describe("init --from", () => {
  it("joins what files tell of one cluster", () => {
    const { mlw } = configuration(
      cluster(),
      compute({ clusterPurpose: "DevTest", loadBalancerType: "PublicIp" }),
      answer("az-rest-workspace"),
    );
    expect(mlw).toMatchObject({
      location: "northeurope",
      workspace: { resourceGroup: "rg-ml", name: "mlw" },
      clusters: {
        "aks-prod": {
          create: { adopt: true, resourceGroup: "rg", name: "aks-prod", location: "westeurope" },
          attachment: { kind: "AksCompute", computeName: "scoring", adopt: true, clusterPurpose: "DevTest" },
        },
      },
    });
  });

  it("says everything that Azure answers by default nowhere", () => {
    const { create } = configuration(cluster()).main.clusters["aks-prod"];
    expect(create).toEqual({
      adopt: true,
      resourceGroup: "rg",
      name: "aks-prod",
      kubernetesVersion: "1.35",
      nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 3 },
    });
  });

  it.each<[string, object, object | undefined]>([
    ["no TLS", { clusterPurpose: "FastProd", sslConfiguration: { status: "Disabled" } }, undefined],
    [
      "Microsoft's, by its label",
      { sslConfiguration: { status: "Auto", leafDomainLabel: "contoso" } },
      { leafDomainLabel: "contoso" },
    ],
    [
      "Microsoft's, by its name",
      { sslConfiguration: { status: "Auto", cname: "contosoab12cd.westeurope.cloudapp.azure.com" } },
      { leafDomainLabel: "contoso" },
    ],
    [
      "one's own",
      { sslConfiguration: { status: "Enabled", cname: "scoring.contoso.com", cert: null, key: null } },
      { cname: "scoring.contoso.com", certificate: { variables: true } },
    ],
  ])("writes the TLS of a compute as far as it shows: %s", (_, properties, tls) => {
    expect(configuration(compute(properties)).mlw.clusters["aks-prod"].attachment.tls).toEqual(tls);
  });

  it("says what to fill in where the certificate is not told", () => {
    expect(text(compute({ sslConfiguration: { status: "Enabled", cname: "a.contoso.com" } }))).toContain(
      "# not told: give the certificate that it has as tls_certificate and tls_key",
    );
    expect(text(compute())).toContain("# not told: what it serves, its load balancer and TLS");
  });

  it("writes an internal load balancer, and the version of a certificate", () => {
    const { attachment, acknowledge } = configuration(
      compute(
        {
          clusterPurpose: "FastProd",
          loadBalancerType: "InternalLoadBalancer",
          loadBalancerSubnet: "snet-aks",
          sslConfiguration: { status: "Enabled", cname: "a.contoso.com" },
        },
        { tags: { certificateVersion: "3", team: "ml" }, identity: { type: "SystemAssigned" } },
      ),
    ).mlw.clusters["aks-prod"];
    expect(attachment).toMatchObject({
      loadBalancer: { type: "InternalLoadBalancer", subnet: "snet-aks" },
      tls: { certificate: { version: 3 } },
      tags: { team: "ml" },
      identity: { systemAssigned: true },
    });
    expect(attachment.tags).not.toHaveProperty("certificateVersion");
    expect(acknowledge).toMatchObject([{ rule: "tls/internal-load-balancer" }]);
  });

  it.each<[string, Json, string]>([
    [
      "in another subscription",
      [cluster(), compute({}, { id: `${WORKSPACE_ID.replace("01/", "02/")}/computes/scoring` })],
      "it is in another subscription than the workspace",
    ],
    ["with sign-in of the old kind", [cluster({ aadProfile: { clientAppID: "x" } })], "it has the retired sign-in"],
    [
      "with a Basic load balancer",
      [cluster({ networkProfile: { networkPlugin: "azure", loadBalancerSku: "Basic" } })],
      "it has a Basic load balancer",
    ],
    [
      "with a value of another time",
      [cluster({ agentPoolProfiles: [{ ...cluster().properties.agentPoolProfiles[0], osSKU: "CBLMariner" }] })],
      'nodePool.osSku: `osSku` is "CBLMariner": ',
    ],
    ["of which nothing is told", [compute()], "give what `az aks show -o json` writes of it too"],
  ])("names a cluster %s, with the reason", (_, bodies, reason) => {
    expect(text(...bodies)).toContain(`# not created here: ${reason}`);
  });

  it("gives each compute of a cluster an entry, and the cluster one", () => {
    const second = { ...compute({ clusterPurpose: "DevTest" }), id: `${WORKSPACE_ID}/computes/other`, name: "other" };
    const { clusters } = configuration(cluster(), compute({ clusterPurpose: "DevTest" }), second).mlw;
    expect(Object.keys(clusters)).toEqual(["aks-prod", "aks-prod-other"]);
    expect(clusters["aks-prod-other"]).toMatchObject({ existing: { resourceGroup: "rg", name: "aks-prod" } });
  });

  it.each<[string, object, object[], boolean | undefined]>([
    ["one that needs none", {}, [], undefined],
    ["one that may have it", { disableLocalAccounts: true, aadProfile: { managed: true } }, [], false],
    ["one that has it", {}, [{ id: `${CLUSTER_ID}/trustedAccessRoleBindings/b`, name: "b" }], false],
  ])("makes no role binding again: %s", (_, properties, bindings, expected) => {
    const kubernetes = compute({ namespace: "default" });
    kubernetes.properties.computeType = "Kubernetes";
    const roles = ["Microsoft.MachineLearningServices/workspaces/mlworkload"];
    const told = bindings.map((each) => ({ ...each, properties: { roles, sourceResourceId: WORKSPACE_ID } }));
    const { attachment } = configuration(cluster(properties), kubernetes, ...told).mlw.clusters["aks-prod"];
    expect(attachment.trustedAccess).toBe(expected);
  });

  it("names a cluster that a state only reads", () => {
    const read = state();
    read.resources[0].mode = "data";
    expect(text(read)).toContain("# not created here: the state only reads it");
  });

  it("says what is left as it is", () => {
    const written = text(
      cluster({
        addonProfiles: { omsagent: { enabled: true, config: { logAnalyticsWorkspaceResourceID: "/x" } } },
        serviceMeshProfile: { mode: "Istio" },
      }),
    );
    expect(written).toContain("# left as they are: oms_agent, service_mesh_profile");
  });

  it("takes only what an installed extension is sent, to the letter", () => {
    const { extension, clusterPurpose } = configuration(answer("az-k8s-extension-show")).main.clusters["aks-cluster"]
      .attachment;
    expect(extension).toMatchObject({
      adopt: true,
      enableTraining: true,
      settings: { inferenceRouterHA: "false", inferenceRouterServiceType: "LoadBalancer" },
      overrides: { extension_type: "microsoft.azureml.kubernetes" },
    });
    expect(clusterPurpose).toBe("DevTest");
  });

  const extended = (settings: object): Json => ({
    id: `${CLUSTER_ID}/providers/Microsoft.KubernetesConfiguration/extensions/azureml`,
    name: "azureml",
    properties: { extensionType: "microsoft.azureml.kubernetes", configurationSettings: settings },
  });
  const kubernetes = (name: string, properties: object = {}, workspace = WORKSPACE_ID): Json => {
    const { properties: all, ...rest } = compute(properties, { id: `${workspace}/computes/${name}`, name });
    return { ...rest, properties: { ...all, computeType: "Kubernetes" } };
  };

  it.each<[string, Json[]]>([
    [
      "a certificate in protected settings, which Azure does not tell",
      [cluster(), kubernetes("a-b"), extended({ enableTraining: "True", enableInference: "True", sslCname: "a.b.de" })],
    ],
    ["an extension whose settings are not told", [cluster(), kubernetes("a-b"), extended({})]],
    ["one namespace of two workspaces", [cluster(), kubernetes("one"), kubernetes("two", {}, `${WORKSPACE_ID}2`)]],
    ["two of the older kind", [cluster(), compute(), compute({}, { id: `${WORKSPACE_ID}/computes/two`, name: "two" })]],
    ["a workspace elsewhere", [cluster(), kubernetes("one", {}, WORKSPACE_ID.replace("01/", "02/"))]],
    ["an odd instance type", [cluster(), kubernetes("one", { instanceTypes: { BIG_1: { resources: {} } } })]],
    [
      "a certificate from Microsoft behind an internal load balancer",
      [
        cluster(),
        compute({
          loadBalancerType: "InternalLoadBalancer",
          loadBalancerSubnet: "snet",
          sslConfiguration: { status: "Auto", leafDomainLabel: "contoso" },
        }),
      ],
    ],
    [
      "a label of another time",
      [cluster(), compute({ sslConfiguration: { status: "Auto", leafDomainLabel: "a_b-" } })],
    ],
  ])("has no error for what runs: %s", (_, bodies) => {
    expect(findings(text(...bodies)).filter(({ level, verdict }) => level === "error" && verdict === "fail")).toEqual(
      [],
    );
  });

  it.each<[string, Json[], string]>([
    ["a tag", [cluster({}, { tags: { team: "ml", odd: "\u001b[31m" } })], "# odd is left out: the value contains"],
    ["the only tag", [cluster({}, { tags: { odd: "\u001b[31m" } })], "# tags.odd is left out: the value contains"],
    [
      "a name",
      [compute({ sslConfiguration: { status: "Enabled", cname: "*.contoso.com" } })],
      '# cname is left out: `cname` is "*.contoso.com"',
    ],
  ])("leaves out what no configuration takes, and says so: %s", (_, bodies, remark) => {
    const written = text(...bodies);
    expect(written).toContain(remark);
    expect(parseConfig(written, "azureml-aks.yaml", { rules: [] }).ok).toBe(true);
  });

  it("says that a pool has taints for which there is no key", () => {
    const [agentpool] = cluster().properties.agentPoolProfiles;
    const written = text(cluster({ agentPoolProfiles: [{ ...agentpool, nodeTaints: ["team=ml:NoSchedule"] }] }));
    expect(written).toContain("# azurerm has no key for its taints team=ml:NoSchedule");
  });

  it("leaves Arc-enabled clusters out", () => {
    const arc = compute({}, { id: `${WORKSPACE_ID}/computes/arc`, name: "arc" });
    arc.properties.resourceId = `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Kubernetes/ConnectedClusters/onsite`;
    const sentence = "onsite is an Arc-enabled cluster: it is left out";
    expect(() => text(arc)).toThrow(sentence);
    expect(Object.keys(configuration(cluster(), compute(), arc).mlw.clusters)).toEqual(["aks-prod"]);
    const named = [cluster(), arc].map((body) => ({ name: "a", file: "a.json", inventory: readInventory(body) }));
    expect(adoptedConfiguration(named).notes).toEqual([expect.stringContaining(sentence)]);
  });

  it("refuses what tells nothing of it", () => {
    expect(() =>
      text({ id: `${SUBSCRIPTION}/resourceGroups/rg`, name: "rg", type: "Microsoft.Resources/resourceGroups" }),
    ).toThrow(UserError);
  });
});

/** A state whose cluster, pool and compute somebody else's Terraform made, with secrets in clear. */
const state = (): Json => ({
  version: 4,
  terraform_version: "1.11.4",
  serial: 1,
  lineage: "x",
  outputs: { kubeconfig: { value: "SECRET-OUTPUT" } },
  resources: [
    instance("azurerm_kubernetes_cluster", "aks", {
      id: CLUSTER_ID.replace("resourcegroups", "resourceGroups"),
      name: "aks-prod",
      resource_group_name: "rg",
      location: "westeurope",
      dns_prefix: "aks-prod",
      identity: [{ type: "SystemAssigned" }],
      default_node_pool: [
        { name: "system", vm_size: "Standard_D4s_v5", node_count: 3, upgrade_settings: [{ max_surge: "10%" }] },
      ],
      network_profile: [{ network_plugin: "azure", load_balancer_sku: "standard", outbound_type: "loadBalancer" }],
      kube_config_raw: "SECRET-KUBECONFIG",
      tags: { password: "SECRET-TAG", team: "ml" },
    }),
    instance("azurerm_machine_learning_inference_cluster", "scoring", {
      id: `${WORKSPACE_ID}/computes/scoring`,
      name: "scoring",
      machine_learning_workspace_id: WORKSPACE_ID,
      kubernetes_cluster_id: CLUSTER_ID,
      cluster_purpose: "FastProd",
      location: "westeurope",
      ssl: [
        {
          cname: "a.contoso.com",
          cert: "SECRET-CERT",
          key: "-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----",
        },
      ],
    }),
  ],
});
const instance = (type: string, name: string, attributes: Json): Json => ({
  mode: "managed",
  type,
  name,
  provider: 'provider["registry.terraform.io/hashicorp/azurerm"]',
  instances: [{ attributes }],
});

describe("init --from a state", () => {
  it("writes no secret of it", () => {
    const written = text(state());
    expect(written).not.toContain("SECRET");
    expect(written).not.toContain("PRIVATE KEY");
    expect(written).toContain("password looks like a secret, and is not written");
  });

  it("says who has it", () => {
    expect(text(state())).toContain("terraform state rm 'azurerm_kubernetes_cluster.aks'");
    expect(configuration(state()).mlw.clusters["aks-prod"]).toMatchObject({
      create: { nodePool: { name: "system", upgradeSettings: { maxSurge: "10%" } }, tags: { team: "ml" } },
      attachment: { tls: { cname: "a.contoso.com", certificate: { variables: true } } },
    });
  });

  it("names what else a state has: its pools and the extension", () => {
    const whole = state();
    const id = CLUSTER_ID.replace("resourcegroups", "resourceGroups");
    whole.resources.push(
      instance("azurerm_kubernetes_cluster_node_pool", "gpu", {
        id: `${id}/agentPools/gpu`,
        name: "gpu",
        kubernetes_cluster_id: id,
        vm_size: "Standard_NC4as_T4_v3",
        node_count: 1,
      }),
      instance("azurerm_kubernetes_cluster_extension", "ml", {
        id: `${id}/providers/Microsoft.KubernetesConfiguration/extensions/azureml`,
        name: "azureml",
        cluster_id: id,
        extension_type: "microsoft.azureml.kubernetes",
        configuration_settings: { enableTraining: "True" },
      }),
    );
    whole.resources = whole.resources.filter(({ type }: Json) => type !== "azurerm_machine_learning_inference_cluster");
    for (const address of ["azurerm_kubernetes_cluster_node_pool.gpu", "azurerm_kubernetes_cluster_extension.ml"])
      expect(text(whole)).toContain(`terraform state rm '${address}'`);
  });
});

describe("the command line of init --from", () => {
  it("writes a file, which check takes", () => {
    const folder = temporaryFolder();
    const input = join(folder, "cluster.json");
    writeFileSync(input, JSON.stringify(cluster()));
    const { status, stderr } = azuremlAks(["init", "--from", input], { cwd: folder });
    expect(stderr).toContain("azureml-aks.yaml written");
    expect(status).toBe(0);
    expect(azuremlAks(["check"], { cwd: folder }).status).toBe(0);
    expect(azuremlAks(["init", "--from", input], { cwd: folder }).status).toBe(2);
  });

  it.each([
    [["--from", "-"]],
    [["--from=-"]],
    [["--from", join(ANSWERS, "az-rest-workspace.json"), "-"]],
    [["--from", "-", "--from", join(ANSWERS, "az-rest-workspace.json")]],
  ])("reads standard input and several files, and says what is missing in them: %j", (from) => {
    const { stdout, stderr, status } = azuremlAks(["init", ...from, "--output", "-"], {
      input: JSON.stringify({ value: [compute()], nextLink: "https://management.azure.com/x" }),
    });
    expect(parse(stdout).environments.mlw.clusters).toHaveProperty("aks-prod");
    expect(stderr).toContain("this is the first page of a longer list");
    expect(status).toBe(0);
  });

  it.each([
    [["--from", join(ANSWERS, "az-aks-show.json"), "--vm-size", "x"], "--vm-size is for a new cluster"],
    [["--from", join(ANSWERS, "missing.json")], "missing.json"],
  ])("refuses %j", (args, message) => {
    const folder = temporaryFolder();
    const { status, stderr } = azuremlAks(["init", ...args], { cwd: folder });
    expect(stderr).toContain(message);
    expect(status).toBe(2);
    expect(existsSync(join(folder, "azureml-aks.yaml"))).toBe(false);
  });
});

describe("migrate, of what init --from writes", () => {
  it.each([
    ["a compute on a cluster that is adopted", [cluster(), compute({ clusterPurpose: "FastProd" })]],
    ["a compute on a cluster that is only named", [compute({ clusterPurpose: "DevTest" })]],
    [
      "a compute with a certificate of one's own",
      [compute({ sslConfiguration: { status: "Enabled", cname: "a.contoso.com" } })],
    ],
  ])("writes the entry beside it, and keeps the comments: %s", (_, bodies) => {
    const written = text(...bodies);
    const result = parseConfig(written, "azureml-aks.yaml", { rules: [] });
    if (!result.ok) throw new Error(written);
    const { text: migrated, migrated: entries } = migrate(written, result.loaded.config);
    expect(entries).toHaveLength(1);
    for (const line of written.split("\n").filter((each) => each.includes("#"))) expect(migrated).toContain(line);
    expect(parse(migrated).environments.mlw.clusters["aks-prod-v2"]).toMatchObject({
      existing: { resourceGroup: "rg", name: "aks-prod" },
      attachment: { kind: "KubernetesCompute", extension: { enableUpgrade: true } },
    });
    expect(parseConfig(migrated, "azureml-aks.yaml", { rules: [] }).ok).toBe(true);
  });
});
