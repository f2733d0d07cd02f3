import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { exampleNames } from "../../tools/example-output.ts";
import { checkAgainstSchema, type ProvidersSchema } from "../../tools/provider-schema.ts";
import { type Json, ROOT, synthesized } from "../helpers.ts";

const SHIPPED = readFileSync(join(ROOT, "azureml-aks.yaml"), "utf8");
const FULL = readFileSync(join(ROOT, "__tests__/full.yaml"), "utf8");

describe("the shipped configuration", () => {
  it("synthesizes to these stacks", () => {
    expect(synthesized(SHIPPED)).toMatchSnapshot();
  });
});

/**
 * What `terraform providers schema -json` prints, without descriptions and without the types that nothing here makes.
 * What azurerm 5 does not have of its own comes from the other file.
 */
const schemaOf = (name: string): ProvidersSchema =>
  JSON.parse(readFileSync(join(ROOT, "__tests__/schemas", `${name}.json`), "utf8"));
const AZURERM_4 = schemaOf("azurerm-4.55");
const AZURERM_5: ProvidersSchema = {
  provider_schemas: { ...AZURERM_4.provider_schemas, ...schemaOf("azurerm-5.2").provider_schemas },
};

describe("every resource type and attribute is one that the providers know", () => {
  const configurations: readonly (readonly [string, string])[] = [
    ["the shipped configuration", SHIPPED],
    ["every key", FULL],
    ...exampleNames().map(
      (name) =>
        [`the example ${name}`, readFileSync(join(ROOT, "examples", name, "azureml-aks.yaml"), "utf8")] as const,
    ),
  ];
  const problemsOf = (config: string | object, schema: ProvidersSchema): string[] =>
    Object.entries<Json>(synthesized(config)).flatMap(([name, stack]) =>
      checkAgainstSchema(stack, schema).map((problem) => `${name}: ${problem}`),
    );

  it.each(configurations)("%s, with azurerm 4", (_, config) => {
    // That data source is not in the file.
    const isKnown = (problem: string): boolean =>
      problem.includes("azurerm_user_assigned_identity is not in the schema");
    expect(problemsOf(config, AZURERM_4).filter((problem) => !isKnown(problem))).toEqual([]);
  });
  it.each(configurations)("%s, with azurerm 5", (_, config) => {
    const { defaults, environments, ...others } = parse(config) as Json;
    const withAzurerm5 = Object.fromEntries(
      Object.entries<Json>(environments).map(([name, environment]) => [
        name,
        { ...environment, providers: { ...environment.providers, azurerm: "5.2.0" } },
      ]),
    );
    expect(problemsOf({ ...others, defaults, environments: withAzurerm5 }, AZURERM_5)).toEqual([]);
  });
});
