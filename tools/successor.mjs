// Runs every test that is not slow, and the slow ones of what is synthesized, once more with CDK Terrain in cdktf's
// place, as `npm install cdktf@npm:cdktn` would put it there, and compares what both synthesize: in a copy of the
// checkout in dist/, whose node_modules are links to those of the checkout.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const copy = join(root, "dist/successor");
const modules = join(root, "node_modules");
const [cdktf, cdktn] = ["cdktf", "cdktn"].map(
  (name) => JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version,
);
/** The slow tests of what is synthesized. */
const SLOW = ["cdktf", "origin", "round-trip"].map((name) => `__tests__/slow/${name}.test.ts`);
const CONFIGURATIONS = ["azureml-aks.yaml", "__tests__/full.yaml"];

copyCheckout();
const differences = CONFIGURATIONS.flatMap(compare);
for (const difference of differences) console.error(difference);
if (differences.length > 0) process.exit(1);
console.log(`cdktf ${cdktf} and CDK Terrain ${cdktn} synthesize the same from ${CONFIGURATIONS.join(" and ")}`);
run("typescript/bin/tsc", "--noEmit");
run("vitest/vitest.mjs", "run", ...process.argv.slice(2));
run("vitest/vitest.mjs", "run", "--config", "vitest.slow.config.ts", ...SLOW);

function run(program, ...args) {
  const { status } = spawnSync(process.execPath, [join(modules, program), ...args], { cwd: copy, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

function copyCheckout() {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(join(copy, "node_modules/@cdktf"), { recursive: true });
  const skipped = ["node_modules", "dist", ".git", "cdktf.out"];
  for (const name of readdirSync(root).filter((name) => !skipped.includes(name)))
    cpSync(join(root, name), join(copy, name), { recursive: true });
  for (const name of readdirSync(modules).filter((name) => !["cdktf", "@cdktf"].includes(name)))
    symlinkSync(join(modules, name), join(copy, "node_modules", name));
  symlinkSync(join(modules, "cdktn"), join(copy, "node_modules/cdktf"));
  // What is synthesized says by which version: the only thing that may differ.
  for (const file of [
    ...filesOf("__tests__/stacks/__snapshots__"),
    ...filesOf("examples").filter((file) => file.endsWith(".tf.json")),
  ]) {
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(`"version": "${cdktf}"`, `"version": "${cdktn}"`));
  }
  // They look for cdktf from where they are: links to folders would lead them back to the checkout.
  for (const name of readdirSync(join(modules, "@cdktf")))
    linkFiles(join(modules, "@cdktf", name), join(copy, "node_modules/@cdktf", name));
}

function filesOf(folder) {
  const entries = readdirSync(join(copy, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function linkFiles(from, to) {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkFiles(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(source, target);
    else linkSync(source, target);
  }
}

/** The stacks that differ, metadata aside. */
function compare(config) {
  const [ours, theirs] = [root, copy].map((folder) => synthesize(folder, config));
  if (!Object.values(theirs).every((stack) => stack["//"].metadata.version === cdktn))
    return [`${config}: this was not made by CDK Terrain`];
  const names = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  return names
    .filter((name) => !isDeepStrictEqual(withoutMetadata(ours[name]), withoutMetadata(theirs[name])))
    .map((name) => `${config}: ${name} differs`);
}

function synthesize(folder, config) {
  const output = join(folder, "dist/compared");
  execFileSync(
    process.execPath,
    ["tools/run.mjs", "cli", "synth", "--config", config, "--output", output, "--fail-on", "never"],
    {
      cwd: folder,
      stdio: "ignore",
    },
  );
  const stacks = readdirSync(join(output, "stacks")).filter((name) => !name.startsWith("."));
  return Object.fromEntries(
    stacks.map((name) => [name, JSON.parse(readFileSync(join(output, "stacks", name, "cdk.tf.json"), "utf8"))]),
  );
}

/** Without cdktf's own notes, which hold its version. */
function withoutMetadata(json) {
  if (Array.isArray(json)) return json.map(withoutMetadata);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).flatMap(([key, value]) => (key === "//" ? [] : [[key, withoutMetadata(value)]])),
  );
}
