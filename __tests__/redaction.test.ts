import { createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { isKubeconfig, isPrivateKey, isSecretText, shownText } from "../model/redaction.ts";
import { FORMAT_NAMES } from "../report/formats.ts";
import { attachment, cluster, example, kubernetesSecret } from "../rules/examples.ts";
import { issue, keyOf, pemOf } from "./certificates.ts";
import { azuremlAks, type Json, temporaryFolder } from "./helpers.ts";
import { planOf } from "./plan-of.ts";
import { seen } from "./seen.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const random = (length: number, from = LETTERS): string =>
  Array.from(randomBytes(length), (byte) => from[byte % from.length]).join("");
const base64 = (content: string | Buffer): string => Buffer.from(content).toString("base64");
const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");

const PEM = { type: "pkcs8", format: "pem" } as const;
const DER = { type: "pkcs8", format: "der" } as const;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const ed25519 = generateKeyPairSync("ed25519").privateKey;
const dsa = generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 }).privateKey;
const encrypted = { cipher: "aes-256-cbc", passphrase: "x" };
const pem = String(rsa.export(PEM));
const short = String(ec.export(PEM));

/** DER of one value. */
const der = (tag: number, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
/** A PKCS #12 store: version 3 and what it holds. Node makes none. */
const pfx = der(
  0x30,
  der(2, Buffer.from([3])),
  der(0x30, Buffer.from("06092a864886f70d010701", "hex"), der(0xa0, der(4, randomBytes(900)))),
);
const openSsh = Buffer.concat([Buffer.from("openssh-key-v1\0"), randomBytes(300)]);
const armored = (label: string, content: Buffer): string =>
  `-----BEGIN ${label}-----\n${base64(content).replaceAll(/.{64}/g, "$&\n")}\n-----END ${label}-----\n`;

const attributes = "Bag Attributes\n    localKeyID: 01 00 00 00\nKey Attributes: <No Attributes>\n";
const certificate = armored("CERTIFICATE", randomBytes(300));

const kubeconfig = (user: Json): Json => ({
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "aks", cluster: { server: "https://aks-1.hcp.westeurope.azmk8s.io:443" } }],
  contexts: [{ name: "aks", context: { cluster: "aks", user: "admin" } }],
  users: [{ name: "admin", user }],
});
const token = random(64);
const inYaml = `apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    server: https://aks\n  name: aks\ncontexts: []\nusers:\n- name: admin\n  user:\n    client-key-data: ${base64(short)}\n    token: ${token}\n`;
const inJson = JSON.stringify(kubeconfig({ token }));
const jwt = `${Buffer.from('{"alg":"RS256","typ":"JWT"}').toString("base64url")}.${Buffer.from('{"sub":"1234567890"}').toString("base64url")}.${random(86)}`;
const storageKey = randomBytes(64).toString("base64");
const password = random(20);
const sum = `${random(43)}=`;

const hex = (length: number): string => random(length, "0123456789abcdef");
/** One for each form of a token that has no row of its own. */
const VENDORS: readonly string[] = [
  `pypi-${random(60)}`,
  `rubygems_${hex(48)}`,
  `oy2${random(43, "abcdefghijklmnop234567")}`,
  `AKCp${random(69)}`,
  `xapp-1-A0123-0123456789-${random(40)}`,
  `xwfp-${random(40)}`,
  `0123456789:AA${random(33)}`,
  `0.A${random(60)}.${random(200)}`,
  `ABSK${random(120)}`,
  `ya29.${random(60)}`,
  `GOCSPX-${random(28)}`,
  `hf_${random(34)}`,
  `dop_v1_${hex(64)}`,
  `SG.${random(22)}.${random(43)}`,
  `sk_live_${random(24)}`,
  `whsec_${random(32)}`,
  `shpat_${hex(32)}`,
  `dp.pt.${random(43)}`,
  `lin_api_${random(40)}`,
  `glsa_${random(32)}_${hex(8)}`,
  `glc_${random(60)}`,
  `NRAK-${random(27, LETTERS.slice(0, 26))}`,
  `ATATT3${random(180)}`,
  `sntrys_${random(60)}`,
  `${random(52)}JQQJ9${random(27)}`,
  `${random(44)}AzFu${random(6)}==`,
  `${random(42)}AzSe${random(6)}`,
  `${random(33)}AzCa${random(6)}=`,
];

