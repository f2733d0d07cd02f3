import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { UserError } from "../../errors/user-error.ts";
import type { Acknowledgement } from "../../model/acknowledgement.ts";
import type { FailOn } from "../../report/report.ts";
import { planOfFile } from "../../review/named.ts";
import { reviewOf } from "../../review/review.ts";
import { readPlanFile } from "../../sources/plan/file.ts";
import { readPlan } from "../../sources/plan/json.ts";
import { today } from "../../sources/today.ts";
import { resultOf, type TaskResult } from "./outcomes.ts";

/** How plans are judged. */
export interface Judging {
  readonly failOn: FailOn;
  readonly acknowledgements: readonly Acknowledgement[];
  /** The largest plan that is read, unpacked. */
  readonly maxBytes: number;
}

interface Job extends Judging {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly workspace: string;
}

type Answer =
  | { readonly result: TaskResult }
  /** What is wrong with the plan, as the end of a sentence; `isBug` where it is not the plan that is wrong. */
  | { readonly problem: string; readonly isBug: boolean };

/**
 * What a plan takes in memory for its size, and what an empty thread takes, in MB: what takes more ends the thread, and
 * not the server.
 */
const MEMORY = { times: 8, least: 128 } as const;

/** How long a thread waits for another plan, in milliseconds: then it is ended, and its memory is free. */
const IDLE = 10_000;

/** Judges plans in threads of their own, so that the server answers meanwhile. */
export class Judges {
  private readonly idle = new Map<Worker, NodeJS.Timeout>();

  constructor(private readonly judging: Judging) {}

  /** Judges a plan. Throws UserError as the end of a sentence, and the signal's reason where that comes first. */
  async judge(bytes: Uint8Array<ArrayBuffer>, workspace: string, signal: AbortSignal): Promise<TaskResult> {
    signal.throwIfAborted();
    const worker = this.waiting() ?? this.started();
    let answer: Answer | undefined;
    try {
      const { failOn, acknowledgements, maxBytes } = this.judging;
      answer = await answerOf(worker, { failOn, acknowledgements, maxBytes, bytes, workspace }, signal);
    } finally {
      if (answer) this.keep(worker);
      else await worker.terminate();
    }
    if ("result" in answer) return answer.result;
    throw answer.isBug ? new Error(answer.problem) : new UserError(answer.problem);
  }

  /** Ends the threads that wait. */
  async close(): Promise<void> {
    for (let worker = this.waiting(); worker; worker = this.waiting()) await worker.terminate();
  }

  private waiting(): Worker | undefined {
    const [first] = this.idle;
    if (!first) return undefined;
    const [worker, end] = first;
    clearTimeout(end);
    this.idle.delete(worker);
    return worker;
  }

  private keep(worker: Worker): void {
    const end = setTimeout(() => {
      this.idle.delete(worker);
      void worker.terminate();
    }, IDLE);
    this.idle.set(worker, end);
  }

  private started(): Worker {
    const worker = new Worker(new URL(import.meta.url), {
      workerData: JUDGE,
      resourceLimits: {
        maxOldGenerationSizeMb: MEMORY.least + Math.ceil((MEMORY.times * this.judging.maxBytes) / 1024 / 1024),
      },
    });
    // What a thread says while it is ended does not matter any more.
    return worker.on("error", () => {});
  }
}

async function answerOf(worker: Worker, job: Job, signal: AbortSignal): Promise<Answer> {
  const answered = once(worker, "message", { signal });
  worker.postMessage(job, [job.bytes.buffer]);
  try {
    const [answer]: Answer[] = await answered;
    return answer as Answer;
  } catch (error) {
    signal.throwIfAborted();
    const isMemory = (error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY";
    throw isMemory ? new UserError("takes more memory than it may") : error;
  }
}

async function answered({ bytes, workspace, ...judging }: Job): Promise<Answer> {
  try {
    const plan = readPlan(readPlanFile(bytes, judging.maxBytes));
    const report = reviewOf([planOfFile(workspace, plan)], {
      today: today(),
      acknowledgements: judging.acknowledgements,
    });
    return { result: await resultOf(report, judging.failOn) };
  } catch (error) {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return error instanceof UserError ? { problem: error.message, isBug: false } : { problem, isBug: true };
  }
}

const JUDGE = "azureml-aks: judge plans";

// The threads run this file too. Whoever bundles it loads it with import(): then it is in no file that does more.
if (!isMainThread && workerData === JUDGE)
  parentPort?.on("message", async (job: Job) => parentPort?.postMessage(await answered(job)));
