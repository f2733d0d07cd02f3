import {
  chmodSync,
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { codeOf } from "./problem.ts";

/** What an output is made of: a folder, and a file that says what is in it, without which nobody reads it. */
export interface Parts {
  readonly folder: string;
  readonly file: string;
}

/** Where the new content is made, below a work folder. */
export function newIn(work: string): string {
  return join(work, "new");
}

function oldIn(work: string): string {
  return join(work, "old");
}

/**
 * Puts the new content of a work folder in the place of the old, in four renames. The file goes first and comes last:
 * where the process is killed between two of them, nothing can be taken for whole that is not, and `recover` puts it in
 * order.
 */
export function swap(work: string, output: string, { folder, file }: Parts): void {
  mkdirSync(oldIn(work));
  for (const part of [file, folder])
    if (isThere(join(output, part))) renameSync(join(output, part), join(oldIn(work), part));
  for (const part of [folder, file]) renameSync(join(newIn(work), part), join(output, part));
}

/** After a swap that was cut off: the old content where the new folder is not in its place yet, else the new. */
export function recover(work: string, output: string, { folder, file }: Parts): void {
  const [oldFolder, oldFile] = [folder, file].map((part) => join(oldIn(work), part)) as [string, string];
  const [newFolder, newFile] = [folder, file].map((part) => join(newIn(work), part)) as [string, string];
  if (isThere(join(output, folder)) && !isThere(newFolder) && isThere(newFile)) {
    renameSync(newFile, join(output, file));
    return;
  }
  if (!isThere(join(output, folder)) && isThere(oldFolder)) renameSync(oldFolder, join(output, folder));
  if (!isThere(join(output, file)) && isThere(oldFile)) renameSync(oldFile, join(output, file));
}

/**
 * Puts what is in one folder into another too, where nothing of that name is there: files are the same ones under a
 * second name, and links lead where they led.
 */
export function carryOver(from: string, to: string): void {
  if (!isThere(to)) mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) carryOver(source, target);
    else if (!isThere(target)) carryFile(source, target, entry.isSymbolicLink());
  }
  // At the end: into some folders nobody may write.
  chmodSync(to, statSync(from).mode & 0o7777);
}

function carryFile(source: string, target: string, isLink: boolean): void {
  if (isLink) {
    symlinkSync(readlinkSync(source), target);
    return;
  }
  try {
    linkSync(source, target);
  } catch (error) {
    // Not every disk has second names, nor may everybody give one to the files of others.
    if (codeOf(error) === "ENOSPC") throw error;
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
}

export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
