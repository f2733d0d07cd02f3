// npm runs it before it packs, from a fresh clone too, and where the package is installed from a Git address: then it
// builds what the package holds. `npm ci` in a checkout runs it as well, and there nothing is built ahead of its use.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const { npm_command: command, npm_execpath: npm, _PACOTE_NO_PREPARE_: isWithinInstall } = process.env;

// From a Git address, npm first installs what the clone needs, which runs this too soon, and then prepares the package.
if (command !== "ci" && isWithinInstall === undefined) {
  if (!existsSync("node_modules/esbuild")) install();
  process.argv[2] = "tools/prepack";
  await import("./run.mjs");
}

function install() {
  if (npm === undefined) throw new Error("run npm ci first");
  // What was asked of `npm pack`, as --dry-run, is not for this. What npm prints is not the name of the package.
  const args = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-dry-run"];
  const { status } = spawnSync(process.execPath, args, { stdio: ["ignore", process.stderr, process.stderr] });
  if (status !== 0) throw new Error("npm ci failed: the package cannot be built without its tools");
}
