import type { FileContent } from "../azure/certificate.ts";
import { FileProblem, type FileReason } from "../files/problem.ts";
import { readInput } from "../files/read.ts";
import { type AcknowledgeableRule, whyNotAcknowledged } from "../model/acknowledgement.ts";
import type { Finding } from "../model/finding.ts";
import { DEFAULT_CONFIG } from "./default-file.ts";
import { type Located, type LocatedMap, type ParsedFile, type Problem, parseYaml } from "./located.ts";
import { type EmptyKey, mergeDefaults, place, plain } from "./merge.ts";
import { isName, NAME_RULE, type StackKind, stackName } from "./names.ts";
import { emptyKeyProblems, explain, MAX_PROBLEMS } from "./problems.ts";
import { type Config, ConfigSchema, EnvironmentSchema } from "./schema.ts";

/** Far above any real configuration: 2,000 environments take about 1 MB. */
const MAX_BYTES = 5 * 1024 * 1024;

/** Where a key of the configuration was written. */
export interface Position {
  /** The key, for example `environments.dev.workspace`. */
  readonly configPath: string;
  /** The file, as the user named it. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
}

/** A configuration without mistakes, with `defaults` merged into every environment. */
export interface LoadedConfig {
  /** What it says. */
  readonly config: Config;
  /** The file, as the user named it. */
  readonly file: string;
  /** What is in it. */
  readonly text: string;
  /** False where only some environments were asked for. */
  readonly isWhole: boolean;
  /** Where a key was written: an absent key leads to its parent, a default to `defaults`. */
  locate(path: readonly PropertyKey[]): Position;
}

/** A configuration, or what is wrong with it. */
export type LoadResult =
  | {
      /** Whether there is nothing wrong. */
      readonly ok: true;
      /** The configuration. */
      readonly loaded: LoadedConfig;
    }
  | {
      readonly ok: false;
      /** Its mistakes, with their places. */
      readonly findings: readonly Finding[];
    };

/** What a configuration is read for. */
export interface LoadOptions {
  /** The rules that an acknowledgement may name. */
  readonly rules: readonly AcknowledgeableRule[];
  /** Only these environments; an unknown name is a mistake. Default: all. */
  readonly environments?: readonly string[];
}

/** Reads and checks a configuration file, and reports all mistakes at once. */
export function loadConfig(file: string, options: LoadOptions): LoadResult {
  const text = readText(file);
  return typeof text === "string"
    ? parseConfig(text, file, options)
    : invalid([{ message: text.message, advice: text.advice }], file);
}

/** The same for text that is at hand; the file is only named. */
export function parseConfig(text: string, file: string, options: LoadOptions): LoadResult {
  const parsed = parseYaml(text);
  const result = check(parsed, options);
  const problems = [...parsed.problems, ...result.problems];
  if (!result.config || problems.length > 0) return invalid(problems, file, parsed);
  const { config, root } = result;
  return {
    ok: true,
    loaded: {
      config,
      file,
      text,
      isWhole: (options.environments ?? []).length === 0,
      locate(path) {
        const { configPath, offset } = place(root, path);
        const { line, col } = parsed.lines.linePos(offset);
        return { configPath, file, line, column: col };
      },
    },
  };
}

interface Checked {
  readonly config?: Config;
  readonly root: Located;
  readonly problems: readonly Problem[];
}

function check(parsed: ParsedFile, options: LoadOptions): Checked {
  const { root } = parsed;
  const nothing: Located = { kind: "map", entries: new Map(), path: "", offset: 0, size: 1 };
  if (!root || (root.kind === "scalar" && root.value === null)) {
    const advice = "start with `azureml-aks init`, which writes a commented one";
    return {
      root: nothing,
      problems: parsed.problems.length > 0 ? [] : [{ offset: 0, message: "the configuration is empty", advice }],
    };
  }
  if (root.kind !== "map") {
    const is = root.kind === "list" ? "a list" : "plain text";
    return {
      root,
      problems: [
        {
          offset: 0,
          message: `the configuration is ${is}`,
          advice: "give a map with the key `environments`, and `defaults` if you like",
        },
      ],
    };
  }
  const problems: Problem[] = [];
  const emptyKeys: EmptyKey[] = [];
  const merged = mergeAll(root, problems, emptyKeys);
  problems.push(...emptyKeyProblems(emptyKeys, EnvironmentSchema));
  problems.push(
    ...nameProblems(merged),
    ...selectionProblems(merged, options),
    ...acknowledgementProblems(merged, options),
  );
  const selected = select(merged, options);
  const validated = ConfigSchema.safeParse(plain(selected));
  const wrong = validated.success ? [] : explain(validated.error.issues, selected, ConfigSchema);
  return { config: validated.data, root: selected, problems: problems.concat(wrong) };
}

/** `defaults` goes into every environment and is then gone: what remains is what is validated and built. */
function mergeAll(root: LocatedMap, problems: Problem[], emptyKeys: EmptyKey[]): LocatedMap {
  const entries = new Map(root.entries);
  const defaults = entries.get("defaults")?.value;
  entries.delete("defaults");
  if (defaults && defaults.kind !== "map" && !(defaults.kind === "scalar" && defaults.value === null)) {
    problems.push({
      offset: defaults.offset,
      path: defaults.path,
      message: "`defaults` is not a map",
      advice: "give it the keys of an environment",
    });
  }
  const environments = entries.get("environments");
  if (environments?.value.kind === "map") {
    const merged = new Map(environments.value.entries);
    for (const [name, entry] of merged) {
      const own = entry.value;
      const map =
        own.kind === "scalar" && own.value === null ? { ...own, kind: "map" as const, entries: new Map() } : own;
      if (map.kind !== "map") continue;
      merged.set(name, {
        key: entry.key,
        value: mergeDefaults(defaults?.kind === "map" ? defaults : undefined, map, emptyKeys),
      });
    }
    entries.set("environments", { key: environments.key, value: { ...environments.value, entries: merged } });
  }
  return { ...root, entries };
}

/** Names that cdktf, Terraform or a file system cannot bear, and names that would meet in one stack. */
function nameProblems(root: LocatedMap): Problem[] {
  const problems: Problem[] = [];
  const taken = new Map<string, string>();
  const bearable = (kind: string, name: string, at: { offset: number; path: string }): void => {
    if (!isName(name))
      problems.push({
        ...at,
        message: `the ${kind} name ${JSON.stringify(name)} cannot name a stack`,
        advice: NAME_RULE,
      });
  };
  const claim = (
    kind: StackKind,
    at: { offset: number; path: string },
    environment: string,
    cluster?: string,
  ): void => {
    const stack = stackName(kind, environment, cluster);
    const owner = taken.get(stack.toLowerCase());
    if (owner)
      problems.push({
        ...at,
        message: `\`${at.path}\` and \`${owner}\` would both be the stack ${stack}`,
        advice: "rename one of them",
      });
    else taken.set(stack.toLowerCase(), at.path);
  };
  for (const [environment, entry] of mapAt(root, "environments")) {
    bearable("environment", environment, entry.key);
    claim("workspace", entry.key, environment);
    if (entry.value.kind !== "map") continue;
    for (const [cluster, { key }] of mapAt(entry.value, "clusters")) {
      bearable("cluster", cluster, key);
      for (const kind of ["cluster", "attachment", "kubernetes", "manifests"] as const)
        claim(kind, key, environment, cluster);
    }
  }
  return problems;
}

/** Acknowledgements of rules that do not exist or cannot be acknowledged. */
function acknowledgementProblems(root: LocatedMap, { rules }: LoadOptions): Problem[] {
  const environments = maps(root, "environments");
  return [root, ...environments, ...environments.flatMap((environment) => maps(environment, "clusters"))].flatMap(
    (owner) => {
      const list = owner.entries.get("acknowledge")?.value;
      return (list?.kind === "list" ? list.items : []).flatMap((item): Problem[] => {
        const named = item.kind === "map" ? item.entries.get("rule")?.value : undefined;
        if (named?.kind !== "scalar" || typeof named.value !== "string") return [];
        const problem = whyNotAcknowledged(named.value, rules);
        return problem ? [{ offset: named.offset, path: named.path, ...problem }] : [];
      });
    },
  );
}

function maps(owner: LocatedMap, key: string): LocatedMap[] {
  return [...mapAt(owner, key).values()].flatMap(({ value }) => (value.kind === "map" ? [value] : []));
}

function selectionProblems(root: LocatedMap, { environments = [] }: LoadOptions): Problem[] {
  const known = [...mapAt(root, "environments").keys()];
  return environments
    .filter((name) => !known.includes(name))
    .map((name) => ({
      offset: place(root, ["environments"]).offset,
      message: `there is no environment ${JSON.stringify(name)}`,
      advice: `known: ${known.join(", ")}`,
    }));
}

function select(root: LocatedMap, { environments = [] }: LoadOptions): LocatedMap {
  const all = root.entries.get("environments");
  if (environments.length === 0 || all?.value.kind !== "map") return root;
  const chosen = new Map([...all.value.entries].filter(([name]) => environments.includes(name)));
  if (chosen.size === 0) return root;
  return {
    ...root,
    entries: new Map(root.entries).set("environments", { key: all.key, value: { ...all.value, entries: chosen } }),
  };
}

function mapAt(map: LocatedMap, key: string): LocatedMap["entries"] {
  const value = map.entries.get(key)?.value;
  return value?.kind === "map" ? value.entries : new Map();
}

function invalid(
  problems: readonly (Omit<Problem, "offset"> & { offset?: number })[],
  file: string,
  parsed?: ParsedFile,
): LoadResult {
  // A key in `defaults` is found wrong in every environment that takes it.
  const unique = new Map(problems.map((problem) => [`${problem.offset} ${problem.message}`, problem]));
  const sorted = [...unique.values()].sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0));
  const findings = sorted.slice(0, MAX_PROBLEMS).map(({ offset, path, message, advice }): Finding => {
    const at = offset === undefined || !parsed ? undefined : parsed.lines.linePos(offset);
    return {
      rule: "config/invalid",
      verdict: "fail",
      level: "error",
      message,
      advice,
      // An empty text has no lines; its mistakes stand at the start.
      where: {
        file,
        ...(path ? { configPath: path } : {}),
        ...(at ? { line: at.line || 1, column: at.col || 1 } : {}),
      },
    };
  });
  if (sorted.length >= MAX_PROBLEMS) {
    findings.push({
      rule: "config/invalid",
      verdict: "fail",
      level: "error",
      message: "and more: the rest is left out",
      advice: "is this the right file?",
      where: { file },
    });
  }
  return { ok: false, findings };
}

