import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assess } from "../assess/assess.ts";
import { readPlans } from "../command-line/plans.ts";
import { loadConfig } from "../config/load.ts";
import { readInput } from "../files/read.ts";
import { makeFolder, writeOutput } from "../files/write.ts";
import { attachment, cluster, example } from "../rules/examples.ts";
import { write } from "../stacks/write.ts";
import { issue, keyOf, pemOf } from "./certificates.ts";
import { azuremlAks, configFile, type Json, ROOT, small, temporaryFolder } from "./helpers.ts";
import { lockedBy } from "./lock.ts";
import { planOf } from "./plan-of.ts";
import { bash } from "./shell.ts";

const PLAN = JSON.stringify({ format_version: "1.2", resource_changes: [] });
/** A plan with an error, of more than may be written where no file may get longer than a block. */
const FAILING = JSON.stringify(
  planOf(example("", cluster({ default_node_pool: { node_count: 1 } }), attachment()).stacks.stack),
);
const other = { environments: { other: small().environments.dev } };

/** Synthesizes a configuration into `cdktf.out` of a folder, and gives what was removed. */
function synth(config: object, folder: string, outputDirectory = join(folder, "cdktf.out")): string[] {
  const result = loadConfig(configFile(config, folder), { rules: [] });
  if (!result.ok) throw new Error(result.findings[0]?.message);
  return write(assess(result.loaded, outputDirectory, { today: "2026-11-27" }).app, {
    outputDirectory,
    removeStale: true,
  });
}

/** A folder with a configuration, synthesized. */
function synthesized(): string {
  const folder = temporaryFolder();
  synth(small(), folder);
  return folder;
}

function put(folder: string, files: Record<string, string>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(folder, file, ".."), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}

const read = (folder: string, file: string): string => readFileSync(join(folder, file), "utf8");

