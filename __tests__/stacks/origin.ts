import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { z } from "zod";
import { parseConfig } from "../../config/load.ts";
import { joinPath } from "../../config/located.ts";
import { ConfigSchema, EnvironmentSchema } from "../../config/schema.ts";
import { TerraformDataSource, TerraformElement, TerraformResource } from "../../constructs/cdktf.ts";
import { EphemeralResource } from "../../constructs/ephemeral-resource.ts";
import { configKeyOf } from "../../constructs/origin.ts";
import { RULES } from "../../rules/catalogue.ts";
import { build } from "../../stacks/build.ts";
import { withLeanTokens } from "../../stacks/lean-tokens.ts";
import { type Json, ROOT } from "../helpers.ts";

/** What zod knows of a schema, through optional, default and the like. */
interface Def {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly shape?: Record<string, z.ZodType>;
  readonly valueType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly discriminator?: string;
  readonly entries?: Record<string, string>;
  readonly values?: readonly string[];
}

function defOf(schema: z.ZodType): Def {
  const def = schema._zod.def as Def;
  return def.innerType ? defOf(def.innerType) : def;
}

function kindOf(option: z.ZodType, discriminator: string): string {
  return defOf(defOf(option).shape?.[discriminator] as z.ZodType).values?.[0] as string;
}

/** A key of the schema: `environments.*.clusters.*.attachment(AksCompute).tls.cname`. */
function keysOf(schema: z.ZodType, path: string): string[] {
  const { shape = {}, valueType, element, options = [], discriminator } = defOf(schema);
  const below = Object.entries(shape).flatMap(([key, child]) => keysOf(child, path ? `${path}.${key}` : key));
  if (below.length > 0) return below;
  if (valueType) return keysOf(valueType, `${path}.*`);
  if (element) return keysOf(element, path);
  if (discriminator) return options.flatMap((option) => keysOf(option, `${path}(${kindOf(option, discriminator)})`));
  return [path];
}

interface Written {
  readonly key: string;
  readonly path: readonly string[];
  readonly def: Def;
}

/** Where the keys of a schema are written in a value. */
function writtenIn(schema: z.ZodType, value: Json, key: string, path: readonly string[]): Written[] {
  const def = defOf(schema);
  const { shape = {}, valueType, element, options = [], discriminator } = def;
  if (Object.keys(shape).length > 0) {
    const given = Object.entries(shape).filter(([name]) => value[name] !== undefined);
    return given.flatMap(([name, child]) =>
      writtenIn(child, value[name], key ? `${key}.${name}` : name, [...path, name]),
    );
  }
  if (valueType)
    return Object.keys(value).flatMap((name) => writtenIn(valueType, value[name], `${key}.*`, [...path, name]));
  if (element) return Object.keys(value).flatMap((index) => writtenIn(element, value[index], key, [...path, index]));
  // Whatever stands below a value that may be anything counts as one key.
  if (def.type === "unknown" && typeof value === "object")
    return Object.keys(value).flatMap((name) => writtenIn(schema, value[name], key, [...path, name]));
  const option = options.find((each) => discriminator && kindOf(each, discriminator) === value[discriminator]);
  return option ? writtenIn(option, value, `${key}(${value[discriminator as string]})`, path) : [{ key, path, def }];
}

/** Other values of a key, of which the first that the configuration takes is tried. */
function others(value: Json, { entries = {}, type }: Def): Json[] {
  if (type === "literal") return [];
  if (typeof value === "boolean") return [!value];
  if (typeof value === "number") return [value + 1];
  if (typeof value !== "string") return [];
  const choices = Object.values(entries).filter((choice) => choice !== value);
  if (choices.length > 0 || Object.keys(entries).length > 0) return choices;
  const edited = [
    `${value}x`,
    `${value}2`,
    value.replace(/.$/, "f"),
    value.replace(/\d$/, "9"),
    `x${value}`,
    `1${value}`,
  ];
  const ids = RULES.slice(0, 2).map(({ id }) => id);
  return [...edited, ...ids].filter((other) => other !== value);
}

