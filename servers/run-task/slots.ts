/** Lets so many in at a time, the others in the order in which they came. */
export class Slots {
  private free: number;
  private readonly queue: (() => void)[] = [];

  constructor(readonly count: number) {
    this.free = count;
  }

  /** How many wait. */
  get waiting(): number {
    return this.queue.length;
  }

  /** How many are in. */
  get taken(): number {
    return this.count - this.free;
  }

  /** Runs something when there is room. Throws the signal's reason where that comes first. */
  async run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.free > 0) this.free--;
    else await this.turn(signal);
    try {
      return await task();
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.free++;
    }
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        this.queue.splice(this.queue.indexOf(enter), 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.queue.push(enter);
    });
  }
}
