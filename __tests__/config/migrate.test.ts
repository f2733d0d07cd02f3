import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { migrate } from "../../config/migrate.ts";
import { UserError } from "../../errors/user-error.ts";
import { azuremlAks, configFile, findings, type Json, load, ROOT, small, temporaryFolder } from "../helpers.ts";

const SHIPPED = readFileSync(join(ROOT, "azureml-aks.yaml"), "utf8");
const FULL = readFileSync(join(ROOT, "__tests__/full.yaml"), "utf8");

const migrated = (text: string): string => migrate(text, load(text).config).text;
const errors = (text: string): string[] =>
  findings(text).flatMap(({ rule, level, verdict, acknowledged }) =>
    level === "error" && verdict === "fail" && !acknowledged ? [rule] : [],
  );

/** The new entry beside `scoring`. */
function entry(attachment: object, create: object = {}): Json {
  const text = JSON.stringify(small({ create, attachment }));
  return parse(migrated(text)).environments.dev.clusters["scoring-v2"];
}

/**
 * What is left of the second text where the lines of the first are taken out, in their order; undefined where one is
 * missing.
 */
function added(before: string, after: string): string[] | undefined {
  const rest = after.split("\n");
  const result: string[] = [];
  for (const line of before.split("\n")) {
    const at = rest.indexOf(line);
    if (at === -1) return undefined;
    result.push(...rest.splice(0, at + 1).slice(0, -1));
  }
  return [...result, ...rest];
}

