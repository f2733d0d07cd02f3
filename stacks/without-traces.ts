/**
 * Runs what makes and resolves tokens. cdktf captures a stack trace for each of them, in case that somebody asks where
 * it was made: with many stacks that is half of the time. Errors keep theirs.
 */
export function withoutTraces<T>(run: () => T): T {
  const { captureStackTrace } = Error;
  Error.captureStackTrace = () => {};
  try {
    return run();
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
}
