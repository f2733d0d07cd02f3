import { describe, expect, it } from "vitest";
import { checkAgainstSchema, type ProvidersSchema } from "../../tools/provider-schema.ts";

const schema: ProvidersSchema = {
  provider_schemas: {
    "registry.terraform.io/hashicorp/azurerm": {
      provider: {
        block: {
          attributes: { subscription_id: { type: "string", optional: true } },
          block_types: { features: { block: {}, nesting_mode: "list", min_items: 1, max_items: 1 } },
        },
      },
      resource_schemas: {
        azurerm_thing: {
          block: {
            attributes: {
              id: { type: "string", computed: true },
              name: { type: "string", required: true },
              count_of: { type: "number", optional: true },
              on: { type: "bool", optional: true },
              zones: { type: ["list", "string"], optional: true },
              tags: { type: ["map", "string"], optional: true },
              shape: { type: ["object", { a: "number" }], optional: true },
            },
            block_types: {
              pool: {
                block: { attributes: { size: { type: "string", required: true } } },
                nesting_mode: "list",
                max_items: 1,
              },
            },
          },
        },
      },
    },
  },
};

const thing = (body: object): string[] =>
  checkAgainstSchema(
    { terraform: { required_providers: { azurerm: { source: "azurerm" } } }, resource: { azurerm_thing: { x: body } } },
    schema,
  );

describe("Terraform JSON against provider schemas", () => {
  it.each<[body: object, expected: string[]]>([
    [
      {
        name: "a",
        pool: { size: "s" },
        zones: ["1"],
        tags: { a: "b" },
        on: true,
        count_of: 1,
        shape: { a: 1 },
        lifecycle: {},
        depends_on: [],
        "//": {},
      },
      [],
    ],
    [{ name: "${var.x}", on: "${var.on}", zones: "${var.zones}", pool: [{ size: "s" }] }, []],
    [{}, ["azurerm_thing.x.name: required, and missing"]],
    [{ name: "a", nmae: "b" }, ["azurerm_thing.x.nmae: no such attribute or block"]],
    [{ name: "a", id: "b" }, ["azurerm_thing.x.id: decided by the provider, and cannot be set"]],
    [{ name: ["a"] }, ['azurerm_thing.x.name: ["a"] is not of type "string"']],
    [{ name: "a", count_of: "many" }, ['azurerm_thing.x.count_of: "many" is not of type "number"']],
    [{ name: "a", on: "yes" }, ['azurerm_thing.x.on: "yes" is not of type "bool"']],
    [{ name: "a", zones: "1" }, ['azurerm_thing.x.zones: "1" is not of type ["list","string"]']],
    [{ name: "a", tags: { a: ["b"] } }, ['azurerm_thing.x.tags: {"a":["b"]} is not of type ["map","string"]']],
    [{ name: "a", shape: { b: 1 } }, ['azurerm_thing.x.shape: {"b":1} is not of type ["object",{"a":"number"}]']],
    [{ name: "a", pool: {} }, ["azurerm_thing.x.pool.size: required, and missing"]],
    [{ name: "a", pool: [{ size: "s" }, { size: "t" }] }, ["azurerm_thing.x.pool: 2 blocks, at most 1 allowed"]],
    [{ name: "a", pool: "s" }, ['azurerm_thing.x.pool: a block, but "s" is given']],
    [{ name: "$${a}" }, []],
    [{ name: "a", on: "$${a}" }, ['azurerm_thing.x.on: "$${a}" is not of type "bool"']],
  ])("%j", (body, expected) => {
    expect(thing(body)).toEqual(expected);
  });

  it("checks providers and data sources, and knows Terraform's own", () => {
    const config = {
      provider: { azurerm: [{ subscription_id: "s" }], unknown: [{}] },
      resource: { terraform_data: { x: { input: 1, triggers_replace: ["a"], nope: 1 } } },
      data: { azurerm_other: { y: {} }, terraform_remote_state: { z: { config: {} } } },
    };
    expect(checkAgainstSchema(config, schema)).toEqual([
      "provider.azurerm.features: a required block, and missing",
      "provider.unknown: not in the schema",
      "terraform_data.x.nope: no such attribute or block",
      "data.azurerm_other.y: the type azurerm_other is not in the schema",
      "data.terraform_remote_state.z.backend: required, and missing",
    ]);
  });
});
