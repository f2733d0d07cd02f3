import { UserError } from "../errors/user-error.ts";
import { systemReason } from "../files/problem.ts";
import { say } from "./output.ts";

/** Says on stderr why the program could not do its work, and gives the exit status. */
export function reportFailure(error: unknown): 2 | 3 {
  const usage = usageMessage(error);
  if (usage !== undefined) {
    say(`azureml-aks: ${usage}\n`);
    return 2;
  }
  const details = error instanceof Error ? error.stack : String(error);
  say(`${details}\n\nThis is a bug in azureml-aks. Please report it with the lines above.\n`);
  return 3;
}

function usageMessage(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // yargs exports no class of its own.
  if (error instanceof UserError || error.name === "YError") return error.message;
  const reason = systemReason(error);
  if (reason === undefined) return undefined;
  const { path, syscall } = error as NodeJS.ErrnoException;
  return `${path ?? (syscall === "uv_cwd" ? "the folder in which this runs" : syscall)}: ${reason}`;
}
