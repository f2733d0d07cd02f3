import { execFileSync, spawn } from "node:child_process";
import { openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Run } from "./helpers.ts";

/** What a run is given. */
export interface Request {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly input: string;
}

/**
 * Starts a process that runs the command line as often as it is asked, with its modules loaded: a process for each run
 * takes most of a second. Null where there are no named pipes.
 */
export function startCliServer(root: string, folder: string): ((request: Request) => Run) | null {
  const [requests, answers, inputFile] = ["requests", "answers", "input"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  try {
    execFileSync("mkfifo", [requests, answers], { stdio: "ignore" });
  } catch {
    return null;
  }
  const bundle = pathToFileURL(join(root, "dist/cli/cli.mjs")).href;
  const server = join(root, "__tests__/cli-server.mjs");
  spawn(process.execPath, [server, bundle, requests, answers, inputFile], {
    stdio: ["ignore", "ignore", "inherit"],
  }).unref();
  // Each waits until the other side opens it too.
  const incoming = openSync(answers, "r");
  const outgoing = openSync(requests, "w");
  return (request) => {
    writeSync(outgoing, `${JSON.stringify(request)}\n`);
    const parts: Buffer[] = [];
    for (;;) {
      const part = Buffer.alloc(65_536);
      const length = readSync(incoming, part);
      if (length === 0) throw new Error("the command line ended while it was running");
      parts.push(part.subarray(0, length));
      if (part[length - 1] === 10) return JSON.parse(Buffer.concat(parts).toString());
    }
  };
}
