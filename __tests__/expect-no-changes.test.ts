import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Finding } from "../model/finding.ts";
import { reviewOf } from "../review/review.ts";
import { readPlan } from "../sources/plan/json.ts";
import { azuremlAks, type Json, temporaryFolder } from "./helpers.ts";

const CLUSTER: Json = {
  name: "aks",
  resource_group_name: "rg",
  location: "westeurope",
  network_profile: [{ network_plugin: "azure", load_balancer_profile: [{ idle_timeout_in_minutes: 0 }] }],
  default_node_pool: [{ name: "nodepool1", vm_size: "Standard_D4s_v5", node_count: 3 }],
};
const ID =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks";

interface Change {
  readonly type?: string;
  readonly actions: readonly string[];
  readonly before?: Json;
  readonly after?: Json;
  readonly isImported?: boolean;
}

const plan = (...changes: Change[]): Json => ({
  format_version: "1.2",
  terraform_version: "1.11.4",
  planned_values: { root_module: {} },
  resource_changes: changes.map(({ type = "azurerm_kubernetes_cluster", actions, isImported, ...change }, index) => ({
    address: `${type}.it${index}`,
    mode: "managed",
    type,
    name: `it${index}`,
    provider_name: `registry.terraform.io/hashicorp/${type.split("_")[0]}`,
    change: { before: null, after: null, actions, ...change, ...(isImported ? { importing: { id: ID } } : {}) },
  })),
  configuration: { root_module: {} },
});

function review(json: Json, expectsNoChanges = true): readonly Finding[] {
  const plans = [{ name: "stack", file: "plan.json", plan: readPlan(json) }];
  return reviewOf(plans, { today: "2026-11-27", expectsNoChanges }).findings.filter(
    ({ rule }) => rule === "plan/more-than-import",
  );
}

const changedCluster = structuredClone(CLUSTER);
changedCluster.network_profile[0].load_balancer_profile[0].idle_timeout_in_minutes = 30;
const GROUP = { name: "rg", location: "westeurope" };

describe("review --expect-no-changes", () => {
  it.each<[string, Change]>([
    ["an import", { actions: ["no-op"], before: CLUSTER, after: CLUSTER, isImported: true }],
    ["what stays", { actions: ["no-op"], before: CLUSTER, after: CLUSTER }],
    ["a trigger in the state alone", { type: "terraform_data", actions: ["create"], after: { input: "" } }],
  ])("takes %s", (_, change) => {
    expect(review(plan(change))).toEqual([]);
  });

  it.each<[string, Change, string]>([
    [
      "an import that changes something",
      { actions: ["update"], before: CLUSTER, after: changedCluster, isImported: true },
      "Updates the cluster in place (network_profile[0].load_balancer_profile[0].idle_timeout_in_minutes). It changes network_profile[0].load_balancer_profile[0].idle_timeout_in_minutes to 30.",
    ],
    [
      "an import that replaces",
      { actions: ["delete", "create"], before: CLUSTER, after: { ...CLUSTER, name: "other" }, isImported: true },
      "Deletes the AKS cluster aks and creates it again",
    ],
    ["something new", { actions: ["create"], after: CLUSTER }, "Creates the AKS cluster aks"],
    [
      "what the review has no words for",
      { type: "azurerm_resource_group", actions: ["create"], after: GROUP },
      "Creates rg (azurerm_resource_group).",
    ],
    [
      "a change of what the review has no words for",
      { type: "azurerm_resource_group", actions: ["update"], before: GROUP, after: { ...GROUP, location: "eastus" } },
      "Updates rg (azurerm_resource_group) in place. It changes location from westeurope to eastus.",
    ],
    [
      "what goes",
      { type: "azurerm_resource_group", actions: ["delete"], before: GROUP },
      "Deletes rg (azurerm_resource_group).",
    ],
    [
      "what is forgotten",
      { type: "azurerm_resource_group", actions: ["forget"], before: GROUP },
      "Terraform forgets rg (azurerm_resource_group).",
    ],
    [
      "a trigger that fires",
      { type: "terraform_data", actions: ["update"], before: { input: "" }, after: { input: "2026-11" } },
      "in place. It changes input to 2026-11.",
    ],
  ])("finds %s", (_, change, message) => {
    expect(review(plan(change))).toMatchObject([{ level: "error", message: expect.stringContaining(message) }]);
    expect(review(plan(change), false)).toEqual([]);
  });

  it("decides the exit status", () => {
    const folder = temporaryFolder();
    const file = (name: string, json: Json): string => {
      writeFileSync(join(folder, name), JSON.stringify(json));
      return join(folder, name);
    };
    const clean = file("clean.json", plan({ actions: ["no-op"], before: CLUSTER, after: CLUSTER, isImported: true }));
    const dirty = file("dirty.json", plan({ actions: ["update"], before: CLUSTER, after: changedCluster }));
    expect(azuremlAks(["review", clean, "--expect-no-changes"]).status).toBe(0);
    expect(azuremlAks(["review", dirty]).status).toBe(0);
    const { status, stdout } = azuremlAks(["review", clean, dirty, "--expect-no-changes"]);
    expect(status).toBe(1);
    expect(stdout).toContain("plan/more-than-import");
  });
});
