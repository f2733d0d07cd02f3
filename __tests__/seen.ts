import { toDot } from "../diagram/dot.ts";
import { toMermaid } from "../diagram/mermaid.ts";
import { UserError } from "../errors/user-error.ts";
import { FORMAT_NAMES, rendererOf } from "../report/formats.ts";
import { reviewOf } from "../review/review.ts";
import { readPlanFile } from "../sources/plan/file.ts";
import { readPlan } from "../sources/plan/json.ts";
import type { Json } from "./helpers.ts";

const renderers = new Map(
  await Promise.all(FORMAT_NAMES.map(async (name) => [name as string, await rendererOf(name)] as const)),
);

/** All that anybody can see of a plan: reports in these formats, pictures, or the error. */
export function seen(plan: Json, formats: readonly string[]): string {
  try {
    const report = reviewOf(
      [{ name: "stack", file: "plan.json", plan: readPlan(readPlanFile(Buffer.from(JSON.stringify(plan)))) }],
      { today: "2026-11-26" },
    );
    const { before, after } = report.draw?.() ?? {};
    const pictures = [before, after].flatMap((graph) => (graph ? [toDot(graph), toMermaid(graph)] : []));
    return [...formats.map((format) => renderers.get(format)?.(report, { colour: false })), ...pictures].join("\n");
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}
