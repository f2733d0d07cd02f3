import { basename, dirname } from "node:path";
import {
  type CancellationToken,
  type CodeAction,
  CodeActionKind,
  type CompletionItem,
  type Diagnostic,
  type Hover,
  MarkupKind,
  type Position,
  type PublishDiagnosticsParams,
  type Range,
  type TextDocuments,
} from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { DEFAULT_CONFIG } from "../../config/default-file.ts";
import type { Finding } from "../../model/finding.ts";
import type { Fix, FixEdit } from "../../model/fix.ts";
import { Configuration, partAround } from "./configuration.ts";
import { explanationAt, suggestionsAt } from "./configuration-assist.ts";
import { canBeAcknowledged, diagnosticOf, fileOf, linesOf, rangeOf, textEditOf, uriOf } from "./diagnostics.ts";
import { ruleText } from "./explanations.ts";
import { WholeJudge } from "./judge.ts";
import { Latest, Superseded } from "./superseded.ts";
import { ignoreComment, slashed, TerraformFolder } from "./terraform.ts";
import { explanationIn, suggestionsIn } from "./terraform-assist.ts";

/** Whom a workspace tells what. */
export interface Listener {
  publish(params: PublishDiagnosticsParams): void;
  trace(message: string): void;
  failed(error: unknown): void;
}

/** Stands in what acknowledges a finding until its author says why. */
const REASON = "TODO: say why this does not matter here";

interface OpenConfiguration {
  readonly configuration: Configuration;
  readonly latest: Latest;
}

interface OpenFolder {
  readonly folder: TerraformFolder;
  readonly latest: Latest;
  /** Files about which something was said. */
  published: ReadonlySet<string>;
}

/** The documents that are open, and what is found in them. */
export class Workspace {
  private readonly whole = new WholeJudge();
  private readonly configurations = new Map<string, OpenConfiguration>();
  private readonly folders = new Map<string, OpenFolder>();

  constructor(
    private readonly documents: TextDocuments<TextDocument>,
    private readonly listener: Listener,
  ) {}

  changed(document: TextDocument): void {
    const { uri } = document;
    const file = fileOf(uri);
    if (file !== undefined && isTerraform(file)) this.changedTerraform(file);
    else if (isConfiguration(uri, document.getText())) this.changedConfiguration(document);
    else if (this.configurations.has(uri)) this.closed(document);
  }

  closed({ uri }: TextDocument): void {
    const configuration = this.configurations.get(uri);
    configuration?.latest.stop();
    if (this.configurations.delete(uri)) this.listener.publish({ uri, diagnostics: [] });
    const file = fileOf(uri);
    if (file === undefined || !isTerraform(file)) return;
    const folder = dirname(file);
    const open = this.folders.get(folder);
    if (open && this.openTexts(folder).size === 0) {
      open.latest.stop();
      this.folders.delete(folder);
      for (const each of new Set([...open.published, file])) this.publishFile(each);
    }
    // What is on the disk counts again.
    this.changedTerraform(file);
  }

  /** Files that were written, made or deleted by somebody else. */
  changedOnDisk(uris: readonly string[]): void {
    const files = uris.flatMap((uri) => fileOf(uri) ?? []);
    for (const [path, open] of this.folders) if (files.some((file) => open.folder.reads(file))) this.judge(path, open);
  }

  /** What can be done about what is found in a part of a document. */
  async actions(
    uri: string,
    range: Range,
    only: readonly CodeActionKind[] | undefined,
    token: CancellationToken,
  ): Promise<CodeAction[]> {
    const document = this.documents.get(uri);
    const isWanted = only === undefined || only.some((kind) => CodeActionKind.QuickFix.startsWith(kind));
    if (!document || !isWanted) return [];
    const { version } = document;
    const cancelled = new AbortController();
    token.onCancellationRequested(() => cancelled.abort(new Superseded()));
    const text = document.getText();
    const lines = linesOf(text);
    const actions: CodeAction[] = [];
    const seen = new Set<string>();
    for (const finding of this.findingsIn(uri)) {
      const diagnostic = meets(rangeOf(finding, lines), range) ? diagnosticOf(finding, lines) : undefined;
      if (!diagnostic || seen.has(keyOf(diagnostic))) continue;
      seen.add(keyOf(diagnostic));
      const fix = await this.fixOf(uri, finding, cancelled.signal);
      if (token.isCancellationRequested || this.documents.get(uri)?.version !== version) return [];
      if (fix)
        actions.push({ ...this.action(uri, sentence(fix.description), diagnostic, fix.edits), isPreferred: true });
      const edits = canBeAcknowledged(finding) ? this.acknowledgement(uri, finding, text) : undefined;
      if (edits) actions.push(this.action(uri, `Acknowledge ${finding.rule}, with a reason`, diagnostic, edits));
    }
    return actions;
  }

