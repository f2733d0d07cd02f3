import type { Argv } from "yargs";
import { editorSchema } from "../config/editor-schema.ts";

export function builder(args: Argv): Argv {
  return args;
}

export function handler(): number {
  process.stdout.write(`${JSON.stringify(editorSchema(), null, 2)}\n`);
  return 0;
}
