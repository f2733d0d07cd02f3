import { lstatSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { FileProblem, systemReason } from "../files/problem.ts";
import { carryOver, isThere, newIn, recover, swap } from "../files/swap.ts";
import { withWorkFolder } from "../files/work-folder.ts";
import { makeFolder } from "../files/write.ts";
import type { App } from "./app.ts";
import { withLeanTokens } from "./lean-tokens.ts";

/** Where stacks go. */
export interface WriteOptions {
  /** Where the stacks are written. */
  readonly outputDirectory: string;
  /** Whether the folders of stacks that are no longer configured are removed, where they were written here. */
  readonly removeStale: boolean;
  /**
   * Whether `cdktf` calls this, which then deletes every folder that is none of a stack, whoever wrote it.
   * @default false
   */
  readonly isCdktf?: boolean;
}

const FOLDER = "stacks";
const MANIFEST = "manifest.json";
const STACK_FILE = "cdk.tf.json";
const PARTS = { folder: FOLDER, file: MANIFEST };

/**
 * Where the manifest says which stacks were written here: only those are replaced and removed. cdktf ignores what it
 * does not know.
 */
const WRITTEN = "azureml-aks";

/** What Terraform makes in a stack's folder, and makes again. */
const TERRAFORMS_OWN = [".terraform", ".terraform.lock.hcl", "tfplan"];

/**
 * Writes the stacks, whole or not at all: the new output is made beside the old one and takes its place. What others
 * keep in the folder stays where it is. Where nothing changes, nothing is touched. Gives what it removed: the folder of
 * a stack, or its file where there is more in the folder than was written here.
 */
export function write(app: App, { outputDirectory, removeStale, isCdktf = false }: WriteOptions): string[] {
  makeFolder(resolve(outputDirectory));
  const output = realpathSync(outputDirectory);
  const names = app.stacks.map(({ node }) => node.id);
  return withWorkFolder({ output, recover: (work) => recover(work, output, PARTS) }, (work) => {
    const refuse = refuser(outputDirectory);
    refuseLinks(output, names, refuse);
    const before = writtenBefore(output);
    refuseForeign(output, names, before, refuse);
    if (isCdktf) refuseWhatCdktfRemoves(output, names, before, refuse);
    const gone = (before ?? []).filter((name) => !names.includes(name) && isFolder(join(output, FOLDER, name)));
    const removing = removeStale ? gone.sort() : [];
    const staging = newIn(work);
    render(app, staging, outputDirectory);
    record(staging, [...names, ...(removeStale ? [] : gone)]);
    const removed = carry(output, staging, removing);
    if (!isSame(output, staging, names) || removing.length > 0) swap(work, output, PARTS);
    return removed.map((path) => join(outputDirectory, path));
  });
}

/** As cdktf does, into an empty folder. */
function render(app: App, staging: string, outputDirectory: string): void {
  try {
    withLeanTokens(() => app.synth(staging));
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    throw new FileProblem(
      `${(error as NodeJS.ErrnoException).path?.replace(staging, outputDirectory) ?? outputDirectory}: ${reason}. Nothing was changed`,
    );
  }
}

/** What others keep in the folder goes along; of a stack that is gone, what was not written here. */
function carry(output: string, staging: string, removing: readonly string[]): string[] {
  if (!isThere(join(output, FOLDER))) return [];
  carryOver(join(output, FOLDER), join(staging, FOLDER));
  return removing.map((name) => {
    const folder = join(staging, FOLDER, name);
    for (const own of [STACK_FILE, ...TERRAFORMS_OWN]) rmSync(join(folder, own), { recursive: true, force: true });
    if (readdirSync(folder).length > 0) return join(FOLDER, name, STACK_FILE);
    rmSync(folder, { recursive: true });
    return join(FOLDER, name);
  });
}

function record(staging: string, stacks: readonly string[]): void {
  const manifest = readFileSync(join(staging, MANIFEST), "utf8");
  const written = JSON.stringify({ stacks: [...stacks].sort() });
  // All else stays as cdktf wrote it.
  writeFileSync(
    join(staging, MANIFEST),
    manifest.replace(/\n\}\s*$/, () => `,\n  "${WRITTEN}": ${written}\n}`),
  );
}

/** The stacks that were written here before; undefined where the manifest is somebody else's, or there is none. */
function writtenBefore(output: string): readonly string[] | undefined {
  try {
    const { stacks } = JSON.parse(readFileSync(join(output, MANIFEST), "utf8"))[WRITTEN];
    return Array.isArray(stacks) && stacks.every((name) => typeof name === "string" && /^[\w-]+$/.test(name))
      ? stacks
      : undefined;
  } catch {
    return undefined;
  }
}

type Refuse = (path: string, why: string) => never;

function refuser(outputDirectory: string): Refuse {
  return (path, why) => {
    throw new FileProblem(`${join(outputDirectory, path)} ${why}. Nothing was changed`);
  };
}

/** A link could lead anywhere: what is written stays in the folder. */
function refuseLinks(output: string, names: readonly string[], refuse: Refuse): void {
  const stacks = names.flatMap((name) => [join(FOLDER, name), join(FOLDER, name, STACK_FILE)]);
  for (const path of [MANIFEST, FOLDER, ...stacks]) {
    if (lstatSync(join(output, path), { throwIfNoEntry: false })?.isSymbolicLink())
      refuse(
        path,
        "is a link, and nothing is written outside of the output folder: remove it, or give another folder with --output",
      );
  }
}

const FOREIGN =
  "was not written by this version of azureml-aks: move it elsewhere or delete it, or give another folder with --output";

function refuseForeign(
  output: string,
  names: readonly string[],
  before: readonly string[] | undefined,
  refuse: Refuse,
): void {
  if (isThere(join(output, MANIFEST)) && before === undefined) refuse(MANIFEST, FOREIGN);
  for (const name of names) {
    const path = join(FOLDER, name, STACK_FILE);
    if (!before?.includes(name) && isThere(join(output, path))) refuse(path, FOREIGN);
  }
}

function refuseWhatCdktfRemoves(
  output: string,
  names: readonly string[],
  before: readonly string[] | undefined,
  refuse: Refuse,
): void {
  const folder = join(output, FOLDER);
  const others = isThere(folder)
    ? readdirSync(folder).filter((name) => !names.includes(name) && isFolder(join(folder, name)))
    : [];
  for (const name of others) {
    const more = readdirSync(join(folder, name)).find((entry) => ![STACK_FILE, ...TERRAFORMS_OWN].includes(entry));
    if (before?.includes(name) && more === undefined) continue;
    const what = before?.includes(name) ? join(FOLDER, name, more as string) : join(FOLDER, name);
    refuse(
      what,
      "was not written by azureml-aks, and `cdktf` would delete it: move it elsewhere, or run `azureml-aks synth`, which keeps it",
    );
  }
}

function isSame(output: string, staging: string, names: readonly string[]): boolean {
  const files = [MANIFEST, ...names.map((name) => join(FOLDER, name, STACK_FILE))];
  return files.every(
    (file) => isThere(join(output, file)) && readFileSync(join(output, file)).equals(readFileSync(join(staging, file))),
  );
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
