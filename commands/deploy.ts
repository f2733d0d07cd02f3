import type { Argv } from "yargs";
import { AUTO_APPROVE, type DeploymentArguments, deploymentOptions, runTerraform } from "../command-line/deployment.ts";
import { deployStacks } from "../deploy/deploy.ts";

export function builder(args: Argv): Argv<DeploymentArguments> {
  return deploymentOptions(args).option("auto-approve", AUTO_APPROVE) as Argv<DeploymentArguments>;
}

export function handler(args: DeploymentArguments): Promise<number> {
  return runTerraform(args, deployStacks);
}
