import type { Place } from "./finding.ts";

/** What an attribute, or a key of the configuration, can be set to. */
export type FixValue = string | number | boolean | readonly (string | number)[];

/** What is done to an attribute or key: it is set, it is taken away (null), or it gets another name. */
export type Change = { readonly to: FixValue | null } | { readonly name: string };

/** What would resolve a finding, as its rule says it. Only a fix that is made of it, and proven, is shown to anybody. */
export interface Remedy {
  /** Of attributes, as their author wrote them. */
  readonly attributes: readonly (Change & {
    readonly stack: string;
    readonly address: string;
    readonly attribute: string;
  })[];
  /** Of keys below the cluster in the configuration. Default: the keys that the attributes come from. */
  readonly configuration?: Readonly<Record<string, FixValue | null>>;
}

/** A fix that is proven: with it the finding is gone, and no other has come. */
export interface Fix {
  /** What it does, in a few words. */
  readonly description: string;
  /** In the files, none within another. */
  readonly edits: readonly FixEdit[];
  /** The same as whole lines, for who shows them. */
  readonly lines: readonly FixLines[];
}

/** Lines of a file, and what they become. */
export interface FixLines {
  readonly file: string;
  /** The first and the last one. */
  readonly line: number;
  readonly endLine: number;
  /** Without the last line break. */
  readonly text: string;
}

/** A part of a file that becomes another text. Lines and columns begin at 1, and the end is not included. */
export interface FixEdit extends Place {
  readonly endLine: number;
  readonly endColumn: number;
  readonly text: string;
}
