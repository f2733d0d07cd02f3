import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

/**
 * The configuration file's folder, seen from the folder in which Terraform runs: a relative path, so that it is the
 * same on every machine.
 */
export function stateDirectory(configFile: string, outputDirectory: string): string {
  const from = join(realPath(resolve(outputDirectory)), "stacks", "stack");
  return relative(from, realPath(dirname(resolve(configFile))))
    .split(sep)
    .join("/");
}

/** Terraform follows `..` on the disk, so links are resolved first; the output folder may not exist yet. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  return path === dirname(path) ? path : join(realPath(dirname(path)), path.slice(dirname(path).length));
}
