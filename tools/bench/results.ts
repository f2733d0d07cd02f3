import type { Comparison, Point } from "./measure.ts";

/** What tools/bench/results.json holds. */
export type Measured = { [name: string]: Comparison | readonly Point[] };

/** How time and memory grow. */
export interface Curve {
  readonly name: "by-environments" | "by-resources" | "by-megabytes";
  readonly title: string;
  /** What the sizes count. */
  readonly unit: string;
  readonly sizes: readonly number[];
}

export const CURVES: readonly Curve[] = [
  {
    name: "by-environments",
    title: "`check` of many environments",
    unit: "environments",
    sizes: [250, 500, 1000, 2000],
  },
  {
    name: "by-resources",
    title: "`review` of a plan of many small resources",
    unit: "resources",
    sizes: [47_500, 95_000, 190_000, 380_000],
  },
  {
    name: "by-megabytes",
    title: "`review` of a plan with an attached cluster for each MB",
    unit: "MB",
    sizes: [12, 25, 50, 100],
  },
];

/** A figure of the benchmark. */
export interface Figure {
  readonly name: string;
  /** What is measured against what. */
  readonly title: string;
  /** The ratio of times that may not get worse. */
  readonly allowed?: number;
  /** The ratio of times that is asked for, where more is better. */
  readonly atLeast?: number;
  /** The ratio of peak memory that is allowed. */
  readonly memoryAllowed?: number;
}

export const RESULTS: readonly Figure[] = [
  {
    name: "synth",
    title:
      "`synth` of the shipped configuration, rules included, against a plain cdktf program by hand with the same resources",
    allowed: 1,
  },
  {
    name: "synth-cdktf-init",
    title: "the same program as `cdktf init` sets it up (ts-node, root imports), against `synth`",
    atLeast: 8,
  },
  {
    name: "check-1000",
    title: "`check` of 1,000 environments, by every rule, against plain cdktf with the same resources",
    allowed: 0.7,
  },
  {
    name: "synth-1000",
    title: "`synth` of 1,000 environments, by every rule, against plain cdktf with the same resources",
    allowed: 1,
    memoryAllowed: 2,
  },
  { name: "check-2000", title: "`check` of 2,000 environments against 1,000", allowed: 2.2 },
  {
    name: "one-of-1000",
    title: "`check --environment` of one in a file of 1,000 environments, against a file of that one alone",
    allowed: 2.5,
  },
  { name: "check", title: "`check` against `synth`" },
  {
    name: "review-100-mb",
    title: "`review` of a plan of 100 MB against JSON.parse of it",
    allowed: 2.5,
    memoryAllowed: 2,
  },
  {
    name: "review-380000",
    title: "`review` of a plan of 100 MB made of 380,000 small resources, against JSON.parse of it",
    allowed: 2,
    memoryAllowed: 1.5,
  },
  { name: "hcl-3000", title: "`check` of 3,000 lines of Terraform against 30 lines" },
  { name: "audit-1000", title: "`audit` of what Azure answers of 500 attached clusters, against one" },
  {
    name: "run-task-100",
    title:
      "`run-task` with 100 runs at once and plans of 10 MB, two judged at a time, against `review` of one such plan",
    allowed: 100,
    memoryAllowed: 4,
  },
  {
    name: "language-server-edit",
    title:
      "an edit of one of 1,000 environments in `language-server`, until its diagnostics are there, against `check` of a configuration of one",
    allowed: 0.5,
  },
  { name: "start-review", title: "`review` of a small plan against `node -e 0`", allowed: 3 },
  { name: "start-rules", title: "`rules` against `node -e 0`", allowed: 3 },
];