interface Built {
  /** Each attribute of each resource and data source, with the place in the file that a finding on it leads to. */
  readonly attributes: ReadonlyMap<string, { readonly value: string; readonly key: string }>;
  /** All that comes of the configuration. */
  readonly whole: string;
}

function built(config: object): Built | undefined {
  const result = parseConfig(JSON.stringify(config), "azureml-aks.yaml", { rules: RULES });
  if (!result.ok) return undefined;
  const app = build(result.loaded.config, { stateDirectory: "." });
  const attributes = new Map<string, { value: string; key: string }>();
  const stacks = app.stacks.map((stack) => {
    const json = withLeanTokens(() => stack.toTerraform() as Json);
    for (const element of stack.node.findAll().filter(TerraformElement.isTerraformElement)) {
      const [kind, type] = kindAndType(element);
      if (kind === undefined || type === undefined) continue;
      const { "//": _, depends_on: __, ...body } = json[kind][type][element.friendlyUniqueId];
      for (const [path, value] of leaves(body)) {
        // Conditions ask for what several keys say together.
        if (path.startsWith("lifecycle.precondition")) continue;
        const key = configKeyOf(element, path);
        const place = key ? result.loaded.locate(key).configPath : "nowhere";
        attributes.set(`${stack.node.id} ${kind}.${type}.${element.friendlyUniqueId} ${path}`, { value, key: place });
      }
    }
    return json;
  });
  return { attributes, whole: JSON.stringify([stacks, [...app.acknowledgements]]) };
}

function kindAndType(element: TerraformElement): [kind?: string, type?: string] {
  if (TerraformResource.isTerraformResource(element)) return ["resource", element.terraformResourceType];
  if (TerraformDataSource.isTerraformDataSource(element)) return ["data", element.terraformResourceType];
  return element instanceof EphemeralResource ? ["ephemeral", element.ephemeralType] : [];
}

function leaves(value: Json, path = ""): [string, string][] {
  if (typeof value !== "object" || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, item]) =>
    leaves(item, Array.isArray(value) ? `${path}[${key}]` : joinPath(path, key)),
  );
}

const FIXTURE: Json = parse(readFileSync(join(ROOT, "__tests__/full.yaml"), "utf8"));
const { defaults, ...rest } = FIXTURE;
const WRITTEN = [
  ...writtenIn(EnvironmentSchema, defaults, "environments.*", ["defaults"]),
  ...writtenIn(ConfigSchema, rest, "", []),
];

/** The environment and the cluster of a key alone: the others cannot change. */
function part([first, environment, section, cluster]: readonly string[]): Json {
  if (first !== "environments" || environment === undefined) return structuredClone(FIXTURE);
  const own = FIXTURE.environments[environment];
  const clusters =
    section === "clusters" && cluster !== undefined ? { [cluster]: own.clusters[cluster] } : own.clusters;
  return structuredClone({ defaults, environments: { [environment]: { ...own, clusters } } });
}

interface Change {
  readonly before: Built;
  /** Undefined where the configuration takes no other value. */
  readonly after: Built | undefined;
}

const unchanged = new Map<string, Built>();

function change({ path, def }: Written): Change {
  const config = part(path);
  const name = JSON.stringify(config);
  const before = unchanged.get(name) ?? (built(config) as Built);
  unchanged.set(name, before);
  const set = (keys: readonly string[], value: Json): void => {
    const parent = keys.slice(0, -1).reduce<Json>((at, key) => at[key], config);
    parent[keys.at(-1) as string] = value;
  };
  const given = path.reduce<Json>((at, key) => at[key], config);
  let after: Built | undefined;
  for (const other of others(given, def)) {
    set(path, other);
    after = built(config) ?? after;
    if (after && after.whole !== before.whole) return { before, after };
  }
  // Of some keys it only counts that they are given, and some have no other value in their form.
  set(/^\d+$/.test(path.at(-1) as string) ? path.slice(0, -1) : path, undefined);
  return { before, after: built(config) ?? after };
}