/** With the secret, where that is not all of the text, and with what must stay readable. Of "" the form alone is a secret. */
type Form = readonly [what: string, text: string, secret?: string, stays?: readonly string[]];

/** Every form that SECURITY.md says is recognised. */
const FORMS: readonly Form[] = [
  // Keys as text
  ["PKCS #8", pem],
  ["PKCS #1", String(rsa.export({ type: "pkcs1", format: "pem" }))],
  ["SEC 1", String(ec.export({ type: "sec1", format: "pem" }))],
  ["Ed25519", String(ed25519.export(PEM))],
  ["DSA", String(dsa.export(PEM))],
  ["an encrypted key", String(ec.export({ ...PEM, ...encrypted }))],
  ["OpenSSH", armored("OPENSSH PRIVATE KEY", openSsh)],
  ["PGP", armored("PGP PRIVATE KEY BLOCK", randomBytes(300))],
  [
    "SSH2",
    `---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n${base64(randomBytes(200))}\n---- END SSH2 ENCRYPTED PRIVATE KEY ----`,
  ],
  ["PuTTY", `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\n${base64(randomBytes(36))}\n`],
  ["age", `AGE-SECRET-KEY-1${random(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")}`],
  [
    "a JSON web key",
    JSON.stringify(ec.export({ format: "jwk" })),
    String(ec.export({ format: "jwk" }).d),
    [String(ec.export({ format: "jwk" }).x)],
  ],
  ["an XML key", `<RSAKeyValue><Modulus>AQAB</Modulus><D>${base64(randomBytes(128))}</D></RSAKeyValue>`, ""],
  ["PEM in one line", pem.replaceAll("\n", " ")],
  ["PEM with escaped line ends", JSON.stringify(pem).slice(1, -1)],
  ["PEM with Windows line ends", pem.replaceAll("\n", "\r\n")],
  ["PEM in an address", encodeURIComponent(pem)],
  ["PEM that is cut off", pem.slice(0, 400)],
  ["PEM whose start is cut off", pem.slice(200)],
  ["PEM in small letters", pem.replace("BEGIN PRIVATE KEY", "begin private key")],
  ["PEM as UTF-16", utf16(pem).toString("latin1")],
  // Keys in base64
  ["PEM in base64", base64(pem)],
  ["PEM in base64url", Buffer.from(pem).toString("base64url")],
  ["PEM in base64 in lines", base64(pem).replaceAll(/.{76}/g, "$&\n")],
  ["PEM in base64 in escaped lines", base64(pem).replaceAll(/.{64}/g, "$&\\n")],
  ["PEM in base64 after one other character", `x${base64(pem)}`, base64(pem)],
  ["PEM in base64 after two", `xy${base64(pem)}`, base64(pem)],
  ["PEM in base64 after three", `xyz${base64(pem)}`, base64(pem)],
  [
    "PEM in base64 after many",
    `key/material/of/the/scoring/endpoint/${base64(pem)}`,
    base64(pem),
    ["key/material/of/the/scoring/endpoint"],
  ],
  ["PEM in base64 with a line end in front", base64(`\n${pem}`)],
  [
    "PEM in base64 with attributes",
    base64(`${attributes}${pem}`),
    base64(`${attributes}${pem}`).slice(attributes.length * 1.4),
  ],
  [
    "PEM in base64 with its certificate in front",
    base64(`${certificate}${pem}`),
    base64(`${certificate}${pem}`).slice(certificate.length * 1.4),
  ],
  ["PEM in base64 twice", base64(base64(pem))],
  ["PEM in gzip in base64", base64(gzipSync(pem))],
  ["PEM in zlib in base64", base64(deflateSync(pem))],
  ["a release of Helm", base64(base64(gzipSync(JSON.stringify({ data: { "tls.key": base64(pem) } }))))],
  ["PEM as UTF-16 in base64", base64(utf16(pem))],
  ["PEM as UTF-16 with its mark, big-endian, in base64", base64(utf16(`\ufeff${pem}`).swap16())],
  ["a data URL", `data:application/x-pem-file;base64,${base64(pem)}`, base64(pem)],
  ["PKCS #8 in DER", base64(rsa.export(DER))],
  ["PKCS #1 in DER", base64(rsa.export({ type: "pkcs1", format: "der" }))],
  ["SEC 1 in DER", base64(ec.export({ type: "sec1", format: "der" }))],
  ["an EC key in DER", base64(ec.export(DER))],
  ["Ed25519 in DER", base64(ed25519.export(DER))],
  ["DSA in DER", base64(dsa.export(DER))],
  ["an encrypted key in DER", base64(ec.export({ ...DER, ...encrypted }))],
  ["DER in base64url", rsa.export(DER).toString("base64url")],
  ["DER after other characters", `k=${base64(ec.export(DER))}`, base64(ec.export(DER))],
  ["PFX", base64(pfx)],
  ["a store of Java", base64(Buffer.concat([Buffer.from("feedfeed00000002", "hex"), randomBytes(200)]))],
  ["OpenSSH without its lines", base64(openSsh)],
  // Kubeconfigs
  ["a kubeconfig in YAML", inYaml],
  ["a kubeconfig in JSON", inJson],
  ["a kubeconfig in JSON in JSON", JSON.stringify({ value: inJson }), token],
  ["a kubeconfig in JSON in JSON in JSON", JSON.stringify({ value: JSON.stringify({ value: inJson }) }), token],
  ["a kubeconfig in base64", base64(inYaml)],
  ["a kubeconfig in JSON in base64", base64(inJson)],
  [
    "a kubeconfig in base64 after other characters",
    `kubeconfig/${base64(inJson)}`,
    base64(inJson).slice(12),
    ["kubeconfig/"],
  ],
  ["a kubeconfig in gzip in base64", base64(gzipSync(inYaml))],
  ["a kubeconfig in one line", JSON.stringify(inYaml)],
  // Tokens
  ["a JWT", jwt],
  ["a JWT without a signature", jwt.split(".").slice(0, 2).join(".")],
  ["a header with a JWT", `Authorization: Bearer ${jwt}`, jwt, ["Authorization: Bearer "]],
  ["a header with a token", `Authorization: Bearer ${token}1`, token],
  ["a header with a password", `Authorization: Basic ${base64(`admin:${password}`)}`, base64(`admin:${password}`)],
  ["a token of GitHub", `ghp_${random(36)}`],
  ["a token of GitHub for one repository", `github_pat_${random(22)}_${random(59)}`],
  ["a token of GitLab", `glpat-${random(20)}`],
  ["a token of npm", `npm_${random(36)}`],
  ["a token of npm in its file", `//registry.npmjs.org/:_authToken=${random(36)}`, ""],
  ["a token of Slack", `xoxb-123456789012-1234567890123-${random(24)}`],
  ["a webhook of Slack", `https://hooks.slack.com/services/T0123ABCD/B0123ABCD/${random(24)}`, ""],
  ["a webhook of Discord", `https://discord.com/api/webhooks/0123456789012345678/${random(68)}`, ""],
  [
    "a webhook of Teams",
    `https://contoso.webhook.office.com/webhookb2/${random(36)}@${random(36)}/IncomingWebhook/${random(32)}`,
    "",
  ],
  ["a key ID of AWS", `AKIA${random(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`],
  ["a secret of AWS", `aws_secret_access_key = ${random(40)}`, ""],
  ["a key of Google", `AIza${random(35)}`],
  ["a token of Vault", `hvs.${random(90)}`],
  ["a token of HCP Terraform", `${random(14)}.atlasv1.${random(67)}`],
  ["a token of Azure DevOps", `${random(76)}AZDO${random(4)}`],
  ["a token of Azure DevOps of old", random(52, "abcdefghijklmnopqrstuvwxyz234567")],
  ["a client secret of Entra ID", `${random(3)}8Q~${random(34)}`],
  ["a token of OpenAI", `sk-proj-${random(48)}`],
  ["a token of Docker", `dckr_pat_${random(27)}`],
  ...VENDORS.map((each): Form => [`a token such as ${each.slice(0, 8)}`, each]),
  ["a token with what nobody sees in it", `ghp_${random(10)}\u200b${random(26)}`],
  ["a token with colours in it", `ghp_${random(10)}\u001b[31m${random(26)}`],
  ["a token of Databricks", `dapi${random(32, "0123456789abcdef")}`],
  // Keys of Azure, and what holds them
  ["a key of a storage account", storageKey],
  [
    "a connection string of a storage account",
    `DefaultEndpointsProtocol=https;AccountName=st;AccountKey=${storageKey};EndpointSuffix=core.windows.net`,
    storageKey,
    ["AccountName=st;AccountKey=(", ");EndpointSuffix=core"],
  ],
  [
    "a connection string of Service Bus",
    `Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${sum}`,
    sum,
    ["Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=Root;"],
  ],
  ["a key of Service Bus", `${random(33)}+ASb${random(6)}=`],
  ["a key of a registry", `${random(42)}+ACR${random(6)}`],
  [
    "a key of Redis",
    `contoso.redis.cache.windows.net:6380,password=${sum},ssl=True,abortConnect=False`,
    sum,
    ["contoso.redis.cache.windows.net:6380,", ",ssl=True,abortConnect=False"],
  ],
  [
    "a shared access signature",
    `https://st.blob.core.windows.net/c?sv=2024-11-04&sp=r&sig=${encodeURIComponent(sum)}&se=2030`,
    encodeURIComponent(sum),
    ["https://st.blob.core.windows.net/c?sv=2024-11-04&sp=r&sig=(", ")&se=2030"],
  ],
  ["a key of a function", `https://contoso.azurewebsites.net/api/f?code=${random(54)}==`, ""],
  [
    "Application Insights",
    `InstrumentationKey=${random(36)};IngestionEndpoint=https://westeurope.in.applicationinsights.azure.com/`,
    "",
  ],
  [
    "a connection string of SQL Server",
    `Server=tcp:sql.database.windows.net;User ID=sa;Password=${password},${password} x;Encrypt=True`,
    password,
    ["User ID=sa;Password=(", ");Encrypt=True"],
  ],
  [
    "an address of a database",
    `postgresql://admin:${password}@db:5432/scoring`,
    password,
    ["postgresql://admin:(", ")@db:5432/scoring"],
  ],
  ["an address whose user has a sign in it", `postgresql://admin@db:${password}@db:5432/scoring`, password],
  ["an address with a password that has signs in it", `https://user:${password}/@${password}@host/x`, password],
  ["an address with a token", `https://${random(40)}1@github.com/contoso/x`, ""],
  [
    "an argument of a command",
    `az storage blob list --account-key ${sum} --container-name c`,
    sum,
    ["--account-key (", ") --container-name c"],
  ],
  ["JSON with a password", JSON.stringify({ user: "sa", password }), password],
  ["JSON with a password in JSON", JSON.stringify({ value: JSON.stringify({ user: "sa", password }) }), password],
  [
    "YAML with a password",
    `user: sa\npassword: ${password}\nport: 5432\n`,
    password,
    ["user: sa\npassword: (", ")\nport: 5432"],
  ],
  [
    "the login of a registry",
    JSON.stringify({ auths: { "contoso.azurecr.io": { auth: base64(`u:${password}`) } } }),
    base64(`u:${password}`),
  ],
];

