import type { Diagnostic, Position } from "vscode-languageserver/node";
import type { StackOwner } from "../../assess/assess.ts";
import { assessText } from "../../assess/assess-file.ts";
import { itemAdded } from "../../config/edit.ts";
import { parseYaml } from "../../config/parse-yaml.ts";
import { type Excerpt, type Section, type Sections, sectionAt, sectionsOf } from "../../config/sections.ts";
import type { Finding } from "../../model/finding.ts";
import type { Fix, FixEdit } from "../../model/fix.ts";
import { today } from "../../sources/today.ts";
import { diagnosticOf, linesOf } from "./diagnostics.ts";
import type { OwnedFinding, WholeJudge } from "./judge.ts";
import { pause } from "./superseded.ts";

/** How long nothing may be typed before the whole is judged, in milliseconds. */
const IDLE = 300;

/** What comes at once, as from an editor that formats, is judged once. In milliseconds. */
const TOGETHER = 2;

/** More environments than these take longer than an answer may. */
const FEW = 16;

/** A finding that stands somewhere, and how it is shown; that is undefined where it is acknowledged. */
interface Shown {
  readonly finding: Finding;
  readonly diagnostic?: Diagnostic;
}

/** A finding, and where it stands: in a part of the file, which may have moved. */
interface Kept extends OwnedFinding, Shown {
  /** The environment that its line is in. Default: what stands around them. */
  readonly section?: string;
  /** Where that began when it was judged, or how many lines there were. */
  readonly start: number;
  /** Whether it stands behind the environments. */
  readonly isBehind?: boolean;
}

/** An environment as it was judged. */
interface JudgedSection {
  readonly text: string;
  readonly findings: readonly Kept[];
}

/** What a configuration is judged with, and who wants to know. */
export interface Judging {
  readonly whole: WholeJudge;
  /** Told how many environments are judged, and of how many. */
  trace(message: string): void;
}

/**
 * A configuration that is being written. After an edit, the environments that changed are judged at once, each as if it
 * were alone; when nothing was typed for a moment, all of them together.
 */
export class Configuration {
  private text = "";
  private lines: readonly string[] = [];
  private sections: Sections | undefined;
  /** Where each environment begins. */
  private starts: ReadonlyMap<string, number> = new Map();
  private shared = "";
  private readonly judged = new Map<string, JudgedSection>();
  /** Findings that belong to no environment. */
  private rest: readonly Kept[] = [];

  constructor(
    private readonly file: string,
    private readonly judging: Judging,
  ) {}

  /** Judges a text, and tells what is found, first soon and then for good. */
  async judge(text: string, signal: AbortSignal, publish: (diagnostics: readonly Diagnostic[]) => void): Promise<void> {
    await pause(TOGETHER, signal);
    this.text = text;
    this.lines = linesOf(text);
    this.sections = sectionsOf(text);
    this.starts = new Map(this.sections?.environments.map(({ name, line }) => [name, line]));
    const changed = this.sections && this.changedIn(this.sections);
    if (this.sections && changed && changed.length <= FEW) {
      const isWhole = changed.length === this.sections.environments.length;
      this.judgeParts(this.sections, changed, isWhole);
      publish(this.diagnostics());
      if (isWhole) return;
    }
    await pause(IDLE, signal);
    const found = await this.judging.whole.findings(this.given(), signal);
    signal.throwIfAborted();
    this.judging.trace(`judged the whole of ${this.file}`);
    this.take(found);
    publish(this.diagnostics());
  }

  /** What is known to be found, where it stands now. */
  findings(): readonly Finding[] {
    return this.all().flatMap((each) => {
      const moved = this.moved(each);
      const { finding } = each;
      if (moved === undefined || finding.where.line === undefined) return moved === undefined ? [] : [finding];
      return [{ ...finding, where: { ...finding.where, line: finding.where.line + moved } }];
    });
  }

  /** The same as editors show it. Most of it was there before, and is only moved. */
  private diagnostics(): readonly Diagnostic[] {
    return this.all().flatMap((each) => {
      const [moved, { diagnostic }] = [this.moved(each), each];
      if (moved === undefined || !diagnostic) return [];
      const { start, end } = diagnostic.range;
      const down = ({ line, character }: Position): Position => ({ line: line + moved, character });
      return [moved === 0 ? diagnostic : { ...diagnostic, range: { start: down(start), end: down(end) } }];
    });
  }

  private all(): readonly Kept[] {
    return [...[...this.judged.values()].flatMap(({ findings }) => findings), ...this.rest];
  }

  /** The fix of a finding, proven with the whole of the configuration. */
  async fixOf(finding: Finding, signal: AbortSignal): Promise<Fix | undefined> {
    return finding.remedy && this.judging.whole.fixOf(this.given(), finding, signal);
  }

  /** The edit that acknowledges a finding: at its cluster, its environment or the top level. */
  acknowledge(finding: Finding, reason: string): readonly FixEdit[] | undefined {
    const owner = this.ownerOf(finding);
    const { text, lineOf } = this.partOf(owner?.environment);
    const { root, lines } = parseYaml(text, lineOf);
    if (!root) return undefined;
    const environment = owner ? ["environments", owner.environment] : [];
    const paths = [...(owner?.cluster === undefined ? [] : [[...environment, "clusters", owner.cluster]]), environment];
    for (const path of paths) {
      const edits = itemAdded(text, root, path, "acknowledge", { rule: finding.rule, reason });
      if (edits)
        return edits.map(({ start, end, text }) => {
          const [from, to] = [lines.linePos(start), lines.linePos(end)];
          const place = { file: this.file, line: from.line, column: from.col };
          return { ...place, endLine: to.line, endColumn: to.col, text };
        });
    }
    return undefined;
  }

