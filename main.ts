import { reportFailure } from "./commands/failure.ts";
import { DEFAULT_CONFIG, loadConfig } from "./config/load.ts";
import { renderText } from "./report/text.ts";
import { synthesize } from "./stacks/synthesize.ts";

/** What `cdktf synth`, `cdktf diff` and `cdktf deploy` run. */
try {
  const result = loadConfig(process.env.AZUREML_AKS_CONFIG ?? DEFAULT_CONFIG);
  if (result.ok) {
    // cdktf removes the folders of stacks that are no longer there by itself.
    synthesize(result.loaded, { outputDirectory: process.env.CDKTF_OUTDIR ?? "cdktf.out", removeStale: false });
  } else {
    process.stderr.write(renderText({ findings: result.findings }));
    process.exitCode = 2;
  }
} catch (error) {
  process.exitCode = reportFailure(error);
}
