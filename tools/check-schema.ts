import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkAgainstSchema, type ProvidersSchema } from "./provider-schema.ts";
import { stackFiles } from "./stack-files.ts";

/**
 * npm run --silent check-schema -- SCHEMA [OUTPUT]
 * Checks every synthesized stack against SCHEMA, the output of `terraform providers schema -json`.
 */
const [schemaFile, output = "cdktf.out"] = process.argv.slice(2);
if (!schemaFile) {
  process.stderr.write(
    "usage: npm run --silent check-schema -- SCHEMA [OUTPUT]\nSCHEMA is what `terraform providers schema -json` prints\n",
  );
  process.exit(2);
}
const schema = readSchema(schemaFile);
const stacks = stackFiles(output);
const problems = stacks.flatMap((stack) =>
  checkAgainstSchema(JSON.parse(readFileSync(join(output, stack.path), "utf8")), schema).map(
    (problem) => `${stack.name}: ${problem}`,
  ),
);
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(`${stacks.length} stacks checked, ${problems.length} problems\n`);
process.exitCode = problems.length > 0 ? 1 : 0;

function readSchema(file: string): ProvidersSchema {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    process.stderr.write(`${file} cannot be read as JSON: ${(error as Error).message}\n`);
    process.exit(2);
  }
}
