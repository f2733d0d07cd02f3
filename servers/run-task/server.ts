import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { UserError } from "../../errors/user-error.ts";
import { isSigned, readRequest } from "./request.ts";
import { type RunOptions, Runs } from "./runs.ts";

/** Where a run task listens, and whom it believes. */
export interface RunTaskOptions extends RunOptions {
  readonly host: string;
  /** 0 takes one that is free. */
  readonly port: number;
  /** The key by which HCP Terraform signs. */
  readonly key: string;
  /** Where HCP Terraform is: the token goes nowhere else. */
  readonly hostnames: readonly string[];
}

/** A run task that listens. */
export interface RunTask {
  readonly port: number;
  /** Takes no more runs, and ends with those that it has. Those that take longer, in milliseconds, are told so. */
  stop(grace: number): Promise<void>;
}

/** A request of HCP Terraform has a few kilobytes. */
const MAX_BODY = 1024 * 1024;

/** How long a request may take to come, in milliseconds. */
const REQUEST_TIMEOUT = 30_000;

/** Listens for runs of HCP Terraform. */
export async function startRunTask(options: RunTaskOptions): Promise<RunTask> {
  const { host, port, log } = options;
  const runs = new Runs(options);
  let isStopping = false;
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT, headersTimeout: REQUEST_TIMEOUT },
    (request, response) => {
      answerTo(request, options, runs, isStopping)
        .then((answer) => reply(response, answer))
        .catch((error: unknown) => {
          log("bug", { problem: error instanceof Error ? error.stack : String(error) });
          reply(response, { status: 500, says: "this is a bug in azureml-aks" });
        });
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  log("listening", { host, port: address.port });
  return {
    port: address.port,
    stop: async (grace) => {
      isStopping = true;
      log("stopping", runs.load);
      const closed = new Promise((resolve) => server.close(resolve));
      await runs.stop(grace);
      server.closeAllConnections();
      await closed;
      log("stopped");
    },
  };
}

interface Answer {
  readonly status: number;
  readonly says: string | object;
  readonly headers?: Readonly<Record<string, string>>;
}

async function answerTo(
  request: IncomingMessage,
  { key, hostnames, log }: RunTaskOptions,
  runs: Runs,
  isStopping: boolean,
): Promise<Answer> {
  if (request.method === "GET" && request.url === "/health")
    return { status: isStopping ? 503 : 200, says: { status: isStopping ? "stopping" : "ok", ...runs.load } };
  if (request.method !== "POST")
    return { status: 405, says: "send a request of a run task", headers: { allow: "POST" } };
  const refused = (status: number, says: string): Answer => {
    log("refused", { status, problem: says });
    return { status, says, headers: { connection: "close" } };
  };
  const body = await bodyOf(request);
  if (body === undefined) return refused(413, "the body is too large");
  if (!isSigned(body, request.headers["x-tfc-task-signature"], key))
    return refused(401, "the signature is wrong: the run task in HCP Terraform and this server need the same HMAC key");
  try {
    const asked = readRequest(body, hostnames);
    if (!asked) {
      log("tested");
      return { status: 200, says: "ready" };
    }
    if (isStopping || !runs.take(asked)) return refused(503, "no room for more runs now: ask again later");
    return { status: 200, says: "taken" };
  } catch (error) {
    if (error instanceof UserError) return refused(400, `the request ${error.message}`);
    throw error;
  }
}

/** What is sent, byte for byte. Undefined where it is more than a request can be. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Whoever sends too much gets an answer, and no end of the connection.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function reply(response: ServerResponse, { status, says, headers }: Answer): void {
  if (response.destroyed) return;
  const isText = typeof says === "string";
  response.writeHead(status, {
    "content-type": isText ? "text/plain; charset=utf-8" : "application/json",
    "cache-control": "no-store",
    ...headers,
  });
  response.end(`${isText ? says : JSON.stringify(says)}\n`);
}
