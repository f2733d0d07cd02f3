import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { attachWithPage } from "./attach-with-page.ts";
import { performancePage } from "./bench/performance-page.ts";
import { configurationReference } from "./configuration-reference.ts";
import { constraintsPage } from "./constraints.ts";
import { shippedPicture } from "./diagram.ts";
import { libraryReference, readLibrary } from "./library-reference.ts";
import { rulePages } from "./rule-pages.ts";

/** npm run docs: writes the pages that are made from the program. */
writeFileSync("docs/configuration.md", configurationReference());
writeFileSync("docs/library-reference.md", libraryReference(readLibrary(process.cwd())));
writeFileSync("docs/attach-with.md", attachWithPage());
writeFileSync("docs/constraints.md", constraintsPage());
writeFileSync("docs/performance.md", performancePage());
writeFileSync("docs/picture.svg", await shippedPicture());
rmSync("docs/rules", { recursive: true, force: true });
for (const [file, page] of rulePages()) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, page);
}
