import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RULES } from "../rules/catalogue.ts";
import { azuremlAks, configFile, findings, type Json, small, temporaryFolder } from "./helpers.ts";

const TEN_MISTAKES = `defaults:
  subscriptionId: 00000000-0000-0000-0000-000000000000
  location: westeurope
environments:
  prod:
    workspace: { resourceGroup: rg, name: mlw }
    clusters:
      scoring:
        create:
          resourceGroup: rg
          name: aks
          nodePool:
            vmSize: Standard_B2ms
            minCount: 2
            maxCount: 1
            zones: ["1"]
          network:
            plugin: kubenet
            mode: overlay
            serviceCidr: 172.30.0.0/16
            dnsServiceIp: 10.0.0.10
            outboundType: none
          apiServer:
            private: true
            authorizedIpRanges: [203.0.113.7/24]
          automaticUpgrade: node-image
          nodeOsUpgrade: SecurityPatch
          entraId:
            localAccountDisabled: true
        attachment:
          kind: AksCompute
          clusterPurpose: FastProd
          computeName: -my_aks
`;

/** Rule and line of every error. */
const EXPECTED = [
  "14 attachment/production-size",
  "14 cluster/autoscaling-bounds",
  "19 cluster/network-mode",
  "20 cluster/service-cidr",
  "21 cluster/service-cidr",
  "22 attachment/cluster-supported",
  "25 cluster/authorized-ranges-private",
  "25 cluster/authorized-ranges-private",
  "27 cluster/node-image-channel",
  "29 cluster/local-accounts",
  "33 attachment/compute-name",
];

const json = (stdout: string): Json => JSON.parse(stdout);

describe("a configuration with many mistakes", () => {
  const file = configFile(TEN_MISTAKES);
  it("gives all of them in one run, each with its line", () => {
    const { status, stdout } = azuremlAks(["check", "--config", file, "--format", "json"]);
    expect(status).toBe(1);
    const errors = json(stdout).findings.filter(
      (finding: Json) => finding.level === "error" && finding.verdict === "fail",
    );
    expect(errors.map(({ rule, where }: Json) => `${where.line} ${rule}`)).toEqual(EXPECTED);
    expect(new Set(errors.map(({ where }: Json) => where.file))).toEqual(new Set([file]));
  });
  it("synth writes nothing, exits with 1, and shows the report and no stack trace", () => {
    const output = join(temporaryFolder(), "out");
    mkdirSync(output);
    const { status, stdout, stderr } = azuremlAks(["synth", "--config", file, "--output", output]);
    expect(status).toBe(1);
    expect(readdirSync(output)).toEqual([]);
    for (const line of EXPECTED)
      expect(stdout).toMatch(new RegExp(`:${line.split(" ")[0]}:\\d+ .*${line.split(" ")[1]}`));
    expect(stdout + stderr).not.toMatch(/\n\s+at .*\(?.*:\d+:\d+\)?/);
  });
  it("synth says how to write anyway, and does with --fail-on never", () => {
    expect(azuremlAks(["synth", "--config", file, "--output", join(temporaryFolder(), "none")]).stderr).toBe(
      "Nothing was written. To write anyway, give --fail-on never.\n",
    );
    const output = join(temporaryFolder(), "out");
    expect(azuremlAks(["synth", "--config", file, "--output", output, "--fail-on", "never"]).status).toBe(0);
    expect(existsSync(join(output, "stacks/prod-scoring-cluster/cdk.tf.json"))).toBe(true);
  });
});

describe("an item of a list", () => {
  it("is where its finding stands", () => {
    const text = `${TEN_MISTAKES.replace("[203.0.113.7/24]", "\n              - 203.0.113.0/24\n              - banana").replace("private: true", "private: false")}`;
    const found = findings(text).find(({ message }) => message.includes("banana"));
    expect(found?.where).toMatchObject({
      line: 27,
      column: 17,
      configPath: "environments.prod.clusters.scoring.create.apiServer.authorizedIpRanges[1]",
    });
  });
});

