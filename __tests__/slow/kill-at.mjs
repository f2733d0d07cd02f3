// Loaded before the program: kills it as `kill -9` does, before the operation on files that KILL_AT counts: every one that
// moves or removes something, and every fourth of the others, which write beside the output.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const CHANGING = [
  "mkdirSync",
  "mkdtempSync",
  "writeFileSync",
  "renameSync",
  "rmdirSync",
  "rmSync",
  "linkSync",
  "symlinkSync",
  "copyFileSync",
  "chmodSync",
];
const at = Number(process.env.KILL_AT);
const onlyIn = process.env.KILL_IN;
let count = 0;
let others = 0;

const isCounted = (name) => /^(rename|rm)/.test(name) || others++ % 4 === 0;

for (const name of CHANGING) {
  const operation = fs[name];
  fs[name] = (...args) => {
    if (String(args[0]).includes(onlyIn) && isCounted(name) && ++count === at) process.kill(process.pid, "SIGKILL");
    return operation.apply(fs, args);
  };
}
syncBuiltinESMExports();
