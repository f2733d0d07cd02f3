import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { TRUSTED_ACCESS_ROLE } from "../../azure/azureml-extension.ts";
import { parseConfig } from "../../config/load.ts";
import { kubernetesComputesOf } from "../../model/attachment.ts";
import { beforeOf } from "../../model/before.ts";
import { readString } from "../../model/expression.ts";
import { harmless } from "../../model/harmless.ts";
import { Model } from "../../model/model.ts";
import { shownText } from "../../model/redaction.ts";
import type { Change, ResourceParts } from "../../model/resource.ts";
import { reviewOf } from "../../review/review.ts";
import { attachment, cluster, clusterId, example, kubernetesCompute, workspaceId } from "../../rules/examples.ts";
import { readPlanFile } from "../../sources/plan/file.ts";
import { readPlan } from "../../sources/plan/json.ts";
import { growth, PROPORTIONAL } from "../growth.ts";
import type { Json } from "../helpers.ts";
import { planOf } from "../plan-of.ts";

/** A model of as many resources, each made by its number. */
function modelOf(
  count: number,
  ...make: ((index: number) => Pick<ResourceParts, "type" | "attributes" | "notTold">)[]
): Model {
  const change: Change = { actions: ["no-op"], before: {}, changed: [], replacing: [], isDeposed: false };
  const resources = make.flatMap((each) =>
    Array.from({ length: count }, (_, index): ResourceParts => {
      const { type, attributes, notTold } = each(index);
      const address = `${type}.${notTold === undefined ? "x" : "update"}[${index}]`;
      return { stack: "stack", address, mode: "managed", type, attributes, notTold, provider: "azurerm", change };
    }),
  );
  return new Model([{ name: "stack", resources, outputs: {} }]);
}

/** Makes the inputs of both sizes before anything is measured. */
function growthOver<T>(make: (count: number) => T, run: (input: T) => void, size: number): number {
  const inputs = new Map([size, 8 * size].map((count) => [count, make(count)]));
  return growth((count) => run(inputs.get(count) as T), size);
}

describe("a model takes time in proportion to its resources", () => {
  it("for what was there before a plan", () => {
    const make = (count: number): Model => modelOf(count, () => ({ type: "x", attributes: {} }));
    expect(growthOver(make, beforeOf, 4_000)).toBeLessThan(PROPORTIONAL);
  });
  it("for updates of one resource", () => {
    const id = clusterId("aks");
    const attributes = { id, name: "aks" };
    const make = (count: number): void => {
      modelOf(
        count,
        (index) => ({ type: "azurerm_kubernetes_cluster", attributes: index === 0 ? attributes : {} }),
        () => ({ type: "azurerm_kubernetes_cluster", attributes, notTold: "the cluster" }),
      );
    };
    expect(growth(make, 2_000)).toBeLessThan(PROPORTIONAL);
  });
  it("for Trusted Access of as many clusters to as many workspaces", () => {
    const { stack } = example("", kubernetesCompute()).stacks as Json;
    const compute = stack.resource.azapi_resource.compute ?? Object.values(stack.resource.azapi_resource)[0];
    const make = (count: number): Model =>
      modelOf(
        count,
        (index) => {
          const attributes = structuredClone(compute);
          attributes.parent_id = workspaceId(`mlw${index}`);
          attributes.body.properties.resourceId = clusterId(`aks${index}`);
          return { type: "azapi_resource", attributes };
        },
        (index) => ({
          type: "azurerm_kubernetes_cluster_trusted_access_role_binding",
          attributes: {
            kubernetes_cluster_id: clusterId(`aks${index}`),
            source_resource_id: workspaceId(`mlw${index % 2 === 0 ? index : index + 1}`),
            roles: [TRUSTED_ACCESS_ROLE],
          },
        }),
      );
    const ask = (model: Model): number => kubernetesComputesOf(model).filter((each) => each.hasTrustedAccess).length;
    expect(ask(make(10))).toBe(5);
    expect(growthOver(make, ask, 500)).toBeLessThan(PROPORTIONAL);
  });
});

