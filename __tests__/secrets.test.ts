import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../config/load.ts";
import { FORMAT_NAMES, rendererOf } from "../report/formats.ts";
import { RULES } from "../rules/catalogue.ts";
import { issue, keyOf, pemOf } from "./certificates.ts";
import { azuremlAks, configFile, small, temporaryFolder } from "./helpers.ts";

const VAULT =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv";

/** Everything that was written below a folder, as one text. */
function written(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
    .join("\n");
}

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
    const env = { TF_VAR_tls_key: key, TF_VAR_tls_certificate: pemOf(issued) };
    const synth = azuremlAks(
      [
        "synth",
        "--config",
        config,
        "--output",
        join(folder, "out"),
        "--format",
        "text",
        "--format",
        `json=${join(folder, "report.json")}`,
      ],
      { env },
    );
    const check = azuremlAks(
      [
        "check",
        "--config",
        config,
        "--certificate",
        join(inputs, "cert.pem"),
        "--key",
        join(inputs, "key.pem"),
        "--format",
        "text",
        "--format",
        "json",
      ],
      { env },
    );
    expect([synth.status, check.status]).toEqual([0, 0]);
    const everything = written(folder) + synth.stdout + synth.stderr + check.stdout + check.stderr;
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
});
