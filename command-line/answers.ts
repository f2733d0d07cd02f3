import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { say } from "./output.ts";

/** Asks questions, on a terminal or of whoever pipes the answers in. */
export class Questions {
  private piped: Interface | undefined;
  private lines: AsyncIterator<string> | undefined;

  /** Whether somebody sits there. */
  static get isInteractive(): boolean {
    return process.stdin.isTTY === true && process.stderr.isTTY === true;
  }

  /** The answer; undefined where there is none, as after Ctrl-C or at the end of the input. */
  async ask(question: string): Promise<string | undefined> {
    return process.stdin.isTTY ? this.askTerminal(question) : this.askPipe(question);
  }

  /** Leaves the rest of the input unread. */
  close(): void {
    this.piped?.close();
  }

  /** Open only while it asks: as long as it is, Ctrl-C is a key and interrupts nothing. */
  private async askTerminal(question: string): Promise<string | undefined> {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const answered = new Promise<string>((resolve) => terminal.question(question, resolve));
    const answer = await Promise.race([answered, once(terminal, "close").then(() => undefined)]);
    terminal.close();
    return answer?.trim();
  }

  private async askPipe(question: string): Promise<string | undefined> {
    say(question);
    this.piped ??= createInterface({ input: process.stdin });
    this.lines ??= this.piped[Symbol.asyncIterator]();
    const { value, done } = await this.lines.next();
    say("\n");
    return done ? undefined : String(value).trim();
  }
}