/** A path as the loader writes it. */
function shown(path: readonly string[]): string {
  return path.reduce((text, key) => joinPath(text, /^\d+$/.test(key) ? Number(key) : key), "");
}

function isBelow(key: string, parent: string): boolean {
  return key.startsWith(`${parent}.`) || key.startsWith(`${parent}[`);
}

/** A cluster of another subscription cannot be read. */
const DECIDES_WHAT_CAN_BE_READ = ["environments.*.subscriptionId"];

/** Keys of the configuration that are written in no environment or cluster of __tests__/full.yaml. */
export function unwrittenKeys(): string[] {
  const written = new Set(WRITTEN.map(({ key }) => key));
  return keysOf(ConfigSchema, "").filter((key) => !written.has(key));
}

/**
 * Changes each key of __tests__/full.yaml that `isTried` takes by its path: something must come of it, and a finding on
 * that must lead to the key. Whoever takes a key of a cluster has to take them all, and those that it shares.
 */
export function tryKeys(isTried: (path: readonly string[]) => boolean): void {
  const changes = new Map(WRITTEN.filter(({ path }) => isTried(path)).map((written) => [written, change(written)]));
  /** Which keys change the value of an attribute. */
  const causes = new Map<string, string[]>();
  const valueIn = (side: Built | undefined, address: string): string | undefined =>
    side?.attributes.get(address)?.value;
  const changedIn = ({ before, after }: Change): string[] =>
    [...before.attributes.keys()].filter(
      (address) =>
        after?.attributes.has(address) &&
        valueIn(before, address) !== valueIn(after, address) &&
        !valueIn(before, address)?.startsWith("${"),
    );
  for (const [{ path }, each] of changes)
    for (const address of changedIn(each)) causes.set(address, [...(causes.get(address) ?? []), shown(path)]);

  describe.each([...changes].map(([written, each]) => [shown(written.path), written, each] as const))(
    "%s",
    (key, { key: written, def }, each) => {
      const { before, after } = each;
      const chooses = def.type === "enum" || def.type === "literal" || def.type === "object";
      if (!after) {
        it("chooses a form, and has no other value in it", () => expect(chooses).toBe(true));
        return;
      }
      it("becomes something", () => expect(after.whole).not.toBe(before.whole));
      it("is where a finding on what it becomes leads", () => {
        for (const address of changedIn(each)) {
          const place = before.attributes.get(address)?.key as string;
          const all = causes.get(address) as string[];
          // What is made of several keys leads to one of them, or to what holds them; what is made of a list, to the
          // list.
          const holdsSeveral = all.filter((cause) => isBelow(cause, place)).length > 1;
          const leads = all.includes(place) || holdsSeveral || all.includes(`${place}[0]`);
          expect(leads, `${address} leads to ${place}, and comes from ${all.join(", ")}`).toBe(true);
        }
        if (chooses || DECIDES_WHAT_CAN_BE_READ.includes(written)) return;
        // What comes or goes has attributes of other keys too: one must lead to the key that had it come or go.
        const elementOf = (address: string): string => address.slice(0, address.indexOf(" ", address.indexOf(" ") + 1));
        const goes = (from: Built, to: Built): string[] =>
          [...from.attributes.keys()].filter((address) => !to.attributes.has(address));
        const elements = new Set([...goes(before, after), ...goes(after, before)].map(elementOf));
        const placesIn = (from: Built, to: Built): string[] =>
          [...from.attributes].flatMap(([address, { value, key: place }]) =>
            elements.has(elementOf(address)) && valueIn(to, address) !== value ? [place] : [],
          );
        const places = [...placesIn(before, after), ...placesIn(after, before)];
        const leads = places.length === 0 || places.some((place) => place === key || isBelow(key, place));
        expect(leads, `${[...elements]} lead to ${places}, and come from ${key}`).toBe(true);
      });
    },
  );
}
