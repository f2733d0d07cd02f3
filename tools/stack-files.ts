import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface StackFile {
  readonly name: string;
  /** Path of the Terraform JSON in the output folder. */
  readonly path: string;
}

/** The stacks that a synthesis wrote, from its manifest. */
export function stackFiles(output: string): StackFile[] {
  const manifest = join(output, "manifest.json");
  if (!existsSync(manifest)) {
    process.stderr.write(`${manifest} does not exist: run \`npm run synth\` first, or name the output folder\n`);
    process.exit(2);
  }
  const { stacks } = JSON.parse(readFileSync(manifest, "utf8")) as {
    stacks: Record<string, { synthesizedStackPath: string }>;
  };
  return Object.entries(stacks).map(([name, stack]) => ({ name, path: stack.synthesizedStackPath }));
}
