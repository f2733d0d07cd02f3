import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readPlans } from "../command-line/plans.ts";
import type { Finding, PlanChange } from "../model/finding.ts";
import { FORMAT_NAMES, rendererOf } from "../report/formats.ts";
import type { Report } from "../report/report.ts";
import { reviewOf } from "../review/review.ts";
import {
  attachment,
  azapiAttachment,
  cluster,
  clusterId,
  example,
  extension,
  frontEnd,
  kubernetesCompute,
  kubernetesSecret,
  nodePool,
} from "../rules/examples.ts";
import { readPlanFile } from "../sources/plan/file.ts";
import { readPlan } from "../sources/plan/json.ts";
import { today } from "../sources/today.ts";
import {
  azuremlAks,
  azuremlAksAlone,
  configFile,
  type Json,
  ROOT,
  small,
  synthesized,
  temporaryFolder,
} from "./helpers.ts";
import { type PlanOptions, planOf } from "./plan-of.ts";

const review = (...plans: Json[]): Report =>
  reviewOf(
    plans.map((plan, index) => ({
      name: `stack${index}`,
      file: `${index}.json`,
      plan: readPlan(readPlanFile(Buffer.from(JSON.stringify(plan)))),
    })),
    { today: today() },
  );

const stackOf = (...parts: object[]): Json => example("", ...parts).stacks.stack;
const planFor = (after: object[], before: object[] = [], replacing: PlanOptions["replacing"] = {}): Json =>
  planOf(stackOf(...after), { before: stackOf(...before), replacing });

const meanings = ({ changes = [] }: Report): string[] =>
  changes.map(({ meaning, because }) => [meaning, ...because].join(" "));
const found = ({ findings }: Report): string[] =>
  findings.map(({ rule, verdict, level }) => (verdict === "unknown" ? `${rule} unknown` : `${rule} ${level}`));

const INFERENCE = "azurerm_machine_learning_inference_cluster.attachment";
const EXTENSION = "azurerm_kubernetes_cluster_extension.extension";
const CLUSTER = "azurerm_kubernetes_cluster.cluster";
const POOL = "azurerm_kubernetes_cluster_node_pool.models";
const pool = (changes: object): object => cluster({ default_node_pool: changes });
const internal = { loadBalancerType: "InternalLoadBalancer", loadBalancerSubnet: "snet" };