describe("migrate", () => {
  it("of the shipped configuration gives one without an error", () => {
    expect(errors(migrated(SHIPPED))).toEqual([]);
    expect(
      findings(migrated(SHIPPED))
        .filter(({ rule }) => rule === "attachment/one-per-cluster")
        .map(({ level }) => level),
    ).toEqual(["note", "note", "note"]);
  });
  it.each([
    ["the shipped configuration", SHIPPED],
    ["every key", FULL],
    ["lines that end as in Windows", SHIPPED.replaceAll("\n", "\r\n")],
    ["no line end at the end", SHIPPED.trimEnd()],
  ])("keeps every line of %s, its comments and its order", (_, text) => {
    const lines = added(text, migrated(text));
    expect(lines?.join("\n")).toContain("kind: KubernetesCompute");
    expect(lines?.join("\n")).not.toContain("kind: AksCompute");
  });
  it.each([
    ["scoring_dev", "scoring-dev-v2", "scoring-dev-v2"],
    ["Scoring.Dev", "Scoring-Dev-v2", "scoring-dev-v2"],
    ["---", "-v2", "v2"],
    ["9 a", "9-a-v2", "9-a-v2"],
    ["\u00e4\u00f6", "-v2", "v2"],
  ])("takes a name that only a rule judges: %s", (computeName, compute, namespace) => {
    expect(entry({ computeName }).attachment).toMatchObject({ computeName: compute, namespace });
  });
  it("takes a label that only a rule judges", () => {
    expect(entry({ tls: { leafDomainLabel: "My Label_1" } }).attachment.tls.cname).toBe("my-label-1.example.com");
  });
  it("done twice is done once", () => {
    expect(migrated(migrated(SHIPPED))).toBe(migrated(SHIPPED));
  });
  it("leaves the AksCompute, and its comments, where they are, and writes the new entry right after it", () => {
    const lines = migrated(SHIPPED).split("\n");
    const at = lines.findIndex((line) => line.includes("# until: 2027-06-30"));
    expect(lines[at + 2]).toBe("      scoring-v2:");
  });

  it.each<[what: string, attachment: object, create: object, expected: object]>([
    [
      "the same cluster, another compute and namespace",
      {},
      {},
      {
        existing: { resourceGroup: "rg-ml", name: "aks" },
        attachment: { kind: "KubernetesCompute", computeName: "scoring-v2", namespace: "scoring-v2" },
      },
    ],
    [
      "serving, and taking the front end over",
      {},
      {},
      {
        attachment: {
          extension: { enableInference: true, inferenceRouterServiceType: "loadBalancer", enableUpgrade: true },
        },
      },
    ],
    ["HTTP where there was no TLS", {}, {}, { attachment: { extension: { allowInsecureConnections: true } } }],
    [
      "a domain to decide on for Microsoft's certificate",
      { tls: { leafDomainLabel: "contoso" } },
      {},
      { attachment: { tls: { cname: "contoso.example.com", certificate: { variables: true } } } },
    ],
    [
      "a certificate of one's own",
      { tls: { cname: "a.b", certificate: { variables: true, version: 2 } } },
      {},
      { attachment: { tls: { cname: "a.b", certificate: { variables: true, version: 2 } } } },
    ],
    [
      "variables for the cluster's own secret",
      { tls: { cname: "a.b", certificate: { clusterSecret: "azuremlfessl" } } },
      {},
      { attachment: { tls: { cname: "a.b", certificate: { variables: true } } } },
    ],
    [
      "the internal load balancer",
      { loadBalancer: { type: "InternalLoadBalancer", subnet: "snet", ip: "10.0.0.9" } },
      {},
      { attachment: { loadBalancer: { type: "InternalLoadBalancer" } } },
    ],
    ["production for DenseProd", { clusterPurpose: "DenseProd" }, {}, { attachment: { clusterPurpose: "FastProd" } }],
    [
      "no high availability for few nodes",
      {},
      { nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 2 } },
      { attachment: { extension: { inferenceRouterHA: false } } },
    ],
    [
      "what describes it",
      { description: "d", tags: { a: "b" }, identity: { systemAssigned: true } },
      {},
      { attachment: { description: "d", tags: { a: "b" }, identity: { systemAssigned: true } } },
    ],
    [
      "Trusted Access where ranges are authorized",
      {},
      { apiServer: { authorizedIpRanges: ["203.0.113.0/24"], includeAzureMachineLearning: true } },
      { attachment: { trustedAccess: true } },
    ],
    ["the way to sign in", {}, { entraId: { azureRbac: true } }, { entraId: { azureRbac: true } }],
  ])("gives %s", (_, attachment, create, expected) => {
    expect(entry(attachment, create)).toMatchObject(expected);
  });
  it.each<[what: string, attachment: object, create: object, path: string, text: RegExp]>([
    [
      "ranges",
      { loadBalancer: { type: "InternalLoadBalancer", subnet: "s", allowedIpRanges: ["10.1.0.0/16"] } },
      {},
      "attachment.loadBalancer.allowedIpRanges",
      /^10\.1\.0\.0\/16 are not kept: allow them/,
    ],
    [
      "a static address",
      { loadBalancer: { type: "InternalLoadBalancer", subnet: "s", ip: "10.0.0.9" } },
      {},
      "attachment.loadBalancer.ip",
      /^10\.0\.0\.9 is not kept: point/,
    ],
    [
      "a Private Link Service",
      { loadBalancer: { type: "InternalLoadBalancer", subnet: "s", privateLinkService: {} } },
      {},
      "attachment.loadBalancer.privateLinkService",
      /make one/,
    ],
    [
      "a secret",
      { tls: { cname: "a.b", certificate: { variables: true }, secret: { name: "mine" } } },
      {},
      "attachment.tls.secret",
      /^default\/mine goes with/,
    ],
    [
      "a secret of an ingress",
      { tls: { cname: "a.b", certificate: { variables: true }, ingressSecret: { name: "mine", namespace: "web" } } },
      {},
      "attachment.tls.ingressSecret",
      /^web\/mine goes with .* give ingressSecret/,
    ],
    ["DenseProd", { clusterPurpose: "DenseProd" }, {}, "attachment.clusterPurpose", /it was DenseProd/],
    [
      "GPUs",
      {},
      { nodePool: { vmSize: "Standard_NC24ads_A100_v4", nodeCount: 3 } },
      "attachment.instanceTypes",
      /^Standard_NC24ads_A100_v4 has GPUs.*nvidia\.com\/gpu: "1"/,
    ],
  ])("says what to decide on %s", (_, attachment, create, path, text) => {
    const config = JSON.stringify(small({ attachment, create }));
    const toDo = migrate(config, load(config).config).migrated.flatMap(({ remarks }) =>
      remarks.filter(({ isToDo }) => isToDo),
    );
    expect(toDo.map((remark) => [remark.path.join("."), remark.text])).toEqual([[path, expect.stringMatching(text)]]);
  });
  it("sets the new entry off from what follows, and asks for no decision where there is none", () => {
    const lines = migrated(SHIPPED.replace(/\n\n( {6}# A cluster that exists)/, "\n$1")).split("\n");
    expect(lines[lines.findIndex((line) => line.includes("# A cluster that exists")) - 1]).toBe("");
    const plain = JSON.stringify(small());
    expect(migrate(plain, load(plain).config).migrated[0]?.remarks.filter(({ isToDo }) => isToDo)).toEqual([]);
  });
  it("gives no name that is taken, and none that is too long", () => {
    const config = small({ attachment: { computeName: "a-compute-of-24-characte" } });
    const { scoring } = config.environments.dev.clusters;
    config.environments.dev.clusters["scoring-v2"] = {
      ...scoring,
      create: { ...scoring.create, name: "aks-other" },
      attachment: { ...scoring.attachment, computeName: "a-compute-of-24-chara-v2" },
    };
    const { clusters } = parse(migrated(JSON.stringify(config))).environments.dev;
    expect(Object.keys(clusters)).toEqual(["scoring", "scoring-v3", "scoring-v2", "scoring-v2-v2"]);
    expect(clusters["scoring-v3"].attachment.computeName).toBe("a-compute-of-24-chara-v3");
  });
  it("keeps to one line where the clusters are on one", () => {
    const text = JSON.stringify(small());
    expect(text.split("\n")).toHaveLength(1);
    expect(migrated(text).split("\n")).toHaveLength(1);
    expect(errors(migrated(text))).toEqual([]);
  });
  it("says so where a cluster is not written out", () => {
    const clusters =
      "{ scoring: { create: { resourceGroup: rg, name: aks, nodePool: { vmSize: Standard_D2s_v5, nodeCount: 3 } }, attachment: { kind: AksCompute, computeName: scoring } } }";
    const text = `defaults: { subscriptionId: 00000000-0000-0000-0000-000000000001, location: westeurope, clusters: ${clusters} }\nenvironments:\n  dev: { workspace: { resourceGroup: rg, name: mlw } }\n`;
    expect(() => migrated(text)).toThrow(UserError);
    expect(azuremlAks(["migrate", "--config", configFile(text)])).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringMatching(/^azureml-aks: the clusters of dev are not written out/),
    });
  });
});

