import { UserError } from "../errors/user-error.ts";
import { FileProblem } from "../files/problem.ts";
import { readInput } from "../files/read.ts";
import { STDIN } from "../files/stdin.ts";
import { DEFAULT_MAX_BYTES, tooLarge } from "../sources/json-file.ts";

const MEGABYTE = 1024 * 1024;
const MAX_SIZE_DEFAULT = DEFAULT_MAX_BYTES / MEGABYTE;

/** V8 has no longer texts. */
const MAX_SIZE_MOST = 512;

/** The option of the commands that read files of others, which allows larger ones. */
export const MAX_SIZE = {
  type: "number",
  nargs: 1,
  requiresArg: true,
  describe: `the largest file that is read, unpacked, in MB, up to ${MAX_SIZE_MOST}; each takes several times that in memory [default: ${MAX_SIZE_DEFAULT}]`,
} as const;

/** The number of bytes that the option allows. */
export function maxBytesOf(maxSize = MAX_SIZE_DEFAULT): number {
  if (Number.isInteger(maxSize) && maxSize >= 1 && maxSize <= MAX_SIZE_MOST) return maxSize * MEGABYTE;
  throw new UserError(`--max-size: give a whole number of MB, 1 to ${MAX_SIZE_MOST}`);
}

/** Reads each file, and names it in what is wrong with it; `noun` is what they are, for example `plans`. */
export function readInputs<T>(
  files: readonly string[],
  { maxSize, noun }: { readonly maxSize?: number; readonly noun: string },
  read: (bytes: Buffer, maxBytes: number, index: number) => T,
): T[] {
  const maxBytes = maxBytesOf(maxSize);
  if (files.length === 0) throw new UserError(`name the ${noun}, or - for standard input`);
  if (files.filter((file) => file === STDIN).length > 1)
    throw new UserError("standard input (-) can be read once only");
  return files.map((file, index) => {
    try {
      return read(readInput(file, { maxBytes }), maxBytes, index);
    } catch (error) {
      if (error instanceof FileProblem && error.reason === "folder")
        throw new UserError(`${file}: this is a folder, and files are needed: name the ${noun} in it`);
      const invalid = error instanceof FileProblem && error.reason === "too-large" ? tooLarge(maxBytes) : error;
      // A problem of the file names it already.
      if (!(invalid instanceof UserError) || invalid instanceof FileProblem) throw invalid;
      throw new UserError(`${shownInput(file)} ${invalid.message}`);
    }
  });
}

/** How a sentence names a file. */
function shownInput(file: string): string {
  return file === STDIN ? "standard input" : file;
}

/** How a report names a file. */
export function reportedAs(file: string): string {
  return file === STDIN ? "stdin" : file;
}