describe("what a change means", () => {
  const cases: [shows: string, plan: Json, meanings: string[], consequence: RegExp][] = [
    ["a new cluster", planFor([cluster()]), ["create-cluster"], /10 minutes/],
    [
      "a new attachment",
      planFor([cluster(), attachment()], [cluster()]),
      ["attach"],
      /the cluster aks-cluster to its workspace .* public load balancer/,
    ],
    [
      "an internal load balancer",
      planFor([cluster(), azapiAttachment(internal)], [cluster()]),
      ["attach"],
      /an internal load balancer/,
    ],
    ["nothing", planFor([cluster(), attachment()], [cluster(), attachment()]), [], /^$/],
    ["an attachment that goes", planFor([cluster()], [cluster(), attachment()]), ["detach"], /the AKS cluster stays/],
    [
      "all of it goes",
      planFor([], [cluster(), attachment()]),
      ["destroy-cluster", "detach"],
      /cannot be restored.*deleted in the same run/,
    ],
    [
      "TLS through azurerm",
      planFor([cluster(), attachment({ ssl: { leaf_domain_label: "contoso" } })], [cluster(), attachment()], {
        [INFERENCE]: ["ssl"],
      }),
      ["reattach ssl"],
      /because of ssl: its scoring endpoints are down/,
    ],
    [
      "a rebuild",
      planFor([cluster({ network_profile: { network_plugin: "kubenet" } })], [cluster()], {
        [CLUSTER]: ["network_profile"],
      }),
      ["rebuild-cluster network_profile"],
      /every deployment on it ends/,
    ],
    [
      "more nodes",
      planFor([pool({ node_count: 5 })], [cluster()]),
      ["scale default_node_pool[0].node_count"],
      /from 3 to 5/,
    ],
    [
      "another size",
      planFor([pool({ vm_size: "Standard_D8s_v5" })], [cluster()]),
      ["rotate-nodes default_node_pool[0].vm_size"],
      /temporary pool/,
    ],
    [
      "an upgrade",
      planFor([cluster({ kubernetes_version: "1.35" })], [cluster({ kubernetes_version: "1.34" })]),
      ["upgrade kubernetes_version"],
      /from 1\.34 to 1\.35/,
    ],
    [
      "several at once",
      planFor([pool({ vm_size: "Standard_D8s_v5", node_count: 4 })], [cluster()]),
      ["rotate-nodes default_node_pool[0].vm_size default_node_pool[0].node_count"],
      /new nodes.*Changes the number of nodes.*from 3 to 4/s,
    ],
    [
      "something else of the cluster",
      planFor([cluster({ tags: { a: "b" } })], [cluster()]),
      ["other tags"],
      /^Updates the cluster in place \(tags\)\.$/,
    ],
    ["another pool", planFor([cluster(), nodePool()], [cluster()]), ["scale"], /Adds the node pool models/],
    [
      "a pool that is rebuilt",
      planFor([cluster(), nodePool({ name: "x" })], [cluster(), nodePool()], { [POOL]: ["name"] }),
      ["rotate-nodes name"],
      /Deletes the node pool x/,
    ],
    [
      "the purpose through azapi",
      planFor([azapiAttachment({ clusterPurpose: "DenseProd" })], [azapiAttachment()]),
      ["update-attachment body.properties.properties.clusterPurpose"],
      /in place .*: it is not detached/,
    ],
    [
      "a switch of the load balancer",
      planFor([azapiAttachment(internal)], [azapiAttachment()]),
      [
        "change-load-balancer body.properties.properties.loadBalancerType body.properties.properties.loadBalancerSubnet",
      ],
      /to InternalLoadBalancer/,
    ],
    [
      "a renewed certificate",
      planFor(
        [azapiAttachment({}, { tags: { certificateVersion: "2" } })],
        [azapiAttachment({}, { tags: { certificateVersion: "1" } })],
      ),
      ["change-tls tags.certificateVersion"],
      /TLS of the scoring endpoints/,
    ],
    [
      "a KubernetesCompute",
      planFor([extension(), kubernetesCompute()], [extension()]),
      ["attach"],
      /as the compute batch, .* through the cluster's extension/,
    ],
    [
      "a KubernetesCompute that goes",
      planFor([extension()], [extension(), kubernetesCompute()]),
      ["detach"],
      /its AKS cluster aks-cluster is not to be seen here/,
    ],
    [
      "a KubernetesCompute in another namespace",
      planFor([kubernetesCompute({ namespace: "other" })], [kubernetesCompute()]),
      ["update-attachment body.properties.properties.namespace"],
      /which it does not do: .* Detach and attach/,
    ],
    ["a new extension", planFor([extension()], []), ["install-extension"], /Installs the Azure ML extension azureml/],
    [
      "an extension that goes",
      planFor([], [extension()]),
      ["remove-extension"],
      /every KubernetesCompute on the cluster end/,
    ],
    [
      "an extension that is replaced",
      planFor([extension({}, { name: "ml" })], [extension()], { [EXTENSION]: ["name"] }),
      ["reattach name"],
      /because of name: the jobs and endpoints/,
    ],
    [
      "another certificate of the extension",
      planFor([extension({ sslCname: "b.contoso.com" })], [extension()]),
      ["change-tls configuration_settings.sslCname"],
      /TLS of the scoring endpoints/,
    ],
    [
      "a switch of the extension's load balancer",
      planFor([extension({ internalLoadBalancerProvider: "azure" })], [extension()]),
      ["change-load-balancer configuration_settings.internalLoadBalancerProvider"],
      /their address changes/,
    ],
    [
      "the secret of the certificate, removed",
      planFor([], [kubernetesSecret({ data: { "cert.pem": "CERT", "key.pem": "KEY" } })]),
      ["change-tls"],
      /lose TLS/,
    ],
    [
      "annotations, removed",
      planFor([], [frontEnd({ "load-balancer-internal": "true" })]),
      ["change-load-balancer"],
      /Takes the annotations off/,
    ],
    [
      "another cluster behind the compute",
      planFor([azapiAttachment({}, { body: { properties: { resourceId: clusterId("other") } } })], [azapiAttachment()]),
      ["reattach body.properties.resourceId"],
      /Puts another cluster behind the compute scoring, the cluster other/,
    ],
    [
      "a compute of the other kind",
      planFor([azapiAttachment({}, { body: { properties: { computeType: "Kubernetes" } } })], [azapiAttachment()]),
      ["reattach body.properties.computeType"],
      /Makes the AksCompute scoring a KubernetesCompute/,
    ],
    [
      "the secret of the certificate",
      planFor([kubernetesSecret({ data: { "cert.pem": "${var.certificate}", "key.pem": "${var.key}" } })]),
      ["change-tls"],
      /secret scoring-tls/,
    ],
  ];
  it.each(cases)("%s", (_, plan, expected, consequence) => {
    const report = review(plan);
    expect(meanings(report)).toEqual(expected);
    expect((report.changes ?? []).map((change: PlanChange) => change.consequence).join(" ")).toMatch(consequence);
  });
  const edited = (plan: Json, edit: (entry: Json) => void): Json => {
    for (const entry of plan.resource_changes) edit(entry);
    return plan;
  };
  it("says what an import, a move, a forgotten and a deposed one mean", () => {
    const unchanged = (): Json => planFor([attachment()], [attachment()]);
    const only = (edit: (entry: Json) => void): string =>
      review(edited(unchanged(), edit)).changes?.map(({ meaning, consequence }) => `${meaning}: ${consequence}`)[0] ??
      "";
    expect(only((entry) => Object.assign(entry.change, { importing: { id: "x" } }))).toMatch(/^other: Imports/);
    expect(
      only((entry) => Object.assign(entry, { previous_address: "azurerm_machine_learning_inference_cluster.old" })),
    ).toMatch(/^other: .*inference_cluster\.old/);
    expect(only((entry) => Object.assign(entry.change, { actions: ["forget"], after: null }))).toMatch(
      /^other: Terraform forgets/,
    );
    expect(only((entry) => Object.assign(entry.change, { actions: ["create", "forget"] }))).toMatch(
      /^attach: .*stays attached/,
    );
    expect(
      only((entry) =>
        Object.assign(entry, { deposed: "abcd", change: { ...entry.change, actions: ["delete"], after: null } }),
      ),
    ).toMatch(/^detach: .*earlier replacement/);
  });
  it("says why Terraform replaces what no attribute forces", () => {
    const plan = planFor([attachment()], [attachment()], { [INFERENCE]: [] });
    plan.resource_changes[0].action_reason = "replace_because_tainted";
    expect(review(plan).changes?.[0]?.consequence).toContain("because it is tainted");
  });
});

describe("what a plan does to a KubernetesCompute", () => {
  const said = (rule: string, ...plans: Json[]): string[] =>
    review(...plans).findings.flatMap((finding) =>
      finding.rule === rule && finding.verdict === "fail" ? [`${finding.message}: ${finding.advice}`] : [],
    );
  it("removes its extension: an error for every compute that lives, in another stack too", () => {
    const own = planFor([], [extension(), kubernetesCompute()]);
    const other = planFor([kubernetesCompute({}, { name: "other" })], [kubernetesCompute({}, { name: "other" })]);
    expect(found(review(own))).not.toContain("kubernetes/extension-destroy error");
    expect(said("kubernetes/extension-destroy", own, other)).toEqual([
      expect.stringContaining("while azapi_resource.compute of stack stack1 needs it"),
    ]);
    expect(said("kubernetes/extension-destroy", planFor([], [extension()]), other)).toHaveLength(1);
  });
  it.each<[what: string, rule: string, plan: Json, expected: RegExp]>([
    [
      "detaches it",
      "attachment/detach",
      planFor([extension()], [extension(), kubernetesCompute()]),
      /remove the Azure ML extension if the cluster has no other compute/,
    ],
    [
      "replaces it",
      "attachment/replacement",
      planFor([kubernetesCompute({}, { name: "ml" })], [kubernetesCompute()], { "azapi_resource.compute": ["name"] }),
      /undo what forces this/,
    ],
  ])("%s: without a word of AksCompute", (_, rule, plan, expected) => {
    expect(said(rule, plan)).toEqual([expect.stringMatching(expected)]);
    expect(said(rule, plan).join()).not.toMatch(/azureml-fe|attachWith|certificate/);
  });
});

