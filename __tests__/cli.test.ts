import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { azuremlAks, configFile, type Json, ROOT, small, temporaryFolder, tree } from "./helpers.ts";

// Written for CommonJS, whose default export is the module for TypeScript.
const addFormats = ajvFormats as unknown as typeof ajvFormats.default;

describe("synth", () => {
  it("writes the stacks and names them", () => {
    const folder = temporaryFolder();
    configFile(small(), folder);
    const { status, stdout, stderr } = azuremlAks(["synth"], { cwd: folder });
    expect(status).toBe(0);
    expect(stdout).toMatch(/\d+ checks\n$/);
    expect(stderr).toBe(
      "2 stacks written, in the order in which they apply:\n  cdktf.out/stacks/dev-scoring-cluster/cdk.tf.json\n  cdktf.out/stacks/dev-scoring-attachment/cdk.tf.json\n",
    );
    expect(existsSync(join(folder, "cdktf.out/manifest.json"))).toBe(true);
  });
  it("removes the folders of stacks that are gone, and says so", () => {
    const folder = temporaryFolder();
    configFile(small(), folder);
    azuremlAks(["synth"], { cwd: folder });
    configFile({ environments: { other: small().environments.dev } }, folder);
    const { stderr } = azuremlAks(["synth"], { cwd: folder });
    expect(stderr).toContain(
      "removed, because the configuration has no such stack:\n  cdktf.out/stacks/dev-scoring-attachment\n  cdktf.out/stacks/dev-scoring-cluster\n",
    );
    expect(existsSync(join(folder, "cdktf.out/stacks/dev-scoring-cluster"))).toBe(false);
  });
  it("takes the configuration from AZUREML_AKS_CONFIG, and rather from --config", () => {
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    const run = (args: string[]): string =>
      azuremlAks(["synth", "--output", join(second, "out"), ...args], {
        env: { AZUREML_AKS_CONFIG: configFile(small(), first) },
      }).stderr;
    const other = configFile({ environments: { other: small().environments.dev } }, second);
    expect(run([])).toContain("dev-scoring-cluster");
    expect(run(["--config", other])).toContain("other-scoring-cluster");
  });
  it("--environment builds only those and leaves the other folders alone", () => {
    const folder = temporaryFolder();
    const environment = (name: string, location?: string): Json =>
      small({ environment: { location }, create: { name }, attachment: { computeName: name } }).environments.dev;
    const written = (...locations: string[]): void => {
      const [a, b, c] = locations;
      configFile(
        { environments: { a: environment("aks-a", a), b: environment("aks-b", b), c: environment("aks-c", c) } },
        folder,
      );
    };
    written("westeurope", "westeurope", "westeurope");
    azuremlAks(["synth"], { cwd: folder });
    const before = tree(join(folder, "cdktf.out"));
    written("uksouth", "uksouth", "westeurope");
    expect(azuremlAks(["synth", "--environment", "a", "--environment", "c"], { cwd: folder }).stderr).toContain(
      "4 stacks",
    );
    const after = tree(join(folder, "cdktf.out"));
    expect(after["/stacks/a-scoring-cluster/cdk.tf.json"]).toContain("uksouth");
    expect(after["/stacks/b-scoring-cluster/cdk.tf.json"]).toBe(before["/stacks/b-scoring-cluster/cdk.tf.json"]);
    expect(azuremlAks(["synth", "--environment", "x"], { cwd: folder })).toMatchObject({
      status: 2,
      stdout: expect.stringContaining('there is no environment "x"'),
    });
  });
  it.each([
    [["synth", "--output", ""], "--output is empty"],
    [["check", "--config", ""], "--config is empty"],
    [["init", "--output", "none/a.yaml"], "none: there is no such folder: make it first"],
  ])("says what is missing in a name: %j", (args, message) => {
    const folder = temporaryFolder();
    configFile(small(), folder);
    expect(azuremlAks(args, { cwd: folder })).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
  });
  it("an output folder that cannot be written is a mistake of the caller", () => {
    const folder = temporaryFolder();
    configFile(small(), folder);
    writeFileSync(join(folder, "file"), "");
    const { status, stderr } = azuremlAks(["synth", "--output", "file"], { cwd: folder });
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(/^azureml-aks: .*file/) });
  });
});

