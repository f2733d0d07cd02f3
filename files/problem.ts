import { UserError } from "../errors/user-error.ts";
/** Why a file cannot be taken, where somebody says more about it. */
export type FileReason = "missing" | "forbidden" | "folder" | "special" | "too-large" | "other";

/** A file or folder that cannot be read or written as asked. The message says which, why, and what to do. */
export class FileProblem extends UserError {
  constructor(
    message: string,
    readonly reason: FileReason = "other",
    /** How large it is, in bytes, where that is known and is too much. */
    readonly size?: number,
  ) {
    super(message);
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "this may not be read or written by the user who runs this"],
  ["EAGAIN", "the system has no room for more at the moment: try again"],
  ["EBUSY", "this is in use, or something is mounted there: name another one"],
  ["EDQUOT", "the quota of the disk is used up"],
  ["EEXIST", "there is a file of that name already"],
  ["EFBIG", "this is more than a file may hold here"],
  ["EIO", "the disk or the connection to it fails"],
  ["EISDIR", "this is a folder, and a file is needed"],
  ["ELOOP", "its links lead in a circle"],
  ["EMFILE", "too many files are open: allow more with `ulimit -n`"],
  ["ENAMETOOLONG", "this name is too long"],
  ["ENFILE", "too many files are open on this machine"],
  ["ENODEV", "there is no such device"],
  ["ENOENT", "there is no such file or folder"],
  ["ENOMEM", "there is not enough memory"],
  ["ENOSPC", "the disk is full"],
  ["ENOTDIR", "a part of this path is a file, not a folder"],
  ["ENOTSUP", "the disk cannot do this"],
  ["ENXIO", "there is no such device, or nobody reads from this pipe"],
  ["EPERM", "this may not be read or written by the user who runs this"],
  ["EPIPE", "nobody reads from this pipe any more"],
  ["EROFS", "the disk is read-only"],
  ["ESTALE", "the connection to the disk was lost"],
  ["EXDEV", "this is on another disk"],
]);

/** Why the system does not do what it was asked, in words; undefined for an error that is not the system's. */
export function systemReason(error: unknown): string | undefined {
  const { code, syscall, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return undefined;
  return REASONS.get(code) ?? `the system says ${message}`;
}

export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/**
 * Runs something, and says of which file it is where the system does not do it. Errors of the program stay what they
 * are.
 */
export function aboutFile<T>(file: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    // No system has a file of such a name.
    if (codeOf(error) === "ERR_INVALID_ARG_VALUE" && file.includes("\0"))
      throw new FileProblem(`${file.replaceAll("\0", "")}: a name of a file holds no NUL`, "missing");
    const reason = systemReason(error);
    throw reason === undefined ? error : new FileProblem(`${file}: ${reason}`, REASON_OF.get(codeOf(error)) ?? "other");
  }
}

const REASON_OF: ReadonlyMap<string | undefined, FileReason> = new Map([
  ["ENOENT", "missing"],
  ["ENOTDIR", "missing"],
  ["EACCES", "forbidden"],
  ["EPERM", "forbidden"],
  ["EISDIR", "folder"],
]);