  /** A part of the text that holds an environment, and less than all where that can be told. */
  partOf(environment: string | undefined): Excerpt {
    const { sections } = this;
    const own = sections?.environments.filter(({ name }) => name === environment);
    return sections && own ? sections.excerpt(new Set(own)) : { text: this.text, lineOf: (line) => line };
  }

  private ownerOf(finding: Finding): StackOwner | undefined {
    return this.all().find((each) => {
      const { rule, message, where } = each.finding;
      return rule === finding.rule && message === finding.message && where.stack === finding.where.stack;
    })?.owner;
  }

  private given(): { readonly file: string; readonly text: string; readonly today: string } {
    return { file: this.file, text: this.text, today: today() };
  }

  /** The environments that are not known as they stand; all of them where what they share changed. */
  private changedIn({ environments, shared }: Sections): readonly Section[] {
    if (shared !== this.shared) return environments;
    const names = new Set(environments.map(({ name }) => name));
    for (const name of this.judged.keys()) if (!names.has(name)) this.judged.delete(name);
    return environments.filter(({ name, text }) => this.judged.get(name)?.text !== text);
  }

  private judgeParts(sections: Sections, changed: readonly Section[], isWhole: boolean): void {
    if (changed.length === 0) return;
    this.judging.trace(`judged ${changed.length} of ${sections.environments.length} environments of ${this.file}`);
    const { text, lineOf } = sections.excerpt(new Set(changed));
    const options = { today: today(), ...(isWhole ? {} : { lineOf }) };
    const { report, assessment } = assessText(isWhole ? this.text : text, this.file, options);
    const found = report.findings.map((finding) => ({
      finding,
      owner: assessment?.ownerOf(finding.where.stack ?? ""),
    }));
    const kept = found.map((each) => this.kept(each));
    const ofEnvironment = byEnvironment(kept);
    for (const { name, text } of changed) this.judged.set(name, { text, findings: ofEnvironment.get(name) ?? [] });
    if (!isWhole) return;
    this.shared = sections.shared;
    this.rest = ofEnvironment.get(undefined) ?? [];
  }

  private take(found: readonly OwnedFinding[]): void {
    const kept = found.map((each) => this.kept(each));
    const ofEnvironment = byEnvironment(kept);
    const environments = this.sections?.environments ?? [];
    // Then no rule was asked: what is known of the other environments stays.
    const isInvalid = found.some(({ finding }) => finding.rule === "config/invalid");
    const judged = new Map(
      environments.map(({ name, text }): [string, JudgedSection] => {
        const findings = ofEnvironment.get(name) ?? [];
        const known = this.judged.get(name);
        const isKnown = isInvalid && findings.length === 0 && known?.text === text;
        return [name, isKnown ? known : { text, findings }];
      }),
    );
    this.judged.clear();
    for (const [name, each] of judged) this.judged.set(name, each);
    this.shared = this.sections?.shared ?? "";
    this.rest = kept.filter((each) => !judged.has(environmentOf(each) ?? ""));
  }

  private kept(each: OwnedFinding): Kept {
    const { line = 1 } = each.finding.where;
    const section = this.sections && sectionAt(this.sections, line);
    const part = { ...each, diagnostic: diagnosticOf(each.finding, this.lines), section: section?.name };
    // What stands behind the environments is counted from the end, so that what is added in them moves it.
    const isBehind = this.sections && !section && line > (this.sections.environments[0]?.line ?? 0);
    return { ...part, start: section?.line ?? (isBehind ? this.lines.length : 0), isBehind };
  }

  /** How many lines down a finding is now; undefined where its environment is gone. */
  private moved({ section, start, isBehind }: Kept): number | undefined {
    if (section === undefined) return isBehind ? this.lines.length - start : 0;
    const line = this.starts.get(section);
    return line === undefined ? undefined : line - start;
  }
}

/** The environment that a finding belongs to: that of its stack, or else the one it stands in. */
function environmentOf({ owner, section }: Kept): string | undefined {
  return owner?.environment ?? section;
}

function byEnvironment(kept: readonly Kept[]): ReadonlyMap<string | undefined, readonly Kept[]> {
  const grouped = new Map<string | undefined, Kept[]>();
  for (const each of kept) {
    const environment = environmentOf(each);
    const same = grouped.get(environment);
    if (same) same.push(each);
    else grouped.set(environment, [each]);
  }
  return grouped;
}

/** The part of a text that the environment around a place needs, and where the place is in it. */
export function partAround(
  text: string,
  offset: number,
  line: number,
): { readonly text: string; readonly offset: number } {
  const sections = sectionsOf(text);
  const own = sections && sectionAt(sections, line);
  if (!sections || !own) return { text, offset };
  const before = text.slice(0, offset);
  const sectionStart = startOfLine(text, own.line);
  const headEnd = startOfLine(text, sections.environments[0]?.line ?? 1);
  return { text: sections.excerpt(new Set([own])).text, offset: headEnd + before.length - sectionStart };
}

function startOfLine(text: string, line: number): number {
  let start = 0;
  for (let at = 1; at < line; at++) start = text.indexOf("\n", start) + 1;
  return start;
}
