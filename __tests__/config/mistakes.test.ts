import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig, parseConfig } from "../../config/load.ts";
import { RULES } from "../../rules/catalogue.ts";
import { azuremlAks, configFile, temporaryFolder } from "../helpers.ts";

const HEAD = `defaults: { subscriptionId: 00000000-0000-0000-0000-000000000001, location: westeurope }
environments:
  dev:
    workspace: { resourceGroup: rg, name: mlw }
    clusters:
      scoring:
`;
const CREATE =
  "        create: { resourceGroup: rg, name: aks, nodePool: { vmSize: Standard_D2s_v5, nodeCount: 1 } }\n";
const ATTACHMENT = "        attachment: { kind: AksCompute, computeName: scoring }\n";

function mistakes(text: string): string[] {
  const result = parseConfig(text, "f.yaml", { rules: RULES });
  return result.ok
    ? []
    : result.findings.map(({ where, message, advice }) => `${where.line}:${where.column} ${message} → ${advice}`);
}

describe("a mistake is reported where it stands, with what is allowed", () => {
  it.each<[name: string, text: string, expected: RegExp]>([
    [
      "unknown key, near a known one",
      `${HEAD}${CREATE}        atachment: {}\n${ATTACHMENT}`,
      /^8:9 `atachment` is not a known key here → did you mean `attachment`\?/,
    ],
    [
      "unknown key, known a level below",
      `${HEAD}        create: { resourceGroup: rg, name: aks, nodeCount: 2, nodePool: { vmSize: Standard_D2s_v5, nodeCount: 1 } }\n${ATTACHMENT}`,
      /^7:49 `nodeCount` is not.*belongs in `nodePool.nodeCount`/,
    ],
    [
      "a number where text belongs keeps its text",
      `${HEAD}        create: { resourceGroup: rg, name: aks, kubernetesVersion: 1.30, nodePool: { vmSize: Standard_D2s_v5, nodeCount: 1 } }\n${ATTACHMENT}`,
      /^7:68 `kubernetesVersion`: 1.30 is a number, not text → put it in quotation marks: "1.30"/,
    ],
    [
      "a truth value where text belongs",
      `${HEAD}${CREATE}        attachment: { kind: AksCompute, computeName: true }\n`,
      /^8:54 `computeName`: true is a truth value, not text/,
    ],
    [
      "text where a number belongs",
      `${HEAD}        create: { resourceGroup: rg, name: aks, nodePool: { vmSize: Standard_D2s_v5, nodeCount: "1" } }\n${ATTACHMENT}`,
      /`nodeCount` is the text "1" → give a whole number/,
    ],
    [
      "a number out of bounds",
      `${HEAD}        create: { resourceGroup: rg, name: aks, nodePool: { vmSize: Standard_D2s_v5, nodeCount: 1001 } }\n${ATTACHMENT}`,
      /`nodeCount` is 1001 → the greatest allowed is 1000/,
    ],
    [
      "agent_count of nought",
      `${HEAD}        create: { resourceGroup: rg, name: aks, nodePool: { vmSize: Standard_D2s_v5, nodeCount: 0 } }\n${ATTACHMENT}`,
      /`nodeCount` is 0 → the least allowed is 1/,
    ],
    [
      "a list where a map belongs",
      `${HEAD}        create: [a]\n${ATTACHMENT}`,
      /^7:9 `create` is a list → give a map with the keys resourceGroup, name/,
    ],
    [
      "text where a map belongs",
      `${HEAD}        create: a\n${ATTACHMENT}`,
      /^7:17 `create` is the text "a" → give a map/,
    ],
    [
      "a missing key stands at its parent",
      `${HEAD}${CREATE}        attachment:\n          kind: AksCompute\n`,
      /^8:9 `computeName` is missing → add `computeName`/,
    ],
    [
      "a value outside an enumeration",
      `${HEAD}${CREATE}        attachment: { kind: AksCompute, computeName: a, clusterPurpose: Prod }\n`,
      /^8:73 `clusterPurpose` is "Prod" → allowed: DevTest, FastProd, DenseProd/,
    ],
    [
      "both forms of a node count",
      `${HEAD}        create: { resourceGroup: rg, name: aks, nodePool: { vmSize: Standard_D2s_v5, nodeCount: 1, minCount: 1 } }\n${ATTACHMENT}`,
      /^7:49 `nodePool` has vmSize, nodeCount, minCount → give nodeCount .* or both minCount and maxCount/,
    ],
    [
      "half of autoscaling",
      `${HEAD}        create: { resourceGroup: rg, name: aks, nodePool: { vmSize: Standard_D2s_v5, minCount: 1 } }\n${ATTACHMENT}`,
      /`nodePool` has vmSize, minCount → /,
    ],
    [
      "a subnet that is not an ID",
      `${HEAD}        create: { resourceGroup: rg, name: aks, nodePool: { vmSize: Standard_D2s_v5, nodeCount: 1, subnetId: snet } }\n${ATTACHMENT}`,
      /`subnetId` is "snet" → must be a resource ID of the form \/subscriptions\//,
    ],
    [
      "a name that is none in Kubernetes",
      `${HEAD}${CREATE}        attachment: { kind: KubernetesCompute, computeName: a, instanceTypes: { Big_One: { requests: {}, limits: {} } } }\n`,
      /^8:81 the name "Big_One" is not allowed here → must be a Kubernetes name: lower-case letters/,
    ],
    ...[
      "loadBalancer: { type: PublicIp, subnet: a }",
      "loadBalancer: { type: PublicIp, ip: 10.0.0.9 }",
      "tls: { leafDomainLabel: a }",
    ].map((part): [string, string, RegExp] => [
      `a key of the other kind, as in ${part}`,
      `${HEAD}${CREATE}        attachment: { kind: KubernetesCompute, computeName: a, extension: {}, ${part} }\n`,
      /^8:\d+ `(subnet|ip|leafDomainLabel)` is not a known key here → it is for kind: AksCompute\. known here: /,
    ]),
    [
      "a removed key says why",
      `${HEAD}        create: { resourceGroup: rg, name: aks, network: { dockerBridgeCidr: 172.17.0.1/16 }, nodePool: { vmSize: Standard_D2s_v5, nodeCount: 1 } }\n${ATTACHMENT}`,
      /`dockerBridgeCidr` no longer exists → Azure removed the Docker bridge/,
    ],
    [
      "a key that is given twice",
      `${HEAD}${CREATE}${ATTACHMENT}${ATTACHMENT}`,
      /^9:9 the key `attachment` is given twice → keep this one or the one in line 8/,
    ],
    [
      "__proto__",
      `${HEAD}${CREATE}${ATTACHMENT}        __proto__: { polluted: true }\n`,
      /^9:9 the key "__proto__" is not a key/,
    ],
    [
      "constructor",
      `${HEAD}${CREATE}${ATTACHMENT}        constructor: 1\n`,
      /^9:9 `constructor` is not a known key here/,
    ],
    [
      "what CDKTF keeps for itself",
      `${HEAD}${CREATE}        attachment: { kind: AksCompute, computeName: "\${TfToken[TOKEN.0]}" }\n`,
      /^8:54 the value contains `TfToken\[`/,
    ],
    [
      "a control character",
      `${HEAD}${CREATE}        attachment: { kind: AksCompute, computeName: "a\\u0007b" }\n`,
      /^8:54 the value contains a control character/,
    ],
    ["an alias without an anchor", `environments: *none\n`, /the alias \*none has no anchor|Unresolved alias/],
    ["an alias inside its own anchor", `environments: &a [*a]\n`, /the alias \*a has no anchor before it/],
    ["a list", `- environments\n`, /^1:1 the configuration is a list → give a map/],
    ["plain text", `environments\n`, /^1:1 the configuration is plain text/],
    ["only a comment", `# nothing\n`, /^1:1 the configuration is empty → start with `azureml-aks init`/],
    ["no environment", `environments: {}\n`, /`environments` is empty → name at least one environment/],
    ["a map as a key", `? { a: 1 }\n: 2\n`, /a key must be plain text/],
    [
      "an environment name for no folder",
      `environments: { "a b": {} }\n`,
      /^1:17 the environment name "a b" cannot name a stack → use 1 to 38 letters/,
    ],
    [
      "defaults that are a list",
      `defaults: [a]\n${HEAD.slice(HEAD.indexOf("environments"))}${CREATE}${ATTACHMENT}`,
      /`defaults` is not a map/,
    ],
  ])("%s", (_, text, expected) => {
    expect(mistakes(text)).toEqual(expect.arrayContaining([expect.stringMatching(expected)]));
  });

  it("reports all mistakes in one run, in the order of the file", () => {
    const text = `defaults: { subscriptionId: 1, location: westeurope, colour: red }
environments:
  dev:
    workspce: { resourceGroup: rg, name: mlw }
    clusters:
      scoring:
        create: { resourceGroup: 12, name: aks, nodePool: { vmSize: Standard_D2s_v5, nodeCount: "1", zones: [1] } }
        attachment: { kind: Aks }
`;
    expect(mistakes(text).map((line) => line.replace(/ → .*/, ""))).toEqual([
      "1:29 `subscriptionId`: 1 is a number, not text",
      "1:54 `colour` is not a known key here",
      "3:3 `workspace` is missing",
      "4:5 `workspce` is not a known key here",
      "7:34 `resourceGroup`: 12 is a number, not text",
      '7:97 `nodeCount` is the text "1"',
      "7:110 `zones[0]`: 1 is a number, not text",
      '8:29 `kind` is "Aks"',
    ]);
  });

  it("reports a mistake in defaults once, however many environments take it", () => {
    const environment = "{ workspace: { resourceGroup: rg, name: mlw }, clusters: {} }";
    const found = mistakes(
      `defaults: { subscriptionId: x, location: westeurope }\nenvironments:\n  a: ${environment}\n  b: ${environment}\n`,
    );
    expect(found.filter((line) => line.includes("subscriptionId"))).toHaveLength(1);
  });

  it("leaves no mark on objects", () => {
    mistakes(`environments: { __proto__: { polluted: true } }\n`);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("names that would meet in one stack are refused", () => {
  const cluster =
    "{ create: { resourceGroup: rg, name: aks, nodePool: { vmSize: Standard_D2s_v5, nodeCount: 1 } }, attachment: { kind: AksCompute, computeName: abc } }";
  const environments = (map: Record<string, string[]>): string =>
    `defaults: { subscriptionId: 00000000-0000-0000-0000-000000000001, location: westeurope, workspace: { resourceGroup: rg, name: mlw } }\nenvironments:\n${Object.entries(
      map,
    )
      .map(
        ([name, clusters]) =>
          `  ${name}: { clusters: { ${clusters.map((entry) => `${entry}: ${cluster}`).join(", ")} } }\n`,
      )
      .join("")}`;

  it.each<[name: string, map: Record<string, string[]>, stack: string | undefined]>([
    ["a-b with c, a with b-c", { "a-b": ["c"], a: ["b-c"] }, "a-b-c-cluster"],
    ["names that differ in case alone", { dev: ["c"], Dev: ["c"] }, "Dev-c-cluster"],
    ["names that are apart", { a: ["b", "c"], b: ["b", "c"] }, undefined],
  ])("%s", (_, map, stack) => {
    const found = mistakes(environments(map));
    if (stack)
      expect(found).toEqual(expect.arrayContaining([expect.stringContaining(`would both be the stack ${stack}`)]));
    else expect(found).toEqual([]);
  });
});

describe("a key without a value", () => {
  const base = (change: (text: string) => string): string[] => mistakes(change(`${HEAD}${CREATE}${ATTACHMENT}`));
  it.each<[name: string, change: (text: string) => string, expected: RegExp]>([
    [
      "that nobody knows",
      (text) => text.replace("nodeCount: 1", "nodeCount: 1, nodeCont: , foo: null"),
      /`nodeCont` is not a known key here → did you mean `nodeCount`\?/,
    ],
    ["of a cluster that nobody knows", (text) => `${text}        netwrok:\n`, /`netwrok` is not a known key here/],
    ["that should be a cluster", (text) => `${text}      other:\n`, /`other` is empty/],
    ["environments", () => "environments:\n", /`environments` is empty/],
  ])("%s", (_, change, expected) => {
    expect(base(change)).toEqual(expect.arrayContaining([expect.stringMatching(expected)]));
  });
  it("that is known and has no default is as good as none", () => {
    expect(base((text) => `${text}        acknowledge:\n`)).toEqual([]);
  });
});

describe("files that are no configuration", () => {
  const reading = (file: string): string => {
    const result = loadConfig(file, { rules: RULES });
    return result.ok ? "ok" : result.findings.map(({ message }) => message).join("\n");
  };
  const written = (content: string | Uint8Array): string => {
    const file = join(temporaryFolder(), "azureml-aks.yaml");
    writeFileSync(file, content);
    return file;
  };

  it.each<[name: string, make: () => string, expected: RegExp]>([
    ["no file", () => join(temporaryFolder(), "none.yaml"), /there is no such file/],
    ["a directory", temporaryFolder, /this is a directory/],
    ["a device", () => "/dev/null", /not a regular file/],
    ["an empty file", () => written(""), /the configuration is empty/],
    ["a file of 10 MB", () => written(new Uint8Array(10_000_000)), /the file has 10 MB/],
    ["another encoding", () => written(Uint8Array.of(0xff, 0xfe, 0x61, 0)), /not UTF-8/],
    ["deep nesting", () => written("[".repeat(100_000)), /nested too deeply/],
    [
      "nesting beyond bounds",
      () => written(`${"[".repeat(200)}${"]".repeat(200)}`),
      /nested deeper than 100 levels|is a list/,
    ],
    ["an alias bomb", () => written(bomb()), /its aliases expand to 1,[\d,]+ values/],
    [
      "five thousand wrong keys",
      () => written(Array.from({ length: 5_000 }, (_, index) => `key${index}: 1`).join("\n")),
      /and more: the rest is left out/,
    ],
  ])("%s", (_, make, expected) => {
    expect(reading(make())).toMatch(expected);
  });

  it.skipIf(process.getuid?.() === 0)("a file that may not be read", () => {
    const file = written("environments: {}");
    chmodSync(file, 0);
    expect(reading(file)).toMatch(/may not be read/);
  });

  it("a byte order mark is no mistake", () => {
    expect(reading(written(`\ufeff${HEAD}${CREATE}${ATTACHMENT}`))).toBe("ok");
  });
});

describe("the command says so with exit status 2 and no stack trace", () => {
  it.each<[name: string, make: () => string, expected: RegExp]>([
    [
      "wrong values",
      () => configFile(`${HEAD}        create: []\n${ATTACHMENT}`),
      /azureml-aks\.yaml:7:9 {2}error {2}config\/invalid/,
    ],
    ["broken YAML", () => configFile("a: [1\nb: 2"), /azureml-aks\.yaml:1:4/],
    ["no file", () => join(temporaryFolder(), "none.yaml"), /none\.yaml {2}error/],
  ])("%s", (_, make, expected) => {
    const folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    const { status, stdout, stderr } = azuremlAks(["synth", "--config", make(), "--output", join(folder, "out")]);
    expect(stdout).toMatch(expected);
    expect(stdout + stderr).not.toMatch(/\n\s+at /);
    expect(status).toBe(2);
  });
});

function bomb(): string {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 12; level++)
    lines.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(", ")}]`,
    );
  return lines.join("\n");
}
