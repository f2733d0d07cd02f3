import { describe, expect, it } from "vitest";
import { renderJunit } from "../report/junit.ts";
import { verdictOf } from "../report/report.ts";
import type { Review } from "../review/review.ts";
import { reviewOf } from "../review/review.ts";
import { attachment, cluster, clusterId, example, frontEnd } from "../rules/examples.ts";
import { readPlan } from "../sources/plan/json.ts";
import type { Json } from "./helpers.ts";
import { planOf } from "./plan-of.ts";

const CLUSTER = "Microsoft.ContainerService/managedClusters@2025-10-01";
const COMPUTE = "Microsoft.MachineLearningServices/workspaces/computes@2025-06-01";

const planFor = (...parts: object[]): Json => planOf(example("", ...parts).stacks.stack as Json);
const review = (plan: Json): Review =>
  reviewOf([{ name: "stack", file: "plan.json", plan: readPlan(plan) }], { today: "2026-11-26" });
const meanings = (plan: Json): string[] => review(plan).changes.map(({ address, meaning }) => `${address} ${meaning}`);
const errors = ({ findings }: Review): string[] =>
  findings.filter(({ verdict, level }) => verdict === "fail" && level === "error").map(({ rule }) => rule);

/** An action of azapi, as resource: azapi makes no cluster with it. */
const action = (changes: object, type = CLUSTER): object => ({
  resource: {
    azapi_resource_action: {
      ask: { type, resource_id: clusterId("aks-cluster"), method: "POST", when: "apply", ...changes },
    },
  },
});

describe("what azapi asks Azure to do", () => {
  it.each<[what: string, json: object, expected: RegExp | undefined]>([
    ["stops a cluster", action({ action: "stop" }), /^other Stops the AKS cluster aks-cluster: every deployment/],
    ["reads credentials, which changes nothing", action({ action: "listClusterAdminCredential" }), undefined],
    ["rotates certificates", action({ action: "rotateClusterCertificates" }), /^rotate-nodes Rotates the certificates/],
    ["deletes a cluster", action({ method: "DELETE" }), /^destroy-cluster Deletes the AKS cluster aks-cluster/],
    [
      "detaches a compute",
      action({ method: "DELETE", resource_id: `${clusterId("x")}/computes/scoring` }, COMPUTE),
      /^detach Detaches or deletes the compute scoring/,
    ],
    ["does what nobody knows", action({ action: "abort" }), /^other Asks Azure for abort of the AKS cluster/],
    ["stops a cluster when it is destroyed, and not now", action({ action: "stop", when: "destroy" }), undefined],
    [
      "stops a cluster that is made beside it",
      {
        ...cluster(),
        ...{
          resource: {
            ...(cluster() as Json).resource,
            ...(action({ action: "stop", resource_id: "${azurerm_kubernetes_cluster.cluster.id}" }) as Json).resource,
          },
        },
      },
      /Stops the AKS cluster aks-cluster/,
    ],
  ])("%s", (_, json, expected) => {
    const report = review(planFor(json));
    const said = report.changes
      .filter(({ address }) => address.includes("azapi_resource_action"))
      .map(({ meaning, consequence }) => `${meaning} ${consequence}`);
    expect(said).toEqual(expected ? [expect.stringMatching(expected)] : []);
    expect(errors(report)).toEqual([]);
  });
  it("is an action that Terraform 1.14 invokes, whatever triggers it", () => {
    const plan = planFor();
    const config_values = { type: CLUSTER, resource_id: clusterId("aks-cluster"), action: "stop" };
    const invocation = { address: "action.azapi_resource_action.stop", type: "azapi_resource_action", name: "stop" };
    plan.action_invocations = [
      { ...invocation, config_values, invoke_action_trigger: {} },
      { address: "action.local_command.echo", type: "local_command", name: "echo", config_values: {} },
    ];
    expect(meanings(plan)).toEqual(["action.azapi_resource_action.stop other"]);
    expect(review(plan).changes[0]).toMatchObject({
      actions: ["invoke"],
      consequence: expect.stringMatching(/^Stops the AKS cluster/),
    });
    plan.deferred_action_invocations = [{ reason: "deferred_prereq", action_invocation: invocation }];
    expect(review(plan).findings).toMatchObject([{ rule: "plan/incomplete", verdict: "fail" }]);
  });
  it("tells which cluster a provider talks to", () => {
    const ask = { type: CLUSTER, resource_id: clusterId("aks-cluster"), action: "listClusterUserCredential" };
    const provider = {
      kubernetes: [{ host: "${yamldecode(data.azapi_resource_action.kubeconfig.output).clusters[0].cluster.server}" }],
    };
    const json = { ...frontEnd({ "load-balancer-internal": "true" }), provider } as Json;
    json.data = { azapi_resource_action: { kubeconfig: ask } };
    const plan = planFor(json, attachment());
    expect(errors(review(plan))).toContain("load-balancer/internal-from-the-start");
  });
});

