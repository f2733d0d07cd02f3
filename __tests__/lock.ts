import { mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/** Where a run makes the new output of a folder, which keeps others away. */
export function lockIn(folder: string): string {
  return join(folder, ".cdktf.out.azureml-aks");
}

/** A lock as a process of this machine leaves it that is in the middle of its work. */
export function lockedBy(pid: number, folder: string): string {
  const lock = lockIn(folder);
  mkdirSync(lock);
  writeFileSync(join(lock, "owner.json"), JSON.stringify({ pid, host: hostname() }));
  return lock;
}
