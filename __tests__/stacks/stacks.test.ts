import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { AksCluster } from "../../constructs/aks-cluster.ts";
import { App } from "../../stacks/app.ts";
import { AzureStack } from "../../stacks/azure-stack.ts";
import { configFile, type Json, load, ROOT, small, synthesize, synthesized, temporaryFolder } from "../helpers.ts";

const FULL = readFileSync(join(ROOT, "__tests__/full.yaml"), "utf8");

function files(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(folder.length), readFileSync(file, "utf8")]),
  );
}

function written(config: string | object, folder = temporaryFolder()): { folder: string; output: string } {
  const output = join(folder, "cdktf.out");
  const file = configFile(config, folder);
  synthesize({ ...load(config), file }, { outputDirectory: output, removeStale: true });
  return { folder, output };
}

const full = synthesized(FULL);
const fullOutput = written(FULL);

describe("stacks", () => {
  it("declare the order in which they apply", () => {
    const { output } = fullOutput;
    const { stacks } = JSON.parse(readFileSync(join(output, "manifest.json"), "utf8"));
    const order = Object.fromEntries(Object.entries<Json>(stacks).map(([name, stack]) => [name, stack.dependencies]));
    expect(order).toMatchObject({
      "existing-fixed-cluster": [],
      "existing-fixed-attachment": ["existing-fixed-cluster"],
      "created-workspace": [],
      "created-scoring-attachment": ["created-workspace", "created-scoring-cluster"],
    });
  });
  it("say their name, ask for Terraform 1.11, and stay in their subscription", () => {
    for (const [name, stack] of Object.entries(full)) {
      expect(stack.output.azureml_aks_stack.value).toBe(name);
      expect(stack.terraform.required_version).toBe(">= 1.11");
      const registered = stack.resource?.azurerm_kubernetes_cluster_extension
        ? { resource_providers_to_register: ["Microsoft.KubernetesConfiguration"] }
        : {};
      expect(stack.provider.azurerm).toEqual([
        { features: [{}], subscription_id: "00000000-0000-0000-0000-000000000001", ...registered },
      ]);
    }
  });
  it("are joined by data sources and known IDs, never by remote state", () => {
    expect(JSON.stringify(full)).not.toContain("terraform_remote_state");
  });
  it.each<[backend: object | undefined, expected: object]>([
    [undefined, { backend: { local: { path: "../../../terraform.dev-scoring-cluster.tfstate" } } }],
    [{ local: {} }, { backend: { local: { path: "../../../terraform.dev-scoring-cluster.tfstate" } } }],
    [
      { azurerm: { resourceGroup: "rg", storageAccount: "sttf", container: "tfstate" } },
      {
        backend: {
          azurerm: {
            resource_group_name: "rg",
            storage_account_name: "sttf",
            container_name: "tfstate",
            key: "dev-scoring-cluster.tfstate",
            use_azuread_auth: true,
          },
        },
      },
    ],
    [
      { cloud: { organization: "contoso" } },
      { cloud: { organization: "contoso", workspaces: { name: "dev-scoring-cluster" } } },
    ],
    [
      { cloud: { organization: "contoso", project: "ml", hostname: "tfe.contoso.com" } },
      {
        cloud: {
          organization: "contoso",
          hostname: "tfe.contoso.com",
          workspaces: { name: "dev-scoring-cluster", project: "ml" },
        },
      },
    ],
    [
      { cloud: { organization: "contoso", workspace: "ml-{stack}" } },
      { cloud: { organization: "contoso", workspaces: { name: "ml-dev-scoring-cluster" } } },
    ],
    [
      { cloud: { organization: "contoso", workspace: "{kind}-{environment}_{cluster}-{stack}" } },
      { cloud: { organization: "contoso", workspaces: { name: "cluster-dev_scoring-dev-scoring-cluster" } } },
    ],
  ])("backend %j", (backend, expected) => {
    const { terraform } = synthesized(small({ environment: { backend } }))["dev-scoring-cluster"];
    expect({ backend: terraform.backend, cloud: terraform.cloud }).toEqual({
      backend: undefined,
      cloud: undefined,
      ...expected,
    });
  });
});