describe("references in a plan", () => {
  const azurerm = { name: "azurerm", expressions: { subscription_id: { references: ["var.subscription"] } } };
  const change = (address: string, module: string, after: Json, unknown: Json = {}): Json => {
    const [type, name] = address.slice(module === "" ? 0 : module.length + 1).split(".");
    return {
      address,
      ...(module ? { module_address: module } : {}),
      mode: "managed",
      type,
      name: name?.replace(/\[.*/, ""),
      change: { actions: ["create"], before: null, after, after_unknown: { id: true, ...unknown } },
    };
  };
  const aks = (size: string): Json => ({
    name: "aks",
    resource_group_name: "rg",
    location: "westeurope",
    default_node_pool: [{ name: "default", vm_size: size, node_count: 3, temporary_name_for_rotation: "tmp" }],
  });
  const compute = { name: "scoring", cluster_purpose: "FastProd", location: "westeurope" };
  const block = (type: string, expressions: Json, more: object = {}): Json => ({
    address: `${type}.this`,
    mode: "managed",
    type,
    name: "this",
    provider_config_key: "azurerm",
    expressions,
    ...more,
  });
  const clusterBlock = (more: object = {}): Json =>
    block("azurerm_kubernetes_cluster", { name: {}, default_node_pool: [{}] }, more);
  const computeBlock = (references: string[], more: object = {}): Json =>
    block("azurerm_machine_learning_inference_cluster", { kubernetes_cluster_id: { references } }, more);
  const plan = (changes: Json[], root: Json): Json => ({
    format_version: "1.2",
    resource_changes: changes,
    configuration: { provider_config: { azurerm }, root_module: root },
  });
  const size = (report: Report): string[] =>
    report.findings
      .filter(({ rule }) => rule === "attachment/production-size")
      .map(({ where, verdict }) => `${verdict} ${where.address}`);

  it("are found in each instance of a module, from variable to output", () => {
    const instances = { good: "Standard_D4s_v5", small: "Standard_DS2_v2" };
    const changes = Object.entries(instances).flatMap(([key, name]) => [
      change(`module.aks["${key}"].azurerm_kubernetes_cluster.this`, `module.aks["${key}"]`, aks(name)),
      change(
        `module.attach["${key}"].azurerm_machine_learning_inference_cluster.this`,
        `module.attach["${key}"]`,
        compute,
        { kubernetes_cluster_id: true },
      ),
    ]);
    const root = {
      module_calls: {
        aks: {
          for_each_expression: {},
          module: {
            resources: [clusterBlock()],
            outputs: {
              id: {
                expression: { references: ["azurerm_kubernetes_cluster.this.id", "azurerm_kubernetes_cluster.this"] },
              },
            },
          },
        },
        attach: {
          for_each_expression: { references: ["module.aks"] },
          expressions: { cluster_id: { references: ['module.aks["small"].id', 'module.aks["small"]'] } },
          module: { resources: [computeBlock(["var.cluster_id"])] },
        },
      },
    };
    // Both name the small cluster: each is told so.
    expect(size(review(plan(changes, root)))).toEqual(
      Array(2).fill('fail module.aks["small"].azurerm_kubernetes_cluster.this'),
    );
  });
  it("are found through each.key, each.value and count.index", () => {
    const changes = ["a", "b"].flatMap((key) => [
      change(`azurerm_kubernetes_cluster.this["${key}"]`, "", aks(key === "a" ? "Standard_D4s_v5" : "Standard_DS2_v2")),
      change(`azurerm_machine_learning_inference_cluster.this["${key}"]`, "", compute, { kubernetes_cluster_id: true }),
    ]);
    const clusters = { references: ["azurerm_kubernetes_cluster.this"] };
    const expected = ['fail azurerm_kubernetes_cluster.this["b"]'];
    for (const [references, more] of [
      [["azurerm_kubernetes_cluster.this", "each.key"], {}],
      [["each.value.id", "each.value"], { for_each_expression: clusters }],
    ] as const)
      expect(size(review(plan(changes, { resources: [clusterBlock(), computeBlock([...references], more)] })))).toEqual(
        expected,
      );
  });
  it("are found by way of a node pool that holds the cluster's ID, which is not taken for a cluster itself", () => {
    const changes = [
      change("azurerm_kubernetes_cluster.this", "", aks("Standard_DS2_v2")),
      change(
        "azurerm_kubernetes_cluster_node_pool.this",
        "",
        { name: "user", vm_size: "Standard_D8s_v5", node_count: 5 },
        { kubernetes_cluster_id: true },
      ),
      change("azurerm_machine_learning_inference_cluster.this", "", compute, { kubernetes_cluster_id: true }),
    ];
    const pool = block("azurerm_kubernetes_cluster_node_pool", {
      kubernetes_cluster_id: { references: ["azurerm_kubernetes_cluster.this.id"] },
    });
    const resources = [
      clusterBlock(),
      pool,
      computeBlock(["azurerm_kubernetes_cluster_node_pool.this.kubernetes_cluster_id"]),
    ];
    const report = review(plan(changes, { resources }));
    expect(report.changes?.find(({ meaning }) => meaning === "attach")?.consequence).toContain("the cluster aks ");
  });
  it("through an index are taken only where both have the same instances", () => {
    const changes = [0, 1].map((index) =>
      change(`azurerm_kubernetes_cluster.this[${index}]`, "", aks("Standard_DS2_v2")),
    );
    changes.push(
      change("azurerm_machine_learning_inference_cluster.this[0]", "", compute, { kubernetes_cluster_id: true }),
    );
    const report = review(
      plan(changes, { resources: [clusterBlock(), computeBlock(["azurerm_kubernetes_cluster.this", "count.index"])] }),
    );
    expect(size(report)).toEqual(["unknown azurerm_machine_learning_inference_cluster.this[0]"]);
  });
  it("that lead to one of several clusters, nobody knows which, are unknown", () => {
    const changes = ["a", "b"].map((key) =>
      change(`azurerm_kubernetes_cluster.this["${key}"]`, "", aks("Standard_DS2_v2")),
    );
    changes.push(
      change("azurerm_machine_learning_inference_cluster.this", "", compute, { kubernetes_cluster_id: true }),
    );
    const report = review(
      plan(changes, { resources: [clusterBlock(), computeBlock(["azurerm_kubernetes_cluster.this", "local.which"])] }),
    );
    expect(size(report)).toEqual(["unknown azurerm_machine_learning_inference_cluster.this"]);
  });
  it("that go in circles end", () => {
    const circle = { expression: { references: ["var.x"] } };
    const root = {
      module_calls: {
        m: {
          expressions: { x: { references: ["module.m.y"] } },
          module: { outputs: { y: circle }, resources: [computeBlock(["var.x"])] },
        },
      },
    };
    const changes = [
      change("module.m.azurerm_machine_learning_inference_cluster.this", "module.m", compute, {
        kubernetes_cluster_id: true,
      }),
    ];
    expect(size(review(plan(changes, root)))).toEqual([
      "unknown module.m.azurerm_machine_learning_inference_cluster.this",
    ]);
  });
  it("lead from plan to plan, by the outputs that stacks give", () => {
    const stacks = synthesized(
      small({
        create: { nodePool: { vmSize: "Standard_DS2_v2", nodeCount: 3 } },
        attachment: { clusterPurpose: "FastProd" },
      }),
    );
    const plans = Object.entries(stacks).map(([name, json]) => ({ name, file: name, plan: readPlan(planOf(json)) }));
    const report = reviewOf(plans, { today: today() });
    expect(size(report)).toEqual(["fail azurerm_kubernetes_cluster.cluster"]);
    expect(report.findings.every(({ where }) => where.plan === where.stack)).toBe(true);
    // One alone cannot know.
    expect(size(reviewOf(plans.slice(1), { today: today() }))).toEqual([
      "unknown azurerm_machine_learning_inference_cluster.attachment",
    ]);
  });
});

describe("a healthy cluster as Azure answers it", () => {
  const ssl = { cert: "", key: "", cname: "", leaf_domain_label: "contoso", overwrite_existing_domain: false };
  const answered = {
    kubernetes_version: "1.34.1",
    private_dns_zone_id: "",
    dns_prefix_private_cluster: "",
    default_node_pool: {
      name: "agentpool",
      vm_size: "Standard_D4s_v5",
      node_count: 8,
      min_count: 0,
      max_count: 0,
      auto_scaling_enabled: false,
      vnet_subnet_id: "",
      orchestrator_version: "1.33.5",
      temporary_name_for_rotation: "agentpooltmp",
    },
    network_profile: {
      network_plugin: "azure",
      network_mode: "",
      service_cidr: "",
      dns_service_ip: "",
      load_balancer_sku: "standard",
      outbound_type: "loadBalancer",
    },
  };
  /** Nothing changes; what the configuration gives is a variable, or a block that `dynamic` makes, or not there. */
  const unchanged = (expressionOf: (name: string, value: Json) => Json): Json => {
    const parts = [cluster(answered), attachment({ ssl })];
    const plan = planFor(parts, parts);
    for (const block of plan.configuration.root_module.resources)
      block.expressions = Object.fromEntries(
        Object.entries<Json>(block.expressions).flatMap(([name, value]) => {
          const expression = expressionOf(name, value);
          return expression === undefined ? [] : [[name, expression]];
        }),
      );
    return plan;
  };
  const variable = { references: ["var.x"] };
  const inBlocks = (value: Json, expression: Json): Json =>
    Array.isArray(value)
      ? value.map((block) => Object.fromEntries(Object.keys(block).map((key) => [key, expression])))
      : expression;
  it.each<[string, (name: string, value: Json) => Json]>([
    ["given by variables that are null", (_, value) => inBlocks(value, variable)],
    ["in blocks that dynamic makes", (_, value) => (Array.isArray(value) ? undefined : variable)],
    [
      "beside what the configuration gives",
      (_, value) => (Array.isArray(value) ? [{}] : value.constant_value === "" ? undefined : value),
    ],
  ])("breaks no rule: zero values %s", (_, expressionOf) => {
    expect(found(review(unchanged(expressionOf))).filter((each) => each.endsWith("error"))).toEqual([]);
  });
  it("may have another number of nodes than its bounds, where the autoscaler made it so", () => {
    const autoscaled = [pool({ auto_scaling_enabled: true, min_count: 1, max_count: 3, node_count: 8 })];
    const plan = planFor(autoscaled, autoscaled);
    expect(found(review(plan))).toContain("cluster/autoscaling-bounds note");
    delete plan.configuration.root_module.resources[0].expressions.default_node_pool[0].node_count;
    expect(found(review(plan))).not.toContain("cluster/autoscaling-bounds note");
  });
});

describe("input that wants to break it", () => {
  const size = (report: Report): string[] =>
    report.findings
      .filter(({ rule }) => rule === "attachment/production-size")
      .map(({ where, verdict }) => `${verdict} ${where.address}`);
  const expression = (text: string): Json => {
    const plan = planFor([
      cluster(),
      attachment({ kubernetes_cluster_id: "${azurerm_kubernetes_cluster.cluster.id}" }),
    ]);
    const [, block] = plan.configuration.root_module.resources;
    block.expressions.kubernetes_cluster_id = {
      constant_value: text,
      references: ["azurerm_kubernetes_cluster.cluster.id", "var.a"],
    };
    return plan;
  };
  it.each([
    ["a tab in a string", '${join("\t", [var.a, "b"])}'],
    ["an escape that JSON does not know", '${join("\\U0001F600", [var.a])}'],
    ["deep parentheses", `\${${"[".repeat(3000)}}`],
    ["deep calls", `\${${"concat(".repeat(3000)}}`],
    ["endless indices", `\${${"a[".repeat(100_000)}}`],
  ])("ends in a verdict: %s", (_, text) => {
    expect(size(review(expression(text)))).toEqual([`unknown ${INFERENCE}`]);
  });
  it("ends soon where every output refers twice to the next", () => {
    const call = (index: number): Json => ({
      expressions: { a: { references: [`module.m${index + 1}.a`] }, b: { references: [`module.m${index + 1}.b`] } },
      module: {
        outputs: {
          a: { expression: { references: ["var.a", "var.b"] } },
          b: { expression: { references: ["var.a", "var.b"] } },
        },
      },
    });
    const plan = planFor([attachment({ kubernetes_cluster_id: "${module.m0.a}" })]);
    plan.configuration.root_module.module_calls = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`m${index}`, call(index)]),
    );
    expect(size(review(plan))).toEqual([`unknown ${INFERENCE}`]);
  });
});

