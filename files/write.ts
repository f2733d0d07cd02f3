import { randomBytes } from "node:crypto";
import {
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { inputThatIs } from "./identity.ts";
import { aboutFile, codeOf, FileProblem, systemReason } from "./problem.ts";
import { openedAs, pause } from "./system.ts";

export interface OutputOptions {
  /** Whether a file may be replaced that this run has read. @default false */
  readonly mayReplaceInput?: boolean;
  /** Whether a file may be replaced that is there. @default true */
  readonly mayReplace?: boolean;
}

/**
 * Writes a file whole or not at all: beside it first, then in its place. Links are followed; devices and pipes are
 * written to as they are. A file that this run has read is not replaced.
 */
export function writeOutput(file: string, text: string, options: OutputOptions = {}): void {
  const target = checkedOutput(file, options);
  aboutFile(file, () => {
    const opened = openedAs(target);
    if (opened !== undefined) return writeAll(opened, text);
    const stats = statSync(target, { throwIfNoEntry: false });
    if (stats && !stats.isFile()) return writeThrough(target, text);
    replaceFile(target, text, { mode: stats?.mode, mayReplace: options.mayReplace ?? true });
  });
}

/**
 * The file that a path leads to, through links. Throws where it must not be written: so all outputs can be looked at
 * before the first is written.
 */
export function checkedOutput(
  file: string,
  { mayReplaceInput = false, mayReplace = true }: OutputOptions = {},
): string {
  return aboutFile(file, () => {
    const target = targetOf(file);
    const opened = openedAs(target);
    const stats = opened === undefined ? statSync(target, { bigint: true, throwIfNoEntry: false }) : statsOf(opened);
    if (!stats) return target;
    if (stats.isDirectory()) throw new FileProblem(`${file}: this is a folder, and a file is needed`, "folder");
    if (!mayReplace && stats.isFile()) throw exists(file);
    const input = mayReplaceInput ? undefined : inputThatIs(stats);
    if (input !== undefined) {
      const same = input === file ? "" : ` (${file} is the same file)`;
      throw new FileProblem(`this would replace ${input}, which was read${same}: name another file`);
    }
    return target;
  });
}

function statsOf(fd: number): BigIntStats | undefined {
  return fstatSync(fd, { bigint: true });
}

function exists(file: string): FileProblem {
  return new FileProblem(`${file} exists already: name another file with --output, or give --force`);
}

const MAX_LINKS = 40;

/** Where the links at the end of a path lead, also where nothing is there yet. */
function targetOf(path: string): string {
  let target = resolve(path);
  for (let links = 0; links < MAX_LINKS; links++) {
    if (openedAs(target) !== undefined || !lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink())
      return join(realFolder(dirname(target)), basename(target));
    target = resolve(realFolder(dirname(target)), readlinkSync(target));
  }
  throw new FileProblem(`${path}: its links lead in a circle`);
}

function realFolder(folder: string): string {
  // The files that are open have names that lead nowhere.
  if (folder.startsWith("/dev") || folder.startsWith("/proc")) return folder;
  try {
    return realpathSync(folder);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    throw new FileProblem(`${folder}: there is no such folder: make it first`, "missing");
  }
}

interface Replacement {
  /** Rights of the file that is replaced. */
  readonly mode: number | undefined;
  readonly mayReplace: boolean;
}

function replaceFile(target: string, text: string, { mode, mayReplace }: Replacement): void {
  // Not made of the file's own name, which may be as long as a name may be.
  const beside = join(dirname(target), `.azureml-aks-${process.pid}-${randomBytes(4).toString("hex")}`);
  try {
    const fd = openSync(beside, "wx", 0o666);
    try {
      if (mode !== undefined) fchmodSync(fd, mode & 0o7777);
      writeAll(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    if (mayReplace) renameSync(beside, target);
    else placeNew(beside, target);
  } finally {
    rmSync(beside, { force: true });
  }
}

/** Puts a file where none is, also where somebody else does the same at the same time. */
function placeNew(beside: string, target: string): void {
  try {
    linkSync(beside, target);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw exists(target);
    // Not every disk has links.
    if (statSync(target, { throwIfNoEntry: false })) throw exists(target);
    renameSync(beside, target);
  }
}

/** To a device or a pipe; the other end of a pipe is not waited for. */
function writeThrough(target: string, text: string): void {
  const fd = openSync(target, constants.O_WRONLY | (constants.O_NONBLOCK ?? 0));
  try {
    writeAll(fd, text);
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      if (codeOf(error) !== "EAGAIN") throw error;
      pause(10);
    }
  }
}

/** Makes a folder and those around it, one by one: where the system makes none, this ends. */
export function makeFolder(folder: string): void {
  const stats = aboutFile(folder, () => statSync(folder, { throwIfNoEntry: false }));
  if (stats?.isDirectory()) return;
  if (stats) throw new FileProblem(`${folder}: this is a file, and a folder is needed`);
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    const reason = systemReason(error);
    if (codeOf(error) === "EEXIST" && statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
    throw reason === undefined ? error : new FileProblem(`${folder}: this folder cannot be made: ${reason}`);
  }
}