describe("synth keeps what others have in the output folder", () => {
  it("stacks with their states, and what Terraform and others put beside a stack of its own", () => {
    const folder = synthesized();
    const kept = {
      "cdktf.out/stacks/foreign/cdk.tf.json": "{}",
      "cdktf.out/stacks/foreign/terraform.tfstate": "state",
      "cdktf.out/stacks/foreign/.terraform/modules/modules.json": "[]",
      "cdktf.out/stacks/dev-scoring-cluster/override.tf": "# mine",
      "cdktf.out/notes.txt": "mine",
    };
    put(folder, kept);
    symlinkSync("../notes.txt", join(folder, "cdktf.out/stacks/link"));
    const { ino } = statSync(join(folder, "cdktf.out/stacks/foreign/terraform.tfstate"));
    const removed = synth(other, folder);
    for (const [file, text] of Object.entries(kept)) expect(read(folder, file), file).toBe(text);
    // The same file, so that who has it open writes into it.
    expect(statSync(join(folder, "cdktf.out/stacks/foreign/terraform.tfstate")).ino).toBe(ino);
    expect(lstatSync(join(folder, "cdktf.out/stacks/link")).isSymbolicLink()).toBe(true);
    expect(removed).toEqual(
      ["dev-scoring-attachment", "dev-scoring-cluster/cdk.tf.json"].map((name) =>
        join(folder, "cdktf.out/stacks", name),
      ),
    );
    expect(existsSync(join(folder, "cdktf.out/stacks/dev-scoring-cluster/cdk.tf.json"))).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(["azureml-aks.yaml", "cdktf.out"]);
  });
  it.each([
    ["manifest.json", "manifest.json"],
    ["a stack of the same name", "stacks/dev-scoring-cluster/cdk.tf.json"],
  ])("and replaces no %s of theirs", (_, file) => {
    const folder = temporaryFolder();
    configFile(small(), folder);
    put(folder, { [`cdktf.out/${file}`]: "{}", "cdktf.out/stacks/dev-scoring-cluster/terraform.tfstate": "state" });
    expect(() => synth(small(), folder)).toThrow(`cdktf.out/${file} was not written by this version`);
    expect(read(folder, `cdktf.out/${file}`)).toBe("{}");
    expect(read(folder, "cdktf.out/stacks/dev-scoring-cluster/terraform.tfstate")).toBe("state");
  });
  it("a manifest.json that somebody else wrote since is not replaced", () => {
    const folder = synthesized();
    put(folder, { "cdktf.out/manifest.json": '{"version":"0.21.0","stacks":{}}' });
    expect(() => synth(other, folder)).toThrow("cdktf.out/manifest.json was not written by this version");
    expect(existsSync(join(folder, "cdktf.out/stacks/dev-scoring-cluster/cdk.tf.json"))).toBe(true);
  });
  it.each(["stacks", "manifest.json", "stacks/dev-scoring-cluster", "stacks/dev-scoring-cluster/cdk.tf.json"])(
    "follows no link: %s",
    (part) => {
      const folder = synthesized();
      const elsewhere = join(temporaryFolder(), "elsewhere");
      if (part.endsWith("json")) writeFileSync(elsewhere, "theirs");
      else mkdirSync(elsewhere);
      rmSync(join(folder, "cdktf.out", part), { recursive: true });
      symlinkSync(elsewhere, join(folder, "cdktf.out", part));
      expect(() => synth(small({ create: { name: "aks-new" } }), folder)).toThrow(`cdktf.out/${part} is a link`);
      expect(part.endsWith("json") ? readFileSync(elsewhere, "utf8") : readdirSync(elsewhere)).toEqual(
        part.endsWith("json") ? "theirs" : [],
      );
    },
  );
  it("the output folder itself may be a link", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "there"));
    symlinkSync("there", join(folder, "cdktf.out"));
    synth(small(), folder);
    expect(existsSync(join(folder, "there/manifest.json"))).toBe(true);
  });
  it("the folder of the configuration may be the output folder, and stays the same one", () => {
    const folder = temporaryFolder();
    const { ino } = statSync(folder);
    for (const config of [small(), other]) synth(config, folder, folder);
    expect(statSync(folder).ino).toBe(ino);
    expect(readdirSync(folder).sort()).toEqual(["azureml-aks.yaml", "manifest.json", "stacks"]);
  });
  it("touches nothing where nothing changes", () => {
    const folder = synthesized();
    const inodes = (): number[] =>
      ["", "/stacks", "/manifest.json"].map((part) => statSync(join(folder, `cdktf.out${part}`)).ino);
    const before = inodes();
    synth(small(), folder);
    expect(inodes()).toEqual(before);
  });
});

describe("a lock", () => {
  it("of a dead one is taken over, and what it left in the middle is put in order", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const folder = synthesized();
    const path = lockedBy(pid, folder);
    // Killed when it had moved the old output away.
    mkdirSync(join(path, "new/stacks"), { recursive: true });
    mkdirSync(join(path, "old"));
    for (const part of ["manifest.json", "stacks"])
      spawnSync("mv", [join(folder, "cdktf.out", part), join(path, "old")]);
    put(path, { "old/stacks/foreign/terraform.tfstate": "state", "new/manifest.json": "{}" });
    synth(small(), folder);
    expect(read(folder, "cdktf.out/stacks/foreign/terraform.tfstate")).toBe("state");
    expect(readdirSync(folder).sort()).toEqual(["azureml-aks.yaml", "cdktf.out"]);
  });
  it("frees itself where something goes wrong", () => {
    const folder = temporaryFolder();
    put(folder, { "cdktf.out/manifest.json": "{}" });
    expect(() => synth(small(), folder)).toThrow();
    expect(readdirSync(folder).sort()).toEqual(["azureml-aks.yaml", "cdktf.out"]);
  });
});

