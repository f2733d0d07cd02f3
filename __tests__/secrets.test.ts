import { generateKeyPairSync } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { stringify } from "yaml";
import * as check from "../commands/check.ts";
import * as synth from "../commands/synth.ts";
import { loadConfig, parseConfig } from "../config/load.ts";
import { FORMAT_NAMES, rendererOf } from "../report/formats.ts";
import { RULES } from "../rules/catalogue.ts";
import { issue, keyOf, pemOf } from "./certificates.ts";
import { configFile, small, temporaryFolder } from "./helpers.ts";

const VAULT =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv";

/** Everything that was written below a folder, as one text. */
function written(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
    .join("\n");
}

/** Runs commands one after the other: what they end with, and what they print. */
async function captured(
  commands: readonly (() => Promise<number>)[],
): Promise<{ readonly statuses: readonly number[]; readonly shown: string }> {
  const shown: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((text) => shown.push(String(text)) > 0);
  const statuses: number[] = [];
  for (const run of commands) statuses.push(await run());
  vi.restoreAllMocks();
  return { statuses, shown: shown.join("") };
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe("a private key", () => {
  const EXTENSION = {
    kind: "KubernetesCompute",
    extension: { enableInference: true, inferenceRouterServiceType: "loadBalancer" },
  };
  it.each<[source: string, certificate: object, attachment?: object, tls?: object]>([
    ["two secrets of a key vault", { keyVault: { id: VAULT, certificateSecret: "cert", keySecret: "key" } }],
    ["a certificate of a key vault", { keyVault: { id: VAULT, certificate: "scoring" } }],
    ["variables", { variables: true }],
    ["the cluster's own secret", { clusterSecret: "azuremlfessl" }],
    ["variables, through azurerm", { variables: true }, { attachWith: "azurerm" }],
    [
      "variables, for a KubernetesCompute",
      { variables: true },
      EXTENSION,
      { passedBy: "protectedSettings", secret: undefined },
    ],
  ])("of %s is in nothing that is written or reported", async (_, certificate, attachment, rest) => {
    const folder = temporaryFolder();
    const issued = await issue({ name: "www.contoso.com", host: "www.contoso.com" });
    const key = await keyOf(issued);
    const inputs = temporaryFolder();
    writeFileSync(join(inputs, "cert.pem"), pemOf(issued));
    writeFileSync(join(inputs, "key.pem"), key);
    const tls = {
      cname: "www.contoso.com",
      certificate,
      secret: { name: "tls" },
      ingressSecret: { name: "ingress" },
      ...rest,
    };
    const config = configFile(small({ attachment: { tls, ...attachment } }), inputs);
    // As it would be in a run: cdktf and HCP Terraform take variables from the environment.
    vi.stubEnv("TF_VAR_tls_key", key);
    vi.stubEnv("TF_VAR_tls_certificate", pemOf(issued));
    const report = join(folder, "report.json");
    const certificateFiles = { certificate: join(inputs, "cert.pem"), key: join(inputs, "key.pem") };
    const { statuses, shown } = await captured([
      () => synth.handler({ config, output: join(folder, "out"), format: ["text", `json=${report}`] }),
      () => check.handler({ config, ...certificateFiles, format: ["text", "json"] }),
    ]);
    expect(statuses).toEqual([0, 0]);
    const everything = written(folder) + shown;
    expect(everything).toContain("scoring");
    const body = key.split("\n").filter((line) => line !== "" && !line.startsWith("-----"));
    for (const secret of [...body, Buffer.from(key).toString("base64"), "PRIVATE KEY-----"])
      expect(everything).not.toContain(secret);
  });
  it("that is written into the configuration is refused wherever it stands, and never repeated", async () => {
    const key = await keyOf(await issue({ name: "www.contoso.com" }));
    const places: object[] = [
      { computeName: key },
      { clusterPurpose: key },
      { description: key },
      { tags: { [key]: "x" } },
      { tags: { x: key } },
      { tls: { leafDomainLabel: key } },
      { tls: { cname: key, certificate: { keyVault: key } } },
      {
        tls: {
          cname: "www.contoso.com",
          certificate: { keyVault: { id: key, certificateSecret: key, keySecret: key } },
        },
      },
    ];
    for (const attachment of places) {
      const result = loadConfig(configFile(small({ attachment })), { rules: RULES });
      if (result.ok) throw new Error(`accepted: ${Object.keys(attachment)}`);
      const report = { findings: result.findings, checked: 0 };
      const texts = await Promise.all(
        FORMAT_NAMES.map(async (format) => (await rendererOf(format))(report, { colour: false })),
      );
      expect(texts[0]).toContain("is a private key, which has no place in a file");
      for (const line of key.split("\n").filter((each) => each !== "")) expect(texts.join()).not.toContain(line);
    }
  });
  it("that is written without its name is quoted in no part that is of use", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const der = privateKey.export({ type: "sec1", format: "der" });
    // The number alone, which nothing knows by its looks, and all of it.
    for (const key of [der.subarray(7, 39).toString("hex"), der.toString("base64")]) {
      const texts = [
        { computeName: key },
        { clusterPurpose: key },
        { [key]: "x" },
        { tls: { leafDomainLabel: key, [key]: { [key]: 1 } } },
        {
          tls: {
            cname: "www.contoso.com",
            certificate: { keyVault: { id: key, certificateSecret: "c", keySecret: "k" } },
          },
        },
      ].map((attachment) => stringify(small({ attachment })));
      texts.push(
        texts[0]?.replaceAll("scoring", key) ?? "",
        stringify({ environments: { [key]: {} } }),
        stringify({ [key]: [key] }),
      );
      for (const text of texts) {
        const result = parseConfig(text, "f.yaml", { rules: RULES, environments: [key] });
        if (result.ok) throw new Error("accepted");
        const said = JSON.stringify(result.findings);
        expect(
          Array.from({ length: key.length - 40 }, (_, at) => key.slice(at, at + 41)).filter((part) =>
            said.includes(part),
          ),
        ).toEqual([]);
      }
    }
  });
  it.each([
    ["in YAML", (kubeconfig: object) => stringify(kubeconfig)],
    ["in JSON", (kubeconfig: object) => JSON.stringify(kubeconfig)],
    ["in base64", (kubeconfig: object) => Buffer.from(stringify(kubeconfig)).toString("base64")],
  ])("in a kubeconfig %s is refused as well", (_, write) => {
    const user = { "client-key-data": Buffer.from("x").toString("base64"), token: "0123456789abcdef0123456789abcdef" };
    const kubeconfig = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [],
      contexts: [],
      users: [{ name: "admin", user }],
    };
    for (const attachment of [
      { description: write(kubeconfig) },
      { tags: { x: write(kubeconfig) } },
      { tags: { [write(kubeconfig)]: "x" } },
    ]) {
      const result = loadConfig(configFile(small({ attachment })), { rules: RULES });
      if (result.ok) throw new Error("accepted");
      expect(result.findings[0]?.message).toMatch(/is a kubeconfig, which has no place in a file/);
      expect(JSON.stringify(result.findings)).not.toContain(write(kubeconfig).slice(10, 30));
    }
  });
});