describe("a review takes time in proportion to the size of the plan", () => {
  const { stack } = example("", cluster(), attachment()).stacks as Json;
  const attached = planOf(stack, { before: stack });
  /** The plan with an expression for an attribute of its attachment that is not known yet. */
  const planWith = (attribute: string, expression: Json): Json => {
    const plan = structuredClone(attached);
    const [, compute] = plan.resource_changes;
    compute.change.actions = ["update"];
    compute.change.after_unknown = { [attribute]: true };
    plan.configuration.root_module.resources[1].expressions[attribute] = expression;
    return plan;
  };
  const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `local.a${index}`);
  it.each<[what: string, size: number, make: (count: number) => Json]>([
    [
      "references of an expression",
      1_000,
      (count) =>
        planWith("kubernetes_cluster_id", { references: names(count).flatMap((name) => [`${name}.id`, name]) }),
    ],
    [
      "texts of an expression with references",
      300,
      (count) =>
        planWith("tags", {
          constant_value: Object.fromEntries(names(count).map((name) => [name, `\${${name}.id}`])),
          references: names(count).map((name) => `${name}.id`),
        }),
    ],
    [
      "attachments of one cluster",
      40,
      (count) => {
        const [aks, compute] = attached.resource_changes;
        const copies = names(count).map((_, index) => ({ ...compute, address: `${compute.address}[${index}]`, index }));
        return { ...attached, resource_changes: [aks, ...copies] };
      },
    ],
  ])("%s", (_, size, make) => {
    const review = (plan: Json): void => {
      const read = readPlan(readPlanFile(Buffer.from(JSON.stringify(plan))));
      reviewOf([{ name: "stack", file: "plan.json", plan: read }], { today: "2026-11-26" }).draw?.();
    };
    expect(growthOver(make, review, size)).toBeLessThan(PROPORTIONAL);
  });
});

describe("a configuration is read in proportion to its mistakes", () => {
  it("keys that nobody knows, of which most are left out of the report", () => {
    const read = (text: string): void => {
      const result = parseConfig(text, "azureml-aks.yaml", { rules: [] });
      expect(result).toMatchObject({ ok: false, findings: expect.arrayContaining([expect.anything()]) });
    };
    const make = (count: number): string => Array.from({ length: count }, (_, index) => `key${index}: 1`).join("\n");
    expect(growthOver(make, read, 1_500)).toBeLessThan(PROPORTIONAL);
  });
});

describe("an expression is read in proportion to its length", () => {
  it.each<[what: string, make: (count: number) => string]>([
    ["many expressions in one text", (count) => "${var.a}".repeat(count)],
    ["braces", (count) => `\${${"{".repeat(count)}${"}".repeat(count)}}`],
    ["calls in calls", (count) => `\${${"f(".repeat(count)}${")".repeat(count)}}`],
    ["quotation marks", (count) => `\${${'"'.repeat(2 * count)}}`],
    ["a list", (count) => `\${[${"var.a,".repeat(count)}]}`],
  ])("%s", (_, make) => {
    expect(growth((count) => readString(make(count)), 2_500)).toBeLessThan(PROPORTIONAL);
  });
});

describe("a text that is hard to look through", () => {
  it.each<[what: string, make: (length: number) => string]>([
    ["dashes", (length) => `${"-".repeat(length)}PRIVATE KEY`],
    ["starts of keys", (length) => "-----BEGIN PRIVATE KEY".repeat(length / 22)],
    ["ends of keys", (length) => "A END PRIVATE KEY".repeat(length / 17)],
    ["names without a value", (length) => "password=".repeat(length / 9)],
    ["quotation marks", (length) => "password='\"".repeat(length / 11)],
    ["escapes", (length) => "\\".repeat(length)],
    ["escapes of escapes", (length) => "%25".repeat(length / 3)],
    ["addresses", (length) => "://a:@".repeat(length / 6)],
    ["base64", (length) => randomBytes(length).toString("base64")],
    ["one letter", (length) => "A".repeat(length)],
    ["a token", (length) => `eyJaaaaaaaaaaa${".a".repeat(length / 2)}`],
    ["what nobody sees", (length) => "\u200b".repeat(length)],
  ])("takes time in proportion to its length: %s", (_, make) => {
    expect(growth((length) => shownText(make(length)), 10_000)).toBeLessThan(PROPORTIONAL);
  });
  it.each(["\u001b]", "\u001b[", "::", "##[", "\u009b", "a::", "\u001bP"])(
    "is made harmless in time in proportion to its length: %j, again and again",
    (part) => {
      expect(growth((count) => harmless(part.repeat(count)), 2_000)).toBeLessThan(PROPORTIONAL);
    },
  );
});