describe("a plan of another version of Terraform", () => {
  const plan = (): Json => planFor(cluster({ default_node_pool: { node_count: 1 } }), attachment());
  it("OpenTofu's, which lacks what it does not know, means what Terraform's means", () => {
    const { applyable, complete, errored, deferred_changes, ...tofu } = plan();
    expect(errors(review(tofu))).toEqual(errors(review(plan())));
    expect(review(tofu).findings.map(({ rule }) => rule)).not.toContain("plan/incomplete");
  });
  it("0.15.2's, which names what drifted by its parts alone", () => {
    const [change] = plan().resource_changes;
    const { address, ...drifted } = {
      ...change,
      change: { actions: ["update"], before: change.change.after, after: { ...change.change.after, sku_tier: "Free" } },
    };
    const found = review({ ...planFor(), format_version: "0.2", resource_drift: [drifted] });
    expect(found.findings.map(({ rule, where }) => [rule, where.address])).toEqual([]);
    const inModule = { ...drifted, module_address: 'module.aks["a"]', index: 0 };
    const configured = plan();
    configured.resource_drift = [drifted];
    configured.configuration.root_module.resources[0].expressions.sku_tier = { constant_value: "Standard" };
    expect(review(configured).findings).toContainEqual(
      expect.objectContaining({ rule: "plan/drift", where: { stack: "stack", address, attribute: "sku_tier" } }),
    );
    expect(() => review({ ...configured, resource_drift: [inModule] })).not.toThrow();
  });
  it("1.14's, with instances that are not known yet", () => {
    const [change] = plan().resource_changes;
    const later = plan();
    later.resource_changes = later.resource_changes.slice(1);
    later.deferred_changes = [
      {
        reason: "instance_count_unknown",
        resource_change: { ...change, address: "azurerm_kubernetes_cluster.cluster[*]", index_unknown: true },
      },
    ];
    expect(review(later).findings).toContainEqual(
      expect.objectContaining({ rule: "plan/incomplete", message: expect.stringContaining("cluster[*]") }),
    );
  });
});

describe("what is not judged", () => {
  const notJudged = ({ findings }: Review): string[] =>
    findings
      .filter(({ rule }) => rule === "attachment/not-judged")
      .map(({ verdict, level, message }) => `${verdict} ${level} ${message}`);
  it("is said of a cluster that nothing attaches, once, and of no other", () => {
    const two = planFor(cluster(), cluster({ name: "aks-other" }, "other"));
    expect(notJudged(review(two))).toEqual([
      expect.stringMatching(
        /^unknown note nothing here attaches azurerm_kubernetes_cluster.cluster and 1 more cluster/,
      ),
    ]);
    expect(notJudged(review(planFor(cluster(), attachment())))).toEqual([]);
  });
  it("promises no check of Terraform where the configuration has none", () => {
    const { findings } = review(planFor(cluster({ kubernetes_version: "${var.version}" }), attachment()));
    const unknown = findings.find(
      ({ rule, verdict }) => rule === "cluster/kubernetes-version" && verdict === "unknown",
    );
    expect(unknown?.message).toBe("not known yet: kubernetes_version (it comes from var.version)");
    expect(unknown?.advice).toMatch(/^what should hold: /);
  });
  it("leaves out the attachment where a plan has nothing of Azure ML", () => {
    const group = { resource: { azurerm_resource_group: { rg: { name: "rg", location: "westeurope" } } } };
    const report = review(planFor(group));
    expect(verdictOf(report)).toContain("the plan changes no AKS cluster and nothing of Azure ML");
    expect(verdictOf(report)).not.toContain("attachment");
  });
  it("has no passing test case in JUnit: only rules that were asked have", () => {
    const cases = (...parts: object[]): string[] =>
      [...renderJunit(review(planFor(...parts))).matchAll(/<testcase [^>]*name="([^" ]+)"/g)].map(
        ([, name = ""]) => name,
      );
    expect(cases(cluster())).toContain("cluster/network-policy");
    expect(cases(cluster()).filter((name) => /^load-balancer\//.test(name))).toEqual([]);
    expect(cases(cluster(), attachment())).toContain("attachment/production-size");
  });
});
