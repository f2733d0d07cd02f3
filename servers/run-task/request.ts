import { createHmac, timingSafeEqual } from "node:crypto";
import { UserError } from "../../errors/user-error.ts";
import { checkedJson } from "../../sources/checked-json.ts";
import { parseJson } from "../../sources/parse-json.ts";

const { map, needed, optionalMap, text } = checkedJson("request of a run task");

/** What HCP Terraform asks, as far as it is needed. */
export interface RunTaskRequest {
  /** `pre_plan`, `post_plan`, `pre_apply` or `post_apply`; others may come. */
  readonly stage: string;
  /** Lets this run task read the plan and answer, for ten minutes. */
  readonly accessToken: string;
  /** Whether HCP Terraform shows outcomes. */
  readonly takesOutcomes: boolean;
  /** Absent before there is a plan. */
  readonly planUrl?: URL;
  readonly callbackUrl: URL;
  /** The same when HCP Terraform asks again. */
  readonly taskResultId: string;
  readonly runId: string;
  readonly workspace: string;
}

/**
 * Whether whoever sent this body knows the key. Judged over the bytes as they came, before anything is parsed, and in
 * the same time whatever the signature is.
 */
export function isSigned(body: Buffer, signature: unknown, key: string): boolean {
  if (typeof signature !== "string" || !/^[0-9a-f]{128}$/i.test(signature)) return false;
  const expected = createHmac("sha512", key).update(body).digest();
  return timingSafeEqual(Buffer.from(signature, "hex"), expected);
}

/** What HCP Terraform sends when a run task is made or changed. */
const TEST_TOKEN = "test-token";

/**
 * The request in a signed body; undefined for the one by which HCP Terraform tests the address. Throws UserError.
 * https://developer.hashicorp.com/terraform/cloud-docs/api-docs/run-tasks/run-tasks-integration
 */
export function readRequest(body: Buffer, hosts: readonly string[]): RunTaskRequest | undefined {
  const request = map(parsed(body), "the body");
  const accessToken = needed(request.access_token, "access_token");
  if (accessToken === TEST_TOKEN) return undefined;
  const planUrl = text(request.plan_json_api_url, "plan_json_api_url");
  return {
    stage: needed(request.stage, "stage"),
    accessToken,
    takesOutcomes: optionalMap(request.capabilities, "capabilities").outcomes === true,
    planUrl: planUrl === undefined ? undefined : ofHost(planUrl, "plan_json_api_url", hosts),
    callbackUrl: ofHost(
      needed(request.task_result_callback_url, "task_result_callback_url"),
      "task_result_callback_url",
      hosts,
    ),
    taskResultId: needed(request.task_result_id, "task_result_id"),
    runId: needed(request.run_id, "run_id"),
    workspace: needed(request.workspace_name, "workspace_name"),
  };
}

function parsed(body: Buffer): unknown {
  try {
    return parseJson(body.toString("utf8"));
  } catch (error) {
    // The message of JSON.parse quotes the text, which holds a token.
    if (error instanceof SyntaxError) throw new UserError("is not JSON");
    throw error;
  }
}

/** The token goes to hosts that were named at the start alone, and never in clear over a network. */
function ofHost(value: string, where: string, hosts: readonly string[]): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !isSafe(url)) throw new UserError(`is refused: ${where} is no https address`);
  if (!hosts.includes(url.host))
    throw new UserError(`is refused: ${where} leads to ${url.host}: allow it with --hostname, where it is yours`);
  return url;
}

/** Whether nobody on the way can read what goes to an address. */
export function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname));
}
