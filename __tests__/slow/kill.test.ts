import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { azuremlAks, ROOT, small, temporaryFolder } from "../helpers.ts";
import { lockedBy, lockIn } from "../lock.ts";

/**
 * Two configurations with stacks of the same names and stacks of their own; with enough of them that writing takes its
 * time, and with few.
 */
const CONFIGS = {
  a: configurationOf("a", "westeurope", 30),
  b: configurationOf("b", "uksouth", 30),
  "few-a": configurationOf("a", "westeurope", 1),
  "few-b": configurationOf("b", "uksouth", 1),
} as const;
type Name = keyof typeof CONFIGS;

function configurationOf(name: string, location: string, count: number): string {
  const { dev } = small({ environment: { location } }).environments;
  const { scoring } = dev.clusters;
  const clusters = Array.from({ length: count }, (_, index) => {
    const create = { ...scoring.create, name: `aks-${name}-${index}` };
    return [`c${index}`, { create, attachment: { ...scoring.attachment, computeName: `compute-${name}-${index}` } }];
  });
  return stringify({ environments: { shared: { ...dev, clusters: Object.fromEntries(clusters) }, [name]: dev } });
}

/** A folder with the configurations, and with the output of one where that is asked for. */
function prepared(before?: Name): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(CONFIGS)) writeFileSync(join(folder, `${name}.yaml`), text);
  if (before) expect(azuremlAks(synth(before), { cwd: folder }).status).toBe(0);
  return folder;
}

/** What is beside the configurations. */
function namesIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => !name.endsWith(".yaml"));
}

const synth = (name: string): string[] => [
  "synth",
  "--config",
  `${name}.yaml`,
  "--fail-on",
  "never",
  "--format",
  "json=/dev/null",
];

function start(folder: string, name: string, options: { args?: string[]; env?: NodeJS.ProcessEnv } = {}): ChildProcess {
  return spawn(process.execPath, [...(options.args ?? []), join(ROOT, "dist/cli/cli.mjs"), ...synth(name)], {
    cwd: folder,
    stdio: "ignore",
    env: { ...process.env, ...options.env },
  });
}

const ended = (child: ChildProcess): Promise<number | null> => new Promise((done) => child.on("close", done));

/** A stack of somebody else's, with its state. */
const FOREIGN = "cdktf.out/stacks/foreign/terraform.tfstate";

/** What is in the output of a folder, file by file, without that. */
function output(folder: string): Record<string, string> {
  const root = join(folder, "cdktf.out");
  if (!existsSync(root)) return {};
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  const files = entries
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => file !== join(folder, FOREIGN));
  return Object.fromEntries(files.sort().map((file) => [file.slice(root.length), readFileSync(file, "utf8")]));
}

/** What each configuration gives, whole. */
const WHOLE = new Map((Object.keys(CONFIGS) as Name[]).map((name) => [name, JSON.stringify(output(prepared(name)))]));

function stateOf(folder: string, prefix: "" | "few-" = ""): string {
  const now = output(folder);
  const text = JSON.stringify(now);
  for (const name of [`${prefix}a`, `${prefix}b`] as const) if (text === WHOLE.get(name)) return name;
  if (Object.keys(now).length === 0) return "nothing";
  // In the microseconds of the four renames, nothing says that the output is one.
  return "/manifest.json" in now ? "mixed" : "between";
}

/** The next run puts in order what a killed one left, and leaves nothing beside the output. */
async function expectRecovery(folder: string, name: Name): Promise<void> {
  expect(await ended(start(folder, name))).toBe(0);
  expect(stateOf(folder)).toBe(name);
  expect(namesIn(folder)).toEqual(["cdktf.out"]);
}

