import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { inGroups } from "../deploy/order.ts";
import { azuremlAks, configFile, ROOT, type Run, small, temporaryFolder } from "./helpers.ts";

const STAND_IN = join(ROOT, "__tests__/terraform-stand-in.sh");
const CLUSTER = "dev-scoring-cluster";
const ATTACHMENT = "dev-scoring-attachment";
/** The attachment reads the cluster, which must be there. */
const READS = `[${ATTACHMENT} plan=needs ${CLUSTER}]`;

interface Place {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

function place(behaviour = READS, config: object = small()): Place {
  const folder = temporaryFolder();
  configFile(config, folder);
  const env = { TERRAFORM_BINARY_NAME: STAND_IN, STAND_IN_FOLDER: folder, STAND_IN: behaviour };
  return { folder, env };
}

const run = (args: readonly string[], { folder, env }: Place, input?: string): Run =>
  azuremlAks(args, { cwd: folder, env, input });
const log = ({ folder }: Place): string[] =>
  existsSync(join(folder, "log")) ? readFileSync(join(folder, "log"), "utf8").trim().split("\n") : [];
const applied = ({ folder }: Place): string[] => readdirSync(join(folder, "applied"));
const planFiles = ({ folder }: Place): string[] =>
  readdirSync(join(folder, "cdktf.out"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith("tfplan"),
  );

/** Two environments of one cluster each. */
const two = (): object => {
  const { dev } = small().environments;
  const test = small({ create: { name: "aks-test" }, attachment: { computeName: "test" } }).environments.dev;
  return { environments: { dev, test } };
};

describe("plan", () => {
  it("synthesizes, plans each stack in its folder and keeps the plan", () => {
    const there = place("");
    const { status, stdout, stderr } = run(["plan"], there);
    expect(status).toBe(0);
    expect(log(there)).toEqual([
      `init ${CLUSTER}`,
      `plan ${CLUSTER} -detailed-exitcode -out=tfplan`,
      `init ${ATTACHMENT}`,
      `plan ${ATTACHMENT} -detailed-exitcode -out=tfplan`,
    ]);
    expect(planFiles(there)).toEqual([`stacks/${ATTACHMENT}/tfplan`, `stacks/${CLUSTER}/tfplan`]);
    expect(stdout).toContain(`${CLUSTER}    | plan says something\n`);
    expect(stdout).not.toContain("init says");
    expect(stderr).toContain(`${STAND_IN} -chdir=cdktf.out/stacks/${CLUSTER} plan -input=false`);
    expect(stderr).toContain(`  ${ATTACHMENT}  planned, in tfplan\n`);
  });
  it("says what cannot be planned yet, and takes that for no failure", () => {
    const there = place();
    const { status, stderr } = run(["plan"], there);
    expect(status).toBe(0);
    expect(stderr).toContain(`Error: plan of ${ATTACHMENT}`);
    expect(stderr).toContain(`  ${ATTACHMENT}  cannot be planned before the stacks that it depends on are applied\n`);
  });
  it("fails where a stack fails and what it depends on has no changes", () => {
    const there = place(`${READS}[${CLUSTER} plan=none]`);
    expect(run(["plan"], there)).toMatchObject({ status: 1, stderr: expect.stringContaining(`${ATTACHMENT}  failed`) });
  });
  it("takes names and patterns, and knows what was meant", () => {
    const there = place("", two());
    expect(run(["plan", "test-*"], there).status).toBe(0);
    expect(
      log(there)
        .filter((line) => line.startsWith("plan"))
        .map((line) => line.split(" ")[1]),
    ).toEqual(["test-scoring-cluster", "test-scoring-attachment"]);
    expect(run(["plan", "dev-scoring-clustr"], there)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`there is no stack "dev-scoring-clustr": did you mean ${CLUSTER}?`),
    });
  });
  it("runs nothing where the configuration has an error", () => {
    const there = place(
      "",
      small({
        create: { nodePool: { vmSize: "Standard_D2s_v5", nodeCount: 1 } },
        attachment: { clusterPurpose: "FastProd" },
      }),
    );
    expect(run(["plan"], there)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("attachment/production-size"),
    });
    expect(log(there)).toEqual([]);
    expect(run(["plan", "--fail-on", "never"], there).status).toBe(0);
  });
  it("says how to get Terraform where there is none", () => {
    const there = place();
    const env = { ...there.env, TERRAFORM_BINARY_NAME: "no-such-terraform" };
    expect(run(["plan"], { ...there, env })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("no-such-terraform is not on the PATH: install Terraform"),
    });
  });
});

