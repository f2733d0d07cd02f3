import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { writeArm, writeEnvironments, writeHcl } from "./inputs.ts";
import { type Comparison, compare, compareWithin, FOLDER, type Program, pointsOf } from "./measure.ts";
import { performancePage } from "./performance-page.ts";
import { writeManyResources, writePlan } from "./plan.ts";
import { CURVES, type Curve, type Measured, RESULTS } from "./results.ts";

/**
 * npm run bench [NAME...]: all figures, or those named. Each is a ratio of two programs that are run in turn, the
 * median of the pairs; it is printed, and written to tools/bench/results.json, from which docs/performance.md is made.
 */
const output = (name: string): string => join(FOLDER, name);
const ours = (...args: string[]): Program => ["tools/run.mjs", "cli", ...args];
const plainEnvironments = (count: number): Program => [
  "tools/run.mjs",
  "tools/bench/environments",
  String(count),
  output(`plain-${count}`),
];

/** What is written once, for each figure that reads it. */
function written(name: string, write: (file: string) => void): string {
  const file = output(name);
  if (!existsSync(file)) write(file);
  return file;
}

const environments = (count: number): string =>
  written(`environments-${count}.yaml`, (file) => writeEnvironments(file, count));
const plan = (megabytes: number, clusters: number): string =>
  written(`plan-of-${megabytes}-mb.json`, (file) => writePlan(file, megabytes, clusters));
const manyResources = (count: number): string =>
  written(`plan-of-${count}.json`, (file) => writeManyResources(file, count));
const arm = (bodies: number): string => written(`bodies-${bodies}.json`, (file) => writeArm(file, bodies));
const hcl = (lines: number): string => written(`hcl-${lines}`, (folder) => writeHcl(folder, lines));

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

/** Attached clusters in the plan of 100 MB. The rest is about other things, as the plans of a platform are. */
const CLUSTERS = 100;

const parse = (file: string): Program => ["-e", `JSON.parse(require("fs").readFileSync(${JSON.stringify(file)}))`];
const empty: Program = ["-e", "0"];
const smallPlan = (): string => plan(0.1, 1);
const review = (file: string): Program => ours("review", file, "--format", `json=${output("review.json")}`);

const MEASURES: Readonly<Record<string, () => Promise<Comparison> | Comparison>> = {
  synth: async () => compare(ours("synth", "--output", output("synth")), await compiledPlain(), 20),
  "synth-cdktf-init": () => compare(initialized(), ours("synth", "--output", output("synth")), 3),
  "check-1000": () => compare(ours("check", environments(1000)), plainEnvironments(1000), 7),
  "synth-1000": () =>
    compare(
      ours("synth", "--config", environments(1000), "--output", output("synth-1000")),
      plainEnvironments(1000),
      3,
    ),
  "check-2000": () => compare(ours("check", environments(2000)), ours("check", environments(1000)), 3),
  "one-of-1000": () =>
    compare(
      ours("check", "--config", environments(1000), "--environment", "env500"),
      ours("check", environments(1)),
      20,
    ),
  check: () => compare(ours("check"), ours("synth", "--output", output("synth")), 5),
  "review-100-mb": () => compare(review(plan(100, CLUSTERS)), parse(plan(100, CLUSTERS))),
  "review-380000": () => compare(review(manyResources(380_000)), parse(manyResources(380_000)), 5),
  "hcl-3000": () => compare(ours("check", hcl(3000)), ours("check", hcl(30)), 5),
  "audit-1000": () => compare(ours("audit", arm(1000)), ours("audit", arm(2)), 3),
  "run-task-100": () => {
    const file = plan(10, 10);
    return compare(["tools/run.mjs", "tools/bench/run-task", file, "100"], review(file), 1);
  },
  "language-server-edit": () =>
    compareWithin(["tools/run.mjs", "tools/bench/language-server", environments(1000)], ours("check", environments(1))),
  "start-review": () => compare(ours("review", smallPlan()), empty, 20),
  "start-rules": () => compare(ours("rules"), empty, 20),
};

/** How the time grows: the program for each size of a curve. */
const PROGRAMS: Readonly<Record<Curve["name"], (size: number) => Program>> = {
  "by-environments": (count) => ours("check", environments(count)),
  "by-resources": (count) => review(manyResources(count)),
  "by-megabytes": (megabytes) => review(plan(megabytes, megabytes)),
};

const asked = process.argv.slice(2);
const names = [...RESULTS, ...CURVES].map(({ name }) => name);
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`there is no figure ${unknown.join(", ")}: there are ${names.join(", ")}`);
const isAsked = ({ name }: { readonly name: string }): boolean => asked.length === 0 || asked.includes(name);
const known = JSON.parse(readFileSync("tools/bench/results.json", "utf8")) as Measured;
const keep = (): void => {
  // Figures that are no longer measured go.
  const kept = Object.fromEntries(names.flatMap((name) => (name in known ? [[name, known[name]]] : [])));
  writeFileSync("tools/bench/results.json", `${JSON.stringify(kept, null, 2)}\n`);
};
for (const { name, title, allowed, atLeast, memoryAllowed } of RESULTS.filter(isAsked)) {
  const result = await (MEASURES[name] as () => Promise<Comparison>)();
  known[name] = result;
  const bound = atLeast === undefined ? (allowed === undefined ? "" : `at most ${allowed}`) : `at least ${atLeast}`;
  process.stdout.write(
    `${name.padEnd(18)} ${result.time.toFixed(2).padStart(6)}  ${bound.padEnd(14)} memory ${result.memory.toFixed(2)}${memoryAllowed === undefined ? "" : ` (at most ${memoryAllowed})`}  ${title}\n`,
  );
  keep();
}
for (const { name, title, sizes } of CURVES.filter(isAsked)) {
  const points = pointsOf(sizes, PROGRAMS[name]);
  known[name] = points;
  process.stdout.write(
    `${name.padEnd(18)} ${points.map(({ size, time }) => `${size}: ${time}`).join(", ")}  ${title}\n`,
  );
  keep();
}
writeFileSync("docs/performance.md", performancePage());
