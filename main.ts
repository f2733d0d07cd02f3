import { reportFailure } from "./command-line/failure.ts";
import { say, watchOutput } from "./command-line/output.ts";
import { synthesize } from "./command-line/synthesis.ts";
import { renderText } from "./report/text.ts";

/** What `cdktf synth`, `cdktf diff` and `cdktf deploy` run. */
watchOutput();
try {
  const synthesized = await synthesize({}, async (report) => {
    if (report.findings.length > 0) say(renderText(report));
  });
  process.exitCode = "status" in synthesized ? synthesized.status : 0;
} catch (error) {
  process.exitCode = reportFailure(error);
}
