import { DefaultTokenResolver, Fn, Lazy, StringConcat, TerraformStack, Testing, Token, Tokenization } from "cdktf";
import fc from "fast-check";
import { expect, it } from "vitest";
import { withLeanTokens } from "../../stacks/lean-tokens.ts";
import { runs } from "../repeatable.ts";

/** What stands in a configuration or in what a construct makes of it, tokens of all kinds in it. */
const PARTS: readonly (() => unknown)[] = [
  () => Token.asString(Fn.lower("A")),
  () => `before ${Token.asString({ a: 1 })} after`,
  () => Token.asNumber(Lazy.numberValue({ produce: () => 7 })),
  () => `at ${Token.asNumber(Lazy.numberValue({ produce: () => 7 }))}`,
  () => Token.asList(Fn.tolist(["a"])),
  () => [...Token.asList(Fn.tolist(["a"])), "b"],
  () => Token.asNumberList(Lazy.anyValue({ produce: () => [1, 2] })),
  () => Token.asStringMap(Lazy.anyValue({ produce: () => ({ a: "1" }) })),
  () => ({ [Token.asString(Fn.lower("A"))]: Token.asString(Fn.upper("a")) }),
  () => Lazy.anyValue({ produce: () => ({ a: [undefined, Token.asString("x")] }) }),
  () => Token.STRING_MAP_TOKEN_VALUE,
  () => Token.NUMBER_MAP_TOKEN_VALUE,
  () => () => 1,
  () => new TerraformStack(Testing.app(), "inner"),
  () => "${azurerm_kubernetes_cluster.cluster.id} and $${text} and %{ if x }",
  () => "1e+21",
  () => "cafe4e9",
  () => "String Map",
  () => -1.5e200,
  () => 1e300,
  () => Number.NaN,
  () => new Date(0),
  () => null,
  () => undefined,
];

const tree = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: "medium" },
    fc.constantFrom(...PARTS).map((part) => part()),
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), tie("tree"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).tree;

const stack = new TerraformStack(Testing.app(), "stack");
const resolver = new DefaultTokenResolver(new StringConcat());

function resolved(value: unknown, isPreparing: boolean): unknown {
  const options = { scope: stack, preparing: isPreparing, resolver };
  try {
    return { value: Tokenization.resolve(value, options) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

it("resolves any value to what cdktf resolves it to", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(tree, fc.boolean(), (value, isPreparing) => {
      const expected = resolved(value, isPreparing);
      expect(withLeanTokens(() => resolved(value, isPreparing))).toEqual(expected);
      seen.add(Object.keys(expected as object).join());
    }),
    { numRuns: runs(1000, 300) },
  );
  expect(seen).toEqual(new Set(["value", "error"]));
});

it.each(PARTS.map((part) => [String(part), part]))("as %s", (_, part) => {
  const value = { list: [part()], map: { key: part() } };
  expect(withLeanTokens(() => resolved(value, false))).toEqual(resolved(value, false));
});
