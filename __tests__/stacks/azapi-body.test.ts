import { describe, expect, it } from "vitest";
import { editorSchema } from "../../config/editor-schema.ts";
import { type Json, small, synthesized } from "../helpers.ts";

/**
 * What azapi sends with and without each key. A body that only lacks a property is a change because of
 * ignore_no_op_changes; where Azure ML would keep what was there before, what is not asked for is sent as what it then
 * is.
 */
const IDENTITY =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-id/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id";
const TYPE = {
  nodeSelector: { pool: "gpu" },
  requests: { cpu: "1", memory: "2Gi" },
  limits: { cpu: "2", memory: "4Gi" },
};

const attached = (attachment: object): Json =>
  synthesized(small({ attachment: { clusterPurpose: undefined, ...attachment } }))["dev-scoring-attachment"];
const sent = (attachment: object): Json => {
  const { body, tags, identity } = attached(attachment).resource.azapi_resource.attachment;
  return { ...body.properties, tags, identity };
};

/** By key: the rest of the attachment, the key itself, and what is sent with it and without. */
type Case = readonly [rest: object, given: object, withKey: object, withoutKey: object];
/** An attribute of Terraform that is laid over the body. */
const OVERRIDES: Case = [
  { description: "d" },
  { overrides: { body: { properties: { description: "laid over" } } } },
  { description: "laid over" },
  { description: "d" },
];
const AKS: Readonly<Record<string, Case>> = {
  clusterPurpose: [
    {},
    { clusterPurpose: "DevTest" },
    { properties: { clusterPurpose: "DevTest" } },
    { properties: { clusterPurpose: "FastProd" } },
  ],
  description: [{}, { description: "d" }, { description: "d" }, { description: "" }],
  identity: [
    {},
    { identity: { systemAssigned: true } },
    { identity: { type: "SystemAssigned" } },
    { identity: undefined },
  ],
  tags: [{}, { tags: { a: "b" } }, { tags: { a: "b" } }, { tags: undefined }],
  loadBalancer: [
    {},
    { loadBalancer: { type: "InternalLoadBalancer", subnet: "snet" } },
    { properties: { loadBalancerType: "InternalLoadBalancer", loadBalancerSubnet: "snet" } },
    { properties: { loadBalancerType: "PublicIp" } },
  ],
  tls: [
    {},
    { tls: { leafDomainLabel: "contoso", overwriteExistingDomain: true } },
    { properties: { sslConfiguration: { status: "Auto", leafDomainLabel: "contoso", overwriteExistingDomain: true } } },
    { properties: { sslConfiguration: { status: "Disabled" } } },
  ],
  "tls.overwriteExistingDomain": [
    { tls: { leafDomainLabel: "contoso" } },
    { tls: { leafDomainLabel: "contoso", overwriteExistingDomain: true } },
    { properties: { sslConfiguration: { overwriteExistingDomain: true } } },
    { properties: { sslConfiguration: { overwriteExistingDomain: false } } },
  ],
  "tls.certificate.version": [
    { tls: { cname: "a.b", certificate: { variables: true } } },
    { tls: { cname: "a.b", certificate: { variables: true, version: 2 } } },
    { tags: { certificateVersion: "2" } },
    { tags: { certificateVersion: "1" } },
  ],
  overrides: OVERRIDES,
};
const types = (...names: string[]): object => ({
  instanceTypes: Object.fromEntries(names.map((name) => [name, TYPE])),
});
const sentTypes = (...names: string[]): object => ({
  properties: { instanceTypes: Object.fromEntries(names.map((name) => [name, expect.any(Object)])) },
});
const KUBERNETES: Readonly<Record<string, Case>> = {
  namespace: [{}, { namespace: "ml" }, { properties: { namespace: "ml" } }, { properties: { namespace: "default" } }],
  description: [{}, { description: "d" }, { description: "d" }, { description: "" }],
  identity: [
    {},
    { identity: { userAssigned: [IDENTITY] } },
    { identity: { identity_ids: [IDENTITY] } },
    { identity: undefined },
  ],
  tags: [{}, { tags: { a: "b" } }, { tags: { a: "b" } }, { tags: undefined }],
  instanceTypes: [{}, types("gpu"), sentTypes("gpu"), { properties: { namespace: "default" } }],
  "instanceTypes.small": [types("gpu"), types("gpu", "small"), sentTypes("gpu", "small"), sentTypes("gpu")],
  defaultInstanceType: [
    types("gpu"),
    { ...types("gpu"), defaultInstanceType: "gpu" },
    { properties: { defaultInstanceType: "gpu" } },
    sentTypes("gpu"),
  ],
  overrides: OVERRIDES,
};

/** Keys of the attachment that are in no body: what Terraform does with it, and what stands elsewhere. */
const ELSEWHERE = ["kind", "computeName", "adopt"];
const ELSEWHERE_AKS = [...ELSEWHERE, "reattach", "attachWith"];
const ELSEWHERE_KUBERNETES = [
  ...ELSEWHERE,
  "createNamespace",
  "clusterPurpose",
  "extension",
  "loadBalancer",
  "tls",
  "instanceTypesAs",
  "trustedAccess",
];

describe.each([
  ["AksCompute", AKS, ELSEWHERE_AKS, { attachWith: "azapi" }],
  ["KubernetesCompute", KUBERNETES, ELSEWHERE_KUBERNETES, {}],
] as const)("what azapi sends of a %s", (kind, cases, elsewhere, fixed) => {
  it.each(Object.entries(cases))("with and without %s", (_, [rest, given, withKey, withoutKey]) => {
    const [one, other] = [sent({ kind, ...fixed, ...rest, ...given }), sent({ kind, ...fixed, ...rest })];
    expect(one).toMatchObject(withKey);
    expect(other).toMatchObject(withoutKey);
    expect(one).not.toEqual(other);
  });
  it("has a case for each key of the configuration that it is made from", () => {
    const keys = new Set([...Object.keys(cases).map((key) => key.split(".")[0]), ...elsewhere]);
    expect([...keys].sort()).toEqual([...keysOf(kind)].sort());
  });
  it("is compared by azapi as it is: what is removed is a change", () => {
    expect(attached({ kind, ...fixed }).provider.azapi[0].ignore_no_op_changes).toBe(false);
  });
});

/** The keys of an attachment of this kind, from the configuration's own schema. */
function keysOf(kind: string): string[] {
  const found = new Set<string>();
  const search = (schema: Json): void => {
    if (typeof schema !== "object" || schema === null) return;
    if (JSON.stringify(schema.properties?.kind ?? "").includes(`"${kind}"`))
      for (const key of Object.keys(schema.properties)) found.add(key);
    for (const part of Object.values(schema)) search(part);
  };
  search(editorSchema());
  return [...found];
}
