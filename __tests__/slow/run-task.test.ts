import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PlanBehaviour, redirected, SimulatedHcpTerraform, stored } from "../../tools/bench/hcp-terraform.ts";
import { writePlan } from "../../tools/bench/plan.ts";
import { temporaryFolder } from "../helpers.ts";
import { RunTaskProcess } from "../run-task-process.ts";

const hcp = new SimulatedHcpTerraform();
const PLAN = join(temporaryFolder(), "plan.json");
let bytes: Buffer;
beforeAll(async () => {
  writePlan(PLAN, 10, 10);
  bytes = readFileSync(PLAN);
  await hcp.start();
});
afterAll(async () => {
  await hcp.stop();
  expect(hcp.violations).toEqual([]);
});

/** Peak memory of a process, in MB. */
const peakOf = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

describe.skipIf(process.platform !== "linux")("100 runs at once with plans of 10 MB", () => {
  it("loses none, answers at once, and takes the memory of the plans that are judged at a time", async () => {
    const server = await RunTaskProcess.start(hcp, "--concurrency", "2");
    const ids = Array.from({ length: 100 }, (_, index) => `load-${index}`);
    const began = performance.now();
    const slowest: number[] = [];
    const statuses = await Promise.all(
      ids.map(async (id) => {
        const asked = performance.now();
        const status = await hcp.trigger(server.address, { id, plan: redirected(bytes) });
        slowest.push(performance.now() - asked);
        return status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    // While plans are judged, it answers too.
    const healthy: number[] = [];
    let isDone = false;
    const health = (async () => {
      while (!isDone) {
        const asked = performance.now();
        expect((await fetch(new URL("/health", server.address))).status).toBe(200);
        healthy.push(performance.now() - asked);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    })();
    const results = await Promise.all(ids.map((id) => hcp.finished(id)));
    isDone = true;
    await health;
    const seconds = (performance.now() - began) / 1000;
    const peak = peakOf(server.pid);
    const percentile = (all: number[]): number =>
      Math.round([...all].sort((a, b) => a - b)[Math.floor(all.length * 0.99)] ?? 0);
    console.log(
      `100 runs of 10 MB: ${seconds.toFixed(1)} s, ${Math.round(peak)} MB at most; answered in ${percentile(slowest)} ms, health in ${percentile(healthy)} ms (99 of 100)`,
    );
    for (const callbacks of results) {
      const final = callbacks.filter(({ status }) => status !== "running");
      expect(final).toHaveLength(1);
      expect(final[0]).toMatchObject({ status: "passed", message: results[0]?.at(-1)?.message });
      expect(callbacks.filter(({ outcomes }) => outcomes.length > 0)).toHaveLength(1);
    }
    expect(await server.stop()).toBe(0);
    expect(server.log.filter(({ event }) => event === "answered")).toHaveLength(100);
    // A gigabyte of plans.
    expect(peak).toBeLessThan(700);
  });
  it("takes no more memory than it may for a plan of many values, and judges the next", async () => {
    const server = await RunTaskProcess.start(hcp, "--max-size", "30");
    // In a plan of 30 MB, an empty object for every two bytes.
    const many = `{"format_version":"1.2","resource_changes":[${"{},".repeat(9_500_000)}{}]}`;
    await hcp.trigger(server.address, { id: "many", plan: redirected(many) });
    expect((await hcp.finished("many")).at(-1)).toMatchObject({ status: "failed" });
    await hcp.trigger(server.address, { id: "next", plan: redirected(bytes) });
    expect((await hcp.finished("next")).at(-1)).toMatchObject({ status: "passed" });
    expect(await server.stop()).toBe(0);
  });
});

describe("when HCP Terraform is down", () => {
  it("gives up a plan after eight tries, and a result that nobody takes", async () => {
    const server = await RunTaskProcess.start(hcp);
    await hcp.trigger(server.address, { id: "down", plan: (response) => response.writeHead(503).end() });
    expect((await hcp.finished("down")).at(-1)).toMatchObject({
      status: "failed",
      message: "The plan cannot be fetched: HCP Terraform answers 503",
    });
    expect(hcp.asked.get("down")).toBe(8);
    expect(await server.stop()).toBe(0);
  });
  it("ends at once where it is killed, and judges a run again that is asked for again", async () => {
    const killed = await RunTaskProcess.start(hcp);
    await hcp.trigger(killed.address, { id: "killed", plan: () => {} });
    await expect.poll(() => hcp.asked.get("killed")).toBe(1);
    await killed.stop("SIGKILL");
    const server = await RunTaskProcess.start(hcp);
    await hcp.trigger(server.address, { id: "killed", plan: redirected(bytes) });
    expect((await hcp.finished("killed")).at(-1)).toMatchObject({ status: "passed" });
    expect(await server.stop()).toBe(0);
  });
});

let count = 0;
const never: PlanBehaviour = () => {};

describe("how long it waits", () => {
  it.each<[string, PlanBehaviour]>([
    ["never comes", never],
    ["never ends", stored((response) => response.write("{"))],
  ])("says that a plan %s", async (_, plan) => {
    const impatient = await RunTaskProcess.start(hcp, "--timeout", "1");
    const id = `slow-${++count}`;
    await hcp.trigger(impatient.address, { id, plan });
    expect((await hcp.finished(id)).at(-1)).toMatchObject({
      status: "failed",
      message: "The plan was not fetched and judged within 1 s: allow more with --timeout",
    });
    expect(await impatient.stop()).toBe(0);
  });
});

describe("when it ends", () => {
  it("finishes what it has, takes no more, and tells those that it cannot finish", async () => {
    const other = await RunTaskProcess.start(hcp, "--concurrency", "1", "--grace", "5");
    let release = (): void => {};
    const slow = stored((response) => {
      release = () => response.end(bytes);
    });
    expect(await hcp.trigger(other.address, { id: "first", plan: slow })).toBe(200);
    expect(await hcp.trigger(other.address, { id: "second", plan: never })).toBe(200);
    await expect.poll(() => hcp.asked.get("first")).toBe(1);
    await expect.poll(() => hcp.sent("second")).toHaveLength(1);
    expect(hcp.sent("second")[0]?.message).toBe("waiting; plans before it: 1");
    const ended = other.stop();
    await expect.poll(() => other.log.at(-1).event).toBe("stopping");
    release();
    expect((await hcp.finished("first")).at(-1)?.status).toBe("passed");
    expect((await hcp.finished("second")).at(-1)).toMatchObject({
      status: "failed",
      message: expect.stringContaining("the run task was stopped meanwhile"),
    });
    expect(await ended).toBe(0);
    expect(other.log.at(-1)).toMatchObject({ event: "stopped" });
  });
});