describe("a cluster that azapi reads", () => {
  const pool = {
    vmSize: "Standard_D4s_v5",
    count: 2,
    osType: "Linux",
    mode: "System",
    type: "VirtualMachineScaleSets",
    enableAutoScaling: false,
  };
  const judged = (agentPoolProfiles: object[], rest: object = {}): string[] => {
    const data = {
      type: "Microsoft.ContainerService/managedClusters@2025-10-01",
      resource_id: clusterId("aks-cluster"),
      response_export_values: ["sku.name", "properties.agentPoolProfiles", "properties.nodeProvisioningProfile.mode"],
      location: "westeurope",
      output: { properties: { agentPoolProfiles }, ...rest },
    };
    const report = review(
      planFor([
        { data: { azapi_resource: { cluster: data } } },
        attachment({ kubernetes_cluster_id: "${data.azapi_resource.cluster.id}" }),
      ]),
    );
    return report.findings
      .filter(({ rule }) => rule === "attachment/production-size" || rule === "attachment/region")
      .map(({ rule, verdict, where, message }) => `${rule} ${verdict} ${where.address} ${message.split(",")[0]}`);
  };
  const short = (message: string): string[] => [
    `attachment/production-size fail data.azapi_resource.cluster ${message}`,
  ];
  const unknown = [
    "attachment/production-size unknown azurerm_machine_learning_inference_cluster.attachment not known: data.azapi_resource.cluster output.properties.agentPoolProfiles",
  ];
  const comesAndGoes = [
    "attachment/production-size unknown azurerm_machine_learning_inference_cluster.attachment node auto-provisioning adds nodes as they are needed: data.azapi_resource.cluster output.properties.nodeProvisioningProfile.mode",
  ];
  const unknownCount = unknown.map((each) => `${each}[0].count`);
  it.each<[what: string, pools: object[], expected: string[], rest?: object]>([
    ["2 x 4 vCPUs", [pool], short("2 x Standard_D4s_v5 = 8 vCPUs")],
    ["3 x 4 vCPUs", [{ ...pool, count: 3 }], []],
    [
      "autoscaling from 1, 3 now",
      [{ ...pool, enableAutoScaling: true, minCount: 1, count: 3 }],
      short("the autoscaler may leave 1 x Standard_D4s_v5 = 4 vCPUs"),
    ],
    ["autoscaling from 3, 2 now", [{ ...pool, enableAutoScaling: true, minCount: 3 }], []],
    [
      "8 nodes of which 6 are for Windows",
      [pool, { ...pool, count: 6, osType: "Windows" }],
      short("2 x Standard_D4s_v5 = 8 vCPUs"),
    ],
    ["spot nodes", [pool, { ...pool, count: 6, scaleSetPriority: "Spot" }], short("2 x Standard_D4s_v5 = 8 vCPUs")],
    [
      "nodes that a taint keeps free",
      [pool, { ...pool, count: 6, nodeTaints: ["gpu=true:NoSchedule"] }],
      short("2 x Standard_D4s_v5 = 8 vCPUs"),
    ],
    [
      "nodes with Azure ML's own taint",
      [pool, { ...pool, count: 6, nodeTaints: ["ml.azure.com/amlarc=true:NoSchedule"] }],
      [],
    ],
    ["a pool of type VirtualMachines", [{ ...pool, type: "VirtualMachines", count: 0, vmSize: "" }], unknownCount],
    ["a managed system pool", [{ ...pool, mode: "ManagedSystem" }], unknownCount],
    ["no pools", [], unknown],
    ["AKS Automatic", [pool], comesAndGoes, { sku: { name: "Automatic" } }],
  ])("is a cluster to the rules: %s", (_, pools, expected, rest) => {
    expect(judged(pools, rest)).toEqual(expected);
  });
});

