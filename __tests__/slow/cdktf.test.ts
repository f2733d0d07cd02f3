import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { azuremlAks, cdktfSynth, configFile, small, temporaryFolder, tree } from "../helpers.ts";

describe("`cdktf synth`", () => {
  it("gives what `azureml-aks synth` gives, byte for byte", () => {
    const folder = temporaryFolder();
    const config = configFile(small(), folder);
    const [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")];
    azuremlAks(["synth", "--config", config, "--output", ours]);
    const cdktf = cdktfSynth(config, theirs);
    expect(cdktf.status, cdktf.stdout + cdktf.stderr).toBe(0);
    expect(tree(theirs)).toEqual(tree(ours));
  });
  it("writes nothing where there is an error, exits with 1, and shows the report and no stack trace", () => {
    const config = configFile(small({ attachment: { clusterPurpose: "FastProd", computeName: "x" } }));
    const output = temporaryFolder();
    const { status, stdout, stderr } = cdktfSynth(config, output);
    expect({ status, files: readdirSync(output) }).toEqual({ status: 1, files: [] });
    expect(stdout + stderr).toMatch(/azureml-aks\.yaml:\d+:\d+ .*attachment\/compute-name/);
    expect(stdout + stderr).not.toMatch(/\n\s+at .*\(?.*:\d+:\d+\)?/);
  });
});
