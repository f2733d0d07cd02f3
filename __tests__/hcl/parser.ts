import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { loadParser, type ParseHcl } from "../../sources/hcl/parse.ts";

const require = createRequire(import.meta.url);
const bytes = (module: string): Uint8Array => readFileSync(require.resolve(module));

/** The parser, loaded once for a file of tests. */
export const parserOfHcl = (): Promise<ParseHcl> =>
  loadParser({
    parser: bytes("web-tree-sitter/web-tree-sitter.wasm"),
    grammar: bytes("@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm"),
  });
