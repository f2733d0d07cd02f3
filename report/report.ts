import type { Finding } from "../finding.ts";

/** What every format renders. */
export interface Report {
  readonly findings: readonly Finding[];
}
