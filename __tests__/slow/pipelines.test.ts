import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { attachment, cluster } from "../../rules/examples.ts";
import { configFile, type Json, ROOT, type Run, small, temporaryFolder } from "../helpers.ts";
import { stackOf } from "../html-report.ts";
import { filled, runSteps, type StepRun } from "../pipelines/github.ts";
import { planOf } from "../plan-of.ts";

const STAND_INS = join(ROOT, "__tests__/pipelines/bin");
const read = (file: string): Json => parse(readFileSync(join(ROOT, file), "utf8"));
const ACTION = read("action.yml");
const WORKFLOW = read("pipelines/github.yml");
const GOOD = planOf(stackOf(cluster(), attachment()));
const BAD = planOf(stackOf(cluster({ default_node_pool: { vm_size: "Standard_DS2_v2" } }), attachment()));

/** A checkout in which a pipeline runs, with stand-ins for what it calls. */
class Checkout {
  readonly cwd = temporaryFolder();
  readonly env: NodeJS.ProcessEnv;

  constructor({ plan = GOOD, failing = "" }: { readonly plan?: Json; readonly failing?: string } = {}) {
    configFile(small(), this.cwd);
    const temporary = temporaryFolder();
    const file = (name: string): string => join(temporary, name);
    writeFileSync(file("plan"), JSON.stringify(plan));
    for (const name of ["summary", "log"]) writeFileSync(file(name), "");
    const node = process.execPath;
    this.env = {
      ...process.env,
      PATH: `${STAND_INS}:${process.env.PATH}`,
      NODE: node,
      ROOT,
      STAND_INS,
      LOG: file("log"),
      PLAN: file("plan"),
      FAILING: failing,
      COMMENT_FILE: file("comment"),
      RUNNER_TEMP: temporary,
      GITHUB_STEP_SUMMARY: file("summary"),
      AZUREML_AKS_PACKAGE: "package.tgz",
    };
  }

  file(name: string): string {
    return join(this.env.RUNNER_TEMP as string, name);
  }

  text(name: string): string {
    return readFileSync(existsSync(this.file(name)) ? this.file(name) : join(this.cwd, name), "utf8");
  }

  has(name: string): boolean {
    return existsSync(this.file(name)) || existsSync(join(this.cwd, name));
  }

  bash(script: string, env: NodeJS.ProcessEnv = {}): Run {
    const { status, stdout, stderr } = spawnSync("bash", ["-eo", "pipefail", "-c", script], {
      cwd: this.cwd,
      encoding: "utf8",
      env: { ...this.env, ...env },
    });
    return { status, stdout, stderr };
  }

  /** Runs the action as a step of a pull request does. */
  action(given: Json, event = "pull_request"): StepRun[] {
    const defaults = Object.entries<Json>(ACTION.inputs).map(([name, input]) => [name, input.default]);
    const github = {
      action_path: ROOT,
      event_name: event,
      repository: "contoso/ml",
      token: "token",
      event: { pull_request: { number: 7 } },
    };
    const inputs = { ...filled(Object.fromEntries(defaults), { github }), ...given };
    return runSteps(ACTION.runs.steps, {
      cwd: this.cwd,
      env: this.env,
      contexts: { inputs, github },
      use: (action, { sarif_file: file }) => {
        this.uploaded.push(action);
        return JSON.parse(readFileSync(file, "utf8")).version === "2.1.0";
      },
    });
  }

  readonly uploaded: string[] = [];
}

const failed = (runs: readonly StepRun[]): boolean => runs.some(({ outcome }) => outcome === "failure");

