/** The whole library. `rules` alone needs no cdktf. */
export * from "./constructs.ts";
export * from "./rules.ts";
export * from "./stacks.ts";