describe("a run that is killed leaves the old output or the new, whole", () => {
  it("at 50 random moments", async () => {
    const seen: Record<string, number> = { a: 0, b: 0, between: 0 };
    const killed = async (): Promise<void> => {
      const folder = prepared();
      const began = performance.now();
      expect(await ended(start(folder, "a"))).toBe(0);
      const duration = performance.now() - began;
      let current: Name = "a";
      for (let round = 0; round < 25; round++) {
        const next = current === "a" ? "b" : "a";
        const child = start(folder, next);
        const end = ended(child);
        // Half of them when the writing has begun.
        if (round % 2 === 0) await sleep(Math.random() * 1.3 * duration);
        else {
          while (child.exitCode === null && !existsSync(lockIn(folder))) await sleep(1);
          await sleep((Math.random() * duration) / 5);
        }
        child.kill("SIGKILL");
        await end;
        const state = stateOf(folder);
        seen[state] = (seen[state] ?? 0) + 1;
        expect(["a", "b", "between"], `round ${round}`).toContain(state);
        if (state === "between") await expectRecovery(folder, next);
        current = stateOf(folder) as Name;
      }
      await expectRecovery(folder, "a");
    };
    await Promise.all([killed(), killed()]);
    console.log(`50 random moments: ${JSON.stringify(seen)}`);
    expect(seen.between).toBeLessThan(3);
  });
  it("at every operation that moves files and some that write, the first time and when it replaces", async () => {
    for (const before of [undefined, "few-a"] as const) {
      const began = prepared(before);
      // Something of others, which goes along.
      mkdirSync(join(began, FOREIGN, ".."), { recursive: true });
      writeFileSync(join(began, FOREIGN), "state");
      /** Kills a run before an operation: what is there then, or undefined where it has no such operation. */
      const stateAt = async (at: number): Promise<string | undefined> => {
        const folder = temporaryFolder();
        cpSync(began, folder, { recursive: true });
        const args = ["--import", join(ROOT, "__tests__/slow/kill-at.mjs")];
        const env = { KILL_AT: String(at), KILL_IN: "cdktf.out" };
        const status = await ended(start(folder, "few-b", { args, env }));
        const state = stateOf(folder, "few-");
        expect(["few-a", "few-b", "nothing", "between"], `operation ${at}`).toContain(state);
        // Killed or not, the next run ends well and leaves nothing beside the output.
        expect(azuremlAks(synth("few-b"), { cwd: folder }).status).toBe(0);
        expect(stateOf(folder, "few-")).toBe("few-b");
        expect(readFileSync(join(folder, FOREIGN), "utf8")).toBe("state");
        expect(namesIn(folder)).toEqual(["cdktf.out"]);
        rmSync(folder, { recursive: true });
        return status === 0 ? undefined : state;
      };
      const states: string[] = [];
      for (let at = 1; ; at += 2) {
        const [one, two] = await Promise.all([stateAt(at), stateAt(at + 1)]);
        states.push(...[one, two].filter((state) => state !== undefined));
        if (two === undefined) break;
      }
      console.log(`${states.length} operations, ${before ? "replacing" : "the first time"}: ${states.join(" ")}`);
      expect(states.length).toBeGreaterThan(10);
      expect(states.filter((state) => state === "between").length).toBeLessThanOrEqual(3);
    }
  });
});

describe("two runs into one folder", () => {
  it("20 times at once: both end well, and the output is one of the two, whole", async () => {
    const folder = prepared();
    for (let round = 0; round < 20; round++) {
      const both = await Promise.all([ended(start(folder, "a")), ended(start(folder, "b"))]);
      expect(both, `round ${round}`).toEqual([0, 0]);
      expect(["a", "b"]).toContain(stateOf(folder));
    }
    expect(namesIn(folder)).toEqual(["cdktf.out"]);
  });
  it("six at once after one that was killed: one takes its place over, and none breaks another", async () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const folder = prepared();
    await ended(start(folder, "a"));
    lockedBy(pid, folder);
    const all = await Promise.all(
      Array.from({ length: 6 }, (_, index) => ended(start(folder, index % 2 === 0 ? "a" : "b"))),
    );
    // One may have waited in vain; none fails otherwise.
    for (const status of all) expect([0, 2]).toContain(status);
    expect(all).toContain(0);
    expect(["a", "b"]).toContain(stateOf(folder));
  });
  it("one that frees the lock right after it was found held is no failure", async () => {
    const folder = prepared();
    const lock = lockedBy(process.pid, folder);
    const free = ["--import", join(ROOT, "__tests__/slow/free-lock.mjs")];
    expect(await ended(start(folder, "a", { args: free }))).toBe(0);
    expect(existsSync(lock)).toBe(false);
    expect(stateOf(folder)).toBe("a");
  });
  it("one that never ends is waited for, and named", async () => {
    const folder = prepared();
    const lock = lockedBy(process.pid, folder);
    const { status, stderr } = azuremlAks(synth("a"), { cwd: folder });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(
        new RegExp(`cdktf.out: another run writes into this folder \\(process ${process.pid} on .*delete ${lock}\n$`),
      ),
    });
    expect(existsSync(join(folder, "cdktf.out/manifest.json"))).toBe(false);
  });
});

function sleep(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
