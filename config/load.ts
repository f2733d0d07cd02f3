import { STDIN } from "../files/stdin.ts";
import type { AcknowledgeableRule } from "../model/acknowledgement.ts";
import type { Finding, Place } from "../model/finding.ts";
import type { Change } from "../model/fix.ts";
import type { TextEdit } from "../model/text-edit.ts";
import { acknowledgementMistakes } from "./acknowledgement-mistakes.ts";
import { editsOf } from "./edit.ts";
import { mergeAll, select, selectionMistakes } from "./environments.ts";
import { emptyKeyMistakes, explain } from "./explain.ts";
import type { Located, LocatedMap } from "./located.ts";
import { type EmptyKey, place, plain } from "./merge.ts";
import { findingsOf, type Mistake } from "./mistake.ts";
import { nameMistakes } from "./name-mistakes.ts";
import { type ParsedYaml, parseYaml } from "./parse-yaml.ts";
import { readConfigText } from "./read.ts";
import { type Config, ConfigSchema, EnvironmentSchema } from "./schema.ts";

/** Where a key of the configuration was written. */
export interface ConfigPlace extends Place {
  /** The key, for example `environments.dev.workspace`. */
  readonly configPath: string;
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
  locate(path: readonly PropertyKey[]): ConfigPlace;
  /** The edits of its text that change a key; undefined where the key holds keys of its own. */
  edits(path: readonly PropertyKey[], change: Change): readonly TextEdit[] | undefined;
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
  /** Of a part of a file: which line of the whole a line is. Default: the text is the whole. */
  readonly lineOf?: (line: number) => number;
}

/** Reads and checks a configuration file, and reports all mistakes at once. */
export function loadConfig(file: string, options: LoadOptions): LoadResult {
  const text = readConfigText(file);
  const shown = file === STDIN ? "stdin" : file;
  return typeof text === "string"
    ? parseConfig(text, shown, options)
    : { ok: false, findings: findingsOf([text], shown) };
}

/** The same for text that is at hand; the file is only named. */
export function parseConfig(text: string, file: string, options: LoadOptions): LoadResult {
  const parsed = parseYaml(text, options.lineOf);
  const checked = check(parsed, options);
  // What could not be read is wrong for that reason alone.
  const unread = new Set(parsed.mistakes.map(({ offset }) => offset));
  const mistakes = [...parsed.mistakes, ...checked.mistakes.filter(({ offset }) => !unread.has(offset))];
  const { config, root } = checked;
  if (!config || mistakes.length > 0) return { ok: false, findings: findingsOf(mistakes, file, parsed.lines) };
  return {
    ok: true,
    loaded: {
      config,
      file,
      text,
      isWhole: (options.environments ?? []).length === 0 && options.lineOf === undefined,
      locate(path) {
        const { configPath, offset } = place(root, path);
        const { line, col } = parsed.lines.linePos(offset);
        return { configPath, file, line, column: col };
      },
      edits: (path, change) => editsOf(text, root, path, change)?.map((edit) => ({ file, ...edit })),
    },
  };
}

interface Checked {
  readonly config?: Config;
  readonly root: Located;
  readonly mistakes: readonly Mistake[];
}

function check({ root, mistakes }: ParsedYaml, options: LoadOptions): Checked {
  if (root?.kind === "map") return checkMap(root, options);
  if (!root || (root.kind === "scalar" && root.value === null)) {
    const nothing: Located = { kind: "map", entries: new Map(), path: "", offset: 0, size: 1 };
    return { root: nothing, mistakes: mistakes.length > 0 ? [] : [EMPTY] };
  }
  const message = `the configuration is ${root.kind === "list" ? "a list" : "plain text"}`;
  const advice = "give a map with the key `environments`, and `defaults` if you like";
  return { root, mistakes: [{ offset: 0, message, advice }] };
}

const EMPTY: Mistake = {
  offset: 0,
  message: "the configuration is empty",
  advice: "start with `azureml-aks init`, which writes a commented one",
};

function checkMap(root: LocatedMap, { rules, environments = [] }: LoadOptions): Checked {
  const mistakes: Mistake[] = [];
  const emptyKeys: EmptyKey[] = [];
  const selected = mergeAll(select(root, environments), mistakes, emptyKeys);
  const { data, error } = ConfigSchema.safeParse(plain(selected));
  return {
    config: data,
    root: selected,
    mistakes: [
      ...mistakes,
      ...emptyKeyMistakes(emptyKeys, EnvironmentSchema),
      ...nameMistakes(root),
      ...selectionMistakes(root, environments),
      ...acknowledgementMistakes(selected, rules),
      ...explain(error?.issues ?? [], selected, ConfigSchema, emptyKeys),
    ],
  };
}