describe("what a plan says of itself", () => {
  it("is found: errors, changes that are left for later, and checks", () => {
    const plan = { ...planFor([cluster(), attachment()]), errored: true, complete: false };
    const [first, ...rest] = plan.resource_changes;
    plan.resource_changes = rest;
    plan.deferred_changes = [{ reason: "provider_config_unknown", resource_change: first }];
    plan.checks = [
      {
        address: { kind: "check", to_display: "check.size" },
        status: "fail",
        instances: [{ problems: [{ message: "attachment/production-size: 4 vCPUs" }] }],
      },
      {
        address: { kind: "resource", to_display: CLUSTER },
        status: "error",
        instances: [{ problems: [{ message: "a condition of somebody's" }] }],
      },
      { address: { kind: "check", to_display: "check.fine" }, status: "pass" },
    ];
    const report = review(plan);
    expect(found(report)).toEqual(
      expect.arrayContaining(["plan/incomplete warning", "attachment/production-size warning", "plan/check error"]),
    );
    expect(report.findings.filter(({ rule }) => rule === "plan/incomplete").map(({ message }) => message)).toEqual([
      "Terraform ended this plan with an error",
      `this plan leaves changes to a later one: ${CLUSTER}`,
    ]);
    expect(meanings(report)).toEqual(["attach", "create-cluster"]);
  });
  it("is found in the check's own words, and where the plan holds none, what happened to it", () => {
    const plan = planFor([cluster()]);
    const check = (kind: string, status: string, problems?: object[]): object => ({
      address: { kind, to_display: `check.${status}` },
      status,
      instances: [{ status, problems }],
    });
    plan.checks = [
      check("check", "fail", [
        { message: "This cluster is private." },
        { message: "attachment/production-nodes: 2 nodes." },
      ]),
      check("check", "error"),
      check("resource", "error"),
      check("resource", "fail", []),
      check("check", "unknown"),
    ];
    const said = review(plan).findings.filter(({ where }) => where.address?.startsWith("check."));
    expect(said.map(({ rule, level, message }) => `${rule} ${level}: ${message}`).sort()).toEqual([
      "attachment/production-nodes warning: 2 nodes.",
      "plan/check error: Terraform could not evaluate this check block",
      "plan/check error: Terraform could not evaluate this condition",
      "plan/check error: this condition failed, and the plan holds no message of it",
      "plan/check warning: This cluster is private.",
    ]);
  });
  it("is found: what was changed outside, where the configuration gives it", () => {
    const plan = planFor([cluster()], [cluster()]);
    const [entry] = plan.resource_changes;
    const was = structuredClone(entry.change.before);
    const now = structuredClone(was);
    now.default_node_pool[0].node_count = 2;
    now.current_kubernetes_version = "1.35.1";
    now.tags = {};
    plan.resource_drift = [{ ...entry, change: { ...entry.change, actions: ["update"], before: was, after: now } }];
    expect(
      review(plan)
        .findings.filter(({ rule }) => rule === "plan/drift")
        .map(({ message }) => message),
    ).toEqual(["changed outside of Terraform: default_node_pool[0].node_count from 3 to 2"]);
  });
});

