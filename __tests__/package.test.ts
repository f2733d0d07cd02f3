import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, normalize } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import { type Json, ROOT, type Run, temporaryFolder } from "./helpers.ts";

const NAME = "cdktf-azureml-aks";
const PEERS = ["cdktf", "constructs", "@cdktf"];

let tarball: string;
let installed: string;

/** The commands of a block of the README, as they stand there; CHECKOUT is this one. */
function commandsOf(heading: string): string[] {
  const [, block = ""] = new RegExp(`\n## ${heading}\n.*?\`\`\`sh\\n(.*?)\`\`\``, "s").exec(README) ?? [];
  return block.replaceAll("CHECKOUT", ROOT).trim().split("\n");
}

const README = readFileSync(join(ROOT, "README.md"), "utf8");

beforeAll(() => {
  installed = temporaryFolder();
  const env = { ...process.env, npm_config_offline: "true", npm_config_audit: "false", npm_config_fund: "false" };
  for (const command of commandsOf("Install")) execFileSync("sh", ["-c", command], { cwd: installed, env });
  tarball = join(installed, readdirSync(installed).find((file) => file.endsWith(".tgz")) as string);
}, 300_000);

/** Terraform's place on the PATH, for commands of the README. */
function withTerraform(folder: string): NodeJS.ProcessEnv {
  const bin = join(temporaryFolder(), "bin");
  mkdirSync(bin);
  writeFileSync(join(folder, "sample.json"), JSON.stringify(PLAN));
  const program = `#!/bin/sh\n[ "$1" = show ] && exec cat sample.json\nexec ${join(ROOT, "__tests__/terraform-stand-in.sh")} "$@"\n`;
  writeFileSync(join(bin, "terraform"), program, { mode: 0o755 });
  return { ...process.env, PATH: `${bin}:${process.env.PATH}`, STAND_IN_FOLDER: folder, STAND_IN: "" };
}

describe("the README", () => {
  it("has commands that work as they stand, one after the other", () => {
    const folder = temporaryFolder();
    cpSync(join(installed, "node_modules"), join(folder, "node_modules"), { recursive: true, verbatimSymlinks: true });
    const env = withTerraform(folder);
    const ran = ["Start", "Deploy", "Check", "Review plans"].flatMap((heading) =>
      commandsOf(heading).map((command) => {
        const { status, stdout, stderr } = spawnSync("sh", ["-c", command], {
          cwd: folder,
          env,
          encoding: "utf8",
          input: "yes\nyes\nyes\n",
        });
        // A plan with an error is one that the review finds.
        const expected = command.includes("azureml-aks review") ? 1 : 0;
        return status === expected ? command : `${command}: ${status}\n${stdout}${stderr}`;
      }),
    );
    expect(ran).toEqual(["Start", "Deploy", "Check", "Review plans"].flatMap(commandsOf));
    expect(ran.length).toBeGreaterThan(8);
    expect(readdirSync(join(folder, "applied"))).toEqual(["dev-ml-cluster"]);
  }, 240_000);
});

function run(folder: string, command: string, args: readonly string[]): Run {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8", input: "" });
  return { status, stdout, stderr };
}

const read = (...path: string[]): string => readFileSync(join(installed, "node_modules", NAME, ...path), "utf8");

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The example as somebody has it who installed the package and its peers. */
function exampleFolder(): string {
  const folder = temporaryFolder();
  cpSync(join(ROOT, "examples/library"), folder, { recursive: true });
  mkdirSync(join(folder, "node_modules"));
  cpSync(join(installed, "node_modules", NAME), join(folder, "node_modules", NAME), { recursive: true });
  for (const peer of [...PEERS, "@types"])
    symlinkSync(join(ROOT, "node_modules", peer), join(folder, "node_modules", peer));
  return folder;
}

