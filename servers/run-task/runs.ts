import { UserError } from "../../errors/user-error.ts";
import { shownText } from "../../model/redaction.ts";
import { fetchPlan, sendResult } from "./client.ts";
import { Judges, type Judging } from "./judges.ts";
import type { Outcome, TaskResult } from "./outcomes.ts";
import type { RunTaskRequest } from "./request.ts";
import { Slots } from "./slots.ts";

/** How runs are judged. */
export interface RunOptions extends Judging {
  /** How many plans are fetched and judged at a time. */
  readonly concurrency: number;
  /** How long fetching and judging one plan may take, in milliseconds. */
  readonly timeout: number;
  readonly log: Log;
}

/** What happened, for whoever runs the server. Nothing secret is in it. */
export type Log = (event: string, fields?: Readonly<Record<string, string | number | undefined>>) => void;

/** HCP Terraform waits ten minutes for a result, and its token lives as long. */
const DEADLINE = 9 * 60_000;

/** More than this wait for HCP Terraform to ask again. */
const MAX_WAITING = 1000;

/** How many results are remembered, so that a run is judged once however often HCP Terraform asks. */
const MAX_REMEMBERED = 10_000;

/** Judges the plans of runs one after the other, so many at a time, and tells HCP Terraform what comes of each. */
export class Runs {
  private readonly slots: Slots;
  private readonly judges: Judges;
  private readonly active = new Map<string, Promise<void>>();
  private readonly done = new Set<string>();
  private readonly stopped = new AbortController();

  constructor(private readonly options: RunOptions) {
    this.slots = new Slots(options.concurrency);
    this.judges = new Judges(options);
  }

  /** How many plans are judged, and how many wait. */
  get load(): { readonly judged: number; readonly waiting: number } {
    return { judged: this.slots.taken, waiting: this.slots.waiting };
  }

  /** Takes a run, unless it was taken before. False where there is no room for it now. */
  take(request: RunTaskRequest): boolean {
    const id = request.taskResultId;
    if (this.active.has(id) || this.done.has(id)) {
      this.options.log("repeated", fieldsOf(request));
      return true;
    }
    if (this.slots.waiting >= MAX_WAITING) return false;
    this.options.log("taken", fieldsOf(request));
    const run = this.run(request).finally(() => this.active.delete(id));
    this.active.set(id, run);
    return true;
  }

  /** Waits for the runs that were taken. Those that take longer than the milliseconds given are told so. */
  async stop(grace: number): Promise<void> {
    const end = setTimeout(
      () =>
        this.stopped.abort(new UserError("was not judged: the run task was stopped meanwhile. Start the run again")),
      grace,
    );
    await Promise.all(this.active.values());
    clearTimeout(end);
    await this.judges.close();
  }

  private async run(request: RunTaskRequest): Promise<void> {
    const { log } = this.options;
    const started = performance.now();
    const result = await this.resultOf(request);
    try {
      await this.send(request, result);
      this.remember(request.taskResultId);
      const milliseconds = Math.round(performance.now() - started);
      log("answered", { ...fieldsOf(request), status: result.status, message: result.message, milliseconds });
    } catch (error) {
      // It is not remembered: where HCP Terraform asks again, it is judged again.
      log("not answered", { ...fieldsOf(request), problem: `the result ${sentenceOf(error)}` });
    }
  }

  private async resultOf(request: RunTaskRequest): Promise<TaskResult> {
    const { planUrl, stage } = request;
    if (stage === "post_apply") return passed("0 problems: nothing is judged after the apply");
    if (planUrl === undefined)
      return passed(`0 problems: at the stage ${stage} there is no plan yet. Use this run task after the plan`);
    try {
      return await this.judged(request, planUrl);
    } catch (error) {
      if (!(error instanceof UserError))
        this.options.log("bug", {
          ...fieldsOf(request),
          problem: error instanceof Error ? error.stack : String(error),
        });
      return { status: "failed", message: `The plan ${sentenceOf(error)}`, outcomes: [] };
    }
  }

  private async judged(request: RunTaskRequest, planUrl: URL): Promise<TaskResult> {
    const { maxBytes, timeout } = this.options;
    const late = `was not judged within ${DEADLINE / 60_000} minutes: too many runs wait. Start the run again`;
    return within(DEADLINE, late, this.stopped.signal, async (waiting) => {
      if (this.slots.taken === this.slots.count)
        await this.progress(request, `waiting; plans before it: ${this.slots.taken + this.slots.waiting}`);
      return this.slots.run(waiting, async () => {
        await this.progress(request, "fetching and judging the plan");
        const slow = `was not fetched and judged within ${timeout / 1000} s: allow more with --timeout`;
        return within(timeout, slow, waiting, async (signal) => {
          const bytes = await fetchPlan(planUrl, { token: request.accessToken, maxBytes, signal });
          return this.judges.judge(bytes, request.workspace, signal);
        });
      });
    });
  }

  /** Progress is not worth failing for. */
  private async progress(request: RunTaskRequest, message: string): Promise<void> {
    await this.answer(request, { status: "running", message }).catch((error: unknown) =>
      this.options.log("no progress", { ...fieldsOf(request), problem: `the progress ${sentenceOf(error)}` }),
    );
  }

  /** Outcomes go first, because nothing is taken after the final status. */
  private async send(request: RunTaskRequest, { status, message, outcomes }: TaskResult): Promise<void> {
    if (request.takesOutcomes && outcomes.length > 0)
      await this.answer(request, { status: "running", message }, outcomes).catch((error: unknown) =>
        this.options.log("no outcomes", { ...fieldsOf(request), problem: `the outcomes ${sentenceOf(error)}` }),
      );
    await this.answer(request, { status, message });
  }

  private async answer(
    { callbackUrl, accessToken }: RunTaskRequest,
    attributes: { readonly status: "running" | TaskResult["status"]; readonly message: string },
    outcomes: readonly Outcome[] = [],
  ): Promise<void> {
    const relationships = { outcomes: { data: outcomes.map(asResource) } };
    await sendResult(callbackUrl, accessToken, {
      type: "task-results",
      attributes,
      ...(outcomes.length > 0 ? { relationships } : {}),
    });
  }

  private remember(id: string): void {
    this.done.add(id);
    const [oldest] = this.done;
    if (this.done.size > MAX_REMEMBERED && oldest !== undefined) this.done.delete(oldest);
  }
}

function passed(message: string): TaskResult {
  return { status: "passed", message, outcomes: [] };
}

/** Gives a task a signal that is aborted after its time, or with the outer one. */
async function within<T>(
  milliseconds: number,
  late: string,
  outer: AbortSignal,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new UserError(late)), milliseconds);
  try {
    return await task(AbortSignal.any([outer, controller.signal]));
  } finally {
    clearTimeout(timer);
  }
}

/** Names in JSON:API are written with hyphens. */
function asResource({ id, description, body, url, status, severity }: Outcome): object {
  const tags = { Status: [status], Severity: [severity] };
  return { type: "task-result-outcomes", attributes: { "outcome-id": id, description, body, url, tags } };
}

function fieldsOf({ runId, taskResultId, stage, workspace }: RunTaskRequest): Record<string, string> {
  return { run: runId, taskResult: taskResultId, stage, workspace };
}

/** The end of a sentence that says what went wrong; what only a developer understands is in the log. */
function sentenceOf(error: unknown): string {
  return error instanceof UserError
    ? shownText(error.message)
    : "could not be judged: this is a bug in azureml-aks, and its log has the details";
}