describe("a report", () => {
  const file = (): string => configFile(small({ create: { nodePool: { vmSize: "Standard_Z1", nodeCount: 3 } } }));
  it("in JSON has the documented shape", () => {
    const report = json(
      azuremlAks(["check", "--config", configFile(small({ attachment: { computeName: "x" } })), "--format", "json"])
        .stdout,
    );
    expect(report).toMatchObject({
      schemaVersion: 1,
      tool: { name: "azureml-aks", version: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
    });
    expect(report.findings.find(({ rule }: Json) => rule === "attachment/compute-name")).toEqual({
      rule: "attachment/compute-name",
      verdict: "fail",
      level: "error",
      message: 'the compute name "x" (1 character) is not allowed',
      advice: expect.any(String),
      source: expect.stringMatching(/^https:/),
      where: {
        stack: "dev-scoring-attachment",
        address: "azurerm_machine_learning_inference_cluster.attachment",
        attribute: "name",
        configPath: "environments.dev.clusters.scoring.attachment.computeName",
        file: expect.stringMatching(/azureml-aks\.yaml$/),
        line: 18,
        column: 24,
      },
    });
    const count = (level: string): number =>
      report.findings.filter((finding: Json) => finding.level === level && finding.verdict === "fail").length;
    expect(report.summary).toEqual({
      error: 1,
      warning: count("warning"),
      note: count("note"),
      unknown: 0,
      acknowledged: 0,
      checked: expect.any(Number),
    });
    expect(report.summary.note).toBeGreaterThan(0);
  });
  it("counts what is not known apart, and lets it not change the exit status", () => {
    const { status, stdout } = azuremlAks(["check", "--config", file(), "--format", "json", "--fail-on", "error"]);
    const { findings: found, summary } = json(stdout);
    const unknown = found.filter(({ verdict }: Json) => verdict === "unknown");
    expect(unknown.map(({ rule }: Json) => rule)).toEqual(["cluster/system-pool-size", "attachment/dev-test-size"]);
    expect({ status, unknown: summary.unknown, error: summary.error }).toEqual({ status: 0, unknown: 2, error: 0 });
  });
  it.each([
    ["error", 0],
    ["warning", 1],
    ["note", 1],
    ["never", 0],
  ])("--fail-on %s gives exit status %i for a warning", (failOn, status) => {
    expect(azuremlAks(["check", "--config", file(), "--fail-on", failOn]).status).toBe(status);
  });
  it("goes into files and to standard output at once", () => {
    const folder = temporaryFolder();
    const { stdout } = azuremlAks([
      "check",
      "--config",
      file(),
      "--format",
      `json=${join(folder, "r.json")}`,
      "--format",
      `text=${join(folder, "r.txt")}`,
      "--format",
      "text",
    ]);
    expect(json(readFileSync(join(folder, "r.json"), "utf8")).schemaVersion).toBe(1);
    expect(readFileSync(join(folder, "r.txt"), "utf8")).toBe(stdout);
  });
  it("has no colours where it is no terminal, and says plainly that nothing is wrong", () => {
    const attachment = { clusterPurpose: "FastProd" };
    const rules = new Set(findings(small({ attachment })).map(({ rule }) => rule));
    const environment = { acknowledge: [...rules].map((rule) => ({ rule, reason: "yes" })) };
    const clean = configFile(small({ attachment, environment }));
    const { stdout } = azuremlAks(["check", "--config", clean, "--fail-on", "note"]);
    expect(stdout).toMatch(new RegExp(`^0 problems; ${rules.size} acknowledged; \\d+ checks$`, "m"));
    expect(stdout).not.toContain("\u001b");
    expect(stdout).not.toMatch(/fail/i);
  });
  it("holds configuration errors in every format, and exits with 2", () => {
    const { status, stdout } = azuremlAks(["check", "--config", configFile("environments: 1"), "--format", "json"]);
    expect(status).toBe(2);
    expect(json(stdout).findings).toMatchObject([
      { rule: "config/invalid", level: "error", where: { line: 1, column: 15 } },
    ]);
  });
  it.each([
    [["--format", "xml"], /there is no format "xml"/],
    [["--format", "json="], /name the file, as in --format json=report\.json$/m],
    [["--fail-on", "info"], /Choices: "error", "warning", "note", "never"/],
  ])("%j is refused", (args, message) => {
    expect(azuremlAks(["check", "--config", file(), ...args])).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringMatching(message),
    });
  });
  it("replaces neither the configuration nor another report", () => {
    const config = file();
    for (const formats of [[`json=${config}`], ["json=a.report", "text=a.report"]]) {
      const result = azuremlAks(["check", "--config", config, ...formats.flatMap((format) => ["--format", format])]);
      expect(result).toMatchObject({
        status: 2,
        stderr: expect.stringMatching(/would replace .*, which was read|into one file/),
      });
    }
    expect(readFileSync(config, "utf8")).toContain("environments:");
  });
  it("takes the date from SOURCE_DATE_EPOCH", () => {
    const retiring = configFile(small({ create: { nodePool: { vmSize: "Standard_NV12s_v3", nodeCount: 3 } } }));
    const run = (epoch: string): string =>
      azuremlAks(["check", "--config", retiring], { env: { SOURCE_DATE_EPOCH: epoch } }).stdout;
    expect(run("1700000000")).toContain("retires on 2026-09-30");
    expect(run("1800000000")).toContain("retired on 2026-09-30");
    expect(azuremlAks(["check", "--config", retiring], { env: { SOURCE_DATE_EPOCH: "soon" } })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("whole seconds"),
    });
  });
});