describe("deploy", () => {
  it("plans each stack when those before it are applied, and applies exactly that plan", () => {
    const there = place();
    const { status, stderr } = run(["deploy"], there, "yes\nyes\n");
    expect(status).toBe(0);
    expect(log(there)).toEqual([
      `init ${CLUSTER}`,
      `plan ${CLUSTER} -detailed-exitcode -out=tfplan`,
      `apply ${CLUSTER} tfplan`,
      `done ${CLUSTER}`,
      `init ${ATTACHMENT}`,
      `plan ${ATTACHMENT} -detailed-exitcode -out=tfplan`,
      `apply ${ATTACHMENT} tfplan`,
      `done ${ATTACHMENT}`,
    ]);
    expect(stderr).toContain(`Apply this plan to ${CLUSTER}?`);
    expect(planFiles(there)).toEqual([]);
  });
  it.each(["-auto-approve", "--auto-approve"])("asks nothing with %s", (flag) => {
    const there = place();
    expect(run(["deploy", flag], there).status).toBe(0);
    expect(applied(there)).toEqual([ATTACHMENT, CLUSTER]);
  });
  it.each([
    ["no", "no\n"],
    ["y", "y\n"],
    ["nobody", ""],
  ])("applies nothing where the answer is %s", (_, input) => {
    const there = place();
    expect(run(["deploy"], there, input)).toMatchObject({ status: 1, stderr: expect.stringContaining("not started") });
    expect(applied(there)).toEqual([]);
    expect(planFiles(there)).toEqual([]);
  });
  it("applies nothing and asks nothing where nothing changes", () => {
    const there = place(`[${CLUSTER} plan=none][${ATTACHMENT} plan=none]`);
    expect(run(["deploy"], there)).toMatchObject({
      status: 0,
      stderr: expect.stringContaining(`${CLUSTER}     no changes`),
    });
    expect(log(there).some((line) => line.startsWith("apply"))).toBe(false);
  });
  it.each(["init", "plan", "apply"])("stops where %s of a stack fails, and leaves no plan behind", (command) => {
    const there = place(`[${CLUSTER} ${command}=fail]`);
    const { status, stderr } = run(["deploy", "-auto-approve"], there);
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`Error: ${command} of ${CLUSTER}`));
    expect(stderr).toContain(`${ATTACHMENT}  not started\n`);
    expect(log(there).some((line) => line.includes(ATTACHMENT))).toBe(false);
    expect(planFiles(there)).toEqual([]);
  });
  it("works on independent stacks at once, and asks for them together", () => {
    const there = place("", two());
    const { status, stderr } = run(["deploy"], there, "yes\nyes\n");
    expect(status).toBe(0);
    expect(stderr).toContain("Apply this plan to dev-scoring-cluster, test-scoring-cluster?");
    expect(applied(there)).toHaveLength(4);
    const order = log(there);
    expect(order.indexOf("done test-scoring-cluster")).toBeLessThan(order.indexOf(`init ${ATTACHMENT}`));
  });
  it("works on one after the other with --parallelism 1", () => {
    const there = place("[dev-scoring-cluster apply=fail]", two());
    expect(run(["deploy", "-auto-approve", "--parallelism", "1"], there).status).toBe(1);
    expect(applied(there)).toEqual([]);
    expect(run(["deploy", "--parallelism", "0"], there).status).toBe(2);
  });
  it("ends in order when it is interrupted: one interrupt for Terraform, no plan file, nothing more started", async () => {
    const there = place(`[${CLUSTER} apply=wait]`);
    const child = spawn(process.execPath, [join(ROOT, "tools/run.mjs"), "cli", "deploy", "-auto-approve"], {
      cwd: there.folder,
      env: { ...process.env, ...there.env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (text) => (stderr += text));
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    while (!existsSync(join(there.folder, "waiting"))) await setTimeout(20);
    child.kill("SIGINT");
    expect(await ended).toBe(1);
    expect(log(there).at(-1)).toBe(`interrupted ${CLUSTER} 1`);
    expect(stderr).toContain("stopped\n");
    expect(planFiles(there)).toEqual([]);
  });
});

describe("destroy", () => {
  const deployed = (): Place => {
    const there = place();
    run(["deploy", "-auto-approve"], there);
    return there;
  };
  it("destroys in the opposite order, after asking", () => {
    const there = deployed();
    const before = log(there).length;
    const { status, stderr } = run(["destroy"], there, "yes\nyes\n");
    expect(status).toBe(0);
    expect(
      log(there)
        .slice(before)
        .filter((line) => /^(apply|plan)/.test(line)),
    ).toEqual([
      `plan ${ATTACHMENT} -detailed-exitcode -out=tfplan -destroy`,
      `apply ${ATTACHMENT} tfplan`,
      `plan ${CLUSTER} -detailed-exitcode -out=tfplan -destroy`,
      `apply ${CLUSTER} tfplan`,
    ]);
    expect(stderr).toContain(`Destroy ${ATTACHMENT}? This cannot be undone.`);
    expect(applied(there)).toEqual([]);
  });
  it("detaches by name, and leaves the cluster", () => {
    const there = deployed();
    expect(run(["destroy", ATTACHMENT, "-auto-approve"], there).status).toBe(0);
    expect(applied(there)).toEqual([CLUSTER]);
  });
  it("destroys nothing that another stack still needs", () => {
    const there = deployed();
    expect(run(["destroy", CLUSTER], there, "yes\n")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`${ATTACHMENT} depends on what is to be destroyed: name it too`),
    });
    expect(applied(there)).toEqual([ATTACHMENT, CLUSTER]);
  });
  it("says what is wrong with the configuration, which it does not judge", () => {
    const there = place("", { environments: { dev: {} } });
    expect(run(["destroy"], there)).toMatchObject({ status: 2, stderr: expect.stringContaining("config/invalid") });
    expect(run(["destroy"], { ...there, folder: temporaryFolder() })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("there is no such file"),
    });
  });
  it("wants names where nobody is asked", () => {
    expect(run(["destroy", "-auto-approve"], place())).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("name the stacks"),
    });
  });
});

describe("groups", () => {
  it("hold what does not depend on each other, and depends on the groups before", () => {
    const stack = (name: string, ...dependsOn: string[]) => ({ name, directory: name, dependsOn });
    const groups = inGroups([stack("a"), stack("b", "a"), stack("c"), stack("d", "b", "c"), stack("e", "elsewhere")]);
    expect(groups.map((group) => group.map(({ name }) => name))).toEqual([["a", "c", "e"], ["b"], ["d"]]);
  });
});
