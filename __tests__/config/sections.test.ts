import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { sectionsOf } from "../../config/sections.ts";

describe("a text that cannot be taken apart is judged as a whole", () => {
  const base = stringify({ environments: { one: { location: "a" }, two: { location: "b" } } });
  const cases: [shows: string, text: string, names: readonly string[] | undefined][] = [
    ["environments below each other", base, ["one", "two"]],
    ["comments and blank lines between them", base.replace("  two", "# here\n\n  # two\n  two"), ["one", "two"]],
    ["with line breaks of Windows", base.replaceAll("\n", "\r\n"), ["one", "two"]],
    ["names in quotation marks", base.replace("one:", '"one":').replace("two:", "'two':"), ["one", "two"]],
    ["an anchor for itself", base.replace("location: a", "location: &x a\n    tags: *x"), ["one", "two"]],
    [
      "an anchor for another",
      base.replace("location: a", "location: &x a").replace("location: b", "location: *x"),
      undefined,
    ],
    ["an anchor for what stands behind", `${base.replace("location: a", "location: &x a")}x-a: *x\n`, undefined],
    ["braces", "environments: { one: {}, two: {} }\n", undefined],
    ["braces over lines", "environments:\n  one: {\n  }\n", undefined],
    ["one name twice", base.replace("two:", "one:"), undefined],
    ["a tab", base.replace("  two", "\ttwo"), undefined],
    ["a line between the depths", base.replace("  two", " two"), undefined],
    ["a second document", `${base}---\na: 1\n`, undefined],
    ["a list", "environments:\n- one\n", undefined],
    ["nothing", "", undefined],
  ];
  it.each(cases)("%s", (_shows, text, names) => {
    const sections = sectionsOf(text);
    expect(sections?.environments.map(({ name }) => name)).toEqual(names);
    for (const own of sections?.environments ?? []) {
      const excerpt = sections?.excerpt(new Set([own]));
      const lines = excerpt?.text.split("\n") ?? [];
      const original = text.split("\n");
      expect(lines.map((_, index) => original[(excerpt?.lineOf(index + 1) ?? 0) - 1])).toEqual(lines);
    }
  });
});
