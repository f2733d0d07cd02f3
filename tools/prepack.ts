import { join } from "node:path";
import { packageFiles, writeFiles } from "./package.ts";

/** npm pack runs it. */
const root = process.cwd();
writeFiles(join(root, "dist/package"), await packageFiles(root));
