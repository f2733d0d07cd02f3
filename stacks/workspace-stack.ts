import type { Construct } from "constructs";
import type { EnvironmentConfig } from "../config/schema.ts";
import { derive, keyed } from "../constructs/keyed.ts";
import { constructFrom } from "../constructs/origin.ts";
import { Workspace } from "../constructs/workspace.ts";
import { AzureStack, type AzureStackProps } from "./azure-stack.ts";
import type { StackIdentity } from "./backend.ts";

/** What a workspace stack is made from. */
export interface WorkspaceStackProps extends AzureStackProps {
  /** The new workspace. */
  readonly create: NonNullable<EnvironmentConfig["workspace"]["create"]>;
  /** Where `workspace.create` stands in the configuration. */
  readonly configPath: readonly string[];
}

/** A new workspace; it exists where `workspace.create` is given. */
export class WorkspaceStack extends AzureStack {
  constructor(scope: Construct, stack: StackIdentity, props: WorkspaceStackProps) {
    super(scope, stack, props);
    const create = keyed(props.create, props.configPath);
    const workspace = constructFrom(Workspace, this, "workspace", create, {
      name: create.name,
      resourceGroupName: create.resourceGroup,
      location: create.location,
      adoptFromSubscription: derive(create.adopt, (adopt) => (adopt ? props.subscriptionId : undefined)),
      storageAccountName: create.storageAccount,
      keyVaultName: create.keyVault,
      applicationInsightsName: create.applicationInsights,
      publicNetworkAccess: create.publicNetworkAccess,
      containerRegistryId: create.containerRegistry,
      imageBuildComputeName: create.imageBuildCompute,
      systemAssignedIdentity: create.identity.systemAssigned,
      userAssignedIdentityIds: create.identity.userAssigned,
      customerManagedKey: create.customerManagedKey,
      highBusinessImpact: create.highBusinessImpact,
      managedNetworkIsolationMode: create.managedNetwork.isolationMode,
      description: create.description,
      tags: create.tags,
      overrides: create.overrides,
    });
    this.output("workspace_id", workspace.workspaceId, "Resource ID of the workspace");
  }
}
