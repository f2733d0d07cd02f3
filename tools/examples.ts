import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { exampleNames, exampleOutput } from "./example-output.ts";

/** npm run examples: writes what comes of every example into its folder `expected`. */
for (const name of exampleNames()) {
  const folder = `examples/${name}/expected`;
  const output = exampleOutput(name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [file, text] of output) writeFileSync(`${folder}/${file}`, text);
}
