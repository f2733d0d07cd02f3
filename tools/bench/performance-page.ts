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

\`npm run bench\` measures whole processes, two in turn, and takes the median of the ratios of 3 to 20 pairs. A ratio holds on
any machine; milliseconds do not. \`npm run bench -- NAME\` measures one figure again.

| what | ratio of times | must stay | ratio of peak memory |
|---|---|---|---|
${rows.join("\n")}

## How it grows

Against the smallest size of each row.

${curves.join("\n\n")}

${NOTES}`;
}

const NOTES = `## Where the time goes

Profiles with \`node --cpu-prof\`, as shares of the whole.

**\`check\` of 1,000 environments.** Building the constructs takes a fifth, rendering them a fifth, reading the YAML file a sixth,
collecting garbage a seventh, the rules a seventh; loading code and the report are the rest. cdktf alone, for the same resources, takes
nearly twice as long, and by chance a fifth more or less: how its garbage is collected differs from run to run. Much of it is looking for
tokens in every value, in five ways each, and a stack trace for each token, in case that somebody asks where it was made. Here, plain
values are copied and cdktf resolves the rest (\`stacks/lean-tokens.ts\`; a property test compares both), and stacks that refer to no other
are not resolved a second time for what they might refer to. What is left of cdktf, its constructs and the snake case of their attributes,
with the garbage of both, is the floor for a generator on top of it: about a quarter of cdktf alone.

**\`check --environment\` of one in 1,000.** Nearly all of the time beyond a file of that one alone is YAML: the whole file must be
read, word by word, to find where one environment ends. Only those that are asked for are merged and checked.

**\`synth\` of the shipped configuration.** A third is loading code, a third is cdktf's own work, and the rest reads, judges and
writes. A program by hand that only makes the same resources loads some 200 files where this one loads a bundle.

**The start of \`review\`.** Node's own start is two fifths. The parser of options is a sixth: the time that \`--version\` takes beyond that of
Node. Compiling, linking and evaluating the 11 files that a review loads is a fifth, and judging, when no code is warm yet, a quarter. They were
52 files, and the examples of all rules were made at each start: what a review shares with other commands is three files now
(docs/adr/0003-bundle-on-first-run.md), and examples are made when somebody asks. The parser of options and loading the code take as long as Node's own start, and Node 20
keeps no compiled code between two starts: twice the time of \`node -e 0\` is the floor, without judging anything. What starts often, an editor or a run task, keeps its process: there an edit is judged again in a part of the time that any process takes to start.

**\`review\` of a large plan.** JSON.parse is more than half of it. Before that, one pass over the text counts its values and levels, as a
text that would take gigabytes is refused: a sixth of what JSON.parse takes. After that, each entry is looked at once, by its type, and read only
where a rule asks: most of such a plan is about other things. With 380,000 resources of 300 bytes, three objects for each resource and their
garbage take two fifths of what JSON.parse takes, and the search for secrets in each address a tenth. A secret must be found wherever it is, so every
address is looked at, and what holds it must be refused at once where it is no plan, so every entry is. That is the floor while each
resource is an object that a rule can ask.

**\`audit\`.** What Azure answers is read in the words of Terraform when a rule asks, and each answer is looked up once.
`;