describe("the action", () => {
  it("checks a configuration: annotations, summary, code scanning, and no comment where none is asked for", () => {
    const checkout = new Checkout();
    const runs = checkout.action({ command: "check", config: "azureml-aks.yaml", sarif: "true" });
    expect(failed(runs), JSON.stringify(runs)).toBe(false);
    expect(runs.find(({ name }) => name === "judge")?.stdout).toMatch(
      /^::(warning|notice) file=azureml-aks\.yaml,line=\d+/m,
    );
    expect(checkout.text("summary")).toMatch(/^\*\*azureml-aks: /);
    expect(checkout.uploaded).toEqual(["github/codeql-action/upload-sarif@v3"]);
    expect(checkout.has("comment")).toBe(false);
    // It was built from the action itself.
    expect(checkout.text("log")).toMatch(
      /^npm pack .*\nnpm install --prefix .*\/azureml-aks\/cdktf-azureml-aks-0\.1\.0\.tgz$/m,
    );
  });
  it("reviews a plan that breaks a rule: it fails after the comment is written, with the status of the command", () => {
    const checkout = new Checkout({ plan: BAD });
    copyFileSync(checkout.file("plan"), join(checkout.cwd, "plan.json"));
    const given = { files: "plan.json", stack: "prod", comment: "true", package: "package.tgz" };
    const runs = checkout.action(given);
    expect(runs.at(-1)).toMatchObject({ outcome: "failure", status: 1 });
    expect(checkout.text("comment")).toMatch(/^<!-- azureml-aks -->\n\*\*azureml-aks: ❌ 1 error/);
    expect(checkout.text("log")).toContain("npm install --prefix");
    expect(checkout.text("log")).not.toContain("npm pack");
    // Again: the comment is updated.
    checkout.action(given);
    const calls = checkout.text("log").match(/--method \w+ \S+/g);
    expect(calls).toEqual([
      "--method POST repos/contoso/ml/issues/7/comments",
      "--method PATCH repos/contoso/ml/issues/comments/2",
    ]);
    // Never fails where it is told so, and comments on no push.
    const quiet = checkout.action({ ...given, "fail-on": "never" }, "push");
    expect(failed(quiet)).toBe(false);
  });
  it("says what is wrong with what it is given, and leaves no report of before", () => {
    const checkout = new Checkout();
    writeFileSync(join(checkout.cwd, "azureml-aks.md"), "old");
    const runs = checkout.action({ files: "missing.json", sarif: "true", comment: "true" });
    expect(runs.at(-1)).toMatchObject({ outcome: "failure", status: 2 });
    expect(runs.find(({ name }) => name === "judge")?.stderr).toContain("missing.json");
    expect(checkout.has("azureml-aks.md")).toBe(false);
    expect(checkout.has("comment")).toBe(false);
    expect(checkout.uploaded).toEqual([]);
  });
  it("takes names of files as they are, with blanks, patterns and what means something to a shell", () => {
    const checkout = new Checkout();
    const names = ["a plan $(touch run).json", "b; touch run.json"];
    names.forEach((name, index) => {
      const plan = JSON.stringify(planOf(stackOf(cluster({ name: `aks${index}` }))));
      writeFileSync(join(checkout.cwd, name), plan);
    });
    const runs = checkout.action({ files: "a plan*.json\nb; touch run.json\n" });
    expect(runs.find(({ name }) => name === "judge")?.status, JSON.stringify(runs)).toBe(0);
    expect(checkout.has("run")).toBe(false);
  });
});

