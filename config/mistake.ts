import type { Finding } from "../model/finding.ts";
import { shownText } from "../model/redaction.ts";
import type { Lines } from "./parse-yaml.ts";
import { shownKeys } from "./quoted.ts";

/** What is wrong in a configuration. */
export interface Mistake {
  /** Character in the file; absent where the file itself is wrong. */
  readonly offset?: number;
  readonly path?: string;
  readonly message: string;
  readonly advice?: string;
}

/** More than anybody reads: a wrong file gives a mistake for every line. */
export const MAX_MISTAKES = 1000;

/** Mistakes as findings, in the order of the file. */
export function findingsOf(mistakes: readonly Mistake[], file: string, lines?: Lines): Finding[] {
  // A key in `defaults` is found wrong in every environment that takes it.
  const unique = new Map(mistakes.map((mistake) => [`${mistake.offset} ${mistake.message}`, mistake]));
  const sorted = [...unique.values()].sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0));
  const findings = sorted.slice(0, MAX_MISTAKES).map((mistake) => findingOf(mistake, file, lines));
  if (sorted.length < MAX_MISTAKES) return findings;
  return [
    ...findings,
    findingOf({ message: "and more: the rest is left out", advice: "is this the right file?" }, file),
  ];
}

function findingOf({ offset, path, message, advice }: Mistake, file: string, lines?: Lines): Finding {
  const at = offset === undefined ? undefined : lines?.linePos(offset);
  return {
    rule: "config/invalid",
    verdict: "fail",
    level: "error",
    message: shownKeys(message),
    advice: advice && shownText(advice),
    // An empty text has no lines; its mistakes stand at the start.
    where: {
      file,
      ...(path ? { configPath: shownKeys(path) } : {}),
      ...(at ? { line: at.line || 1, column: at.col || 1 } : {}),
    },
  };
}
