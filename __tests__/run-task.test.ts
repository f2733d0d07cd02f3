import { readFileSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { attachment, cluster, example } from "../rules/examples.ts";
import {
  type Callback,
  type PlanBehaviour,
  redirected,
  SimulatedHcpTerraform,
  stored,
  type Trigger,
} from "../tools/bench/hcp-terraform.ts";
import { azuremlAks, type Json, temporaryFolder } from "./helpers.ts";
import { planOf } from "./plan-of.ts";
import { RunTaskProcess } from "./run-task-process.ts";

const stackOf = (...parts: object[]): Json => example("", ...parts).stacks.stack;
const GOOD = JSON.stringify(planOf(stackOf(cluster(), attachment())));
const SMALL = JSON.stringify(
  planOf(stackOf(cluster({ default_node_pool: { vm_size: "Standard_DS2_v2" } }), attachment())),
);

const hcp = new SimulatedHcpTerraform();
let server: RunTaskProcess;
beforeAll(async () => {
  await hcp.start();
  server = await RunTaskProcess.start(hcp, "--max-size", "1");
});
afterAll(async () => {
  await server.stop();
  await hcp.stop();
});
// The token went nowhere else, and what was sent is what HCP Terraform takes.
afterEach(() => expect(hcp.violations).toEqual([]));

let count = 0;
/** Triggers a run and waits for its end. */
async function run(trigger: Trigger): Promise<readonly Callback[]> {
  const id = `taskrs-${++count}`;
  expect(await hcp.trigger(server.address, { id, ...trigger })).toBe(200);
  return hcp.finished(id);
}

const last = (callbacks: readonly Callback[]): Callback => callbacks.at(-1) as Callback;

describe("whom it believes", () => {
  it.each([
    ["another key", { key: "another key" }],
    ["no signature", { key: null }],
  ])("refuses %s, and asks nobody for a plan", async (_, trigger) => {
    expect(await hcp.trigger(server.address, { ...trigger, id: "refused", plan: redirected(GOOD) })).toBe(401);
    expect(hcp.asked.has("refused")).toBe(false);
  });
  it("refuses a signature of something else before it reads the body", async () => {
    for (const signature of ["", "00", "g".repeat(128), "0".repeat(128), `${"0".repeat(127)}é`]) {
      const response = await fetch(server.address, {
        method: "POST",
        body: "{",
        headers: signature.endsWith("é") ? {} : { "x-tfc-task-signature": signature },
      });
      expect(response.status).toBe(401);
    }
  });
  it("answers the request that tests it, and does nothing", async () => {
    const body = { access_token: "test-token", task_result_enforcement_level: "test" };
    expect(await hcp.trigger(server.address, { body })).toBe(200);
    await expect.poll(() => server.log.at(-1)).toMatchObject({ event: "tested" });
  });
  it.each([
    [
      "a host of somebody else's",
      { task_result_callback_url: "https://example.com/callback" },
      /leads to example\.com/,
    ],
    [
      "a host like the right one",
      { plan_json_api_url: "https://app.terraform.io.example.com/" },
      /leads to app\.terra/,
    ],
    ["no https", { plan_json_api_url: "http://app.terraform.io/" }, /no https address/],
    ["no address", { task_result_callback_url: "callback" }, /no https address/],
    ["a missing ID", { task_result_id: null }, /task_result_id is null, and a text is needed/],
    ["a list for a text", { stage: [] }, /stage is a list, and a text is needed/],
  ])("refuses %s in a signed request", async (_, body, says) => {
    expect(await hcp.trigger(server.address, { body, id: `invalid-${++count}` })).toBe(400);
    await expect
      .poll(() => server.log.at(-1))
      .toMatchObject({ event: "refused", status: 400, problem: expect.stringMatching(says) });
  });
  it("refuses what no request is", async () => {
    expect((await fetch(server.address)).status).toBe(405);
    expect((await fetch(server.address, { method: "PUT", body: "x" })).status).toBe(405);
    const large = await fetch(server.address, { method: "POST", body: "x".repeat(2 ** 21) }).catch(() => undefined);
    // Whoever still sends may see the connection end instead.
    expect([413, undefined]).toContain(large?.status);
  });
  it("says that it is well", async () => {
    const response = await fetch(new URL("/health", server.address));
    expect([response.status, await response.json()]).toEqual([200, { status: "ok", judged: 0, waiting: 0 }]);
  });
});

describe("each stage", () => {
  it.each(["post_plan", "pre_apply"])("judges the plan at %s", async (stage) => {
    const callbacks = await run({ stage, plan: redirected(GOOD) });
    expect(last(callbacks)).toMatchObject({
      status: "passed",
      message: expect.stringMatching(/; the plan: attach, create-cluster; /),
    });
  });
  it("says before the plan that there is none", async () => {
    const [only, ...others] = await run({ stage: "pre_plan" });
    expect(only).toMatchObject({ status: "passed", message: expect.stringContaining("no plan yet") });
    expect(others).toEqual([]);
  });
  it("judges nothing after the apply", async () => {
    const id = "applied";
    expect(await run({ stage: "post_apply", id: `taskrs-${count + 1}`, plan: redirected(GOOD) })).toHaveLength(1);
    expect(hcp.asked.has(id)).toBe(false);
  });
});

describe("what it answers", () => {
  it("fails a plan with errors, with an outcome for what changes and one for each rule, before the final status", async () => {
    const callbacks = await run({ plan: redirected(SMALL) });
    expect(callbacks.map(({ status }) => status)).toEqual(["running", "running", "failed"]);
    const [begun, found, final] = callbacks as [Callback, Callback, Callback];
    expect(begun.message).toBe("fetching and judging the plan");
    expect(final.message).toMatch(/^1 error.*the plan: .*create-cluster/);
    expect(final.outcomes).toEqual([]);
    const [changes, rule] = found.outcomes;
    expect(changes).toMatchObject({ "outcome-id": "changes", description: expect.stringContaining("create-cluster") });
    expect(changes?.body).toContain("create-cluster");
    expect(rule).toMatchObject({
      "outcome-id": "attachment/production-size",
      url: expect.stringMatching(/^https:\/\/learn\.microsoft\.com\//),
      tags: { Status: [{ label: "Failed", level: "error" }], Severity: [{ label: "Error", level: "error" }] },
    });
    expect(rule?.body).toMatch(/6 vCPUs.*\]\(https:|\]\(https:.*6 vCPUs/s);
  });
  it("says the same as review", async () => {
    const file = join(temporaryFolder(), "plan.json");
    writeFileSync(file, SMALL);
    const { stdout } = azuremlAks(["review", file, "--stack", "prod-scoring-cluster", "--format", "json"]);
    const rules = new Set(JSON.parse(stdout).findings.map(({ rule }: Json) => rule));
    const [, found] = await run({ plan: redirected(SMALL) });
    expect(new Set(found?.outcomes.map((outcome) => outcome["outcome-id"]))).toEqual(new Set(["changes", ...rules]));
  });
  it("sends no outcomes where they are not taken", async () => {
    const callbacks = await run({ plan: redirected(SMALL), body: { capabilities: { outcomes: false } } });
    expect(callbacks.map(({ status, outcomes }) => [status, outcomes.length])).toEqual([
      ["running", 0],
      ["failed", 0],
    ]);
  });
  it("sends the result where the outcomes are refused", async () => {
    hcp.refuse = ({ outcomes }) => (outcomes.length > 0 ? 422 : 200);
    expect(last(await run({ plan: redirected(SMALL) })).status).toBe("failed");
    hcp.refuse = () => 200;
  });
  it("sends a result again that was not taken", async () => {
    hcp.refuse = ({ status }, attempt) => (status === "running" ? 200 : attempt < 5 ? 503 : 200);
    expect(last(await run({ plan: redirected(GOOD) })).status).toBe("passed");
    hcp.refuse = () => 200;
  });
});

/** Writes as long as somebody reads. */
function endless(response: ServerResponse): void {
  response.write(" ".repeat(100_000), (error) => {
    if (!error) endless(response);
  });
}
const binary = Buffer.from("PK\u0003\u0004plan");

describe("how it gets the plan", () => {
  // Several wait.
  it.concurrent.each([
    ["redirects of other kinds", redirected(GOOD, 302)],
    ["no redirect", ((response) => response.end(GOOD)) as PlanBehaviour],
    ["gzip", redirected(gzipSync(GOOD))],
    ["UTF-16", redirected(Buffer.from(`\ufeff${GOOD}`, "utf16le"))],
    [
      "an encoding of the connection",
      stored((response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(GOOD))),
    ],
    [
      "a plan that comes slowly",
      stored((response) => {
        response.write(GOOD.slice(0, 1000));
        setTimeout(() => response.end(GOOD.slice(1000)), 300);
      }),
    ],
    [
      "a plan that is not ready, and a server that is busy",
      ((response, attempt, service) => {
        if (attempt === 1) response.writeHead(204).end();
        else if (attempt === 2) response.writeHead(429, { "retry-after": "0" }).end();
        else redirected(GOOD)(response, attempt, service);
      }) as PlanBehaviour,
    ],
    [
      "a connection that breaks",
      ((response, attempt, service) => {
        if (attempt === 1) response.destroy();
        else redirected(GOOD)(response, attempt, service);
      }) as PlanBehaviour,
    ],
    [
      "a download that breaks",
      ((response, attempt, service) => {
        if (attempt > 1) return redirected(GOOD)(response, attempt, service);
        stored((half) => {
          half.writeHead(200, { "content-length": GOOD.length });
          half.write(GOOD.slice(0, 100), () => half.destroy());
        })(response, attempt, service);
      }) as PlanBehaviour,
    ],
  ])("takes %s", async (_, plan) => {
    expect(last(await run({ plan })).status).toBe("passed");
  });
  it.each<[string, PlanBehaviour, RegExp]>([
    ["is not allowed", (response) => response.writeHead(403).end(), /cannot be fetched: HCP Terraform answers 403$/],
    ["is not there", (response) => response.writeHead(404).end(), /cannot be fetched: HCP Terraform answers 404$/],
    ["is of an old Terraform", (response) => response.writeHead(422).end(), /needs Terraform 0\.12 or later/],
    ["breaks off", redirected(GOOD.slice(0, 2000)), /is not complete JSON/],
    ["is empty", redirected(""), /is empty/],
    ["is binary", redirected(binary), /binary form/],
    ["is a state", redirected('{"lineage":"x","serial":1,"version":4}'), /is a Terraform state/],
    ["is of the future", redirected('{"format_version":"2.0","resource_changes":[]}'), /format_version "2\.0"/],
    ["is too large", redirected(" ".repeat(2 ** 20 + 1)), /holds more than 1 MB: .*--max-size/],
    ["is too large, unpacked", redirected(gzipSync(" ".repeat(2 ** 21))), /holds more than 1 MB/],
    ["is larger than it says, without end", stored(endless), /holds more than 1 MB/],
    ["is nested without end", redirected(`{"format_version":"1.2","x":${"[".repeat(5000)}`), /nested deeper/],
    [
      "leads in a circle",
      (response, _, service) =>
        response
          .writeHead(307, {
            location: `http://${service.host}/api/v2/plans/${response.req.url?.split("/")[4]}/json-output`,
          })
          .end(),
      /redirected more than 5 times/,
    ],
    [
      "leads to an address that others can read",
      (response) => response.writeHead(307, { location: "http://archive.example.com/plan" }).end(),
      /redirected to an address that is not https/,
    ],
  ])("says what is wrong with a plan that %s", async (_, plan, says) => {
    const final = last(await run({ plan }));
    expect(final).toMatchObject({ status: "failed", message: expect.stringMatching(says) });
    expect(final.message).toMatch(/^The plan /);
  });
});

describe("what it is asked again", () => {
  it("is judged once, while it works and afterwards", async () => {
    const trigger = { id: "repeated", plan: redirected(GOOD) };
    const asked = await Promise.all([1, 2, 3].map(() => hcp.trigger(server.address, trigger)));
    await hcp.finished("repeated");
    expect([...asked, await hcp.trigger(server.address, trigger)]).toEqual([200, 200, 200, 200]);
    expect(hcp.asked.get("repeated")).toBe(1);
  });
  it("is judged again where nobody took the result", async () => {
    hcp.refuse = ({ status }) => (status === "running" ? 200 : 401);
    await hcp.trigger(server.address, { id: "lost", plan: redirected(GOOD) });
    await expect.poll(() => server.log.at(-1)).toMatchObject({ event: "not answered", taskResult: "lost" });
    hcp.refuse = () => 200;
    await hcp.trigger(server.address, { id: "lost", plan: redirected(GOOD) });
    expect(last(await hcp.finished("lost")).status).toBe("passed");
  });
});

describe("its log", () => {
  it("says what happened to each run, and nothing secret", async () => {
    await run({ plan: redirected(SMALL) });
    await expect
      .poll(() => server.log.at(-1))
      .toMatchObject({
        event: "answered",
        run: `run-taskrs-${count}`,
        workspace: "prod-scoring-cluster",
        status: "failed",
      });
    const text = JSON.stringify(server.log);
    for (const secret of ["atlasv1", "signature=", hcp.key]) expect(text).not.toContain(secret);
  });
});

describe("how it is started", () => {
  const start = (args: string[], env = {}): Json =>
    azuremlAks(["run-task", ...args], { env: { AZUREML_AKS_HMAC_KEY: "", ...env } });
  it("needs a key", () => {
    expect(start([])).toMatchObject({ status: 2, stderr: expect.stringContaining("AZUREML_AKS_HMAC_KEY") });
    const file = join(temporaryFolder(), "key");
    writeFileSync(file, "\n");
    expect(start(["--hmac-key-file", file])).toMatchObject({ status: 2, stderr: expect.stringContaining("empty") });
  });
  it.each([
    [["--port", "70000"], /--port: give a whole number, 0 to 65535/],
    [["--concurrency", "0"], /--concurrency: give a whole number, 1 to 64/],
    [["--timeout", "1.5"], /--timeout: give a whole number, 1 to 500/],
    [["--max-size", "0"], /--max-size: give a whole number of MB/],
    [["--acknowledge", "nothing"], /--acknowledge nothing: give a rule and a reason/],
  ])("says what is wrong with %s", (args, says) => {
    expect(start(args, { AZUREML_AKS_HMAC_KEY: "key" })).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(says),
    });
  });
  it("reads the key from a file, fails as it is told to, and acknowledges", async () => {
    const file = join(temporaryFolder(), "key");
    writeFileSync(file, `${hcp.key}\n`);
    expect(readFileSync(file, "utf8")).toContain(hcp.key);
    const args = [
      "--hmac-key-file",
      file,
      "--acknowledge",
      "attachment/production-size=a test",
      "--fail-on",
      "warning",
    ];
    const other = await RunTaskProcess.start(hcp, ...args);
    await hcp.trigger(other.address, { id: "acknowledged", plan: redirected(SMALL) });
    const callbacks = await hcp.finished("acknowledged");
    expect(
      callbacks.flatMap(({ outcomes }) => outcomes).find((each) => each["outcome-id"] === "attachment/production-size")
        ?.tags,
    ).toMatchObject({
      Status: [{ label: "Acknowledged" }],
    });
    expect(await other.stop("SIGINT")).toBe(0);
  });
});
