/**
 * The number of a file that is open already, where a path names one: `/dev/stdin`, or `/dev/fd/63` of a process
 * substitution.
 */
export function openedAs(path: string): number | undefined {
  const standard = STANDARD.indexOf(path);
  if (standard !== -1) return standard;
  const [, number] = /^\/(?:dev|proc\/self)\/fd\/(\d{1,6})$/.exec(path) ?? [];
  return number === undefined ? undefined : Number(number);
}

const STANDARD = ["/dev/stdin", "/dev/stdout", "/dev/stderr"];

/** Waits, in milliseconds. */
export function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
