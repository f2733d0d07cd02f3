import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { libraryReference, readLibrary, undocumented } from "../../tools/library-reference.ts";
import { ROOT } from "../helpers.ts";

it("docs/library-reference.md is what the doc comments say (npm run docs), and none is missing", () => {
  const library = readLibrary(ROOT);
  expect(readFileSync(join(ROOT, "docs/library-reference.md"), "utf8")).toBe(libraryReference(library));
  expect(undocumented(library)).toEqual([]);
  expect(libraryReference(library)).toMatch(
    /### AzureMlExtensionProps\n\n.*\n\nWith every member of \[ExtensionOptions\]\(#extensionoptions\)\.\n/,
  );
});
