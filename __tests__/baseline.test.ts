import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Finding } from "../model/finding.ts";
import { againstBaseline, baselineOf } from "../report/baseline.ts";
import { exitStatus, type Report, summarize } from "../report/report.ts";
import { cluster } from "../rules/examples.ts";
import { azuremlAks, configFile, ROOT, type Run, small, temporaryFolder } from "./helpers.ts";
import { planOf } from "./plan-of.ts";

const CLUSTER = { stack: "prod-ml-cluster", address: "azurerm_kubernetes_cluster.cluster" };

const finding = (rule: string, more: Partial<Finding> = {}): Finding => ({
  rule,
  verdict: "fail",
  level: "error",
  message: "wrong",
  where: { ...CLUSTER, attribute: "dns_prefix", file: "a.yaml", line: 1, column: 1 },
  ...more,
});
const report = (findings: readonly Finding[], stacks = ["prod-ml-cluster"]): Report => ({
  findings,
  checked: 1,
  stacks,
});
const compared = (before: readonly Finding[], after: readonly Finding[], stacks?: string[]): Report =>
  againstBaseline(report(after, stacks), baselineOf(report(before)), "b.json");

describe("a baseline", () => {
  const [a, b] = [finding("a/a"), finding("b/b")];
  it("knows a finding in another line, in other words", () => {
    const moved = finding("a/a", {
      message: "worded anew",
      advice: "x",
      where: { ...a.where, line: 9, file: "b.yaml" },
    });
    const result = compared([a, b], [moved, b]);
    expect(summarize(result)).toEqual({
      error: 0,
      warning: 0,
      note: 0,
      unknown: 0,
      acknowledged: 0,
      baseline: 2,
      checked: 1,
    });
    expect(exitStatus(result, "note")).toBe(0);
  });
  it.each([
    ["another rule", finding("c/c")],
    ["another attribute", finding("a/a", { where: { ...a.where, attribute: "name" } })],
    ["another resource", finding("a/a", { where: { ...a.where, address: "azurerm_kubernetes_cluster.other" } })],
    ["another stack", finding("a/a", { where: { ...a.where, stack: "dev-ml-cluster" } })],
    ["a second one of the same", finding("a/a", { message: "another" })],
  ])("does not know %s", (_, other) => {
    expect(exitStatus(compared([a], [a, other]), "error")).toBe(1);
    expect(summarize(compared([a], [a, other]))).toMatchObject({ error: 1, baseline: 1 });
  });
  it("does not know a finding whose level is higher than it was, and knows one whose level is lower", () => {
    const warning = finding("a/a", { level: "warning" });
    expect(summarize(compared([warning], [a]))).toMatchObject({ error: 1, note: 0, baseline: 0 });
    expect(summarize(compared([a], [warning]))).toMatchObject({ error: 0, baseline: 1 });
  });
  it("says what is gone, once, where its stack was judged", () => {
    const gone = compared([a, a, b], [b]).findings.filter(({ rule }) => rule === "baseline/gone");
    expect(gone).toMatchObject([
      { level: "note", message: expect.stringContaining("a/a is not found any more, 2 times: prod-ml-cluster") },
    ]);
    expect(compared([a], [], ["dev-ml-cluster"]).findings).toEqual([]);
  });
  it("holds nothing that does not count, and no mistake", () => {
    const others = [
      finding("a/a", { verdict: "unknown" }),
      finding("b/b", { acknowledged: { reason: "so" } }),
      finding("config/invalid"),
      finding("rule/crashed"),
    ];
    expect(baselineOf(report(others))).toEqual([]);
    expect(exitStatus(compared([finding("config/invalid")], [finding("config/invalid")]), "error")).toBe(2);
  });
});

describe("--baseline and --write-baseline", () => {
  it("let the shipped production example pass at once, and fail by a new mistake", () => {
    const cwd = temporaryFolder();
    cpSync(join(ROOT, "examples/production-cluster/azureml-aks.yaml"), join(cwd, "azureml-aks.yaml"));
    const check = (...args: string[]): Run => azuremlAks(["check", "--fail-on", "note", ...args], { cwd });
    expect(check().status).toBe(1);
    expect(check("--write-baseline", "baseline.json")).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^baseline\.json: \d+ findings written\n$/),
    });
    const first = check("--baseline", "baseline.json", "--format", "json");
    expect(first.status).toBe(0);
    expect(JSON.parse(first.stdout).summary.baseline).toBeGreaterThan(0);
    const text = readFileSync(join(cwd, "azureml-aks.yaml"), "utf8");
    writeFileSync(
      join(cwd, "azureml-aks.yaml"),
      `# one more line\n${text.replace(/( +)tier: /, "$1dnsPrefix: aks-\n$1tier: ")}`,
    );
    const second = check("--baseline", "baseline.json");
    expect(second).toMatchObject({ status: 1, stdout: expect.stringContaining("cluster/dns-prefix") });
    expect(second.stdout).not.toContain("tls/dns-record");
    expect(second.stdout).toMatch(/1 error; .*in the baseline/);
  });
  it("are for plans and for what is there, too", () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "plan.json"), JSON.stringify(planOf(cluster({ dns_prefix: "aks-" }))));
    const answer = join(ROOT, "__tests__/answers/az-aks-show.json");
    for (const args of [
      ["review", "plan.json"],
      ["audit", answer],
    ]) {
      const run = (...more: string[]): Run => azuremlAks([...args, "--fail-on", "note", ...more], { cwd });
      expect(run().status).toBe(1);
      const baseline = `${args[0]}.baseline.json`;
      expect(run("--write-baseline", baseline).status).toBe(0);
      expect(run("--baseline", baseline)).toMatchObject({
        status: 0,
        stdout: expect.stringContaining(" in the baseline"),
      });
    }
  });
  it("say what is wrong with the file", () => {
    const cwd = temporaryFolder();
    configFile(small(), cwd);
    const check = (text: string | undefined): Run => {
      if (text !== undefined) writeFileSync(join(cwd, "b.json"), text);
      return azuremlAks(["check", "--baseline", text === undefined ? "none.json" : "b.json"], { cwd });
    };
    expect(check(undefined).stderr).toContain(
      "--baseline none.json: there is no such file; write one with --write-baseline",
    );
    expect(check("[").stderr).toContain("--baseline b.json: this is not JSON");
    expect(check("{}").stderr).toContain("this is not a baseline");
    expect(check('{"version": 2, "findings": []}').stderr).toContain("a baseline of version 2, and 1 is needed");
    expect(check('{"version": 1, "findings": [{"rule": "a/a", "level": "grave"}]}').status).toBe(2);
  });
  it("write nothing where the configuration has mistakes", () => {
    const cwd = temporaryFolder();
    configFile("environments: {}\nother: 1\n", cwd);
    expect(azuremlAks(["check", "--write-baseline", "b.json"], { cwd }).status).toBe(2);
    expect(azuremlAks(["check", "--baseline", "b.json"], { cwd }).stderr).toContain("there is no such file");
  });
  it("write over a baseline that was read, and over nothing else that was", () => {
    const cwd = temporaryFolder();
    const file = configFile(small(), cwd);
    const before = readFileSync(file, "utf8");
    const check = (...args: string[]): Run => azuremlAks(["check", ...args], { cwd });
    expect(check("--write-baseline", "azureml-aks.yaml")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("this would replace azureml-aks.yaml, which was read"),
    });
    expect(readFileSync(file, "utf8")).toBe(before);
    expect(check("--write-baseline", "b.json").status).toBe(0);
    expect(check("--baseline", "b.json", "--write-baseline", "./b.json").status).toBe(0);
  });
});
