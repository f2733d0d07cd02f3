import { InvalidDateError } from "../sources/today.ts";

/** A mistake in how the program was called: exit status 2, no stack trace. */
export class UsageError extends Error {}

/** Says on stderr why the program could not do its work, and gives the exit status. */
export function reportFailure(error: unknown): 2 | 3 {
  const usage = usageMessage(error);
  if (usage !== undefined) {
    process.stderr.write(`azureml-aks: ${usage}\n`);
    return 2;
  }
  const details = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${details}\n\nThis is a bug in azureml-aks. Please report it with the lines above.\n`);
  return 3;
}

/** Whoever reads the output may stop when it has enough; a full disk is said once. */
export function watchOutput(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") process.stderr.write(`azureml-aks: standard output: ${REASONS[error.code ?? ""] ?? error.message}\n`);
    process.exit(error.code === "EPIPE" ? 0 : 2);
  });
}

function usageMessage(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // yargs has no class of its own that it exports.
  if (error instanceof UsageError || error.name === "YError" || error instanceof InvalidDateError) return error.message;
  const { code, syscall, path = "writing" } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || !(code in REASONS)) return undefined;
  return `${path}: ${REASONS[code]}`;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "this may not be read or written by the user who runs this",
  EEXIST: "there is a file of that name where a folder is needed",
  EISDIR: "this is a folder, and a file is needed",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "this name is too long",
  ENOENT: "there is no such file or folder",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of this path is a file, not a folder",
  EPERM: "this may not be read or written by the user who runs this",
  EROFS: "the disk is read-only",
};
