import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { azuremlAks, cdktfSynth, configFile, ROOT, type Run, small, temporaryFolder, tree } from "../helpers.ts";

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
  it("synthesizes what `init --cdktf` writes", () => {
    const folder = temporaryFolder();
    expect(azuremlAks(["init", "--cdktf"], { cwd: folder }).stderr).toContain(
      "azureml-aks.yaml, cdktf.json, main.mjs, .gitignore written",
    );
    // The package, where npx looks for it.
    const bin = join(folder, "node_modules/.bin");
    mkdirSync(bin, { recursive: true });
    const command = `#!/bin/sh\nexec ${process.execPath} ${join(ROOT, "tools/run.mjs")} cli "$@"\n`;
    writeFileSync(join(bin, "azureml-aks"), command, { mode: 0o755 });
    const { status, stderr, stdout } = cdktfSynth(join(folder, "azureml-aks.yaml"), "cdktf.out", folder);
    expect({ status, output: stdout + stderr }).toMatchObject({
      status: 0,
      output: expect.stringContaining("dev-ml-cluster"),
    });
    expect(existsSync(join(folder, "cdktf.out/stacks/dev-ml-attachment/cdk.tf.json"))).toBe(true);
  });
  it("is stopped by a mistake, with its place and without a stack trace", () => {
    const { status, stderr } = programOfCdktf({
      AZUREML_AKS_CONFIG: configFile(small({ attachment: { kind: "Aks" } })),
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/azureml-aks\.yaml:\d+:\d+ {2}error/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
  it("with --hcl, which would leave half of it out, is refused", () => {
    const outdir = join(temporaryFolder(), "out");
    expect(programOfCdktf({ SYNTH_HCL_OUTPUT: "true", CDKTF_OUTDIR: outdir })).toEqual({
      status: 2,
      stderr: expect.stringContaining("synthesize without --hcl"),
    });
    expect(existsSync(outdir)).toBe(false);
  });
  it("is stopped before it deletes what others have in the output folder", () => {
    const folder = temporaryFolder();
    const output = join(folder, "out");
    const state = join(output, "stacks/foreign/terraform.tfstate");
    mkdirSync(dirname(state), { recursive: true });
    writeFileSync(state, "state");
    expect(programOfCdktf({ AZUREML_AKS_CONFIG: configFile(small(), folder), CDKTF_OUTDIR: output })).toEqual({
      status: 2,
      stderr: expect.stringContaining("stacks/foreign was not written by azureml-aks, and `cdktf` would delete it"),
    });
    expect(readFileSync(state, "utf8")).toBe("state");
    expect(existsSync(join(output, "manifest.json"))).toBe(false);
  });
});

/** Runs what `cdktf` would run. */
function programOfCdktf(env: NodeJS.ProcessEnv): Omit<Run, "stdout"> {
  const { status, stderr } = spawnSync(process.execPath, ["tools/run.mjs", "main"], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  return { status, stderr };
}
