import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { load, small } from "../helpers.ts";
import { runs } from "../repeatable.ts";

const TEXT = `defaults:
  subscriptionId: 00000000-0000-0000-0000-000000000001
  location: West Europe
  tags: { team: ml, cost: shared }
  backend: { cloud: { organization: contoso } }
  workspace: { create: { resourceGroup: rg, name: mlw } }
  clusters:
    scoring:
      create:
        resourceGroup: rg
        name: aks
        nodePool: { vmSize: Standard_D2s_v5, nodeCount: 1, zones: ["1", "2"] }
      attachment:
        kind: AksCompute
        computeName: scoring
        tls: { leafDomainLabel: contoso, overwriteExistingDomain: true }
environments:
  same: {}
  other:
    location: northeurope
    tags: { stage: test, cost: null }
    backend: { local: {} }
    workspace: { resourceGroup: rg-other, name: mlw-other }
    clusters:
      scoring:
        attachment: { computeName: other, tls: { leafDomainLabel: fabrikam }, description: d }
  without:
    tags: null
    clusters:
      scoring:
        create: { resourceGroup: rg, name: aks2, nodePool: { vmSize: Standard_D4s_v5, minCount: 1, maxCount: 2, zones: ["3"] }, tags: { stage: own } }
        attachment: { tls: null }
`;

describe("defaults", () => {
  const { config, locate } = load(TEXT);
  const { same, other, without } = config.environments as Required<typeof config.environments>;

  it("fill an environment that says nothing", () => {
    expect(same?.clusters.scoring?.attachment).toEqual({
      kind: "AksCompute",
      computeName: "scoring",
      tls: { leafDomainLabel: "contoso", overwriteExistingDomain: true },
    });
  });
  it("are merged deeply where both give a map", () => {
    expect(other?.clusters.scoring?.attachment).toMatchObject({
      kind: "AksCompute",
      computeName: "other",
      description: "d",
    });
    expect(other?.tags).toEqual({ team: "ml", stage: "test" });
  });
  it("are replaced whole where a map is a choice", () => {
    expect(other?.clusters.scoring?.attachment?.tls).toEqual({ leafDomainLabel: "fabrikam" });
    expect(other?.backend).toEqual({ local: {} });
    expect(other?.workspace).toEqual({ resourceGroup: "rg-other", name: "mlw-other", location: "northeurope" });
    expect(without?.clusters.scoring?.create?.nodePool).toEqual({
      vmSize: "Standard_D4s_v5",
      minCount: 1,
      maxCount: 2,
      zones: ["3"],
    });
  });
  it("are removed by null", () => {
    expect(without?.tags).toBeUndefined();
    expect(without?.clusters.scoring?.attachment?.tls).toBeUndefined();
  });
  it("give location and tags to what is created, in Azure's own spelling", () => {
    expect(same?.workspace.create).toMatchObject({ location: "westeurope", tags: { team: "ml", cost: "shared" } });
    expect(other?.clusters.scoring?.create).toMatchObject({
      location: "northeurope",
      tags: { team: "ml", stage: "test" },
    });
    expect(without?.clusters.scoring?.create?.tags).toEqual({ stage: "own" });
  });
  it("give no tags to the attachment, whose every change detaches", () => {
    expect(same?.clusters.scoring?.attachment?.tags).toBeUndefined();
  });

  it.each<[name: string, path: string[], expected: string]>([
    [
      "a key of the environment",
      ["other", "clusters", "scoring", "attachment", "computeName"],
      "26:36 environments.other.clusters.scoring.attachment.computeName",
    ],
    [
      "a key of defaults",
      ["same", "clusters", "scoring", "create", "nodePool", "vmSize"],
      "12:29 defaults.clusters.scoring.create.nodePool.vmSize",
    ],
    ["an inherited key", ["same", "clusters", "scoring", "create", "location"], "3:13 defaults.location"],
    [
      "an item of a list",
      ["without", "clusters", "scoring", "create", "nodePool", "zones", "0" as string],
      "31:121 environments.without.clusters.scoring.create.nodePool.zones[0]",
    ],
    [
      "an absent key leads to its parent",
      ["same", "clusters", "scoring", "create", "network", "plugin"],
      "9:7 defaults.clusters.scoring.create",
    ],
    [
      "a map stands at its key",
      ["other", "clusters", "scoring", "attachment"],
      "26:9 environments.other.clusters.scoring.attachment",
    ],
  ])("%s", (_, path, expected) => {
    const { line, column, configPath } = locate(["environments", ...path]);
    expect(`${line}:${column} ${configPath}`).toBe(expected);
  });
});