describe("acknowledgements", () => {
  const LEGACY = { rule: "attachment/legacy", reason: "it is planned" };
  const legacy = (config: object): Json => findings(config).find(({ rule }) => rule === "attachment/legacy");
  const cluster = (acknowledge: object[]): Json => {
    const config = small();
    config.environments.dev.clusters.scoring.acknowledge = acknowledge;
    return config;
  };

  it.each<[where: string, config: () => object]>([
    ["a cluster", () => cluster([LEGACY])],
    ["an environment", () => small({ environment: { acknowledge: [LEGACY] } })],
    ["the top level", () => ({ ...small(), acknowledge: [LEGACY] })],
    ["defaults", () => ({ ...small(), defaults: { acknowledge: [LEGACY] } })],
  ])("stand at %s", (_, config) => {
    expect(legacy(config())).toMatchObject({ level: "warning", acknowledged: { reason: "it is planned" } });
  });
  it("of one cluster say nothing of another", () => {
    const config = cluster([LEGACY]);
    const { scoring } = config.environments.dev.clusters;
    config.environments.dev.clusters.other = { ...structuredClone(scoring), acknowledge: undefined };
    config.environments.dev.clusters.other.create.name = "aks-other";
    config.environments.dev.clusters.other.attachment.computeName = "other";
    const found = findings(config).filter(({ rule }) => rule === "attachment/legacy");
    expect(found.map(({ acknowledged, where }) => [where.stack, acknowledged !== undefined])).toEqual([
      ["dev-scoring-attachment", true],
      ["dev-other-attachment", false],
    ]);
  });
  it("count to their last day", () => {
    const run = (until: string): Json => legacy(cluster([{ ...LEGACY, until }]));
    expect(run("2999-01-01").acknowledged).toEqual({ reason: "it is planned", until: "2999-01-01" });
    expect(run("2020-01-01").acknowledged).toBeUndefined();
    expect(run("2020-01-01").advice).toContain("its acknowledgement ended on 2020-01-01");
  });
  it("that have ended do not hide those that count", () => {
    const ended = { ...LEGACY, until: "2020-01-01" };
    expect(legacy(cluster([ended, LEGACY])).acknowledged).toEqual({ reason: "it is planned" });
    expect(legacy({ ...cluster([ended]), acknowledge: [LEGACY] }).acknowledged).toEqual({ reason: "it is planned" });
  });
  it("of nothing are found", () => {
    const unused = (config: object): Json[] => findings(config).filter(({ rule }) => rule === "acknowledgement/unused");
    expect(unused(cluster([{ rule: "cluster/kubenet", reason: "none" }, LEGACY]))).toMatchObject([
      { level: "warning", where: { line: 21, configPath: "environments.dev.clusters.scoring.acknowledge[0]" } },
    ]);
    const twice = {
      a: small().environments.dev,
      b: small({ create: { name: "aks-b", network: { plugin: "kubenet" } } }).environments.dev,
    };
    expect(
      unused({
        defaults: { acknowledge: [{ rule: "cluster/kubenet", reason: "in one of two" }] },
        environments: twice,
      }),
    ).toEqual([]);
  });
  it.each([
    [{ rule: "attachment/legcy", reason: "x" }, 'there is no rule "attachment/legcy"'],
    [{ rule: "attachment/one-per-cluster", reason: "x" }, "the rule attachment/one-per-cluster cannot be acknowledged"],
    [{ rule: "attachment/legacy" }, "`reason` is missing"],
    [{ rule: "attachment/legacy", reason: "" }, '`reason` is ""'],
    [{ rule: "attachment/legacy", reason: "x", until: "tomorrow" }, '`until` is "tomorrow"'],
    [{ rule: "attachment/legacy", reason: "x", until: "2026-02-30" }, '`until` is "2026-02-30"'],
  ])("%j is a mistake", (acknowledgement, message) => {
    const { status, stdout } = azuremlAks(["check", "--config", configFile(cluster([acknowledgement]))]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: expect.stringContaining(message) });
  });
});

