import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { SimulatedHcpTerraform } from "../tools/bench/hcp-terraform.ts";
import { type Json, ROOT } from "./helpers.ts";

/** The server as a user runs it. */
export class RunTaskProcess {
  /** What it logged. */
  readonly log: Json[] = [];
  private port = 0;

  private constructor(private readonly child: ChildProcess) {}

  static async start(hcp: SimulatedHcpTerraform, ...args: string[]): Promise<RunTaskProcess> {
    const command = ["run-task", "--port", "0", "--hostname", hcp.host, ...args];
    const child = spawn(process.execPath, [join(ROOT, "dist/cli/cli.mjs"), ...command], {
      cwd: ROOT,
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, AZUREML_AKS_HMAC_KEY: hcp.key },
    });
    // Also where a test fails before it ends it.
    process.once("exit", () => child.kill());
    const server = new RunTaskProcess(child);
    if (!child.stderr) throw new Error("there is no stderr");
    for await (const line of createInterface({ input: child.stderr })) {
      if (!line.startsWith("{")) throw new Error(line);
      server.log.push(JSON.parse(line));
      server.port = server.log[0].port;
      break;
    }
    createInterface({ input: child.stderr }).on("line", (line) => server.log.push(JSON.parse(line)));
    return server;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Asks it to end, and waits until it did. */
  stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.child.once("close", resolve));
    if (this.child.exitCode !== null) return Promise.resolve(this.child.exitCode);
    this.child.kill(signal);
    return ended;
  }
}
