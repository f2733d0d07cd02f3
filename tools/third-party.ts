import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";

interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly source: string;
  /** Text of its licence; undefined where the package holds none. */
  readonly text?: string;
  /** What the first lines of its code say of whose it is, and of what is in it. */
  readonly notice?: string;
}

/** Programs in other languages that a package holds in compiled form, with their licences. */
const COMPILED: Readonly<Record<string, readonly { name: string; license: string; text: string; archive: RegExp }[]>> =
  {
    "@viz-js/viz": [
      {
        name: "Graphviz",
        license: "EPL-1.0",
        text: "tools/licenses/graphviz.txt",
        archive: /https:[^"]*\/graphviz-([\d.]+)\.tar\.gz/,
      },
      {
        name: "Expat",
        license: "MIT",
        text: "tools/licenses/expat.txt",
        archive: /https:[^"]*\/expat-([\d.]+)\.tar\.gz/,
      },
    ],
  };

/**
 * What is bundled, with its licence and where its source is. A package that holds no text of its licence gets that of
 * another one under the same licence, where the text names nobody, or below its own notice.
 */
export function thirdPartyNotices(root: string, metafiles: readonly Metafile[]): string {
  const folders = new Set(
    metafiles.flatMap(({ outputs }) => Object.values(outputs)).flatMap(({ inputs }) => bundledFolders(inputs)),
  );
  const packages = [...folders]
    .flatMap((folder) => {
      const bundled = describe(root, folder);
      return [bundled, ...compiledIn(root, folder, bundled.name)];
    })
    .sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
  const sections = new Map<string, Set<string>>();
  for (const bundled of packages) {
    const { name, version, license, source } = bundled;
    const text = bundled.text ?? sharedText(bundled, packages);
    const section = `${text}\n`;
    sections.set(section, (sections.get(section) ?? new Set()).add(`${name} ${version} (${license}), ${source}`));
  }
  const head =
    "azureml-aks holds code of these packages, each under its own licence. Their source is at the address given, and in the npm registry.\n";
  return [
    head,
    ...[...sections].map(([text, names]) => `${"=".repeat(100)}\n${[...names].join("\n")}\n\n${text}`),
  ].join("\n");
}

function bundledFolders(inputs: Metafile["outputs"][string]["inputs"]): string[] {
  return Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => {
    const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
    return folder !== undefined && bytesInOutput > 0 ? [folder] : [];
  });
}

function describe(root: string, folder: string): Bundled {
  const read = (file: string): string => readFileSync(join(root, folder, file), "utf8").replaceAll("\r\n", "\n");
  const { name, version, license, repository, main = "index.js" } = JSON.parse(read("package.json"));
  const files = readdirSync(join(root, folder)).sort();
  const texts = files.filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).map((file) => read(file).trim());
  const readme = files.find((file) => /^readme/i.test(file));
  const section =
    readme &&
    read(readme)
      .split(/^#+ *licen[cs]e.*$/im)[1]
      ?.split(/^#+ /m)[0]
      ?.trim();
  const text = texts.join("\n\n") || section || undefined;
  const notice = text === undefined ? /^\/\*!(.*?)\*\//s.exec(read(main))?.[1]?.trim() : undefined;
  return { name, version, license, source: addressOf(repository), text, notice };
}

/** What else a package holds, in the versions that it says that it was made from. */
function compiledIn(root: string, folder: string, packageName: string): Bundled[] {
  return (COMPILED[packageName] ?? []).map(({ name, license, text, archive }) => {
    const [source, version] = archive.exec(readFileSync(join(root, folder, "lib/provenance.json"), "utf8")) ?? [];
    if (source === undefined || version === undefined)
      throw new Error(`${packageName} no longer says which ${name} it holds`);
    return { name, version, license, source, text: readFileSync(join(root, text), "utf8").trim() };
  });
}

/** npm takes an object, an address, or `owner/name` of GitHub. */
function addressOf(repository: string | { readonly url: string }): string {
  const url = (typeof repository === "string" ? repository : repository.url)
    .replace(/^(git\+|git:\/\/)/, (prefix) => (prefix === "git+" ? "" : "https://"))
    .replace(/\.git$/, "");
  return /^(github:)?[\w.-]+\/[\w.-]+$/.test(url) ? `https://github.com/${url.replace("github:", "")}` : url;
}

/** Licences whose text is the same for everybody. */
const WITHOUT_NAMES = ["MPL-2.0", "Apache-2.0"];

function sharedText({ name, license, notice }: Bundled, packages: readonly Bundled[]): string {
  const text = packages.find((other) => other.license === license && other.text !== undefined)?.text;
  if (text !== undefined && WITHOUT_NAMES.includes(license)) return text;
  if (text === undefined || notice === undefined)
    throw new Error(`${name} is bundled, and holds no text of its licence (${license})`);
  return `${notice}\n\n${text.replaceAll(/^.*Copyright .*\n+/gm, "")}`;
}