describe("alternatives", () => {
  const CREATE = "{ resourceGroup: rg, name: aks, nodePool: { vmSize: Standard_D2s_v5, nodeCount: 1 } }";
  const EXISTING = "{ resourceGroup: rg, name: there }";
  const text = (defaults: string, cluster: string): string => `defaults:
  subscriptionId: 00000000-0000-0000-0000-000000000001
  location: westeurope
  workspace: { resourceGroup: rg, name: mlw }
  clusters: { c: { ${defaults} } }
environments:
  dev: { clusters: { c: { ${cluster}, attachment: { kind: AksCompute, computeName: abc } } } }
`;
  const keys = (defaults: string, cluster: string): string[] => {
    const { create, existing } = load(text(defaults, cluster)).config.environments.dev?.clusters.c ?? {};
    return [...(create ? ["create"] : []), ...(existing ? ["existing"] : [])];
  };
  it.each<[defaults: string, cluster: string, expected: string[]]>([
    [`create: ${CREATE}`, `existing: ${EXISTING}`, ["existing"]],
    [`existing: ${EXISTING}`, `create: ${CREATE}`, ["create"]],
    ["", `create: ${CREATE}, existing: null`, ["create"]],
    ["", `existing: ${EXISTING}, create: null`, ["existing"]],
    [`existing: ${EXISTING}`, "acknowledge: null", ["existing"]],
  ])("of defaults {%s} and a cluster {%s}: %j", (defaults, cluster, expected) => {
    expect(keys(defaults, cluster)).toEqual(expected);
  });
  it.each([`create: ${CREATE}, existing: ${EXISTING}`, `existing: ${EXISTING}, create: ${CREATE}`])(
    "given both are a mistake: %s",
    (cluster) => {
      expect(() => keys("", cluster)).toThrow(/give `create` for a new cluster, or `existing`/);
    },
  );
});

describe("values", () => {
  it("follow an anchor to where it is written", () => {
    const text = `defaults: { subscriptionId: 00000000-0000-0000-0000-000000000001, location: westeurope, workspace: { resourceGroup: rg, name: mlw } }
environments:
  a: &a
    clusters: { c: { create: { resourceGroup: rg, name: aks, nodePool: { vmSize: Standard_D2s_v5, nodeCount: 1 } }, attachment: { kind: AksCompute, computeName: abc } } }
  b: *a
`;
    const { config, locate } = load(text);
    expect(config.environments.b?.clusters.c?.attachment?.computeName).toBe("abc");
    expect(locate(["environments", "b", "clusters", "c", "attachment", "computeName"]).line).toBe(4);
  });
  it("are resource IDs in any casing", () => {
    const subnetId =
      "/SUBSCRIPTIONS/00000000-0000-0000-0000-00000000000A/resourcegroups/Rg/providers/microsoft.network/virtualnetworks/V/Subnets/S";
    const { config } = load(TEXT.replace("nodeCount: 1,", `nodeCount: 1, subnetId: ${subnetId},`));
    expect(config.environments.same?.clusters.scoring?.create?.nodePool.subnetId).toBe(
      "/subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/Rg/providers/Microsoft.Network/virtualNetworks/V/subnets/S",
    );
  });
  it.each(["constructor", "toString", "hasOwnProperty", "valueOf"])("may be named %s", (name) => {
    const { config } = load(TEXT.replace("  same: {}", `  ${name}: {}`));
    expect(Object.hasOwn(config.environments, name)).toBe(true);
  });
});

describe("maps merge as spreading them would", () => {
  const word = fc.string({ unit: fc.constantFrom(..."aAzZ09_-.${}%:#'\" é"), minLength: 1, maxLength: 8 });
  const tags = fc.dictionary(word, fc.option(word, { nil: null }), { maxKeys: 5, noNullPrototype: true });
  it("for any tags, with null as removal", () => {
    fc.assert(
      fc.property(tags, tags, (defaults, own) => {
        const { config } = load({ defaults: { tags: defaults }, ...small({ environment: { tags: own } }) });
        const expected = Object.entries({ ...defaults, ...own }).filter(([, value]) => value !== null);
        expect(Object.entries(config.environments.dev?.tags ?? {}).sort()).toEqual(expected.sort());
      }),
      { numRuns: runs(200, 50) },
    );
  });
});
