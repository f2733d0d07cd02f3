import { readFileSync } from "node:fs";
import { redirected, SimulatedHcpTerraform } from "./hcp-terraform.ts";

/** node tools/run.mjs tools/bench/run-task PLAN COUNT: that many runs at once, each with the plan. */
const [file = "", count = ""] = process.argv.slice(2);
// In a file of its own: its threads run that file too.
const { startRunTask } = await import("../../servers/run-task/server.ts");
const hcp = new SimulatedHcpTerraform();
await hcp.start();
const server = await startRunTask({
  host: "127.0.0.1",
  port: 0,
  key: hcp.key,
  hostnames: [hcp.host],
  concurrency: 2,
  timeout: 120_000,
  maxBytes: 2 ** 27,
  failOn: "error",
  acknowledgements: [],
  log: () => {},
});
const plan = redirected(readFileSync(file));
const ids = Array.from({ length: Number(count) }, (_, index) => `run-${index}`);
await Promise.all(ids.map((id) => hcp.trigger(`http://127.0.0.1:${server.port}/`, { id, plan })));
const results = await Promise.all(ids.map((id) => hcp.finished(id)));
if (results.some((callbacks) => callbacks.at(-1)?.status !== "passed")) throw new Error("a run did not pass");
await server.stop(0);
await hcp.stop();
