import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect } from "vitest";
import {
  type CodeAction,
  CodeActionRequest,
  type CompletionItem,
  CompletionRequest,
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  FileChangeType,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  LogMessageNotification,
  LogTraceNotification,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
} from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { ROOT } from "../helpers.ts";

/** An editor, as far as a language server sees one. */
export class Editor {
  /** All that was published, in its order. */
  readonly published: PublishDiagnosticsParams[] = [];
  /** What the server says that it does. */
  readonly traces: string[] = [];
  /** What it logs: bugs. */
  readonly logs: string[] = [];
  private readonly documents = new Map<string, TextDocument>();
  private readonly waiting = new Set<() => void>();

  private constructor(
    private readonly child: ChildProcess,
    readonly connection: ProtocolConnection,
  ) {}

  static async start(...args: string[]): Promise<Editor> {
    const child = spawn(process.execPath, [join(ROOT, "tools/run.mjs"), "cli", "language-server", ...args], {
      cwd: ROOT,
      stdio: ["pipe", "pipe", "inherit"],
    });
    // Also where a test fails before it ends it.
    process.once("exit", () => child.kill());
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const editor = new Editor(child, connection);
    connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      editor.published.push(params);
      editor.wake();
    });
    connection.onNotification(LogTraceNotification.type, ({ message }) => {
      editor.traces.push(message);
      editor.wake();
    });
    connection.onNotification(LogMessageNotification.type, ({ message }) => {
      editor.logs.push(message);
    });
    connection.listen();
    await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      trace: "messages",
    });
    await connection.sendNotification(InitializedNotification.type, {});
    return editor;
  }

  open(file: string, text: string): Promise<void> {
    const uri = uriOf(file);
    this.documents.set(uri, TextDocument.create(uri, "any", 1, text));
    return this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: "any", version: 1, text },
    });
  }

  /** Types something in the place of a part of the text. */
  replace(file: string, from: string, to: string): void {
    const document = this.document(file);
    const start = document.getText().indexOf(from);
    if (start === -1) throw new Error(`${from} is not there`);
    const range = { start: document.positionAt(start), end: document.positionAt(start + from.length) };
    this.edit(file, [{ range, newText: to }]);
  }

  edit(file: string, edits: readonly TextEdit[]): void {
    const document = this.document(file);
    const version = document.version + 1;
    // From the last to the first, so that none moves another.
    const contentChanges = [...edits]
      .sort((a, b) => document.offsetAt(b.range.start) - document.offsetAt(a.range.start))
      .map(({ range, newText }) => ({ range, text: newText }));
    this.documents.set(document.uri, TextDocument.update(document, contentChanges, version));
    void this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: document.uri, version },
      contentChanges,
    });
  }

  close(file: string): void {
    void this.connection.sendNotification(DidCloseTextDocumentNotification.type, {
      textDocument: { uri: uriOf(file) },
    });
  }

  deletedOnDisk(file: string): void {
    void this.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: uriOf(file), type: FileChangeType.Deleted }],
    });
  }

  text(file: string): string {
    return this.document(file).getText();
  }

  /** The place behind a part of the text. */
  behind(file: string, part: string): { line: number; character: number } {
    const document = this.document(file);
    return document.positionAt(document.getText().indexOf(part) + part.length);
  }

  /** What is published last about a file as it is now, when it is what is waited for. */
  async diagnostics(file: string, isIt: (diagnostics: readonly Diagnostic[]) => boolean): Promise<Diagnostic[]> {
    const uri = uriOf(file);
    const now = (): PublishDiagnosticsParams | undefined =>
      this.published.filter((each) => each.uri === uri && each.version === this.documents.get(uri)?.version).at(-1);
    await this.until(
      () => isIt(now()?.diagnostics ?? []),
      () => JSON.stringify(now(), null, 2),
    );
    return now()?.diagnostics ?? [];
  }

  async until(isIt: () => boolean, shown: () => string = () => ""): Promise<void> {
    while (!isIt())
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`this never came; there is ${shown()} ${this.logs}`)), 15_000);
        this.waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
  }

  /** The actions for a diagnostic. */
  async actions(file: string, { range }: Pick<Diagnostic, "range">): Promise<CodeAction[]> {
    const actions = await this.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: uriOf(file) },
      range,
      context: { diagnostics: [] },
    });
    return (actions ?? []) as CodeAction[];
  }

  /** What is said of the place behind a part of the text. */
  async hover(file: string, part: string): Promise<string> {
    const hover = await this.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri: uriOf(file) },
      position: this.behind(file, part),
    });
    return hover && typeof hover.contents === "object" && "value" in hover.contents ? hover.contents.value : "";
  }

  /** What is suggested behind a part of the text. */
  async completion(file: string, part: string): Promise<CompletionItem[]> {
    const items = await this.connection.sendRequest(CompletionRequest.type, {
      textDocument: { uri: uriOf(file) },
      position: this.behind(file, part),
    });
    return (items ?? []) as CompletionItem[];
  }

  apply({ edit }: CodeAction): void {
    for (const [uri, edits] of Object.entries(edit?.changes ?? {})) {
      const document = [...this.documents.keys()].find((each) => each === uri);
      if (document === undefined) throw new Error(`${uri} is not open`);
      this.edit(new URL(uri).pathname, edits);
    }
  }

  /** Ends as an editor does, or without its goodbye: the exit status. */
  async end(how: "shutdown" | "exit" | "hang up" = "shutdown"): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.child.once("close", resolve));
    if (how === "shutdown") await this.connection.sendRequest(ShutdownRequest.type);
    if (how === "hang up") this.child.stdin?.end();
    else await this.connection.sendNotification(ExitNotification.type);
    return ended;
  }

  private document(file: string): TextDocument {
    const document = this.documents.get(uriOf(file));
    if (!document) throw new Error(`${file} is not open`);
    return document;
  }

  private wake(): void {
    const { waiting } = this;
    for (const each of [...waiting]) {
      waiting.delete(each);
      each();
    }
  }
}

let shared: Promise<Editor> | undefined;

/** The editor for the tests of a file. Its server, which takes a second to load, serves other files too, until all end. */
export async function sharedEditor(): Promise<Editor> {
  shared ??= Editor.start("--stdio");
  const editor = await shared;
  afterAll(() => expect(editor.logs).toEqual([]));
  return editor;
}

export function uriOf(file: string): string {
  return pathToFileURL(file).href;
}
