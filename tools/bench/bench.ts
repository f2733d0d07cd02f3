import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { type Comparison, compare, FOLDER, type Program } from "./measure.ts";
import { performancePage } from "./performance-page.ts";
import { writePlan } from "./plan.ts";
import { type Figure, RESULTS } from "./results.ts";

/**
 * npm run bench [NAME...]: all figures, or those named. Each is a ratio of two programs that are run in turn, the
 * median of the pairs; it is printed, and written to tools/bench/results.json, from which docs/performance.md is made.
 */
const output = (name: string): string => join(FOLDER, name);
const ours = (...args: string[]): Program => ["tools/run.mjs", "cli", ...args];
const environments = (which: "ours" | "plain", count: number): Program => [
  "tools/run.mjs",
  "tools/bench/environments",
  which,
  String(count),
  output(`${which}-${count}`),
];

/** The hand-written program, compiled as a careful user compiles it: its packages stay where they are. */
async function compiledPlain(): Promise<Program> {
  const outfile = resolve("dist/bench/shipped-deep.cjs");
  await build({
    entryPoints: ["tools/bench/shipped-deep.ts"],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    logLevel: "error",
  });
  return [outfile, output("plain")];
}

/** The same program in a project as `cdktf init --template=typescript` makes it. */
function initialized(): Program {
  const project = output("initialized");
  mkdirSync(project);
  for (const name of ["shipped.ts", "shipped-root.ts", "deep-bindings.ts"]) {
    writeFileSync(join(project, name), readFileSync(join("tools/bench", name), "utf8").replaceAll('.ts";', '";'));
  }
  writeFileSync(join(project, "package.json"), "{}");
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        target: "ES2018",
        module: "CommonJS",
        moduleResolution: "node",
        strict: true,
        skipLibCheck: true,
        esModuleInterop: true,
        lib: ["es2021"],
      },
    }),
  );
  symlinkSync(resolve("node_modules"), join(project, "node_modules"));
  return [
    resolve("node_modules/ts-node/dist/bin.js"),
    "--cwd-mode",
    "--project",
    join(project, "tsconfig.json"),
    join(project, "shipped-root.ts"),
    output("initialized-out"),
  ];
}

function plan(): string {
  const file = output("plan.json");
  writePlan(file, 100, CLUSTERS);
  return file;
}

/** Attached clusters in the plan of 100 MB. The rest is about other things, as the plans of a platform are. */
const CLUSTERS = 100;

const parse = (file: string): Program => ["-e", `JSON.parse(require("fs").readFileSync(${JSON.stringify(file)}))`];
const empty: Program = ["-e", "0"];
const smallPlan = (): string => {
  const file = output("small.json");
  writePlan(file, 0.1, 1);
  return file;
};

const MEASURES: Readonly<Record<string, () => Promise<Comparison> | Comparison>> = {
  synth: async () => compare(ours("synth", "--output", output("synth")), await compiledPlain(), 20),
  "synth-cdktf-init": () => compare(initialized(), ours("synth", "--output", output("synth")), 10),
  "environments-1000": () => compare(environments("ours", 1000), environments("plain", 1000)),
  "environments-2000": () => compare(environments("ours", 2000), environments("ours", 1000)),
  check: () => compare(ours("check"), ours("synth", "--output", output("synth")), 20),
  "review-100-mb": () => {
    const file = plan();
    return compare(ours("review", file, "--format", `json=${output("review.json")}`), parse(file));
  },
  "run-task-100": () => {
    const file = output("plan-of-10-mb.json");
    writePlan(file, 10, 10);
    const runs = ["tools/run.mjs", "tools/bench/run-task", file, "100"];
    return compare(runs, ours("review", file, "--format", `json=${output("review.json")}`), 1);
  },
  "start-review": () => compare(ours("review", smallPlan()), empty, 20),
  "start-rules": () => compare(ours("rules"), empty, 20),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in MEASURES));
if (unknown.length > 0)
  throw new Error(`there is no figure ${unknown.join(", ")}: there are ${Object.keys(MEASURES).join(", ")}`);
const known = JSON.parse(readFileSync("tools/bench/results.json", "utf8")) as Record<string, Comparison>;
for (const { name, title, allowed, atLeast, memoryAllowed } of RESULTS as readonly Figure[]) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const result = await (MEASURES[name] as () => Promise<Comparison>)();
  known[name] = result;
  const bound = atLeast === undefined ? (allowed === undefined ? "" : `at most ${allowed}`) : `at least ${atLeast}`;
  process.stdout.write(
    `${name.padEnd(18)} ${result.time.toFixed(2).padStart(6)}  ${bound.padEnd(14)} memory ${result.memory.toFixed(2)}${memoryAllowed === undefined ? "" : ` (at most ${memoryAllowed})`}  ${title}\n`,
  );
  writeFileSync("tools/bench/results.json", `${JSON.stringify(known, null, 2)}\n`);
}
writeFileSync("docs/performance.md", performancePage());
