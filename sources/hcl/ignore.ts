import type { Acknowledgement } from "../../model/acknowledgement.ts";
import type { Place } from "../../model/finding.ts";
import type { Comment } from "./syntax.ts";

/** `# azureml-aks:ignore RULE until=DATE -- reason`, and where it stands. */
export interface IgnoreComment extends Acknowledgement {
  readonly place: Place;
  /** The line that it is about: the next one that is not a comment, or its own where it stands behind something. */
  readonly below: Pick<Place, "file" | "line">;
}

/** A comment that begins like one, and is not. */
export interface BrokenIgnore {
  readonly place: Place;
  readonly message: string;
}

/** What a comment that acknowledges a rule begins with. */
export const IGNORE = "azureml-aks:ignore";

/** The comments that acknowledge a rule for what stands below them. */
export function ignoreCommentsIn(comments: readonly Comment[]): {
  readonly ignores: readonly IgnoreComment[];
  readonly broken: readonly BrokenIgnore[];
} {
  const ignores: IgnoreComment[] = [];
  const broken: BrokenIgnore[] = [];
  // The line below each that stands alone, and below those that stand there.
  const lineBelow = new Map<string, number>();
  for (const { isAlone, place } of comments.toReversed()) {
    const next = place.line + 1;
    if (isAlone) lineBelow.set(`${place.file}:${place.line}`, lineBelow.get(`${place.file}:${next}`) ?? next);
  }
  for (const { text, place } of comments) {
    if (!text.startsWith(IGNORE)) continue;
    const { file, line } = place;
    const below = { file, line: lineBelow.get(`${file}:${line}`) ?? line };
    const [, rule, until, reason] =
      /^azureml-aks:ignore\s+([\w/-]+)(?:\s+until=(\S+))?\s+--\s+(\S.*)$/s.exec(text.replaceAll(/\s+/g, " ")) ?? [];
    if (rule === undefined || reason === undefined) broken.push({ place, message: "a rule and a reason are needed" });
    else if (until !== undefined && !isDate(until))
      broken.push({ place, message: `until is ${JSON.stringify(until.slice(0, 20))}, and a date is needed` });
    else ignores.push({ rule, reason: reason.trim(), ...(until === undefined ? {} : { until }), place, below });
  }
  return { ignores, broken };
}

function isDate(text: string): boolean {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  return date !== undefined && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
