import { describe, expect, it } from "vitest";
import { parseConfig } from "../../config/load.ts";
import { RULES } from "../../rules/catalogue.ts";

const FLOW = `defaults: { subscriptionId: 00000000-0000-0000-0000-000000000001, location: westeurope }
environments:
  dev:
    workspace: { resourceGroup: rg, name: mlw }
    clusters:
      scoring:
        create: { resourceGroup: rg, name: aks, nodePool: { vmSize: Standard_D2s_v5, nodeCount: 1 } }
        attachment: { kind: KubernetesCompute, computeName: scoring }
`;
const BLOCK = `defaults:
  subscriptionId: 00000000-0000-0000-0000-000000000001
  location: westeurope
environments:
  dev:
    workspace:
      resourceGroup: rg-ml
      name: mlw-dev
    clusters:
      scoring:
        create:
          resourceGroup: rg-ml
          name: aks-dev
          nodePool:
            vmSize: Standard_D4s_v5
            nodeCount: 3
        attachment:
          kind: KubernetesCompute
          computeName: scoring
`;
const ACKNOWLEDGE = "acknowledge:\n  - ";

function mistakes(text: string): string[] {
  const result = parseConfig(text, "f.yaml", { rules: RULES });
  if (result.ok) return [];
  return result.findings.map(({ where, message, advice }) => `${where.line}:${where.column} ${message} → ${advice}`);
}

type Change = readonly [base: string, from: string, to: string];
type Row = readonly [change: Change, expected: RegExp];

const flow = (from: string, to: string): Change => [FLOW, from, to];
const block = (from: string, to: string): Change => [BLOCK, from, to];
/** A key of the new cluster, or of its pool. */
const create = (text: string): Change => flow("name: aks,", `name: aks, ${text},`);
const pool = (text: string): Change => flow("nodeCount: 1", `nodeCount: 1, ${text}`);
const environment = (text: string): Change => flow("location: westeurope", `location: westeurope, ${text}`);
const backend = (storageAccount: string, container: string): Change =>
  environment(
    `backend: { azurerm: { resourceGroup: rg, storageAccount: ${storageAccount}, container: ${container} } }`,
  );
const keyVault = (name: string): Change =>
  flow("{ resourceGroup: rg, name: mlw }", `{ create: { resourceGroup: rg, name: mlw, keyVault: ${name} } }`);
const append = (text: string): Change => [`${FLOW}#`, "#", text];

const NOT_EXPANDED = "variables and templates are not expanded here";
const NO_COLON = /a colon is missing → write `/;
const NO_SPACE = /a space is missing behind the colon → write `/;
const SPECIAL = /→ replace the special space \(U\+00A0\) by an ordinary one$/;
const CLUSTER_NAME = /`name` is ".*" → an AKS cluster's name has 1-63 /;
const no = (pattern: RegExp, at: string): RegExp => new RegExp(`^${at} .*${pattern.source}`);

