import { readFileSync } from "node:fs";
import type { Comparison, Point } from "./measure.ts";
import { CURVES, type Measured, RESULTS } from "./results.ts";

/** docs/performance.md: the figures of the last benchmark, and what stands behind them. */
export function performancePage(): string {
  const measured = JSON.parse(readFileSync("tools/bench/results.json", "utf8")) as Measured;
  const rows = RESULTS.map(({ name, title, allowed, atLeast, memoryAllowed }) => {
    const result = measured[name] as Comparison | undefined;
    if (!result) return `| ${title} | not measured | | |`;
    const bound = atLeast === undefined ? (allowed === undefined ? "" : `at most ${allowed}`) : `at least ${atLeast}`;
    const memory = `${result.memory.toFixed(2)}${memoryAllowed === undefined ? "" : ` (at most ${memoryAllowed})`}`;
    return `| ${title} | **${result.time.toFixed(2)}** | ${bound} | ${memory} |`;
  });
  const curves = CURVES.map(({ name, title, unit, sizes }) => {
    const points = (measured[name] ?? []) as readonly Point[];
    const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
    const cell = (size: number, of: "time" | "memory"): string =>
      points.find((point) => point.size === size)?.[of].toFixed(2) ?? "not measured";
    return [
      row([title, ...sizes.map((size) => `${size.toLocaleString("en")} ${unit}`)]),
      row(["---", ...sizes.map(() => "---")]),
      row(["time", ...sizes.map((size) => cell(size, "time"))]),
      row(["peak memory", ...sizes.map((size) => cell(size, "memory"))]),
    ].join("\n");
  });
  return `<!-- Written by \`npm run bench\` from tools/bench/results.json and tools/bench/performance-page.ts. -->
# Performance

\`npm run bench\` measures whole processes, two in turn, and takes the median of the ratios of ten or twenty pairs. A ratio holds on
any machine; milliseconds do not. \`npm run bench -- NAME\` measures one figure again.

| what | ratio of times | asked | ratio of peak memory |
|---|---|---|---|
${rows.join("\n")}

## How it grows

Against the smallest size of each row.

${curves.join("\n\n")}

${NOTES}`;
}

const NOTES = `## Where the time goes

\`synth\` of the shipped configuration, profiled with \`node --cpu-prof\`: a fifth is loading code (cdktf alone is a twentieth), a third is
cdktf's own work (building constructs, resolving tokens, rendering JSON, which the program by hand does too), a twelfth is garbage
collection. What is ours alone, reading and checking the YAML file, building the picture of all resources, judging it by every
rule and writing, is about a sixth. The floor is cdktf: a program that only makes the same resources takes as long, because it
loads some 200 files where this one loads a bundle.

\`review\` of a large plan is JSON.parse first. Then every entry is looked at once, and read only where a rule asks: most of such a
plan is about other things. That nothing in the configuration is a private key must be seen everywhere, and is the largest part
of the rest.

Many environments: cdktf resolves every token of every stack, and takes nine tenths of the time. It also writes a stack trace for
each token, in case that somebody asks where it was made: that was a third of it, and is left out here
(\`stacks/without-traces.ts\`). The rules see all stacks in one picture, with indices by type,
address and ID, so that twice the environments take twice the time.
`;