/** What the compiler says of the example and of files beside it; it is built where it says nothing. */
function compile(folder: string, ...beside: string[]): string {
  const { config } = ts.readConfigFile(join(folder, "tsconfig.json"), ts.sys.readFile);
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const inputs = [...fileNames, ...beside.map((file) => join(folder, file))];
  const program = ts.createProgram(inputs, {
    ...options,
    allowImportingTsExtensions: beside.length > 0,
    noEmit: beside.length > 0,
    resolveJsonModule: true,
  });
  const diagnostics = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  return ts.formatDiagnostics(diagnostics, {
    getCurrentDirectory: () => folder,
    getCanonicalFileName: (name) => name,
    getNewLine: () => "\n",
  });
}

describe("the command, installed in an empty folder", () => {
  it("comes alone, and is small", () => {
    expect(readdirSync(join(installed, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([NAME]);
    const { version } = JSON.parse(read("package.json"));
    expect(run(installed, "npx", ["azureml-aks", "--version"]).stdout.trim()).toBe(version);
    // Graphviz is there twice: for the command, and in the page for browsers.
    expect(statSync(tarball).size).toBeLessThan(3_300_000);
  });
  it("goes from nothing to the plans of a private cluster for production", () => {
    expect(run(installed, "npx", ["azureml-aks", "init", "--production", "--private"])).toMatchObject({ status: 0 });
    expect(run(installed, "npx", ["azureml-aks", "synth"])).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("3 stacks written"),
    });
    const stacks = ["prod-ml-cluster", "prod-ml-kubernetes", "prod-ml-attachment"];
    const stack = JSON.parse(readFileSync(join(installed, "cdktf.out/stacks/prod-ml-cluster/cdk.tf.json"), "utf8"));
    expect(stack.resource.azurerm_kubernetes_cluster.cluster.private_cluster_enabled).toBe(true);
    const { status } = spawnSync("npx", ["azureml-aks", "plan"], {
      cwd: installed,
      env: {
        ...process.env,
        TERRAFORM_BINARY_NAME: join(ROOT, "__tests__/terraform-stand-in.sh"),
        STAND_IN_FOLDER: installed,
        STAND_IN: "",
      },
    });
    expect(status).toBe(0);
    const plans = stacks.map((name) => join(installed, "cdktf.out/stacks", name, "tfplan"));
    expect(plans.filter((file) => !existsSync(file))).toEqual([]);
    expect(
      readFileSync(join(installed, "log"), "utf8")
        .split("\n")
        .filter((line) => line.startsWith("plan ")),
    ).toEqual(stacks.map((name) => `plan ${name} -detailed-exitcode -out=tfplan`));
  });
  it("holds the schema that its configurations name", () => {
    const [line = ""] = readFileSync(join(installed, "azureml-aks.yaml"), "utf8").split("\n");
    const schema = JSON.parse(readFileSync(join(installed, line.replace(/^.*\$schema=/, "")), "utf8"));
    expect(schema).toEqual(JSON.parse(run(installed, "npx", ["azureml-aks", "schema"]).stdout));
  });
  it("names what is bundled, each with a licence", () => {
    const notices = read("dist/package/THIRD-PARTY.txt");
    for (const folder of ["cdktf", "@cdktf/provider-azurerm", "constructs", "zod", "yaml", "yargs"]) {
      const { name, version } = JSON.parse(readFileSync(join(ROOT, "node_modules", folder, "package.json"), "utf8"));
      expect(notices).toContain(`\n${name} ${version} (`);
    }
    expect(notices).toContain("Mozilla Public License");
    // Compiled into @viz-js/viz.
    expect(notices).toMatch(/^Graphviz [\d.]+ \(EPL-1\.0\), https:.*\n\nEclipse Public License - v 1\.0$/m);
    expect(notices).toMatch(/^Expat [\d.]+ \(MIT\), https:.*\n\nCopyright \(c\) 1998-2000 Thai Open Source Software/m);
    expect(notices).not.toContain("esbuild");
  });
  it("writes the page for the browser, with its licences, where nothing can be bundled", () => {
    expect(run(installed, "npx", ["azureml-aks", "page", "--output", "review.html"])).toMatchObject({ status: 0 });
    const page = readFileSync(join(installed, "review.html"), "utf8");
    expect(page).toContain('<script type="module">');
    for (const name of ["@viz-js/viz", "buffer", "fflate", "Graphviz"])
      expect(page).toMatch(new RegExp(`^${name} [\\d.]+ \\(`, "m"));
    for (const name of ["buffer", "fflate"])
      expect(read("dist/package/THIRD-PARTY.txt")).toMatch(new RegExp(`^${name} `, "m"));
  });
  it("holds what its documents link to, except what examples give and what the sources are", () => {
    const folder = join(installed, "node_modules", NAME);
    const documents = filesOf(folder).filter((file) => file.endsWith(".md") && !file.endsWith("CONTRIBUTING.md"));
    const links = documents.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/\]\((?!https:|expected\/)([^)#]+)(?:#[\w-]+)?\)/g)].map(([, link]) =>
        join(dirname(file), link as string),
      ),
    );
    expect(links).toContain(join(folder, normalize("examples/kubernetescompute/README.md")));
    expect(links.filter((file) => !existsSync(file))).toEqual([]);
    expect(filesOf(join(folder, "examples")).filter((file) => /[\\/](expected|cdktf\.out)[\\/]/.test(file))).toEqual(
      [],
    );
  });
  it("holds no path of the machine that made it", () => {
    for (const file of filesOf(join(ROOT, "dist/package")))
      expect(readFileSync(file, "utf8").includes(ROOT), file).toBe(false);
  });
});

