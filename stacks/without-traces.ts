/**
 * Runs what makes and resolves tokens. cdktf writes a stack trace for each of them, in case that somebody asks where it
 * was made: with many stacks that is half of the time. Errors keep theirs.
 */
export function withoutTraces<T>(run: () => T): T {
  const { prepareStackTrace } = Error;
  // What is thrown keeps its trace: V8 writes that when somebody reads it, which is later.
  Error.prepareStackTrace = () => "";
  try {
    return run();
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}
