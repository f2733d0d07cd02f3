import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cluster } from "../rules/examples.ts";
import { azuremlAks, configFile, ROOT, type Run, small, temporaryFolder } from "./helpers.ts";
import { planOf } from "./plan-of.ts";

/** The rules that the documentation shows. */
const [, RULES = ""] = /```js\n(.*?)```/s.exec(readFileSync(join(ROOT, "docs/own-rules.md"), "utf8")) ?? [];

/** A folder with rules, a configuration, Terraform and a plan. */
function folder(rules = RULES): string {
  const cwd = temporaryFolder();
  configFile(small({ environment: { tags: { team: "ml" } } }), cwd);
  writeFileSync(join(cwd, "rules.mjs"), rules);
  writeFileSync(join(cwd, "main.tf"), 'resource "azurerm_kubernetes_cluster" "aks" {\n  name = "aks"\n}\n');
  writeFileSync(join(cwd, "plan.json"), JSON.stringify(planOf(cluster({ tags: { team: "ml" } }))));
  return cwd;
}
const run = (cwd: string, ...args: string[]): Run => azuremlAks(args, { cwd });

describe("--rules", () => {
  const cwd = folder();
  it.each([
    ["a configuration", 1, "check", "azureml-aks.yaml"],
    ["Terraform", 1, "check", "main.tf"],
    ["a plan", 1, "review", "plan.json"],
    ["what is there, which leaves it open", 0, "audit", join(ROOT, "__tests__/answers/az-aks-show.json")],
  ])("judges %s by the rules that the documentation shows, too", (_, expected, command, file) => {
    expect(run(cwd, command, file).stdout).not.toContain("contoso/");
    const { status, stdout } = run(cwd, command, file, "--rules", "rules.mjs");
    expect({ status, stdout }).toEqual({ status: expected, stdout: expect.stringContaining("contoso/cost-centre") });
  });
  it("proves their fixes, and lets them be acknowledged", () => {
    const report = JSON.parse(run(cwd, "check", "--rules", "rules.mjs", "--format", "json").stdout);
    const found = report.findings.find(({ rule }: { rule: string }) => rule === "contoso/cost-centre");
    expect(found.fix.edits).toMatchObject([{ text: expect.stringContaining("costCentre: ") }]);
    const acknowledged = run(
      cwd,
      "review",
      "plan.json",
      "--rules",
      "rules.mjs",
      "--acknowledge",
      "contoso/cost-centre=later",
    );
    expect(acknowledged.stdout).toContain("acknowledged: later");
    const config = small();
    Object.assign(config, { acknowledge: [{ rule: "contoso/cost-centre", reason: "later" }] });
    const other = folder();
    configFile(config, other);
    expect(run(other, "check", "--rules", "rules.mjs").stdout).toContain("acknowledged: later");
    // Without the rules nobody knows what it acknowledges.
    const without = run(other, "check");
    expect(without).toMatchObject({ status: 0, stdout: expect.not.stringContaining("acknowledgement/") });
  });
  it("still finds a name that nobody has", () => {
    const other = folder();
    for (const rule of ["cluster/max-pod", "clusters/max-pods", "max-pods"]) {
      configFile({ ...small(), acknowledge: [{ rule, reason: "so" }] }, other);
      expect(run(other, "check").stdout, rule).toContain("there is no rule");
    }
  });
  it.each([
    ["a file that is not there", undefined, "there is no such file"],
    ["what is no JavaScript", "export default [", "it cannot be loaded"],
    ["no rules", "export const rules = [];", "it exports no rules"],
    ["what is no rule", "export default [3];", "rule 1 is no object"],
    ["a name of this tool", RULES.replace("contoso/cost", "cluster/cost"), "begin with cluster/"],
    ["a level that there is not", RULES.replace('"error"', '"grave"'), 'level is "grave"'],
    ["a rule twice", RULES.replace("[costCentre]", "[costCentre, costCentre]"), "another rule has this id"],
  ])("says what is wrong with %s, without a trace", (_, text, message) => {
    const other = folder(text);
    const { status, stderr } = run(other, "check", "--rules", text === undefined ? "none.mjs" : "rules.mjs");
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) });
    expect(stderr).not.toMatch(/\n\s+at /);
  });
  it("says whose mistake it is where a rule throws", () => {
    const other = folder(RULES.replace('cluster.exists("tags.costCentre")', "cluster.nope()"));
    expect(run(other, "check", "--rules", "rules.mjs")).toMatchObject({
      status: 3,
      stdout: expect.stringContaining("this is a mistake in rules.mjs"),
    });
  });
  it("is on the command line alone", () => {
    const other = folder();
    configFile({ ...small(), rules: "rules.mjs" }, other);
    expect(run(other, "check")).toMatchObject({
      status: 2,
      stdout: expect.stringContaining("`rules` is not a known key"),
    });
  });
});

describe("test-rules", () => {
  it("passes the rules that the documentation shows", () => {
    expect(run(folder(), "test-rules", "rules.mjs")).toMatchObject({
      status: 0,
      stdout: "ok  contoso/cost-centre  3 examples\n1 rule, all right\n",
    });
  });
  it.each([
    [
      "an answer",
      RULES.replace('{ costCentre: "4711" }', "{}"),
      "passing, the tag, as source: the answer is fail, and pass is expected",
    ],
    [
      "a place",
      RULES.replace('finds: ["tags"]', 'finds: ["name"]'),
      "as a plan: it is found at tags, and name is expected",
    ],
    ["no place", RULES.replace(', finds: ["tags"]', ""), "finds is missing"],
    ["no example", RULES.replace(/passing: \[.*\],/, "passing: [],"), "it has no passing example"],
    ["a rule that throws", RULES.replace("cluster.exists", "cluster.nope"), "cluster.nope is not a function"],
  ])("says what is wrong: %s", (_, text, message) => {
    const { status, stdout } = run(folder(text), "test-rules", "rules.mjs");
    expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining(message) });
    expect(stdout).toContain("1 rule, 1 wrong");
  });
  it("knows what a plan changes", () => {
    const rules = RULES.replace('phases: ["synthesis", "plan"]', 'phases: ["plan"]')
      .replace('if (!cluster.exists("tags.costCentre"))', 'if (cluster.actions.includes("update"))')
      .replace(
        /examples: \{.*?\n {2}\},/s,
        `examples: {
    passing: [{ shows: "nothing", before: { stack: cluster({ a: "1" }) }, stacks: { stack: cluster({ a: "1" }) } }],
    failing: [{ shows: "a change", before: { stack: cluster({ a: "1" }) }, stacks: { stack: cluster({ a: "2" }) }, finds: ["tags"] }],
    unknown: [],
  },`,
      );
    expect(run(folder(rules), "test-rules", "rules.mjs")).toMatchObject({ status: 0 });
  });
});