describe("the library", () => {
  it("is what npm and every kind of module resolution expect", async () => {
    const bytes = readFileSync(tarball);
    const { messages } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, strict: true });
    expect(messages.map((message) => formatMessage(message, JSON.parse(read("package.json"))))).toEqual([]);
    const result = await checkPackage(createPackageFromTarballData(new Uint8Array(bytes)));
    expect(result.types && result.problems).toEqual([]);
    expect(result.types && Object.keys(result.entrypoints)).toEqual([
      ".",
      "./constructs",
      "./stacks",
      "./rules",
      "./package.json",
    ]);
  });

  it("builds the example, whose programs synthesize and are judged", () => {
    const folder = exampleFolder();
    expect(compile(folder)).toBe("");
    expect(run(folder, process.execPath, ["dist/constructs.js"])).toMatchObject({ status: 0 });
    const stack = JSON.parse(readFileSync(join(folder, "cdktf.out/stacks/scoring/cdk.tf.json"), "utf8"));
    expect(Object.keys(stack.resource)).toEqual(
      expect.arrayContaining(["azapi_resource", "azurerm_kubernetes_cluster", "azurerm_machine_learning_workspace"]),
    );
    const training = JSON.parse(readFileSync(join(folder, "cdktf.out/stacks/training/cdk.tf.json"), "utf8"));
    const only = (type: string): Json => Object.values<Json>(training.resource[type])[0];
    expect(only("azurerm_kubernetes_cluster_extension").configuration_settings).toMatchObject({
      enableTraining: "True",
      enableInference: "False",
    });
    expect(only("azapi_resource").body.properties).toMatchObject({
      computeType: "Kubernetes",
      properties: { instanceTypes: { gpu: {} } },
    });
    const { annotations } = JSON.parse(readFileSync(join(folder, "cdktf.out/manifest.json"), "utf8")).stacks.scoring;
    expect(
      annotations
        .map(({ message }: Json) => message)
        .find((message: string) => message.startsWith("attachment/legacy")),
    ).toContain("Acknowledged: SDK v1 stays until the migration");

    expect(run(folder, process.execPath, ["--test", "dist/testing.js"])).toMatchObject({ status: 0 });

    expect(run(folder, process.execPath, ["dist/stacks.js", "azureml-aks.yaml", "out"])).toMatchObject({
      status: 0,
      stderr: "",
    });
    expect(existsSync(join(folder, "out/stacks/dev-scoring-attachment/cdk.tf.json"))).toBe(true);
    const untagged = join(folder, "untagged.yaml");
    writeFileSync(untagged, readFileSync(join(folder, "azureml-aks.yaml"), "utf8").replace("costCentre", "team"));
    expect(run(folder, process.execPath, ["dist/stacks.js", untagged, "none"])).toMatchObject({
      status: 1,
      stderr:
        "dev-scoring-cluster: contoso/cost-centre: the tag costCentre is missing; add it to the environment's tags\n",
    });
    expect(existsSync(join(folder, "none"))).toBe(false);

    writeFileSync(join(folder, "ml.json"), JSON.stringify(PLAN));
    expect(run(folder, process.execPath, ["dist/review.js", "ml.json"])).toEqual({
      status: 1,
      stdout: expect.stringMatching(
        /^ml azurerm_kubernetes_cluster\.a: create-cluster: .*\ncluster\/standard-load-balancer: fail: /ms,
      ),
      stderr: "",
    });
  }, 240_000);

  it("says in its types what the schema of the configuration says, and refuses what it refuses", () => {
    const folder = exampleFolder();
    const types = [
      "Config",
      "EnvironmentConfig",
      "ClusterConfig",
      "CreateConfig",
      "AttachmentConfig",
      "BackendConfig",
      "AcknowledgementConfig",
    ];
    writeFileSync(
      join(folder, "types.ts"),
      [
        `import type * as Schema from ${JSON.stringify(join(ROOT, "config/schema.ts"))};`,
        `import type * as Library from "${NAME}/stacks";`,
        "type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : [A, B];",
        ...types.flatMap((name) => [
          `export const to${name} = (value: Schema.${name}): Library.${name} => value;`,
          `export const from${name} = (value: Library.${name}): Schema.${name} => value;`,
          `export const keysOf${name}: Same<keyof Schema.${name}, keyof Library.${name}> = true;`,
        ]),
        `import { AksCluster } from "${NAME}/constructs";`,
        "// @ts-expect-error: a node pool has a fixed size or bounds, not both",
        `export const both = (scope: never) => new AksCluster(scope, "c", { name: "a", resourceGroupName: "r", subscriptionId: "s", location: "l", vmSize: "v", nodeCount: 1, minCount: 1, maxCount: 2 });`,
      ].join("\n"),
    );
    expect(compile(folder, "types.ts")).toBe("");
  }, 240_000);

  it("loads from either module system, once, and the rules without cdktf", () => {
    const folder = exampleFolder();
    const script = `import { AksCluster } from "${NAME}/constructs"; import { createRequire } from "node:module";
      console.log(createRequire(import.meta.url)("${NAME}").AksCluster === AksCluster);`;
    expect(run(folder, process.execPath, ["--input-type=module", "-e", script])).toEqual({
      status: 0,
      stdout: "true\n",
      stderr: "",
    });
    const plan = `const { fromPlan, judge, readPlan, readPlanFile, rulesOf } = require("${NAME}/rules");
      const plan = readPlan(readPlanFile(require("node:fs").readFileSync(0)));
      const { findings } = judge(fromPlan([{ name: "ml", plan }]), rulesOf("plan"), { today: "2026-11-23" });
      console.log(findings.map(({ rule }) => rule).join());`;
    const without = spawnSync(process.execPath, ["-e", plan], {
      cwd: installed,
      encoding: "utf8",
      input: JSON.stringify(PLAN),
    });
    expect({ stdout: without.stdout, stderr: without.stderr }).toEqual({
      stdout: expect.stringContaining("cluster/standard-load-balancer"),
      stderr: "",
    });
  });
});

/** A plan that creates a cluster with a Basic load balancer. */
const PLAN = {
  format_version: "1.2",
  terraform_version: "1.11.4",
  resource_changes: [
    {
      address: "azurerm_kubernetes_cluster.a",
      mode: "managed",
      type: "azurerm_kubernetes_cluster",
      name: "a",
      provider_name: "registry.terraform.io/hashicorp/azurerm",
      change: {
        actions: ["create"],
        before: null,
        after: { name: "aks", network_profile: [{ load_balancer_sku: "basic" }] },
        after_unknown: {},
        before_sensitive: false,
        after_sensitive: {},
      },
    },
  ],
  configuration: { root_module: {} },
};
