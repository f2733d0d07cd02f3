// Runs a TypeScript entry (`node tools/run.mjs cli synth`): bundles it once into dist/, and again when a source
// changed. A bundle starts several times faster than ts-node; comparing the sources with what was bundled takes
// milliseconds.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [entry, ...args] = process.argv.slice(2);
const bundle = join(root, "dist", entry, `${entry.split("/").at(-1)}.mjs`);
/** What bundles, beside what is bundled. */
const TOOLS = ["tools/run.mjs", "tools/page-plugin.mjs", "tools/shared-chunks.mjs", "package-lock.json"];
const record = join(root, "dist", entry, "inputs.json");

if (!isFresh()) await build();
process.argv = [process.argv[0], bundle, ...args];
await import(pathToFileURL(bundle).href);

function isFresh() {
  try {
    const inputs = JSON.parse(readFileSync(record, "utf8"));
    return Object.entries(inputs).every(([file, signature]) => signatureOf(join(root, file)) === signature);
  } catch {
    return false;
  }
}

/** Any change of size or time counts, also to an older time, as a checkout of an old version makes. */
function signatureOf(file) {
  const { mtimeMs, size } = statSync(file);
  return `${mtimeMs}:${size}`;
}

async function build() {
  const { build } = await import("esbuild");
  const { pagePlugin } = await import("./page-plugin.mjs");
  const { sharedChunks } = await import("./shared-chunks.mjs");
  const ofPage = [];
  const entryPoints = { [entry.split("/").at(-1)]: `${entry}.ts` };
  const result = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: dirname(bundle),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node20",
    format: "esm",
    metafile: true,
    write: false,
    loader: { ".wasm": "binary" },
    // They find their own files beside their code.
    external: ["esbuild", "typescript"],
    plugins: [
      pagePlugin(root, (metafile) => void ofPage.push(...Object.keys(metafile.inputs))),
      await sharedChunks(root, entryPoints),
    ],
    logLevel: "error",
    banner: {
      js: 'import { createRequire as _createRequire } from "node:module"; const require = _createRequire(import.meta.url);',
    },
  });
  mkdirSync(dirname(bundle), { recursive: true });
  for (const file of result.outputFiles) replace(file.path, file.contents);
  removeOld(new Set(result.outputFiles.map((file) => file.path)));
  const isSource = (file) => !/(^|\/)node_modules\/|^shared-chunk:/.test(file);
  const inputs = [...Object.keys(result.metafile.inputs), ...ofPage].filter(isSource);
  const watched = [...new Set([...inputs, ...TOOLS])];
  replace(record, JSON.stringify(Object.fromEntries(watched.map((file) => [file, signatureOf(join(root, file))]))));
}

/** What earlier builds left. A process that still runs one may load parts of it for an hour. */
function removeOld(current) {
  for (const name of readdirSync(dirname(bundle))) {
    const path = join(dirname(bundle), name);
    if (name.endsWith(".mjs") && !current.has(path) && Date.now() - statSync(path).mtimeMs > 3_600_000)
      rmSync(path, { force: true });
  }
}

/** Two processes may build at once: each file is replaced whole. */
function replace(path, contents) {
  const temporary = `${path}.${createHash("sha256").update(`${process.pid}`).digest("hex").slice(0, 8)}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}