/** No report may have as much of a secret: what it starts with says what it is. */
const MOST = 16;

/** The parts of a secret that a text has. */
function secretPartsIn(shown: string, [, text, secret = text]: Form): string[] {
  const lines = secret.replaceAll(/-*(BEGIN|END)[A-Z0-9 ]*PRIVATE KEY[A-Z ]*-*/gi, "\n").split(/\s|\\[nr]|%0A/);
  const parts = (line: string, length: number, step: number): string[] =>
    Array.from({ length: Math.max(0, Math.ceil((line.length - length + 1) / step)) }, (_, at) =>
      line.slice(at * step, at * step + length),
    ).filter((part) => shown.includes(part));
  // Whatever is shown of a line has one of these halves, of which there are fewer.
  return lines.filter((line) => parts(line, MOST / 2, MOST / 2).length > 0).flatMap((line) => parts(line, MOST, 1));
}

describe("what looks like a secret", () => {
  it.each(FORMS.map((form) => [form[0], form] as const))(
    "is not shown, and what stands around it is: %s",
    (_, form) => {
      const [, text, , stays = []] = form;
      const shown = shownText(`The cluster of dev, "${text}"`);
      expect(secretPartsIn(shown, form), shown).toEqual([]);
      expect(shown).toMatch(/^The cluster of dev, ".* not shown\)/s);
      for (const rest of stays) expect(shown).toContain(rest);
      expect(isSecretText(text)).toBe(true);
      // What was masked once has no secret any more.
      expect(shownText(shown)).toBe(shown);
    },
  );
  it("is a private key or a kubeconfig where it is one", () => {
    const keys = FORMS.slice(
      0,
      FORMS.findIndex(([what]) => what === "a kubeconfig in YAML"),
    );
    expect(keys.filter(([, text]) => !isPrivateKey(text)).map(([what]) => what)).toEqual([]);
    expect(
      FORMS.filter(([what, text]) => what.includes("kubeconfig") !== isKubeconfig(text)).map(([what]) => what),
    ).toEqual([]);
  });
});

describe("what is no secret", () => {
  it.each([
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-mlops-production/providers/Microsoft.ContainerService/managedClusters/aks-cluster",
    'module.cluster["production"].azurerm_kubernetes_cluster_node_pool.this_is_a_long_name_of_a_pool[0]',
    "data.terraform_remote_state.cross-stack-reference-input-dev-scoring-cluster.outputs.cluster_id",
    "https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace?view=azureml-api-2#attach",
    "https://aks-1-abc.hcp.westeurope.azmk8s.io:443/api?user=somebody@contoso.com",
    "git::https://github.com/Azure/terraform-azurerm-avm-res-containerservice-managedcluster?ref=v0.3.0",
    "mcr.microsoft.com/azureml/amlarc-docker@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx5n0iIhwVt7nQm3q0Xw2cPz5yq7mU0p3kq1mZJ9Q7E somebody@contoso.com",
    "password: must have 12 characters or more",
    "The token is read from var.token; give admin_password = var.admin_password",
    'admin_password = "${var.admin_password}"',
    "Basic load balancers, Standard ones and basic-authentication are three things; bearer of good news",
    "kind: ConfigMap",
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: azureml-fe\n",
    "private key in a key vault: sslKey is its name",
    "10.0.0.0/16, 203.0.113.0/24 and fd00::/48",
    "2026-11-26T20:15:00Z",
    "Standard_ND96amsr_A100_v4",
    "sk-scoring-production-westeurope-kubernetes-cluster-01",
  ])("is shown as it is: %s", (text) => {
    expect(shownText(text)).toBe(text);
  });
  it("is shown as it is: a certificate, a public key, and random bytes", async () => {
    const issued = await issue({ name: "www.contoso.com", host: "www.contoso.com" });
    const publicKey = createPublicKey(rsa);
    const texts = [
      pemOf(issued),
      base64(pemOf(issued)),
      base64(Buffer.from(issued.certificate.rawData)),
      String(publicKey.export({ type: "spki", format: "pem" })),
      base64(publicKey.export({ type: "spki", format: "der" })),
      base64(publicKey.export({ type: "pkcs1", format: "der" })),
      ...Array.from({ length: 200 }, () => `a ${base64(randomBytes(99))}`),
    ];
    for (const text of texts) expect(shownText(text)).toBe(text);
    expect(isPrivateKey(await keyOf(issued))).toBe(true);
  });
});

/** A page unpacks its report itself, which is in the other formats too. */
const FORMATS_OF_TEXT = FORMAT_NAMES.filter((name) => name !== "html");

describe("a text that is hard to look through", () => {
  it.each([
    ["a bomb of gzip", base64(gzipSync(Buffer.alloc(5_000_000)))],
    ["a bomb in a bomb", base64(gzipSync(base64(gzipSync(Buffer.alloc(5_000_000)))))],
    ["a million characters", `a ${"b ".repeat(500_000)}`],
  ])("is not shown at all: %s", (_, text) => {
    expect(shownText(text)).toBe("(text not shown)");
    expect(isSecretText(text)).toBe(true);
  });
});

describe("a secret in a plan", () => {
  const planWith = (edit: (parts: { plan: Json; aks: Json; compute: Json; blocks: Json[] }) => void): Json => {
    const stackOf = (...parts: object[]): Json => example("", ...parts).stacks.stack;
    const plan = planOf(
      stackOf(cluster(), attachment(), kubernetesSecret({ data: { "cert.pem": "C", "key.pem": "${var.key}" } })),
      {
        before: stackOf(cluster({ default_node_pool: { node_count: 2 } }), attachment({ cluster_purpose: "DevTest" })),
      },
    );
    const [aks, compute] = plan.resource_changes;
    edit({ plan, aks, compute, blocks: plan.configuration.root_module.resources });
    return plan;
  };
  const replace = { actions: ["delete", "create"] };
  const places: Readonly<Record<string, (secret: string) => Json>> = {
    "the name of a cluster": (secret) => planWith(({ aks }) => Object.assign(aks.change.after, { name: secret })),
    "the name that it had": (secret) =>
      planWith(({ aks }) => Object.assign(aks.change.before, { name: secret, location: secret })),
    "a text among others": (secret) =>
      planWith(({ aks }) => Object.assign(aks.change.after, { kubernetes_version: `1.34 ${secret}` })),
    "the key of a tag": (secret) =>
      planWith(({ aks }) => Object.assign(aks.change.after, { tags: { [secret]: "a", team: secret } })),
    "the key of a tag that changes": (secret) =>
      planWith(({ aks }) => {
        aks.change.before.tags = { [secret]: "a" };
        aks.change.after.tags = { [secret]: "b", [`${secret} 2`]: "c" };
      }),
    "the index of an address": (secret) =>
      planWith(({ compute }) => Object.assign(compute, { address: `${compute.address}[${JSON.stringify(secret)}]` })),
    "an address": (secret) => planWith(({ compute }) => Object.assign(compute, { address: secret })),
    "the key of a module": (secret) =>
      planWith(({ compute }) => {
        const module = `module.m[${JSON.stringify(secret)}]`;
        Object.assign(compute, { address: `${module}.${compute.address}`, module_address: module });
      }),
    "the address before a move": (secret) =>
      planWith(({ compute }) => Object.assign(compute, { previous_address: `a.b["${secret}"]` })),
    "a type": (secret) => planWith(({ compute }) => Object.assign(compute, { type: secret })),
    "an action": (secret) => planWith(({ compute }) => Object.assign(compute.change, { actions: ["create", secret] })),
    "the reason of an action": (secret) =>
      planWith(({ compute }) =>
        Object.assign(compute, { action_reason: secret, change: { ...compute.change, ...replace } }),
      ),
    "what forces a replacement": (secret) =>
      planWith(({ compute }) =>
        Object.assign(compute.change, { ...replace, replace_paths: [["tags", secret], [secret]] }),
      ),
    "a change outside of Terraform": (secret) =>
      planWith(({ plan, aks }) => {
        const change = {
          actions: ["update"],
          before: { ...aks.change.before, name: secret },
          after: { ...aks.change.after, name: `${secret}!` },
        };
        plan.resource_drift = [{ ...aks, change }];
      }),
    "what a deferred change waits for": (secret) =>
      planWith(({ plan, aks }) =>
        Object.assign(plan, { deferred_changes: [{ reason: secret, resource_change: aks }], resource_changes: [] }),
      ),
    "the message of a condition": (secret) =>
      planWith(({ plan }) =>
        Object.assign(plan, {
          checks: [
            {
              address: { kind: "check", to_display: `check.x["${secret}"]` },
              status: "fail",
              instances: [{ problems: [{ message: `found ${secret}` }] }],
            },
          ],
        }),
      ),
    "a reference": (secret) =>
      planWith(({ compute, blocks }) => {
        compute.change.after_unknown.kubernetes_cluster_id = true;
        Object.assign(blocks[1].expressions, {
          kubernetes_cluster_id: { references: [`local.ids["${secret}"]`, secret] },
        });
      }),
    "the text of an expression": (secret) =>
      planWith(({ compute, blocks }) => {
        compute.change.after_unknown.kubernetes_cluster_id = true;
        Object.assign(blocks[1].expressions, {
          kubernetes_cluster_id: { constant_value: `\${var.a} ${secret}`, references: ["var.a"] },
        });
      }),
    "a provider": (secret) =>
      planWith(({ plan, blocks }) => {
        plan.configuration.provider_config[secret] = plan.configuration.provider_config.azurerm;
        for (const block of blocks) block.provider_config_key = secret;
      }),
    "a subscription": (secret) =>
      planWith(({ plan }) =>
        Object.assign(plan.configuration.provider_config.azurerm.expressions, {
          subscription_id: { constant_value: secret },
        }),
      ),
    "an output": (secret) =>
      planWith(({ plan }) =>
        Object.assign(plan.planned_values.outputs, { azureml_aks_stack: { value: secret }, [secret]: 7 }),
      ),
    "the version of the format": (secret) => planWith(({ plan }) => Object.assign(plan, { format_version: secret })),
  };
  /** One of each way in which secrets are found: as written, by their bytes and by their form. */
  const forms = FORMS.filter(([what]) => ["PKCS #8", "PEM in base64 after two", "a JWT"].includes(what));
  it.each(Object.keys(places))("is not shown: %s", (place) => {
    for (const form of forms) {
      const text = seen((places[place] as (typeof places)[string])(form[1]), FORMATS_OF_TEXT);
      // Reports escape: what they do is undone for those characters that a secret may have.
      const plain = text
        .replaceAll("\\/", "/")
        .replaceAll("&#x2F;", "/")
        .replaceAll("&#61;", "=")
        .replaceAll("&#45;", "-")
        .replaceAll("&#46;", ".");
      expect(secretPartsIn(plain, form), form[0]).toEqual([]);
    }
  });
});

describe("a secret in Terraform", () => {
  const forms = FORMS.filter(([what]) => ["PKCS #8 in DER", "a JWT", "a kubeconfig in base64"].includes(what));
  it.each(forms.map((form) => [form[0], form] as const))("is not shown: %s", (_, form) => {
    const text = JSON.stringify(form[1]);
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, "main.tf"),
      `resource "azurerm_kubernetes_cluster" "a" {
  for_each            = { ${text} = 1 }
  name                = each.key
  location            = ${text}
  resource_group_name = "\${local.x} ${form[1]}"
  kubernetes_version  = ${text}
  sku_tier            = ${text}
  tags                = { ${text} = ${text} }
  network_profile {
    network_plugin = ${text}
    outbound_type  = lookup({}, ${text})
    service_cidr   = ${text}
  }
  default_node_pool {
    name       = ${text}
    vm_size    = ${text}
    node_count = ${text}
  }
}
resource "azurerm_machine_learning_inference_cluster" ${text} {
  kubernetes_cluster_id = azurerm_kubernetes_cluster.a[${text}].id
  cluster_purpose       = ${text}
  # azureml-aks:ignore ${form[1]} -- ${form[1]}
  name = ${text}
}
module ${text} {
  source = ${text}
}
`,
    );
    const { stdout, stderr } = azuremlAks([
      "check",
      folder,
      ...FORMAT_NAMES.filter((name) => name !== "html").flatMap((name) => ["--format", name]),
    ]);
    expect(JSON.stringify(stdout).split("not shown").length).toBeGreaterThan(10);
    expect(secretPartsIn(stdout + stderr, form)).toEqual([]);
  });
});
