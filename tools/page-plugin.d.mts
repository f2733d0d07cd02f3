import type { Metafile, Plugin } from "esbuild";

export function pagePlugin(root: string, onBundled: (metafile: Metafile) => string | undefined): Plugin;