  /** What there is to say of a place: of the key or attribute, and of what is found there. */
  hover(uri: string, position: Position): Hover | null {
    const document = this.documents.get(uri);
    const part = document && this.partAt(document, position);
    if (!part) return null;
    const explain = part.isTerraform ? explanationIn : explanationAt;
    const lines = linesOf(document.getText());
    const here = { start: position, end: position };
    const found = this.findingsIn(uri).filter((finding) => meets(rangeOf(finding, lines), here));
    const rules = [...new Set(found.map(({ rule }) => rule))].flatMap((rule) => ruleText(rule) ?? []);
    const said = [explain(part.text, part.offset), ...rules].filter((each) => each !== undefined);
    return said.length > 0 ? { contents: { kind: MarkupKind.Markdown, value: said.join("\n\n---\n\n") } } : null;
  }

  /** What can be written at a place. */
  completion(uri: string, position: Position): CompletionItem[] {
    const document = this.documents.get(uri);
    const part = document && this.partAt(document, position);
    if (!part) return [];
    const suggest = part.isTerraform ? suggestionsIn : suggestionsAt;
    const { items = [], start = 0, end = 0 } = suggest(part.text, part.offset) ?? {};
    const { line, character } = position;
    const range = {
      start: { line, character: character + start - part.offset },
      end: { line, character: character + end - part.offset },
    };
    return items.map(({ insertText, ...item }) => ({
      ...item,
      textEdit: { range, newText: insertText ?? item.label },
    }));
  }

  /** The part of a document that a place is understood by. */
  private partAt(
    document: TextDocument,
    position: Position,
  ): { readonly isTerraform: boolean; readonly text: string; readonly offset: number } | undefined {
    const file = fileOf(document.uri);
    if (file !== undefined && isTerraform(file))
      return { isTerraform: true, text: document.getText(), offset: document.offsetAt(position) };
    if (!this.configurations.has(document.uri)) return undefined;
    const { text, offset } = partAround(document.getText(), document.offsetAt(position), position.line + 1);
    return { isTerraform: false, text, offset };
  }

  async close(): Promise<void> {
    for (const { latest } of [...this.configurations.values(), ...this.folders.values()]) latest.stop();
    await this.whole.close();
  }

