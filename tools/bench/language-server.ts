import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";

/**
 * node tools/run.mjs tools/bench/language-server CONFIGURATION: what an editor waits for the diagnostics after an edit
 * of one environment, in milliseconds, once for each of several edits.
 */
const EDITS = 20;

const [file = ""] = process.argv.slice(2);
const server = spawn(process.execPath, ["tools/run.mjs", "cli", "language-server"], {
  stdio: ["pipe", "pipe", "inherit"],
});
const connection = createProtocolConnection(
  new StreamMessageReader(server.stdout),
  new StreamMessageWriter(server.stdin),
);
let published = (_version: number | undefined): void => {};
connection.onNotification(PublishDiagnosticsNotification.type, ({ version }) => published(version));
connection.listen();
await connection.sendRequest(InitializeRequest.type, { processId: process.pid, rootUri: null, capabilities: {} });

const uri = pathToFileURL(resolve(file)).href;
const text = readFileSync(file, "utf8");
const before = text.slice(0, text.indexOf("nodeCount: ", text.length / 2) + "nodeCount: ".length).split("\n");
const start = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
const diagnosticsOf = (version: number): Promise<void> =>
  new Promise((done) => {
    published = (of) => {
      if (of === version) done();
    };
  });
const opened = diagnosticsOf(1);
await connection.sendNotification(DidOpenTextDocumentNotification.type, {
  textDocument: { uri, languageId: "yaml", version: 1, text },
});
await opened;
const times: number[] = [];
for (let version = 2; version < 2 + EDITS; version++) {
  const from = performance.now();
  const shown = diagnosticsOf(version);
  await connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: { uri, version },
    contentChanges: [
      { range: { start, end: { ...start, character: start.character + 1 } }, text: String(1 + (version % 2)) },
    ],
  });
  await shown;
  times.push(performance.now() - from);
}
process.stdout.write(JSON.stringify(times));
await connection.sendRequest(ShutdownRequest.type);
await connection.sendNotification(ExitNotification.type);
