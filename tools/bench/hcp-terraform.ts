import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How a plan is answered: the redirect to the storage, or what else HCP Terraform may say. */
export type PlanBehaviour = (response: ServerResponse, attempt: number, hcp: SimulatedHcpTerraform) => void;

/** A result as it was sent. */
export interface Callback {
  readonly status: "running" | "passed" | "failed";
  readonly message: string;
  readonly outcomes: readonly Outcome[];
}

export interface Outcome {
  readonly "outcome-id": string;
  readonly description: string;
  readonly body: string;
  readonly url?: string;
  readonly tags: Readonly<Record<string, readonly { readonly label: string; readonly level: string }[]>>;
}

/** How a run is triggered, where it differs from an ordinary one. */
export interface Trigger {
  readonly stage?: string;
  readonly plan?: PlanBehaviour;
  readonly id?: string;
  /** Signs with another key, or with none. */
  readonly key?: string | null;
  /** Laid over the body. */
  readonly body?: object;
}

/**
 * HCP Terraform as a run task knows it: it asks, gives the plan by way of a storage on another host, and takes results.
 * Everything against its rules is noted.
 * https://developer.hashicorp.com/terraform/cloud-docs/api-docs/run-tasks/run-tasks-integration
 */
export class SimulatedHcpTerraform {
  readonly key = "a key for tests";
  /** What the run task did that HCP Terraform does not allow. */
  readonly violations: string[] = [];
  /** How often a run's plan and storage were asked for. */
  readonly asked = new Map<string, number>();
  /** Answers to results by their number, where that is not 200. */
  refuse: (callback: Callback, attempt: number) => number = () => 200;
  private readonly plans = new Map<string, PlanBehaviour>();
  private readonly callbacks = new Map<string, Callback[]>();
  private readonly attempts = new Map<string, number>();
  private readonly waiting = new Map<string, () => void>();
  private readonly stored = new Map<string, (response: ServerResponse) => void>();
  private readonly servers: Server[] = [];
  private hosts = { api: "", storage: "" };

  /** The host and port of its API. */
  get host(): string {
    return this.hosts.api;
  }

  async start(): Promise<void> {
    const api = await this.listen((request, response) => this.answer(request, response));
    const storage = await this.listen((request, response) => this.answerOfStorage(request, response));
    this.hosts = { api, storage };
  }

  async stop(): Promise<void> {
    for (const server of this.servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  /** Asks a run task about a run: the status of its answer. */
  async trigger(address: string, trigger: Trigger = {}): Promise<number> {
    const { key = this.key } = trigger;
    const body = JSON.stringify(this.bodyOf(trigger));
    const signature = key === null ? "" : createHmac("sha512", key).update(body).digest("hex");
    const response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json", "x-tfc-task-signature": signature },
      body,
    });
    await response.text();
    return response.status;
  }

  /** All that was sent for a result, when the final status has come. */
  async finished(id: string): Promise<readonly Callback[]> {
    if (!this.isFinal(id)) await new Promise<void>((resolve) => this.waiting.set(id, resolve));
    return this.sent(id);
  }

  /** All that was sent and taken so far. */
  sent(id: string): readonly Callback[] {
    return this.callbacks.get(id) ?? [];
  }

  private bodyOf({ stage = "post_plan", plan, id = "taskrs-1", body = {} }: Trigger): object {
    if (plan) this.plans.set(id, plan);
    return {
      payload_version: 1,
      stage,
      access_token: tokenOf(id),
      capabilities: { outcomes: true },
      configuration_version_download_url: null,
      configuration_version_id: "cv-1",
      is_speculative: false,
      organization_name: "contoso",
      run_app_url: "https://app.terraform.io/app/contoso/prod-scoring-cluster/runs/run-1",
      run_created_at: "2026-11-27T00:00:00.000Z",
      run_created_by: "jane",
      run_id: `run-${id}`,
      run_message: "Triggered via UI",
      task_result_callback_url: `http://${this.host}/api/v2/task-results/${id}/callback`,
      task_result_enforcement_level: "mandatory",
      task_result_id: id,
      vcs_branch: null,
      vcs_commit_url: null,
      vcs_pull_request_url: null,
      vcs_repo_url: null,
      workspace_app_url: "https://app.terraform.io/app/contoso/prod-scoring-cluster",
      workspace_id: "ws-1",
      workspace_name: "prod-scoring-cluster",
      workspace_working_directory: null,
      ...(stage === "pre_plan" ? {} : { plan_json_api_url: `http://${this.host}/api/v2/plans/${id}/json-output` }),
      ...body,
    };
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const [, kind, id = ""] =
      /^\/api\/v2\/(plans|task-results)\/([^/]+)\/(?:json-output|callback)$/.exec(request.url ?? "") ?? [];
    if (request.headers.authorization !== `Bearer ${tokenOf(id)}`) {
      this.violations.push(`${request.url} without its token`);
      response.writeHead(401).end();
    } else if (kind === "plans" && request.method === "GET") {
      const attempt = (this.asked.get(id) ?? 0) + 1;
      this.asked.set(id, attempt);
      (this.plans.get(id) ?? ((missing) => missing.writeHead(404).end()))(response, attempt, this);
    } else if (kind === "task-results" && request.method === "PATCH") {
      bodyOf(request).then(
        (body) => this.take(id, request, body, response),
        () => {},
      );
    } else response.writeHead(404).end();
  }

