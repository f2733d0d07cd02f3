import { setTimeout } from "node:timers/promises";

/** Why something is not wanted any more: a newer text came. */
export class Superseded extends Error {}

/** Waits some milliseconds. Throws the signal's reason where that comes first. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(milliseconds, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}

/** Runs what is superseded by the next one. */
export class Latest {
  private current = new AbortController();

  constructor(private readonly failed: (error: unknown) => void) {}

  /** Ends what runs, and starts this. */
  start(task: (signal: AbortSignal) => Promise<void>): void {
    this.stop();
    const { signal } = this.current;
    task(signal).catch((error: unknown) => {
      // What it says after its end, as of a thread that was ended, is of no interest.
      if (!signal.aborted) this.failed(error);
    });
  }

  stop(): void {
    this.current.abort(new Superseded());
    this.current = new AbortController();
  }
}
