import type { Proposal } from "../assess/proposal.ts";
import type { Finding, Level } from "../model/finding.ts";
import type { Fix } from "../model/fix.ts";
import { edited, type TextEdit } from "../model/text-edit.ts";
import type { Report } from "../report/report.ts";
import { fixIn } from "./positions.ts";
import type { Judged, Source } from "./source.ts";

/** A finding, and edits that may resolve it. */
interface Candidate {
  readonly finding: Finding;
  readonly proposal: Proposal;
}

/** What became of a source. */
export interface Fixed {
  /** The findings that are gone, each with what was done. */
  readonly fixed: readonly { readonly finding: Finding; readonly description: string }[];
  /** What is found now. */
  readonly judged: Judged;
  /** Files that changed: as they were, and as they are. */
  readonly files: readonly { readonly file: string; readonly before: string; readonly after: string }[];
}

/** One fix may make another possible; more rounds than that are not of one cause. */
const MAX_ROUNDS = 10;

/** Fixes that are proven one by one where nothing tells which cluster they concern: for more it takes too long. */
const MANY = 20;

/** Applies every fix that is proven, of the findings that are wanted. */
export function fixAll(source: Source, isWanted: (finding: Finding) => boolean): Fixed {
  const first = source.judge();
  let judged = first;
  let changed: ReadonlyMap<string, string> = new Map();
  const fixed: { finding: Finding; description: string }[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const proof = new Proof(source, judged, changed);
    const taken = proof.largest(candidatesIn(judged, isWanted));
    if (taken.length === 0) break;
    fixed.push(...taken.map(({ finding, proposal }) => ({ finding, description: proposal.description })));
    [judged, changed] = [proof.judged, proof.changed];
  }
  const files = [...changed].map(([file, after]) => ({ file, before: first.texts.get(file) ?? "", after }));
  return { fixed, judged, files };
}

/** The fix of a finding, where it has one that is proven. */
export function provenFix(source: Source, judged: Judged, finding: Finding): Fix | undefined {
  const candidates = candidatesIn(judged, (each) => each === finding);
  const [taken] = new Proof(source, judged, new Map()).largest(candidates);
  return taken && fixIn(judged, taken.proposal);
}

/** The report, with the fix of each finding that has one which is proven by itself. */
export function withFixes(source: Source, judged: Judged): Report {
  const fixes = provenFixes(source, judged);
  return {
    ...judged.report,
    findings: judged.report.findings.map((finding) => {
      const fix = fixes.get(finding);
      return fix ? { ...finding, fix } : finding;
    }),
  };
}

function provenFixes(source: Source, judged: Judged): ReadonlyMap<Finding, Fix> {
  const fixes = new Map<Finding, Fix>();
  let left = candidatesIn(judged, () => true);
  const isMany = left.length > MANY;
  for (let round = 0; round < MAX_ROUNDS * MAX_ROUNDS && left.length > 0; round++) {
    // What concerns different clusters is proven together; of many, what concerns different resources.
    const clusters = new Set<string>();
    const together = left.filter(({ finding }, index) => {
      const cluster = clusterOf(finding) ?? (isMany ? `${finding.where.stack} ${finding.where.address}` : undefined);
      if (index > 0 && (cluster === undefined || clusters.has(cluster))) return false;
      clusters.add(cluster ?? "");
      return true;
    });
    left = left.filter((candidate) => !together.includes(candidate));
    for (const { finding, proposal } of new Proof(source, judged, new Map()).largest(together))
      fixes.set(finding, fixIn(judged, proposal));
  }
  return fixes;
}

/** The cluster of a configuration that a finding is about; undefined where it may be about several. */
function clusterOf({ where: { configPath = "" } }: Finding): string | undefined {
  return /^environments\.[^.]+\.clusters\.[^.]+/.exec(configPath)?.[0];
}

function candidatesIn({ report, propose }: Judged, isWanted: (finding: Finding) => boolean): Candidate[] {
  return report.findings.flatMap((finding) => {
    const isOpen = finding.verdict === "fail" && finding.acknowledged === undefined;
    const proposal = isOpen && isWanted(finding) ? propose(finding) : undefined;
    return proposal ? [{ finding, proposal }] : [];
  });
}

/** Judges a source again with edits in its texts. */
class Proof {
  judged: Judged;
  changed: ReadonlyMap<string, string>;
  private taken: readonly Candidate[] = [];

  constructor(
    private readonly source: Source,
    private readonly start: Judged,
    private readonly before: ReadonlyMap<string, string>,
  ) {
    this.judged = start;
    this.changed = before;
  }

  /** As many as can be had together: all of them, or else what is left when what spoils it is taken out. */
  largest(candidates: readonly Candidate[]): readonly Candidate[] {
    this.add(candidates);
    return this.taken;
  }

  private add(candidates: readonly Candidate[]): void {
    if (candidates.length === 0 || this.holds(candidates) || candidates.length === 1) return;
    const middle = Math.ceil(candidates.length / 2);
    this.add(candidates.slice(0, middle));
    this.add(candidates.slice(middle));
  }

  /** Whether the findings are gone with these edits too, and no other of their level has come. */
  private holds(candidates: readonly Candidate[]): boolean {
    const all = [...this.taken, ...candidates];
    const edits = withoutTwins(all.flatMap(({ proposal }) => proposal.edits));
    if (!edits) return false;
    const changed = new Map(this.before);
    for (const file of new Set(edits.map((edit) => edit.file))) {
      const own = edits.filter((edit) => edit.file === file);
      changed.set(file, edited(this.start.texts.get(file) ?? "", own));
    }
    // All else as it was judged, also where an editor has not saved it.
    const judged = this.source.judge(new Map([...this.start.texts, ...changed]));
    if (!this.isBetter(judged.report.findings, all)) return false;
    [this.taken, this.judged, this.changed] = [all, judged, changed];
    return true;
  }

  /**
   * Whether what was to be resolved is gone, and nothing else has come, in any stack. What is not known counts too, and
   * what a file that cannot be read any more would have had. A fix may make another resource of what it is about, so
   * that findings are counted, and not compared by their addresses.
   */
  private isBetter(after: readonly Finding[], resolved: readonly Candidate[]): boolean {
    const lowest = Math.max(...resolved.map(({ finding }) => LEVELS.indexOf(finding.level)));
    const gone = resolved.map(({ finding }) => finding);
    return LEVELS.slice(0, lowest + 1).every((level) => {
      const [was, without] = [countsOf(this.start.report.findings, level), countsOf(gone, level)];
      return [...countsOf(after, level)].every(
        ([key, count]) => count <= (was.get(key) ?? 0) - (without.get(key) ?? 0),
      );
    });
  }
}

const LEVELS: readonly Level[] = ["error", "warning", "note"];

/** How many findings of a level or above each rule has in each stack. */
function countsOf(findings: readonly Finding[], level: Level): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { rule, verdict, level: own, where } of findings) {
    if (LEVELS.indexOf(own) > LEVELS.indexOf(level) && rule !== "hcl/unreadable") continue;
    const key = JSON.stringify([rule, verdict, where.stack]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Edits that do not touch each other, each once; undefined where they do. */
function withoutTwins(edits: readonly TextEdit[]): readonly TextEdit[] | undefined {
  const unique = [...new Map(edits.map((edit) => [JSON.stringify(edit), edit])).values()];
  const sorted = unique.sort((a, b) =>
    a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start || a.end - b.end,
  );
  const touches = sorted.some((edit, index) => {
    const next = sorted[index + 1];
    return next?.file === edit.file && next.start < edit.end;
  });
  return touches ? undefined : sorted;
}
