import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { small, temporaryFolder } from "../helpers.ts";
import { sharedEditor } from "./client.ts";

const editor = await sharedEditor();

/** A place is written as |. */
function openAt(text: string, name: string): { readonly file: string; readonly before: string } {
  const file = join(temporaryFolder(), name);
  void editor.open(file, text.replace("|", ""));
  return { file, before: text.slice(0, text.indexOf("|")) };
}

const CONFIG = stringify(small());
const TERRAFORM = `resource "azurerm_kubernetes_cluster" "aks" {
  location = "westeurope"
  default_node_pool {
    vm_size = "Standard_D4s_v5"
    node_count = 1
  }
}
`;

describe("hover", () => {
  const cases: [shows: string, name: string, text: string, said: RegExp][] = [
    ["a key", "azureml-aks.yaml", CONFIG.replace("computeName:", "compute|Name:"), /\*\*computeName\*\*: .*Name/],
    ["a key at the top", "azureml-aks.yaml", CONFIG.replace("environments", "environ|ments"), /name of your own/],
    [
      "a key of a form",
      "azureml-aks.yaml",
      CONFIG.replace("kind:", "ki|nd:"),
      /Allowed: `AksCompute`, `KubernetesCompute`/,
    ],
    ["an enumeration", "azureml-aks.yaml", CONFIG.replace("clusterPurpose", "cluster|Purpose"), /Allowed: .*`DevTest`/],
    ["a VM size", "azureml-aks.yaml", CONFIG.replace("Standard_D4s_v5", "Standard_D4s|_v5"), /4 vCPUs, 16 GiB/],
    ["a finding", "azureml-aks.yaml", CONFIG.replace("DevTest", "Dev|Test"), /\*\*attachment\/dev-test-traffic\*\*/],
    ["a key in braces", "azureml-aks.yaml", `environments: { dev: { loca|tion: westeurope } }\n`, /Azure region/],
    [
      "a rule that is acknowledged",
      "azureml-aks.yaml",
      `${CONFIG}acknowledge:\n  - { rule: attachment/adopt|, reason: a }\n`,
      /\*\*attachment\/adopt\*\*/,
    ],
    [
      "an attribute",
      "main.tf",
      TERRAFORM.replace("vm_size", "vm_|size"),
      /default_node_pool\.vm_size.*\n\n- .*\[[a-z-]+\/[a-z-]+\]/,
    ],
    ["a VM size", "main.tf", TERRAFORM.replace("D4s", "D4|s"), /4 vCPUs, 16 GiB/],
    ["a rule", "main.tf", `# azureml-aks:ignore attachment|/adopt -- a\n${TERRAFORM}`, /\*\*attachment\/adopt\*\*/],
  ];
  it.each(cases)("explains %s, in %s", async (_shows, name, text, said) => {
    const { file, before } = openAt(text, name);
    await editor.diagnostics(file, (found) => found.length > 0);
    expect(await editor.hover(file, before)).toMatch(said);
    editor.close(file);
  });
  it("says nothing of a comment or a blank", async () => {
    const { file, before } = openAt(`# location|: here\n${CONFIG}`, "azureml-aks.yaml");
    expect(await editor.hover(file, before)).toBe("");
    editor.close(file);
  });
});

describe("completion", () => {
  const cases: [shows: string, name: string, text: string, has: readonly string[], hasNot: readonly string[]][] = [
    [
      "keys",
      "azureml-aks.yaml",
      CONFIG.replace("name: aks\n", "name: aks\n          dns|\n"),
      ["dnsPrefix", "network"],
      ["name", "computeName"],
    ],
    ["keys at an empty line", "azureml-aks.yaml", `${CONFIG}          |\n`, ["tls", "identity"], ["kind", "create"]],
    [
      "keys of the form that is chosen",
      "azureml-aks.yaml",
      CONFIG.replace("kind: AksCompute", "kind: KubernetesCompute\n          |"),
      ["extension"],
      ["clusterPurpose"],
    ],
    [
      "keys in braces",
      "azureml-aks.yaml",
      CONFIG.replace(/nodePool:\n\s+vmSize.*\n\s+nodeCount.*\n/, "nodePool: { vmSize: Standard_D4s_v5, | }\n"),
      ["nodeCount", "zones"],
      ["vmSize"],
    ],
    ["keys at the top", "azureml-aks.yaml", `${CONFIG}de|\n`, ["defaults", "acknowledge"], ["environments"]],
    ["keys of `defaults`", "azureml-aks.yaml", `defaults:\n  |\n${CONFIG}`, ["location", "clusters"], ["environments"]],
    ["enumerations", "azureml-aks.yaml", CONFIG.replace("DevTest", "|"), ["DevTest", "FastProd", "DenseProd"], []],
    [
      "forms",
      "azureml-aks.yaml",
      CONFIG.replace("kind: AksCompute", "kind: Ku|"),
      ["AksCompute", "KubernetesCompute"],
      [],
    ],
    ["truth values", "azureml-aks.yaml", CONFIG.replace("clusterPurpose: DevTest", "adopt: |"), ["true", "false"], []],
    ["VM sizes", "azureml-aks.yaml", CONFIG.replace("Standard_D4s_v5", "Standard_D|"), ["Standard_D4s_v5"], []],
    ["regions", "azureml-aks.yaml", CONFIG.replace("westeurope", "west|"), ["westeurope", "westus2"], []],
    [
      "rules",
      "azureml-aks.yaml",
      `${CONFIG}acknowledge:\n  - rule: |\n    reason: a\n`,
      ["attachment/adopt"],
      ["rule/crashed"],
    ],
    ["VM sizes", "main.tf", TERRAFORM.replace("D4s_v5", "|"), ["Standard_D4s_v5"], []],
    ["regions", "main.tf", TERRAFORM.replace("westeurope", "|"), ["westeurope"], []],
    ["rules", "main.tf", `# azureml-aks:ignore |\n${TERRAFORM}`, ["attachment/adopt"], []],
  ];
  it.each(cases)("suggests %s, in %s", async (_shows, name, text, has, hasNot) => {
    const { file, before } = openAt(text, name);
    const labels = (await editor.completion(file, before)).map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining([...has]));
    expect(labels.filter((label) => hasNot.includes(label))).toEqual([]);
    editor.close(file);
  });
  it("writes in the place of the word that was begun, in the environment that it is in", async () => {
    const [one, two] = [small().environments.dev, small({ create: { dnsPrefix: "aks" } }).environments.dev];
    const text = stringify({ environments: { one, two } }).replace("dnsPrefix: aks", "dnsPre|");
    const { file, before } = openAt(text, "azureml-aks.yaml");
    const item = (await editor.completion(file, before)).find(({ label }) => label === "dnsPrefix");
    expect(item?.documentation).toContain("API server");
    editor.edit(file, [item?.textEdit as never]);
    expect(editor.text(file)).toBe(text.replace("dnsPre|", "dnsPrefix: "));
    editor.close(file);
  });
});
