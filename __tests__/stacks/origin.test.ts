import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { TerraformDataSource, TerraformElement, TerraformResource } from "../../constructs/cdktf.ts";
import { EphemeralResource } from "../../constructs/ephemeral-resource.ts";
import { configKeyOf } from "../../constructs/origin.ts";
import { build } from "../../stacks/build.ts";
import { type Json, load, ROOT } from "../helpers.ts";

/** Each attribute of each resource and data source, with the configuration key that it says it comes from. */
function attributes(config: object): Map<string, { value: string; key: string }> {
  const found = new Map<string, { value: string; key: string }>();
  for (const stack of build(load(stringify(config)).config, { stateDirectory: "." }).stacks) {
    stack.prepareStack();
    const json = stack.toTerraform();
    for (const element of stack.node.findAll().filter(TerraformElement.isTerraformElement)) {
      const [kind, type] = kindAndType(element);
      if (kind === undefined || type === undefined) continue;
      const { "//": _, depends_on: __, ...body } = json[kind][type][element.friendlyUniqueId];
      for (const [path, value] of leaves(body)) {
        // Conditions ask for what several keys say together.
        if (path.startsWith("lifecycle.precondition")) continue;
        found.set(`${stack.node.id} ${kind}.${type}.${element.friendlyUniqueId} ${path}`, {
          value,
          key: (configKeyOf(element, path) ?? []).join("."),
        });
      }
    }
  }
  return found;
}

function kindAndType(element: TerraformElement): [kind?: string, type?: string] {
  if (TerraformResource.isTerraformResource(element)) return ["resource", element.terraformResourceType];
  if (TerraformDataSource.isTerraformDataSource(element)) return ["data", element.terraformResourceType];
  return element instanceof EphemeralResource ? ["ephemeral", element.ephemeralType] : [];
}

function leaves(value: Json, path = ""): [string, string][] {
  if (typeof value !== "object" || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, item]) =>
    leaves(item, Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key),
  );
}

/** Keys that choose another form, which the schema does not take alone. */
const CHOICES = ["kind", "mode", "type", "attachWith", "variables", "passedBy", "instanceTypesAs"];
/** Keys that become blocks beside the resources. */
const NO_ATTRIBUTE = ["backend", "acknowledge", "subscriptionId", "vCpus", "adopt"];

function paths(value: Json, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, item]) => paths(item, [...path, key]));
}

function changed(value: Json, key?: string): Json {
  if (key === "inferenceRouterServiceType") return "clusterIP";
  const other: Record<string, string> = {
    azure: "none",
    calico: "azure",
    overlay: "overlay",
    loadBalancer: "userAssignedNATGateway",
    managedNATGateway: "userAssignedNATGateway",
    Standard: "Premium",
    patch: "stable",
    SecurityPatch: "NodeImage",
    FastProd: "DenseProd",
    DenseProd: "FastProd",
    DevTest: "FastProd",
    AksCompute: "AksCompute",
  };
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  if (Object.hasOwn(other, value)) return other[value];
  return /^[0-9a-f-]{36}$/.test(value) ? value.replace(/.$/, "f") : `${value}x`;
}

describe("every attribute leads to the configuration key that it comes from", () => {
  const text = readFileSync(join(ROOT, "__tests__/full.yaml"), "utf8");
  const { defaults, environments } = parse(text);
  // Defaults stand in each environment, so that each key is changed alone. Backends, subscriptions and what is said to
  // the rules are no attributes.
  const config = {
    environments: Object.fromEntries(
      Object.entries<Json>(environments).map(([name, environment]) => [name, { ...defaults, ...environment }]),
    ),
  };
  const before = attributes(config);
  const keys = paths(config).filter(
    (path) =>
      !path.some((key) => NO_ATTRIBUTE.includes(key)) &&
      !(path.includes("there") && path.includes("entraId")) &&
      !CHOICES.includes(path.at(-1) as string),
  );

  it.each(keys.map((path) => [path.join("."), path] as const))("%s", (_, path) => {
    // Only the environment and the cluster of the key: the others cannot change.
    const [, name, section, cluster] = path as [string, string, string, string];
    const copy = structuredClone({ environments: { [name]: config.environments[name] } }) as Json;
    const isInCluster = section === "clusters";
    if (isInCluster) copy.environments[name].clusters = { [cluster]: copy.environments[name].clusters[cluster] };
    const parent = path.slice(0, -1).reduce<Json>((value, key) => value[key], copy as Json);
    parent[path.at(-1) as string] = changed(parent[path.at(-1) as string], path.at(-1));
    const after = attributes(copy);
    const mine = [...before].filter(([address]) =>
      address.startsWith(isInCluster ? `${name}-${cluster}-` : `${name}-`),
    );
    // An expression follows what it refers to.
    const isExpression = (address: string): boolean =>
      [before, after].every((side) => side.get(address)?.value.startsWith("${"));
    const differing = [...new Map([...mine, ...after])].filter(
      ([address]) => before.get(address)?.value !== after.get(address)?.value && !isExpression(address),
    );
    expect(differing.length).toBeGreaterThan(0);
    // An inherited key is asked for where it is used; the loader leads from there to where it is written.
    const wanted = path.length === 3 || path[2] === "tags" ? path.slice(2).join(".") : path.join(".");
    const elementOf = (address: string): string => address.slice(0, address.lastIndexOf(" "));
    const stays = (element: string): boolean =>
      [before, after].every((side) => [...side.keys()].some((address) => elementOf(address) === element));
    const comesOrGoes = (address: string): boolean =>
      before.has(address) !== after.has(address) || !stays(elementOf(address));
    for (const [address, { key }] of differing) {
      // What comes or goes may do so with another key: one that changes with it must be the key that was changed.
      const keys = !comesOrGoes(address)
        ? [key]
        : differing.filter(([other]) => elementOf(other) === elementOf(address)).map(([, other]) => other.key);
      expect(
        keys.some((each) => isWithin(wanted, each)),
        `${address} says ${key}, but comes from ${path.join(".")}`,
      ).toBe(true);
    }
  });

  function isWithin(wanted: string, key: string): boolean {
    if (wanted.startsWith("environments."))
      return wanted === key || wanted.startsWith(`${key}.`) || key === wanted.replace(/\.\d+$/, "");
    return new RegExp(`\\.${wanted.split(".")[0]}$`).test(key);
  }
});