const TABLE: Readonly<Record<string, readonly Row[]>> = {
  "variables and templates": [
    [
      flow("resourceGroup: rg, name: mlw", "resourceGroup: ${RG}, name: mlw"),
      /^4:33 .*`\$\{RG\}` is not text .*quote it/,
    ],
    [flow("name: aks", "name: aks-${ENV}"), new RegExp(`^7:44 .*\`aks-\\$\\{ENV\\}\` is not text .*${NOT_EXPANDED}`)],
    [pool('zones: ["1", ${ZONE}]'), /^7:113 .*`\$\{ZONE\}` is not text/],
    [flow("resourceGroup: rg, name: mlw", "resourceGroup: {{ rg }}, name: mlw"), /^4:33 .*`\{\{ rg \}\}` is not text/],
    [block("resourceGroup: rg-ml\n      name", "resourceGroup: {{ rg }}\n      name"), /^7:22 .*`\{\{ rg \}\}` is not/],
    [
      block("resourceGroup: rg-ml\n      name", "resourceGroup: ${RG}\n      name"),
      /^7:22 .*`\$\{RG\}` stays as it is/,
    ],
    [
      flow("resourceGroup: rg, name: mlw", "resourceGroup: $RG, name: mlw"),
      /^4:33 `resourceGroup` is "\$RG" → `\$RG` stays/,
    ],
    [flow("name: aks", "name: $(CLUSTER)"), /^7:44 .*`\$\(CLUSTER\)` stays as it is/],
    [flow("name: aks", '"name": "aks-${ENV}"'), /^7:46 .*`\$\{ENV\}` stays as it is/],
    [flow("name: aks", "name: <cluster>"), /^7:44 .*`<cluster>` stays as it is/],
    [block("name: mlw-dev", "name: %NAME%"), new RegExp(`^8:13 .*cannot start with this character → ${NOT_EXPANDED}`)],
  ],
  "a colon or a space that is missing": [
    [block("location: westeurope", "location westeurope"), no(NO_COLON, "3:3")],
    [block("location: westeurope", "location = westeurope"), no(NO_COLON, "3:3")],
    [block("environments:\n", "environments\n"), no(NO_COLON, "4:1")],
    [block("clusters:\n", "clusters\n"), no(NO_COLON, "9:5")],
    [block("computeName: scoring", "computeName scoring"), no(NO_COLON, "19:11")],
    [block("subscriptionId: ", "subscriptionId:"), no(NO_SPACE, "2:17")],
    [block("location: westeurope", "location:westeurope"), no(NO_SPACE, "3:11")],
    [block("computeName: scoring", "computeName:scoring"), no(NO_SPACE, "19:22")],
    [
      flow("location: westeurope", "location:westeurope"),
      /^1:67 .* → write `location: value`, with a colon and a space/,
    ],
    [flow("name: aks", "name:aks"), /^7:38 `name:aks` is not a known key here → write `name: value`, with a colon/],
    [flow("name: aks", "name aks"), /^7:38 `name aks` is not a known key here → write `name: value`, with a colon/],
    [
      append("acknowledge:\n  -rule: attachment/legacy\n    reason: b\n"),
      /^10:3 .*a space is missing behind the hyphen/,
    ],
  ],
  "characters that look like others": [
    [block("location: westeurope", "location:\u00a0westeurope"), no(SPECIAL, "3:12")],
    [block("      name: mlw-dev", "\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0name: mlw-dev"), no(SPECIAL, "8:1")],
    [block("location: westeurope", "location\u00a0: westeurope"), no(SPECIAL, "3:3")],
    [block("location: westeurope", "location: westeurope\u00a0"), no(SPECIAL, "3:13")],
    [flow(", location: westeurope", ",\u00a0location: westeurope"), no(SPECIAL, "1:66")],
    [flow("location: westeurope", "location:\u00a0westeurope"), no(SPECIAL, "1:67")],
    [block("location: westeurope", "location:\u3000westeurope"), /^3:12 .*replace the special space \(U\+3000\)/],
    [block("location: westeurope", "location\uff1awesteurope"), /^3:11 .*replace the special colon \(U\+FF1A\)/],
    [
      create("kubernetesVersion: \u201c1.34\u201d"),
      /^7:68 .*replace the typographic quotation marks \(U\+201C\) by "$/,
    ],
  ],
  "brackets and quotation marks": [
    [flow("name: mlw }", "name: mlw"), /^4:16 .*the bracket \{ is not closed → close it with \}/],
    [flow("nodeCount: 1 } }", "nodeCount: 1 }"), /^7:17 .*the bracket \{ is not closed/],
    [flow("computeName: scoring }", "computeName: scoring"), /^8:21 .*the bracket \{ is not closed/],
    [block("nodeCount: 3", 'nodeCount: 3\n            zones: ["1", "2"'), /^17:20 .*the bracket \[ is not closed/],
    [
      flow("{ resourceGroup: rg, name: mlw }", "{\n      create: { resourceGroup: rg,\n      name: mlw\n    }"),
      /^5:15 .*the bracket \{ is not closed/,
    ],
    [flow("name: mlw }", "name: mlw }}"), /^4:48 .*the bracket \} closes nothing here/],
    [flow("name: mlw }", "name: mlw ]"), /^4:16 .*the bracket \{ is not closed/],
    [block("name: mlw-dev", 'name: "mlw-dev'), /^8:13 the quotation mark is not closed → close it with "/],
    [flow("name: mlw }", "name: 'mlw }"), /^4:43 the quotation mark is not closed → close it with '/],
    [block("name: mlw-dev", 'name: "mlw"-dev'), /^8:18 .*text stands behind a value that has ended/],
    [block("name: mlw-dev", "name: 'it's'"), /^8:17 .*text stands behind a value that has ended/],
  ],
  "text that needs quotation marks": [
    [
      append(`${ACKNOWLEDGE}{ rule: attachment/legacy, reason: known, accepted by us, until: 2027-06-30 }\n`),
      /^10:47 "accepted by us" is a key without a value → if it belongs to the text of `reason`, put that text in quotation marks/,
    ],
    [
      append(`${ACKNOWLEDGE}{ rule: attachment/legacy, reason: old, new }\n`),
      /^10:45 "new" is a key without a value → .*`reason`/,
    ],
    [
      append(`${ACKNOWLEDGE}{ rule: attachment/legacy, reason: accepted: see wiki }\n`),
      /^10:40 .*a colon and a space stand in the middle of a value → put the whole value in quotation marks/,
    ],
    [
      append(`${ACKNOWLEDGE}rule: attachment/legacy\n    reason: accepted: see wiki\n`),
      /^11:13 .*a colon and a space stand in the middle/,
    ],
    [
      flow("resourceGroup: rg, name: mlw", "resourceGroup: rg name: mlw"),
      /^4:33 .*put a comma or a new line before it/,
    ],
    [
      block("name: mlw-dev", "name: @mlw"),
      /^8:13 .*cannot start with this character → put the whole value in quotation marks/,
    ],
    [block("name: mlw-dev", "name: !Ref mlw"), /^8:18 the tag `!Ref` has no meaning here/],
    [block("name: mlw-dev", 'name: "mlw\\dev"'), /^8:17 .*this backslash starts no escape sequence → write \\\\/],
  ],
  "lines and documents": [
    [block("      name: mlw-dev", "     name: mlw-dev"), /^8:1 .*indented otherwise than its neighbours/],
    [block("      name: mlw-dev", "        name: mlw-dev"), /^8:9 .*indented otherwise than its neighbours/],
    [block("  location: westeurope", "\tlocation: westeurope"), /^3:1 .*a tab stands where the line is indented/],
    [append(`---\n${FLOW}`), /^9:1 .*a second YAML document starts here → keep one document in the file/],
    [
      block(
        "  location: westeurope\n",
        "<<<<<<< HEAD\n  location: westeurope\n=======\n  location: eastus\n>>>>>>> x\n",
      ),
      /^3:1 this is a conflict of Git/,
    ],
  ],
  regions: [
    [flow("westeurope", "westeurop"), /^1:77 `location` is "westeurop" → did you mean westeurope\?$/],
    [flow("westeurope", "West-Europe"), /→ did you mean westeurope\?$/],
    [flow("westeurope", "europewest"), /→ did you mean westeurope\?$/],
    [flow("westeurope", "us-east"), /→ did you mean eastus\?$/],
    [flow("westeurope", "weu"), /→ must be the name of an Azure region such as westeurope/],
    [flow("westeurope", "eu-west-1"), /→ must be the name of an Azure region such as westeurope/],
  ],
  "VM sizes": [
    [flow("Standard_D2s_v5", "D4s_v5"), /^7:69 `vmSize` is "D4s_v5" → did you mean Standard_D4s_v5\?$/],
    [flow("Standard_D2s_v5", "standard d4s v5"), /→ did you mean Standard_D4s_v5\?$/],
    [flow("Standard_D2s_v5", "Standard-D4s-v5"), /→ did you mean Standard_D4s_v5\?$/],
    [flow("Standard_D2s_v5", "m5.xlarge"), /→ must be the name of a VM size such as Standard_D4s_v5$/],
  ],
  "Kubernetes versions": [
    [
      create("kubernetesVersion: latest"),
      /^7:68 `kubernetesVersion` is "latest" → write a version such as "1\.35".*leave the key out/,
    ],
    [create("kubernetesVersion: v1.34.2"), /→ write "1\.34\.2", or leave the key out/],
    [create("kubernetesVersion: 1.34.x"), /→ write "1\.34", or leave the key out/],
    [create('kubernetesVersion: ">=1.34"'), /→ write "1\.34", or leave the key out/],
    [create('kubernetesVersion: "1.99"'), /→ there is no such version of Kubernetes/],
    [create('kubernetesVersion: "2.0"'), /→ there is no such version of Kubernetes/],
    [create("kubernetesVersion: 1.30"), /1\.30 is a number, not text → put it in quotation marks: "1\.30"$/],
  ],
  zones: [
    [pool('zones: ["4"]'), /^7:108 `zones\[0\]` is "4" → must be "1", "2" or "3"$/],
    [pool('zones: ["westeurope-1"]'), /→ must be "1", "2" or "3"$/],
    [pool('zones: ["1", "1"]'), /→ give each zone once$/],
    [pool("zones: []"), /→ give at least one$/],
    [pool("zones: [1]"), /1 is a number, not text → put it in quotation marks: "1"$/],
  ],
  "names of storage accounts, containers and key vaults": [
    ...["St_TFState", "st-tf", "s", "sttfstatesttfstatesttfstate1"].map(
      (name): Row => [
        backend(name, "tfstate"),
        /^1:146 `storageAccount` is ".*" → a storage account's name has 3-24 lower-case/,
      ],
    ),
    ...["TFState", "tf_state", "tf--state", "-tf", "a"].map(
      (name): Row => [backend("sttf", name), /^1:163 `container` is ".*" → a container's name has 3-63 lower-case/],
    ),
    ...["kv_ml", "1kv", "kv--ml", "kv-", "kv-of-far-too-many-letters"].map(
      (name): Row => [keyVault(name), /^4:68 `keyVault` is ".*" → a key vault's name has 3-24 letters/],
    ),
  ],
  "names of clusters and resource groups": [
    ...["a".repeat(64), "\u00e4ks", "aks.dev", "-aks", "aks_", "my aks", "a/b"].map(
      (name): Row => [flow("name: aks", `name: ${name}`), no(CLUSTER_NAME, "7:44")],
    ),
    [flow("resourceGroup: rg, name: mlw", "resourceGroup: rg., name: mlw"), /^4:33 .*a resource group's name has 1-90/],
    [flow("name: mlw", "name: ml"), /^4:43 `name` is "ml" → a workspace's name has 3-33/],
  ],
  "merge keys": [
    [flow("create: {", "create: { <<: 5,"), /^7:19 the merge key << takes a map, or a list of maps/],
    [flow("create: {", "create: { <<: *none,"), /^7:23 the alias \*none has no anchor before it/],
    [
      flow("create: {", "create: { x-mine: 1,"),
      /^7:19 `x-mine` is not a known key here → keys that start with x- stand at the top level/,
    ],
  ],
};

describe.each(Object.entries(TABLE))("%s", (_, rows) => {
  it.each(rows.map((row) => [`${row[0][2].trim().split("\n").at(0)}`, ...row] as const))(
    "%s",
    (_, [base, from, to], expected) => {
      expect(base).toContain(from);
      const found = mistakes(base.replace(from, () => to));
      expect(found).toEqual([expect.stringMatching(expected)]);
    },
  );
});

describe("what is right is taken", () => {
  const isTaken = (text: string): void => expect(mistakes(text)).toEqual([]);
  it.each([
    ["a region that the table does not know yet", flow("westeurope", "westeurope2")],
    ["another direction in a country that has regions", flow("westeurope", "malaysiaeast")],
    ["a region as the portal shows it", flow("westeurope", "West Europe")],
    ["a size that the table does not know yet", flow("Standard_D2s_v5", "Standard_D4s_v99")],
    [
      "a resource group of other letters",
      flow("resourceGroup: rg, name: mlw", "resourceGroup: rg-m\u00fcnchen_(1), name: mlw"),
    ],
    ["a placeholder in a text of one's own", environment('tags: { owner: "${USER}", note: "100\u00a0%" }')],
    ["a tag of YAML itself", create("kubernetesVersion: !!str 1.35")],
    ["a document that is opened", ["---\n#", "#", FLOW] as Change],
  ])("%s", (_, [base, from, to]) => isTaken(base.replace(from, () => to)));

  it("merge keys and keys for anchors", () => {
    const text = `x-pools: &pools { nodePool: { vmSize: Standard_D4s_v5, nodeCount: 3 } }
x-names: &names { resourceGroup: rg, name: aks }
${FLOW.replace(/create: .*/, "create: { <<: [*names, *pools], name: aks-mine }")}`;
    const result = parseConfig(text, "f.yaml", { rules: RULES });
    if (!result.ok) throw new Error(JSON.stringify(result.findings));
    expect(result.loaded.config.environments.dev?.clusters.scoring?.create).toMatchObject({
      resourceGroup: "rg",
      name: "aks-mine",
      nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 3 },
    });
    const path = ["environments", "dev", "clusters", "scoring", "create", "nodePool", "nodeCount"];
    expect(result.loaded.locate(path)).toMatchObject({ line: 1, configPath: "x-pools.nodePool.nodeCount" });
  });
});

describe("merge keys without end", () => {
  it("are refused", () => {
    const keys = Array.from({ length: 2_000 }, (_, index) => `k${index}: 1`).join(", ");
    const found = mistakes(`x-a: &a { ${keys} }\nx-b: { <<: [${Array(2_000).fill("*a").join(", ")}] }\n${FLOW}`);
    expect(found).toEqual([expect.stringMatching(/^2:8 its aliases expand to [\d,]+ values/)]);
  });
});
