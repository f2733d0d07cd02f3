import { availableParallelism } from "node:os";
import type { Argv } from "yargs";
import { ACKNOWLEDGE, acknowledgementsOf } from "../command-line/acknowledgements.ts";
import { MAX_SIZE, maxBytesOf } from "../command-line/inputs.ts";
import { FAIL_ON_OPTION, last } from "../command-line/options.ts";
import { say } from "../command-line/output.ts";
import { UserError } from "../errors/user-error.ts";
import { readInput } from "../files/read.ts";
import type { FailOn } from "../report/report.ts";

interface RunTaskArguments {
  readonly host: string;
  readonly port: number;
  readonly hmacKeyFile?: string;
  readonly hostname?: readonly string[];
  readonly concurrency?: number;
  readonly timeout: number;
  readonly grace: number;
  readonly maxSize?: number;
  readonly failOn?: FailOn;
  readonly acknowledge?: readonly string[];
}

/** The key is no argument: those are seen by all who are on the machine. */
const KEY_VARIABLE = "AZUREML_AKS_HMAC_KEY";

const HOSTNAMES = ["app.terraform.io", "app.eu.terraform.io"];

const MAX_KEY_BYTES = 10_000;

export function builder(args: Argv): Argv<RunTaskArguments> {
  const value = { nargs: 1, requiresArg: true, coerce: last } as const;
  return args
    .option("host", { ...value, type: "string", default: "127.0.0.1", describe: "the address to listen at" })
    .option("port", { ...value, type: "number", default: 8080, describe: "the port to listen at; 0 takes a free one" })
    .option("hmac-key-file", {
      ...value,
      type: "string",
      describe: `a file with the HMAC key of the run task [default: the variable ${KEY_VARIABLE}]`,
    })
    .option("hostname", {
      type: "string",
      array: true,
      nargs: 1,
      requiresArg: true,
      describe: `where HCP Terraform or Terraform Enterprise is; may be repeated [default: ${HOSTNAMES.join(" and ")}]`,
    })
    .option("concurrency", {
      ...value,
      type: "number",
      describe: "how many plans are fetched and judged at a time; each takes memory [default: one for each core]",
    })
    .option("timeout", {
      ...value,
      type: "number",
      default: 120,
      describe: "how long fetching and judging one plan may take, in seconds, up to 500",
    })
    .option("grace", {
      ...value,
      type: "number",
      default: 25,
      describe: "how long runs that were taken are worked on after SIGTERM, in seconds",
    })
    .option("max-size", { ...MAX_SIZE, coerce: last })
    .option("fail-on", {
      ...FAIL_ON_OPTION,
      describe: "the lowest level of a finding that fails the run task [default: error]",
    })
    .option("acknowledge", ACKNOWLEDGE) as unknown as Argv<RunTaskArguments>;
}

export async function handler(args: RunTaskArguments): Promise<number> {
  const { host, port, timeout, grace, hostname = HOSTNAMES } = args;
  const options = {
    host,
    port: whole("--port", port, 0, 65_535),
    key: keyOf(args.hmacKeyFile),
    hostnames: hostname.map((name) => name.toLowerCase()),
    concurrency: whole("--concurrency", args.concurrency ?? availableParallelism(), 1, 64),
    timeout: 1000 * whole("--timeout", timeout, 1, 500),
    maxBytes: maxBytesOf(args.maxSize),
    failOn: args.failOn ?? "error",
    acknowledgements: acknowledgementsOf(args.acknowledge),
    log: (event: string, fields: object = {}) =>
      say(`${JSON.stringify({ time: new Date().toISOString(), event, ...fields })}\n`),
  } as const;
  const milliseconds = 1000 * whole("--grace", grace, 0, 600);
  const { startRunTask } = await import("../servers/run-task/server.ts");
  const server = await startRunTask(options);
  await new Promise<void>((resolve) => {
    process.once("SIGTERM", () => resolve());
    process.once("SIGINT", () => resolve());
  });
  await server.stop(milliseconds);
  return 0;
}

function whole(option: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UserError(`${option}: give a whole number, ${least} to ${most}`);
}

/** The end of the line, which editors add, is no part of it. */
function keyOf(file: string | undefined): string {
  const key =
    file === undefined
      ? process.env[KEY_VARIABLE]
      : readInput(file, { maxBytes: MAX_KEY_BYTES })
          .toString("utf8")
          .replace(/\r?\n$/, "");
  if (key) return key;
  throw new UserError(
    file === undefined
      ? `give the HMAC key of the run task in the variable ${KEY_VARIABLE}, or in a file with --hmac-key-file`
      : `${file}: this is empty, and the HMAC key of the run task is needed`,
  );
}
