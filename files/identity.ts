import { type BigIntStats, fstatSync } from "node:fs";

/** Files that this run has read, by what the disk knows them by: a path may be a link. */
const read = new Map<string, string>();

/** Remembers a file that was read, under the name that it was given by. */
export function rememberInput(file: string, fd: number): void {
  const stats = fstatSync(fd, { bigint: true });
  if (stats.isFile()) read.set(identityOf(stats), file);
}

/** The name of the file that was read and is the same one; undefined where none is. */
export function inputThatIs(stats: BigIntStats): string | undefined {
  return stats.isFile() ? read.get(identityOf(stats)) : undefined;
}

function identityOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}
