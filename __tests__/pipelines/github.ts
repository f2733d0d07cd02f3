import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import type { Json, Run } from "../helpers.ts";

/** What expressions of a workflow see: `github`, `inputs`, `steps`, `matrix` and so on. */
type Contexts = Readonly<Record<string, Json>>;

/** A step that was run, or why not. */
export interface StepRun extends Partial<Run> {
  readonly name: string;
  readonly outcome: "success" | "failure" | "skipped";
}

/** How the steps of a job or of a composite action are run. */
export interface RunnerOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly contexts: Contexts;
  /** What a step with `uses` does: whether it succeeds. */
  readonly use: (action: string, inputs: Json) => boolean;
}

/**
 * Runs steps as a runner of GitHub does: conditions and expressions by GitHub's own evaluator, scripts by bash with its
 * options, outputs from the file that a script writes them to.
 */
export function runSteps(steps: readonly Json[], { cwd, env, contexts, use }: RunnerOptions): StepRun[] {
  const runs: StepRun[] = [];
  const outputs: Record<string, Json> = {};
  let hasFailed = false;
  for (const [index, step] of steps.entries()) {
    const name = step.id ?? step.uses ?? `step ${index + 1}`;
    const seen = { ...contexts, steps: outputs, env: { ...contexts.env, ...env }, runner: { temp: env.RUNNER_TEMP } };
    const condition = String(step.if ?? "success()").replace(/^\$\{\{(.*)\}\}$/s, "$1");
    const needsSuccess = !/\b(always|failure|cancelled|success)\(/.test(condition);
    const holds = evaluate(
      condition.replace(/\balways\(\)/g, "true").replace(/\bsuccess\(\)/g, String(!hasFailed)),
      seen,
    );
    if ((needsSuccess && hasFailed) || holds !== true) {
      runs.push({ name, outcome: "skipped" });
      continue;
    }
    if (step.uses) {
      const isWell = use(step.uses, filled(step.with ?? {}, seen));
      hasFailed ||= !isWell;
      runs.push({ name, outcome: isWell ? "success" : "failure" });
      continue;
    }
    const output = join(env.RUNNER_TEMP as string, `output-${index}`);
    writeFileSync(output, "");
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", "-c", filled(step.run, seen)],
      {
        cwd,
        encoding: "utf8",
        env: { ...env, ...filled(step.env ?? {}, seen), GITHUB_OUTPUT: output },
      },
    );
    hasFailed ||= status !== 0;
    outputs[name] = { outputs: outputsOf(output), outcome: status === 0 ? "success" : "failure" };
    runs.push({ name, outcome: status === 0 ? "success" : "failure", status, stdout, stderr });
  }
  return runs;
}

function outputsOf(file: string): Record<string, string> {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  return Object.fromEntries(
    lines.filter((line) => line.includes("=")).map((line) => line.split(/=(.*)/s) as [string, string]),
  );
}

/** A value with its expressions evaluated. */
export function filled(value: Json, contexts: Contexts): Json {
  if (typeof value === "string") {
    const whole = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s.exec(value);
    if (whole) return evaluate(whole[1] as string, contexts);
    return value.replace(/\$\{\{(.*?)\}\}/gs, (_, expression) => String(evaluate(expression, contexts)));
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => filled(item, contexts));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, contexts)]));
}

function evaluate(expression: string, contexts: Contexts): Json {
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), []).parse();
  const dictionary = new data.Dictionary(
    ...Object.entries(contexts).map(([key, value]) => ({ key, value: dataOf(value) })),
  );
  return JSON.parse(JSON.stringify(new Evaluator(parsed, dictionary).evaluate(), data.replacer));
}

function dataOf(value: Json): data.ExpressionData {
  return JSON.parse(JSON.stringify(value ?? null), data.reviver);
}
