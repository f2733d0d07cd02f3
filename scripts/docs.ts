import { writeFileSync } from "node:fs";
import { attachWithPage } from "./attach-with-page.ts";
import { configurationReference } from "./configuration-reference.ts";

/** npm run docs: writes the pages that are made from the program. */
writeFileSync("docs/configuration.md", configurationReference());
writeFileSync("docs/attach-with.md", attachWithPage());