  private action(uri: string, title: string, diagnostic: Diagnostic, edits: readonly FixEdit[]): CodeAction {
    const changes: Record<string, ReturnType<typeof textEditOf>[]> = {};
    const file = fileOf(uri) ?? uri;
    for (const edit of edits) {
      const target = edit.file === file ? uri : this.uriOf(edit.file);
      changes[target] = [...(changes[target] ?? []), textEditOf(edit)];
    }
    return { title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], edit: { changes } };
  }

  private findingsIn(uri: string): readonly Finding[] {
    const file = fileOf(uri);
    if (file !== undefined && isTerraform(file)) return this.findingsInFile(file);
    return this.configurations.get(uri)?.configuration.findings() ?? [];
  }

  private async fixOf(uri: string, finding: Finding, signal: AbortSignal): Promise<Fix | undefined> {
    try {
      const open = this.configurations.get(uri);
      if (open) return await open.configuration.fixOf(finding, signal);
      for (const { folder } of this.folders.values()) {
        const fix = folder.fixOf(finding);
        if (fix) return fix;
      }
    } catch (error) {
      if (!signal.aborted) this.listener.failed(error);
    }
    return undefined;
  }

  private acknowledgement(uri: string, finding: Finding, text: string): readonly FixEdit[] | undefined {
    const open = this.configurations.get(uri);
    if (open) return open.configuration.acknowledge(finding, REASON);
    const comment = ignoreComment(text, finding, REASON);
    return comment && [comment];
  }

  private changedConfiguration(document: TextDocument): void {
    const { uri, version } = document;
    const open = this.configurations.get(uri) ?? {
      configuration: new Configuration(fileOf(uri) ?? uri, { whole: this.whole, trace: this.listener.trace }),
      latest: new Latest(this.listener.failed),
    };
    this.configurations.set(uri, open);
    const text = document.getText();
    open.latest.start((signal) =>
      open.configuration.judge(text, signal, (diagnostics) =>
        this.listener.publish({ uri, version, diagnostics: unique(diagnostics) }),
      ),
    );
  }

  private changedTerraform(file: string): void {
    const path = dirname(file);
    if (!this.folders.has(path) && this.openTexts(path).size > 0)
      this.folders.set(path, {
        folder: new TerraformFolder(path),
        latest: new Latest(this.listener.failed),
        published: new Set(),
      });
    for (const [path, open] of this.folders) if (open.folder.reads(file)) this.judge(path, open);
  }

  private judge(path: string, open: OpenFolder): void {
    open.latest.start((signal) =>
      open.folder.judge(
        () => this.openTexts(),
        signal,
        (findings) => {
          this.listener.trace(`judged the folder ${path}`);
          const files = new Set(findings.flatMap(({ where: { file } }) => file ?? []));
          const all = new Set([...open.published, ...files, ...this.openFiles(path)]);
          open.published = files;
          for (const file of all) this.publishFile(file);
        },
      ),
    );
  }

  /** All that is found in a file, which several folders may read. */
  private publishFile(file: string): void {
    const document = this.documents.get(this.uriOf(file));
    this.listener.publish({
      uri: document?.uri ?? uriOf(file),
      ...(document ? { version: document.version } : {}),
      diagnostics: diagnosticsOf(this.findingsInFile(file), document?.getText() ?? ""),
    });
  }

  private findingsInFile(file: string): readonly Finding[] {
    const all = [...this.folders.values()].flatMap(({ folder }) => folder.findings());
    return all.filter(({ where }) => where.file === file);
  }

  private openFiles(folder: string): readonly string[] {
    const files = this.documents.all().flatMap(({ uri }) => fileOf(uri) ?? []);
    return files.filter((file) => isTerraform(file) && dirname(file) === folder);
  }

  /** Texts of the Terraform that is open, in a folder or anywhere, as the reader names files. */
  private openTexts(folder?: string): ReadonlyMap<string, string> {
    const open = this.documents.all().flatMap((document): [string, string][] => {
      const file = fileOf(document.uri);
      const isWanted = file !== undefined && isTerraform(file) && (folder === undefined || dirname(file) === folder);
      return isWanted ? [[slashed(file), document.getText()]] : [];
    });
    return new Map(open);
  }

  /** As the editor writes it, which may be otherwise than Node does. */
  private uriOf(file: string): string {
    return this.documents.all().find(({ uri }) => fileOf(uri) === file)?.uri ?? uriOf(file);
  }
}

function diagnosticsOf(findings: readonly Finding[], text: string): Diagnostic[] {
  const lines = linesOf(text);
  return unique(findings.flatMap((finding) => diagnosticOf(finding, lines) ?? []));
}

/** What stands in `defaults` is found in every environment. */
function unique(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(diagnostics.map((diagnostic) => [keyOf(diagnostic), diagnostic])).values()];
}

function keyOf({ code, message, range: { start } }: Diagnostic): string {
  return `${code} ${start.line} ${start.character} ${message}`;
}

function meets(a: Range, b: Range): boolean {
  return a.start.line <= b.end.line && b.start.line <= a.end.line;
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function isTerraform(file: string): boolean {
  return /\.(tf|tfvars)(\.json)?$/.test(file);
}

/** A YAML file that is a configuration: by its name, by the schema that it names, or by its keys. */
function isConfiguration(uri: string, text: string): boolean {
  const name = basename(fileOf(uri) ?? uri);
  if (name === DEFAULT_CONFIG) return true;
  const isYaml = /\.ya?ml$/i.test(name) || !uri.startsWith("file:");
  if (!isYaml) return false;
  if (/^#.*\$schema=\S*azureml-aks/m.test(text)) return true;
  // Others have environments too, and not with these in them.
  return /^environments:/m.test(text) && /^\s+(["']?)(clusters|workspace|subscriptionId)\1:/m.test(text);
}