describe("schema", () => {
  it("is a JSON Schema that accepts what is accepted and refuses what is refused", () => {
    // Optimizing what is compiled takes longer than all that is validated.
    const ajv = new Ajv2020({ strict: false, code: { optimize: false } });
    addFormats(ajv);
    const validate = ajv.compile(JSON.parse(azuremlAks(["schema"]).stdout));
    const file = (name: string): unknown => parse(readFileSync(join(ROOT, name), "utf8"));
    expect(validate(file("azureml-aks.yaml")), JSON.stringify(validate.errors)).toBe(true);
    expect(validate(file("__tests__/full.yaml")), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ environments: { dev: { tags: null } } })).toBe(true);
    expect(validate({ "x-anchors": { any: 1 }, environments: {} })).toBe(true);
    for (const wrong of [
      {},
      { environments: { dev: { colour: 1 } } },
      { environments: { dev: { clusters: { a: { attachment: { clusterPurpose: "Prod" } } } } } },
    ])
      expect(validate(wrong)).toBe(false);
  });
});

describe("stacks", () => {
  it("lists folders and dependencies, for people and for pipelines", () => {
    const json = JSON.parse(azuremlAks(["stacks", "--format", "json"]).stdout);
    expect(json.slice(2, 5)).toEqual([
      { name: "prod-scoring-cluster", directory: "cdktf.out/stacks/prod-scoring-cluster", dependsOn: [] },
      {
        name: "prod-scoring-attachment",
        directory: "cdktf.out/stacks/prod-scoring-attachment",
        dependsOn: ["prod-scoring-cluster"],
      },
      {
        name: "prod-scoring-kubernetes",
        directory: "cdktf.out/stacks/prod-scoring-kubernetes",
        dependsOn: ["prod-scoring-attachment"],
      },
    ]);
    expect(azuremlAks(["stacks", "--environment", "prod"]).stdout).toMatch(
      /^prod-scoring-cluster {2}cdktf\.out.*\n.* {2}after prod-scoring-cluster\n/,
    );
    expect(azuremlAks(["stacks", "--config", configFile("a: 1")])).toMatchObject({
      status: 2,
      stdout: expect.stringContaining("`a` is not a known key"),
    });
  });
});

describe("output that nobody reads to its end", () => {
  it("is no error", () => {
    const { stderr, status } = spawnSync(
      "/bin/sh",
      ["-c", `"${process.execPath}" tools/run.mjs cli rules --format json | true`],
      {
        cwd: ROOT,
        encoding: "utf8",
      },
    );
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  });
  it("is one where there is no room for it", () => {
    const { stderr, status } = azuremlAks(["check", "--format", "json=/dev/full"]);
    expect({ stderr, status }).toEqual({ stderr: expect.stringContaining("the disk is full"), status: 2 });
  });
});

describe("usage", () => {
  it.each<[args: string[], expected: RegExp]>([
    [["snyth"], /Did you mean synth\?/],
    [["synth", "--confg", "x"], /Unknown argument: confg/],
    [["synth", "--config"], /Not enough arguments following: config/],
    [["synth", "extra"], /Unknown argument: extra/],
    [["synth", "--", "--config", "x"], /remove the --/],
    [["check", "--no-config"], /Unknown argument/],
    [["check", "--config.x=1"], /Unknown argument/],
  ])("azureml-aks %j", (args, expected) => {
    const { status, stdout, stderr } = azuremlAks(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(expected);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
  it("alone, it prints its help", () => {
    expect(azuremlAks([])).toEqual(azuremlAks(["--help"]));
  });
  it.each([
    [["check", "--config", "-"]],
    [["check", "--config=-"]],
    [["check", "-"]],
    [["synth", "--config", "-", "--output", join(temporaryFolder(), "out")]],
  ])("%j reads the configuration from standard input", (args) => {
    const input = readFileSync(configFile(small()), "utf8");
    expect(azuremlAks(args, { input }).status).toBe(0);
    expect(azuremlAks(args, { input: "environments: {" })).toMatchObject({
      status: 2,
      stdout: expect.stringMatching(/^stdin:1:15 {2}error {2}config\/invalid\n.*the bracket \{ is not closed/),
    });
  });
  it("a state lies in the folder of the run where the configuration comes from standard input", () => {
    const folder = temporaryFolder();
    const input = readFileSync(configFile(small()), "utf8");
    expect(azuremlAks(["synth", "--config", "-"], { input, cwd: folder }).status).toBe(0);
    const stack = JSON.parse(readFileSync(join(folder, "cdktf.out/stacks/dev-scoring-cluster/cdk.tf.json"), "utf8"));
    expect(stack.terraform.backend.local.path).toBe("../../../terraform.dev-scoring-cluster.tfstate");
  });
  it("--help names the commands and the version is the package's", () => {
    expect(azuremlAks(["--help"]).stdout).toMatch(/synth[\s\S]*init[\s\S]*schema/);
    expect(azuremlAks(["--version"]).stdout.trim()).toBe(
      JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version,
    );
  });
});