describe("no output replaces an input", () => {
  const folder = temporaryFolder();
  configFile(
    small({ attachment: { tls: { cname: "scoring.contoso.com", certificate: { variables: true } } } }),
    folder,
  );
  put(folder, { "plan.json": PLAN, "sub/other.json": PLAN });
  for (const [input, name] of [
    ["azureml-aks.yaml", "config"],
    ["plan.json", "plan"],
  ] as const) {
    symlinkSync(input, join(folder, `${name}.symbolic`));
    linkSync(join(folder, input), join(folder, `${name}.hard`));
  }
  it.each(["plan.json", "./sub/../plan.json", "plan.symbolic", "plan.hard", "sub/far", "sub"])(
    "by whatever name: %s",
    (name) => {
      if (name === "sub/far") symlinkSync("../plan.symbolic", join(folder, name));
      readInput(join(folder, "plan.json"), { maxBytes: 1000 });
      expect(() => writeOutput(join(folder, name), "replaced")).toThrow(
        name === "sub" ? /this is a folder/ : /this would replace .*plan.json/,
      );
      expect(read(folder, "plan.json")).toBe(PLAN);
    },
  );
  it("of all kinds: the configuration, the certificate, its key, a plan", async () => {
    const issued = await issue({ name: "scoring", host: "scoring.contoso.com" });
    put(folder, { "cert.pem": pemOf(issued), "key.pem": await keyOf(issued) });
    const certified = ["check", "--certificate", "cert.pem", "--key", "key.pem", "--format"];
    for (const [input, args] of [
      ["key.pem", [...certified, "json=key.pem"]],
      ["cert.pem", [...certified, "json=./cert.pem"]],
      [
        "azureml-aks.yaml",
        ["review", "sub/other.json", "--config", "azureml-aks.yaml", "--format", "html=config.hard"],
      ],
      ["plan.json", ["review", "sub/other.json", "plan.json", "--format", "sarif=plan.hard"]],
    ] as const) {
      const before = read(folder, input);
      const { status, stderr } = azuremlAks(args, { cwd: folder });
      expect({ status, stderr }, input).toEqual({
        status: 2,
        stderr: expect.stringContaining(`this would replace ${input}`),
      });
      expect(read(folder, input)).toBe(before);
    }
  });
  it("of a picture, or from standard input", () => {
    const graph = (...args: string[]) => azuremlAks(["graph", ...args], { cwd: folder });
    expect(graph("--output", "config.hard").stderr).toContain(
      "this would replace azureml-aks.yaml, which was read (config.hard is the same file)",
    );
    expect(graph("plan.json", "--output", "plan.symbolic").stderr).toContain("this would replace plan.json");
    const { status } = bash("azureml_aks review - --format json=plan.hard < plan.json", folder);
    expect(status).toBe(2);
    expect(read(folder, "plan.json")).toBe(PLAN);
  });
  it("except where it is asked for", () => {
    const config = configFile(small());
    expect(azuremlAks(["migrate", "--config", config, "--output", config]).status).toBe(2);
    expect(azuremlAks(["migrate", "--config", config, "--output", config, "--force"]).status).toBe(0);
    expect(readFileSync(config, "utf8")).toContain("KubernetesCompute");
  });
});

describe("a file is written whole or not at all", () => {
  const folder = temporaryFolder();
  configFile(small(), folder);
  it("where the disk is full, or takes no file of that length", () => {
    put(folder, { "report.json": "before", "plan.json": FAILING });
    // No file may get longer than a block: what a full disk does to a write.
    const { status, stderr } = bash("ulimit -f 1; azureml_aks review plan.json --format json=report.json", folder);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining("report.json: this is more than a file may hold here"),
    });
    expect(read(folder, "report.json")).toBe("before");
  });
  it("and keeps the rights of the file and the links to it", () => {
    put(folder, { "there/report.json": "before" });
    chmodSync(join(folder, "there/report.json"), 0o640);
    symlinkSync("there/report.json", join(folder, "link.json"));
    symlinkSync("there/new.json", join(folder, "new.json"));
    expect(
      azuremlAks(["check", "--format", "json=link.json", "--format", "sarif=new.json"], { cwd: folder }).status,
    ).toBe(0);
    expect(JSON.parse(read(folder, "there/report.json")).schemaVersion).toBe(1);
    expect(JSON.parse(read(folder, "there/new.json")).version).toBe("2.1.0");
    expect(statSync(join(folder, "there/report.json")).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(folder, "there")).sort()).toEqual(["new.json", "report.json"]);
  });
  it("into a pipe and a device as they are", () => {
    const outputs = "--format json=>(wc -l) --format sarif=/dev/null --format junit=/dev/stdout";
    const { stdout } = bash(`azureml_aks review plan.json ${outputs}`, folder);
    expect(stdout).toMatch(/<testsuites>/);
    expect(stdout).toMatch(/^\d+$/m);
  });
});

