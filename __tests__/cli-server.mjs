// The command line, for tests: runs it again and again in one process, with its modules loaded. It takes requests from
// one named pipe and answers into another, a line of JSON each.
import { closeSync, createReadStream, openSync, writeFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";

const [bundle, requests, answers, inputFile] = process.argv.slice(2);
const output = openSync(answers, "w");
const streams = { stdout: process.stdout, stderr: process.stderr };
// Each run listens for errors of them, as it would in a process of its own.
for (const stream of Object.values(streams)) stream.setMaxListeners(0);
process.setMaxListeners(0);

let runs = 0;
for await (const line of createInterface({ input: createReadStream(requests) })) {
  const { args, cwd, env, input } = JSON.parse(line);
  const said = { stdout: "", stderr: "" };
  for (const [name, stream] of Object.entries(streams)) {
    stream.write = (text) => {
      said[name] += text;
      return true;
    };
  }
  writeFileSync(inputFile, input);
  // A file takes the lowest number that is free: that of the standard input.
  closeSync(0);
  openSync(inputFile);
  // A stream that was read to its end by an earlier run stays at its end.
  Object.defineProperty(process, "stdin", {
    value: createReadStream("", { fd: 0, autoClose: false }),
    configurable: true,
  });
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv = [process.argv[0], bundle, ...args];
  process.exitCode = undefined;
  runs += 1;
  // The entry runs when it is loaded; what it imports stays.
  await import(`${bundle}?run=${runs}`);
  const answer = Buffer.from(`${JSON.stringify({ status: process.exitCode ?? 0, ...said })}\n`);
  for (let written = 0; written < answer.length; ) written += writeSync(output, answer, written);
}
