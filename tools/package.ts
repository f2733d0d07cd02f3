import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import ts from "typescript";
import { editorSchema } from "../config/editor-schema.ts";
import { configurationTypes } from "./configuration-types.ts";
import { pagePlugin } from "./page-plugin.mjs";
import { sharedChunks } from "./shared-chunks.mjs";
import { thirdPartyNotices } from "./third-party.ts";

/** What the package exports; package.json says under which names. */
const ENTRIES = ["index", "constructs", "stacks", "rules"].map((name) => `library/${name}.ts`);

/** Whoever uses the library has these, and its constructs must meet those of the program in one tree. */
const PEERS = ["cdktf", "cdktf/*", "constructs", "@cdktf/*"];

const SHARED = {
  platform: "node",
  target: "node20",
  bundle: true,
  metafile: true,
  write: false,
  logLevel: "error",
  loader: { ".wasm": "binary" },
} as const satisfies BuildOptions;

/** Files of the package: path below its folder, with slashes, to what is in it. */
export type PackageFiles = ReadonlyMap<string, string>;

/**
 * What `npm pack` packs: the command with all that it needs in it, the library, its types, and the licences of what is
 * bundled.
 */
export async function packageFiles(root: string): Promise<PackageFiles> {
  const [command, library] = [await commandFiles(root), await libraryFiles(root)];
  return new Map([
    ...command.files,
    ...library.files,
    ...typeFiles(root),
    ["modules/config/schema.d.ts", configurationTypes()],
    // `init` names it in what it writes.
    ["azureml-aks.schema.json", `${JSON.stringify(editorSchema())}\n`],
    // Like cdktf itself: a program in either module system can load it, and there is one copy of it.
    ["modules/package.json", `${JSON.stringify({ type: "commonjs" })}\n`],
    ["THIRD-PARTY.txt", thirdPartyNotices(root, [...command.metafiles, ...library.metafiles])],
  ]);
}

interface Built {
  readonly files: PackageFiles;
  readonly metafiles: readonly Metafile[];
}

/** The command line, as tools/run.mjs bundles it. */
async function commandFiles(root: string): Promise<Built> {
  const metafiles: Metafile[] = [];
  const entryPoints = { "azureml-aks": "cli.ts" };
  const { outputFiles, metafile } = await build({
    ...SHARED,
    absWorkingDir: root,
    entryPoints,
    outdir: "bin",
    outExtension: { ".js": ".mjs" },
    splitting: true,
    format: "esm",
    plugins: [
      pagePlugin(root, (ofPage) => {
        metafiles.push(ofPage);
        return thirdPartyNotices(root, [ofPage]);
      }),
      await sharedChunks(root, entryPoints),
    ],
    // Names stay: a report of a bug must say where.
    minifyWhitespace: true,
    legalComments: "inline",
    banner: {
      js: 'import { createRequire as _createRequire } from "node:module"; const require = _createRequire(import.meta.url);',
    },
  });
  const files = outputFiles.map(({ path, text }): [string, string] => {
    const file = place(root, path);
    return [file, file === "bin/azureml-aks.mjs" ? `#!/usr/bin/env node\n${text}` : text];
  });
  return { files: new Map(files), metafiles: [metafile, ...metafiles] };
}

/** Every source that the library needs, file by file, so that what the entries share is there once. */
async function libraryFiles(root: string): Promise<Built> {
  const options = {
    ...SHARED,
    absWorkingDir: root,
    outdir: "modules",
    outbase: ".",
    format: "cjs",
  } as const satisfies BuildOptions;
  const whole = await build({ ...options, entryPoints: ENTRIES, packages: "external" });
  const sources = Object.keys(whole.metafile.inputs).filter((file) => file.endsWith(".ts"));
  const imports = sources.flatMap((file) => whole.metafile.inputs[file]?.imports ?? []);
  const names = imports.filter(({ external, path }) => external === true && isBundled(path)).map(({ path }) => path);
  const bundled = [...new Set(names)];
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: [
      ...sources.map((file) => ({ in: file, out: file.replace(/\.ts$/, "") })),
      ...bundled.map((name) => ({ in: `${VENDOR}:${name}`, out: vendorOf(name) })),
    ],
    external: PEERS,
    plugins: [sourcesApart, packagesApart(root)],
  });
  return {
    files: new Map(outputFiles.map(({ path, text }) => [place(root, path), withDefaults(text)])),
    metafiles: [metafile],
  };
}

const VENDOR = "vendor";

/** Where the one copy of a package is that several sources load. */
const vendorOf = (name: string): string => `${VENDOR}/${name.replaceAll(/[^\w.-]+/g, "-")}`;

/** Whether the package holds a package of others. */
function isBundled(path: string): boolean {
  const isPeer = PEERS.some((peer) => (peer.endsWith("*") ? path.startsWith(peer.slice(0, -1)) : path === peer));
  return /^[@\w]/.test(path) && !path.startsWith("node:") && !path.endsWith(".wasm") && !isPeer && !isBuiltin(path);
}

/** What a source loads of others is a file of its own, so that it is there once. */
function packagesApart(root: string): Plugin {
  return {
    name: "packages-apart",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${VENDOR}:`) }, ({ path }) => ({
        path: path.slice(VENDOR.length + 1),
        namespace: VENDOR,
      }));
      onLoad({ filter: /./, namespace: VENDOR }, ({ path }) => ({
        contents: `module.exports = require(${JSON.stringify(path)});`,
        resolveDir: root,
      }));
      onResolve({ filter: /^[@\w]/ }, ({ path, importer, namespace, kind }) => {
        if (kind === "entry-point") return { path: resolve(root, path) };
        if (namespace !== "file" || !importer.endsWith(".ts") || !isBundled(path)) return undefined;
        const target = relative(dirname(relative(root, importer)), vendorOf(path))
          .split(sep)
          .join("/");
        return { path: `${target.startsWith(".") ? target : `./${target}`}.js`, external: true };
      });
    },
  };
}

/** esbuild sees that the checkout has ES modules, and takes the whole of another file for its default export. */
function withDefaults(text: string): string {
  return text.replaceAll(/(__toESM\(require\("\.[^"]*"\)), 1\)/g, "$1)");
}

/** One source is loaded by another as the file that is made of it. */
const sourcesApart: Plugin = {
  name: "sources-apart",
  setup({ onResolve }) {
    onResolve({ filter: /^\..*\.ts$/ }, ({ path, kind }) =>
      kind === "entry-point" ? undefined : { path: path.replace(/\.ts$/, ".js"), external: true },
    );
  },
};

function typeFiles(root: string): PackageFiles {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const outDir = join(root, "modules");
  const program = ts.createProgram({
    rootNames: ENTRIES.map((entry) => join(root, entry)),
    options: {
      ...options,
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: root,
      outDir,
    },
  });
  const files = new Map<string, string>();
  const { diagnostics } = program.emit(undefined, (path, text) => files.set(place(root, resolve(path)), text));
  if (diagnostics.length > 0)
    throw new Error(
      ts.formatDiagnostics(diagnostics, { ...ts.sys, getCanonicalFileName: (name) => name, getNewLine: () => "\n" }),
    );
  return files;
}

function place(root: string, path: string): string {
  return relative(root, path).split(sep).join("/");
}

/** Replaces a folder by the files. */
export function writeFiles(folder: string, files: PackageFiles): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [file, text] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text, { mode: file.startsWith("bin/azureml-aks") ? 0o755 : 0o644 });
  }
}
