import { readFileSync } from "node:fs";
import type { Comparison } from "./measure.ts";
import { RESULTS } from "./results.ts";

/** docs/performance.md: the figures of the last benchmark, and what stands behind them. */
export function performancePage(): string {
  const measured = JSON.parse(readFileSync("bench/results.json", "utf8")) as Record<string, Comparison>;
  const rows = RESULTS.map(({ name, title, allowed, atLeast, memoryAllowed }) => {
    const result = measured[name];
    if (!result) return `| ${title} | not measured | | |`;
    const bound = atLeast === undefined ? (allowed === undefined ? "" : `at most ${allowed}`) : `at least ${atLeast}`;
    const memory = `${result.memory.toFixed(2)}${memoryAllowed === undefined ? "" : ` (at most ${memoryAllowed})`}`;
    return `| ${title} | **${result.time.toFixed(2)}** | ${bound} | ${memory} |`;
  });
  return `<!-- Written by \`npm run bench\` from bench/results.json and bench/performance-page.ts. -->
# Performance

\`npm run bench\` measures whole processes, two in turn, and takes the median of the ratios of ten or twenty pairs. A ratio holds on
any machine; milliseconds do not. \`npm run bench -- NAME\` measures one figure again.

| what | ratio of times | asked | ratio of peak memory |
|---|---|---|---|
${rows.join("\n")}

${NOTES}`;
}

const NOTES = readFileSync("bench/notes.md", "utf8");
