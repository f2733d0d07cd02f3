import type { Plugin } from "esbuild";

export function sharedChunks(absWorkingDir: string, entryPoints: Readonly<Record<string, string>>): Promise<Plugin>;
