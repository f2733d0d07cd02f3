import type { Change, FixValue } from "../model/fix.ts";
import type { TextEdit } from "../model/text-edit.ts";

/** Edits that may resolve a finding: whether they do is to be proven. */
export interface Proposal {
  /** What they do, in a few words. */
  readonly description: string;
  readonly edits: readonly TextEdit[];
}

interface NamedChange {
  /** The attribute or key. */
  readonly name: string;
  readonly change: Change;
  /** Undefined where it cannot be made. */
  readonly edits: readonly TextEdit[] | undefined;
}

/** The changes as one; undefined where one of them cannot be made, or there is nothing to change. */
export function proposalOf(changes: readonly NamedChange[]): Proposal | undefined {
  const edits: TextEdit[] = [];
  for (const { edits: own } of changes) {
    if (!own) return undefined;
    edits.push(...own);
  }
  const made = changes.filter(({ edits }) => edits?.length);
  if (made.length === 0) return undefined;
  return { description: made.map(({ name, change }) => inWords(name, change)).join(", "), edits };
}

function inWords(name: string, change: Change): string {
  if ("name" in change) return `rename ${name} to ${change.name}`;
  return change.to === null ? `remove ${name}` : `set ${name} to ${shown(change.to)}`;
}

function shown(value: FixValue): string {
  return typeof value === "object" ? `[${value.join(", ")}]` : String(value);
}
