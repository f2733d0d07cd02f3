import { spawnSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { assess } from "../assess/assess.ts";
import { readCertificateFiles } from "../azure/certificate.ts";
import { loadConfig } from "../config/load.ts";
import { readPemFile } from "../config/read.ts";
import { RULES } from "../rules/catalogue.ts";
import { today } from "../sources/today.ts";
import { type Issued, issue, keyOf, pemOf } from "./certificates.ts";
import { azuremlAks, configFile, small, temporaryFolder } from "./helpers.ts";

const HOST = "www.contoso.com";
const TODAY = { SOURCE_DATE_EPOCH: String(Date.parse("2026-11-24") / 1000) };
const OWN = { cname: HOST, certificate: { variables: true } };

const folder = temporaryFolder();
const config = configFile(small({ attachment: { clusterPurpose: "FastProd", tls: OWN } }), folder);
const devTest = configFile(small({ attachment: { clusterPurpose: "DevTest", tls: OWN } }));

let files = 0;
const file = (content: string | Uint8Array): string => {
  files++;
  const path = join(folder, `file${files}.pem`);
  writeFileSync(path, content);
  return path;
};

let root: Issued;
let intermediate: Issued;
let leaf: Issued;
let chain: string;
let key: string;

beforeAll(async () => {
  root = await issue({ name: "Contoso Root CA" });
  intermediate = await issue({ name: "Contoso Issuing CA", issuer: root });
  leaf = await issue({ name: HOST, host: HOST, issuer: intermediate });
  chain = pemOf(leaf, intermediate, root);
  key = await keyOf(leaf);
});

/** Messages of the findings, with how they count. */
function judged(certificate: string, keyFile: string, configuration = config): string[] {
  const certificateFiles = readCertificateFiles({
    certificateFile: certificate,
    certificate: readPemFile(certificate),
    keyFile,
    key: readPemFile(keyFile),
  });
  const result = loadConfig(configuration, { rules: RULES });
  if (!result.ok) throw new Error("the configuration is wrong");
  return assess(result.loaded, "cdktf.out", { today: today(), certificateFiles })
    .findings.filter(({ rule }) => rule === "tls/material")
    .map(({ level, message }) => `${level} ${message.replaceAll(`${folder}/`, "")}`);
}

beforeEach(() => {
  vi.stubEnv("SOURCE_DATE_EPOCH", TODAY.SOURCE_DATE_EPOCH);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a certificate and its key that are given to be judged", () => {
  it("are good where they are good", () => {
    expect(judged(file(chain), file(key))).toEqual([]);
  });
  it.each<
    [what: string, certificate: () => string | Promise<string>, key: () => string | Promise<string>, expected: RegExp]
  >([
    [
      "a key of another certificate",
      () => file(chain),
      async () => file(await keyOf(root)),
      /^error the key in file\d+\.pem does not belong to the certificate/,
    ],
    [
      "expired",
      async () => file(pemOf(await renew({ validTo: "2026-11-01" }), intermediate, root)),
      renewed,
      /^error file\d+\.pem expired on 2026-11-01$/,
    ],
    [
      "about to expire",
      async () => file(pemOf(await renew({ validTo: "2026-12-10" }), intermediate, root)),
      renewed,
      /^warning file\d+\.pem expires on 2026-12-10$/,
    ],
    [
      "not valid yet",
      async () => file(pemOf(await renew({ validFrom: "2027-01-01" }), intermediate, root)),
      renewed,
      /valid only from 2027-01-01$/,
    ],
    [
      "a passphrase",
      () => file(chain),
      () => file(withPassphrase(key)),
      /has a passphrase, which Azure ML does not take/,
    ],
    [
      "another host name",
      async () => file(pemOf(await renew({ host: "api.contoso.com" }), intermediate, root)),
      renewed,
      /is not for www\.contoso\.com$/,
    ],
    [
      "a missing intermediate",
      () => file(pemOf(leaf)),
      () => file(key),
      /lacks the certificate of its issuer \(CN=Contoso Issuing CA\)$/,
    ],
    [
      "a missing root that nobody knows",
      () => file(pemOf(leaf, intermediate)),
      () => file(key),
      /issuer \(CN=Contoso Root CA\)$/,
    ],
    ["self-signed", async () => file(pemOf(await renew({ issuer: undefined }))), renewed, /is self-signed$/],
    ["garbage", () => file("garbage"), () => file(key), /^error file\d+\.pem holds no PEM certificate$/],
    [
      "garbage in PEM",
      () => file("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
      () => file(key),
      /holds a certificate that cannot be parsed/,
    ],
    [
      "more certificates than any chain has",
      () => file(`${chain}\n`.repeat(100)),
      () => file(key),
      /holds 300 certificates: keep your own and those that it was issued by$/,
    ],
    ["a garbage key", () => file(chain), () => file("nothing"), /holds no PEM private key$/],
    [
      "swapped files",
      () => file(chain),
      () => file(chain),
      /holds no PEM private key, but a certificate: are the files swapped\?$/,
    ],
    [
      "a DER file",
      () => file(new Uint8Array(leaf.certificate.rawData)),
      () => file(key),
      /is in binary form \(DER or PKCS #12\)/,
    ],
    ["an empty file", () => file(""), () => file(key), /is empty$/],
    ["a file that is not there", () => join(folder, "absent.pem"), () => file(key), /absent\.pem does not exist$/],
    ["a directory", () => folder, () => file(key), /is a directory$/],
    ["a FIFO", () => fifo(), () => file(key), /is not a regular file$/],
    ["a file of 1 GB", () => large(), () => file(key), /has 1024 MB, and a PEM file has a few kilobytes$/],
  ])("%s", async (_, certificate, keyFile, expected) => {
    const found = judged(await certificate(), await keyFile());
    expect(found).toEqual([expect.stringMatching(expected)]);
  });
  it("self-signed will do for DevTest", async () => {
    const own = await issue({ name: HOST, host: HOST });
    expect(judged(file(pemOf(own)), file(await keyOf(own)), devTest)).toEqual([]);
  });
  it("stand at the line of tls in the configuration", () => {
    const { stdout } = azuremlAks(["check", "--config", config, "--certificate", file("x"), "--key", file("x")], {
      env: TODAY,
    });
    const line =
      readFileSync(config, "utf8")
        .split("\n")
        .findIndex((text) => text.trim() === "tls:") + 1;
    expect(stdout).toMatch(new RegExp(`:${line}:\\d+ +error +tls/material`));
  });
  it("need each other, and somebody who uses them", () => {
    expect(azuremlAks(["check", "--config", config, "--certificate", file(chain)])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("give --certificate and --key together"),
    });
    const microsoft = configFile(small({ attachment: { tls: { leafDomainLabel: "contoso" } } }));
    expect(
      azuremlAks(["check", "--config", microsoft, "--certificate", file(chain), "--key", file(key)]),
    ).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("no attachment here"),
    });
  });
});

let current: Issued;

async function renew(changes: object): Promise<Issued> {
  current = await issue({ name: HOST, host: HOST, issuer: intermediate, ...changes });
  return current;
}

async function renewed(): Promise<string> {
  return file(await keyOf(current));
}

function withPassphrase(pem: string): string {
  return createPrivateKey(pem).export({
    type: "pkcs8",
    format: "pem",
    cipher: "aes-256-cbc",
    passphrase: "secret",
  }) as string;
}

function fifo(): string {
  const path = join(folder, "pipe");
  spawnSync("mkfifo", [path]);
  return path;
}

function large(): string {
  const path = file("");
  // Sparse: it takes no room on the disk.
  truncateSync(path, 1024 ** 3);
  return path;
}