/** A certificate or a key: a few kilobytes of text. Nothing else is read. */
const MAX_PEM_BYTES = 1024 * 1024;

/** Bytes of a PEM file, or why there are none; never waits for a pipe, and never reads what is far too large. */
export function readPemFile(file: string): FileContent {
  try {
    return { bytes: readInput(file, { maxBytes: MAX_PEM_BYTES }) };
  } catch (error) {
    const problem = error instanceof FileProblem ? PEM_PROBLEMS[error.reason]?.(error) : undefined;
    if (problem === undefined) throw error;
    return { problem };
  }
}

const PEM_PROBLEMS: Readonly<Record<FileReason, ((problem: FileProblem) => string) | undefined>> = {
  missing: () => "does not exist",
  forbidden: () => "may not be read",
  folder: () => "is a directory",
  special: () => "is not a regular file",
  "too-large": (problem) => `has ${megabytes(problem, MAX_PEM_BYTES)}, and a PEM file has a few kilobytes`,
  other: undefined,
};

function megabytes({ size }: FileProblem, most: number): string {
  return size === undefined ? `more than ${most / 1024 / 1024} MB` : `${Math.ceil(size / 1024 / 1024)} MB`;
}

function readText(file: string): string | Omit<Problem, "offset"> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readInput(file, { maxBytes: MAX_BYTES }));
  } catch (error) {
    if (error instanceof TypeError) return { message: "this is not UTF-8 text", advice: "save the file as UTF-8" };
    const problem = error instanceof FileProblem ? fileProblem(file, error) : undefined;
    if (problem === undefined) throw error;
    return problem;
  }
}

function fileProblem(file: string, problem: FileProblem): Omit<Problem, "offset"> | undefined {
  switch (problem.reason) {
    case "missing":
      return {
        message: "there is no such file",
        advice: "write one with `azureml-aks init`, or name yours with --config FILE or AZUREML_AKS_CONFIG",
      };
    case "forbidden":
      return { message: "this file may not be read", advice: "give the user who runs this the right to read it" };
    case "folder":
      return {
        message: "this is a directory",
        advice: `name the file in it, for example ${file.replace(/\/$/, "")}/${DEFAULT_CONFIG}`,
      };
    case "special":
      return { message: "this is not a regular file", advice: "give the path of a YAML file" };
    case "too-large":
      return {
        message: `the file has ${megabytes(problem, MAX_BYTES)}`,
        advice: `a configuration has at most ${MAX_BYTES / 1024 / 1024} MB; is this the right file?`,
      };
    default:
      return undefined;
  }
}
