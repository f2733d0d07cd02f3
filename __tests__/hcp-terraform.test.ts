import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { azuremlAks, hasTerraform, type Json, ROOT, temporaryFolder } from "./helpers.ts";

const SOURCE = join(ROOT, "pipelines/hcp-terraform");
const OFFLINE = { ...process.env, CHECKPOINT_DISABLE: "1", TF_CLI_CONFIG_FILE: "/dev/null" };

/** What Terraform makes of an expression over the stacks of the shipped configuration; the provider is not needed. */
function evaluated(variables: Json, expression: string): { readonly value?: Json; readonly error: string } {
  const folder = temporaryFolder();
  for (const file of ["variables.tf", "locals.tf"]) copyFileSync(join(SOURCE, file), join(folder, file));
  writeFileSync(join(folder, "stacks.json"), azuremlAks(["stacks", "--format", "json"]).stdout);
  const azure = { client_id: "client", tenant_id: "tenant", subscription_id: "subscription" };
  writeFileSync(
    join(folder, "terraform.tfvars.json"),
    JSON.stringify({ organization: "contoso", project: "ml", azure, ...variables }),
  );
  const { stdout, stderr } = spawnSync("terraform", ["console"], {
    cwd: folder,
    input: `jsonencode(${expression})`,
    encoding: "utf8",
    env: OFFLINE,
  });
  return { value: stdout.startsWith('"') ? JSON.parse(JSON.parse(stdout)) : undefined, error: stderr + stdout };
}

const stacks: Json[] = JSON.parse(azuremlAks(["stacks", "--format", "json"]).stdout);

describe.skipIf(!hasTerraform)("the configuration of HCP Terraform", () => {
  it("is Terraform, as terraform fmt writes it", () => {
    const { status, stdout, stderr } = spawnSync("terraform", ["fmt", "-check", "-diff", SOURCE], {
      encoding: "utf8",
      env: OFFLINE,
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
  });
  it("makes a workspace for each stack, and a run trigger for each dependence", () => {
    const { value, error } = evaluated({}, "{ stacks = local.stacks, triggers = local.run_triggers }");
    expect(Object.keys(value?.stacks ?? {}), error).toEqual(stacks.map(({ name }) => name).sort());
    for (const { name, directory, dependsOn } of stacks) {
      expect(value.stacks[name]).toMatchObject({ workspace: name, directory, auto_apply: false, needs_agent: false });
      const after = Object.values<Json>(value.triggers).filter(({ stack }) => stack === name);
      expect(after.map((trigger) => trigger.after).sort()).toEqual([...dependsOn].sort());
    }
  });
  it("names workspaces, applies by itself and uses agents where it is told to", () => {
    const variables = {
      workspace: "ml-{stack}",
      auto_apply: ["dev"],
      agent_pool_id: "apool-1",
      private_clusters: ["prod-scoring"],
    };
    const { value, error } = evaluated(variables, "local.stacks");
    expect(value?.["dev-scoring-cluster"], error).toMatchObject({
      workspace: "ml-dev-scoring-cluster",
      auto_apply: true,
      needs_agent: false,
    });
    expect(value["prod-scoring-cluster"]).toMatchObject({ auto_apply: false, needs_agent: false });
    expect(value["prod-scoring-kubernetes"]).toMatchObject({ auto_apply: false, needs_agent: true });
    expect(
      evaluated({ private_clusters: ["prod-scoring"] }, "local.stacks").value["prod-scoring-kubernetes"].needs_agent,
    ).toBe(false);
  });
  it("says which federated credentials are needed, and signs in with them", () => {
    const { value, error } = evaluated({}, "{ subjects = local.subjects, variables = local.environment_variables }");
    expect(value?.subjects, error).toHaveLength(2 * stacks.length);
    expect(value.subjects).toContain("organization:contoso:project:ml:workspace:dev-scoring-cluster:run_phase:plan");
    expect(value.variables).toEqual({
      TFC_AZURE_PROVIDER_AUTH: "true",
      TFC_AZURE_RUN_CLIENT_ID: "client",
      ARM_TENANT_ID: "tenant",
      ARM_SUBSCRIPTION_ID: "subscription",
    });
  });
  it.each([
    [{ workspace: "ml" }, "Each stack needs a workspace of its own"],
    [{ repository: { identifier: "contoso/ml" } }, "Give either oauth_token_id or github_app_installation_id"],
    [{ run_task: { url: "https://example.com", enforcement: "strict" } }, "The enforcement is mandatory or advisory"],
  ])("refuses %j", (variables, says) => {
    expect(evaluated(variables, "var.workspace").error).toContain(says);
  });
  it("uses each of its variables, and only those that it has", () => {
    const read = (file: string): string => readFileSync(join(SOURCE, file), "utf8");
    const declared = [...read("variables.tf").matchAll(/^variable "(\w+)"/gm)].map(([, name]) => name);
    const used = [...`${read("main.tf")}${read("locals.tf")}`.matchAll(/\bvar\.(\w+)/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(declared));
    const locals = [...read("locals.tf").matchAll(/^ {2}(\w+) += /gm)].map(([, name]) => name);
    expect(new Set([...read("main.tf").matchAll(/\blocal\.(\w+)/g)].map(([, name]) => name))).toEqual(new Set(locals));
  });
});
