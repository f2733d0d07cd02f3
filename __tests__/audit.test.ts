import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toMermaid } from "../diagram/mermaid.ts";
import { UserError } from "../errors/user-error.ts";
import type { Finding } from "../model/finding.ts";
import { FORMAT_NAMES, rendererOf } from "../report/formats.ts";
import type { Report } from "../report/report.ts";
import { auditOf } from "../review/audit.ts";
import { readInventory, readInventoryFile } from "../sources/inventory/inventory.ts";
import { azuremlAks, type Json, temporaryFolder } from "./helpers.ts";
import { runs } from "./repeatable.ts";

const ANSWERS = join(import.meta.dirname, "answers");
const answer = (name: string): Json => JSON.parse(readFileSync(join(ANSWERS, `${name}.json`), "utf8"));

/** What an audit of JSON says, each value as a file of its own. */
function audit(...files: Json[]): Report {
  const inventories = files.map((json, index) => ({
    name: `file ${index}`,
    file: `${index}.json`,
    inventory: readInventory(readInventoryFile(Buffer.from(JSON.stringify(json)))),
  }));
  return auditOf(inventories, { today: "2026-11-26" });
}

const failures = ({ findings }: Report): readonly Finding[] => findings.filter(({ verdict }) => verdict === "fail");
const said = ({ findings }: Report): string[] =>
  findings.map(({ rule, verdict, level, where }) => `${rule} ${verdict} ${level} ${where.attribute ?? ""}`);

const GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg";
const CLUSTER_ID = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/aks`;
const WORKSPACE_ID = `${GROUP}/providers/Microsoft.MachineLearningServices/workspaces/mlw`;

/** An ordinary cluster, as Azure Resource Manager answers it, with other properties. */
const cluster = (properties: object = {}): Json => ({
  id: CLUSTER_ID,
  name: "aks",
  location: "westeurope",
  sku: { name: "Base", tier: "Standard" },
  identity: { type: "SystemAssigned", principalId: "11111111-0000-0000-0000-000000000000" },
  properties: {
    kubernetesVersion: "1.35",
    dnsPrefix: "aks",
    nodeProvisioningProfile: { mode: "Manual" },
    agentPoolProfiles: [
      {
        name: "pool",
        mode: "System",
        type: "VirtualMachineScaleSets",
        vmSize: "Standard_DS2_v2",
        count: 3,
        osType: "Linux",
        osSKU: "Ubuntu",
        maxPods: 30,
      },
    ],
    networkProfile: {
      networkPlugin: "azure",
      networkPluginMode: "overlay",
      networkPolicy: "none",
      loadBalancerSku: "standard",
      outboundType: "loadBalancer",
      serviceCidr: "10.0.0.0/16",
      dnsServiceIP: "10.0.0.10",
      podCidr: "10.244.0.0/16",
      ipFamilies: ["IPv4"],
    },
    ...properties,
  },
});

const compute = (properties: object = {}, name = "scoring"): Json => ({
  id: `${WORKSPACE_ID}/computes/${name}`,
  name,
  location: "westeurope",
  properties: { computeType: "AKS", resourceId: CLUSTER_ID, properties: { clusterPurpose: "FastProd", ...properties } },
});

describe("an audit", () => {
  it("judges a cluster and its attachment from several answers as one", () => {
    const both = audit(cluster(), { value: [compute()] });
    const found = failures(both).find(({ rule }) => rule === "attachment/production-size");
    expect(found).toMatchObject({
      level: "note",
      message: expect.stringContaining("3 x Standard_DS2_v2 = 6 vCPUs"),
      advice: expect.stringMatching(/^this is so already; when it is changed, /),
      where: {
        stack: "file 0",
        file: "0.json",
        address: CLUSTER_ID,
        attribute: "properties.agentPoolProfiles[0].count",
      },
    });
    expect(said(audit(compute()))).toContain("attachment/serving-nodes unknown error properties.resourceId");
  });
  it("takes each form of an answer, and says the same of all", () => {
    const { properties, ...root } = cluster();
    const flat = { ...root, ...properties, resourceGroup: "rg", fqdnSubdomain: null };
    const one = failures(audit(cluster(), compute())).map(({ rule, level }) => `${rule} ${level}`);
    expect(one.length).toBeGreaterThan(2);
    const forms: Json[][] = [
      [{ value: [cluster(), compute()] }],
      [[cluster(), compute()]],
      [{ count: 2, data: [cluster(), compute()], skip_token: null, total_records: 2 }],
      [flat, compute()],
      [JSON.parse(JSON.stringify(cluster()).replaceAll("resourceGroups", "resourcegroups")), compute()],
      // What is told twice is there once.
      [[cluster(), compute()], cluster(), { value: [compute()] }],
    ];
    for (const form of forms)
      expect(failures(audit(...form)).map(({ rule, level }) => `${rule} ${level}`)).toEqual(one);
    const attributes = failures(audit(flat, compute())).map(({ where }) => where.attribute);
    expect(attributes).toContain("agentPoolProfiles[0].count");
  });
  it("sees pools that are told apart from their cluster, and those of both once", () => {
    const pool = (vmSize: string): Json => ({
      id: `${CLUSTER_ID}/agentPools/pool`,
      name: "pool",
      properties: { vmSize, count: 3, mode: "System", osType: "Linux" },
    });
    const sizes = (report: Report): string => toMermaid(report.draw?.().after as never);
    expect(said(audit([pool("Standard_DS2_v2")])).join()).toMatch(
      /cluster\/vm-size-retired fail \w+ properties\.vmSize/,
    );
    const both = sizes(audit(cluster(), [pool("Standard_D8s_v5")]));
    expect(both).toContain("3 x Standard_DS2_v2");
    expect(both).not.toContain("Standard_D8s_v5");
  });
  it("says when a list goes on elsewhere, and what a tool does not tell", () => {
    const message = (json: Json): string =>
      failures(audit(json))
        .filter(({ rule }) => rule === "audit/incomplete")
        .map(({ message }) => message)
        .join();
    expect(message({ value: [compute()], nextLink: "https://management.azure.com/next" })).toMatch(/first page/);
    expect(message({ data: [cluster()], skip_token: "abc" })).toMatch(/first page/);
    expect(message([{ id: compute().id, name: "scoring", type: "*** Unsupported Compute Type ***" }])).toMatch(
      /`az ml compute` does not tell/,
    );
    expect(message([cluster(), { count: 3 }])).toBe(
      "1 of 2 items tell neither their ID nor their type, and are not judged",
    );
    expect(message([cluster()])).toBe("");
  });
  it("reads a KubernetesCompute as az ml compute has it", () => {
    const { properties, name, id } = answer("az-rest-kubernetes-compute");
    const short = {
      id,
      name,
      type: "kubernetes",
      resource_id: properties.resourceId,
      namespace: "default",
      default_instance_type: "big",
      instance_types: { big: { resources: { limits: { cpu: "1" } } } },
    };
    const other = { ...short, id: `${id}2`, name: "two" };
    expect(
      said(audit([short, other])).filter((each) => each.startsWith("attachment/namespace-unique fail")),
    ).toHaveLength(2);
  });
  it("takes no answer for what Azure never tells", () => {
    const extension = answer("az-k8s-extension-show");
    expect(extension.configurationProtectedSettings).toEqual({});
    const rules = audit(extension).findings.map(({ rule }) => rule);
    expect(rules).toContain("kubernetes/setting-names");
    expect(rules.filter((rule) => rule.startsWith("tls/"))).toEqual([]);
  });
  it("concludes nothing from roles that are not among the answers", () => {
    const inSubnet = cluster();
    inSubnet.properties.agentPoolProfiles[0].vnetSubnetID = `${GROUP}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/snet`;
    const ofRule = (report: Report): string[] =>
      said(report).filter((each) => each.startsWith("cluster/network-contributor"));
    expect(ofRule(audit(inSubnet))).toEqual([
      "cluster/network-contributor unknown warning properties.agentPoolProfiles[0].vnetSubnetID",
    ]);
    const role = {
      id: `${GROUP}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-000000000009`,
      type: "Microsoft.Authorization/roleAssignments",
      principalId: inSubnet.identity.principalId,
      roleDefinitionId:
        "/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7",
      roleDefinitionName: "Network Contributor",
      scope: GROUP,
    };
    expect(ofRule(audit(inSubnet, [role]))).toEqual([]);
  });
  it("sees the subnet of the nodes, and what is in its virtual network", () => {
    const network = `${GROUP}/providers/Microsoft.Network/virtualNetworks/vnet`;
    const inSubnet = cluster();
    inSubnet.properties.agentPoolProfiles[0].vnetSubnetID = `${network}/subnets/snet`;
    const subnet = (properties: object): Json => ({ id: `${network}/subnets/snet`, name: "snet", properties });
    const delegated = subnet({
      addressPrefix: "10.0.0.0/24",
      delegations: [{ name: "d", properties: { serviceName: "Microsoft.ContainerInstance/containerGroups" } }],
    });
    const rules = ["cluster/subnet-delegation", "cluster/service-cidr"];
    const found = (...files: Json[]): string[] =>
      failures(audit(...files))
        .map(({ rule }) => rule)
        .filter((rule) => rules.includes(rule));
    const whole = {
      id: network,
      name: "vnet",
      properties: { addressSpace: { addressPrefixes: ["10.0.0.0/16"] }, subnets: [delegated] },
    };
    expect(found(inSubnet, whole)).toEqual(expect.arrayContaining(rules));
    expect(found(inSubnet, delegated)).toEqual(expect.arrayContaining(rules));
    expect(found(inSubnet, subnet({ addressPrefix: "192.168.0.0/24", delegations: [] }))).toEqual([]);
  });
});

describe("every answer that was recorded", () => {
  const names = readdirSync(ANSWERS).map((name) => name.replace(/\.json$/, ""));
  const attached = (json: Json): Json[] => [json, compute(), { ...answer("az-k8s-extension-show") }];
  /** The keys of objects, from the outside in; settings are somebody's own. */
  function* keysIn(value: Json, path: (string | number)[] = []): Generator<(string | number)[]> {
    if (typeof value !== "object" || value === null || path.at(-1) === "configurationSettings") return;
    for (const key of Object.keys(value)) {
      if (!Array.isArray(value)) yield [...path, key];
      yield* keysIn(value[key], [...path, key]);
    }
  }
  const without = (json: Json, path: readonly (string | number)[]): Json => {
    const copy = structuredClone(json);
    const owner = path.slice(0, -1).reduce((at: Json, key) => at[key], copy);
    delete owner[path.at(-1) as string];
    return copy;
  };
  it.each(names)("%s is judged", (name) => {
    const { findings, checked } = audit(answer(name));
    expect(findings.filter(({ rule }) => rule === "rule/crashed")).toEqual([]);
    expect(checked).toBeGreaterThan(0);
  });
  it.each(names.filter((name) => name.includes("cluster.")))(
    "%s: no verdict comes from a field that is missing",
    (name) => {
      const json = answer(name);
      json.id = CLUSTER_ID;
      const keyOf = ({ rule, message }: Finding): string => `${rule} ${message}`;
      const before = new Set(failures(audit(...attached(json))).map(keyOf));
      const paths = [...keysIn(json)].filter(([first]) => first !== "id");
      fc.assert(
        fc.property(fc.constantFrom(...paths), (path) => {
          const report = audit(...attached(without(json, path)));
          const more = failures(report).filter((finding) => !before.has(keyOf(finding)));
          expect(more.map((finding) => `${path.join(".")}: ${keyOf(finding)}`)).toEqual([]);
        }),
        { numRuns: runs(12, 6) },
      );
    },
  );
});

describe("a state", () => {
  const values = {
    id: CLUSTER_ID,
    name: "aks",
    resource_group_name: "rg",
    location: "westeurope",
    dns_prefix: "aks",
    private_cluster_enabled: false,
    identity: [{ type: "SystemAssigned", principal_id: "p" }],
    default_node_pool: [{ name: "pool", vm_size: "Standard_DS2_v2", node_count: 3, min_count: 0 }],
    network_profile: [{ network_plugin: "azure", load_balancer_sku: "standard", outbound_type: "loadBalancer" }],
  };
  const attachment = {
    name: "scoring",
    location: "westeurope",
    cluster_purpose: "FastProd",
    kubernetes_cluster_id: CLUSTER_ID,
    machine_learning_workspace_id: WORKSPACE_ID,
    id: `${WORKSPACE_ID}/computes/scoring`,
  };
  const shown: Json = {
    format_version: "1.0",
    values: {
      root_module: {
        resources: [
          {
            address: "azurerm_machine_learning_inference_cluster.a",
            mode: "managed",
            type: "azurerm_machine_learning_inference_cluster",
            values: attachment,
            sensitive_values: {},
          },
        ],
        child_modules: [
          {
            address: 'module.aks["x"]',
            resources: [
              {
                address: 'module.aks["x"].azurerm_kubernetes_cluster.c',
                mode: "managed",
                type: "azurerm_kubernetes_cluster",
                values,
                sensitive_values: { kube_config: [{}] },
              },
            ],
          },
        ],
      },
    },
  };
  const raw: Json = {
    version: 4,
    serial: 7,
    lineage: "x",
    outputs: { azureml_aks_stack: { value: "prod-scoring", type: "string" } },
    resources: [
      {
        module: 'module.aks["x"]',
        mode: "managed",
        type: "azurerm_kubernetes_cluster",
        name: "c",
        instances: [{ attributes: values }, { deposed: "1", attributes: values }],
      },
      {
        mode: "managed",
        type: "azurerm_machine_learning_inference_cluster",
        name: "a",
        provider: 'provider["registry.terraform.io/hashicorp/azurerm"]',
        instances: [{ index_key: "k", attributes: attachment }],
      },
    ],
  };
  it("is judged in either form, with its addresses", () => {
    for (const state of [shown, raw]) {
      const found = failures(audit(state)).filter(({ rule }) => rule === "attachment/production-size");
      expect(found).toMatchObject([
        {
          level: "note",
          where: {
            file: "0.json",
            address: 'module.aks["x"].azurerm_kubernetes_cluster.c',
            attribute: "default_node_pool[0].node_count",
          },
        },
      ]);
    }
    const names = (json: Json): string[] => audit(json).findings.map(({ where }) => where.address ?? "");
    expect(names(raw)).toContain('azurerm_machine_learning_inference_cluster.a["k"]');
  });
  it("gives way to what Azure answers of the same cluster", () => {
    const live = cluster();
    live.properties.agentPoolProfiles[0].vmSize = "Standard_D16s_v5";
    expect(said(audit(shown)).join()).toContain("attachment/production-size fail");
    expect(said(audit(shown, live)).join()).not.toContain("attachment/production-size fail");
  });
  it("is refused where it is no state", () => {
    const refused = (json: Json): string => {
      try {
        readInventory(json);
        return "";
      } catch (error) {
        if (error instanceof UserError) return error.message;
        throw error;
      }
    };
    expect(refused({ version: 3, serial: 1, lineage: "x" })).toMatch(
      /^is a Terraform state of version 3, and version 4/,
    );
    expect(refused({ format_version: "1.2", resource_changes: [] })).toMatch(
      /^is a plan: `azureml-aks review` reads it/,
    );
    expect(refused({ ...shown, values: { root_module: { resources: [{ type: 1 }] } } })).toBe(
      "is not a state of Terraform: values.root_module.resources[0].address is missing, and a text is needed",
    );
    expect(refused({ error: { code: "ResourceNotFound", message: "x" } })).toMatch(
      /^is an error of Azure \(ResourceNotFound\)/,
    );
    expect(
      refused({
        $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        resources: [],
      }),
    ).toMatch(/^is an ARM template, which says what is wanted/);
    // The versions of a region.
    expect(refused({ values: [{ version: "1.34" }] })).toMatch(/^is an answer of Azure that tells nothing/);
    for (const json of [7, null, "x", {}, { a: 1 }, [{ a: 1 }]])
      expect(refused(json)).toMatch(/^is JSON, but holds nothing that is judged/);
    expect(refused({ format_version: "1.0" })).toBe("");
    expect(refused([])).toBe("");
  });
});

describe("kubectl", () => {
  const service = (annotations: Json, name = "azureml-fe"): Json => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "azureml", annotations },
    spec: { type: "LoadBalancer" },
  });
  const secret = (data: Json): Json => ({
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: {
      name: "azureml-tls",
      namespace: "azureml",
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(data) },
    },
    data,
  });
  const list = (...items: Json[]): Json => ({ apiVersion: "v1", kind: "List", metadata: {}, items });
  it("tells what is annotated, and is not taken for Terraform's own", () => {
    const bad = service({ "service.beta.kubernetes.io/azure-load-balancer-internal": "yes" });
    const found = audit(list(bad)).findings;
    expect(found.map(({ rule }) => rule)).not.toContain("kubernetes/azureml-owned");
    expect(found.filter(({ rule }) => rule.startsWith("load-balancer/"))).toMatchObject([
      {
        rule: "load-balancer/annotations",
        where: { address: "azureml/Service/azureml-fe", attribute: expect.stringMatching(/^metadata\.annotations/) },
      },
    ]);
  });
  it("gives nothing of a secret away", () => {
    const json = JSON.stringify(audit(list(secret({ "my-own-key": "c2VjcmV0", "key.pem": "c2VjcmV0" }), service({}))));
    expect(json).not.toMatch(/c2VjcmV0|my-own-key/);
  });
});

describe("secrets", () => {
  const renderers = Promise.all(FORMAT_NAMES.map(rendererOf));
  const SECRET = "hunter2-EXAMPLE";
  const names = [
    "kube_config_raw",
    "kube_admin_config_raw",
    "client_secret",
    "primary_access_key",
    "password",
    "sslKey",
  ];
  const shell = fc.constantFrom(
    (name: string) => ({ [name]: SECRET }),
    (name: string) => ({ [name]: [{ [name]: SECRET, host: SECRET }] }),
    (name: string) => ({ service_principal: [{ [name]: SECRET }] }),
    (name: string) => ({
      default_node_pool: [{ name: "pool", vm_size: "Standard_DS2_v2", node_count: 1, [name]: SECRET }],
    }),
  );
  const state = fc.tuple(shell, fc.constantFrom(...names), fc.boolean()).map(([make, name, isRaw]): Json => {
    const values = { name: "aks", location: "westeurope", id: CLUSTER_ID, ...make(name) };
    const others = [
      { type: "random_password", values: { result: SECRET, id: "none" } },
      { type: "azurerm_key_vault_secret", values: { value: SECRET, name: "x" } },
      { type: "kubernetes_secret_v1", values: { metadata: [{ name: "s" }], data: { [SECRET]: SECRET } } },
      {
        type: "kubernetes_manifest",
        values: { manifest: { kind: "Secret", data: { a: SECRET } }, object: { data: { a: SECRET } } },
      },
      { type: "azurerm_kubernetes_cluster_extension", values: { configuration_protected_settings: { a: SECRET } } },
    ];
    const resources = [{ type: "azurerm_kubernetes_cluster", values }, ...others];
    return isRaw
      ? {
          version: 4,
          serial: 1,
          lineage: "x",
          resources: resources.map(({ type, values }) => ({
            mode: "managed",
            type,
            name: "r",
            instances: [{ attributes: values, sensitive_attributes: [] }],
          })),
        }
      : {
          format_version: "1.0",
          values: {
            outputs: { secret: { value: SECRET, sensitive: true } },
            root_module: {
              resources: resources.map(({ type, values }) => ({
                address: `${type}.r`,
                mode: "managed",
                type,
                name: "r",
                values,
                sensitive_values: {
                  result: true,
                  value: true,
                  data: true,
                  ...(type === "azurerm_kubernetes_cluster" ? {} : {}),
                },
              })),
            },
          },
        };
  });
  const tree = fc
    .constantFrom("cert", "key", "secret", "adminPassword", "kubeConfig", "clientSecret")
    .map((name) =>
      Object.assign(
        cluster({ servicePrincipalProfile: { clientId: "x", [name]: SECRET }, windowsProfile: { [name]: SECRET } }),
      ),
    );
  it("of states and answers are in no report", async () => {
    const all = await renderers;
    await fc.assert(
      fc.asyncProperty(fc.oneof(state, tree), fc.nat(all.length - 1), async (json, format) => {
        const report = audit(json, compute({ sslConfiguration: { status: "Enabled", cert: SECRET, key: SECRET } }));
        expect(report.findings.filter(({ rule }) => rule === "rule/crashed")).toEqual([]);
        const text = await all[format]?.(report, { colour: false });
        expect(`${JSON.stringify(report)}${text}${toMermaid(report.draw?.().after as never)}`).not.toContain(SECRET);
      }),
      { numRuns: runs(60, 20) },
    );
  });
});

describe("the command", () => {
  const folder = temporaryFolder();
  const write = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content);
    return name;
  };
  it("reads files and standard input, in any encoding, and exits as the others do", () => {
    const files = [
      write("cluster.json.gz", gzipSync(JSON.stringify(cluster()))),
      write("computes.json", Buffer.from(`\uFEFF${JSON.stringify([compute()])}`, "utf16le")),
    ];
    const run = (...args: string[]): ReturnType<typeof azuremlAks> =>
      azuremlAks(["audit", ...args], {
        cwd: folder,
        input: JSON.stringify([compute({ clusterPurpose: "DevTest" }, "other")]),
      });
    const text = run(...files);
    expect(text).toMatchObject({ status: 0, stderr: "" });
    expect(text.stdout).toMatch(
      /^cluster\.json\.gz \/subscriptions\/\S+ properties\.agentPoolProfiles\[0\]\.count +note +attachment\/production-size$/m,
    );
    expect(text.stdout).not.toContain("before the apply");
    expect(run(...files, "-", "--fail-on", "warning").status).toBe(1);
    const acknowledged = run(
      ...files,
      "--fail-on",
      "note",
      "--format",
      "json",
      "--acknowledge",
      "attachment/production-size=known",
    );
    const { findings } = JSON.parse(acknowledged.stdout);
    expect(findings.find(({ rule }: Json) => rule === "attachment/production-size")).toMatchObject({
      acknowledged: { reason: "known" },
    });
  });
  it("names what it cannot read", () => {
    write("broken.json", '{"id": "x');
    write("aks.yaml", "agentPoolProfiles:\n- count: 1\n");
    const message = (...args: string[]): string => {
      const { status, stdout, stderr } = azuremlAks(["audit", ...args], { cwd: folder });
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      return stderr;
    };
    expect(message("broken.json")).toMatch(
      /^azureml-aks: broken\.json is not complete JSON: .*make it again with the same command\n$/,
    );
    expect(message("aks.yaml")).toMatch(/^azureml-aks: aks\.yaml is YAML: give a state .*`az \.\.\. -o json`/);
    expect(message("missing.json")).toMatch(/^azureml-aks: missing\.json: /);
    expect(message(".")).toMatch(/^azureml-aks: \.: this is a folder, and files are needed/);
    expect(message("broken.json", "--max-size", "0")).toMatch(/^azureml-aks: --max-size: give a whole number/);
  });
});