describe("azureml-aks migrate", () => {
  it("prints the configuration, and says what is to be done", () => {
    const { status, stdout, stderr } = azuremlAks(["migrate"]);
    expect(status).toBe(0);
    expect(stdout).toBe(migrated(SHIPPED));
    expect(stderr).toMatch(
      /^3 entries written:\n {2}environments\.dev\.clusters\.scoring-v2, beside scoring\n {4}to decide:\n {6}attachment\.tls\.cname: a domain of your own/,
    );
    for (const step of [
      "1. replace azureml-aks.yaml, which the stacks are made from: azureml-aks migrate --output azureml-aks.yaml --force\n",
      "az provider register --namespace Microsoft.KubernetesConfiguration\n",
      "npx cdktf deploy prod-scoring-v2-kubernetes prod-scoring-v2-attachment --ignore-missing-stack-dependencies\n",
      "npx cdktf destroy prod-scoring-kubernetes prod-scoring-attachment\n",
      "npx cdktf destroy dev-scoring-attachment\n",
      "  azureml-aks deploy prod-scoring-v2-kubernetes prod-scoring-v2-attachment\n",
      "  azureml-aks destroy prod-scoring-kubernetes prod-scoring-attachment\n",
      "  terraform -chdir=cdktf.out/stacks/prod-scoring-v2-kubernetes init && terraform -chdir=cdktf.out/stacks/prod-scoring-v2-kubernetes apply\n",
      "  terraform -chdir=cdktf.out/stacks/dev-scoring-attachment init && terraform -chdir=cdktf.out/stacks/dev-scoring-attachment destroy\n",
    ])
      expect(stderr).toContain(step);
    expect(stderr).not.toMatch(/[<*]/);
    expect(stderr).toContain("docs/migrate-to-kubernetescompute.md");
    expect(existsSync(join(ROOT, "docs/migrate-to-kubernetescompute.md"))).toBe(true);
  });
  it("names the files that it was given", () => {
    const folder = temporaryFolder();
    const [file, output] = [configFile(SHIPPED, folder), join(folder, "new.yaml")];
    const { stderr } = azuremlAks(["migrate", "--config", file, "--environment", "dev", "--output", output]);
    expect(stderr).toContain(`: mv ${output} ${file}\n  2. azureml-aks check --config ${file} --environment dev\n`);
    expect(stderr).toContain(
      `: AZUREML_AKS_CONFIG=${file} npx cdktf deploy dev-scoring-v2-kubernetes dev-scoring-v2-attachment `,
    );
    expect(stderr).toContain(
      `azureml-aks deploy dev-scoring-v2-kubernetes dev-scoring-v2-attachment --config ${file}\n`,
    );
    expect(stderr).toContain(`with Terraform alone, after azureml-aks synth --config ${file}, in this order:\n`);
  });
  it("leaves the mistakes of environments alone that nobody asked for", () => {
    const file = configFile(SHIPPED.replace(/^ {2}prod:$/m, "  prod:\n    servicCidr: 10.0.0.0/16"));
    expect(azuremlAks(["migrate", "--config", file, "--environment", "dev"])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("scoring-v2:"),
    });
    expect(azuremlAks(["migrate", "--config", file])).toMatchObject({
      status: 2,
      stdout: expect.stringContaining("`servicCidr` is not a known key here"),
    });
  });
  it("writes a file, and replaces none unasked", () => {
    const file = configFile(SHIPPED, temporaryFolder());
    expect(azuremlAks(["migrate", "--config", file, "--environment", "dev", "--output", file])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("exists already"),
    });
    expect(readFileSync(file, "utf8")).toBe(SHIPPED);
    expect(
      azuremlAks(["migrate", "--config", file, "--environment", "dev", "--output", file, "--force"]),
    ).toMatchObject({ status: 0, stdout: "" });
    expect(Object.keys(parse(readFileSync(file, "utf8")).environments.dev.clusters)).toEqual(["scoring", "scoring-v2"]);
    expect(Object.keys(parse(readFileSync(file, "utf8")).environments.prod.clusters)).toEqual(["scoring", "batch"]);
    writeFileSync(file, "environments: {}\n");
    expect(azuremlAks(["migrate", "--config", file])).toMatchObject({
      status: 2,
      stdout: expect.stringContaining("name at least one environment"),
    });
  });
});