  private take(id: string, { headers }: IncomingMessage, body: string, response: ServerResponse): void {
    const callback = this.checked(headers["content-type"], body);
    const attempt = (this.attempts.get(id) ?? 0) + 1;
    this.attempts.set(id, attempt);
    const status = this.refuse(callback, attempt);
    if (status === 200) {
      if (this.isFinal(id)) this.violations.push(`${id}: a result after the final one`);
      this.callbacks.set(id, [...this.sent(id), callback]);
      if (this.isFinal(id)) this.waiting.get(id)?.();
    }
    response.writeHead(status).end();
  }

  /** The limits of the JSON schema of the callback. */
  private checked(contentType: string | undefined, body: string): Callback {
    // biome-ignore lint/suspicious/noExplicitAny: what was sent may be anything
    const { data }: any = JSON.parse(body);
    const { status, message } = data.attributes;
    // biome-ignore lint/suspicious/noExplicitAny: what was sent may be anything
    const outcomes: Outcome[] = (data.relationships?.outcomes?.data ?? []).map((each: any) => each.attributes);
    const hold = (rule: string, holds: boolean): unknown =>
      holds || this.violations.push(`${rule}: ${body.slice(0, 300)}`);
    hold("content type", contentType === "application/vnd.api+json");
    hold("type", data.type === "task-results");
    hold("status", ["running", "passed", "failed"].includes(status));
    hold("message", within(message, 1, 1000));
    hold("outcomes", outcomes.length <= 250);
    hold("outcome ids", new Set(outcomes.map((outcome) => outcome["outcome-id"])).size === outcomes.length);
    for (const outcome of outcomes) {
      hold("outcome-id", within(outcome["outcome-id"], 1, 64));
      hold("description", within(outcome.description, 1, 1000));
      hold("body", within(outcome.body, 1, 10_000));
      hold("url", outcome.url === undefined || within(outcome.url, 1, 500));
      for (const [name, tags] of Object.entries(outcome.tags))
        hold(
          "tags",
          /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) &&
            tags.every(
              ({ label, level }) => within(label, 1, 32) && ["none", "info", "warning", "error"].includes(level),
            ),
        );
    }
    return { status, message, outcomes };
  }

  private answerOfStorage(request: IncomingMessage, response: ServerResponse): void {
    if (request.headers.authorization !== undefined) this.violations.push("the token went to the storage");
    const answer = this.stored.get(request.url ?? "");
    if (answer) answer(response);
    else response.writeHead(404).end();
  }

  /** The address of something in the storage, which answers as it is told. */
  store(answer: (response: ServerResponse) => void): string {
    const path = `/archive/${this.stored.size + 1}?signature=secret`;
    this.stored.set(path, answer);
    return `http://${this.hosts.storage}${path}`;
  }

  private isFinal(id: string): boolean {
    return this.sent(id).some(({ status }) => status !== "running");
  }

  private async listen(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
}

/** A plan as HCP Terraform gives it: a redirect to where its bytes lie. */
export function redirected(bytes: Uint8Array | string, status = 307): PlanBehaviour {
  return stored((response) => response.writeHead(200, { "content-type": "application/json" }).end(bytes), status);
}

/** The same, of a storage that answers as it is told. */
export function stored(answer: (response: ServerResponse) => void, status = 307): PlanBehaviour {
  return (response, _, hcp) => response.writeHead(status, { location: hcp.store(answer) }).end();
}

function tokenOf(id: string): string {
  return `token-of-${id}.atlasv1.secret`;
}

function within(text: unknown, least: number, most: number): boolean {
  return typeof text === "string" && text.length >= least && text.length <= most;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