describe("the workflow for GitHub", () => {
  const stepsOf = (job: string): Json[] => WORKFLOW.jobs[job].steps;

  it("checks, plans each stack of the matrix, and joins the reports, also of a plan that fails", () => {
    const checkout = new Checkout({ failing: "dev-scoring-attachment" });
    const github = { ref: "refs/pull/7/merge" };
    const contexts = { github, env: WORKFLOW.env, vars: { AZURE_CLIENT_ID: "client" } };
    const use = (action: string, inputs: Json): boolean =>
      !action.startsWith("CONTOSO/azureml-aks@") || !failed(checkout.action(inputs));
    const check = runSteps(stepsOf("check"), { cwd: checkout.cwd, env: checkout.env, contexts, use });
    expect(failed(check), JSON.stringify(check)).toBe(false);
    const outputs = JSON.parse(readFileSync(join(checkout.file("."), "output-3"), "utf8").replace(/^stacks=/, ""));
    expect(outputs.map(({ name }: Json) => name)).toEqual(["dev-scoring-cluster", "dev-scoring-attachment"]);
    const outcomes = outputs.map((stack: Json) => {
      const seen = { ...contexts, matrix: { stack } };
      const env = { ...checkout.env, ...filled(WORKFLOW.jobs.plan.env, seen) };
      return failed(runSteps(stepsOf("plan"), { cwd: checkout.cwd, env, contexts: seen, use }));
    });
    expect(outcomes).toEqual([false, true]);
    expect(checkout.text("log")).toContain("terraform plan dev-scoring-cluster oidc=true client=client");
    const comment = runSteps(stepsOf("comment"), { cwd: checkout.cwd, env: checkout.env, contexts, use });
    expect(failed(comment), JSON.stringify(comment)).toBe(false);
    const text = checkout.text("comment");
    expect(text).toMatch(/^<!-- azureml-aks -->\n### dev-scoring-attachment\n\nThe plan failed: /);
    expect(text).toMatch(/### dev-scoring-cluster\n\n\*\*azureml-aks: /);
  });
});

describe("the component of GitLab", () => {
  const fill = (value: string): string =>
    value.replace(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name) => INPUTS[name] ?? "");
  const INPUTS: Record<string, string> = {
    package: "package.tgz",
    config: "azureml-aks.yaml",
    "fail-on": "error",
    image: "image",
    stage: "test",
  };
  const [, template] = parseAllDocuments(fill(readFileSync(join(ROOT, "pipelines/gitlab.yml"), "utf8"))).map(
    (document) => document.toJS(),
  );

  it("checks, makes a job for each stack, and reviews the plan of each, with its report", () => {
    const checkout = new Checkout({ failing: "dev-scoring-attachment" });
    const variables = { ...template[".azureml-aks"].variables, CI_JOB_IMAGE: "image" };
    const check = checkout.bash(template["azureml-aks-check"].script.join("\n"), variables);
    expect(check, check.stderr).toMatchObject({ status: 0 });
    const child = parse(checkout.text("plans.yml"));
    expect(Object.keys(child)).toEqual([
      "workflow",
      "stages",
      "plan dev-scoring-cluster",
      "plan dev-scoring-attachment",
    ]);
    const runs = Object.entries<Json>(child).flatMap(([name, job]) => {
      if (!name.startsWith("plan ")) return [];
      expect(job).toMatchObject({
        image: "image",
        stage: "plan",
        id_tokens: { ARM_OIDC_TOKEN: { aud: expect.any(String) } },
      });
      return [checkout.bash(job.script.join("\n"), { ...variables, ...job.variables, ARM_OIDC_TOKEN: "jwt" }).status];
    });
    expect(runs).toEqual([0, 1]);
    expect(checkout.text("log")).toContain("terraform plan dev-scoring-cluster oidc=true client= token=jwt");
    for (const report of ["check.xml", "review.xml", "review.html"]) expect(checkout.has(report), report).toBe(true);
  });
});

describe("the template for Azure Pipelines", () => {
  const values: Record<string, string> = {
    package: "package.tgz",
    config: "azureml-aks.yaml",
    failOn: "error",
    serviceConnection: "azure",
  };
  const text = readFileSync(join(ROOT, "pipelines/azure-devops.yml"), "utf8");
  const [stage] = parse(text.replace(/\$\{\{ parameters\.(\w+) \}\}/g, (_, name) => values[name] ?? "")).stages;
  const [check, plan] = stage.jobs;

  /** Runs the scripts of a job: after one that fails, only those that always run. */
  function run(checkout: Checkout, job: Json, env: NodeJS.ProcessEnv): Run[] {
    const runs: Run[] = [];
    for (const step of job.steps) {
      const script = step.bash ?? step.inputs?.inlineScript;
      const hasFailed = runs.some(({ status }) => status !== 0);
      if (script && (!hasFailed || step.condition === "always()"))
        runs.push(checkout.bash(script, { ...stage.variables, ...env }));
    }
    return runs;
  }

  it("checks, makes the matrix, and reviews each stack of it, also where a plan fails", () => {
    const checkout = new Checkout({ failing: "dev-scoring-attachment" });
    const runs = run(checkout, check, {});
    expect(
      runs.map(({ status }) => status),
      JSON.stringify(runs),
    ).toEqual([0, 0]);
    const [, matrix = ""] =
      /^##vso\[task\.setvariable variable=matrix;isOutput=true\](.*)$/m.exec(runs[1]?.stdout ?? "") ?? [];
    expect(plan.strategy.matrix).toContain("outputs['stacks.matrix']");
    const stacks = Object.entries<Json>(JSON.parse(matrix));
    expect(stacks.map(([name]) => name)).toEqual(["dev_scoring_cluster", "dev_scoring_attachment"]);
    const of = ({ stack, directory }: Json): Run[] => {
      const signIn = { servicePrincipalId: "client", tenantId: "tenant", idToken: "jwt" };
      return run(checkout, plan, { STACK: stack, DIRECTORY: directory, ...signIn });
    };
    const [good, bad] = stacks.map(([, stack]) => of(stack));
    expect(
      good?.map(({ status }) => status),
      JSON.stringify(good),
    ).toEqual([0, 0, 0]);
    expect(good?.at(-1)?.stdout).toMatch(
      /task\.setvariable variable=hasPage.*\n##vso\[task\.uploadsummary\].*review-dev-scoring-cluster\.md/,
    );
    expect(checkout.text("log")).toContain("terraform plan dev-scoring-cluster oidc=true client=client token=jwt");
    expect(bad?.map(({ status }) => status)).toEqual([1, 0]);
    expect(checkout.text("review-dev-scoring-attachment.md")).toMatch(/^The plan of dev-scoring-attachment failed/);
  });
});

describe("Atlantis", () => {
  const { plan, policy_check: policy } = read("pipelines/atlantis.yaml").workflows["azureml-aks"];
  const scriptOf = ({ steps }: Json): string => steps.flatMap(({ run = "" }: Json) => run).join("");

  it("shows the report, and decides by the exit status, whatever a name holds", () => {
    for (const [json, word] of [
      [planOf(stackOf(cluster({ name: "aks-failover" }), attachment())), "pass"],
      [BAD, "fail"],
    ] as const) {
      const checkout = new Checkout({ plan: json });
      const env = { SHOWFILE: checkout.file("plan"), PROJECT_NAME: "" };
      expect(checkout.bash(scriptOf(plan), env)).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^\*\*azureml-aks: /),
      });
      const { status, stdout } = checkout.bash(scriptOf(policy), { ...env, PROJECT_NAME: "scoring" });
      expect(status).toBe(0);
      expect(stdout).toMatch(new RegExp(`^azureml-aks: ${word}`));
      expect(stdout.includes("fail")).toBe(word === "fail");
    }
  });
});
