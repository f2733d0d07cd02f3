import { rmSync } from "node:fs";
import { aboutFile } from "./problem.ts";

/** Removes a file, where there is one. */
export function removeFile(file: string): void {
  aboutFile(file, () => rmSync(file, { force: true }));
}