describe("a workspace's name", () => {
  it.each(["fixed", "{environment}-{cluster}", "{environment}{cluster}{kind}", "{stack} x", "{other}"])(
    "%s is a mistake: stacks would share one",
    (workspace) => {
      expect(() =>
        load(small({ environment: { backend: { cloud: { organization: "contoso", workspace } } } })),
      ).toThrow(/must hold \{stack\}/);
    },
  );
});

describe("output", () => {
  it("is the same bytes for the same input, in every folder", () => {
    const [first, second] = [fullOutput, written(FULL, join(makeFolder(temporaryFolder(), "deeper/still")))];
    expect(files(second.output)).toEqual(files(first.output));
  });
  it("holds no absolute path and no name of this machine's folders", () => {
    const { folder, output } = fullOutput;
    for (const content of Object.values(files(output))) {
      expect(content).not.toContain(folder);
      expect(content).not.toContain(ROOT);
    }
  });
  it("keeps the state beside the configuration, wherever both are", () => {
    const folder = temporaryFolder();
    const file = configFile(small(), makeFolder(folder, "environments"));
    const output = join(folder, "build/out");
    synthesize({ ...load(small()), file }, { outputDirectory: output, removeStale: false });
    const { path } = JSON.parse(readFileSync(join(output, "stacks/dev-scoring-cluster/cdk.tf.json"), "utf8")).terraform
      .backend.local;
    expect(join(output, "stacks/dev-scoring-cluster", path)).toBe(
      join(dirname(file), "terraform.dev-scoring-cluster.tfstate"),
    );
  });
  it("loses the folders of stacks that are gone, and nothing else", () => {
    const { folder, output } = written(FULL);
    mkdirSync(join(output, "stacks/mine"));
    writeFileSync(join(output, "stacks/mine/notes.txt"), "keep");
    written(small(), folder);
    expect(readdirSync(join(output, "stacks")).sort()).toEqual([
      "dev-scoring-attachment",
      "dev-scoring-cluster",
      "mine",
    ]);
  });
  it("treats the configuration as data, not as Terraform", () => {
    const hostile = '${file("/etc/passwd")} %{ if true } $${x}';
    const stacks = synthesized(
      small({ create: { tags: { "${key}": hostile } }, attachment: { description: hostile } }),
    );
    expect(stacks["dev-scoring-cluster"].resource.azurerm_kubernetes_cluster.cluster.tags).toEqual({
      "$${key}": '$${file("/etc/passwd")} %%{ if true } $$${x}',
    });
    expect(
      stacks["dev-scoring-attachment"].resource.azurerm_machine_learning_inference_cluster.attachment.description,
    ).toBe('$${file("/etc/passwd")} %%{ if true } $$${x}');
  });
});

describe("addresses", () => {
  it("have no hashes and do not change", () => {
    const addresses = Object.entries(full).flatMap(([stack, json]) =>
      ["resource", "data"].flatMap((kind) =>
        Object.entries<Json>(json[kind] ?? {}).flatMap(([type, items]) =>
          Object.keys(items).map((name) => `${stack}: ${kind === "data" ? "data." : ""}${type}.${name}`),
        ),
      ),
    );
    expect(addresses.sort()).toMatchSnapshot();
  });
  it("that meet are refused instead of merged", () => {
    const stack = new AzureStack(
      new App(),
      { name: "s", environment: "e", kind: "cluster" },
      { subscriptionId: "x", backend: { local: {} }, stateDirectory: "." },
    );
    const props = {
      name: "a",
      resourceGroupName: "rg",
      subscriptionId: "x",
      location: "westeurope",
      vmSize: "A",
      nodeCount: 1,
    } as const;
    new AksCluster(stack, "a_b", props);
    expect(() => new AksCluster(stack, "a.b", props)).toThrow(
      /s\/a\.b.* and s\/a_b.* would both be azurerm_kubernetes_cluster\.a_b: rename one of them/,
    );
  });
});

function makeFolder(parent: string, name: string): string {
  const folder = join(parent, name);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  return folder;
}
