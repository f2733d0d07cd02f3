import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { rememberInput } from "./identity.ts";
import { aboutFile, codeOf, FileProblem } from "./problem.ts";
import { openedAs, pause } from "./system.ts";

export interface ReadOptions {
  /** What is longer is not read. */
  readonly maxBytes: number;
}

/**
 * The bytes of a file, or of standard input and other pipes that are open already. Never waits for somebody to open a
 * pipe, never reads a device, and never reads more than it is allowed to.
 */
export function readInput(file: string, { maxBytes }: ReadOptions): Buffer {
  return aboutFile(file, () => {
    const opened = openedAs(file);
    // With that flag, the other end of a pipe is not waited for.
    const fd = opened ?? openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = fstatSync(fd);
      if (stats.isDirectory()) throw new FileProblem(`${file}: this is a folder, and a file is needed`, "folder");
      if (opened === undefined && !stats.isFile())
        throw new FileProblem(`${file}: this is a pipe or a device: give a file, or - for standard input`, "special");
      if (stats.isFile() && stats.size > maxBytes) throw tooLarge(file, maxBytes, stats.size);
      rememberInput(file, fd);
      // One byte more than there are: then one read tells that it was all.
      return readToEnd(fd, file, maxBytes, stats.isFile() ? stats.size + 1 : CHUNK);
    } finally {
      if (opened === undefined) closeSync(fd);
    }
  });
}

const CHUNK = 1024 * 1024;

function readToEnd(fd: number, file: string, maxBytes: number, chunkSize: number): Buffer {
  const chunks: Buffer[] = [];
  let length = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.min(length === 0 ? chunkSize : CHUNK, maxBytes + 1 - length));
    const count = readSome(fd, chunk);
    if (count === 0) return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length);
    chunks.push(chunk.subarray(0, count));
    length += count;
    if (length > maxBytes) throw tooLarge(file, maxBytes);
  }
}

function readSome(fd: number, chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(fd, chunk);
    } catch (error) {
      // Somebody else may have made a pipe that is not waited for; its end has an error of its own on Windows.
      if (codeOf(error) === "EOF") return 0;
      if (codeOf(error) !== "EAGAIN") throw error;
      pause(10);
    }
  }
}

function tooLarge(file: string, maxBytes: number, size?: number): FileProblem {
  return new FileProblem(`${file}: this has more than ${maxBytes / 1024 / 1024} MB`, "too-large", size);
}

/** Whether a path is that of a folder, and not of a file. Throws where there is neither. */
export function isFolder(path: string): boolean {
  return aboutFile(path, () => statSync(path).isDirectory());
}

/** Names of what is in a folder; undefined where there is none. */
export function namesIn(folder: string): readonly string[] | undefined {
  try {
    return aboutFile(folder, () => readdirSync(folder));
  } catch (error) {
    if (error instanceof FileProblem && error.reason === "missing") return undefined;
    throw error;
  }
}

/** Names of the folders in a folder, sorted; none where it may not be read. Links are none. */
export function subfoldersIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}
