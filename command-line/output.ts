import { codeOf, systemReason } from "../files/problem.ts";
import { harmless } from "../model/harmless.ts";
import { shownText } from "../model/redaction.ts";

/** Text for people to standard output. */
export function print(text: string): void {
  printDocument(harmless(text));
}

/** A report, JSON, YAML or a picture to standard output, as it is: what makes it sees to it that it is harmless. */
export function printDocument(text: string): void {
  process.stdout.write(text);
}

/** Everything that is no result: to standard error. */
export function say(text: string): void {
  process.stderr.write(harmless(shownText(text)));
}

/**
 * Whoever reads the output may stop when it has enough: what is left of it is dropped, and all else is done as if it
 * had been read. Where there is no room for it, that is said once, and the exit status is 2.
 */
export function watchOutput(): void {
  let isLost = false;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (isLost || codeOf(error) === "EPIPE" || codeOf(error) === "ERR_STREAM_DESTROYED") return;
    isLost = true;
    say(`azureml-aks: standard output: ${systemReason(error) ?? error.message}\n`);
  });
  process.stderr.on("error", () => {});
  process.on("exit", () => {
    if (isLost && process.exitCode !== 3) process.exitCode = 2;
  });
}
