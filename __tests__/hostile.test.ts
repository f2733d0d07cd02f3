import { describe, expect, it } from "vitest";
import type { Report } from "../report/report.ts";
import { exitStatus } from "../report/report.ts";
import { reviewOf } from "../review/review.ts";
import { attachment, cluster, example, extension, kubernetesCompute } from "../rules/examples.ts";
import { readPlanFile } from "../sources/plan/file.ts";
import { readPlan } from "../sources/plan/json.ts";
import type { Json } from "./helpers.ts";
import { planOf } from "./plan-of.ts";

const stackOf = (...parts: object[]): Json => example("", ...parts).stacks.stack;
const review = (plan: Json): Report =>
  reviewOf([{ name: "stack", file: "plan.json", plan: readPlan(readPlanFile(Buffer.from(JSON.stringify(plan)))) }], {
    today: "2026-11-27",
  });
const created = (type: string, after: object, address = `${type}.x`): Json => ({
  format_version: "1.2",
  resource_changes: [{ address, mode: "managed", type, name: "x", change: { actions: ["create"], after } }],
});

/** What every object has by itself, and what an object without its own text breaks. */
const NAMES = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"];

describe("a plan is reviewed whatever stands in it", () => {
  it.each(NAMES)("a type, a kind, an action and a reason named %s", (name) => {
    const manifest = {
      manifest: { apiVersion: "v1", kind: name, metadata: { name: "azureml-fe", namespace: "azureml" } },
    };
    const settings = { configuration_settings: { [name]: "x" }, extension_type: "Microsoft.AzureML.Kubernetes" };
    for (const plan of [
      created(name, { name }),
      created(`kubernetes_${name}`, { metadata: [{ name: "azureml-fe" }] }),
      created("kubernetes_manifest", manifest),
      created("azurerm_kubernetes_cluster_extension", settings),
      created("azurerm_kubernetes_cluster", { name, location: name, network_profile: [{ outbound_type: name }] }),
    ])
      expect(exitStatus(review(plan), "never")).toBe(0);
    const replaced = planOf(stackOf(cluster({ name: "b" })), {
      before: stackOf(cluster()),
      replacing: { "azurerm_kubernetes_cluster.cluster": [] },
    });
    replaced.resource_changes[0].action_reason = name;
    expect(review(replaced).changes?.[0]?.consequence).toMatch(/and creates it again: every deployment/);
  });
  it("a range that is an object or a list", () => {
    const ranges = [
      JSON.parse('{"toString":null,"valueOf":null}'),
      JSON.parse('{"__proto__":1}'),
      [["10.0.0.0/8"]],
      null,
      7,
    ];
    const plan = planOf(stackOf(cluster(), attachment()));
    plan.resource_changes[0].change.after.api_server_access_profile = [{ authorized_ip_ranges: ranges }];
    const report = review(plan);
    expect(report.findings.map(({ rule }) => rule)).not.toContain("rule/crashed");
    expect(report.findings.map(({ message }) => message).join()).toContain("(an object)");
  });
  it("an address and a configuration that are thousands of modules deep", () => {
    const deep = "module.m.".repeat(5_000);
    expect(
      exitStatus(
        review(created("azurerm_kubernetes_cluster", { name: "aks" }, `${deep}azurerm_kubernetes_cluster.x`)),
        "never",
      ),
    ).toBe(0);
    const plan = created("azurerm_kubernetes_cluster", { name: "aks" }, `${deep}azurerm_kubernetes_cluster.x`);
    plan.resource_changes[0].module_address = deep.slice(0, -1);
    let module: Json = { resources: [{ address: "azurerm_kubernetes_cluster.x", expressions: {} }] };
    for (let level = 0; level < 300; level++) module = { module_calls: { m: { module } } };
    plan.configuration = { root_module: module };
    expect(exitStatus(review(plan), "never")).toBe(0);
  });
});

describe("an extension of another type", () => {
  const flux = extension({}, { extension_type: "microsoft.flux" });
  const replacing = { "azurerm_kubernetes_cluster_extension.extension": ["extension_type"] };
  const meaning = (before: object, after: object): string | undefined =>
    review(planOf(stackOf(after, kubernetesCompute()), { before: stackOf(before, kubernetesCompute()), replacing }))
      .changes?.[0]?.consequence;
  it("takes the place of Azure ML's", () => {
    expect(meaning(extension(), flux)).toMatch(/^Removes the Azure ML extension .* because of extension_type/);
  });
  it("makes place for it", () => {
    expect(meaning(flux, extension())).toMatch(/^Installs the Azure ML extension/);
  });
});
