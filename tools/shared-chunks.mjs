// For esbuild: its chunks are as many as there are sets of commands that share something, some fifty for a review, and
// Node takes longer to find and link so many files than to compile them. What a review shares with others is two or
// three files: whatever loads a part of one loads all of it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const NAME = "shared-chunk";

/** A chunk for what the first of these and `review` load, one for what the second does beside that, and so on. */
const COMMON_WITH = ["command-line/run.ts", "commands/schema.ts", "commands/review.ts"];
const REVIEW = "commands/review.ts";

/** The plugin for a build of these entry points, where they load commands when they are called. */
export async function sharedChunks(absWorkingDir, entryPoints) {
  const loads = loadedBy((await sourcesOf(absWorkingDir, entryPoints)).inputs);
  const chunks = chunksOf(loads);
  const wanted = (entry) =>
    chunks.flatMap((files, index) => (files.some((file) => loads.get(entry).has(file)) ? index : []));
  const paths = new Map([...loads.keys()].map((entry) => [join(absWorkingDir, entry), wanted(entry)]));
  return {
    name: NAME,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${NAME}:`) }, ({ path }) => ({ path, namespace: NAME }));
      onLoad({ filter: /./, namespace: NAME }, ({ path }) => ({
        contents: importing(chunks[path.slice(NAME.length + 1)].map((file) => `./${file}`)),
        resolveDir: absWorkingDir,
      }));
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const indexes = paths.get(path) ?? [];
        if (indexes.length === 0) return undefined;
        const contents = `${importing(indexes.map((index) => `${NAME}:${index}`))}\n${readFileSync(path, "utf8")}`;
        return { contents, loader: "ts" };
      });
    },
  };
}

const importing = (names) => names.map((name) => `import ${JSON.stringify(name)};`).join("");

/** The sources, and what each imports. */
async function sourcesOf(absWorkingDir, entryPoints) {
  const { metafile } = await build({
    absWorkingDir,
    entryPoints,
    outdir: "out",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    packages: "external",
    loader: { ".html": "empty" },
    metafile: true,
    write: false,
    logLevel: "error",
  });
  return metafile;
}

/** What is loaded with each file that is loaded when somebody asks. */
function loadedBy(inputs) {
  const imports = Object.values(inputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external }) => !external);
  const entries = imports.filter(({ kind }) => kind === "dynamic-import").map(({ path }) => path);
  const loaded = (file, seen = new Set()) => {
    if (seen.has(file)) return seen;
    seen.add(file);
    for (const { path, kind, external } of inputs[file].imports) {
      if (kind !== "dynamic-import" && !external) loaded(path, seen);
    }
    return seen;
  };
  return new Map(entries.map((entry) => [entry, loaded(entry)]));
}

/** The files of each chunk: those that some other entry loads too. */
function chunksOf(loads) {
  const placed = new Set(loads.keys());
  const isShared = (file) => [...loads.values()].filter((files) => files.has(file)).length > 1;
  return COMMON_WITH.map((entry) => {
    const files = [...(loads.get(REVIEW) ?? [])].filter(
      (file) => file.endsWith(".ts") && loads.get(entry)?.has(file) && !placed.has(file) && isShared(file),
    );
    for (const file of files) placed.add(file);
    return files;
  });
}