describe("secrets", () => {
  const KEY = "-----BEGIN PRIVATE KEY-----\nEXAMPLE-KEY\n-----END PRIVATE KEY-----\n";
  const secretPlan = (): Json => {
    const plan = planFor(
      [cluster(), attachment({ ssl: { cname: "www.contoso.com", cert: "CERT", key: "EXAMPLE-KEY" } })],
      [cluster(), attachment()],
      {
        [INFERENCE]: ["ssl"],
      },
    );
    plan.variables = { tls_key: { value: KEY } };
    const [aks, compute] = plan.resource_changes;
    aks.change.after.kube_config = [{ host: "https://EXAMPLE-KEY", client_key: "EXAMPLE-KEY" }];
    aks.change.after.kube_config_raw = "EXAMPLE-KEY";
    aks.change.after.name = "EXAMPLE-KEY";
    aks.change.after_sensitive = { name: true };
    aks.change.after.default_node_pool[0].name = KEY;
    aks.change.after.tags = { password: "EXAMPLE-KEY", ["x".repeat(9)]: KEY };
    compute.change.after_sensitive = { ssl: [{ key: true }] };
    plan.resource_drift = [
      {
        ...aks,
        change: { ...aks.change, actions: ["update"], before: { ...aks.change.after, name: "EXAMPLE-KEY 2" } },
      },
    ];
    plan.checks = [
      {
        address: { kind: "check", to_display: "check.x" },
        status: "fail",
        instances: [{ problems: [{ message: `the key is ${KEY}` }] }],
      },
    ];
    plan.planned_values.outputs.secret = { sensitive: true, value: "EXAMPLE-KEY" };
    plan.planned_values.outputs.azureml_aks_stack = { sensitive: true, value: "EXAMPLE-KEY" };
    // Keys of what is masked as a whole, and an address with a password.
    compute.change.before.tags = { "EXAMPLE-KEY": "a" };
    compute.change.after.tags = { "EXAMPLE-KEY": "b" };
    compute.change.after_sensitive.tags = true;
    compute.change.replace_paths.push(["tags", "EXAMPLE-KEY"]);
    aks.change.after.http_proxy_config = [{ http_proxy: "http://user:EXAMPLE-KEY@proxy:80" }];
    return plan;
  };
  it.each(FORMAT_NAMES)("are in no report: %s", async (format) => {
    const text = await (await rendererOf(format))(review(secretPlan()), { colour: false });
    expect(text).toMatch(/key(-|&#45;)by(-|&#45;)reference/);
    expect(text).not.toContain("EXAMPLE-KEY");
  });
  it("are in no picture", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "plan.json"), JSON.stringify(secretPlan()));
    for (const format of ["svg", "dot", "mermaid"]) {
      const { status, stdout } = azuremlAks(["graph", "plan.json", "--format", format], { cwd: folder });
      expect(status).toBe(0);
      expect(stdout).toContain("www.contoso.com");
      expect(stdout).not.toContain("EXAMPLE-KEY");
    }
  });
  it("do not count as absent, and what hangs on them is not judged", () => {
    const plan = planFor([cluster(), attachment()]);
    plan.resource_changes[0].change.after_sensitive = { default_node_pool: [{ node_count: true }] };
    const [finding] = review(plan).findings.filter(({ rule }: Finding) => rule === "attachment/production-size");
    expect(finding).toMatchObject({
      verdict: "unknown",
      message: expect.stringContaining("because its value is sensitive"),
    });
  });
});

