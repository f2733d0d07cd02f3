import { createHash, randomBytes } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { codeOf, FileProblem } from "./problem.ts";
import { isThere } from "./swap.ts";
import { pause } from "./system.ts";

/** How long a run waits for another one that writes into the same folder. */
const WAIT = 10_000;

/**
 * After that, what a process on another machine left is not its any more: whether it lives cannot be seen from here.
 */
const STALE_AFTER = 10 * 60_000;

/** Nobody needs longer to take over what a dead process left. */
const TAKEOVER_AFTER = 5_000;

/**
 * What names the folders of this process, so that another can tell whether it lives: a number means something on one
 * machine only.
 */
const HOST = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
const OURS = `${process.pid}-${HOST}`;

export interface WorkFolder {
  /** The folder that is written into; it exists. */
  readonly output: string;
  /** Puts the output in order that a run left in the middle, from what is in its work folder. May be called again. */
  readonly recover: (work: string) => void;
}

/**
 * Gives a folder on the same disk as the output in which its new content is made. It is the lock of the output too: no
 * second run gets one meanwhile. One that a dead process left is taken over.
 */
export function withWorkFolder<T>({ output, recover }: WorkFolder, run: (work: string) => T): T {
  const place = placeOf(output);
  const lock = join(place, nameOf(output));
  acquire(lock, output, recover);
  try {
    removeLeft(place, nameOf(output));
    return run(lock);
  } finally {
    recover(lock);
    discard(lock);
  }
}

function nameOf(output: string): string {
  return `.${basename(output)}.azureml-aks`;
}

/**
 * Beside the output, so that nothing is in it but what is asked for; in it where that is a disk of its own, or nothing
 * may be written beside it.
 */
function placeOf(output: string): string {
  const parent = dirname(output);
  try {
    const probe = mkdtempSync(join(parent, `${nameOf(output)}.${OURS}.`));
    try {
      const moved = join(output, basename(probe));
      renameSync(probe, moved);
      rmdirSync(moved);
      return parent;
    } catch {
      rmSync(probe, { recursive: true, force: true });
    }
  } catch {
    // Nothing may be written there.
  }
  return output;
}

/**
 * Made with its owner in it and then moved to its place, which fails where another one is. That one may be gone a moment
 * later: then the next try succeeds.
 */
function acquire(lock: string, output: string, recover: WorkFolder["recover"]): void {
  const own = mkdtempSync(`${lock}.${OURS}.`);
  try {
    writeFileSync(join(own, OWNER), JSON.stringify({ pid: process.pid, host: hostname() } satisfies Owner));
    for (const end = Date.now() + WAIT; ; ) {
      try {
        renameSync(own, lock);
        return;
      } catch (error) {
        if (!HELD.includes(codeOf(error) ?? "")) throw error;
        if (isLeft(lock)) takeOver(lock, recover);
        else if (Date.now() < end) pause(50);
        else throw isThere(lock) ? held(lock, output) : error;
      }
    }
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** What renaming a folder to another one answers; Windows says EPERM, as it does for much else. */
const HELD = ["ENOTEMPTY", "EEXIST", "EPERM"];

function held(lock: string, output: string): FileProblem {
  return new FileProblem(
    `${output}: another run writes into this folder${byWhom(ownerOf(lock))}: wait until it ends; if there is none, delete ${lock}`,
  );
}

/** Of two that would take it over, one does: the other would take what is the first one's then. */
function takeOver(lock: string, recover: WorkFolder["recover"]): void {
  const guard = `${lock}.takeover`;
  try {
    mkdirSync(guard);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    if (ageOf(guard) > TAKEOVER_AFTER) rmSync(guard, { recursive: true, force: true });
    pause(50);
    return;
  }
  try {
    if (!isLeft(lock)) return;
    recover(lock);
    discard(lock);
  } finally {
    rmSync(guard, { recursive: true, force: true });
  }
}

/** Frees the lock at once, and then removes what is in it. */
function discard(lock: string): void {
  const done = `${lock}.${OURS}.${randomBytes(3).toString("hex")}`;
  renameSync(lock, done);
  rmSync(done, { recursive: true, force: true });
}

/** What dead processes had no time to remove. */
function removeLeft(place: string, name: string): void {
  for (const entry of readdirSync(place)) {
    const [, pid, host] = (entry.startsWith(`${name}.`) && /\.(\d{1,10})-(\w+)\.\w+$/.exec(entry)) || [];
    if (host === HOST && Number(pid) !== process.pid && !isAlive(Number(pid)))
      rmSync(join(place, entry), { recursive: true, force: true });
  }
}

const OWNER = "owner.json";

interface Owner {
  readonly pid: number;
  readonly host: string;
}

function ownerOf(folder: string): Owner | undefined {
  try {
    const { pid, host } = JSON.parse(readFileSync(join(folder, OWNER), "utf8"));
    return Number.isSafeInteger(pid) && pid > 0 && typeof host === "string" ? { pid, host } : undefined;
  } catch {
    return undefined;
  }
}

function byWhom(owner: Owner | undefined): string {
  return owner ? ` (process ${owner.pid} on ${owner.host})` : "";
}

/** Whether the process that made a folder is no more. One with our own number is an earlier one. */
function isLeft(folder: string): boolean {
  const owner = ownerOf(folder);
  if (owner?.host !== hostname()) return ageOf(folder) > STALE_AFTER;
  return owner.pid === process.pid || !isAlive(owner.pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

/** In milliseconds; 0 where it is gone. */
function ageOf(folder: string): number {
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats ? Date.now() - stats.mtimeMs : 0;
}
