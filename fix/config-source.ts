import type { Assessment } from "../assess/assess.ts";
import { type AssessOptions, assessText } from "../assess/assess-file.ts";
import { findingsOf } from "../config/mistake.ts";
import { readConfigText } from "../config/read.ts";
import { STDIN } from "../files/stdin.ts";
import type { Judged, Source } from "./source.ts";

/** A configuration, judged. */
interface JudgedConfig extends Judged {
  /** Absent where it has mistakes: the rules do not run then. */
  readonly assessment?: Assessment;
}

/** A configuration by its text. The file is only named. */
export function configSource(file: string, text: string, options: AssessOptions): Source<JudgedConfig> {
  return {
    judge(changed = new Map()) {
      const current = changed.get(file) ?? text;
      const { report, assessment } = assessText(current, file, options);
      return {
        report,
        assessment,
        texts: new Map([[file, current]]),
        nameOf: (name) => name,
        propose: (finding) => assessment?.propose(finding),
      };
    },
  };
}

/** The configuration in a file. Where there is none that can be read, that is what is found. */
export function configFileSource(file: string, options: AssessOptions): Source<JudgedConfig> {
  const text = readConfigText(file);
  const shown = file === STDIN ? "stdin" : file;
  if (typeof text === "string") return configSource(shown, text, options);
  const report = { findings: findingsOf([text], shown), checked: 0 };
  return { judge: () => ({ report, texts: new Map(), nameOf: (name) => name, propose: () => undefined }) };
}
