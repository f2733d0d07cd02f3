import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { sectionsOf } from "../../config/sections.ts";
import { editor, many, opened } from "./environments.ts";

describe("of many environments", () => {
  // Which of them are judged again, and what is shown then: `npm run test:slow`.
  it("what they share changes all of them", async () => {
    const file = await opened(many());
    const from = editor.traces.length;
    editor.replace(file, "team: ml", "team: ml, owner: me");
    await editor.diagnostics(file, (found) => found.length > 0);
    expect(editor.traces.slice(from)).toEqual([`judged the whole of ${file}`]);
    editor.close(file);
  });
});

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
