import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
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

// What `terraform providers schema -json` prints for azurerm 4.55.0; it is too large to be kept here.
const schemaFile = process.env.AZUREML_AKS_PROVIDERS_SCHEMA ?? resolve(ROOT, "../shared/schemas/providers.schema.json");
const schema: ProvidersSchema | undefined = existsSync(schemaFile)
  ? JSON.parse(readFileSync(schemaFile, "utf8"))
  : undefined;
if (!schema)
  console.warn(`no provider schemas at hand (AZUREML_AKS_PROVIDERS_SCHEMA): the output is not checked against them`);

describe.skipIf(!schema)("every resource type and attribute is one that the providers know", () => {
  it.each([
    ["the shipped configuration", SHIPPED],
    ["every key", FULL],
    ...exampleNames().map((name): [string, string] => [
      `the example ${name}`,
      readFileSync(join(ROOT, "examples", name, "azureml-aks.yaml"), "utf8"),
    ]),
  ])("%s", (_, config) => {
    const known = (problem: string): boolean =>
      !isExcerpt(schema as ProvidersSchema) || !problem.includes("azurerm_user_assigned_identity is not in the schema");
    const problems = Object.entries<Json>(synthesized(config)).flatMap(([name, stack]) =>
      checkAgainstSchema(stack, schema as ProvidersSchema).map((problem) => `${name}: ${problem}`),
    );
    expect(problems.filter(known)).toEqual([]);
  });
});

/** Whether the schema at hand is a selection of the provider's several hundred data sources. */
function isExcerpt({ provider_schemas }: ProvidersSchema): boolean {
  return (
    Object.keys(provider_schemas["registry.terraform.io/hashicorp/azurerm"]?.data_source_schemas ?? {}).length < 100
  );
}
