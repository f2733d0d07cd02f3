import type { Argv } from "yargs";
import { AUTO_APPROVE, type DeploymentArguments, deploymentOptions, runTerraform } from "../command-line/deployment.ts";
import { destroyStacks } from "../deploy/deploy.ts";
import { dependentsLeft } from "../deploy/order.ts";
import { UserError } from "../errors/user-error.ts";

export function builder(args: Argv): Argv<DeploymentArguments> {
  return deploymentOptions(args).option("auto-approve", AUTO_APPROVE) as Argv<DeploymentArguments>;
}

export function handler(args: DeploymentArguments): Promise<number> {
  if (args.autoApprove && (args.stack ?? []).length === 0)
    throw new UserError("with -auto-approve, name the stacks that are destroyed; '*' is all of them");
  // A mistake in what goes is no reason to keep it.
  return runTerraform({ ...args, failOn: args.failOn ?? "never" }, destroyStacks, (all, chosen) => {
    const left = dependentsLeft(all, chosen).map(({ name }) => name);
    if (left.length > 0)
      throw new UserError(
        `${left.join(" and ")} depend${left.length === 1 ? "s" : ""} on what is to be destroyed: name ${left.length === 1 ? "it" : "them"} too, also where nothing of ${left.length === 1 ? "it" : "them"} is left`,
      );
  });
}
