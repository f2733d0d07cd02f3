import type { ChangedTexts } from "../assess/assess-hcl.ts";
import type { Proposal } from "../assess/proposal.ts";
import type { Finding } from "../model/finding.ts";
import type { Report } from "../report/report.ts";

/** What is found in a source, and what may resolve it. */
export interface Judged {
  readonly report: Report;
  /** Texts of the files that were judged, by the names that edits have for them. */
  readonly texts: ReadonlyMap<string, string>;
  /** How reports and editors name one of them. */
  nameOf(file: string): string;
  /** The edits that the rule of a finding proposes; undefined where it has none, or they cannot be made. */
  propose(finding: Finding): Proposal | undefined;
}

/** A configuration, or folders of Terraform, that can be judged as they would be with other texts. */
export interface Source<J extends Judged = Judged> {
  /** Texts that are not given are as they were when the source was made. */
  judge(changed?: ChangedTexts): J;
}
