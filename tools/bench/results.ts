/** A figure of the benchmark. */
export interface Figure {
  readonly name: string;
  /** What is measured against what. */
  readonly title: string;
  /** The ratio of times that is allowed. */
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
    allowed: 1.5,
  },
  {
    name: "synth-cdktf-init",
    title: "the same program as `cdktf init` sets it up (ts-node, root imports), against `synth`",
    atLeast: 8,
  },
  {
    name: "environments-1000",
    title: "1,000 environments in one app, rules included, against plain cdktf with the same resources",
    allowed: 1.3,
    memoryAllowed: 1.5,
  },
  { name: "environments-2000", title: "2,000 environments against 1,000", allowed: 2.2 },
  { name: "check", title: "`check` against `synth`" },
  {
    name: "review-100-mb",
    title: "`review` of a plan of 100 MB against JSON.parse of it",
    allowed: 2,
    memoryAllowed: 2,
  },
  {
    name: "run-task-100",
    title:
      "`run-task` with 100 runs at once and plans of 10 MB, two judged at a time, against `review` of one such plan",
    allowed: 100,
    memoryAllowed: 4,
  },
  { name: "start-review", title: "`review` of a small plan against `node -e 0`", allowed: 4 },
  { name: "start-rules", title: "`rules` against `node -e 0`", allowed: 4 },
];