describe("the command", () => {
  const folder = temporaryFolder();
  const write = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content);
    return name;
  };
  const run = (args: string[], input?: string) =>
    azuremlAks(["review", ...args], { cwd: folder, input, env: { SOURCE_DATE_EPOCH: "1795564800" } });
  const group = { resource: { azurerm_resource_group: { rg: { name: "rg", location: "westeurope" } } } };
  const good = JSON.stringify(planFor([group], [group]));
  const bad = planFor([
    cluster({ name: "aks-bad", default_node_pool: { vm_size: "Standard_DS2_v2" } }),
    attachment({ kubernetes_cluster_id: clusterId("aks-bad") }),
  ]);

  it("takes UTF-8 and UTF-16 with and without a mark, gzip, and standard input", () => {
    const bigEndian = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();
    const files = {
      "plain.json": good,
      "mark.json": `\ufeff${good}`,
      "utf16.json": Buffer.from(`\ufeff${good}`, "utf16le"),
      "utf16-bare.json": Buffer.from(good, "utf16le"),
      "utf16be.json": bigEndian(`\ufeff${good}`),
      "utf16be-bare.json": bigEndian(good),
      "plan.json.gz": gzipSync(good),
    };
    const names = Object.entries(files).map(([name, content]) => join(folder, write(name, content)));
    expect(readPlans(names).map(({ plan }) => plan.changes.length)).toEqual(names.map(() => 1));
    expect(run(["-"], good)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(
        /^0 problems; the plan changes no AKS cluster and nothing of Azure ML.*; \d+ checks?\n$/,
      ),
    });
    const plans = temporaryFolder();
    expect(run([plans])).toMatchObject({
      status: 2,
      stderr: `azureml-aks: ${plans}: this is a folder, and files are needed: name the plans in it\n`,
    });
    expect(run(["-"], "{}")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("azureml-aks: standard input is JSON, but not a plan"),
    });
  });
  it.each([
    ["a binary plan", Buffer.from("PK\u0003\u0004rest"), /plan in Terraform's own binary form.*terraform show -json/],
    ["a state", '{"version":4,"serial":1,"lineage":"x"}', /a Terraform state/],
    ["a state that was shown", '{"format_version":"1.0","values":{}}', /a state as `terraform show -json`/],
    ["a log", '{"@level":"info","@message":"x"}\n{"@level":"info"}\n', /log that `terraform plan -json` writes/],
    ["one line of a log", '{"@level":"info","@message":"x"}', /log that `terraform plan -json` writes/],
    ["HCL", 'resource "a" "b" {\n}\n', /Terraform configuration/],
    ["text of a plan", "Terraform will perform the following actions:\n", /as people read it/],
    ["synthesized JSON", '{"terraform":{},"resource":{}}', /judged by `check`/],
    ["a provider schema", '{"format_version":"1.0","provider_schemas":{}}', /providers schema/],
    ["a report of ours", '{"schemaVersion":1,"findings":[]}', /a report of azureml-aks/],
    [
      "another major version",
      '{"format_version":"2.0","resource_changes":[]}',
      /format_version "2.0", and 0.1 to 1.x are known/,
    ],
    ["half a plan", good.slice(0, 500), /breaks off or is damaged/],
    ["a damaged archive", gzipSync(good).subarray(0, 60), /compressed, and damaged/],
    ["nothing", "", /is empty/],
    ["a list", "[1]", /is JSON, but not a plan/],
    ["words", "hello", /is not JSON/],
    [
      "wrong types",
      '{"format_version":"1.0","resource_changes":[{"address":1,"type":"x","change":{}}]}',
      /resource_changes\[0\]\.address is a number, and a text is needed/,
    ],
  ])("names what it was given: %s", (_, content, message) => {
    const file = join(folder, write("given", content));
    const refusal = new RegExp(`^${file} .*${message.source}`);
    expect(() => readPlans([file])).toThrow(refusal);
  });
  it("never quotes what it cannot read, and ends with one line and status 2", () => {
    const { status, stdout, stderr } = run([write("broken.json", '{"ssl":{"key":"SECRET-TEXT"} oops')]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^azureml-aks: broken.json is not complete JSON.*\n$/);
    expect(stderr).not.toContain("SECRET");
  });
  it("ends by --fail-on, and takes acknowledgements", () => {
    const file = write("bad.json", JSON.stringify(bad));
    expect(run([file]).status).toBe(1);
    expect(run([file, "--fail-on", "never"]).status).toBe(0);
    const acknowledged = run([file, "--acknowledge", "attachment/production-size=too small on purpose"]);
    expect(acknowledged).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("acknowledged: too small on purpose"),
    });
    const unused = run([write("good.json", good), "--acknowledge", "cluster/destroy=x"]);
    expect(unused.stdout).toContain("nothing is found that --acknowledge cluster/destroy would acknowledge");
    for (const [value, message] of [
      ["cluster/destroy", "give a rule and a reason"],
      ["cluster/destory=x", "did you mean cluster/destroy?"],
      ["attachment/one-per-cluster=x", "cannot be acknowledged"],
      ["plan/drift=x", "this is not a rule"],
    ])
      expect(run([file, "--acknowledge", value as string])).toMatchObject({
        status: 2,
        stderr: expect.stringContaining(message as string),
      });
  });
  it("names the stacks, and says which plan a finding is in", () => {
    const [one, two] = [write("one.json", JSON.stringify(bad)), write("two.json", good)];
    const { stdout } = run([one, two, "--format", "json"]);
    const { findings, changes } = JSON.parse(stdout);
    expect(findings.find(({ rule }: Finding) => rule === "attachment/production-size").where).toMatchObject({
      plan: "one.json",
      stack: "one",
    });
    expect(changes[0]).toMatchObject({
      plan: "one.json",
      stack: "one",
      meaning: "attach",
      actions: ["create"],
      because: [],
    });
    expect(JSON.parse(run([one, "--format", "json", "--stack", "mine"]).stdout).findings[0].where).toEqual(
      expect.objectContaining({ stack: "mine" }),
    );
    expect(JSON.parse(run([one, "--format", "json"]).stdout).findings[0].where).not.toHaveProperty("plan");
    expect(run([one, two, "--stack", "mine"]).stderr).toContain("give one for each");
    expect(run([one, one]).stderr).toContain("both plans of the stack one");
    expect(run(["-", "-"]).stderr).toContain("can be read once only");
  });
  it("finds lines and acknowledgements in the configuration that the stacks were made from", () => {
    const config = small({
      create: { nodePool: { vmSize: "Standard_DS2_v2", nodeCount: 3 } },
      attachment: { clusterPurpose: "FastProd" },
    });
    config.acknowledge = [{ rule: "attachment/legacy", reason: "until the migration" }];
    const file = configFile(config, folder);
    const plans = Object.entries(synthesized(config)).map(([name, json]) =>
      write(`${name}.json`, JSON.stringify(planOf(json))),
    );
    const sarif = JSON.parse(run([...plans, "--config", file, "--format", "sarif"]).stdout);
    const result = sarif.runs[0].results.find(({ ruleId }: Json) => ruleId === "attachment/production-size");
    expect(result.locations[0]).toMatchObject({
      physicalLocation: { region: { startLine: expect.any(Number) } },
      logicalLocations: [
        {
          fullyQualifiedName: "dev-scoring-cluster/azurerm_kubernetes_cluster.cluster/default_node_pool[0].node_count",
        },
      ],
    });
    expect(sarif.runs[0].results.find(({ ruleId }: Json) => ruleId === "attachment/legacy").suppressions).toHaveLength(
      1,
    );
    expect(run([plans[0] as string, "--config", write("wrong.yaml", "environments: 1\n")])).toMatchObject({
      status: 2,
      stdout: expect.stringContaining("config/invalid"),
    });
  });
  it("replaces no file that it reads", () => {
    const file = write("kept.json", good);
    expect(run([file, "--format", `json=${file}`])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("this would replace kept.json"),
    });
    expect(readFileSync(join(folder, file), "utf8")).toBe(good);
  });
  it("keeps Markdown as short as it is told, and says what has no room", () => {
    const many = planFor([], []);
    const [compute] = planFor([attachment()]).resource_changes;
    many.resource_changes = Array.from({ length: 120 }, (_, index) => ({
      ...compute,
      address: `${compute.address}${index}`,
    }));
    const file = write("many.json", JSON.stringify(many));
    for (const limit of [15_000, 4_000]) {
      const { stdout } = run([file, "--format", "markdown", "--max-length", String(limit)]);
      expect(stdout.length).toBeLessThanOrEqual(limit);
      expect(stdout.length).toBeGreaterThan(limit * 0.8);
      expect(stdout).toMatch(/\d+ more rows have no room/);
    }
    expect(run([file, "--max-length", "10"]).status).toBe(2);
  });
  it("writes no word that Atlantis takes for a failure where there is none", async () => {
    // SARIF and JUnit, which are for programs, have that word in their own.
    for (const format of FORMAT_NAMES.filter((name) => name !== "sarif" && name !== "junit"))
      expect(await (await rendererOf(format))(review(JSON.parse(good)), { colour: false }), format).not.toMatch(
        /fail/i,
      );
  });
  it("never loads cdktf or the bindings of a provider", () => {
    const coverage = temporaryFolder();
    azuremlAksAlone(["review", write("loaded.json", good)], { cwd: folder, env: { NODE_V8_COVERAGE: coverage } });
    const urls = readdirSync(coverage).flatMap((file) =>
      JSON.parse(readFileSync(join(coverage, file), "utf8")).result.map(({ url }: { url: string }) => url),
    );
    const bundles = urls
      .filter((url: string) => url.startsWith("file:") && url.includes("/dist/"))
      .map((url: string) => readFileSync(new URL(url), "utf8"));
    const sources = new Set(
      bundles.flatMap((text: string) => [...text.matchAll(/^\/\/ (\S+)$/gm)].map(([, file]) => file)),
    );
    expect(sources).toContain("review/review.ts");
    expect(
      [...sources].filter((file) =>
        /^(node_modules\/(cdktf|constructs|@cdktf|@viz-js)|constructs|stacks)\//.test(file ?? ""),
      ),
    ).toEqual([]);
  });
});

