import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constants, deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeFiles } from "../page/judge.ts";
import * as browser from "../page/zlib.ts";
import { renderJson } from "../report/json.ts";
import { attachment, cluster } from "../rules/examples.ts";
import { today } from "../sources/today.ts";
import { azuremlAks, type Json, temporaryFolder } from "./helpers.ts";
import { stackOf } from "./html-report.ts";
import { planOf } from "./plan-of.ts";

const PLAN = JSON.stringify(
  planOf(stackOf(cluster({ default_node_pool: { vm_size: "Standard_DS2_v2" } }), attachment())),
);
const CLUSTER = JSON.stringify({
  id: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks",
  name: "aks",
  type: "Microsoft.ContainerService/managedClusters",
  location: "westeurope",
  properties: { kubernetesVersion: "1.20.9", agentPoolProfiles: [{ name: "pool", count: 1, vmSize: "Standard_B2s" }] },
});
const given = (name: string, text: string | Uint8Array): { name: string; bytes: Uint8Array } => ({
  name,
  bytes: Buffer.from(text),
});

/** What the command says of files that lie in a folder. */
function command(name: "review" | "audit", files: Readonly<Record<string, string>>): Json {
  const cwd = temporaryFolder();
  for (const [file, text] of Object.entries(files)) writeFileSync(join(cwd, file), text);
  return azuremlAks([name, ...Object.keys(files), "--format", "json"], { cwd });
}

describe("what the page says", () => {
  it("is what review says of plans, and what audit says of the rest", () => {
    const judged = judgeFiles([given("plan.json", PLAN), given("aks.json", CLUSTER)], today());
    expect(judged.problems).toEqual([]);
    expect(judged.read).toEqual(["plan.json", "aks.json"]);
    expect(judged.review && renderJson(judged.review)).toBe(command("review", { "plan.json": PLAN }).stdout);
    expect(judged.audit && renderJson(judged.audit)).toBe(command("audit", { "aks.json": CLUSTER }).stdout);
  });
  it("is the same of what is gzipped, or in UTF-16", () => {
    const plain = judgeFiles([given("plan.json", PLAN)], today()).review;
    for (const bytes of [gzipSync(PLAN), Buffer.from(`\ufeff${PLAN}`, "utf16le")])
      expect(judgeFiles([given("plan.json", bytes)], today()).review?.findings).toEqual(plain?.findings);
  });
  it("names each file that cannot be read, and judges the others", () => {
    const { problems, review, read } = judgeFiles(
      [
        given("a.json", PLAN),
        given("b.tf", 'resource "x" "y" {'),
        given("c.json", "{"),
        given("a.json.gz", gzipSync(PLAN)),
      ],
      today(),
    );
    expect(read).toEqual(["a.json"]);
    expect(review).toBeDefined();
    expect(problems).toEqual([
      expect.stringMatching(/^b\.tf is Terraform configuration: /),
      expect.stringMatching(/^c\.json is not complete JSON: /),
      "a.json.gz is a plan of the stack a, and so is a.json: give the newer one",
    ]);
  });
});

describe("what unpacks in a browser", () => {
  const packed = fc
    .tuple(fc.uint8Array({ maxLength: 300 }), fc.nat(2000))
    .map(([bytes, times]) => Buffer.concat(Array.from({ length: times }, () => bytes)));
  it("gives what Node gives", () => {
    fc.assert(
      fc.property(packed, (bytes) => {
        expect(browser.gunzipSync(gzipSync(bytes)).equals(bytes)).toBe(true);
        expect(browser.inflateSync(deflateSync(bytes)).equals(bytes)).toBe(true);
      }),
      { seed: 1, numRuns: 30 },
    );
  });
  it("takes what is cut off where it is asked to, and refuses it otherwise, as Node does", () => {
    const whole = gzipSync(PLAN);
    const half = whole.subarray(0, whole.length / 2);
    const options = { finishFlush: constants.Z_SYNC_FLUSH };
    const [ours, nodes] = [
      browser.gunzipSync(half, { finishFlush: browser.constants.Z_SYNC_FLUSH }),
      gunzipSync(half, options),
    ];
    // Node may have a few bytes more of the last block.
    expect(ours.length).toBeGreaterThan(0);
    expect(nodes.subarray(0, ours.length).equals(ours)).toBe(true);
    for (const unzip of [browser.gunzipSync, gunzipSync]) expect(() => unzip(half)).toThrow();
  });
  it("stops where too much comes out, as Node does", () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    for (const unzip of [browser.gunzipSync, gunzipSync])
      expect(() => unzip(bomb, { maxOutputLength: 1000 })).toThrow(
        expect.objectContaining({ name: "RangeError", code: "ERR_BUFFER_TOO_LARGE" }),
      );
    expect(() => browser.inflateSync(deflateSync(Buffer.alloc(5000)), { maxOutputLength: 100 })).toThrow(RangeError);
    expect(inflateSync(deflateSync("x")).toString()).toBe("x");
  });
});

describe("the file that page writes", () => {
  it("is whole: it may load, send and evaluate nothing, and its policy is that of its script and style", () => {
    const { status, stdout } = azuremlAks(["page"]);
    expect(status).toBe(0);
    const [, script = ""] = /<script type="module">(.*?)<\/script>/s.exec(stdout) ?? [];
    const [, style = ""] = /<style>(.*?)<\/style>/s.exec(stdout) ?? [];
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(stdout) ?? [];
    const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    expect(policy).toBe(
      `default-src 'none'; script-src ${hash(script)} 'wasm-unsafe-eval'; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`,
    );
    const html = stdout.replace(script, "");
    for (const [tag] of html.matchAll(/<[a-z][^>]*>/gi))
      expect(tag).not.toMatch(/^<(link|img|iframe|object|embed)\b|\s(on\w+|src|href|style)=/i);
    expect(style).not.toMatch(/@import|url\(/);
  });
  it("is written where it is asked for, and is the same each time", () => {
    const file = join(temporaryFolder(), "review.html");
    const { status, stdout, stderr } = azuremlAks(["page", "--output", file]);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(readFileSync(file, "utf8")).toBe(azuremlAks(["page"]).stdout);
  });
});
