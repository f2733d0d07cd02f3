import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { configFile, small, temporaryFolder } from "../helpers.ts";
import { bash } from "../shell.ts";

/** A folder with a configuration. */
function configured(): string {
  const folder = temporaryFolder();
  configFile(small(), folder);
  return folder;
}

it("synth writes nothing where the disk takes no file of that length", () => {
  const folder = configured();
  expect(bash("ulimit -f 1; azureml_aks synth", folder)).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/cdktf.out: this is more than a file may hold here. Nothing was changed/),
  });
  expect(existsSync(join(folder, "cdktf.out/manifest.json"))).toBe(false);
  expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
});

it("synth writes the stacks where nobody reads its standard output to the end", () => {
  const folder = configured();
  expect(bash("set -o pipefail; azureml_aks synth --format text | true", folder).status).toBe(0);
  expect(existsSync(join(folder, "cdktf.out/manifest.json"))).toBe(true);
});
