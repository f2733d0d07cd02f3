import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { StackOwner } from "../../assess/assess.ts";
import { configSource } from "../../fix/config-source.ts";
import { provenFix } from "../../fix/prove.ts";
import type { Source } from "../../fix/source.ts";
import type { Finding } from "../../model/finding.ts";
import type { Fix } from "../../model/fix.ts";

/** A configuration by its text. */
export interface ConfigurationText {
  readonly file: string;
  readonly text: string;
  /** ISO date. */
  readonly today: string;
}

/** A finding, and what its stack is made for. */
export interface OwnedFinding {
  readonly finding: Finding;
  readonly owner?: StackOwner;
}

interface Job extends ConfigurationText {
  /** Which finding a fix is asked for. Default: what is found is asked for. */
  readonly finding?: Finding;
}

type Answer = { readonly findings: readonly OwnedFinding[] } | { readonly fix?: Fix } | { readonly problem: string };

/**
 * Judges whole configurations in a thread of its own, one after another, so that the server answers meanwhile. What is
 * not wanted any more ends with its thread.
 */
export class WholeJudge {
  private worker: Worker | undefined;
  private last: Promise<unknown> = Promise.resolve();

  /** What is found. Throws the signal's reason where that comes first. */
  async findings(given: ConfigurationText, signal: AbortSignal): Promise<readonly OwnedFinding[]> {
    const answer = await this.queued(given, signal);
    return "findings" in answer ? answer.findings : [];
  }

  /** The fix of a finding, where it has one that is proven. */
  async fixOf(given: ConfigurationText, finding: Finding, signal: AbortSignal): Promise<Fix | undefined> {
    const answer = await this.queued({ ...given, finding }, signal);
    return "fix" in answer ? answer.fix : undefined;
  }

  async close(): Promise<void> {
    await this.worker?.terminate();
    this.worker = undefined;
  }

  private queued(job: Job, signal: AbortSignal): Promise<Answer> {
    const answer = this.last.then(() => this.answerOf(job, signal));
    this.last = answer.catch(() => {});
    return answer;
  }

  private async answerOf(job: Job, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    const worker = this.started();
    let answer: Answer | undefined;
    try {
      const answered = once(worker, "message", { signal });
      worker.postMessage(job);
      [answer] = (await answered) as [Answer];
    } finally {
      if (!answer) await this.close();
    }
    if ("problem" in answer) throw new Error(answer.problem);
    return answer;
  }

  private started(): Worker {
    // What a thread says while it is ended does not matter any more.
    this.worker ??= new Worker(new URL(import.meta.url), { workerData: JUDGE, stdout: true }).on("error", () => {});
    return this.worker;
  }
}

/** What was judged last: a fix is asked for after what is found. */
interface Known extends ConfigurationText {
  readonly source: Source;
  readonly judged: ReturnType<ReturnType<typeof configSource>["judge"]>;
}

let known: Known | undefined;

function answered({ finding: wanted, ...given }: Job): Answer {
  try {
    known = isSame(known, given) ? known : judgedOf(given);
    const { source, judged } = known;
    if (!wanted)
      return {
        findings: judged.report.findings.map((finding) => ({
          finding,
          owner: judged.assessment?.ownerOf(finding.where.stack ?? ""),
        })),
      };
    const finding = judged.report.findings.find((each) => keyOf(each) === keyOf(wanted));
    return { fix: finding && provenFix(source, judged, finding) };
  } catch (error) {
    return { problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function judgedOf({ file, text, today }: ConfigurationText): Known {
  const source = configSource(file, text, { today });
  return { file, text, today, source, judged: source.judge() };
}

function isSame(last: Known | undefined, { file, text, today }: ConfigurationText): last is Known {
  return last !== undefined && last.file === file && last.text === text && last.today === today;
}

/** The same finding, in whichever thread it was found. */
function keyOf({ rule, message, where: { stack, address, attribute, line, column } }: Finding): string {
  return JSON.stringify([rule, message, stack, address, attribute, line, column]);
}

const JUDGE = "azureml-aks: judge configurations";

// The thread runs this file too. Whoever bundles it loads it with import(): then it is in no file that does more.
if (!isMainThread && workerData === JUDGE)
  parentPort?.on("message", (job: Job) => parentPort?.postMessage(answered(job)));