describe("standard output that nobody reads to its end", () => {
  it("leaves the exit status and the files what they are", () => {
    const folder = temporaryFolder();
    put(folder, { "plan.json": FAILING });
    const { status, stderr } = bash(
      `(azureml_aks review plan.json --format json --format html=page.html; echo $? > status) | true`,
      folder,
    );
    expect({ status, stderr, own: read(folder, "status") }).toEqual({ status: 0, stderr: "", own: "1\n" });
    expect(read(folder, "page.html")).toContain("</html>");
  });
});

describe("what the system does not do is said in a sentence", () => {
  const folder = temporaryFolder();
  spawnSync("mkfifo", [join(folder, "pipe")]);
  const pipe = join(folder, "pipe");
  it.each<[what: string, run: () => unknown, message: RegExp]>([
    ["a plan that never ends", () => readPlans(["/dev/zero"]), /\/dev\/zero: this is a pipe or a device/],
    ["a pipe that nobody writes to", () => readPlans([pipe]), /this is a pipe or a device/],
    ["a pipe that nobody reads from", () => writeOutput(pipe, "x"), /nobody reads from this pipe/],
    [
      "a file whose reading fails",
      () => readInput("/proc/self/mem", { maxBytes: 1000 }),
      /the disk or the connection to it fails/,
    ],
    ["a name of 300 letters", () => writeOutput(join(folder, "x".repeat(300)), "x"), /this name is too long/],
    ["a name of a million letters", () => readInput("x".repeat(1e6), { maxBytes: 1000 }), /this name is too long/],
    [
      "a folder that is none",
      () => makeFolder(join(ROOT, "package.json/x")),
      /package.json.x: a part of this path is a file/,
    ],
    ["a folder in which the system makes none", () => makeFolder("/proc/x/y"), /\/proc\/x: this folder cannot be made/],
    ["links in a circle", () => writeOutput(circle(folder), "x"), /links lead in a circle/],
    ["a device without room", () => writeOutput("/dev/full", "x"), /the disk is full/],
  ])("%s", (_, run, message) => {
    expect(run).toThrow(message);
  });
  it("at the configuration, whatever it is", () => {
    for (const file of ["/dev/zero", pipe, "/proc/self/mem"]) {
      const result = ((): Json => {
        try {
          return loadConfig(file, { rules: [] });
        } catch (error) {
          return (error as Error).message;
        }
      })();
      expect(JSON.stringify(result)).toMatch(/not a regular file|the disk or the connection to it fails/);
    }
  });
  it.each([
    [
      "a folder to run in that is gone",
      'cd "$(mktemp -d)" && rmdir "$PWD" && azureml_aks check',
      /there is no such file or folder/,
    ],
    [
      "standard input that never ends",
      "azureml_aks review - --max-size 5 < /dev/zero",
      /standard input holds more than 5 MB.*--max-size/,
    ],
    [
      "JSON that is nested without end",
      "head -c 300000 /dev/zero | tr '\\0' '[' | azureml_aks review -",
      /nested deeper than 1000 levels: this is not a/,
    ],
    [
      "few files that may be open",
      'ulimit -n 24; azureml_aks check --config "$CONFIG"',
      /^azureml-aks: .*too many (open files|files are open)/,
    ],
  ])("by the command, with exit status 2: %s", (_, command, message) => {
    const { status, stdout, stderr } = bash(command, temporaryFolder(), { CONFIG: configFile(small()) });
    expect(stdout + stderr).toMatch(message);
    expect(stdout + stderr).not.toMatch(/\n\s+at /);
    expect(status).toBe(2);
  });
});

function circle(folder: string): string {
  const [one, two] = [join(folder, "one"), join(folder, "two")];
  if (!lstatSync(one, { throwIfNoEntry: false })) {
    symlinkSync(two, one);
    symlinkSync(one, two);
  }
  return one;
}
