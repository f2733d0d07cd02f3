import { join } from "node:path";
import { packageFiles, writeFiles } from "./package.ts";

/** What tools/prepare.mjs runs. */
const root = process.cwd();
writeFiles(join(root, "dist/package"), await packageFiles(root));
