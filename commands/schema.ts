import type { Argv } from "yargs";
import { printDocument } from "../command-line/output.ts";
import { editorSchema } from "../config/editor-schema.ts";
import { harmlessJson } from "../model/harmless.ts";

export function builder(args: Argv): Argv {
  return args;
}

export function handler(): number {
  printDocument(`${harmlessJson(editorSchema())}\n`);
  return 0;
}
