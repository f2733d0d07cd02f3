import { describe, expect, it } from "vitest";
import {
  azuremlAks,
  configFile,
  evaluateAll,
  findings,
  hasTerraform,
  type Json,
  small,
  synthesized,
} from "../helpers.ts";

const IDENTITY =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-id/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id";
const CLUSTER_ID =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/Microsoft.ContainerService/managedClusters/aks";
const EXTENSION = { enableInference: true, inferenceRouterServiceType: "loadBalancer" };
const TLS = { cname: "www.contoso.com", certificate: { variables: true } };
const TYPE = {
  nodeSelector: { pool: "gpu" },
  requests: { cpu: "4", memory: "16Gi" },
  limits: { cpu: "8", memory: "32Gi", "nvidia.com/gpu": "1" },
};

const SMALL = { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } };

function config(attachment: object = {}, rest: { create?: object; environment?: object } = {}): Json {
  return small({ ...rest, attachment: { kind: "KubernetesCompute", clusterPurpose: undefined, ...attachment } });
}

const stacks = (...args: Parameters<typeof config>): Record<string, Json> => synthesized(config(...args));
const attached = (...args: Parameters<typeof config>): Json => stacks(...args)["dev-scoring-attachment"];
const compute = (...args: Parameters<typeof config>): Json => attached(...args).resource.azapi_resource.attachment;
const found = (value: Json): string[] =>
  findings(value).flatMap(({ rule, verdict, level }) => (verdict === "fail" && level !== "note" ? [rule] : []));

describe("KubernetesCompute is azapi_resource", () => {
  it.each<[attachment: object, expected: object]>([
    [
      {},
      {
        body: {
          properties: { computeType: "Kubernetes", resourceId: CLUSTER_ID, properties: { namespace: "default" } },
        },
      },
    ],
    [{ computeName: "x1" }, { name: "x1" }],
    [{ namespace: "ml" }, { body: { properties: { properties: { namespace: "ml" } } } }],
    [{ description: "d" }, { body: { properties: { description: "d" } } }],
    [{ tags: { a: "b" } }, { tags: { a: "b" } }],
    [{ identity: { systemAssigned: true } }, { identity: { type: "SystemAssigned" } }],
    [{ identity: { userAssigned: [IDENTITY] } }, { identity: { type: "UserAssigned", identity_ids: [IDENTITY] } }],
    [
      { defaultInstanceType: "gpu", instanceTypes: { gpu: TYPE } },
      { body: { properties: { properties: { defaultInstanceType: "gpu" } } } },
    ],
    [
      { instanceTypes: { gpu: TYPE } },
      {
        body: {
          properties: {
            properties: {
              instanceTypes: {
                gpu: { nodeSelector: TYPE.nodeSelector, resources: { requests: TYPE.requests, limits: TYPE.limits } },
              },
            },
          },
        },
      },
    ],
  ])("%j", (attachment, expected) => {
    expect(compute(attachment)).toMatchObject(expected);
  });
  it("is detached and attached where something of it changes, which Azure ML does not update; one that is taken over is not", () => {
    expect(compute().replace_triggers_refs).toEqual(["properties"]);
    expect(compute({ adopt: true })).not.toHaveProperty("replace_triggers_refs");
  });
  it("is attached to the workspace, and detached when it is destroyed", () => {
    expect(compute()).toMatchObject({
      type: "Microsoft.MachineLearningServices/workspaces/computes@2025-06-01",
      parent_id: "${data.azurerm_machine_learning_workspace.workspace.id}",
      location: "westeurope",
      delete_query_parameters: { underlyingResourceAction: ["Detach"] },
    });
    expect(attached().output.compute_id.value).toBe("${azapi_resource.attachment.id}");
  });
  it("waits for the extension, the roles and Trusted Access", () => {
    expect(compute({ extension: EXTENSION, tls: TLS, trustedAccess: true }).depends_on).toEqual([
      "azurerm_kubernetes_cluster_extension.extension",
      "azurerm_kubernetes_cluster_trusted_access_role_binding.access_trusted_access",
    ]);
    expect(compute().depends_on).toBeUndefined();
  });
  it("takes over a compute that is there", () => {
    expect(attached({ adopt: true }).import).toEqual([
      {
        to: "azapi_resource.attachment",
        id: "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/mlw/computes/scoring?api-version=2025-06-01",
      },
    ]);
  });
  it("has one user-assigned identity at most", () => {
    expect(() => compute({ identity: { userAssigned: [IDENTITY, `${IDENTITY}2`] } })).toThrow(
      /one user-assigned identity/,
    );
  });
});

