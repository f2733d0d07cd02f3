import {
  type CodeAction,
  CodeActionKind,
  createConnection,
  DidChangeWatchedFilesNotification,
  type InitializeResult,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { TOOL } from "../../report/tool.ts";
import { shown } from "./diagnostics.ts";
import { Workspace } from "./workspace.ts";

/** Files that are judged, for clients that watch them. */
const WATCHED = "**/*.{tf,tf.json,tfvars,tfvars.json}";

/** Answers an editor until it says `exit`, which ends the process: with 0 after `shutdown`, and with 1 without. */
export function serve(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): void {
  const connection = createConnection(input, output);
  const documents = new TextDocuments(TextDocument);
  const workspace = new Workspace(documents, {
    publish: (params) => void connection.sendDiagnostics(params),
    trace: (message) => void connection.tracer.log(shown(message)),
    // A bug is said in the editor's log; the editor goes on.
    failed: (error) => connection.console.error(shown(error instanceof Error ? (error.stack ?? "") : String(error))),
  });
  let watches = false;

  connection.onInitialize(({ capabilities }): InitializeResult => {
    watches = capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    return {
      serverInfo: { name: TOOL.name, version: TOOL.version },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        hoverProvider: true,
        completionProvider: { triggerCharacters: [":", " ", '"', "/"] },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
      },
    };
  });
  connection.onInitialized(() => {
    if (watches)
      void connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: [{ globPattern: WATCHED }],
      });
  });
  documents.onDidChangeContent(({ document }) => workspace.changed(document));
  documents.onDidSave(({ document }) => workspace.changedOnDisk([document.uri]));
  documents.onDidClose(({ document }) => workspace.closed(document));
  connection.onDidChangeWatchedFiles(({ changes }) => workspace.changedOnDisk(changes.map(({ uri }) => uri)));
  connection.onCodeAction(
    ({ textDocument, range, context }, token): Promise<CodeAction[]> =>
      workspace.actions(textDocument.uri, range, context.only, token),
  );
  connection.onHover(({ textDocument, position }) => workspace.hover(textDocument.uri, position));
  connection.onCompletion(({ textDocument, position }) => workspace.completion(textDocument.uri, position));
  connection.onShutdown(() => workspace.close());
  documents.listen(connection);
  connection.listen();
}