/** Plans that the real providers made, where they lie beside the checkout. */
const REAL = process.env.AZUREML_AKS_PLANS ?? join(ROOT, "../shared/plans");
describe.skipIf(!existsSync(REAL))(
  `real plans (skipped where there is no ${existsSync(REAL) ? "folder of them" : "folder of them: set AZUREML_AKS_PLANS"})`,
  () => {
    const real = (name: string): Report =>
      reviewOf([{ name, file: name, plan: readPlan(readPlanFile(readFileSync(join(REAL, `${name}.plan.json`)))) }], {
        today: today(),
      });
    const errors = ({ findings }: Report): string[] =>
      findings
        .filter(({ verdict, level }) => verdict === "fail" && level === "error")
        .map(({ rule, where }) => `${rule} ${where.address}`);
    it.each([
      ["create-and-attach", ["attach", "create-cluster"], []],
      [
        "undersized-production",
        ["attach", "create-cluster"],
        ["attachment/production-size azurerm_kubernetes_cluster.scoring"],
      ],
      ["private-load-balancer", ["attach", "create-cluster"], []],
      ["kubernetes-objects", ["change-load-balancer", "change-tls"], ["tls/key-by-reference kubernetes_secret_v1.tls"]],
      [
        "hcl-modules",
        ["attach", "attach", "create-cluster", "create-cluster"],
        ['attachment/production-size module.cluster["small"].azurerm_kubernetes_cluster.this'],
      ],
      ["detach", ["detach"], []],
      ["reattach-for-tls", ["reattach ssl"], []],
    ])("%s", (name, expectedMeanings, expectedErrors) => {
      const report = real(name);
      expect(meanings(report)).toEqual(expectedMeanings);
      expect(errors(report)).toEqual(expectedErrors);
      // What the annotations make of the load balancer hangs on an attachment that is in no plan here.
      expect(found(report).filter((each) => each.endsWith("unknown"))).toEqual(
        name === "kubernetes-objects" ? ["load-balancer/switch unknown"] : [],
      );
    });
    it("say that a detached cluster stays, and that a private load balancer is internal", () => {
      expect(real("detach").changes?.[0]?.consequence).toContain("the AKS cluster stays");
      expect(real("private-load-balancer").changes?.[0]?.consequence).toContain("an internal load balancer");
    });
    it.each(FORMAT_NAMES)("keep their key to themselves: %s", async (format) => {
      expect(await (await rendererOf(format))(real("reattach-for-tls"), { colour: false })).not.toContain(
        "EXAMPLE-KEY",
      );
    });
  },
);

it("knows a cluster by its ID", () => {
  const plan = planFor([cluster(), attachment({ kubernetes_cluster_id: clusterId("AKS-Cluster").toUpperCase() })]);
  expect(found(review(plan))).not.toContain("attachment/production-size unknown");
});