describe("the stacks of a KubernetesCompute", () => {
  const order = (value: Json): Json =>
    JSON.parse(azuremlAks(["stacks", "--config", configFile(value), "--format", "json"]).stdout);
  it("apply in this order: the cluster, what is found in it, the attachment, and what the extension makes known", () => {
    const all = config({
      namespace: "ml",
      extension: EXTENSION,
      tls: TLS,
      instanceTypes: { gpu: TYPE },
      instanceTypesAs: "manifests",
    });
    expect(order(all).map(({ name, dependsOn }: Json) => [name, dependsOn])).toEqual([
      ["dev-scoring-cluster", []],
      ["dev-scoring-kubernetes", ["dev-scoring-cluster"]],
      ["dev-scoring-attachment", ["dev-scoring-cluster", "dev-scoring-kubernetes"]],
      ["dev-scoring-manifests", ["dev-scoring-attachment"]],
    ]);
  });
  it("of a cluster that another entry creates come after it, whichever is written first", () => {
    const both = config();
    const { scoring } = both.environments.dev.clusters;
    const second = {
      existing: { resourceGroup: "RG-ml", name: "AKS" },
      attachment: { kind: "KubernetesCompute", computeName: "second", namespace: "second" },
    };
    both.environments.dev.clusters = { second, scoring };
    expect(order(both).map(({ name, dependsOn }: Json) => [name, dependsOn])).toEqual([
      ["dev-scoring-cluster", []],
      ["dev-scoring-attachment", ["dev-scoring-cluster"]],
      ["dev-second-kubernetes", ["dev-scoring-cluster"]],
      ["dev-second-attachment", ["dev-second-kubernetes"]],
    ]);
  });
  it("without the extension come after it, whichever entry installs it and is written first", () => {
    const both = config();
    const { scoring } = both.environments.dev.clusters;
    const installs = {
      existing: { resourceGroup: "RG-ml", name: "AKS" },
      attachment: {
        kind: "KubernetesCompute",
        computeName: "second",
        namespace: "second",
        extension: { enableTraining: true },
      },
    };
    both.environments.dev.clusters = { scoring, installs };
    expect(order(both).map(({ name, dependsOn }: Json) => [name, dependsOn])).toEqual([
      ["dev-scoring-cluster", []],
      ["dev-installs-kubernetes", ["dev-scoring-cluster"]],
      ["dev-installs-attachment", ["dev-installs-kubernetes"]],
      ["dev-scoring-attachment", ["dev-scoring-cluster", "dev-installs-attachment"]],
    ]);
  });
  it.each<[attachment: object, namespaces: string[]]>([
    [{}, []],
    [{ namespace: "ml" }, ["ml"]],
    [{ namespace: "ml", createNamespace: false }, []],
    [{ namespace: "default", createNamespace: true }, ["default"]],
    [{ extension: EXTENSION, tls: TLS }, ["azureml"]],
    [{ extension: EXTENSION, tls: { ...TLS, secret: { createNamespace: false } } }, []],
    [{ extension: EXTENSION, tls: { ...TLS, passedBy: "protectedSettings" } }, []],
    [{ namespace: "azureml", extension: EXTENSION, tls: TLS }, ["azureml"]],
    [{ namespace: "ml", extension: EXTENSION, tls: { ...TLS, certificate: { clusterSecret: "mine" } } }, ["ml"]],
  ])("create the namespaces of %j", (attachment, namespaces) => {
    const made = stacks(attachment)["dev-scoring-kubernetes"]?.resource.kubernetes_namespace_v1 ?? {};
    expect(
      Object.values<Json>(made)
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual(namespaces);
    for (const { lifecycle } of Object.values<Json>(made))
      expect(lifecycle.ignore_changes).toEqual(["metadata[0].labels", "metadata[0].annotations"]);
  });
  it("write the certificate as the secret that the extension reads, after its namespace", () => {
    const { resource, variable } = stacks({
      extension: EXTENSION,
      tls: { ...TLS, certificate: { variables: true, version: 4 } },
    })["dev-scoring-kubernetes"];
    expect(resource.kubernetes_secret_v1.tls_secret).toMatchObject({
      metadata: { name: "azureml-tls", namespace: "azureml" },
      type: "Opaque",
      data_wo: { "cert.pem": "${var.tls_certificate}", "key.pem": "${var.tls_key}" },
      data_wo_revision: 4,
      depends_on: ["kubernetes_namespace_v1.azureml_namespace"],
    });
    expect(variable.tls_key).toMatchObject({ ephemeral: true, sensitive: true });
  });
  it("write no secret that is there, and take over one on request", () => {
    const there = stacks({ extension: EXTENSION, tls: { ...TLS, certificate: { clusterSecret: "mine" } } });
    expect(Object.keys(there)).toEqual(["dev-scoring-cluster", "dev-scoring-attachment"]);
    expect(
      there["dev-scoring-attachment"].resource.azurerm_kubernetes_cluster_extension.extension.configuration_settings[
        "scoringFe.sslSecret"
      ],
    ).toBe("mine");
    const adopted = stacks({ extension: EXTENSION, tls: { ...TLS, secret: { name: "mine", adopt: true } } })[
      "dev-scoring-kubernetes"
    ];
    expect(adopted.import).toEqual([{ to: "kubernetes_secret_v1.tls_secret", id: "azureml/mine" }]);
  });
  it("write instance types as objects on request, and then not on the compute", () => {
    const all = stacks({ instanceTypes: { gpu: TYPE }, instanceTypesAs: "manifests" });
    expect(
      all["dev-scoring-attachment"].resource.azapi_resource.attachment.body.properties.properties.instanceTypes,
    ).toBeUndefined();
    expect(all["dev-scoring-manifests"].resource.kubernetes_manifest.instance_type_gpu.manifest).toEqual({
      apiVersion: "amlarc.azureml.com/v1alpha1",
      kind: "InstanceType",
      metadata: { name: "gpu" },
      spec: { nodeSelector: TYPE.nodeSelector, resources: { requests: TYPE.requests, limits: TYPE.limits } },
    });
    expect(all["dev-scoring-manifests"].provider.kubernetes[0].host).toContain(
      "data.azurerm_kubernetes_cluster.cluster.kube_config",
    );
  });
  it("have no annotations of the load balancer, which are the extension's own", () => {
    const all = stacks({ extension: EXTENSION, tls: TLS, loadBalancer: { type: "InternalLoadBalancer" } });
    expect(all["dev-scoring-kubernetes"].resource.kubernetes_annotations).toBeUndefined();
  });
});

describe("instance types", () => {
  const problems = (attachment: object): string[] =>
    findings(config({ namespace: "ml", ...attachment })).flatMap(({ rule, verdict, message }) =>
      // That no pool has GPUs is found too.
      rule === "kubernetes/instance-type" && !message.includes("fits no node pool")
        ? [verdict === "fail" ? message : "unknown"]
        : [],
    );
  const sized = (requests: object, limits: object): object => ({
    instanceTypes: { a: { requests: { ...TYPE.requests, ...requests }, limits: { ...TYPE.limits, ...limits } } },
  });
  it.each<[requests: object, limits: object, expected: string[]]>([
    [{ cpu: "500m" }, { cpu: "0.5" }, []],
    [{ cpu: "501m" }, { cpu: "0.5" }, ["the instance type a requests more cpu than its limit: 501m of 0.5"]],
    [{ memory: "1Gi" }, { memory: "1000M" }, ["the instance type a requests more memory than its limit: 1Gi of 1000M"]],
    [{ memory: "1e9" }, { memory: "1G" }, []],
    [{ memory: "0.5Ti" }, { memory: "512Gi" }, []],
  ])("may not request more than their limits: %j of %j", (requests, limits, expected) => {
    expect(problems(sized(requests, limits))).toEqual(expected);
  });
  it("run on a pool that has their labels and is large enough", () => {
    const only = (type: object): string[] =>
      findings(config({ namespace: "ml", instanceTypes: { a: type } })).flatMap(({ rule, message }) =>
        rule === "kubernetes/instance-type" ? [message] : [],
      );
    expect(only(SMALL)).toEqual([]);
    expect(only(TYPE)).toEqual([
      expect.stringMatching(/^the instance type a fits no node pool: the pool \w+ has no label pool=gpu$/),
    ]);
    expect(only({ ...SMALL, limits: { ...SMALL.limits, "nvidia.com/gpu": "1" } })).toEqual([
      expect.stringContaining("has 0 GPUs a node"),
    ]);
  });
  it.each(["compute", "manifests"])("hold the default one, kept as %s", (instanceTypesAs) => {
    const types = { instanceTypes: { gpu: TYPE }, instanceTypesAs };
    expect(problems({ ...types, defaultInstanceType: "gpu" })).toEqual([]);
    expect(problems({ ...types, defaultInstanceType: "cpu" })).toEqual([
      "the default instance type cpu is not one of gpu",
    ]);
  });
  it("of another entry of the cluster, kept as manifests, hold it too", () => {
    const both = config({ namespace: "ml", instanceTypes: { gpu: SMALL }, instanceTypesAs: "manifests" });
    const second = (defaultInstanceType: string): string[] => {
      const attachment = { kind: "KubernetesCompute", computeName: "second", namespace: "second", defaultInstanceType };
      both.environments.dev.clusters.second = { existing: { resourceGroup: "rg-ml", name: "aks" }, attachment };
      return found(both);
    };
    expect(second("gpu")).not.toContain("kubernetes/instance-type");
    expect(second("cpu")).toContain("kubernetes/instance-type");
  });
});

describe("what lets the workspace in", () => {
  const named = { environment: { workspace: { resourceGroup: "rg-ml", name: "mlw", userAssignedIdentity: IDENTITY } } };
  const roles = (json: Json): string[] =>
    Object.values<Json>(json.resource.azurerm_role_assignment ?? {})
      .map(({ role_definition_name }) => role_definition_name)
      .sort();

  it("is the roles of its user-assigned identity, on the cluster, before it is attached", () => {
    const json = attached({}, named);
    expect(roles(json)).toEqual([
      "Azure Kubernetes Service Cluster Admin Role",
      "Kubernetes Extension Contributor",
      "Reader",
    ]);
    for (const role of Object.values<Json>(json.resource.azurerm_role_assignment))
      expect(role).toMatchObject({
        scope: CLUSTER_ID,
        principal_id: "${data.azurerm_user_assigned_identity.access_identity.principal_id}",
      });
    expect(json.resource.azapi_resource.attachment.depends_on).toHaveLength(3);
    expect(roles(attached({ trustedAccess: true }, named))).toContain("Contributor");
    expect(found(config({}, named))).not.toContain("attachment/workspace-identity-roles");
    expect(() =>
      attached(
        {},
        {
          environment: { workspace: { create: { resourceGroup: "rg", name: "mlw" }, userAssignedIdentity: IDENTITY } },
        },
      ),
    ).toThrow(/for a workspace that is there|existing workspace/);
  });
  it.runIf(hasTerraform)("is asked for in the plan where no identity is named", () => {
    const cases: [types: object[], expected: boolean][] = [
      [[], true],
      [[{ type: "SystemAssigned" }], true],
      [[{ type: "UserAssigned" }], false],
      [[{ type: "SystemAssigned, UserAssigned" }], false],
    ];
    const { condition, error_message } = attached().check.access_workspace_identity.assert[0];
    expect(error_message).toMatch(/^attachment\/workspace-identity-roles: /);
    const found = evaluateAll(
      cases.map(([identity]) => [condition, { "data.azurerm_machine_learning_workspace.workspace": { identity } }]),
    );
    expect(cases.map(([identity], at) => [identity, found[at]])).toEqual(cases);
    expect(attached({}, named).check).toBeUndefined();
  });
  it.each<[what: string, attachment: object, create: object, expected: boolean]>([
    ["an open cluster", {}, {}, false],
    ["local accounts that are off", {}, { entraId: { azureRbac: true, localAccountDisabled: true } }, true],
    ["authorized ranges", {}, { apiServer: { authorizedIpRanges: ["203.0.113.0/24"] } }, true],
    [
      "authorized ranges with those of Azure ML",
      {},
      { apiServer: { authorizedIpRanges: ["203.0.113.0/24"], includeAzureMachineLearning: true } },
      true,
    ],
    [
      "authorized ranges, and it is not wanted",
      { trustedAccess: false },
      { apiServer: { authorizedIpRanges: ["203.0.113.0/24"], includeAzureMachineLearning: true } },
      false,
    ],
    ["an open cluster, and it is wanted", { trustedAccess: true }, {}, true],
  ])("is Trusted Access, for %s", (_, attachment, create, expected) => {
    const binding = attached(attachment, { create }).resource.azurerm_kubernetes_cluster_trusted_access_role_binding
      ?.access_trusted_access;
    expect(binding !== undefined).toBe(expected);
    if (binding)
      expect(binding).toMatchObject({
        name: "mlw",
        kubernetes_cluster_id: CLUSTER_ID,
        source_resource_id: "${data.azurerm_machine_learning_workspace.workspace.id}",
        roles: ["Microsoft.MachineLearningServices/workspaces/mlworkload"],
      });
    expect(found(config(attachment, { create }))).not.toContain("cluster/local-accounts");
    expect(found(config(attachment, { create }))).not.toContain("cluster/authorized-ranges-azureml");
  });
  it("is asked for where it is missing", () => {
    expect(
      found(config({ trustedAccess: false }, { create: { entraId: { azureRbac: true, localAccountDisabled: true } } })),
    ).toContain("cluster/local-accounts");
    expect(
      found(config({ trustedAccess: false }, { create: { apiServer: { authorizedIpRanges: ["203.0.113.0/24"] } } })),
    ).toContain("cluster/authorized-ranges-azureml");
  });
  it("spares an existing cluster the check of its ranges", () => {
    const existing = (trustedAccess: boolean): string => {
      const value = config({ trustedAccess });
      const { create: _, ...scoring } = value.environments.dev.clusters.scoring;
      value.environments.dev.clusters.scoring = { existing: { resourceGroup: "rg", name: "aks" }, ...scoring };
      return JSON.stringify(synthesized(value)["dev-scoring-attachment"].resource.azapi_resource.attachment.lifecycle);
    };
    expect(existing(false)).toContain("cluster/authorized-ranges-azureml");
    expect(existing(true)).not.toContain("cluster/authorized-ranges-azureml");
    expect(existing(true)).toContain("attachment/same-subscription");
  });
});

describe("a cluster", () => {
  const two = (first: object, second: object): Json => {
    const both = small({ attachment: first });
    both.environments.dev.clusters.second = {
      existing: { resourceGroup: "rg-ml", name: "aks" },
      attachment: { computeName: "second", ...second },
    };
    return both;
  };
  const AKS = { kind: "AksCompute" };
  const KUBERNETES = { kind: "KubernetesCompute", namespace: "second" };
  const judged = (value: Json): (readonly [string, string])[] =>
    findings(value).flatMap(({ rule, verdict, level }) =>
      rule === "attachment/one-per-cluster" && verdict === "fail" ? [[rule, level] as const] : [],
    );
  it("takes several KubernetesComputes, one AksCompute, and both for a time", () => {
    expect(judged(two({ ...KUBERNETES, clusterPurpose: undefined, namespace: "first" }, KUBERNETES))).toEqual([]);
    expect(judged(two(AKS, KUBERNETES))).toEqual([["attachment/one-per-cluster", "note"]]);
    expect(judged(two(AKS, { ...KUBERNETES, namespace: "azureml-mlw" }))).toEqual([
      ["attachment/one-per-cluster", "error"],
    ]);
    expect(judged(two(AKS, AKS)).map(([, level]) => level)).toEqual(["error", "error"]);
  });
  it("with a KubernetesCompute already asks to move to it, and not to migrate", () => {
    const advice = (value: Json): string =>
      findings(value).find(({ rule }) => rule === "attachment/legacy")?.advice ?? "";
    expect(advice(small())).toContain("azureml-aks migrate");
    expect(advice(two(AKS, KUBERNETES))).toMatch(
      /^move its endpoints to the KubernetesCompute .*dev-second-attachment/,
    );
    expect(advice(two(AKS, KUBERNETES))).not.toContain("azureml-aks migrate");
  });
  it("needs the extension to take over where it has an AksCompute", () => {
    const extension = { ...EXTENSION, allowInsecureConnections: true };
    expect(found(two(AKS, { ...KUBERNETES, extension }))).toContain("kubernetes/extension-settings");
    expect(found(two(AKS, { ...KUBERNETES, extension: { ...extension, enableUpgrade: true } }))).not.toContain(
      "kubernetes/extension-settings",
    );
  });
  it("may be for production with 4 vCPUs and 14 GB, and its internal load balancer may end TLS", () => {
    const small = { nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 1 } };
    const value = config(
      { extension: EXTENSION, tls: TLS, loadBalancer: { type: "InternalLoadBalancer" }, clusterPurpose: "FastProd" },
      { create: small },
    );
    expect(found(value)).toEqual([]);
    expect(
      found(
        config(
          { extension: { enableTraining: true }, clusterPurpose: "FastProd", identity: { systemAssigned: true } },
          { create: { nodePool: { vmSize: "Standard_D2s_v5", nodeCount: 1 } } },
        ),
      ),
    ).toEqual(["cluster/system-pool-size", "attachment/production-size", "attachment/production-size"]);
  });
  it("stays alone when what is attached is taken out, and another entry attaches it", () => {
    const value = config({ namespace: "ml" });
    const { attachment, ...alone } = value.environments.dev.clusters.scoring;
    value.environments.dev.clusters = {
      scoring: alone,
      next: { existing: { resourceGroup: "rg-ml", name: "aks" }, attachment },
    };
    expect(Object.keys(synthesized(value))).toEqual([
      "dev-scoring-cluster",
      "dev-next-kubernetes",
      "dev-next-attachment",
    ]);
    expect(found(value)).toEqual([]);
    delete value.environments.dev.clusters.next.attachment;
    expect(() => synthesized(value)).toThrow(/say how it is attached/);
  });
  it("is protected from being destroyed, unless its extension is for development and test", () => {
    const prevents = (nodeCount: number): boolean =>
      stacks(
        { extension: { enableTraining: true } },
        { create: { nodePool: { vmSize: "Standard_D4s_v5", nodeCount } } },
      )["dev-scoring-cluster"].resource.azurerm_kubernetes_cluster.cluster.lifecycle?.prevent_destroy === true;
    expect([prevents(3), prevents(2)]).toEqual([true, false]);
  });
});
