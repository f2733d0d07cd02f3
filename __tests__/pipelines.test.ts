import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { parseAction } from "@actions/workflow-parser/actions/action-parser";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { azuremlAks, configFile, type Json, ROOT, small } from "./helpers.ts";

const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** What GitHub's own schema says of an action. */
const problemsOf = (content: string): string[] =>
  parseAction({ name: "action.yml", content }, new NoOperationTraceWriter())
    .context.errors.getErrors()
    .map(({ message }) => message);

describe("action.yml", () => {
  it("is an action by GitHub's own schema", () => {
    expect(problemsOf(read("action.yml"))).toEqual([]);
    expect(problemsOf(read("action.yml").replace("shell: bash", "shel: bash"))).not.toEqual([]);
  });
  it("puts nothing of its inputs into a script: what they hold is data", () => {
    for (const { run = "" } of parse(read("action.yml")).runs.steps) expect(run).not.toContain("${{");
  });
});

describe("pipelines/github.yml", () => {
  /** What GitHub's own schema and expressions say of a workflow. */
  async function problemsOf(content: string): Promise<string[]> {
    const { context, value } = parseWorkflow({ name: "plan.yml", content }, new NoOperationTraceWriter());
    if (value) await convertWorkflowTemplate(context, value);
    return context.errors.getErrors().map(({ message }) => message);
  }
  const TEXT = read("pipelines/github.yml");

  it.each([
    ["permissions: {}", "permission: {}"],
    ["needs: check", "needs: chek"],
    ["vars.AZURE_CLIENT_ID", "var.AZURE_CLIENT_ID"],
    ["fail-fast: false", "failfast: false"],
    ["!cancelled()", "!canceled()"],
  ])("is a workflow by GitHub's own schema, which sees %s as %s", async (right, wrong) => {
    expect(await problemsOf(TEXT)).toEqual([]);
    expect(TEXT).toContain(right);
    expect(await problemsOf(TEXT.replace(right, wrong))).not.toEqual([]);
  });
  it("is as our own workflows are", async () => {
    for (const name of readdirSync(join(ROOT, ".github/workflows")))
      expect(await problemsOf(read(`.github/workflows/${name}`)), name).toEqual([]);
  });
  it("refers to jobs, steps and outputs that are there", () => {
    const { jobs } = parse(TEXT);
    for (const [, job = "", output = ""] of TEXT.matchAll(/needs\.(\w+)\.outputs\.(\w+)/g))
      expect(Object.keys(jobs[job].outputs)).toContain(output);
    for (const { outputs = {}, steps } of Object.values<Json>(jobs))
      for (const [, id] of JSON.stringify(outputs).matchAll(/steps\.(\w+)\./g))
        expect(steps.map((step: Json) => step.id)).toContain(id);
  });
  it("gives the action inputs that it has", () => {
    const { inputs } = parse(read("action.yml"));
    const steps = Object.values<Json>(parse(read("pipelines/github.yml")).jobs).flatMap(({ steps }) => steps);
    const uses = steps.filter((step) => step.uses?.startsWith("CONTOSO/azureml-aks@"));
    expect(uses).toHaveLength(3);
    for (const step of uses) for (const name of Object.keys(step.with)) expect(inputs).toHaveProperty([name]);
  });
});

describe("every pipeline", () => {
  it.each(["github.yml", "gitlab.yml", "azure-devops.yml"])("%s signs in with OIDC, and keeps no plan", (name) => {
    const text = read(`pipelines/${name}`);
    expect(text).toMatch(/ARM_USE_OIDC:? ?[:=] ?"?true/);
    expect(text).not.toMatch(/ARM_CLIENT_SECRET|password/i);
    for (const document of parseAllDocuments(text)) expect(document.errors).toEqual([]);
    // What is uploaded: reports alone.
    const uploads = [...text.matchAll(/(?:paths?: \[?|publish: |path: )"?([\w./-]+)/g)].map(([, path]) => path);
    expect(uploads.filter((path) => /plan\.json|tfplan/.test(path as string))).toEqual([]);
  });
});

describe("templates of Azure Pipelines", () => {
  it("use the parameters that they have, and each of them", () => {
    const text = read("pipelines/azure-devops.yml");
    const declared = parse(text).parameters.map(({ name }: Json) => name);
    const used = [...text.matchAll(/\$\{\{ parameters\.(\w+) \}\}/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(declared));
  });
});

describe("the component of GitLab", () => {
  it("uses the inputs that it has, and each of them", () => {
    const text = read("pipelines/gitlab.yml");
    const [header] = parseAllDocuments(text).map((document) => document.toJS());
    const used = [...text.matchAll(/\$\[\[ inputs\.([\w-]+) \]\]/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(Object.keys(header.spec.inputs)));
  });
});

describe(".pre-commit-hooks.yaml", () => {
  const hooks: Json[] = parse(read(".pre-commit-hooks.yaml"));
  // https://pre-commit.com/#creating-new-hooks
  it("has what a hook needs", () => {
    for (const hook of hooks) {
      expect(hook).toMatchObject({ id: expect.any(String), name: expect.any(String), language: "node" });
      expect(hook.entry).toMatch(/^azureml-aks /);
    }
    const [configuration] = hooks;
    for (const [file, isMeant] of [
      ["azureml-aks.yaml", true],
      ["infra/azureml-aks.yml", true],
      ["my-azureml-aks.yaml", false],
    ] as const)
      expect(new RegExp(configuration?.files).test(file)).toBe(isMeant);
  });
  it("calls the command with the files that changed", () => {
    const [configuration] = hooks;
    const [, ...args] = configuration?.entry.split(" ") ?? [];
    expect(azuremlAks([...args, configFile(small())]).status).toBe(0);
    expect(azuremlAks([...args, configFile("environments: 1")]).status).toBe(2);
  });
});
