import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { UserError } from "../errors/user-error.ts";

/** Where lines of a run go. */
export interface Lines {
  /** What Terraform says. */
  print(line: string): void;
  /** What it complains of. */
  say(line: string): void;
}

/** What a run of Terraform came to. */
export interface TerraformRun {
  readonly status: number;
  /** Every line, in the order in which it came. */
  readonly lines: readonly string[];
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs Terraform, several times at once where that is asked for. Whoever stops this program stops them gently: Terraform
 * gets one interrupt for each that came, finishes what it is at, and writes its state. A second one ends it at once.
 */
export class Terraform {
  private readonly running = new Set<ChildProcess>();
  private readonly stop = (): void => {
    this.isStopped = true;
    for (const child of this.running) child.kill("SIGINT");
    this.onStop?.();
  };
  /** Whether somebody asked to stop: nothing is started any more. */
  isStopped = false;
  /** Called when somebody asks to stop. */
  onStop: (() => void) | undefined;

  constructor(private readonly binary: string) {}

  /** Listens for interrupts while something runs. */
  async whileListening<T>(run: () => Promise<T>): Promise<T> {
    for (const signal of SIGNALS) process.on(signal, this.stop);
    try {
      return await run();
    } finally {
      for (const signal of SIGNALS) process.off(signal, this.stop);
    }
  }

  /** Runs one command. Its lines are kept, and go to `lines` as they come. */
  run(args: readonly string[], lines?: Lines): Promise<TerraformRun> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.binary, args, {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, TF_IN_AUTOMATION: "1" },
        // The terminal would interrupt it too, and two interrupts are one too many.
        detached: process.platform !== "win32",
      });
      this.running.add(child);
      const kept: string[] = [];
      const streams = (["stdout", "stderr"] as const).map((name) => {
        const reader = createInterface({ input: child[name] });
        reader.on("line", (line) => {
          kept.push(line);
          lines?.[name === "stdout" ? "print" : "say"](line);
        });
        return new Promise((closed) => reader.once("close", closed));
      });
      child.once("error", (error) => {
        this.running.delete(child);
        reject(this.notStarted(error));
      });
      child.once("exit", async (code, signal) => {
        this.running.delete(child);
        await Promise.all(streams);
        resolve({ status: code ?? (signal ? 1 : 0), lines: kept });
      });
    });
  }

  private notStarted(error: NodeJS.ErrnoException): Error {
    if (error.code === "ENOENT")
      return new UserError(
        `${this.binary} is not on the PATH: install Terraform 1.11 or later (https://developer.hashicorp.com/terraform/install), or name another program with TERRAFORM_BINARY_NAME`,
      );
    return error.code === "EACCES" ? new UserError(`${this.binary} may not be run: it is not executable`) : error;
  }
}
