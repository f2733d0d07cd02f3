import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Everything that is written while measuring; removed at the end. */
export const FOLDER = mkdtempSync(join(tmpdir(), "azureml-aks-bench-"));
process.on("exit", () => rmSync(FOLDER, { recursive: true, force: true }));

/** A program that is measured as a whole process: arguments of node. */
export type Program = readonly string[];

export interface Comparison {
  /** Median of the ratios of the pairs, ours to theirs. */
  readonly time: number;
  readonly memory: number;
  /** Medians, in milliseconds and megabytes. */
  readonly ours: Run;
  readonly theirs: Run;
}

interface Run {
  readonly milliseconds: number;
  readonly megabytes: number;
}

/** Has each process say at its end how much memory it took. */
const PROBE = join(FOLDER, "probe.cjs");
writeFileSync(
  PROBE,
  `process.on("exit", () => require("fs").writeFileSync(process.env.BENCH_MEMORY, String(process.resourceUsage().maxRSS)));\n`,
);

/**
 * Runs two programs in turn, so that what else the machine does hits both alike. The first run of each warms the disk
 * up.
 */
export function compare(ours: Program, theirs: Program, pairs = 10): Comparison {
  for (const program of [ours, theirs]) run(program);
  const runs = Array.from({ length: pairs }, () => [run(ours), run(theirs)] as const);
  return {
    time: rounded(median(runs.map(([mine, other]) => mine.milliseconds / other.milliseconds))),
    memory: rounded(median(runs.map(([mine, other]) => mine.megabytes / other.megabytes))),
    ours: medianRun(runs.map(([mine]) => mine)),
    theirs: medianRun(runs.map(([, other]) => other)),
  };
}

/**
 * What a program measures within itself, against a whole process: it prints the milliseconds of each time as JSON. Its
 * memory is that of all it does.
 */
export function compareWithin(ours: Program, theirs: Program): Comparison {
  const { stdout, ...whole } = run(ours);
  const times = JSON.parse(stdout) as readonly number[];
  run(theirs);
  const other = medianRun(Array.from({ length: 5 }, () => run(theirs)));
  const milliseconds = median(times);
  return {
    time: rounded(milliseconds / other.milliseconds),
    memory: rounded(whole.megabytes / other.megabytes),
    ours: { milliseconds: Math.round(milliseconds), megabytes: Math.round(whole.megabytes) },
    theirs: other,
  };
}

/** The time and memory that a program takes for a size, against those for the first size. */
export interface Point {
  readonly size: number;
  readonly time: number;
  readonly memory: number;
}

/** Runs a program for each of several sizes, all of them in turn. The first round warms the disk up. */
export function pointsOf(sizes: readonly number[], programOf: (size: number) => Program, rounds = 3): Point[] {
  const programs = sizes.map(programOf);
  for (const program of programs) run(program);
  const runs = Array.from({ length: rounds }, () => programs.map(run));
  const medians = sizes.map((_, at) => medianRun(runs.map((round) => round[at] as Run)));
  const [first] = medians as [Run];
  return medians.map(({ milliseconds, megabytes }, at) => ({
    size: sizes[at] as number,
    time: rounded(milliseconds / first.milliseconds),
    memory: rounded(megabytes / first.megabytes),
  }));
}

function run(program: Program): Run & { readonly stdout: string } {
  const memory = join(FOLDER, "memory");
  const start = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--require", PROBE, ...program], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    env: { ...process.env, BENCH_MEMORY: memory, CHECKPOINT_DISABLE: "1", CI: "1" },
  });
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  // A report with findings is a result too.
  if (status !== 0 && status !== 1) throw new Error(`node ${program.join(" ")} ended with ${status}: ${stderr}`);
  return { milliseconds, megabytes: Number(readFileSync(memory, "utf8")) / 1024, stdout };
}

function medianRun(runs: readonly Run[]): Run {
  return {
    milliseconds: Math.round(median(runs.map(({ milliseconds }) => milliseconds))),
    megabytes: Math.round(median(runs.map(({ megabytes }) => megabytes))),
  };
}

function rounded(ratio: number): number {
  return Math.round(ratio * 100) / 100;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
