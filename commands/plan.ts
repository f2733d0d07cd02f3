import type { Argv } from "yargs";
import { type DeploymentArguments, deploymentOptions, runTerraform } from "../command-line/deployment.ts";
import { planStacks } from "../deploy/deploy.ts";

export function builder(args: Argv): Argv<DeploymentArguments> {
  return deploymentOptions(args);
}

export function handler(args: DeploymentArguments): Promise<number> {
  return runTerraform(args, planStacks);
}
