import { dirname, resolve } from "node:path";
import { hclSource } from "../../fix/hcl-source.ts";
import { provenFix } from "../../fix/prove.ts";
import type { Judged, Source } from "../../fix/source.ts";
import type { Finding } from "../../model/finding.ts";
import type { Fix, FixEdit } from "../../model/fix.ts";
import { IGNORE } from "../../sources/hcl/ignore.ts";
import { today } from "../../sources/today.ts";
import { pause } from "./superseded.ts";

/** What is typed at once is judged once. In milliseconds. */
const TOGETHER = 30;

/** A folder of Terraform of which files are being written. */
export class TerraformFolder {
  private state: { readonly source: Source; readonly judged: Judged } | undefined;

  constructor(private readonly folder: string) {}

  /** Judges the folder with the texts that editors have of its files, and tells what is found. */
  async judge(
    texts: () => ReadonlyMap<string, string>,
    signal: AbortSignal,
    publish: (findings: readonly Finding[]) => void,
  ): Promise<void> {
    await pause(TOGETHER, signal);
    // The disk may have changed: what is on it is read again.
    const onDisk = await hclSource({ paths: [], newFolders: [slashed(this.folder)] }, today());
    signal.throwIfAborted();
    const open = texts();
    const source: Source = { judge: (changed = new Map()) => onDisk.judge(new Map([...open, ...changed])) };
    const judged = source.judge();
    this.state = { source, judged };
    publish(this.findings());
  }

  /** What is known to be found, with the whole paths of the files. */
  findings(): readonly Finding[] {
    const found = this.state?.judged.report.findings ?? [];
    return found.map((finding) => {
      const { file } = finding.where;
      return file === undefined ? finding : { ...finding, where: { ...finding.where, file: resolve(file) } };
    });
  }

  /** Whether a file was read for it, or could be. */
  reads(file: string): boolean {
    return dirname(file) === this.folder || this.state?.judged.texts.has(slashed(file)) === true;
  }

  /** The fix of a finding, where it has one that is proven. */
  fixOf(finding: Finding): Fix | undefined {
    const { state } = this;
    const own = state?.judged.report.findings.find(
      ({ rule, message, where: { stack, address, attribute } }) =>
        rule === finding.rule &&
        message === finding.message &&
        stack === finding.where.stack &&
        address === finding.where.address &&
        attribute === finding.where.attribute,
    );
    const fix = state && own && provenFix(state.source, state.judged, own);
    return fix && { ...fix, edits: fix.edits.map((edit) => ({ ...edit, file: resolve(edit.file) })) };
  }
}

/** The edit that acknowledges a finding: a comment above its line. JSON has none. */
export function ignoreComment(text: string, { rule, where }: Finding, reason: string): FixEdit | undefined {
  const { file, line } = where;
  if (file === undefined || line === undefined || file.endsWith(".json")) return undefined;
  const [indent = ""] = /^[ \t]*/.exec(text.split("\n")[line - 1] ?? "") ?? [];
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const comment = `${indent}# ${IGNORE} ${rule} -- ${reason}${newline}`;
  return { file, line, column: 1, endLine: line, endColumn: 1, text: comment };
}

/** As the reader names files. */
export function slashed(file: string): string {
  return file.replaceAll("\\", "/");
}