/** What of public Terraform that attaches AKS clusters is known, written as configurations. */
describe("public examples", () => {
  const size = (
    vmSize: string,
    nodeCount: number,
    clusterPurpose: string | undefined,
    rest: object = {},
  ): readonly string[] =>
    findings(small({ create: { nodePool: { vmSize, nodeCount }, ...rest }, attachment: { clusterPurpose } }))
      .filter(({ level, verdict }) => level === "error" && verdict === "fail")
      .map(({ message }) => message);
  it.each<[example: string, errors: readonly string[], expected: string[]]>([
    [
      "3 x DS2_v2, attached by a script without a purpose",
      size("Standard_DS2_v2", 3, undefined),
      ["3 x Standard_DS2_v2 = 6 vCPUs, and FastProd needs 12"],
    ],
    [
      "3 x DS2_v2 for FastProd",
      size("Standard_DS2_v2", 3, "FastProd"),
      ["3 x Standard_DS2_v2 = 6 vCPUs, and FastProd needs 12"],
    ],
    [
      "1 x D3_v2 for FastProd",
      size("Standard_D3_v2", 1, "FastProd"),
      ["1 x Standard_D3_v2 = 4 vCPUs, and FastProd needs 12"],
    ],
    [
      "private, 1 x D2_v2 for FastProd",
      size("Standard_D2_v2", 1, "FastProd", { apiServer: { private: true } }),
      ["1 x Standard_D2_v2 = 2 vCPUs, and FastProd needs 12"],
    ],
    ["3 x D3_v2 for FastProd; its missing dns_prefix is supplied", size("Standard_D3_v2", 3, "FastProd"), []],
    [
      "the provider's own example, 3 x D3_v2; its missing dns_prefix is supplied",
      size("Standard_D3_v2", 3, "FastProd"),
      [],
    ],
  ])("%s", (_, errors, expected) => {
    expect(errors).toEqual(expected);
  });
});

describe("rules and explain", () => {
  const rules = json(azuremlAks(["rules", "--format", "json"]).stdout) as Json[];
  it("list every rule once", () => {
    expect(rules.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
    expect(rules[0]).toEqual({
      id: expect.any(String),
      level: expect.any(String),
      fact: expect.any(String),
      why: expect.any(String),
      source: expect.any(String),
      phases: expect.any(Array),
      canBeAcknowledged: expect.any(Boolean),
    });
    const text = azuremlAks(["rules"]).stdout;
    for (const { id } of rules) expect(text).toMatch(new RegExp(`^${id} +(error|warning|note) +`, "m"));
  });
  it("explain one: the fact, why, where it is enforced, how to acknowledge it, and examples", () => {
    const { stdout } = azuremlAks(["explain", "attachment/production-size"]);
    for (const part of [
      "at least 12 vCPUs",
      "https://learn.microsoft.com",
      "by `check`, `synth`",
      "about 10 minutes",
      "acknowledge:",
      "Passes: 3 x 4 vCPUs",
      "Found: 3 x 2 vCPUs",
    ]) {
      expect(stdout).toContain(part);
    }
    expect(azuremlAks(["explain", "attachment/one-per-cluster"]).stdout).toContain("It cannot be acknowledged.");
    expect(azuremlAks(["explain", "tls/material"]).stdout).toContain(
      "Enforced\n  - on the files that are given to `check --certificate cert.pem --key key.pem`, by that command alone\n",
    );
  });
  it.each(["attachment/production", "production-size"])("name the nearest rule of one that is not there: %s", (id) => {
    expect(azuremlAks(["explain", id])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("did you mean attachment/production-size?"),
    });
  });
});
