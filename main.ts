import { assessFile, DEFAULT_OUTPUT } from "./assess/assess-file.ts";
import { reportFailure } from "./command-line/failure.ts";
import { configFile } from "./command-line/options.ts";
import { say, watchOutput } from "./command-line/output.ts";
import { UserError } from "./errors/user-error.ts";
import { exitStatus } from "./report/report.ts";
import { renderText } from "./report/text.ts";
import { today } from "./sources/today.ts";
import { write } from "./stacks/write.ts";

/** What `cdktf synth --hcl` would write is no valid Terraform. docs/adr/0007-cdktf-and-its-successor.md */
const NO_HCL =
  "--hcl is not supported: cdktf's HCL leaves ephemeral resources, checks, imports and the required version out. Terraform and OpenTofu read the JSON as it is: synthesize without --hcl";

/** What `cdktf synth`, `cdktf diff` and `cdktf deploy` run. */
watchOutput();
try {
  if (process.env.SYNTH_HCL_OUTPUT === "true") throw new UserError(NO_HCL);
  const outputDirectory = process.env.CDKTF_OUTDIR ?? DEFAULT_OUTPUT;
  const { report, assessment } = assessFile(configFile({}), { outputDirectory, today: today() });
  process.exitCode = exitStatus(report, "error");
  if (report.findings.length > 0) say(renderText(report));
  // cdktf removes the folders of stacks that are no longer there by itself, and fails where somebody else did.
  if (assessment && process.exitCode === 0)
    write(assessment.app, { outputDirectory, removeStale: false, isCdktf: true });
} catch (error) {
  process.exitCode = reportFailure(error);
}
