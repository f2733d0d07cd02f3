import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../errors/user-error.ts";
import { tooLarge } from "../../sources/json-file.ts";
import { isSafe } from "./request.ts";

/** An answer or an error that a second try may better. */
class Transient extends UserError {
  constructor(
    message: string,
    /** When HCP Terraform asks to be asked again, in milliseconds. */
    readonly wait?: number,
  ) {
    super(message);
  }
}

const FIRST_WAIT = 250;
const LONGEST_WAIT = 8000;
const TRIES = 8;
const MAX_REDIRECTS = 5;

/** How long HCP Terraform may take to take a result, in milliseconds. */
const CALLBACK_TIMEOUT = 20_000;

/** The bytes of a plan, and no more of them than are allowed. Throws UserError as the end of a sentence. */
export async function fetchPlan(
  url: URL,
  { token, maxBytes, signal }: { readonly token: string; readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<Uint8Array<ArrayBuffer>> {
  return repeated(signal, async () => {
    const response = await followed(url, token, signal);
    if (response.status === 200) return bytesOf(response, maxBytes);
    await response.body?.cancel();
    // The plan is there, and its JSON is still being made.
    if (response.status === 204) throw new Transient("is not ready yet");
    if (response.status === 422)
      throw new UserError("cannot be had as JSON: the workspace needs Terraform 0.12 or later");
    throw answered("cannot be fetched", response);
  });
}

/** Follows redirects. The token stays with the host that it is for: the plan lies in a storage of somebody else's. */
async function followed(start: URL, token: string, signal: AbortSignal): Promise<Response> {
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const headers = new Headers({ accept: "application/json" });
    if (url.origin === start.origin) headers.set("authorization", `Bearer ${token}`);
    const response = await fetch(url, { headers, signal, redirect: "manual" });
    const location = response.headers.get("location");
    if (response.status < 301 || response.status > 308 || location === null) return response;
    await response.body?.cancel();
    url = new URL(location, url);
    if (!isSafe(url)) throw new UserError("cannot be fetched: it is redirected to an address that is not https");
  }
  throw new UserError(`cannot be fetched: it is redirected more than ${MAX_REDIRECTS} times`);
}

async function bytesOf(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    // Leaving the loop ends the download.
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Tells HCP Terraform a result or progress. Throws UserError as the end of a sentence. */
export async function sendResult(url: URL, token: string, data: object): Promise<void> {
  await repeated(undefined, async () => {
    const response = await fetch(url, {
      method: "PATCH",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/vnd.api+json" },
      body: JSON.stringify({ data }),
      signal: AbortSignal.timeout(CALLBACK_TIMEOUT),
      redirect: "error",
    });
    await response.body?.cancel();
    if (!response.ok) throw answered("is not taken", response);
  });
}

/** An answer that is not what was asked for, with the status alone: what else is in it may be anything. */
function answered(what: string, { status, headers }: Response): UserError {
  const message = `${what}: HCP Terraform answers ${status}`;
  if (status !== 408 && status !== 429 && status < 500) return new UserError(message);
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return new Transient(message, Number.isFinite(seconds) ? Math.min(seconds * 1000, 60_000) : undefined);
}

/** Tries again what a second try may better, each time after a longer wait. */
async function repeated<T>(signal: AbortSignal | undefined, attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      const failure = error instanceof Error ? ofNetwork(error) : undefined;
      if (!failure || tries === TRIES) throw failure ?? error;
      const wait = failure.wait ?? Math.min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT);
      await sleep(wait, undefined, { signal }).catch(() => {
        throw signal?.reason;
      });
    }
  }
}

/** What went wrong between here and there, where it is that. */
function ofNetwork(error: Error): Transient | undefined {
  if (error instanceof Transient) return error;
  if (error instanceof UserError) return undefined;
  if (error.name === "TimeoutError") return new Transient("is not taken: HCP Terraform does not answer in time");
  // fetch has one error for all that can happen, and says in its cause what it was.
  if (!(error instanceof TypeError)) return undefined;
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  return new Transient(`cannot be exchanged: the connection to HCP Terraform fails${code ? ` (${code})` : ""}`);
}
