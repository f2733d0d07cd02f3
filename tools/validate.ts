import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stackFiles } from "./stack-files.ts";

/**
 * npm run validate [-- OUTPUT]
 * Runs `terraform init -backend=false` and `terraform validate` on every synthesized stack, in a folder of its own so
 * that nothing is left behind. Exit status 1 where terraform refuses a stack; where terraform or the providers cannot
 * be had, it says so and that nothing was validated.
 */
const terraform = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
const output = process.argv[2] ?? "cdktf.out";
const stacks = stackFiles(output);
const said = { valid: 0, invalid: 0, unavailable: 0 };

if (spawnSync(terraform, ["version"]).error) {
  process.stdout.write(`NOT VALIDATED: ${terraform} is not on the PATH; ${stacks.length} stacks were not looked at\n`);
} else {
  for (const stack of stacks) said[validate(stack.name, join(output, stack.path))]++;
  process.stdout.write(`${said.valid} of ${stacks.length} stacks are valid, ${said.invalid} are not`);
  process.stdout.write(
    said.unavailable > 0
      ? `; NOT VALIDATED: ${said.unavailable}, because their providers could not be installed\n`
      : "\n",
  );
}
process.exitCode = said.invalid > 0 ? 1 : 0;

function validate(name: string, file: string): keyof typeof said {
  const folder = mkdtempSync(join(tmpdir(), "azureml-aks-validate-"));
  try {
    copyFileSync(file, join(folder, "cdk.tf.json"));
    const init = run(folder, ["init", "-backend=false", "-input=false", "-no-color"]);
    if (init.status !== 0) {
      const unavailable =
        /Failed to query available provider packages|Failed to install provider|could not connect|Invalid provider registry host/.test(
          init.text,
        );
      process.stdout.write(
        `${name}: ${unavailable ? "its providers could not be installed" : `terraform init refuses it\n${init.text}`}\n`,
      );
      return unavailable ? "unavailable" : "invalid";
    }
    const result = run(folder, ["validate", "-no-color"]);
    if (result.status !== 0) process.stdout.write(`${name}: terraform validate refuses it\n${result.text}\n`);
    return result.status === 0 ? "valid" : "invalid";
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(cwd: string, args: string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(terraform, args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, TF_IN_AUTOMATION: "1" },
  });
  return { status, text: `${stdout}${stderr}` };
}
