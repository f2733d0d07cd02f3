import { basename, dirname, relative, resolve, sep } from "node:path";
import { graphOf } from "../diagram/graph.ts";
import { FileProblem } from "../files/problem.ts";
import { isFolder, namesIn, readInput } from "../files/read.ts";
import { acknowledgeFinding, unusedAcknowledgement, whyNotAcknowledged } from "../model/acknowledgement.ts";
import { byPlace, type Finding, type Where } from "../model/finding.ts";
import { Model } from "../model/model.ts";
import type { Resource, ResourceParts } from "../model/resource.ts";
import { steps } from "../model/value.ts";
import type { Report } from "../report/report.ts";
import { BUILT_IN, type BuiltInId } from "../rules/built-in.ts";
import { RULES, rulesOf } from "../rules/catalogue.ts";
import { judge } from "../rules/judge.ts";
import { notJudged } from "../rules/not-judged.ts";
import type { Rule } from "../rules/rule.ts";
import { loadHclParser } from "../sources/hcl/grammar.ts";
import { fileIn, type ReadHcl, readHcl } from "../sources/hcl/hcl.ts";
import type { IgnoreComment } from "../sources/hcl/ignore.ts";
import { type Proposal, proposalOf } from "./proposal.ts";

/** Folders and files of Terraform that are judged together, and what is given beside them. */
export interface HclOptions {
  /** Folders, or `.tf` and `.tf.json` files. */
  readonly paths: readonly string[];
  /** Folders that may not be there yet, with files that are given as changed. */
  readonly newFolders?: readonly string[];
  /** Files of variables, in the order in which they count. */
  readonly variableFiles?: readonly string[];
  /** Variables by name. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Reads folders and files of Terraform without a plan: the stack of each folder, and what the reader has to say. */
export async function readHclFolders(options: HclOptions): Promise<ReadHcl[]> {
  return (await hclReader(options))();
}

/** Texts of files that are not, or not yet, what is on the disk: by their names. */
export type ChangedTexts = ReadonlyMap<string, string>;

/** Reads them as often as their texts change; what is on the disk is read once. */
export async function hclReader({
  paths,
  newFolders = [],
  variableFiles = [],
  variables,
}: HclOptions): Promise<(changed?: ChangedTexts) => ReadHcl[]> {
  const parse = await loadHclParser();
  const read = (file: string): string => readInput(file, { maxBytes: MAX_BYTES }).toString("utf8");
  const given = variableFiles.map((file) => ({ file, text: read(file) }));
  const folders = [...foldersOf(paths), ...newFolders.map((folder) => [folder, undefined] as const)];
  const known = new Map<string, ReadonlyMap<string, string> | undefined>();
  const onDisk = (folder: string): ReadonlyMap<string, string> | undefined => {
    if (!known.has(folder)) known.set(folder, readFolder(folder));
    return known.get(folder);
  };
  return (changed = new Map()) => {
    const textsIn = (folder: string): ReadonlyMap<string, string> | undefined => {
      const texts = new Map(onDisk(folder));
      // Also those that are not on the disk yet.
      for (const [file, text] of changed) {
        const name = file.slice(file.lastIndexOf("/") + 1);
        if (fileIn(folder, name) === file) texts.set(name, text);
      }
      return texts.size > 0 || onDisk(folder) ? texts : undefined;
    };
    const variableTexts = given.map(({ file, text }) => ({ file, text: changed.get(file) ?? text }));
    return folders.map(([folder, only]) =>
      readHcl(
        { name: basename(resolve(folder)), folder, only, variableFiles: variableTexts, variables },
        textsIn,
        parse,
      ),
    );
  };
}

/** Reads Terraform without a plan, and asks every rule about it. `today` is an ISO date. */
export async function assessHcl(options: HclOptions, today: string): Promise<Report> {
  return reportOfHcl(await readHclFolders(options), today);
}

/** The edits that the remedy of a finding comes to; undefined where something of it is no literal of these files. */
export function hclProposer(folders: readonly ReadHcl[]): (finding: Finding) => Proposal | undefined {
  let resources: ReadonlyMap<string, ResourceParts> | undefined;
  return ({ remedy }) => {
    resources ??= new Map(
      folders.flatMap(({ stack }) => stack.resources.map((parts) => [`${parts.stack} ${parts.address}`, parts])),
    );
    return (
      remedy &&
      proposalOf(
        remedy.attributes.map(({ stack, address, attribute, ...change }) => ({
          name: attribute,
          change,
          edits: resources?.get(`${stack} ${address}`)?.edits?.(attribute, change),
        })),
      )
    );
  };
}

/** Asks every rule about Terraform that was read, all of it together. `today` is an ISO date. */
export function reportOfHcl(folders: readonly ReadHcl[], today: string, own: readonly Rule[] = RULES): Report {
  const model = new Model(folders.map(({ stack }) => stack));
  const rules = rulesOf("synthesis", own);
  const { findings, checked, asked } = judge(model, rules, { today });
  const resources = new Map(model.resources.map((resource) => [`${resource.stack} ${resource.address}`, resource]));
  const resourceOf = ({ stack, address }: Where): Resource | undefined => resources.get(`${stack} ${address}`);
  const ignores = folders.flatMap(({ ignores }) => ignores);
  const used = new Set<IgnoreComment>();
  const all = findings.map((finding): Finding => {
    const { places, ...located } = withPlace(finding, resourceOf(finding.where));
    const above = ignores.filter(({ below }) => places.has(`${below.file}:${below.line}`));
    const { finding: judged, acknowledgement } = acknowledgeFinding(located, above, today);
    for (const ignore of above) if (ignore === acknowledgement) used.add(ignore);
    return judged;
  });
  return {
    findings: [
      ...all,
      ...notJudged(model, "name the folder of its attachment beside this one"),
      ...folders.flatMap(readerFindings),
      ...ignoreFindings(ignores, used, own),
    ].sort(byPlace),
    checked,
    rules: asked,
    date: today,
    stacks: model.stacks,
    origin: "terraform",
    draw: () => ({ after: graphOf(model) }),
  };
}

/** Each folder once, with the files that were asked for where it is not the whole. */
function foldersOf(paths: readonly string[]): ReadonlyMap<string, readonly string[] | undefined> {
  const folders = new Map<string, string[] | undefined>();
  for (const path of paths) {
    if (isFolder(path)) folders.set(path, undefined);
    else if (!folders.has(dirname(path))) folders.set(dirname(path), [basename(path)]);
    else folders.get(dirname(path))?.push(basename(path));
  }
  return folders;
}

/** More than a folder of Terraform holds. */
const MAX_BYTES = 32 * 1024 * 1024;

/** The files of a folder that Terraform reads; a link is followed, and a pipe or what is far too large is not read. */
function readFolder(folder: string): ReadonlyMap<string, string> | undefined {
  const names = namesIn(folder)?.filter((name) => /\.(tf|tf\.json|tfvars|tfvars\.json)$|^modules\.json$/.test(name));
  return names && new Map(names.flatMap((name) => textOf(`${folder}/${name}`, name)));
}

function textOf(file: string, name: string): [name: string, text: string][] {
  try {
    return [[name, readInput(file, { maxBytes: MAX_BYTES }).toString("utf8")]];
  } catch (error) {
    if (error instanceof FileProblem && ["folder", "special", "too-large"].includes(error.reason)) return [];
    throw error;
  }
}

/**
 * The finding at its line, and every line that it stands in: that of its attribute, of the blocks around it, of the
 * resource.
 */
function withPlace(
  finding: Finding,
  resource: Resource | undefined,
): Finding & { readonly places: ReadonlySet<string> } {
  const { attribute = "" } = finding.where;
  const placeOf = resource?.parts.place;
  if (!placeOf) return { ...finding, places: new Set() };
  const all = steps(attribute);
  const paths = all.map((_, index) =>
    all
      .slice(0, index + 1)
      .map((step) => (typeof step === "number" ? `[${step}]` : `["${step}"]`))
      .join(""),
  );
  const places = ["", ...paths].map((path) => placeOf(path));
  return {
    ...finding,
    where: { ...finding.where, ...shownPlace(placeOf(attribute)) },
    places: new Set(places.map(({ file, line }) => `${file}:${line}`)),
  };
}

function shownPlace({
  file,
  line,
  column,
}: Pick<Where, "file" | "line" | "column">): Pick<Where, "file" | "line" | "column"> {
  return { ...(file === undefined ? {} : { file: shownFile(file) }), line, column };
}

/** As the user would name it, with slashes. */
export function shownFile(file: string): string {
  return (relative(".", file) || file).split(sep).join("/");
}

/** What the reader has to say: what it could not read, and what is not judged. */
function readerFindings({ errors, notExpanded, brokenIgnores, stack }: ReadHcl): Finding[] {
  return [
    ...errors.map((place) =>
      builtIn(
        "hcl/unreadable",
        "this cannot be read as Terraform's language",
        "run `terraform validate` for the reason; what stands here is not judged",
        {
          stack: stack.name,
          ...shownPlace(place),
        },
      ),
    ),
    ...notExpanded.map(
      ({ address, place, references }): Finding => ({
        ...(address.split(".").at(-2) === "module" && references.length === 0
          ? builtIn(
              "hcl/not-judged",
              `${address} is not judged: the files of this module are not here`,
              "run `terraform init` in this folder, then check it again",
              {},
            )
          : builtIn(
              "hcl/not-judged",
              `${address} is not judged: how many there are is not known${references.length > 0 ? ` (it comes from ${references.slice(0, 5).join(", ")})` : ""}`,
              "give the variables that decide it, with --var or --var-file, or review a plan",
              {},
            )),
        verdict: "unknown",
        where: { stack: stack.name, address, ...shownPlace(place) },
      }),
    ),
    ...brokenIgnores.map(({ place, message }) =>
      builtIn(
        "acknowledgement/invalid",
        `this acknowledgement is not one: ${message}`,
        "write # azureml-aks:ignore RULE until=2027-06-30 -- reason; until may be left out",
        shownPlace(place),
      ),
    ),
  ];
}

/** Comments of rules that cannot be acknowledged, and those that acknowledge nothing. */
function ignoreFindings(
  ignores: readonly IgnoreComment[],
  used: ReadonlySet<IgnoreComment>,
  rules: readonly Rule[],
): Finding[] {
  return ignores.flatMap((ignore) => {
    const problem = whyNotAcknowledged(ignore.rule, rules);
    if (problem)
      return [builtIn("acknowledgement/invalid", problem.message, problem.advice ?? "", shownPlace(ignore.place))];
    return used.has(ignore) || !rules.some(({ id }) => id === ignore.rule)
      ? []
      : [unusedAcknowledgement(`the comment about ${ignore.rule}`, shownPlace(ignore.place))];
  });
}

function builtIn(rule: BuiltInId, message: string, advice: string, where: Where): Finding {
  return { rule, verdict: "fail", level: BUILT_IN[rule].level, message, advice, where };
}
