import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { azuremlAks, type Json, ROOT, temporaryFolder } from "./helpers.ts";

const init = (folder: string, ...args: string[]) => azuremlAks(["init", ...args], { cwd: folder });
const written = (folder: string, file = "azureml-aks.yaml"): string => readFileSync(join(folder, file), "utf8");

/** What `check` finds, by level, and the configuration. */
function started(...args: string[]): { readonly levels: string[]; readonly config: Json; readonly folder: string } {
  const folder = temporaryFolder();
  expect(init(folder, ...args).status).toBe(0);
  const { findings } = JSON.parse(azuremlAks(["check", "--format", "json"], { cwd: folder }).stdout);
  const levels = findings
    .filter(({ verdict }: Json) => verdict === "fail")
    .map(({ level, rule }: Json) => `${level} ${rule}`);
  return { levels, config: parse(written(folder)), folder };
}
const cluster = (config: Json, environment = "dev"): Json => config.environments[environment].clusters.ml;

describe("init writes a configuration", () => {
  it("for a KubernetesCompute, which synthesizes", () => {
    const { config, folder } = started(
      "--cluster-name",
      "aks-mine",
      "--vm-size",
      "Standard_D8s_v5",
      "--node-count",
      "2",
    );
    expect(cluster(config).create).toMatchObject({
      name: "aks-mine",
      nodePool: { vmSize: "Standard_D8s_v5", nodeCount: 2 },
    });
    expect(cluster(config).attachment).toMatchObject({ kind: "KubernetesCompute", clusterPurpose: "DevTest" });
    expect(azuremlAks(["synth"], { cwd: folder }).status).toBe(0);
  });
  it.each([
    [[]],
    [["--production"]],
    [["--private"]],
    [["--production", "--private"]],
    [["--kind", "AksCompute"]],
    [["--kind", "AksCompute", "--production", "--private"]],
    [["--production", "--location", "westus", "--backend", "azurerm"]],
  ])("without an error, nor a warning but that AksCompute is legacy: %j", (args) => {
    const legacy = args.includes("AksCompute") ? ["warning attachment/legacy"] : [];
    expect(started(...args).levels.filter((level) => !level.startsWith("note"))).toEqual(legacy);
  });
  it("with names that look like numbers as they are", () => {
    const { config } = started("--resource-group", "0123", "--cluster-name", "007", "--workspace", "1e3");
    expect(config.environments.dev.workspace).toEqual({ resourceGroup: "0123", name: "1e3" });
    expect(cluster(config).create).toMatchObject({ resourceGroup: "0123", name: "007" });
  });
  it("for production", () => {
    const { create, attachment } = cluster(started("--production").config, "prod");
    expect(create).toMatchObject({ tier: "Standard", nodePool: { criticalAddonsOnly: true, zones: ["1", "2", "3"] } });
    expect(create.nodePools.models.nodeCount).toBe(3);
    expect(attachment).toMatchObject({ clusterPurpose: "FastProd", tls: { certificate: { variables: true } } });
  });
  it("for a private cluster", () => {
    const { create, attachment } = cluster(started("--private").config);
    expect(create.apiServer).toEqual({ private: true });
    expect(create.nodePool.subnetId).toMatch(/\/subnets\/snet-aks$/);
    expect(attachment.loadBalancer).toEqual({ type: "InternalLoadBalancer" });
  });
  it.each([
    [["--backend", "local"], { local: {} }],
    [
      ["--backend", "azurerm", "--storage-account", "sttf"],
      { azurerm: { resourceGroup: "rg-tfstate", storageAccount: "sttf", container: "tfstate" } },
    ],
    [["--backend", "cloud", "--organization", "me"], { cloud: { organization: "me" } }],
  ])("with a backend: %j", (args, backend) => {
    expect(started(...args).config.defaults.backend).toEqual(backend);
  });
  it("whose first line names the schema, for editors", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "sub"));
    const schema = "node_modules/cdktf-azureml-aks/dist/package/azureml-aks.schema.json";
    init(folder);
    init(folder, "--output", "sub/mine.yaml");
    expect(written(folder).split("\n")[0]).toBe(`# yaml-language-server: $schema=${schema}`);
    expect(written(folder, "sub/mine.yaml").split("\n")[0]).toBe(`# yaml-language-server: $schema=../${schema}`);
  });
});

describe("init keeps what is there", () => {
  it("and replaces a file only when told to", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "azureml-aks.yaml"), "mine");
    expect(init(folder)).toMatchObject({ status: 2, stderr: expect.stringContaining("exists already") });
    expect(written(folder)).toBe("mine");
    expect(init(folder, "--force").status).toBe(0);
  });
  it("a list of what Git ignores too", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, ".gitignore"), "mine");
    expect(init(folder, "--cdktf").stderr).toContain(".gitignore exists: see that it has node_modules/, cdktf.out/");
    expect(written(folder, ".gitignore")).toBe("mine");
    expect(existsSync(join(folder, "cdktf.json"))).toBe(true);
  });
});

describe("answers", () => {
  it.each<[args: string[], name: string]>([
    [["--cluster-name", "12345"], "12345"],
    [["--cluster-name", "true"], "true"],
    [["--cluster-name", "1_0"], "1_0"],
  ])("are kept as they are: %j", (args, name) => {
    const { stdout } = init(ROOT, "--output", "-", ...args);
    expect(cluster(parse(stdout)).create.name).toBe(name);
  });
  it("that are wrong are refused, all of them", () => {
    expect(init(ROOT, "--output", "-", "--node-count", "many", "--cluster-name", "a/b")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/an AKS cluster's name has[\s\S]*give a whole number/),
    });
    expect(init(ROOT, "--output", "-", "--kind", "Aks").stderr).toContain("KubernetesCompute");
  });
  it.runIf(spawnSync("python3", ["-c", "import pty"]).status === 0)(
    "that are wrong are asked again at once on a terminal, and none is lost",
    () => {
      const folder = temporaryFolder();
      const answers = [
        "",
        "maybe",
        "yes",
        "no",
        "",
        "westeurop",
        "northeurope",
        "rg",
        "mlw",
        "a/b",
        "aks-mine",
        "",
        "",
        "",
        "",
      ];
      const { stdout, status } = spawnSync("python3", [join(ROOT, "__tests__/terminal.py"), ...answers], {
        cwd: folder,
        encoding: "utf8",
        env: { ...process.env, AZUREML_AKS: `${process.execPath} ${join(ROOT, "tools/run.mjs")} cli init` },
      });
      expect(stdout).toContain("answer yes or no");
      expect(stdout).toContain("did you mean westeurope?");
      expect(stdout).toContain("an AKS cluster's name has 1-63");
      expect(status).toBe(0);
      const config = parse(written(folder));
      expect(config.defaults.location).toBe("northeurope");
      expect(config.environments.prod.workspace).toEqual({ resourceGroup: "rg", name: "mlw" });
      expect(cluster(config, "prod").create.name).toBe("aks-mine");
    },
  );
});
