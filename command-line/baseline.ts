import { resolve } from "node:path";
import type { Argv } from "yargs";
import { UserError } from "../errors/user-error.ts";
import { FileProblem } from "../files/problem.ts";
import { readInput } from "../files/read.ts";
import { checkedOutput, writeOutput } from "../files/write.ts";
import { againstBaseline, type BaselineEntry, baselineOf } from "../report/baseline.ts";
import { exitStatus, LEVELS, type Report } from "../report/report.ts";
import { last } from "./options.ts";
import { say } from "./output.ts";

export interface BaselineArguments {
  readonly baseline?: string;
  readonly writeBaseline?: string;
}

/** Options of the commands that compare what they find with what was there before. */
export function baselineOptions<T>(args: Argv<T>): Argv<T & BaselineArguments> {
  const file = { type: "string", nargs: 1, requiresArg: true, coerce: last } as const;
  return args
    .option("baseline", { ...file, describe: "a file of findings that were there before: they do not count" })
    .option("write-baseline", {
      ...file,
      describe: "write what is found now into this file, as a baseline for later runs",
    }) as unknown as Argv<T & BaselineArguments>;
}

/** The report against the baseline that is given, or the one that is written now. */
export function withBaseline(report: Report, { baseline, writeBaseline }: BaselineArguments): Report {
  const known = baseline === undefined ? undefined : readBaseline(baseline);
  if (writeBaseline === undefined)
    return baseline === undefined || known === undefined ? report : againstBaseline(report, known, baseline);
  // Of what was read, a baseline alone may be written again.
  const options = { mayReplaceInput: baseline !== undefined && resolve(baseline) === resolve(writeBaseline) };
  checkedOutput(writeBaseline, options);
  // What is wrong with the configuration, or with a rule, is nothing to get used to.
  if (exitStatus(report, "never") !== 0) return report;
  const entries = baselineOf(report);
  const lines = entries.map((entry) => `    ${JSON.stringify(entry)}`).join(",\n");
  const text = `{\n  "version": ${VERSION},\n  "findings": [${lines === "" ? "" : `\n${lines}\n  `}]\n}\n`;
  writeOutput(writeBaseline, text, options);
  const count = entries.reduce((total, entry) => total + (entry.count ?? 1), 0);
  say(`${writeBaseline}: ${count} finding${count === 1 ? "" : "s"} written\n`);
  return againstBaseline(report, entries, writeBaseline);
}

const VERSION = 1;
const MAX_BYTES = 32 * 1024 * 1024;

function readBaseline(file: string): readonly BaselineEntry[] {
  const wrong = (what: string): UserError =>
    new UserError(`--baseline ${file}: ${what}; write one with --write-baseline ${file}`);
  try {
    const read: unknown = JSON.parse(readInput(file, { maxBytes: MAX_BYTES }).toString("utf8"));
    if (typeof read !== "object" || read === null || !("version" in read) || !("findings" in read))
      throw wrong("this is not a baseline");
    if (read.version !== VERSION)
      throw wrong(`this is a baseline of version ${String(read.version).slice(0, 20)}, and ${VERSION} is needed`);
    const { findings } = read;
    if (!Array.isArray(findings) || !findings.every(isEntry)) throw wrong("this is not a baseline");
    return findings;
  } catch (error) {
    if (error instanceof SyntaxError) throw wrong("this is not JSON");
    if (error instanceof FileProblem && error.reason === "missing") throw wrong("there is no such file");
    throw error;
  }
}

function isEntry(value: unknown): value is BaselineEntry {
  if (typeof value !== "object" || value === null) return false;
  const { rule, level, count = 1, ...place } = value as Record<string, unknown>;
  return (
    typeof rule === "string" &&
    (LEVELS as readonly unknown[]).includes(level) &&
    Number.isInteger(count) &&
    Object.entries(place).every(([key, part]) => PLACES.has(key) && typeof part === "string")
  );
}

const PLACES: ReadonlySet<string> = new Set(["stack", "address", "attribute", "place"]);
