import grammar from "@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm";
import parser from "web-tree-sitter/web-tree-sitter.wasm";
import { loadParser, type ParseHcl } from "./parse.ts";

let loaded: Promise<ParseHcl> | undefined;

/** The parser of Terraform's language: the bundle holds both of its WebAssembly modules. */
export function loadHclParser(): Promise<ParseHcl> {
  loaded ??= loadParser({ parser, grammar });
  return loaded;
}
