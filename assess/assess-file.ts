import type { CertificateFiles } from "../azure/certificate.ts";
import { type LoadResult, loadConfig, parseConfig } from "../config/load.ts";
import { graphOf } from "../diagram/graph.ts";
import type { Report } from "../report/report.ts";
import { RULES } from "../rules/catalogue.ts";
import type { Rule } from "../rules/rule.ts";
import { type Assessment, assess } from "./assess.ts";

export const DEFAULT_OUTPUT = "cdktf.out";

export interface AssessOptions {
  /** Only these. Default: all. */
  readonly environments?: readonly string[];
  /** Of a part of a configuration: which line of the whole a line is. Default: the text is the whole. */
  readonly lineOf?: (line: number) => number;
  /** Where the stacks would be written. Default: cdktf.out. */
  readonly outputDirectory?: string;
  /** ISO date. */
  readonly today: string;
  /** What judges it. Default: the rules of the package. */
  readonly rules?: readonly Rule[];
  /** A certificate and its key, to be judged for every attachment with a certificate of one's own. Default: none. */
  readonly certificateFiles?: CertificateFiles;
}

export interface Assessed {
  readonly report: Report;
  /** Absent where the configuration has mistakes: the rules do not run then. */
  readonly assessment?: Assessment;
}

/** Loads a configuration, builds its stacks in memory and judges them. */
export function assessFile(file: string, options: AssessOptions): Assessed {
  return assessed(loadConfig(file, { rules: options.rules ?? RULES, environments: options.environments }), options);
}

/** The same for text that is at hand; the file is only named. */
export function assessText(text: string, file: string, options: AssessOptions): Assessed {
  return assessed(
    parseConfig(text, file, {
      rules: options.rules ?? RULES,
      environments: options.environments,
      lineOf: options.lineOf,
    }),
    options,
  );
}

function assessed(
  result: LoadResult,
  { outputDirectory = DEFAULT_OUTPUT, today, rules, certificateFiles }: AssessOptions,
): Assessed {
  if (!result.ok) return { report: { findings: result.findings, checked: 0 } };
  const assessment = assess(result.loaded, outputDirectory, { today, certificateFiles }, rules);
  const { findings, checked, model, asked } = assessment;
  return {
    report: {
      findings,
      checked,
      rules: asked,
      date: today,
      stacks: model.stacks,
      origin: "configuration",
      draw: () => ({ after: graphOf(model) }),
    },
    assessment,
  };
}
